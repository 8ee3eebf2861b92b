#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;

/// What was found, one line each: `LINE name <address>` or `LINE text: fault`.
fn read(input: &str) -> Vec<String> {
    parse_paste(input)
        .into_iter()
        .map(|pasted| {
            assert_eq!(&input[pasted.span.clone()], pasted.text);
            match (pasted.address, pasted.name) {
                (Ok(address), Some(name)) => format!("{} {name} <{address}>", pasted.line),
                (Ok(address), None) => format!("{} {address}", pasted.line),
                (Err(error), _) => format!("{} {}: {error}", pasted.line, pasted.text),
            }
        })
        .collect()
}

#[rstest]
#[case::nothing("", &[])]
#[case::lines("a@x.com\nb@x.com\r\nc@x.com\rd@x.com", &["1 a@x.com", "2 b@x.com", "3 c@x.com", "4 d@x.com"])]
#[case::commas("a@x.com, b@x.com,c@x.com;d@x.com;", &["1 a@x.com", "1 b@x.com", "1 c@x.com", "1 d@x.com"])]
#[case::blanks("a@x.com b@x.com\tc@x.com\u{a0}d@x.com", &["1 a@x.com", "1 b@x.com", "1 c@x.com", "1 d@x.com"])]
#[case::full_width("a@x.com、b@x.com，c@x.com", &["1 a@x.com", "1 b@x.com", "1 c@x.com"])]
#[case::named("Ann Lee <ann@x.com>, Bob <bob@x.com>", &["1 Ann Lee <ann@x.com>", "1 Bob <bob@x.com>"])]
#[case::named_by_blanks("Ann <ann@x.com> Bob <bob@x.com>", &["1 Ann <ann@x.com>", "1 Bob <bob@x.com>"])]
#[case::quoted_name("\"Lee, Ann\" <ann@x.com>; 'Bob' <bob@x.com>", &["1 Lee, Ann <ann@x.com>", "1 Bob <bob@x.com>"])]
#[case::escaped_name(r#""Ann \"The\" Lee" <ann@x.com>"#, &["1 Ann \"The\" Lee <ann@x.com>"])]
#[case::no_name("<ann@x.com>", &["1 ann@x.com"])]
#[case::address_as_name("ann@x.com <ann@x.com>, \"bob@x.com\" <bob@x.com>", &["1 ann@x.com", "1 bob@x.com"])]
#[case::other_address_as_name("a@x.com <b@x.com>", &["1 a@x.com", "1 b@x.com"])]
#[case::mailto("mailto:ann@x.com?subject=Hi <mailto:bob@x.com>", &["1 ann@x.com", "1 bob@x.com"])]
#[case::link("<a href=\"mailto:ann@x.com\">ann@x.com</a>", &["1 ann@x.com"])]
#[case::markdown("[Ann](mailto:ann@x.com) and **bob@x.com**.", &["1 ann@x.com", "1 bob@x.com"])]
#[case::punctuation("Ask ann@x.com, (bob@x.com)! Or {cid@x.com}? “dan@x.com”.", &["1 ann@x.com", "1 bob@x.com", "1 cid@x.com", "1 dan@x.com"])]
#[case::byte_order_mark("\u{feff}ann@x.com\u{200b}", &["1 ann@x.com"])]
#[case::quoted_local("\"a..b\"@x.com, bob@x.com", &["1 \"a..b\"@x.com", "1 bob@x.com"])]
#[case::idn("Jo <jo@bücher.example>", &["1 Jo <jo@bücher.example>"])]
#[case::twice("a@x.com a@x.com, a@x.com", &["1 a@x.com", "1 a@x.com", "1 a@x.com"])]
#[case::apostrophe("o'neil@x.com", &["1 o'neil@x.com"])]
#[case::bullets("- ann@x.com\n• bob@x.com\n1. cid@x.com", &["1 ann@x.com", "2 bob@x.com", "3 cid@x.com"])]
#[case::table("| Ann | ann@x.com |\n|-----|-----|\n| Bob | bob@x.com |", &["1 ann@x.com", "3 bob@x.com"])]
fn addresses_are_found_wherever_they_stand(#[case] input: &str, #[case] found: &[&str]) {
    assert_eq!(read(input), found);
}

