//! Records as they are understood; what their numbers refer to is not asked here.

use super::header::{Field, Fields, Header, Shape};
use super::values;
use crate::domain::email::EmailAddress;
use crate::domain::status::Status;
use crate::domain::time::Moment;
use std::time::Duration;

/// One record of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// An invitation.
    Invitation(Box<InvitationRecord>),
    /// A customer.
    Customer(Box<CustomerRecord>),
    /// A customer group.
    Group(GroupRecord),
    /// A website.
    Website(WebsiteRecord),
    /// A store view.
    Sender(Box<SenderRecord>),
    /// An order.
    Order(OrderRecord),
    /// A suppression.
    Suppression(SuppressionRecord),
}

/// Who a customer is, in the words of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum CustomerRef {
    /// By the number they have there.
    Number(i64),
    /// By address, as our own lists name them.
    Address(EmailAddress),
}

/// A website, sender or group in the words of the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Named {
    /// By the number it has there.
    Number(i64),
    /// By its code or name.
    Word(String),
}

/// What tells where an invitation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The store view.
    Sender(Named),
    /// The website alone: its first store view serves.
    Website(Named),
}

/// An invitation.
#[derive(Debug, Clone, PartialEq)]
pub struct InvitationRecord {
    /// Its number there.
    pub external_id: i64,
    /// The SHA-256 of the record.
    pub source_hash: [u8; 32],
    /// The address.
    pub email: EmailAddress,
    /// Who invited; nobody when an admin did.
    pub inviter: Option<CustomerRef>,
    /// Who registered.
    pub invitee: Option<CustomerRef>,
    /// The store view or website.
    pub origin: Origin,
    /// The group.
    pub group: Named,
    /// The message, as it is.
    pub message: String,
    /// The status.
    pub status: Status,
    /// When it was created.
    pub created_at: Moment,
    /// When it was first sent.
    pub sent_at: Option<Moment>,
    /// When it was last sent.
    pub last_sent_at: Option<Moment>,
    /// How many times it was sent.
    pub times_sent: i64,
    /// When the person registered.
    pub registered_at: Option<Moment>,
    /// When it closes by itself.
    pub expires_at: Option<Moment>,
    /// The code of its old link.
    pub code: Option<String>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerRecord {
    /// Their number there.
    pub external_id: i64,
    /// Their address.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Their group.
    pub group: Option<Named>,
    /// Their website.
    pub website: Option<Named>,
    /// Since when.
    pub created_at: Option<Moment>,
}

/// A customer group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRecord {
    /// Its number there.
    pub external_id: i64,
    /// Its name.
    pub name: String,
}

/// A website.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebsiteRecord {
    /// Its number there.
    pub external_id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its address, without a slash at its end.
    pub base_url: String,
}

/// A store view.
#[derive(Debug, Clone, PartialEq)]
pub struct SenderRecord {
    /// Its number there.
    pub external_id: i64,
    /// The website it belongs to.
    pub website: Named,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The name in From.
    pub from_name: String,
    /// The address in From.
    pub from_email: EmailAddress,
    /// Where answers go.
    pub reply_to: Option<EmailAddress>,
    /// Which language its mail speaks.
    pub locale: String,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// Its number there.
    pub external_id: i64,
    /// The customer's number there.
    pub customer: i64,
    /// The store view's number there.
    pub store: Option<i64>,
    /// When.
    pub created_at: Moment,
    /// Hundredths of the shop's currency.
    pub total: i64,
}

/// An address or a domain that gets no mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressionRecord {
    /// The identity of the address, or `@` and the domain.
    pub key: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Option<Moment>,
}

impl Header {
    /// Reads one record; the error is the reason why it is refused.
    pub fn parse(&self, record: &csv::StringRecord) -> Result<Record, String> {
        let fields = self.fields(record)?;
        Ok(match self.shape() {
            Shape::Invitations => Record::Invitation(Box::new(invitation(&fields)?)),
            Shape::Customers => Record::Customer(Box::new(customer(&fields)?)),
            Shape::Groups => Record::Group(GroupRecord {
                external_id: id(&fields)?,
                name: required_name(&fields, Field::Name, "name")?,
            }),
            Shape::Websites => Record::Website(website(&fields)?),
            Shape::Senders => Record::Sender(Box::new(sender(&fields)?)),
            Shape::Orders => Record::Order(order(&fields)?),
            Shape::Suppressions => Record::Suppression(suppression(&fields)?),
        })
    }
}

