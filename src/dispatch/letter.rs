//! From an invitation to the bytes of its mail.

use super::shop::Shop;
use crate::domain::code::{LinkCode, LinkKey};
use crate::domain::email::EmailAddress;
use crate::domain::period::Zone;
use crate::domain::settings::Setting;
use crate::domain::shop::Sender;
use crate::domain::time::Moment;
use crate::mail::message::{Mail, MailName, MessageError};
use crate::mail::recipient::Recipient;
use crate::mail::template::{TemplateError, Templates, Variables};
use crate::store::transmit::ClaimedMail;
use chrono::Datelike;
use std::time::Duration;

/// A mail that is ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it says, for looking at.
    pub mail: Mail,
    /// The same as it goes over the wire.
    pub bytes: Vec<u8>,
}

/// Why there is no letter.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// Every mail would meet it: the template, the sender or a setting is at fault.
    #[error("{0}")]
    Ours(String),
    /// Only this mail meets it.
    #[error("the mail cannot be written: {0}")]
    This(String),
}

impl From<TemplateError> for LetterError {
    fn from(error: TemplateError) -> Self {
        Self::Ours(error.to_string())
    }
}

/// Writes the letter of one invitation. The link is derived here, from the key: the database does not hold it.
pub fn write_letter(shop: &Shop, templates: &Templates, mail: &ClaimedMail, key: &LinkKey, now: Moment) -> Result<Letter, LetterError> {
    let ours = |what: String| LetterError::Ours(what);
    let sender = shop
        .catalog
        .sender(mail.sender)
        .ok_or_else(|| ours(format!("there is no sender {}", mail.sender)))?;
    let from = own_address(sender, &sender.from_email)?;
    let reply_to = match &sender.reply_to {
        Some(address) => own_address(sender, address)?,
        None => from.clone(),
    };
    let code = LinkCode::derive(key, mail.invitation, mail.generation);
    let variables = variables(shop, sender, mail, code.as_str())?;
    let words = templates.render(&variables, &sender.locale, &sender.code)?;
    let from_name = MailName::parse(&sender.from_name).map_err(|error| ours(format!("the sender {}: {error}", sender.code)))?;
    let mail = Mail {
        from_name,
        from_address: from,
        list_unsubscribe_mailto: reply_to.clone(),
        reply_to,
        to: recipient(&mail.email)?,
        message_id: format!("<{}>", mail.message_id),
        date: now,
        subject: words.subject,
        text: words.text,
        html: words.html,
        unsubscribe_url: variables.unsubscribe_url,
        feedback_id: feedback_id(shop, sender),
    };
    let bytes = mail.to_bytes().map_err(|error| match error {
        MessageError::Address { .. } => ours(format!("the sender {}: {error}", sender.code)),
        MessageError::Url => ours(error.to_string()),
        MessageError::Header { .. } | MessageError::Build(_) | MessageError::Line => LetterError::This(error.to_string()),
    })?;
    Ok(Letter { mail, bytes })
}

/// The sender's own address as it stands on the wire.
fn own_address(sender: &Sender, text: &str) -> Result<String, LetterError> {
    let address = EmailAddress::parse(text);
    let address = address.map_err(|error| LetterError::Ours(format!("the address {text} of the sender {}: {error}", sender.code)))?;
    Ok(address.wire())
}

fn recipient(email: &str) -> Result<Recipient, LetterError> {
    let this = |error: String| LetterError::This(error);
    let address = EmailAddress::parse(email).map_err(|error| this(error.to_string()))?;
    Recipient::new(address.wire(), address.needs_smtputf8()).map_err(|error| this(error.to_string()))
}

fn variables(shop: &Shop, sender: &Sender, mail: &ClaimedMail, code: &str) -> Result<Variables, LetterError> {
    let settings = shop.of_sender.get(&sender.id).unwrap_or(&shop.settings);
    let website_url = shop
        .catalog
        .website(mail.website)
        .map(|website| website.base_url.clone())
        .unwrap_or_default();
    let link = settings.text(Setting::LinkTemplate);
    if !link.contains("{code}") {
        let what = format!("the setting link_template has no {{code}}: “{link}” would lead nobody in; set it right");
        return Err(LetterError::Ours(what));
    }
    let unsubscribe = settings.text(Setting::UnsubscribeBaseUrl);
    Ok(Variables {
        url: link.replace("{website_url}", &website_url).replace("{code}", code),
        message: Some(mail.message.clone()).filter(|text| !text.trim().is_empty()),
        inviter_name: mail.inviter.clone(),
        store_name: settings.text(Setting::StoreName).to_owned(),
        website_url,
        sender: sender.from_name.clone(),
        group: mail.group.clone(),
        expires_on: mail.expires_at.map(|at| last_day(shop.zone(), at, &sender.locale)),
        unsubscribe_url: (unsubscribe != "none" && !unsubscribe.is_empty())
            .then(|| format!("{}/{code}", unsubscribe.trim_end_matches('/'))),
    })
}

/// By which large receivers group complaints: sender, website, kind of mail, program.
fn feedback_id(shop: &Shop, sender: &Sender) -> Option<String> {
    let website = &shop.catalog.website(sender.website)?.code;
    let plain = |code: &str| {
        !code.is_empty() && code.len() <= 100 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    (plain(&sender.code) && plain(website)).then(|| format!("{}:{website}:invitation:guestlist", sender.code))
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// The last day before `expires_at`, in the language of the shipped templates; in the form of ISO 8601 for any other.
fn last_day(zone: Zone, expires_at: Moment, locale: &str) -> String {
    let day = zone.local(expires_at.minus(Duration::from_micros(1))).date();
    let month = |names: &[&'static str; 12]| names.get(day.month0() as usize).copied().unwrap_or_default();
    let (number, year) = (day.day(), day.year());
    match locale.split(['_', '-']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "en" => format!("{number} {} {year}", month(&ENGLISH)),
        "de" => format!("{number}. {} {year}", month(&GERMAN)),
        "fr" => format!("{}{} {} {year}", number, if number == 1 { "er" } else { "" }, month(&FRENCH)),
        "es" => format!("{number} de {} de {year}", month(&SPANISH)),
        _ => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("en", "8 March 2026")]
    #[case("de_AT", "8. März 2026")]
    #[case("fr-FR", "8 mars 2026")]
    #[case("es", "8 de marzo de 2026")]
    #[case("pt_BR", "2026-03-08")]
    fn the_last_day_is_told_in_the_senders_language(#[case] locale: &str, #[case] text: &str) {
        // 2026-03-09T00:00:00Z: the first moment at which the link is dead.
        assert_eq!(last_day(Zone::default(), Moment(1_773_014_400_000_000), locale), text);
    }
}
