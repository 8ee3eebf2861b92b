#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;
use std::collections::HashSet;

const KEY: LinkKey = LinkKey::from_bytes([7; 32]);

fn code(id: i64, generation: u32) -> LinkCode {
    LinkCode::derive(&KEY, InvitationId(id), generation)
}

#[test]
fn the_spelling_stays_the_same_for_ever() {
    // Links in mails that went out years ago must still open: a change here kills them all. Computed independently with Python's hmac.
    assert_eq!(code(1, 0).as_str(), "6tn6xxzxsg46ep575m4c915snr1");
    assert_eq!(code(1_000_000, 3).as_str(), "4xz2m6m8jexhtn8j610xnp8dg4ygj0");
    assert_eq!(KEY.fingerprint(), "3064085fbf06f07e");
    assert_eq!(
        hex(&keyed_hash(&KEY, "magento", "x")),
        "f522fe938f03e93a45a2509fa80de11120193452b25bfeed7228b86112083b21"
    );
}

#[test]
fn twenty_thousand_codes_all_differ() {
    let codes: HashSet<String> = (1..=10_000)
        .flat_map(|id| [code(id, 0), code(id, 1)])
        .map(|code| code.text)
        .collect();
    assert_eq!(codes.len(), 20_000);
    assert!(
        codes
            .iter()
            .all(|code| code.bytes().all(|sign| sign.is_ascii_digit() || sign.is_ascii_lowercase()))
    );
    let tags: HashSet<&str> = codes.iter().map(|code| &code[..TAG_SIGNS]).collect();
    assert_eq!(tags.len(), 20_000);
}

#[rstest]
fn a_code_opens_its_own_invitation_only(#[values(1, 31, 32, 1_000_000, i64::MAX)] id: i64) {
    let parsed = LinkCode::parse(code(id, 2).as_str()).unwrap();
    assert_eq!(parsed, code(id, 2));
    assert_eq!(parsed.invitation_id(), InvitationId(id));
    assert!(parsed.matches(&KEY, 2));
    assert!(!parsed.matches(&KEY, 1));
    assert!(!parsed.matches(&LinkKey::from_bytes([8; 32]), 2));
}

#[rstest]
fn any_single_changed_sign_fails(#[values(1, 77_777, i64::MAX)] id: i64) {
    let text = code(id, 0).text;
    for place in 0..text.len() {
        for other in (0..=127_u8).filter(|other| *other != text.as_bytes()[place]) {
            let mut changed = text.clone().into_bytes();
            changed[place] = other;
            let opened = LinkCode::parse(std::str::from_utf8(&changed).unwrap()).is_some_and(|code| code.matches(&KEY, 0));
            assert!(!opened, "sign {place} as {:?}", char::from(other));
        }
    }
}

#[test]
fn there_is_one_spelling() {
    let text = code(40, 0).text;
    let (tag, id) = text.split_at(TAG_SIGNS);
    let spare = char::from(ALPHABET[usize::from(value(tag.as_bytes()[25]).unwrap()) + 1]);
    let too_large = "g000000000000";
    for wrong in [
        String::new(),
        tag.to_owned(),
        format!("{tag}0"),
        format!("{tag}0{id}"),
        format!("{}{spare}{id}", &tag[..25]),
        format!(" {text}"),
        format!("{text}\n"),
        format!("{tag}{}", id.to_uppercase() + "A"),
        text.to_uppercase(),
        format!("{tag}{too_large}"),
        format!("{tag}{id}00000000000000"),
        format!("é{text}"),
        format!("{}é{id}", &tag[..25]),
        "é".repeat(20),
    ] {
        assert_eq!(LinkCode::parse(&wrong), None, "{wrong:?}");
    }
    assert_eq!(LinkCode::parse(code(0, 0).as_str()), None);
}

#[rstest]
#[case("abc123", "abc123")]
#[case("  abc123\n", "abc123")]
#[case("https://shop.example/customer/account/login/?invitation=abc123", "abc123")]
#[case("<https://shop.example/customer/account/login/?a=b&invitation=abc123&utm=x#top>", "abc123")]
#[case("https://shop.example/i/abc123", "abc123")]
#[case("https://shop.example/i/abc123/", "abc123")]
#[case("https://shop.example/i/abc123?utm=mail", "abc123")]
#[case("see https://shop.example/?invitation=abc123.", "abc123")]
#[case("invitation=abc123", "abc123")]
#[case("?invitation=", "")]
#[case("", "")]
fn the_code_is_found_in_what_people_hand_over(#[case] text: &str, #[case] found: &str) {
    assert_eq!(code_in(text), found);
}

#[rstest]
#[case(String::new())]
#[case("0".repeat(63))]
#[case("0".repeat(66))]
#[case("g".repeat(64))]
#[case("é".repeat(32))]
#[case(format!("+{}", "0".repeat(63)))]
fn a_key_is_64_hexadecimal_digits(#[case] text: String) {
    assert!(LinkKey::from_hex(&text).is_none());
}

#[test]
fn a_key_goes_through_its_file_and_is_never_printed() {
    let key = LinkKey::from_bytes(std::array::from_fn(|place| place as u8 * 8));
    let read = LinkKey::from_hex(&format!("{}\n", key.to_hex().to_uppercase())).unwrap();
    assert_eq!(read.to_hex(), key.to_hex());
    assert_eq!(read.fingerprint(), key.fingerprint());
    assert_ne!(read.fingerprint(), KEY.fingerprint());
    assert!(!key.to_hex().contains(&key.fingerprint()));
    assert_eq!(format!("{key:?} {:?}", code(5, 0)), "LinkKey(redacted) LinkCode(of invitation 5)");
}

#[test]
fn labels_keep_the_hashes_apart() {
    assert_eq!(keyed_hash(&KEY, "a", "b"), keyed_hash(&KEY, "a", "b"));
    assert_ne!(keyed_hash(&KEY, "a", "b"), keyed_hash(&KEY, "ab", ""));
    assert_ne!(keyed_hash(&KEY, "a", "b"), keyed_hash(&KEY, "b", "b"));
}

proptest! {
    #[test]
    fn every_code_is_read_as_what_it_was_derived_from(id in 1..=i64::MAX, generation: u32, bytes: [u8; 32]) {
        let key = LinkKey::from_bytes(bytes);
        let derived = LinkCode::derive(&key, InvitationId(id), generation);
        let parsed = LinkCode::parse(derived.as_str()).unwrap();
        prop_assert!(parsed.matches(&key, generation));
        prop_assert_eq!(parsed, derived);
    }

    #[test]
    fn whatever_parses_has_that_one_spelling(text in "[0-9a-z]{26,40}") {
        if let Some(parsed) = LinkCode::parse(&text) {
            prop_assert_eq!(format!("{}{}", spell_tag(parsed.tag), spell_number(parsed.id.0.unsigned_abs())), text);
        }
    }
}
