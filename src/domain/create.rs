//! Creating invitations: what is asked for, and the verdict on each address.

use super::email::EmailAddress;
use super::ids::{CustomerId, GroupId, InvitationId, SenderId};
use super::status::Status;
use super::time::Moment;
use serde::{Deserialize, Serialize};

/// The longest message, in characters.
pub const MESSAGE_LIMIT: usize = 2_000;

/// What stands in the Add Invitations form: kept over Esc, crash and restart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// The pasted text, as it was typed.
    pub emails: String,
    /// The message.
    pub message: String,
    /// Send From.
    pub sender: Option<i64>,
    /// Invitee Group.
    pub group: Option<i64>,
    /// Keep as Not Sent instead of queueing the mail.
    pub keep: bool,
}

impl Draft {
    /// Whether there is nothing to lose.
    pub fn is_empty(&self) -> bool {
        self.emails.trim().is_empty() && self.message.trim().is_empty()
    }
}

/// What the form, the command line or the store asks to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitations {
    /// Whom, in order.
    pub addresses: Vec<EmailAddress>,
    /// Send From; the website follows from it.
    pub sender: SenderId,
    /// Invitee Group.
    pub group: GroupId,
    /// The customer who invites; nobody when staff do.
    pub inviter: Option<CustomerId>,
    /// The message in the mail.
    pub message: String,
    /// Queue the mails at once.
    pub send: bool,
    /// Take in addresses that are cooling down.
    pub override_cooldown: bool,
}

/// What is to be said about an address that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It can be created.
    Ready,
    /// It stands earlier in the same list, at this place (counted from 1).
    Twice(usize),
    /// The same inviter has an open invitation to it.
    AlreadyInvited {
        /// Which.
        id: InvitationId,
        /// Its status.
        status: Status,
        /// Who created it.
        by: String,
        /// When it was sent, or else created.
        at: Moment,
    },
    /// It belongs to a customer of the website.
    AlreadyCustomer,
    /// It is on the suppression list.
    Suppressed {
        /// Why.
        reason: String,
        /// Since when.
        since: Moment,
    },
    /// Another invitation mailed it within the cool-down.
    CoolingDown {
        /// When it may be mailed again.
        until: Moment,
    },
}

impl Verdict {
    /// Whether creating it is possible, given whether the cool-down is overridden.
    pub const fn creates(&self, override_cooldown: bool) -> bool {
        matches!(self, Self::Ready) || (override_cooldown && matches!(self, Self::CoolingDown { .. }))
    }

    /// The reason in one line; nothing for ready. Moments are shown as dates in UTC: callers with a zone write their own.
    pub fn reason(&self) -> Option<String> {
        let day = |at: &Moment| at.to_utc().format("%Y-%m-%d").to_string();
        match self {
            Self::Ready => None,
            Self::Twice(first) => Some(format!("twice in this list: the same as number {first}")),
            Self::AlreadyInvited { id, status, by, at } => {
                Some(format!("already invited: number {id}, {} {} by {by}", status.label(), day(at)))
            }
            Self::AlreadyCustomer => Some("already a customer of this website".to_owned()),
            Self::Suppressed { reason, since } => Some(format!("suppressed since {}: {reason}", day(since))),
            Self::CoolingDown { until } => Some(format!(
                "cooling down: another invitation was just mailed to it, possible again {}",
                until.rfc3339()
            )),
        }
    }
}

/// What became of a request to create.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Created {
    /// Those created; without a number where it was only asked what would be.
    pub created: Vec<(Option<InvitationId>, EmailAddress)>,
    /// Those refused, each with its own reason.
    pub refused: Vec<(EmailAddress, Verdict)>,
}
