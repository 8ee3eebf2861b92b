//! What has become of an invitation, and the only ways it may change.

use serde::{Deserialize, Serialize};

/// The status of an invitation. The numbers are how the store keeps it and how it sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Status {
    /// Created; no mail was handed over yet.
    NotSent = 0,
    /// A server took the mail, or the outbox folder has it.
    Sent = 1,
    /// The person registered with the link. Terminal.
    Accepted = 2,
    /// Closed by staff, by the person, or by expiry. Customers read "Canceled".
    Discarded = 3,
}

/// What may happen to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusEvent {
    /// The mail was handed over, for the first time or again.
    HandedOver,
    /// The person registered with the link.
    Registered,
    /// Staff (or expiry, or the person) closed it.
    Discarded,
    /// A discard was taken back; `was_sent` says whether a mail had gone out before.
    Restored {
        /// Whether a mail had gone out before.
        was_sent: bool,
    },
}

impl Status {
    /// Every status, in the order in which it sorts.
    pub const ALL: [Self; 4] = [Self::NotSent, Self::Sent, Self::Accepted, Self::Discarded];

    /// The word in JSON, filters and commands.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Discarded => "discarded",
        }
    }

    /// The word staff read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotSent => "Not Sent",
            Self::Sent => "Sent",
            Self::Accepted => "Accepted",
            Self::Discarded => "Discarded",
        }
    }

    /// From the store's number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| *status as i64 == number)
    }

    /// Whether it still waits for an answer: the duplicate rule counts these.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::NotSent | Self::Sent)
    }

    /// The status after `event`, or `None` where that may not happen.
    pub const fn after(self, event: StatusEvent) -> Option<Self> {
        match (self, event) {
            (Self::NotSent | Self::Sent, StatusEvent::HandedOver) | (Self::Discarded, StatusEvent::Restored { was_sent: true }) => {
                Some(Self::Sent)
            }
            (Self::NotSent | Self::Sent, StatusEvent::Registered) => Some(Self::Accepted),
            (Self::NotSent | Self::Sent, StatusEvent::Discarded) => Some(Self::Discarded),
            (Self::Discarded, StatusEvent::Restored { was_sent: false }) => Some(Self::NotSent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_accepted() {
        for event in [
            StatusEvent::HandedOver,
            StatusEvent::Registered,
            StatusEvent::Discarded,
            StatusEvent::Restored { was_sent: true },
            StatusEvent::Restored { was_sent: false },
        ] {
            assert_eq!(Status::Accepted.after(event), None);
        }
    }

    #[test]
    fn a_discarded_one_is_neither_sent_nor_accepted_before_it_is_restored() {
        assert_eq!(Status::Discarded.after(StatusEvent::HandedOver), None);
        assert_eq!(Status::Discarded.after(StatusEvent::Registered), None);
        assert_eq!(
            Status::Discarded.after(StatusEvent::Restored { was_sent: true }),
            Some(Status::Sent)
        );
        assert_eq!(
            Status::Discarded.after(StatusEvent::Restored { was_sent: false }),
            Some(Status::NotSent)
        );
    }

    #[test]
    fn numbers_and_statuses_agree() {
        for status in Status::ALL {
            assert_eq!(Status::from_number(status as i64), Some(status));
        }
        assert_eq!(Status::from_number(4), None);
    }
}
