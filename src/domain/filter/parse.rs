//! Gives the terms of a scanned filter their meaning.

use super::field::{DateField, Field, Mark, NameField, TextField, Via, bare};
use super::mistake::{Mistake, MistakeKind, nearest};
use super::scan::{RawTerm, RawValue, scan};
use super::{Parsed, Term, Test, TextTest, values};
use crate::domain::delivery::Delivery;
use crate::domain::status::Status;
use std::ops::Range;

/// Every term that is understood, and every mistake.
pub(super) fn parse(text: &str) -> Parsed {
    let (raw, mut mistakes) = scan(text);
    let mut terms = Vec::new();
    for mut raw in raw {
        if let Some(mistake) = drop_trailing_comma(&mut raw) {
            mistakes.push(mistake);
        }
        let meaning = match &raw.name {
            Some((span, name)) => named(span.clone(), name, &raw.values),
            None => word(&raw).map_err(|mistake| vec![mistake]),
        };
        match meaning {
            Ok(asked) => terms.push((
                raw.span,
                Term {
                    negated: raw.negated,
                    test: asked,
                },
            )),
            Err(found) => mistakes.extend(found),
        }
    }
    for mistake in &mut mistakes {
        // What stands before something else is not being typed any more.
        if mistake.span.end < text.len() {
            mistake.kind = MistakeKind::Wrong;
        }
    }
    mistakes.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    Parsed { terms, mistakes }
}

/// Takes off the empty value behind a last comma, so that a list in the typing already holds for what it names.
fn drop_trailing_comma(raw: &mut RawTerm) -> Option<Mistake> {
    let is_empty = |value: &RawValue| value.text.is_empty() && !value.quoted;
    let (last, before) = raw.values.split_last()?;
    if raw.name.is_none() || !is_empty(last) || before.is_empty() || before.iter().any(is_empty) {
        return None;
    }
    let mistake = Mistake::unfinished(
        last.span.start.saturating_sub(1)..last.span.end,
        "a value is missing after the comma",
    );
    raw.values.pop();
    Some(mistake)
}

fn word(raw: &RawTerm) -> Result<Test, Mistake> {
    let span = raw.span.start + usize::from(raw.negated)..raw.span.end;
    if let [value] = raw.values.as_slice() {
        if raw.negated && value.text.is_empty() && !value.quoted {
            return Err(Mistake::unfinished(
                raw.span.clone(),
                "- leaves out what stands right after it, and nothing does",
            ));
        }
        return filled(value, None).map(|()| Test::Word(value.text.clone()));
    }
    let words: Vec<String> = raw
        .values
        .iter()
        .filter(|value| !value.text.is_empty())
        .map(|value| super::print::value(&value.text))
        .collect();
    let meant = match words.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => Some(format!("email:{}", several.join(","))),
    };
    let message = "a comma between words: separate them by blanks when all must match, name a field when any may, or put quotes around";
    Err(Mistake::wrong(span, message).meant(meant))
}

/// Refuses a value that holds nothing.
fn filled(value: &RawValue, field: Option<Field>) -> Result<(), Mistake> {
    if !value.text.is_empty() {
        return Ok(());
    }
    Err(match field {
        _ if value.quoted => Mistake::wrong(value.span.clone(), "the quotes hold nothing"),
        Some(field) => {
            let example = field.examples().iter().find(|example| !example.starts_with('-'));
            let message = format!(
                "{}: needs a value right after the colon, such as {}",
                field.name(),
                example.unwrap_or(&"")
            );
            Mistake::unfinished(value.span.clone(), message)
        }
        None => Mistake::wrong(value.span.clone(), "a word is missing here"),
    })
}

fn named(span: Range<usize>, name: &str, values: &[RawValue]) -> Result<Test, Vec<Mistake>> {
    let Some(field) = Field::parse(name) else {
        return Err(vec![unknown_field(span, name)]);
    };
    if let [only] = values
        && only.text.is_empty()
        && !only.quoted
    {
        let all = span.start..only.span.end;
        return Err(filled(only, Some(field))
            .err()
            .map(|mistake| Mistake { span: all, ..mistake })
            .into_iter()
            .collect());
    }
    test(field, values)
}

fn unknown_field(span: Range<usize>, name: &str) -> Mistake {
    if name.is_empty() {
        return Mistake::wrong(
            span.start..span.end + 1,
            "a field is missing before the colon; put quotes around a word that has colons",
        );
    }
    let names = Field::ALL.map(Field::name);
    let message = format!(
        "unknown field “{name}”: one of {} (put quotes around a word that has colons)",
        names.join(", ")
    );
    Mistake::wrong(span, message).meant(nearest(name, names).map(str::to_owned))
}

