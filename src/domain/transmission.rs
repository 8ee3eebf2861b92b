//! The state of the transmission, as the Transmission screen and `dispatch status` show it.

mod words;

pub use words::group_words;

use super::delivery::Delivery;
use super::ids::{BatchId, InvitationId};
use super::time::Moment;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Everything there is to say about what is going out.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmission {
    /// When this was true.
    pub at: Moment,
    /// How many mails are in each state; idle is left out.
    pub counts: BTreeMap<Delivery, u64>,
    /// How many of the queued are still within their time to undo.
    pub held: u64,
    /// How many deferred ones are due by now.
    pub deferred_due: u64,
    /// When the earliest queued or deferred mail that is not due yet becomes due.
    pub next_due: Option<Moment>,
    /// The latest batches, newest first.
    pub batches: Vec<Batch>,
    /// How many mails were handed over within the last minute.
    pub sent_last_minute: u64,
    /// How many attempts ended within the last 24 hours, and how many may.
    pub day: (u64, Option<u64>),
    /// How many mails go out within one interval.
    pub batch_size: u64,
    /// The interval.
    pub batch_interval: Duration,
    /// When the limits let the next mail go, if they hold it back now.
    pub next_release: Option<Moment>,
    /// Why nothing goes out now, if something waits.
    pub waits: Option<Wait>,
    /// The route in use, without secrets.
    pub route: String,
    /// Whether mails are only written to a folder.
    pub to_folder: bool,
    /// The dispatchers at work.
    pub dispatchers: Vec<DispatcherInfo>,
    /// Failed mails by the server's words, most frequent first.
    pub failures: Vec<FailureGroup>,
    /// Mails nobody knows about.
    pub in_doubt: Vec<Doubt>,
}

impl Transmission {
    /// How many mails are in `state`.
    pub fn count(&self, state: Delivery) -> u64 {
        self.counts.get(&state).copied().unwrap_or(0)
    }

    /// How many are still to go out without anybody's help.
    pub fn to_go(&self) -> u64 {
        [Delivery::Queued, Delivery::Claimed, Delivery::Sending]
            .into_iter()
            .map(|state| self.count(state))
            .sum()
    }

    /// When the last of those to go is out by the limits alone: full batches, one an interval.
    pub fn done_about(&self) -> Option<Moment> {
        let to_go = self.to_go();
        if to_go == 0
            || matches!(
                self.waits,
                Some(Wait::Paused { .. } | Wait::Disabled | Wait::OtherRoute { .. } | Wait::NoDispatcher)
            )
        {
            return None;
        }
        let batches = to_go.div_ceil(self.batch_size.max(1)).saturating_sub(1);
        let first = self.next_release.or(self.next_due).unwrap_or(self.at).max(self.at);
        Some(first.plus(self.batch_interval.saturating_mul(u32::try_from(batches).unwrap_or(u32::MAX))))
    }
}

/// One batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// When it was released.
    pub opened_at: Moment,
    /// How many mails it was released with.
    pub size: u64,
    /// How many a dispatcher took so far.
    pub taken: u64,
    /// Handed over.
    pub sent: u64,
    /// Deferred.
    pub deferred: u64,
    /// Failed.
    pub failed: u64,
    /// In doubt.
    pub in_doubt: u64,
    /// Still in flight.
    pub in_flight: u64,
}

/// Why nothing goes out although something waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// The time to undo is not over.
    Hold {
        /// Until when.
        until: Moment,
    },
    /// The batch limit.
    Batch {
        /// Until when.
        until: Moment,
    },
    /// The limit a second.
    Rate,
    /// The limit a day.
    DailyCap {
        /// Until when.
        until: Moment,
    },
    /// Everything left is deferred.
    Retry {
        /// Until when.
        until: Moment,
    },
    /// An operator, or a run of refusals, paused the dispatch.
    Paused {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Since when.
        since: Moment,
    },
    /// The setting `enabled` is off.
    Disabled,
    /// The circuit breaker is open: the route is broken.
    Breaker {
        /// When it is tried again.
        until: Moment,
        /// What went wrong.
        reason: String,
    },
    /// This machine's configuration names another route.
    OtherRoute {
        /// The shared route.
        shared: String,
        /// This machine's.
        own: String,
    },
    /// No dispatcher runs.
    NoDispatcher,
}

/// A dispatcher that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatcherInfo {
    /// What it is called: host and process.
    pub name: String,
    /// Whether it is `dispatch --watch`.
    pub watch: bool,
    /// Since when.
    pub started_at: Moment,
    /// Until when its lease runs.
    pub lease_until: Moment,
}

/// Failed mails that the server refused with the same words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureGroup {
    /// The server's words without what differs from mail to mail.
    pub words: String,
    /// How many.
    pub count: u64,
    /// The likely cause, in plain words.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// A mail nobody knows about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Which.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// Since when.
    pub since: Moment,
    /// How it came about, or the server's last words.
    pub last_words: String,
}

/// How to settle a mail in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It went out.
    AssumeSent,
    /// Send it again with the same Message-ID; it may arrive twice.
    SendAgain,
}

/// The likely cause of a refusal and what to do, by its enhanced status code (RFC 3463) or its words.
pub fn explain_refusal(words: &str) -> (&'static str, &'static str) {
    let lower = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if has(&["5.1.1", "5.1.10", "user unknown", "no such user", "unknown recipient"]) {
        ("the addresses do not exist", "discard them, or correct and send again")
    } else if has(&["5.1.2", "5.1.8", "5.4.4", "domain not found", "host unknown"]) {
        ("the domains do not exist", "discard them, or correct and send again")
    } else if has(&["5.2.1", "disabled", "inactive"]) {
        ("the mailboxes are closed", "discard them")
    } else if has(&["5.2.2", "quota", "mailbox full"]) {
        ("the mailboxes are full", "send again in some days")
    } else if has(&["5.7.1", "5.7.", "blocked", "blacklist", "spam", "listed"]) {
        (
            "your server is not trusted there",
            "ask the mail server's operator, then send again",
        )
    } else if has(&["smtputf8", "5.6.7", "5.6.9"]) {
        ("the server takes no international addresses", "use another route for these")
    } else if has(&["given up", "5 days"]) {
        ("nobody answered for five days", "check the addresses, then send again")
    } else {
        ("see the server's words", "mend the cause, then send again")
    }
}
