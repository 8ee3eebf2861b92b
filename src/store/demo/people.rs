//! Made-up people. Their addresses are in domains that are reserved for examples (RFC 2606), so that no mail can reach anyone.

use super::dice::Dice;

const FIRST: &[(&str, &str)] = &[
    ("Anna", "anna"),
    ("Ben", "ben"),
    ("Clara", "clara"),
    ("David", "david"),
    ("Élodie", "elodie"),
    ("Farid", "farid"),
    ("Greta", "greta"),
    ("Hugo", "hugo"),
    ("Inés", "ines"),
    ("Jonas", "jonas"),
    ("Katarzyna", "katarzyna"),
    ("Luca", "luca"),
    ("Mia", "mia"),
    ("Noé", "noe"),
    ("Olga", "olga"),
    ("Paul", "paul"),
    ("Quentin", "quentin"),
    ("Rosa", "rosa"),
    ("Søren", "soren"),
    ("Tomáš", "tomas"),
    ("Uta", "uta"),
    ("Víctor", "victor"),
    ("Wen", "wen"),
    ("Ximena", "ximena"),
    ("Yuki", "yuki"),
    ("Zoë", "zoe"),
    ("Marta", "marta"),
    ("Leon", "leon"),
    ("Emma", "emma"),
    ("Nikos", "nikos"),
    ("翔太", "shota"),
    ("Дарья", "darya"),
];

const LAST: &[(&str, &str)] = &[
    ("Albrecht", "albrecht"),
    ("Bauer", "bauer"),
    ("Castillo", "castillo"),
    ("Dubois", "dubois"),
    ("Eriksen", "eriksen"),
    ("Ferrari", "ferrari"),
    ("García", "garcia"),
    ("Hoffmann", "hoffmann"),
    ("Ito", "ito"),
    ("Jansen", "jansen"),
    ("Kowalska", "kowalska"),
    ("Lefèvre", "lefevre"),
    ("Müller", "mueller"),
    ("Novák", "novak"),
    ("O'Brien", "obrien"),
    ("Petrov", "petrov"),
    ("Quinn", "quinn"),
    ("Rossi", "rossi"),
    ("Schäfer", "schaefer"),
    ("Torres", "torres"),
    ("Ueda", "ueda"),
    ("Vogel", "vogel"),
    ("Wójcik", "wojcik"),
    ("Yılmaz", "yilmaz"),
    ("Zimmermann", "zimmermann"),
    ("Smith", "smith"),
    ("佐々木", "sasaki"),
    ("Moreau", "moreau"),
];

/// Domains as people read them, and as A-labels where that differs; popular ones stand more than once.
const DOMAINS: &[(&str, &str)] = &[
    ("example.com", "example.com"),
    ("example.com", "example.com"),
    ("example.org", "example.org"),
    ("example.net", "example.net"),
    ("mail.example", "mail.example"),
    ("mail.example", "mail.example"),
    ("post.example", "post.example"),
    ("inbox.example", "inbox.example"),
    ("correo.example", "correo.example"),
    ("corp.example.com", "corp.example.com"),
    ("uni.example.org", "uni.example.org"),
    ("bücher.example", "xn--bcher-kva.example"),
];

/// A person.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) email: String,
    pub(super) key: String,
}

/// A person whose address nobody else of the sort has: it holds their number.
pub(super) fn person(dice: &mut Dice, mark: &str, nth: u64) -> Person {
    let nowhere = &("", "");
    let (first, plain_first) = dice.pick(FIRST).unwrap_or(nowhere);
    let (last, plain_last) = dice.pick(LAST).unwrap_or(nowhere);
    let (domain, ascii) = dice.pick(DOMAINS).unwrap_or(nowhere);
    let local = match dice.below(5) {
        0 => format!("{plain_first}{mark}{nth}"),
        1 => format!("{}{plain_last}{mark}{nth}", plain_first.get(..1).unwrap_or_default()),
        2 => format!("{plain_last}.{plain_first}{mark}{nth}"),
        3 => format!("{plain_first}.{plain_last}{mark}{nth}+sale"),
        _ => format!("{plain_first}.{plain_last}{mark}{nth}"),
    };
    let email = if dice.in_thousand(20) {
        format!("{}@{domain}", capitalised(&local))
    } else {
        format!("{local}@{domain}")
    };
    Person {
        first,
        last,
        email,
        key: format!("{local}@{ascii}"),
    }
}

fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(text.len().min(1));
    first.to_ascii_uppercase() + rest
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use crate::domain::email::EmailAddress;

    #[test]
    fn addresses_are_valid_and_their_keys_are_the_identity() {
        for nth in 0..2_000 {
            let person = person(&mut Dice::of(1, 2, nth), "", nth);
            let address = EmailAddress::parse(&person.email).unwrap();
            assert_eq!((address.as_str(), address.key()), (person.email.as_str(), person.key));
        }
    }
}