fn id(fields: &Fields<'_>) -> Result<i64, String> {
    values::number("number", fields.get(Field::Id).ok_or("no number")?)
}

fn required_name(fields: &Fields<'_>, field: Field, what: &str) -> Result<String, String> {
    values::name(what, fields.get(field).ok_or_else(|| format!("no {what}"))?)
}

fn optional_name(fields: &Fields<'_>, field: Field, what: &str) -> Result<String, String> {
    values::name(what, fields.get(field).unwrap_or_default())
}

fn date(fields: &Fields<'_>, field: Field) -> Result<Option<Moment>, String> {
    fields.get(field).map(values::moment).transpose()
}

fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|fault| format!("malformed address {}: {fault}", values::quoted(text)))
}

fn email(fields: &Fields<'_>, field: Field) -> Result<EmailAddress, String> {
    address(fields.raw(field))
}

/// A thing by its number's column, or else by its word's.
fn named(fields: &Fields<'_>, number: Field, word: Field, what: &str) -> Result<Option<Named>, String> {
    match (fields.get(number), fields.get(word)) {
        (Some(text), _) => values::number(what, text).map(|number| Some(Named::Number(number))),
        (None, Some(word)) => Ok(Some(Named::Word(word.to_owned()))),
        (None, None) => Ok(None),
    }
}

/// A customer by number, or by the text that our own lists show.
fn customer_ref(fields: &Fields<'_>, number: Field, text: Field, what: &str) -> Result<Option<CustomerRef>, String> {
    if let Some(number) = fields.get(number) {
        return values::number(what, number).map(|number| Some(CustomerRef::Number(number)));
    }
    let Some(text) = fields.get(text).filter(|text| *text != "Admin") else {
        return Ok(None);
    };
    match text.strip_prefix("unknown customer ").and_then(|number| number.parse().ok()) {
        Some(number) => Ok(Some(CustomerRef::Number(number))),
        None => address(text).map(|address| Some(CustomerRef::Address(address))),
    }
}

fn invitation(fields: &Fields<'_>) -> Result<InvitationRecord, String> {
    let external_id = id(fields)?;
    let email = email(fields, Field::Email)?;
    let status = values::status(fields.get(Field::Status).unwrap_or_default())?;
    let created_at = date(fields, Field::Created)?.ok_or("bad date: it is empty")?;
    // Where a file has no date of its own for it, the invitation's date is what the old reports counted by.
    let sent_at = if fields.has(Field::Sent) {
        date(fields, Field::Sent)?
    } else {
        (status != Status::NotSent).then_some(created_at)
    };
    let accepted = status == Status::Accepted;
    let registered_at = date(fields, Field::Registered)?.filter(|_| accepted);
    let invitee = customer_ref(fields, Field::ReferralId, Field::Invitee, "number of the invitee")?.filter(|_| accepted);
    let origin = match named(fields, Field::StoreId, Field::Sender, "store")? {
        Some(sender) => Origin::Sender(sender),
        None => Origin::Website(named(fields, Field::WebsiteId, Field::Website, "website")?.ok_or("unknown store: none is named")?),
    };
    let group = named(fields, Field::GroupId, Field::Group, "group")?.ok_or("unknown group: none is named")?;
    let times_sent = match fields.get(Field::TimesSent) {
        Some(text) => values::number("count of mails", text)?,
        None => i64::from(sent_at.is_some()),
    };
    Ok(InvitationRecord {
        external_id,
        source_hash: fields.hash(),
        email,
        inviter: customer_ref(fields, Field::CustomerId, Field::Inviter, "number of the inviter")?,
        invitee,
        origin,
        group,
        message: fields.raw(Field::Message).to_owned(),
        status: if status == Status::Sent && sent_at.is_none() {
            return Err("bad date: it is sent, but has no date of that".to_owned());
        } else {
            status
        },
        created_at,
        sent_at,
        last_sent_at: date(fields, Field::LastSent)?.or(sent_at),
        times_sent,
        registered_at,
        expires_at: date(fields, Field::Expires)?,
        code: fields.get(Field::Code).map(str::to_owned),
    })
}