#[rstest]
#[case::header_and_rows("id,email,name\n1,ann@x.com,Ann\n2,bob@x.com,\"Lee, Bob\"\n", &["2 ann@x.com", "3 bob@x.com"])]
#[case::quoted_cells("\"1\",\"ann@x.com\",\"Ann\"\n\"2\",\"bob@x.com \",\"\"\n", &["1 ann@x.com", "2 bob@x.com"])]
#[case::website_column("1,ann@x.com,shop.example,Ann", &["1 ann@x.com"])]
#[case::tabs("Ann\tann@x.com\t2025-01-02\n", &["1 ann@x.com"])]
#[case::one_column("E-Mail\nann@x.com\n", &["2 ann@x.com"])]
#[case::malformed_cell("1,@x.com,Ann", &["1 @x.com: nothing before the @"])]
#[case::list_in_a_cell("7,\"ann@x.com, bob@x.com\",new", &["1 ann@x.com", "1 bob@x.com"])]
#[case::message_with_quotes("1,ann@x.com,\"she said \"\"hi, all\"\"\",new", &["1 ann@x.com"])]
fn columns_of_csv_are_read_as_addresses_where_they_are(#[case] input: &str, #[case] found: &[&str]) {
    assert_eq!(read(input), found);
}

#[rstest]
#[case::to("To: Ann Lee <ann@x.com>, bob@x.com\nCc: cid@x.com", &["1 Ann Lee <ann@x.com>", "1 bob@x.com", "2 cid@x.com"])]
#[case::folded("To: Ann <ann@x.com>,\r\n Bob <bob@x.com>,\r\n\tcid@x.com\r\n", &["1 Ann <ann@x.com>", "2 Bob <bob@x.com>", "3 cid@x.com"])]
#[case::others(
    "Message-ID: <1@mail.x.com>\nReferences: <2@x.com>\n <3@x.com>\nX-Id: 4@x.com\nSubject: Hello\nFrom: ann@x.com\n\nbob@x.com",
    &["6 ann@x.com", "8 bob@x.com"]
)]
#[case::localised("An: Ann <ann@x.com>; E-Mail: bob@x.com", &["1 Ann <ann@x.com>", "1 bob@x.com"])]
#[case::indented_text("  ann@x.com", &["1 ann@x.com"])]
fn mail_headers_give_their_people(#[case] input: &str, #[case] found: &[&str]) {
    assert_eq!(read(input), found);
}

#[rstest]
#[case::lone("annexample.com", &["1 annexample.com: no @ sign"])]
#[case::lone_word("nonsense", &["1 nonsense: no @ sign"])]
#[case::in_a_list("a@x.com, annexample.com; b@x.com", &["1 a@x.com", "1 annexample.com: no @ sign", "1 b@x.com"])]
#[case::after_a_label("To: annexample.com", &["1 annexample.com: no @ sign"])]
#[case::one_bad_never_stops_the_others("a@x.com\nb@\nc@x.com", &["1 a@x.com", "2 b@: nothing after the @", "3 c@x.com"])]
#[case::two_ats("ann@@x.com", &["1 ann@@x.com: two @ signs"])]
#[case::blank_in_the_domain("ann@exa mple.com", &["1 ann@exa mple.com: a blank inside"])]
#[case::blank_before_the_at("Hi ann @x.com", &["1 ann @x.com: a blank inside"])]
#[case::blanks_around_the_at("ann @ x.com", &["1 ann @ x.com: a blank inside"])]
#[case::blank_in_brackets("Ann <ann@ x.com>", &["1 ann@ x.com: a blank inside"])]
#[case::a_part_between_two("a@ x.com @y.com", &["1 a@ x.com: a blank inside", "1 @y.com: nothing before the @"])]
#[case::no_dot("ann@localhost", &["1 ann@localhost: the domain has no dot"])]
#[case::literal("ann@[192.0.2.1]", &["1 ann@[192.0.2.1: an IP address instead of a domain"])]
#[case::invisible("an\u{200b}n@x.com", &["1 an\u{200b}n@x.com: an invisible character inside"])]
#[case::lone_at("@", &["1 @: nothing before the @"])]
#[case::greeting("Dear friends,\nplease invite ann@x.com and Bob Lee.\nThanks, Ann", &["2 ann@x.com"])]
#[case::numbers_and_rules("1\n---\n2025-01-02\n***", &[])]
#[case::titles("Emails:\nGuests\nemail_address\n", &[])]
#[case::names_in_columns("Ann,Lee\nfirstname,lastname", &[])]
#[case::addresses_on_the_web("https://medium.example/@ann see https://x.com/", &[])]
fn only_what_was_meant_as_an_address_is_malformed(#[case] input: &str, #[case] found: &[&str]) {
    assert_eq!(read(input), found);
}

