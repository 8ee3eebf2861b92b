#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeSet;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

#[rstest]
#[case::plain("ann@example.com", "ann@example.com", "ann@example.com")]
#[case::trimmed("  ann@example.com\r\n", "ann@example.com", "ann@example.com")]
#[case::case_is_kept("Ann.Lee+Sale@Example.COM", "Ann.Lee+Sale@Example.COM", "ann.lee+sale@example.com")]
#[case::leading_equals("=cmd@x.example", "=cmd@x.example", "=cmd@x.example")]
#[case::apostrophe("o'neil@example.org", "o'neil@example.org", "o'neil@example.org")]
#[case::unicode_domain("jo@bücher.example", "jo@bücher.example", "jo@xn--bcher-kva.example")]
#[case::a_label("jo@xn--bcher-kva.example", "jo@bücher.example", "jo@xn--bcher-kva.example")]
#[case::a_label_in_capitals("jo@XN--BCHER-KVA.example", "jo@bücher.example", "jo@xn--bcher-kva.example")]
#[case::capital_umlaut("jo@BÜCHER.example", "jo@bücher.example", "jo@xn--bcher-kva.example")]
#[case::japanese("taro@例え.example", "taro@例え.example", "taro@xn--r8jz45g.example")]
#[case::ideographic_dot("taro@例え。example", "taro@例え.example", "taro@xn--r8jz45g.example")]
#[case::unicode_local("用户@example.com", "用户@example.com", "用户@example.com")]
#[case::decomposed("Ze\u{301}@example.com", "Z\u{e9}@example.com", "z\u{e9}@example.com")]
#[case::sharp_s("Stra\u{df}e@example.com", "Stra\u{df}e@example.com", "strasse@example.com")]
#[case::final_sigma("ΛΌΓΟΣ@example.com", "ΛΌΓΟΣ@example.com", "λόγοσ@example.com")]
#[case::needless_quotes("\"ann\"@example.com", "ann@example.com", "ann@example.com")]
#[case::quoted("\"ann..lee\"@example.com", "\"ann..lee\"@example.com", "\"ann..lee\"@example.com")]
#[case::quoted_at("\"a@b\"@example.com", "\"a@b\"@example.com", "\"a@b\"@example.com")]
#[case::quoted_escape("\"a\\\"\\b\"@example.com", "\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com")]
#[case::double_hyphen("a@r3---sn.example.com", "a@r3---sn.example.com", "a@r3---sn.example.com")]
fn what_real_shops_have_is_taken(#[case] text: &str, #[case] shown: &str, #[case] key: &str) {
    let parsed = address(text);
    assert_eq!(parsed.as_str(), shown);
    assert_eq!(parsed.to_string(), shown);
    assert_eq!(parsed.key(), key);
    assert_eq!(address(parsed.as_str()), parsed);
}

#[rstest]
#[case("", "nothing there", 0)]
#[case("   ", "nothing there", 3)]
#[case("annexample.com", "no @ sign", 14)]
#[case("@example.com", "nothing before the @", 0)]
#[case("ann@", "nothing after the @", 4)]
#[case("ann@@example.com", "two @ signs", 4)]
#[case("ann@example.com@example.com", "two @ signs", 15)]
#[case("ann@exa mple.com", "a blank inside", 7)]
#[case("  ann@exa mple.com", "a blank inside", 9)]
#[case("ann@exa\u{a0}mple.com", "a blank inside", 7)]
#[case("ann\r\nBcc:x@example.com", "a blank inside", 3)]
#[case("ann\u{0}@example.com", "a control character inside", 3)]
#[case("ann\u{1b}[31m@example.com", "a control character inside", 3)]
#[case("an\u{200b}n@example.com", "an invisible character inside", 2)]
#[case("ann@exam\u{ad}ple.com", "an invisible character inside", 8)]
#[case("ann\u{202e}@example.com", "an invisible character inside", 3)]
#[case("é\u{feff}@example.com", "an invisible character inside", 1)]
#[case(".ann@example.com", "starts with a dot", 0)]
#[case("ann.@example.com", "a dot before the @", 3)]
#[case("ann..lee@example.com", "two dots in a row", 4)]
#[case("ann@.example.com", "a dot after the @", 4)]
#[case("ann@example..com", "two dots in a row", 12)]
#[case("ann@example.com.", "ends with a dot", 15)]
#[case("ann@localhost", "the domain has no dot", 13)]
#[case("ann@[192.0.2.1]", "an IP address instead of a domain", 4)]
#[case("ann@192.0.2.1", "the domain ends in a number", 4)]
#[case("ann@exam_ple.com", "_ is not allowed there", 8)]
#[case("ann@example.com>", "> is not allowed there", 15)]
#[case("a,nn@example.com", ", is not allowed there", 1)]
#[case("a\u{37e}b@example.com", "; is not allowed there", 0)]
#[case("ann@-example.com", "a hyphen at the edge of a domain part", 4)]
#[case("ann@example-.com", "a hyphen at the edge of a domain part", 4)]
#[case("ann@xn--a-\u{fc}.com", "not a valid domain", 4)]
#[case("\"ann@example.com", "a quote that is never closed", 0)]
#[case("\"ann\"lee@example.com", "l is not allowed there", 5)]
#[case("\"\"@example.com", "nothing before the @", 0)]
fn a_fault_is_named_and_located(#[case] text: &str, #[case] message: &str, #[case] at: usize) {
    let error = EmailAddress::parse(text).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.at), (message, at));
}

