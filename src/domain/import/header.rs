//! The first line of a file: which column holds what, and what kind of list it is.

use super::Kind;
use super::values::{present, unguarded};
use sha2::{Digest, Sha256};

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    CustomerId,
    Inviter,
    Created,
    Email,
    ReferralId,
    Invitee,
    Code,
    Registered,
    StoreId,
    Sender,
    WebsiteId,
    Website,
    GroupId,
    Group,
    Message,
    Status,
    Sent,
    LastSent,
    TimesSent,
    Expires,
    FirstName,
    LastName,
    Name,
    BaseUrl,
    FromName,
    FromEmail,
    ReplyTo,
    Locale,
    Total,
    Reason,
}

/// The lists that differ in their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Invitations.
    Invitations,
    /// Store views: the senders.
    Senders,
    /// Orders.
    Orders,
    /// Websites.
    Websites,
    /// Customer groups.
    Groups,
    /// Customers.
    Customers,
    /// Suppressions.
    Suppressions,
}

/// A field, the names that its column may have, and whether the list is none without it.
type Column = (Field, &'static [&'static str], Need);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

use Need::{Optional, Required};

const INVITATIONS: &[Column] = &[
    (Field::Id, &["invitation_id", "id"], Required),
    (Field::Email, &["email"], Required),
    (Field::Status, &["status"], Required),
    (Field::Created, &["invitation_date", "created_at"], Required),
    (Field::CustomerId, &["customer_id"], Optional),
    (Field::Inviter, &["inviter"], Optional),
    (Field::ReferralId, &["referral_id"], Optional),
    (Field::Invitee, &["invitee"], Optional),
    (Field::Code, &["protection_code"], Optional),
    (Field::Registered, &["signup_date", "registered_at"], Optional),
    (Field::StoreId, &["store_id"], Optional),
    (Field::Sender, &["sender"], Optional),
    (Field::Website, &["website"], Optional),
    (Field::GroupId, &["group_id"], Optional),
    (Field::Group, &["group"], Optional),
    (Field::Message, &["message"], Optional),
    (Field::Sent, &["sent_at"], Optional),
    (Field::LastSent, &["last_sent_at"], Optional),
    (Field::TimesSent, &["times_sent"], Optional),
    (Field::Expires, &["expires_at"], Optional),
];

const SENDERS: &[Column] = &[
    (Field::Id, &["store_id", "id"], Required),
    (Field::Code, &["code"], Required),
    (Field::FromEmail, &["sender_email", "from_email"], Required),
    (Field::WebsiteId, &["website_id"], Optional),
    (Field::Website, &["website"], Optional),
    (Field::Name, &["name"], Optional),
    (Field::FromName, &["sender_name", "from_name"], Optional),
    (Field::ReplyTo, &["reply_to"], Optional),
    (Field::Locale, &["locale"], Optional),
];

const ORDERS: &[Column] = &[
    (Field::Id, &["entity_id", "order_id", "id"], Required),
    (Field::CustomerId, &["customer_id"], Required),
    (Field::Total, &["grand_total", "total"], Required),
    (Field::Created, &["created_at"], Required),
    (Field::StoreId, &["store_id"], Optional),
];

const WEBSITES: &[Column] = &[
    (Field::Id, &["website_id", "id"], Required),
    (Field::Code, &["code"], Required),
    (Field::BaseUrl, &["base_url", "url"], Required),
    (Field::Name, &["name"], Optional),
];

const GROUPS: &[Column] = &[
    (Field::Id, &["customer_group_id", "group_id", "id"], Required),
    (Field::Name, &["customer_group_code", "group", "name"], Required),
];

const CUSTOMERS: &[Column] = &[
    (Field::Id, &["entity_id", "customer_id", "id"], Required),
    (Field::Email, &["email"], Required),
    (Field::FirstName, &["firstname", "first_name"], Optional),
    (Field::LastName, &["lastname", "last_name"], Optional),
    (Field::GroupId, &["group_id"], Optional),
    (Field::Group, &["group"], Optional),
    (Field::WebsiteId, &["website_id"], Optional),
    (Field::Website, &["website"], Optional),
    (Field::Created, &["created_at"], Optional),
];

const SUPPRESSIONS: &[Column] = &[
    (
        Field::Email,
        &[
            "email",
            "address",
            "domain",
            "email_or_domain",
            "email-or-domain",
            "email or domain",
        ],
        Required,
    ),
    (Field::Reason, &["reason"], Required),
    (Field::Created, &["date", "since", "created_at"], Optional),
];

