//! What a filter means, said the plain way: the reference that the store's SQL has to agree with.

use super::{DateField, DateTest, Field, Filter, Mark, NameField, Term, Test, TextField, TextTest, Via};
use crate::domain::delivery::Delivery;
use crate::domain::period::Zone;
use crate::domain::status::Status;
use crate::domain::time::Moment;
use unicode_normalization::UnicodeNormalization;

/// What a filter can ask of one invitation.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Its number.
    pub id: i64,
    /// Its status.
    pub status: Status,
    /// The address it was addressed to, its domain in the Unicode form; none when it was erased.
    pub email: Option<&'a str>,
    /// The account that registered.
    pub invitee: Option<&'a str>,
    /// The customer who invited; none when an admin did.
    pub inviter: Option<&'a str>,
    /// When a mail was first handed over.
    pub sent: Option<Moment>,
    /// When the person registered.
    pub registered: Option<Moment>,
    /// When it was created.
    pub created: Option<Moment>,
    /// When a mail was last handed over.
    pub last_sent: Option<Moment>,
    /// When its link closes by itself.
    pub expires: Option<Moment>,
    /// When it was discarded, where that is known.
    pub discarded: Option<Moment>,
    /// The website's code.
    pub website: &'a str,
    /// The invitee group's name.
    pub group: &'a str,
    /// The sender's code.
    pub sender: &'a str,
    /// Where the mail is.
    pub delivery: Delivery,
    /// How many times a mail was handed over.
    pub times: i64,
    /// Where its mails went; none when none did.
    pub via: Option<Via>,
    /// The delivery's last reason.
    pub reason: Option<&'a str>,
    /// Whether it is an acceptance by another address than the one invited.
    pub other_address: bool,
    /// Whether it is selected now.
    pub selected: bool,
}

/// Whether `filter` matches. Days are cut in `zone`, ages counted from `now`.
pub fn matches(filter: &Filter, facts: &Facts<'_>, zone: Zone, now: Moment) -> bool {
    filter.terms.iter().all(|term| holds(term, facts, zone, now))
}

/// The fields by which the filter's words match, for a row that is shown because of something that is not: for each word the
/// first of email, invitee and inviter that holds it.
pub fn matched_by(filter: &Filter, facts: &Facts<'_>) -> Vec<Field> {
    let words = filter.terms.iter().filter_map(|term| match &term.test {
        Test::Word(word) if !term.negated => Some(word),
        _ => None,
    });
    let mut found = Vec::new();
    for word in words {
        let field = SEARCHED
            .into_iter()
            .find(|field| contains(text_of(*field, facts), word))
            .map(TextField::field);
        found.extend(field.filter(|field| !found.contains(field)));
    }
    found
}

/// Text as it is compared: in NFC, every character in lower case for itself (not the word's, so that a part of a text is a part of
/// its folded form; a final sigma is an exception that Greek addresses do not live by).
pub fn folded(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

/// Where a bare word is looked for.
const SEARCHED: [TextField; 3] = [TextField::Email, TextField::Invitee, TextField::Inviter];

fn holds(term: &Term, facts: &Facts<'_>, zone: Zone, now: Moment) -> bool {
    let passes = match &term.test {
        Test::Word(word) => SEARCHED.into_iter().any(|field| contains(text_of(field, facts), word)),
        Test::Id(ranges) => ranges.iter().any(|range| range.contains(facts.id)),
        Test::Times(ranges) => ranges.iter().any(|range| range.contains(facts.times)),
        Test::Status(all) => all.contains(&facts.status),
        Test::Delivery(all) => all.contains(&facts.delivery),
        Test::Via(all) => facts.via.is_some_and(|via| all.contains(&via)),
        Test::Name { field, names } => names.iter().any(|name| folded(name) == folded(name_of(*field, facts))),
        Test::Text { field, any } => any.iter().any(|test| text_holds(test, text_of(*field, facts))),
        Test::Date { field, any } => any.iter().any(|test| date_holds(*test, *field, facts, zone, now)),
        Test::Is(marks) => marks.iter().any(|mark| match mark {
            Mark::Open => facts.status.is_open(),
            Mark::Other => facts.other_address,
            Mark::Selected => facts.selected,
        }),
    };
    passes != term.negated
}

fn date_holds(test: DateTest, field: DateField, facts: &Facts<'_>, zone: Zone, now: Moment) -> bool {
    let date = match field {
        DateField::Sent => facts.sent,
        DateField::Registered => facts.registered,
        DateField::Created => facts.created,
        DateField::LastSent => facts.last_sent,
        DateField::Expires => facts.expires,
        DateField::Discarded => facts.discarded,
    };
    test.window(field, zone, now).contains(date)
}

fn text_holds(asked: &TextTest, text: Option<&str>) -> bool {
    match asked {
        TextTest::Empty => text.is_none_or(str::is_empty),
        TextTest::Any => text.is_some_and(|text| !text.is_empty()),
        TextTest::Contains(part) => contains(text, part),
    }
}

fn contains(text: Option<&str>, part: &str) -> bool {
    text.is_some_and(|text| folded(text).contains(&folded(part)))
}

const fn text_of<'a>(field: TextField, facts: &Facts<'a>) -> Option<&'a str> {
    match field {
        TextField::Email => facts.email,
        TextField::Invitee => facts.invitee,
        TextField::Inviter => facts.inviter,
        TextField::Reason => facts.reason,
    }
}

const fn name_of<'a>(field: NameField, facts: &Facts<'a>) -> &'a str {
    match field {
        NameField::Website => facts.website,
        NameField::Group => facts.group,
        NameField::Sender => facts.sender,
    }
}
