//! What a file of another system says: its header, its records, and why a line is refused.
//!
//! Columns are matched by name. Those of Magento's tables are known, and those of our own `list --csv`, so that a shop can move in and a
//! list can move from one database to another. Reading is pure; what a number refers to is the store's to resolve.

mod header;
mod record;
mod split;
#[cfg(test)]
mod tests;
mod values;

pub use header::{Header, HeaderError, Shape};
pub use record::{
    CustomerRecord, CustomerRef, GroupRecord, InvitationRecord, Named, OrderRecord, Origin, Record, SenderRecord, SuppressionRecord,
    WebsiteRecord, suppression_key,
};
pub use split::Splitter;

use serde::{Serialize, Serializer};
use std::str::FromStr;

/// What a file holds, as the command names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Invitations.
    Invitations,
    /// Customers.
    Customers,
    /// Customer groups.
    Groups,
    /// Websites, or the store views of them: the header tells which.
    Websites,
    /// Orders.
    Orders,
    /// Addresses and domains that get no mail.
    Suppressions,
}

impl Kind {
    /// Every kind, in the order in which a shop's lists refer to each other, but for the last.
    pub const ALL: [Self; 6] = [
        Self::Websites,
        Self::Groups,
        Self::Customers,
        Self::Invitations,
        Self::Orders,
        Self::Suppressions,
    ];

    /// The word in commands and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitations => "invitations",
            Self::Customers => "customers",
            Self::Groups => "groups",
            Self::Websites => "websites",
            Self::Orders => "orders",
            Self::Suppressions => "suppressions",
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == word)
            .ok_or_else(|| format!("“{word}” is no kind of list: {}", Self::ALL.map(Self::code).join(", ")))
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// A line that did not go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedLine {
    /// The line at which its record begins; the header is line 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// One record of a file, read or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The line at which it begins.
    pub line: u64,
    /// What it says, or why it is refused.
    pub record: Result<Record, String>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// What it held.
    pub kind: Kind,
    /// Records read, the header not counted.
    pub lines: u64,
    /// Those that went in.
    pub imported: u64,
    /// Those that were here already, just so.
    pub unchanged: u64,
    /// Those that were refused, by line.
    pub refused: Vec<RefusedLine>,
}