#[test]
fn a_fault_is_counted_from_the_start_of_its_span() {
    let input = "x@x.com\nÄnn <ä b@@x.com>";
    let pasted = parse_paste(input).remove(1);
    assert_eq!(
        (pasted.line, &input[pasted.span], pasted.address.map_err(|error| error.at)),
        (2, "b@@x.com", Err(2))
    );
}

#[rstest]
#[case("customers.csv", 950, &[])]
#[case("magento_invitation.csv", 1999, &["281 @example.com: nothing before the @", "1365 ann@exa mple.com: a blank inside"])]
fn a_shops_export_may_be_pasted_whole(#[case] file: &str, #[case] addresses: usize, #[case] malformed: &[&str]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/shop")
        .join(file);
    let found = read(&std::fs::read_to_string(path).unwrap());
    assert_eq!(found.len(), addresses);
    let faults: Vec<&String> = found.iter().filter(|line| line.contains(": ")).collect();
    assert_eq!(faults, malformed);
}

/// Inputs whose cost would be their square if any part were read again for each word. No time is asserted, which would make the test
/// depend on the machine: a square of these lengths takes so long that the test as good as hangs.
#[rstest]
#[case("\"", 500_000)]
#[case("\" ", 250_000)]
#[case("\"a@", 150_000)]
#[case("\"@\" ", 100_000)]
#[case("<", 500_000)]
#[case("a <", 150_000)]
#[case("@", 500_000)]
#[case("@ ", 100_000)]
#[case("a@b ", 50_000)]
#[case("ann@x.com ", 20_000)]
#[case("\\", 500_000)]
#[case("x ", 250_000)]
#[case("mailto:", 70_000)]
#[case("To: ", 100_000)]
fn hostile_repetition_costs_no_more_than_its_length(#[case] part: &str, #[case] times: usize) {
    let input = part.repeat(times);
    let found = parse_paste(&input);
    assert!(found.iter().map(|pasted| pasted.text.len()).sum::<usize>() <= 2 * input.len());
}

/// Text made of the pieces that the parser reacts to.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "ann@x.com",
        "@",
        "a@ x.com @y.com",
        "ann",
        "x.com",
        "\"",
        "<",
        ">",
        ",",
        ";",
        " ",
        "\n",
        "\r\n",
        "\t",
        ":",
        "To: ",
        "mailto:",
        "\\",
        "(",
        "]",
        ".",
        "é",
        "例え",
        "\u{200b}",
        "\u{feff}",
        "'",
        "?",
        "[",
        "|",
        "//",
        "Message-ID:",
        "=",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic_and_in_order(input in prop_oneof![pieces(), any::<String>()]) {
        let mut end = 0;
        for pasted in parse_paste(&input) {
            prop_assert_eq!(input.get(pasted.span.clone()), Some(pasted.text.as_str()));
            prop_assert!(!pasted.text.is_empty());
            prop_assert!(pasted.span.start >= end, "spans overlap");
            prop_assert!(pasted.line >= 1 && pasted.line <= input.len() + 1);
            if let Err(error) = &pasted.address {
                prop_assert!(error.at <= pasted.text.chars().count());
            }
            end = pasted.span.end;
        }
    }

    #[test]
    fn every_address_of_a_list_is_found_whatever_separates_them(
        locals in prop::collection::vec("[a-z]{1,8}(\\+[a-z0-9]{1,4})?", 1..8),
        separator in prop::sample::select(vec![",", ", ", ";", "\n", "\r\n", "\t", " ", "\n\n", " ; "]),
        wrapped: bool,
    ) {
        let list: Vec<String> = locals.iter().enumerate().map(|(place, local)| format!("{local}{place}@example.com")).collect();
        let text: Vec<String> = list.iter().map(|address| if wrapped { format!("Some One <{address}>") } else { address.clone() }).collect();
        let found: Vec<String> = parse_paste(&text.join(separator)).into_iter().filter_map(|pasted| pasted.address.ok()).map(|address| address.to_string()).collect();
        prop_assert_eq!(found, list);
    }
}