#[rstest]
#[case(64, "example.com".to_owned(), None)]
#[case(65, "example.com".to_owned(), Some(AddressFault::LocalTooLong))]
#[case(1, format!("{}.example", "d".repeat(63)), None)]
#[case(1, format!("{}.example", "d".repeat(64)), Some(AddressFault::LabelTooLong))]
#[case(64, format!("{}.{}.{}", "d".repeat(63), "e".repeat(63), "f".repeat(61)), None)]
#[case(64, format!("{}.{}.{}", "d".repeat(63), "e".repeat(63), "f".repeat(62)), Some(AddressFault::TooLong))]
#[case(5_000_000, "example.com".to_owned(), Some(AddressFault::TooLong))]
fn lengths_are_those_of_rfc_5321(#[case] local: usize, #[case] domain: String, #[case] fault: Option<AddressFault>) {
    let text = format!("{}@{domain}", "a".repeat(local));
    assert_eq!(EmailAddress::parse(&text).err().map(|error| error.kind), fault);
}

#[test]
fn the_wire_speaks_a_labels() {
    let parsed = address("Jo@bücher.example");
    assert_eq!(parsed.wire(), "Jo@xn--bcher-kva.example");
    assert_eq!(
        (parsed.local(), parsed.domain(), parsed.domain_ascii()),
        ("Jo", "bücher.example", "xn--bcher-kva.example")
    );
    assert!(!parsed.needs_smtputf8());
    assert!(address("jö@example.com").needs_smtputf8());
    assert_eq!(serde_json::to_string(&parsed).unwrap(), "\"Jo@bücher.example\"");
}

#[rstest]
#[case("ann@example.com", "ANN@EXAMPLE.COM", true)]
#[case("jo@bücher.example", "JO@xn--bcher-kva.example", true)]
#[case("\u{fc}@example.com", "U\u{308}@example.com", true)]
#[case("a.b@example.com", "ab@example.com", false)]
#[case("a+x@example.com", "a@example.com", false)]
#[case("\u{131}@example.com", "i@example.com", false)]
fn the_key_tells_who_is_the_same(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
    assert_eq!(address(one).key() == address(other).key(), same);
}

#[rstest]
#[case("ann@gmial.com", Some("ann@gmail.com"))]
#[case("Ann+x@gmai.com", Some("Ann+x@gmail.com"))]
#[case("ann@gmaill.com", Some("ann@gmail.com"))]
#[case("ann@gnail.com", Some("ann@gmail.com"))]
#[case("ann@gmail.con", Some("ann@gmail.com"))]
#[case("ann@gmail.cm", Some("ann@gmail.com"))]
#[case("ann@hotmial.com", Some("ann@hotmail.com"))]
#[case("ann@outlok.com", Some("ann@outlook.com"))]
#[case("ann@yahooo.de", Some("ann@yahoo.de"))]
#[case("ann@gxm.de", Some("ann@gmx.de"))]
#[case("ann@wbe.de", Some("ann@web.de"))]
#[case("ann@iclod.com", Some("ann@icloud.com"))]
#[case("ann@weg.de", None)]
#[case("ann@mail.com", None)]
#[case("ann@ymail.com", None)]
#[case("ann@gmail.com", None)]
#[case("ann@GMAIL.com", None)]
#[case("ann@gmx.at", None)]
#[case("ann@gmial.example", None)]
#[case("ann@gmail.example", None)]
#[case("ann@example.com", None)]
#[case("ann@gmall.test", None)]
#[case("ann@gmaiill.com", None)]
#[case("ann@shop.gmial.com", None)]
fn one_slip_is_hinted_at(#[case] typed: &str, #[case] hint: Option<&str>) {
    assert_eq!(typo_hint(&address(typed)).as_ref().map(EmailAddress::as_str), hint);
}

/// Lines (the header is line 1, a record counts at its first line) of a fixture whose column `email` does not parse. Line breaks are
/// counted here, since the reader's own count is one short where lines end in CR LF.
fn malformed_lines(file: &str) -> BTreeSet<usize> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/shop")
        .join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "email").unwrap();
    let records = reader.records().map(Result::unwrap);
    records
        .filter(|record| record.get(column).is_some_and(|email| EmailAddress::parse(email).is_err()))
        .map(|record| {
            let (before, from) = text.split_at(record.position().unwrap().byte() as usize);
            before.matches('\n').count() + usize::from(from.starts_with('\n')) + 1
        })
        .collect()
}

#[test]
fn a_shops_export_has_just_the_malformed_addresses_it_should() {
    assert_eq!(malformed_lines("magento_invitation.csv"), BTreeSet::from([281, 1365, 1681]));
    assert_eq!(malformed_lines("customers.csv"), BTreeSet::new());
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_without_a_panic(text in "\\PC{0,12}@?\\PC{0,12}\\.?\\PC{0,6}") {
        match EmailAddress::parse(&text) {
            Ok(parsed) => {
                prop_assert_eq!(&EmailAddress::parse(parsed.as_str()).unwrap(), &parsed);
                prop_assert_eq!(EmailAddress::parse(&parsed.wire()).unwrap().key(), parsed.key());
                prop_assert!(parsed.wire().len() <= LONGEST_ADDRESS);
                prop_assert!(!parsed.as_str().chars().any(|letter| letter.is_whitespace() || is_invisible(letter)));
            }
            Err(error) => prop_assert!(error.at <= text.chars().count()),
        }
    }

    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,12}") {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }

    #[test]
    fn case_never_tells_two_people_apart(local in "[a-zA-Zàéñöß0-9+]{1,12}", domain in "[a-z]{1,8}\\.[a-z]{2,4}") {
        let one = address(&format!("{local}@{domain}"));
        let other = address(&format!("{}@{}", local.to_uppercase(), domain.to_uppercase()));
        prop_assert_eq!(one.key(), other.key());
    }
}
