//! The grid's columns: the nine fields first, then those that are hidden at first.

use super::Row;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A column of data. The Select column of the grid is not one: it belongs to the person who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// ID.
    Id,
    /// The address invited.
    Email,
    /// The account that registered.
    Invitee,
    /// First sent.
    Sent,
    /// Registered.
    Registered,
    /// Status.
    Status,
    /// "Valid Website".
    Website,
    /// "Invitee Group".
    Group,
    /// Who invited.
    Inviter,
    /// The store view it is sent from.
    Sender,
    /// Created.
    Created,
    /// Last sent.
    LastSent,
    /// Times sent.
    TimesSent,
    /// Where the mail is, with the last reason.
    Delivery,
    /// When it closes by itself.
    Expires,
}

impl Column {
    /// Every column; the first eight, with Select, are the nine fields.
    pub const ALL: [Self; 15] = [
        Self::Id,
        Self::Email,
        Self::Invitee,
        Self::Sent,
        Self::Registered,
        Self::Status,
        Self::Website,
        Self::Group,
        Self::Inviter,
        Self::Sender,
        Self::Created,
        Self::LastSent,
        Self::TimesSent,
        Self::Delivery,
        Self::Expires,
    ];

    /// The columns that the grid shows at first.
    pub const NINE_FIELDS: [Self; 8] = [
        Self::Id,
        Self::Email,
        Self::Invitee,
        Self::Sent,
        Self::Registered,
        Self::Status,
        Self::Website,
        Self::Group,
    ];

    /// The word in commands: `--sort`, `--columns`, and the key in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Email => "email",
            Self::Invitee => "invitee",
            Self::Sent => "sent_at",
            Self::Registered => "registered_at",
            Self::Status => "status",
            Self::Website => "website",
            Self::Group => "group",
            Self::Inviter => "inviter",
            Self::Sender => "sender",
            Self::Created => "created_at",
            Self::LastSent => "last_sent_at",
            Self::TimesSent => "times_sent",
            Self::Delivery => "delivery",
            Self::Expires => "expires_at",
        }
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Email => "Email",
            Self::Invitee => "Invitee",
            Self::Sent => "Sent",
            Self::Registered => "Registered",
            Self::Status => "Status",
            Self::Website => "Website",
            Self::Group => "Group",
            Self::Inviter => "Inviter",
            Self::Sender => "Sender",
            Self::Created => "Created",
            Self::LastSent => "Last sent",
            Self::TimesSent => "Times sent",
            Self::Delivery => "Delivery",
            Self::Expires => "Expires",
        }
    }
}

/// Reads the code; the short form without `_at` is understood too.
impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|column| column.code() == text || column.code().strip_suffix("_at") == Some(text))
            .ok_or_else(|| format!("there is no column “{text}”: {}", Self::ALL.map(Self::code).join(", ")))
    }
}

/// By which column rows are ordered; rows that are equal in it are ordered by ID, the same way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Largest first. Empty values come last either way.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            column: Column::Id,
            descending: true,
        }
    }
}

/// `COLUMN` or `COLUMN:desc` / `COLUMN:asc`.
impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (column, way) = text.split_once(':').unwrap_or((text, "asc"));
        let descending = match way {
            "asc" => false,
            "desc" => true,
            other => return Err(format!("“{other}” is no order: write {column}:asc or {column}:desc")),
        };
        Ok(Self {
            column: column.parse()?,
            descending,
        })
    }
}

/// A row's place in an order: the value of the sorted column, as the store compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// The column is empty in this row.
    Empty,
    /// A number, a moment, a status.
    Number(i64),
    /// Text.
    Text(String),
}

impl SortKey {
    /// The place of `row` in the order of `column`.
    pub fn of(row: &Row, column: Column) -> Self {
        let moment = |at: Option<super::Moment>| at.map_or(Self::Empty, |at| Self::Number(at.0));
        let text = |text: Option<&str>| text.map_or(Self::Empty, |text| Self::Text(text.to_owned()));
        match column {
            Column::Id => Self::Number(row.id.0),
            Column::Email => text(row.email.as_deref()),
            Column::Invitee => text(row.invitee.as_deref()),
            Column::Sent => moment(row.sent_at),
            Column::Registered => moment(row.registered_at),
            Column::Status => Self::Number(row.status as i64),
            Column::Website => text(Some(&row.website)),
            Column::Group => text(Some(&row.group)),
            Column::Inviter => match &row.inviter {
                super::Inviter::Admin => Self::Empty,
                other => Self::Text(other.to_string()),
            },
            Column::Sender => text(Some(&row.sender)),
            Column::Created => Self::Number(row.created_at.0),
            Column::LastSent => moment(row.last_sent_at),
            Column::TimesSent => Self::Number(i64::from(row.times_sent)),
            Column::Delivery => Self::Number(row.delivery as i64),
            Column::Expires => moment(row.expires_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_sorts_read_back() {
        for column in Column::ALL {
            assert_eq!(column.code().parse(), Ok(column));
        }
        assert_eq!("sent".parse(), Ok(Column::Sent));
        assert_eq!(
            "email:desc".parse(),
            Ok(Sort {
                column: Column::Email,
                descending: true
            })
        );
        assert!("email:down".parse::<Sort>().is_err());
    }
}