fn customer(fields: &Fields<'_>) -> Result<CustomerRecord, String> {
    Ok(CustomerRecord {
        external_id: id(fields)?,
        email: email(fields, Field::Email)?,
        first_name: optional_name(fields, Field::FirstName, "first name")?,
        last_name: optional_name(fields, Field::LastName, "last name")?,
        group: named(fields, Field::GroupId, Field::Group, "group")?,
        website: named(fields, Field::WebsiteId, Field::Website, "website")?,
        created_at: date(fields, Field::Created)?,
    })
}

fn website(fields: &Fields<'_>) -> Result<WebsiteRecord, String> {
    let code = required_name(fields, Field::Code, "code")?;
    let name = optional_name(fields, Field::Name, "name")?;
    Ok(WebsiteRecord {
        external_id: id(fields)?,
        name: if name.is_empty() { code.clone() } else { name },
        code,
        base_url: values::web_address(fields.get(Field::BaseUrl).unwrap_or_default())?,
    })
}

fn sender(fields: &Fields<'_>) -> Result<SenderRecord, String> {
    let code = required_name(fields, Field::Code, "code")?;
    let name = optional_name(fields, Field::Name, "name")?;
    let from_name = optional_name(fields, Field::FromName, "sender name")?;
    let name = if name.is_empty() { code.clone() } else { name };
    Ok(SenderRecord {
        external_id: id(fields)?,
        website: named(fields, Field::WebsiteId, Field::Website, "website")?.ok_or("unknown website: none is named")?,
        from_name: if from_name.is_empty() { name.clone() } else { from_name },
        code,
        name,
        from_email: email(fields, Field::FromEmail)?,
        reply_to: fields.get(Field::ReplyTo).map(address).transpose()?,
        locale: fields.get(Field::Locale).unwrap_or("en").to_owned(),
    })
}

fn order(fields: &Fields<'_>) -> Result<OrderRecord, String> {
    Ok(OrderRecord {
        external_id: id(fields)?,
        customer: values::number("number of the customer", fields.get(Field::CustomerId).ok_or("no customer")?)?,
        store: fields.get(Field::StoreId).map(|text| values::number("store", text)).transpose()?,
        created_at: date(fields, Field::Created)?.ok_or("bad date: it is empty")?,
        total: values::hundredths(fields.get(Field::Total).unwrap_or_default())?,
    })
}

fn suppression(fields: &Fields<'_>) -> Result<SuppressionRecord, String> {
    let text = fields.get(Field::Email).ok_or("malformed address: nothing there")?;
    Ok(SuppressionRecord {
        key: suppression_key(text)?,
        reason: fields.get(Field::Reason).unwrap_or("imported").to_owned(),
        since: date(fields, Field::Created)?,
    })
}

/// The identity that is kept for an address, or for a whole domain written `example.com` or `@example.com`.
pub fn suppression_key(text: &str) -> Result<String, String> {
    let domain = text.strip_prefix('@').unwrap_or(text);
    if domain.contains('@') {
        return address(text).map(|address| address.key());
    }
    // Whether a domain is one is asked of an address in it.
    let within =
        EmailAddress::parse(&format!("a@{domain}")).map_err(|fault| format!("malformed domain {}: {fault}", values::quoted(text)))?;
    Ok(format!("@{}", within.domain_ascii()))
}

impl InvitationRecord {
    /// Whether more is known of its mails than one sending makes.
    pub fn was_resent(&self) -> bool {
        self.times_sent > 1
            || self
                .last_sent_at
                .zip(self.sent_at)
                .is_some_and(|(last, first)| last.since(first) > Duration::ZERO)
    }
}