impl Shape {
    /// Every shape, the most telling columns first: a header is taken for the first one that it fits.
    const ALL: [Self; 7] = [
        Self::Invitations,
        Self::Senders,
        Self::Orders,
        Self::Websites,
        Self::Groups,
        Self::Customers,
        Self::Suppressions,
    ];

    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Invitations => INVITATIONS,
            Self::Senders => SENDERS,
            Self::Orders => ORDERS,
            Self::Websites => WEBSITES,
            Self::Groups => GROUPS,
            Self::Customers => CUSTOMERS,
            Self::Suppressions => SUPPRESSIONS,
        }
    }

    /// The kind that the command names it by.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Invitations => Kind::Invitations,
            Self::Senders | Self::Websites => Kind::Websites,
            Self::Orders => Kind::Orders,
            Self::Groups => Kind::Groups,
            Self::Customers => Kind::Customers,
            Self::Suppressions => Kind::Suppressions,
        }
    }

    fn missing(self, names: &[String]) -> Vec<&'static str> {
        let found = |known: &&[&str]| known.iter().any(|known| names.iter().any(|name| name == known));
        let required = self.columns().iter().filter(|(.., need)| *need == Required);
        required
            .filter(|(_, known, _)| !found(known))
            .filter_map(|(_, known, _)| known.first().copied())
            .collect()
    }
}

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Nothing there.
    #[error("the file is empty: its first line must name the columns")]
    Empty,
    /// The columns fit no list.
    #[error("it cannot be told from the columns ({columns}) what the file holds: name it with --kind")]
    Unknown {
        /// The names found.
        columns: String,
    },
    /// The columns do not fit the list that was named.
    #[error("this is no list of {kind}: it has no column {missing}")]
    Missing {
        /// The kind that was named.
        kind: &'static str,
        /// What it lacks.
        missing: String,
    },
    /// Two columns hold the same.
    #[error("the columns {first} and {second} say the same: take one of them out")]
    Twice {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
}

/// Which column holds what.
#[derive(Debug, Clone)]
pub struct Header {
    shape: Shape,
    /// The field of each column; none for columns that are not known.
    fields: Vec<Option<Field>>,
}

impl Header {
    /// Reads the first line. Without a kind, the columns tell it.
    pub fn read<'a>(names: impl IntoIterator<Item = &'a str>, kind: Option<Kind>) -> Result<Self, HeaderError> {
        let names: Vec<String> = names
            .into_iter()
            .map(|name| name.trim_matches(['\u{FEFF}', ' ']).to_ascii_lowercase())
            .collect();
        if names.iter().all(String::is_empty) {
            return Err(HeaderError::Empty);
        }
        let mut shapes = Shape::ALL.into_iter().filter(|shape| kind.is_none_or(|kind| shape.kind() == kind));
        let shape = match (shapes.clone().find(|shape| shape.missing(&names).is_empty()), kind) {
            (Some(shape), _) => shape,
            (None, None) => return Err(HeaderError::Unknown { columns: names.join(", ") }),
            (None, Some(kind)) => {
                let missing = shapes.next_back().map(|shape| shape.missing(&names)).unwrap_or_default();
                return Err(HeaderError::Missing {
                    kind: kind.code(),
                    missing: missing.join(", nor "),
                });
            }
        };
        let fields: Vec<Option<Field>> = names.iter().map(|name| field_of(shape, name)).collect();
        for (nth, field) in fields.iter().enumerate().filter(|(_, field)| field.is_some()) {
            if let Some(first) = fields.iter().position(|other| other == field).filter(|first| *first < nth) {
                let name = |at: usize| names.get(at).cloned().unwrap_or_default();
                return Err(HeaderError::Twice {
                    first: name(first),
                    second: name(nth),
                });
            }
        }
        Ok(Self { shape, fields })
    }

    /// What list it is.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// The fields of a record by their columns; a record of another length is refused.
    pub(super) fn fields<'a>(&'a self, record: &'a csv::StringRecord) -> Result<Fields<'a>, String> {
        let (found, wanted) = (record.len(), self.fields.len());
        match found.cmp(&wanted) {
            std::cmp::Ordering::Less => Err(format!("too few columns: {found} instead of {wanted}")),
            std::cmp::Ordering::Greater => Err(format!("too many columns: {found} instead of {wanted}; is a quote missing?")),
            std::cmp::Ordering::Equal => Ok(Fields { header: self, record }),
        }
    }
}

fn field_of(shape: Shape, name: &str) -> Option<Field> {
    shape
        .columns()
        .iter()
        .find(|(_, known, _)| known.contains(&name))
        .map(|(field, ..)| *field)
}

/// One record, by field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    header: &'a Header,
    record: &'a csv::StringRecord,
}

impl<'a> Fields<'a> {
    /// Whether the file has a column of it.
    pub(super) fn has(&self, field: Field) -> bool {
        self.header.fields.contains(&Some(field))
    }

    /// The value as it stands in the file; empty where there is no column.
    pub(super) fn raw(&self, field: Field) -> &'a str {
        let column = self.header.fields.iter().position(|found| *found == Some(field));
        column.and_then(|column| self.record.get(column)).map(unguarded).unwrap_or_default()
    }

    /// The value, where there is one.
    pub(super) fn get(&self, field: Field) -> Option<&'a str> {
        present(self.raw(field))
    }

    /// What tells this record from others: the same in whatever order the columns stand and however lines are broken.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (field, ..) in self.header.shape.columns().iter().filter(|(field, ..)| self.has(*field)) {
            let value = self.raw(*field).replace("\r\n", "\n");
            let value = value.trim();
            hash.update([*field as u8]);
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        }
        hash.finalize().into()
    }
}
