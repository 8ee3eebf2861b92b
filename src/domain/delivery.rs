//! Where an invitation's mail is, beside its status and never instead of it.

use serde::{Deserialize, Serialize};

/// Where the mail is. The numbers are how the store keeps it and how it sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Delivery {
    /// Nothing is to be sent.
    Idle = 0,
    /// Waits for its batch.
    Queued = 1,
    /// A dispatcher took it; no byte of the body is out.
    Claimed = 2,
    /// The body may be on the wire.
    Sending = 3,
    /// Refused for now; tried again later.
    Deferred = 4,
    /// Refused for good.
    Failed = 5,
    /// Nobody knows whether it went out.
    InDoubt = 6,
}

impl Delivery {
    /// Every delivery, in the order in which it sorts.
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
            _ => self.code(),
        }
    }

    /// From the store's number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| *delivery as i64 == number)
    }
}
