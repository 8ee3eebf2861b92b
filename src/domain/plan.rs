//! What an act would do to each selected row, decided before anything is done.
//!
//! The store groups the selected rows by their [`RowFacts`]; [`bucket_of`] decides once per group, so that a million rows
//! cost a handful of decisions and the rules stand in one place.

use super::delivery::Delivery;
use super::status::Status;
use roaring::RoaringTreemap;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::collections::BTreeMap;

/// What staff can do to many rows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Queue the mail.
    Send(TakeIn),
    /// Close the invitation.
    Discard,
    /// Take a discard back.
    Restore,
}

/// Which rows a send takes in beside those never sent. Nothing implies these: they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TakeIn {
    /// Rows sent before.
    pub resend: bool,
    /// Discarded rows, restored first.
    pub restore: bool,
    /// Rows whose address had a mail from another invitation within the cool-down.
    pub cooling_down: bool,
}

impl Act {
    /// The verb, for titles and the activity log.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Send(_) => "send",
            Self::Discard => "discard",
            Self::Restore => "restore",
        }
    }
}

/// What becomes of a row. The codes are a contract (JSON of `send`, `discard`, `restore`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Its mail is queued.
    WillSend,
    /// It is restored, then its mail is queued.
    RestoreAndSend,
    /// It is closed.
    WillDiscard,
    /// Its discard is taken back.
    WillRestore,
    /// Left out: a mail went out before.
    SentBefore,
    /// Left out: the person registered.
    Accepted,
    /// Left out: discarded.
    Discarded,
    /// Left out: the address belongs to a customer of the website; one that was never sent is discarded with that reason.
    BecameCustomer,
    /// Left out: on the suppression list.
    Suppressed,
    /// Left out: the address had a mail from another invitation just now.
    CoolingDown,
    /// Left out: being sent now, or in doubt.
    SettleFirst,
    /// Left out: it is already as the act would make it, or may not be.
    NothingToDo,
    /// Left out: it changed between the plan and the act.
    ChangedMeanwhile,
}

impl Bucket {
    /// Every bucket, in the order in which a plan lists them.
    pub const ALL: [Self; 13] = [
        Self::WillSend,
        Self::RestoreAndSend,
        Self::WillDiscard,
        Self::WillRestore,
        Self::SentBefore,
        Self::Accepted,
        Self::Discarded,
        Self::BecameCustomer,
        Self::Suppressed,
        Self::CoolingDown,
        Self::SettleFirst,
        Self::NothingToDo,
        Self::ChangedMeanwhile,
    ];

    /// The word in JSON and in the activity log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WillSend => "will_send",
            Self::RestoreAndSend => "restore_and_send",
            Self::WillDiscard => "will_discard",
            Self::WillRestore => "will_restore",
            Self::SentBefore => "sent_before",
            Self::Accepted => "accepted",
            Self::Discarded => "discarded",
            Self::BecameCustomer => "became_customer",
            Self::Suppressed => "suppressed",
            Self::CoolingDown => "cooling_down",
            Self::SettleFirst => "settle_first",
            Self::NothingToDo => "nothing_to_do",
            Self::ChangedMeanwhile => "changed_meanwhile",
        }
    }

    /// From the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.code() == code)
    }

    /// What staff read in the plan.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WillSend => "will be sent",
            Self::RestoreAndSend => "will be restored and sent",
            Self::WillDiscard => "will be discarded",
            Self::WillRestore => "will be restored",
            Self::SentBefore => "sent before: left out",
            Self::Accepted => "skipped: accepted",
            Self::Discarded => "discarded: left out",
            Self::BecameCustomer => "skipped: became a customer",
            Self::Suppressed => "skipped: suppressed",
            Self::CoolingDown => "skipped: cooling down",
            Self::SettleFirst => "skipped: settle first (being sent, or in doubt)",
            Self::NothingToDo => "nothing to do",
            Self::ChangedMeanwhile => "skipped: changed meanwhile",
        }
    }

    /// Whether the act does what was asked to these rows.
    pub const fn acts(self) -> bool {
        matches!(self, Self::WillSend | Self::RestoreAndSend | Self::WillDiscard | Self::WillRestore)
    }
}

/// All that the rules look at in a row.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a row, not a state")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowFacts {
    /// Its status.
    pub status: Status,
    /// Where its mail is.
    pub delivery: Delivery,
    /// The address or its domain is on the suppression list.
    pub suppressed: bool,
    /// The address belongs to a customer of the invitation's website.
    pub customer: bool,
    /// Another invitation mailed the address within the cool-down.
    pub cooling_down: bool,
    /// Another open invitation of the same inviter holds the address.
    pub duplicate: bool,
    /// Its time is over.
    pub expired: bool,
}

