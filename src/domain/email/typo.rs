//! A hint for domains that are one slip away from a mail service everybody knows: `gmial.com` means `gmail.com`.
//!
//! Only ever a hint. The list is short on purpose: a wrong hint costs a moment's doubt about a right address.

use super::EmailAddress;

/// Mail services that people mistype, the commonest first: at equal distance the first one is hinted at.
const WELL_KNOWN: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "aol.com",
    "live.com",
    "msn.com",
    "protonmail.com",
    "proton.me",
    "fastmail.com",
    "gmx.de",
    "gmx.net",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "arcor.de",
    "posteo.de",
    "mailbox.org",
    "bluewin.ch",
    "orange.fr",
    "wanadoo.fr",
    "laposte.net",
    "hotmail.fr",
    "hotmail.de",
    "hotmail.it",
    "hotmail.es",
    "hotmail.co.uk",
    "outlook.fr",
    "outlook.de",
    "outlook.it",
    "outlook.es",
    "yahoo.de",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.es",
    "yahoo.ca",
    "yahoo.in",
    "yahoo.co.uk",
    "yahoo.co.jp",
    "yahoo.co.in",
    "yahoo.com.br",
    "yahoo.com.mx",
    "yahoo.com.ar",
    "yahoo.com.au",
    "libero.it",
    "btinternet.com",
    "comcast.net",
    "verizon.net",
];

/// Real domains one slip away from those: never hinted at, never hinted away from.
const GENUINE: &[&str] = &[
    "email.com",
    "gm.de",
    "hotmail.be",
    "hotmail.dk",
    "hotmail.fi",
    "hotmail.gr",
    "hotmail.ie",
    "hotmail.se",
    "mail.com",
    "mx.de",
    "orange.fi",
    "outlook.at",
    "outlook.be",
    "outlook.dk",
    "outlook.fi",
    "outlook.ie",
    "outlook.in",
    "outlook.pt",
    "yahoo.at",
    "yahoo.cl",
    "yahoo.co.id",
    "yahoo.com.my",
    "yahoo.com.tr",
    "yahoo.cz",
    "yahoo.dk",
    "yahoo.fi",
    "yahoo.gr",
    "yahoo.ie",
    "yahoo.se",
    "ymail.com",
];

/// Domains that RFC 2606 and RFC 6761 keep for documents and tests: made-up people live there, no typos do.
const RESERVED: &[&str] = &[
    "example",
    "test",
    "invalid",
    "localhost",
    "example.com",
    "example.net",
    "example.org",
];

/// The address that was probably meant, where its domain is one wrong, missing, doubled or swapped letter away from a well-known one.
pub fn typo_hint(address: &EmailAddress) -> Option<EmailAddress> {
    let typed = address.domain_ascii();
    if WELL_KNOWN.contains(&typed) || GENUINE.contains(&typed) || is_reserved(typed) {
        return None;
    }
    let meant = WELL_KNOWN.iter().find(|known| is_slip(typed, known))?;
    EmailAddress::parse(&format!("{}@{meant}", address.local())).ok()
}

fn is_reserved(domain: &str) -> bool {
    RESERVED.iter().any(|reserved| {
        domain
            .strip_suffix(reserved)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Whether the two differ by exactly one insertion, deletion, substitution or swap of neighbours (Damerau-Levenshtein distance 1). For
/// names under five letters a substitution does not count: three letters are too close to each other's neighbours (`weg.de`, `web.de`).
fn is_slip(typed: &str, known: &str) -> bool {
    let common = typed.bytes().zip(known.bytes()).take_while(|(a, b)| a == b).count();
    let (Some(typed_rest), Some(known_rest)) = (typed.as_bytes().get(common..), known.as_bytes().get(common..)) else {
        return false;
    };
    match (typed_rest, known_rest) {
        ([_, typed_tail @ ..], known_tail) if typed_tail == known_tail => true,
        (typed_tail, [_, known_tail @ ..]) if typed_tail == known_tail => true,
        ([a, b, typed_tail @ ..], [c, d, known_tail @ ..]) if (a, b) == (d, c) && typed_tail == known_tail => true,
        ([_, typed_tail @ ..], [_, known_tail @ ..]) => typed_tail == known_tail && known.find('.') >= Some(5),
        _ => false,
    }
}
