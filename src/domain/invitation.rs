//! An invitation as staff see it: the grid's row, its columns, and the whole of one.

use super::actor::Actor;
use super::delivery::Delivery;
use super::filter::Via;
use super::ids::{ActionId, AttemptId, BatchId, CustomerId, InvitationId};
use super::status::Status;
use super::time::Moment;
use serde::{Serialize, Serializer};
use std::fmt;

mod column;
pub use column::{Column, Sort, SortKey};

/// Who invited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inviter {
    /// A member of staff: no customer is behind it.
    Admin,
    /// A customer whose address is known.
    Customer(String),
    /// A customer whom an import named and no customer list had, by their number there.
    Unknown(i64),
}

impl Inviter {
    /// From the text that is stored and sorted by: `None` is Admin.
    pub fn from_text(text: Option<String>) -> Self {
        match text {
            None => Self::Admin,
            Some(text) => match text.strip_prefix("unknown customer ").and_then(|number| number.parse().ok()) {
                Some(number) => Self::Unknown(number),
                None => Self::Customer(text),
            },
        }
    }
}

impl fmt::Display for Inviter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admin => f.write_str("Admin"),
            Self::Customer(address) => f.write_str(address),
            Self::Unknown(number) => write!(f, "unknown customer {number}"),
        }
    }
}

/// As JSON: null for Admin, else the address or "unknown customer N".
impl Serialize for Inviter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Admin => serializer.serialize_none(),
            other => serializer.collect_str(other),
        }
    }
}

/// One row of the grid. Serialized, it is one object of `list --json`. Text from outside is raw here: draw it through `Shown`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its number.
    pub id: InvitationId,
    /// The address it was sent to; nothing once the person was erased.
    pub email: Option<String>,
    /// The account that registered, or "unknown customer N".
    pub invitee: Option<String>,
    /// Who invited.
    pub inviter: Inviter,
    /// When the first mail was handed over.
    pub sent_at: Option<Moment>,
    /// When the person registered.
    pub registered_at: Option<Moment>,
    /// Its status.
    pub status: Status,
    /// Where its mail is.
    pub delivery: Delivery,
    /// The website's code.
    pub website: String,
    /// The group's name.
    pub group: String,
    /// The sender's code.
    pub sender: String,
    /// When it was created.
    pub created_at: Moment,
    /// When the latest mail was handed over.
    pub last_sent_at: Option<Moment>,
    /// How many mails were handed over.
    pub times_sent: u32,
    /// When it closes by itself.
    pub expires_at: Option<Moment>,
    /// When its mail is due, while queued or deferred.
    #[serde(skip)]
    pub due_at: Option<Moment>,
    /// The last reason of a delivery that matters: the server's words.
    #[serde(skip)]
    pub reason: Option<String>,
    /// Where its mails went.
    #[serde(skip)]
    pub via: Option<Via>,
    /// The person registered under another address than the one invited.
    #[serde(skip)]
    pub other_address: bool,
}

/// One line of an invitation's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Moment,
    /// What: created, imported, queued, sent, resent, deferred, failed, `in_doubt`, settled, withdrawn, discarded, restored, accepted, edited, ….
    pub event: String,
    /// Who.
    pub by: Actor,
    /// Why, or with what.
    pub detail: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Outcome {
    /// Under way.
    Open = 0,
    /// Taken by the server, or written to the folder.
    Sent = 1,
    /// Refused for now.
    Deferred = 2,
    /// Refused for good.
    Failed = 3,
    /// Nobody knows.
    InDoubt = 4,
    /// Given back untouched: the route's fault, a stop, or a withdrawal.
    Returned = 5,
}

impl Outcome {
    /// From the store's number.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => Self::Open,
            1 => Self::Sent,
            2 => Self::Deferred,
            3 => Self::Failed,
            4 => Self::InDoubt,
            5 => Self::Returned,
            _ => return None,
        })
    }

    /// The word staff read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "under way",
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::InDoubt => "in doubt",
            Self::Returned => "given back",
        }
    }
}

/// One try at handing the mail over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// Its identity.
    #[serde(skip)]
    pub id: AttemptId,
    /// Counted from 1 for each invitation.
    pub number: u32,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    #[serde(skip)]
    pub ended_at: Option<Moment>,
    /// How it ended.
    pub outcome: Outcome,
    /// The server's reply code.
    pub code: Option<u16>,
    /// The server's words.
    pub reply: Option<String>,
    /// The batch it was released with.
    #[serde(skip)]
    pub batch: Option<BatchId>,
    /// The route it went by.
    #[serde(skip)]
    pub route: String,
}

/// A customer, as far as an invitation's page shows one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their number here.
    pub id: CustomerId,
    /// Their number in the shop.
    pub external_id: Option<i64>,
    /// Their address; nothing while they are only a number.
    pub email: Option<String>,
    /// First and last name.
    pub name: String,
    /// Their group's name.
    pub group: Option<String>,
    /// Their website's code.
    pub website: Option<String>,
    /// Since when they are a customer.
    pub created_at: Option<Moment>,
}

/// The whole of one invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The row.
    pub row: Row,
    /// The message in the mail.
    pub message: String,
    /// Its number in the system it was imported from.
    pub external_id: Option<i64>,
    /// The customer who registered with it.
    pub invitee: Option<Person>,
    /// The customer who invited.
    pub inviter: Option<Person>,
    /// The mail's Message-ID, once one was queued.
    pub message_id: Option<String>,
    /// Everything that happened, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Every try, oldest first.
    pub attempts: Vec<Attempt>,
    /// The latest recorded act on it.
    pub last_action: Option<ActionId>,
    /// Whether email and message may be changed now; the reason where not.
    pub editable: Result<(), &'static str>,
}