/// The one decision: what `act` does to a row with these facts, and why where the bucket alone does not say it.
pub const fn bucket_of(act: Act, facts: RowFacts) -> (Bucket, Option<&'static str>) {
    match act {
        Act::Send(take_in) => send_bucket(take_in, facts),
        Act::Discard => match (facts.status, facts.delivery) {
            (Status::Accepted, _) => (Bucket::Accepted, None),
            (Status::Discarded, _) => (Bucket::NothingToDo, Some("already discarded")),
            (_, Delivery::Sending) => (Bucket::WillDiscard, Some("being sent now: the mail may still arrive")),
            _ => (Bucket::WillDiscard, None),
        },
        Act::Restore => match facts.status {
            Status::Discarded => reopen_bucket(facts, Bucket::WillRestore),
            Status::Accepted => (Bucket::Accepted, None),
            Status::NotSent | Status::Sent => (Bucket::NothingToDo, Some("not discarded")),
        },
    }
}

const fn send_bucket(take_in: TakeIn, facts: RowFacts) -> (Bucket, Option<&'static str>) {
    match (facts.status, facts.delivery) {
        (Status::Accepted, _) => return (Bucket::Accepted, None),
        (_, Delivery::Sending) => return (Bucket::SettleFirst, Some("being sent now")),
        (_, Delivery::InDoubt) => return (Bucket::SettleFirst, Some("in doubt")),
        (Status::Discarded, _) if !take_in.restore => return (Bucket::Discarded, None),
        (Status::Discarded, _) => return reopen_bucket(facts, Bucket::RestoreAndSend),
        (_, Delivery::Queued | Delivery::Claimed) => return (Bucket::NothingToDo, Some("already queued")),
        (_, Delivery::Deferred) => return (Bucket::NothingToDo, Some("waits for its retry")),
        _ => {}
    }
    if facts.suppressed {
        (Bucket::Suppressed, None)
    } else if facts.customer {
        (Bucket::BecameCustomer, None)
    } else if facts.expired {
        (Bucket::NothingToDo, Some("expired"))
    } else if matches!(facts.status, Status::Sent) && !take_in.resend {
        (Bucket::SentBefore, None)
    } else if matches!(facts.status, Status::NotSent) && facts.cooling_down && !take_in.cooling_down {
        (Bucket::CoolingDown, None)
    } else {
        (Bucket::WillSend, None)
    }
}

/// A discarded row opens again only where a new invitation could be created.
const fn reopen_bucket(facts: RowFacts, open: Bucket) -> (Bucket, Option<&'static str>) {
    if facts.duplicate {
        (Bucket::NothingToDo, Some("another open invitation has this address"))
    } else if facts.suppressed {
        (Bucket::Suppressed, None)
    } else if facts.expired {
        (Bucket::NothingToDo, Some("expired"))
    } else if matches!(open, Bucket::RestoreAndSend) && facts.customer {
        (Bucket::BecameCustomer, None)
    } else {
        (open, None)
    }
}

/// The rows of one bucket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BucketRows {
    /// Which rows.
    pub ids: RoaringTreemap,
    /// Why, with how many rows each, where the bucket alone does not say it.
    pub reasons: BTreeMap<&'static str, u64>,
    /// The first addresses, for the eye.
    pub examples: Vec<String>,
}

/// What an act would do, row by row. It is frozen: the act takes exactly these rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The act.
    pub act: Act,
    /// The rows by what becomes of them.
    pub buckets: BTreeMap<Bucket, BucketRows>,
}

impl Plan {
    /// An empty plan for `act`.
    pub const fn new(act: Act) -> Self {
        Self {
            act,
            buckets: BTreeMap::new(),
        }
    }

    /// Puts rows with the same facts where they belong.
    pub fn add(&mut self, facts: RowFacts, ids: impl IntoIterator<Item = u64>) {
        let (bucket, reason) = bucket_of(self.act, facts);
        let rows = self.buckets.entry(bucket).or_default();
        let before = rows.ids.len();
        rows.ids.extend(ids);
        if let Some(reason) = reason {
            *rows.reasons.entry(reason).or_default() += rows.ids.len() - before;
        }
    }

    /// How many rows `bucket` holds.
    pub fn count(&self, bucket: Bucket) -> u64 {
        self.buckets.get(&bucket).map_or(0, |rows| rows.ids.len())
    }

    /// How many rows the act changes as asked.
    pub fn acting(&self) -> u64 {
        self.buckets
            .iter()
            .filter(|(bucket, _)| bucket.acts())
            .map(|(_, rows)| rows.ids.len())
            .sum()
    }

    /// How many rows were selected.
    pub fn total(&self) -> u64 {
        self.buckets.values().map(|rows| rows.ids.len()).sum()
    }
}

/// As JSON: `{bucket: count}`.
impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.buckets.len()))?;
        for (bucket, rows) in &self.buckets {
            map.serialize_entry(bucket.code(), &rows.ids.len())?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
