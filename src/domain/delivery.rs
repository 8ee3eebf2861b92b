//! Where an invitation's mail is, as a pure machine: state and event in, state and effect out.
//!
//! The laws it keeps: an expired *sending* never goes back to the queue, there is never a second live attempt, and a mail
//! goes out twice only after somebody settled an *in doubt* that way.

use super::ids::AttemptId;
use serde::{Deserialize, Serialize};

mod backoff;
pub use backoff::{GIVE_UP_AFTER, retry_delay};

/// Where the mail is, beside the status. The numbers are how the store keeps it and how it sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Delivery {
    /// Nothing under way.
    Idle = 0,
    /// Waits for its turn.
    Queued = 1,
    /// A dispatcher has taken it; nothing of its body was sent.
    Claimed = 2,
    /// The body may be on the wire.
    Sending = 3,
    /// Refused for now; tried again later.
    Deferred = 4,
    /// Refused for good.
    Failed = 5,
    /// Nobody knows whether the server took it.
    InDoubt = 6,
}

impl Delivery {
    /// Every state, in the order in which it sorts.
    pub const ALL: [Self; 7] = [
        Self::Idle,
        Self::Queued,
        Self::Claimed,
        Self::Sending,
        Self::Deferred,
        Self::Failed,
        Self::InDoubt,
    ];

    /// The word in JSON, filters and commands.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Queued => "queued",
            Self::Claimed => "claimed",
            Self::Sending => "sending",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
        }
    }

    /// The word staff read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::InDoubt => "in doubt",
            other => other.code(),
        }
    }

    /// From the store's number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i64 == number)
    }

    /// Whether an attempt is live: a dispatcher has it in hand.
    pub const fn is_in_flight(self) -> bool {
        matches!(self, Self::Claimed | Self::Sending)
    }

    /// Whether it can be taken back before it goes.
    pub const fn can_be_withdrawn(self) -> bool {
        matches!(self, Self::Queued | Self::Claimed | Self::Deferred)
    }
}

/// What happens to a mail. Events of an attempt name it: those of any other attempt than the live one change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryEvent {
    /// An operator or customer sends it, or sends a failed one again.
    Enqueue,
    /// "Try now" on a deferred one.
    TryNow,
    /// A dispatcher takes it, with a new attempt.
    Claim(AttemptId),
    /// Its dispatcher is dead, frozen beyond its lease, or stopped cleanly.
    OwnerLost(AttemptId),
    /// The route is at fault (connect, TLS, AUTH, MAIL FROM, 421): no attempt is burnt.
    RouteFault(AttemptId),
    /// The server answered 354: the body is about to go.
    BodyStarts(AttemptId),
    /// 2xx to the final dot, or the folder has the file.
    Taken(AttemptId),
    /// 4xx to RCPT, DATA or the dot, or the connection broke before the dot was written.
    Refused(AttemptId),
    /// 5xx to RCPT, DATA or the dot, or deferred for too long.
    Rejected(AttemptId),
    /// No whole reply after the dot.
    NoAnswer(AttemptId),
    /// Settled: assume that it was sent.
    SettleSent,
    /// Settled: send it again with the same Message-ID.
    SettleAgain,
    /// Settled: it did not arrive (a bounce).
    SettleFailed,
    /// The person registered.
    Accepted,
    /// Undo, cancel the rest, suppression.
    Withdraw,
    /// Staff discarded the invitation.
    Discard,
}

/// What a change of the delivery does to the invitation itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryEffect {
    /// Nothing beyond the delivery.
    Nothing,
    /// The invitation becomes Sent (or, when it is, gets a new *last sent*).
    HandedOver,
    /// Acceptance settled a doubt: Sent takes the time of that attempt.
    SentByAcceptance,
}

/// The state after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The new state.
    pub to: Delivery,
    /// The attempt that is live in it, for claimed and sending; the attempt in question, for in doubt.
    pub attempt: Option<AttemptId>,
    /// What it does to the invitation.
    pub effect: DeliveryEffect,
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where an Option is asked")]
const fn step(to: Delivery, attempt: Option<AttemptId>, effect: DeliveryEffect) -> Option<Step> {
    Some(Step { to, attempt, effect })
}

/// The machine: what `event` makes of a mail in state `from` whose attempt in hand is `attempt`; `None` when it changes nothing.
pub fn next(from: Delivery, attempt: Option<AttemptId>, event: DeliveryEvent) -> Option<Step> {
    use Delivery::{Claimed, Deferred, Failed, Idle, InDoubt, Queued, Sending};
    use DeliveryEffect::{HandedOver, Nothing, SentByAcceptance};
    use DeliveryEvent as E;
    let live = |id: AttemptId| attempt == Some(id);
    match (from, event) {
        (Idle | Failed, E::Enqueue) | (Deferred, E::TryNow) | (InDoubt, E::SettleAgain) => step(Queued, None, Nothing),
        (Queued | Deferred, E::Claim(id)) => step(Claimed, Some(id), Nothing),
        (Claimed, E::OwnerLost(id) | E::RouteFault(id)) if live(id) => step(Queued, None, Nothing),
        (Claimed, E::BodyStarts(id)) if live(id) => step(Sending, Some(id), Nothing),
        (Sending | InDoubt, E::Taken(id)) if live(id) => step(Idle, None, HandedOver),
        (Claimed | Sending, E::Refused(id)) if live(id) => step(Deferred, None, Nothing),
        (InDoubt, E::Refused(id)) if live(id) => step(Deferred, None, Nothing),
        (Claimed | Sending | InDoubt, E::Rejected(id)) if live(id) => step(Failed, None, Nothing),
        (Deferred, E::Rejected(_)) | (InDoubt, E::SettleFailed) => step(Failed, None, Nothing),
        (Sending, E::OwnerLost(id) | E::NoAnswer(id)) if live(id) => step(InDoubt, Some(id), Nothing),
        (InDoubt, E::SettleSent) => step(Idle, None, HandedOver),
        (InDoubt, E::Accepted) => step(Idle, None, SentByAcceptance),
        (Queued | Deferred | Claimed, E::Accepted | E::Withdraw | E::Discard)
        | (Failed, E::Accepted | E::Discard)
        | (InDoubt, E::Discard) => step(Idle, None, Nothing),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
