//! The fields of the language: one table that makes the parser, completion, help and the README's table.

use crate::domain::delivery::Delivery;
use crate::domain::status::Status;
use serde::{Deserialize, Serialize};

/// A field that can be asked, as it is written before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The invitation's number.
    Id,
    /// What has become of it.
    Status,
    /// The address it was addressed to.
    Email,
    /// The account that registered.
    Invitee,
    /// The customer who invited.
    Inviter,
    /// When a mail was first handed over.
    Sent,
    /// When the person registered.
    Registered,
    /// When it was created.
    Created,
    /// When a mail was last handed over.
    LastSent,
    /// When its link closes by itself.
    Expires,
    /// When it was discarded.
    Discarded,
    /// The site it is valid on.
    Website,
    /// The invitee's customer group.
    Group,
    /// The store view it is sent from.
    Sender,
    /// Where the mail is.
    Delivery,
    /// How many times a mail was handed over.
    Times,
    /// By which route.
    Via,
    /// What the server last said.
    Reason,
    /// What is said of the row as a whole.
    Is,
}

/// A date that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateField {
    /// When a mail was first handed over.
    Sent,
    /// When the person registered.
    Registered,
    /// When it was created.
    Created,
    /// When a mail was last handed over.
    LastSent,
    /// When its link closes by itself; ages look ahead here.
    Expires,
    /// When it was discarded; imported ones carry no such date.
    Discarded,
}

/// A text that can be asked for a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextField {
    /// The address it was addressed to.
    Email,
    /// The account that registered.
    Invitee,
    /// The customer who invited; empty when an admin did.
    Inviter,
    /// The delivery's last reason.
    Reason,
}

/// A thing that is asked by its whole name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameField {
    /// The website, by its code.
    Website,
    /// The customer group, by its name.
    Group,
    /// The sender, by its code.
    Sender,
}

/// What is said of a row as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Not Sent or Sent: still waiting for an answer.
    Open,
    /// Registered under another address than the one invited.
    Other,
    /// Selected now; only the console can tell.
    Selected,
}

/// Where the mails of an invitation went: to a server as soon as one was, else to the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Via {
    /// Only ever to the outbox folder: no server took it.
    Folder = 0,
    /// A server took it.
    Smtp = 1,
}

impl Via {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::Folder, Self::Smtp];

    /// The word in JSON, filters and commands.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Smtp => "smtp",
        }
    }

    /// From the store's number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|via| *via as i64 == number)
    }
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 3] = [Self::Open, Self::Other, Self::Selected];

    /// The word after `is:`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Other => "other",
            Self::Selected => "selected",
        }
    }
}

impl DateField {
    /// Every date.
    pub const ALL: [Self; 6] = [
        Self::Sent,
        Self::Registered,
        Self::Created,
        Self::LastSent,
        Self::Expires,
        Self::Discarded,
    ];

    /// The field of the language.
    pub const fn field(self) -> Field {
        match self {
            Self::Sent => Field::Sent,
            Self::Registered => Field::Registered,
            Self::Created => Field::Created,
            Self::LastSent => Field::LastSent,
            Self::Expires => Field::Expires,
            Self::Discarded => Field::Discarded,
        }
    }
}

impl TextField {
    /// Every text.
    pub const ALL: [Self; 4] = [Self::Email, Self::Invitee, Self::Inviter, Self::Reason];

    /// The field of the language.
    pub const fn field(self) -> Field {
        match self {
            Self::Email => Field::Email,
            Self::Invitee => Field::Invitee,
            Self::Inviter => Field::Inviter,
            Self::Reason => Field::Reason,
        }
    }
}

impl NameField {
    /// Every thing with a name.
    pub const ALL: [Self; 3] = [Self::Website, Self::Group, Self::Sender];

    /// The field of the language.
    pub const fn field(self) -> Field {
        match self {
            Self::Website => Field::Website,
            Self::Group => Field::Group,
            Self::Sender => Field::Sender,
        }
    }
}

impl Field {
    /// Every field, in the order in which help lists them.
    pub const ALL: [Self; 19] = [
        Self::Id,
        Self::Status,
        Self::Email,
        Self::Invitee,
        Self::Inviter,
        Self::Sent,
        Self::Registered,
        Self::Created,
        Self::LastSent,
        Self::Expires,
        Self::Discarded,
        Self::Website,
        Self::Group,
        Self::Sender,
        Self::Delivery,
        Self::Times,
        Self::Via,
        Self::Reason,
        Self::Is,
    ];