fn test(field: Field, raw: &[RawValue]) -> Result<Test, Vec<Mistake>> {
    let text = |of: TextField| each(field, raw, |value| Ok(text_test(of, value))).map(|any| Test::Text { field: of, any });
    let date = |of: DateField| each(field, raw, values::date).map(|any| Test::Date { field: of, any });
    let name = |of: NameField| each(field, raw, |value| Ok(value.text.clone())).map(|names| Test::Name { field: of, names });
    match field {
        Field::Id => each(field, raw, values::number).map(Test::Id),
        Field::Times => each(field, raw, values::number).map(Test::Times),
        Field::Status => each(field, raw, |value| choose(field, value, &Status::ALL, Status::code)).map(Test::Status),
        Field::Delivery => each(field, raw, |value| choose(field, value, &Delivery::ALL, Delivery::code)).map(Test::Delivery),
        Field::Via => each(field, raw, |value| choose(field, value, &Via::ALL, Via::code)).map(Test::Via),
        Field::Is => each(field, raw, |value| choose(field, value, &Mark::ALL, Mark::code)).map(Test::Is),
        Field::Email => text(TextField::Email),
        Field::Invitee => text(TextField::Invitee),
        Field::Inviter => text(TextField::Inviter),
        Field::Reason => text(TextField::Reason),
        Field::Sent => date(DateField::Sent),
        Field::Registered => date(DateField::Registered),
        Field::Created => date(DateField::Created),
        Field::LastSent => date(DateField::LastSent),
        Field::Expires => date(DateField::Expires),
        Field::Discarded => date(DateField::Discarded),
        Field::Website => name(NameField::Website),
        Field::Group => name(NameField::Group),
        Field::Sender => name(NameField::Sender),
    }
}

/// Reads every value of a list; one mistake refuses the list, and all of them are told.
fn each<T>(field: Field, raw: &[RawValue], read: impl Fn(&RawValue) -> Result<T, Mistake>) -> Result<Vec<T>, Vec<Mistake>> {
    let mut good = Vec::with_capacity(raw.len());
    let mut bad = Vec::new();
    for value in raw {
        match filled(value, Some(field)).and_then(|()| read(value)) {
            Ok(found) => good.push(found),
            Err(mistake) => bad.push(mistake),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// What a text may be: the words for empty and not empty count only without quotes.
fn text_test(field: TextField, value: &RawValue) -> TextTest {
    match reserved(field, &value.text) {
        Some(test) if !value.quoted => test,
        _ => TextTest::Contains(value.text.clone()),
    }
}

/// The words of a text field that do not stand for themselves.
pub(super) fn reserved(field: TextField, text: &str) -> Option<TextTest> {
    if text.eq_ignore_ascii_case("none") || (field == TextField::Inviter && text.eq_ignore_ascii_case("admin")) {
        Some(TextTest::Empty)
    } else if text.eq_ignore_ascii_case("any") {
        Some(TextTest::Any)
    } else {
        None
    }
}

/// One of the few words that a field takes.
fn choose<T: Copy>(field: Field, value: &RawValue, all: &[T], code: fn(T) -> &'static str) -> Result<T, Mistake> {
    let wanted = bare(&value.text);
    if let Some(found) = all.iter().find(|choice| bare(code(**choice)) == wanted) {
        return Ok(*found);
    }
    let codes: Vec<&str> = all.iter().map(|choice| code(*choice)).collect();
    let message = format!(
        "unknown {} “{}”: one of {}",
        if field == Field::Is { "word" } else { field.name() },
        value.text,
        codes.join(", ")
    );
    if !value.quoted && codes.iter().any(|code| bare(code).starts_with(&wanted)) {
        return Err(Mistake::unfinished(value.span.clone(), message).meant(completion(&codes, &wanted)));
    }
    // The words of Magento's export and of the customers' page.
    let elsewhere = match (field, wanted.as_str()) {
        (Field::Status, "canceled" | "cancelled") => Some(Status::Discarded.code()),
        (Field::Status, "new") => Some(Status::NotSent.code()),
        _ => None,
    };
    Err(Mistake::wrong(value.span.clone(), message).meant(elsewhere.or_else(|| nearest(&value.text, codes)).map(str::to_owned)))
}

/// The one code that begins with `wanted`, if there is only one.
fn completion(codes: &[&str], wanted: &str) -> Option<String> {
    let mut found = codes.iter().filter(|code| bare(code).starts_with(wanted));
    let first = found.next()?;
    found.next().is_none().then(|| (*first).to_owned())
}
