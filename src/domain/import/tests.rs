#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use super::*;
use crate::domain::status::Status;
use proptest::prelude::*;
use rstest::rstest;

const MAGENTO: [&str; 11] = [
    "invitation_id",
    "customer_id",
    "invitation_date",
    "email",
    "referral_id",
    "protection_code",
    "signup_date",
    "store_id",
    "group_id",
    "message",
    "status",
];

fn starts(text: &str) -> Vec<u64> {
    let mut splitter = Splitter::default();
    let mut lines: Vec<u64> = text
        .split_inclusive('\n')
        .filter_map(|line| splitter.take(line.as_bytes()))
        .collect();
    lines.extend(splitter.end());
    lines
}

#[rstest]
#[case("a,b\n1,2\n3,4\n", &[1, 2, 3])]
#[case("a,b\r\n1,\"x\r\ny\"\r\n3,4", &[1, 2, 4])]
#[case("a\n\n\nb\n\"c\n\nd\"\"\n\"\ne\n", &[1, 4, 5, 9])]
#[case("a,5\" disk\nb\n", &[1, 2])]
#[case("", &[])]
fn a_record_counts_at_its_first_line(#[case] text: &str, #[case] expected: &[u64]) {
    assert_eq!(starts(text), expected);
}

proptest! {
    #[test]
    fn the_csv_crate_finds_as_many_records(text in "[a,\"\n]{0,40}|([a,\"]|\r\n){0,40}") {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        prop_assert_eq!(starts(&text).len(), reader.byte_records().count());
    }
}

fn magento(values: [&str; 11]) -> Result<Record, String> {
    Header::read(MAGENTO, None)
        .unwrap()
        .parse(&csv::StringRecord::from(values.to_vec()))
}

const LINE: [&str; 11] = [
    "7",
    "",
    "2025-03-15 02:46:23",
    "a@b.example",
    "401",
    "code",
    "2025-04-01 00:00:00",
    "1",
    "2",
    "Hi",
    "accepted",
];

fn line_with(column: usize, value: &'static str) -> [&'static str; 11] {
    let mut line = LINE;
    line[column] = value;
    line
}

#[test]
fn a_magento_line_is_understood() {
    let Record::Invitation(read) = magento(LINE).unwrap() else {
        unreachable!("the header says so")
    };
    assert_eq!((read.external_id, read.status, read.times_sent), (7, Status::Accepted, 1));
    assert_eq!(read.sent_at, Some(read.created_at));
    assert_eq!(read.created_at.rfc3339(), "2025-03-15T02:46:23Z");
    assert_eq!((read.inviter, read.invitee), (None, Some(CustomerRef::Number(401))));
    assert_eq!((read.origin, read.group), (Origin::Sender(Named::Number(1)), Named::Number(2)));
}

#[rstest]
#[case(0, "x", "bad number")]
#[case(1, "-3", "bad number of the inviter")]
#[case(2, "0000-00-00 00:00:00", "bad date")]
#[case(2, "yesterday", "bad date")]
#[case(2, "", "bad date")]
#[case(3, "no-at-sign", "malformed address")]
#[case(7, "", "unknown store")]
#[case(8, "", "unknown group")]
#[case(10, "SENT?", "unknown status")]
fn each_fault_has_its_reason(#[case] column: usize, #[case] value: &'static str, #[case] reason: &str) {
    let told = magento(line_with(column, value)).unwrap_err();
    assert!(told.starts_with(reason), "{told}");
}

#[test]
fn a_record_of_another_length_is_refused() {
    let header = Header::read(MAGENTO, None).unwrap();
    let told = header.parse(&csv::StringRecord::from(LINE[..5].to_vec())).unwrap_err();
    assert_eq!(told, "too few columns: 5 instead of 11");
}

#[test]
fn the_hash_sees_every_field_and_no_line_ends() {
    let hash = |line| match magento(line).unwrap() {
        Record::Invitation(read) => read.source_hash,
        _ => unreachable!("the header says so"),
    };
    assert_ne!(hash(LINE), hash(line_with(9, "Ho")));
    assert_eq!(hash(line_with(9, "a\r\nb")), hash(line_with(9, "a\nb")));
}

#[rstest]
#[case(&["website_id", "code", "name", "base_url"], Shape::Websites)]
#[case(&["store_id", "website_id", "code", "name", "sender_name", "sender_email", "locale"], Shape::Senders)]
#[case(&["customer_group_id", "customer_group_code"], Shape::Groups)]
#[case(&["entity_id", "email", "firstname", "lastname", "group_id", "website_id", "created_at"], Shape::Customers)]
#[case(&["entity_id", "customer_id", "store_id", "created_at", "grand_total"], Shape::Orders)]
#[case(&["email", "reason", "date"], Shape::Suppressions)]
#[case(&["\u{FEFF}ID", "email", "status", "website", "group", "created_at"], Shape::Invitations)]
fn the_columns_tell_what_a_file_holds(#[case] names: &[&str], #[case] shape: Shape) {
    assert_eq!(Header::read(names.iter().copied(), None).unwrap().shape(), shape);
    assert_eq!(Header::read(names.iter().copied(), Some(shape.kind())).unwrap().shape(), shape);
}

#[test]
fn a_header_that_does_not_fit_says_what_is_missing() {
    assert!(matches!(Header::read(["a", "b"], None), Err(HeaderError::Unknown { .. })));
    assert!(matches!(Header::read(["", ""], None), Err(HeaderError::Empty)));
    let missing = Header::read(["entity_id", "name"], Some(Kind::Customers)).unwrap_err();
    assert_eq!(missing.to_string(), "this is no list of customers: it has no column email");
}

#[test]
fn a_guard_against_spreadsheets_is_taken_off() {
    let header = Header::read(["email", "reason"], None).unwrap();
    let Ok(Record::Suppression(read)) = header.parse(&csv::StringRecord::from(vec!["'=cmd@x.example", "r"])) else {
        unreachable!()
    };
    assert_eq!(read.key, "=cmd@x.example");
}

#[rstest]
#[case("bücher.example", "@xn--bcher-kva.example")]
#[case("@Example.com", "@example.com")]
#[case("Ann@Example.com", "ann@example.com")]
fn addresses_and_domains_are_suppressed_by_identity(#[case] text: &str, #[case] key: &str) {
    let header = Header::read(["email", "reason"], None).unwrap();
    let Ok(Record::Suppression(read)) = header.parse(&csv::StringRecord::from(vec![text, ""])) else {
        unreachable!()
    };
    assert_eq!(read.key, key);
}

#[rstest]
#[case("192.41", Some(19_241))]
#[case("21.9", Some(2_190))]
#[case("5", Some(500))]
#[case("10.5000", Some(1_050))]
#[case("10.501", None)]
#[case("1,5", None)]
#[case("", None)]
fn amounts_are_hundredths(#[case] text: &str, #[case] hundredths: Option<i64>) {
    assert_eq!(values::hundredths(text).ok(), hundredths);
}