    /// The word before the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Status => "status",
            Self::Email => "email",
            Self::Invitee => "invitee",
            Self::Inviter => "inviter",
            Self::Sent => "sent",
            Self::Registered => "registered",
            Self::Created => "created",
            Self::LastSent => "last_sent",
            Self::Expires => "expires",
            Self::Discarded => "discarded",
            Self::Website => "website",
            Self::Group => "group",
            Self::Sender => "sender",
            Self::Delivery => "delivery",
            Self::Times => "times",
            Self::Via => "via",
            Self::Reason => "reason",
            Self::Is => "is",
        }
    }

    /// What it asks, in a few words.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Id => "the invitation's number, or a range of them",
            Self::Status => "what has become of it",
            Self::Email => "part of the address it was addressed to",
            Self::Invitee => "part of the account's address that registered; none, any",
            Self::Inviter => "part of the inviting customer's address; admin, any",
            Self::Sent => "when a mail was first handed over; none, any",
            Self::Registered => "when the person registered; none, any",
            Self::Created => "when it was created",
            Self::LastSent => "when a mail was last handed over; none, any",
            Self::Expires => "when its link closes by itself (7d: within the next 7 days); none, any",
            Self::Discarded => "when it was discarded, where that is known; none, any",
            Self::Website => "the website's code",
            Self::Group => "the invitee group's name",
            Self::Sender => "the sender's code",
            Self::Delivery => "where the mail is",
            Self::Times => "how many times a mail was handed over",
            Self::Via => "folder: only ever written to the outbox folder; smtp: a server took it",
            Self::Reason => "part of what the server last said; none, any",
            Self::Is => "open: not sent or sent; other: registered under another address; selected",
        }
    }

    /// How it is used.
    pub const fn examples(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id:100..200", "id:7,12", "id:>1000"],
            Self::Status => &["status:sent,accepted", "-status:discarded"],
            Self::Email => &["email:@example.com", "email:ann,bob"],
            Self::Invitee => &["invitee:any", "invitee:none"],
            Self::Inviter => &["inviter:ann", "inviter:admin"],
            Self::Sent => &["sent:2026-01..2026-03", "sent:>14d", "sent:none"],
            Self::Registered => &["registered:>2026-05-01", "registered:7d"],
            Self::Created => &["created:>1h", "created:today"],
            Self::LastSent => &["last_sent:yesterday", "last_sent:>=2026-05"],
            Self::Expires => &["expires:7d", "expires:none"],
            Self::Discarded => &["discarded:today", "discarded:2026-03"],
            Self::Website => &["website:main"],
            Self::Group => &["group:vip", "group:\"Private Sale, Gold\"", "-group:general"],
            Self::Sender => &["sender:default"],
            Self::Delivery => &["delivery:failed", "delivery:in_doubt,deferred"],
            Self::Times => &["times:>1", "times:0"],
            Self::Via => &["via:folder"],
            Self::Reason => &["reason:5.1.1", "reason:\"user unknown\""],
            Self::Is => &["is:open", "is:other"],
        }
    }

    /// The words it takes where these are few and fixed: for completion and for mistakes.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Status => Status::ALL.map(Status::code).to_vec(),
            Self::Delivery => Delivery::ALL.map(Delivery::code).to_vec(),
            Self::Via => Via::ALL.map(Via::code).to_vec(),
            Self::Is => Mark::ALL.map(Mark::code).to_vec(),
            Self::Invitee | Self::Reason | Self::Email => vec!["none", "any"],
            Self::Inviter => vec!["admin", "any"],
            Self::Sent | Self::Registered | Self::Created | Self::LastSent | Self::Expires | Self::Discarded => {
                vec!["today", "yesterday", "none", "any"]
            }
            Self::Id | Self::Times | Self::Website | Self::Group | Self::Sender => Vec::new(),
        }
    }

    /// By its name; capitals do not matter, nor whether `last_sent` has a dash, an underscore or neither.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| bare(field.name()) == bare(name))
    }
}

/// A word without capitals, dashes, underscores and blanks: `Not Sent`, `not-sent` and `not_sent` are one.
pub(super) fn bare(word: &str) -> String {
    word.chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}
