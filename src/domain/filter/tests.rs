#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use super::matching::{Facts, folded, matched_by, matches};
use super::*;
use crate::domain::period::{DateSpan, Zone};
use crate::domain::time::Moment;
use chrono::{DateTime, Days, NaiveDate};
use proptest::prelude::*;
use rstest::rstest;

fn at(text: &str) -> Moment {
    Moment::from_time(&DateTime::parse_from_rfc3339(text).unwrap())
}

fn now() -> Moment {
    at("2026-05-15T12:00:00Z")
}

fn utc() -> Zone {
    Zone::default()
}

/// One invitation that was sent, accepted by another address, and has something in every field.
fn facts() -> Facts<'static> {
    Facts {
        id: 150,
        status: Status::Accepted,
        email: Some("Zoë.Lee@bücher.example"),
        invitee: Some("zoe@example.org"),
        inviter: Some("ann@shop.example"),
        sent: Some(at("2026-03-09T10:00:00Z")),
        registered: Some(at("2026-05-14T23:30:00Z")),
        created: Some(at("2026-03-01T00:00:00Z")),
        last_sent: Some(at("2026-05-15T11:30:00Z")),
        expires: Some(at("2026-05-20T12:00:00Z")),
        discarded: None,
        website: "main",
        group: "Private Sale, Gold",
        sender: "Default",
        delivery: Delivery::Failed,
        times: 2,
        via: Some(Via::Smtp),
        reason: Some("550 5.1.1 user unknown"),
        other_address: true,
        selected: false,
    }
}

/// One invitation of an admin, about which nothing more is known.
fn bare_facts() -> Facts<'static> {
    Facts {
        id: 7,
        status: Status::NotSent,
        email: None,
        invitee: None,
        inviter: None,
        sent: None,
        registered: None,
        created: None,
        last_sent: None,
        expires: None,
        discarded: None,
        website: "outlet",
        group: "General",
        sender: "outlet_de",
        delivery: Delivery::Idle,
        times: 0,
        via: None,
        reason: None,
        other_address: false,
        selected: true,
    }
}

#[rstest]
#[case("", true, true)]
#[case("  ", true, true)]
#[case("lee", true, false)]
#[case("ZOË.lee", true, false)]
#[case("zoe\u{308}", true, false)]
#[case("BÜCHER", true, false)]
#[case("example.org shop", true, false)]
#[case("example.org nobody", false, false)]
#[case("-lee", false, true)]
#[case("-nobody", true, true)]
#[case("id:100..200", true, false)]
#[case("id:7,150", true, true)]
#[case("id:>150", false, false)]
#[case("id:>=150", true, false)]
#[case("id:<150", false, true)]
#[case("id:..150", true, true)]
#[case("times:0", false, true)]
#[case("status:sent,accepted", true, false)]
#[case("status:\"Not Sent\"", false, true)]
#[case("status:not-sent", false, true)]
#[case("-status:notsent", true, false)]
#[case("STATUS:Accepted", true, false)]
#[case("delivery:in_doubt,failed", true, false)]
#[case("via:folder", false, false)]
#[case("-via:folder", true, true)]
#[case("via:smtp", true, false)]
#[case("website:MAIN", true, false)]
#[case("website:mai", false, false)]
#[case("group:\"private sale, gold\"", true, false)]
#[case("-group:general", true, false)]
#[case("sender:default,outlet_de", true, true)]
#[case("email:@bücher.", true, false)]
#[case("email:none", false, true)]
#[case("invitee:any", true, false)]
#[case("invitee:none,zoe", true, true)]
#[case("inviter:ann", true, false)]
#[case("inviter:admin", false, true)]
#[case("inviter:\"admin\"", false, false)]
#[case("reason:\"user unknown\"", true, false)]
#[case("reason:5.1.1", true, false)]
#[case("is:other", true, false)]
#[case("is:open", false, true)]
#[case("is:selected", false, true)]
#[case("sent:any", true, false)]
#[case("sent:none", false, true)]
#[case("-sent:2026", false, true)]
#[case("sent:2026-01..2026-03", true, false)]
#[case("sent:2026-03-09..2026-03-09", true, false)]
#[case("sent:>2026-03-09", false, false)]
#[case("sent:>=2026-03-09", true, false)]
#[case("sent:<2026-03-09", false, false)]
#[case("sent:<=2026-03", true, false)]
#[case("sent:>2026-02", true, false)]
#[case("sent:..2025", false, false)]
#[case("sent:2025..", true, false)]
#[case("sent:>14d", true, false)]
#[case("sent:14d", false, false)]
#[case("registered:yesterday", true, false)]
#[case("registered:today", false, false)]
#[case("last_sent:<1h", true, false)]
#[case("last-sent:30m", true, false)]
#[case("lastsent:>30m", false, false)]
#[case("expires:5d", true, false)]
#[case("expires:119h", false, false)]
#[case("expires:>119h", true, false)]
#[case("created:none,2026-03-01", true, true)]
fn a_filter_means_what_it_says(#[case] text: &str, #[case] full: bool, #[case] bare: bool) {
    let filter = Filter::parse(text).unwrap();
    assert_eq!(matches(&filter, &facts(), utc(), now()), full, "the full row");
    assert_eq!(matches(&filter, &bare_facts(), utc(), now()), bare, "the bare row");
    assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
}

#[test]
fn days_are_cut_in_the_zone_that_is_asked_for() {
    let filter = Filter::parse("registered:today").unwrap();
    assert!(
        matches(&filter, &facts(), Zone::parse("Europe/Berlin").unwrap(), now()),
        "23:30 UTC is tomorrow in Berlin"
    );
}

#[rstest]
#[case("  LEE   bob ", "LEE bob")]
#[case("status:NotSent  website:main", "status:not_sent website:main")]
#[case("id:5..5,>=7,<9,0..", "id:5,7..,..8,0..")]
#[case("sent:>2026-05-01", "sent:2026-05-02..")]
#[case("sent:<2026-05", "sent:..2026-04-30")]
#[case("sent:2026-01-01..2026-03-31", "sent:2026-01..2026-03")]
#[case("created:>60m", "created:>1h")]
#[case("created:2w,<90s", "created:14d,90s")]
#[case("inviter:none", "inviter:admin")]
#[case("group:\"vip\"", "group:vip")]
#[case("reason:a:b", "reason:a:b")]
#[case("\"a:b\" -\"-x\"", "\"a:b\" -\"-x\"")]
#[case("\"say \"\"hi\"\" \\\\o/\"", "\"say \\\"hi\\\" \\\\o/\"")]
#[case("-email:\"any\"", "-email:\"any\"")]
fn filters_print_in_one_form(#[case] text: &str, #[case] printed: &str) {
    let parsed = Filter::parse(text);
    assert_eq!(parsed.map(|filter| filter.to_string()).unwrap_or_default(), printed);
}

/// The filter, where its mistake stands, what it says, and what it proposes.
#[rstest]
#[case(
    "status:sended x",
    "sended",
    "unknown status “sended”: one of not_sent, sent, accepted, discarded — did you mean sent?",
    Some("sent")
)]
#[case(
    "status:canceled",
    "canceled",
    "unknown status “canceled”: one of not_sent, sent, accepted, discarded — did you mean discarded?",
    Some("discarded")
)]
#[case(
    "delivery:zzz",
    "zzz",
    "unknown delivery “zzz”: one of idle, queued, claimed, sending, deferred, failed, in_doubt",
    None
)]
#[case(
    "is:othr",
    "othr",
    "unknown word “othr”: one of open, other, selected — did you mean other?",
    Some("other")
)]
#[case("id:1..x", "1..x", "“x” is not a number: write 7, 100..200, >5 or <=5", None)]
#[case("id:200..100", "200..100", "200..100 runs backwards — did you mean 100..200?", Some("100..200"))]
#[case("id:<0", "<0", "nothing lies below 0", None)]
#[case("sent:2026-13", "2026-13", "2026-13 is not a month: months run from 01 to 12", None)]
#[case("sent:2026-02-30,2026", "2026-02-30", "2026-02-30 is not a day: that month has 28 days", None)]
#[case(
    "sent:2026-03..2026-01",
    "2026-03..2026-01",
    "2026-03..2026-01 runs backwards — did you mean 2026-01..2026-03?",
    Some("2026-01..2026-03")
)]
#[case("sent:..7d", "..7d", "an age takes < or >, not .. — did you mean 7d?", Some("7d"))]
#[case(
    "sent:todey",
    "todey",
    "“todey” is not a date: write 2026-03-09, 2026-03, 2026, 2026-01..2026-03, >2026-05-01, 7d, today, none or any — did you mean today?",
    Some("today")
)]
#[case("sent:>9999", ">9999", "no date lies there: years run from 0000 to 9999", None)]
#[case("group:\"\"", "\"\"", "the quotes hold nothing", None)]
#[case(":x", ":", "a field is missing before the colon; put quotes around a word that has colons", None)]
#[case("a\"b\"", "\"", "a quote inside a word: put the quotes around the whole of it", None)]
#[case(
    "\"a\"b",
    "b",
    "this follows a closed quote: put a blank between, or the quotes around all of it",
    None
)]
#[case("a\u{0}b", "\u{0}", "a control character (U+0000): take it out", None)]
#[case("- x", "-", "- leaves out what stands right after it, and nothing does", None)]
#[case(
    "status: sent",
    "status:",
    "status: needs a value right after the colon, such as status:sent,accepted",
    None
)]
#[case(
    "status:sent,,accepted",
    "",
    "status: needs a value right after the colon, such as status:sent,accepted",
    None
)]
fn a_mistake_is_pointed_at_where_it_stands(#[case] text: &str, #[case] place: &str, #[case] message: &str, #[case] meant: Option<&str>) {
    let mistakes = Filter::parse(text).unwrap_err();
    assert_eq!(&text[mistakes[0].span.clone()], place);
    assert_eq!(mistakes[0].to_string(), message);
    assert_eq!(mistakes[0].suggestion.as_deref(), meant);
    assert_eq!(mistakes[0].kind, MistakeKind::Wrong);
}

#[test]
fn an_unknown_field_is_never_a_word() {
    let near = Filter::parse("lee stauts:sent").unwrap_err();
    assert_eq!((near[0].span.clone(), near[0].suggestion.as_deref()), (4..10, Some("status")));
    let far = Filter::parse("foo:bar").unwrap_err();
    assert_eq!((far[0].span.clone(), far[0].suggestion.as_deref()), (0..3, None));
    assert!(far[0].message.starts_with("unknown field “foo”: one of id, status, email"));
}

#[test]
fn words_with_commas_are_asked_back() {
    let list = Filter::parse("-ann,bob").unwrap_err();
    assert_eq!((list[0].span.clone(), list[0].suggestion.as_deref()), (1..8, Some("email:ann,bob")));
    let pasted = Filter::parse("ann@example.com, bob").unwrap_err();
    assert_eq!(
        (pasted[0].span.clone(), pasted[0].suggestion.as_deref()),
        (0..16, Some("ann@example.com"))
    );
}

#[rstest]
#[case("lee status:", "lee", "status:")]
#[case("lee status:se", "lee", "se")]
#[case("lee status:sent,", "lee status:sent", ",")]
#[case("lee sent:20", "lee", "20")]
#[case("lee sent:2026-0", "lee", "2026-0")]
#[case("lee sent:tod", "lee", "tod")]
#[case("lee sent:>", "lee", ">")]
#[case("lee id:>=", "lee", ">=")]
#[case("lee group:\"Private Sa", "lee", "\"Private Sa")]
#[case("lee -", "lee", "-")]
fn what_is_being_typed_is_told_gently(#[case] text: &str, #[case] so_far: &str, #[case] place: &str) {
    let parsed = Filter::parse_lenient(text);
    assert_eq!(parsed.filter().to_string(), so_far);
    assert!(parsed.is_unfinished(), "{:?}", parsed.mistakes);
    assert_eq!(&text[parsed.mistakes[0].span.clone()], place);
    assert!(Filter::parse(text).is_err());
    let later = format!("{text} lee");
    let is_open_quote = text.contains('"');
    assert!(
        is_open_quote || !Filter::parse_lenient(&later).is_unfinished(),
        "typed past it, it is wrong"
    );
}

#[test]
fn every_mistake_is_told_and_the_good_terms_hold() {
    let parsed = Filter::parse_lenient("status:x,sent website:main sent:2026-13 lee");
    assert_eq!(parsed.filter().to_string(), "website:main lee");
    assert_eq!(parsed.mistakes.len(), 2);
    assert!(!parsed.is_unfinished());
}

#[test]
fn chips_know_their_text() {
    let text = " lee  -group:\"Private Sale, Gold\" ";
    let chips = Filter::terms_with_spans(text);
    let texts: Vec<&str> = chips.iter().map(|(span, _)| &text[span.clone()]).collect();
    assert_eq!(texts, ["lee", "-group:\"Private Sale, Gold\""]);
}

#[test]
fn a_row_says_by_which_hidden_field_it_matched() {
    let filter = Filter::parse("lee shop.example example.org").unwrap();
    assert_eq!(matched_by(&filter, &facts()), [Field::Email, Field::Inviter, Field::Invitee]);
}

#[test]
fn every_example_of_the_fields_is_understood() {
    for field in Field::ALL {
        assert_eq!(Field::parse(field.name()), Some(field));
        assert!(!field.help().is_empty());
        let words = field.words().into_iter().map(|word| format!("{}:{word}", field.name()));
        for text in field.examples().iter().map(|&example| example.to_owned()).chain(words) {
            let filter = Filter::parse(&text).unwrap();
            assert_eq!(filter.terms[0].test.field(), Some(field), "{text}");
        }
    }
}

#[test]
fn filters_can_be_built_and_asked() {
    let filter = Filter::all()
        .and(Test::Name {
            field: NameField::Group,
            names: vec!["VIP".into()],
        })
        .and(Test::Is(vec![Mark::Selected]));
    assert_eq!(filter.to_string(), "group:VIP is:selected");
    assert_eq!(filter.names(NameField::Group).collect::<Vec<_>>(), ["VIP"]);
    assert!(filter.asks_selection() && !filter.is_empty());
    assert!(Filter::all().is_empty());
}

#[test]
fn folding_keeps_parts_parts() {
    assert!(folded("ΟΔΟΣ.example").contains(&folded("ΟΔΟΣ")));
    assert_eq!(folded("E\u{301}"), "é");
}

#[rstest]
#[case("sended", Some("sent"))]
#[case("discard", Some("discarded"))]
#[case("foo", None)]
#[case("", None)]
fn only_near_words_are_proposed(#[case] word: &str, #[case] meant: Option<&str>) {
    assert_eq!(nearest(word, Status::ALL.map(Status::code)), meant);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-cA-C@.:,\"\\\\ >ß\u{fc}\u{e9}\u{3042}-]{1,6}",
        prop::sample::select(vec!["none", "ANY", "admin", "today", "id", "..", "-"]).prop_map(str::to_owned)
    ]
}

fn number() -> impl Strategy<Value = NumberRange> {
    prop_oneof![
        (0i64..50).prop_map(NumberRange::one),
        (0i64..50, 0i64..50).prop_map(|(first, more)| NumberRange { first, last: first + more }),
        (0i64..50).prop_map(|first| NumberRange { first, last: i64::MAX }),
        Just(NumberRange::one(i64::MAX)),
    ]
}

fn date() -> impl Strategy<Value = DateTest> {
    let day = || (0u64..3000).prop_map(|days| NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(days));
    let age = || (0u64..10_000_000).prop_map(|seconds| Age::from_secs(seconds).unwrap());
    prop_oneof![
        Just(DateTest::Empty),
        Just(DateTest::Any),
        Just(DateTest::Today),
        Just(DateTest::Yesterday),
        (day(), 0u64..800).prop_map(|(first, more)| DateTest::On(DateSpan::new(first, first + Days::new(more)).unwrap())),
        day().prop_map(DateTest::From),
        day().prop_map(DateTest::Until),
        age().prop_map(DateTest::Within),
        age().prop_map(DateTest::Beyond),
    ]
}

fn some<T: std::fmt::Debug>(of: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(of, 1..4)
}

fn any_test() -> impl Strategy<Value = Test> {
    let part = prop_oneof![Just(TextTest::Empty), Just(TextTest::Any), text().prop_map(TextTest::Contains)];
    prop_oneof![
        text().prop_map(Test::Word),
        some(number()).prop_map(Test::Id),
        some(number()).prop_map(Test::Times),
        some(prop::sample::select(&Status::ALL[..])).prop_map(Test::Status),
        some(prop::sample::select(&Delivery::ALL[..])).prop_map(Test::Delivery),
        some(prop::sample::select(&Via::ALL[..])).prop_map(Test::Via),
        some(prop::sample::select(&Mark::ALL[..])).prop_map(Test::Is),
        (prop::sample::select(&NameField::ALL[..]), some(text())).prop_map(|(field, names)| Test::Name { field, names }),
        (prop::sample::select(&TextField::ALL[..]), some(part)).prop_map(|(field, any)| Test::Text { field, any }),
        (prop::sample::select(&DateField::ALL[..]), some(date())).prop_map(|(field, any)| Test::Date { field, any }),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let term = (any::<bool>(), any_test()).prop_map(|(negated, test)| Term { negated, test });
    prop::collection::vec(term, 0..5).prop_map(|terms| Filter { terms })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_printed_reads_back_the_same(filter in any_filter()) {
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn whatever_is_typed_the_mistakes_stand_in_it(text in "([a-c:,\"\\\\ .<>0-9é\u{0}-]|status:|sent:|id:|group:|2026-0|sent|7d){0,12}") {
        let parsed = Filter::parse_lenient(&text);
        for mistake in &parsed.mistakes {
            prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?}", mistake);
        }
        for (span, term) in &parsed.terms {
            let alone = Filter::parse_lenient(&text[span.clone()]);
            prop_assert_eq!(alone.filter().terms, std::slice::from_ref(term));
        }
        if parsed.mistakes.is_empty() {
            let filter = parsed.filter();
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn leaving_out_is_the_rest(test in any_test(), seconds in 0i64..200_000_000) {
        let row = Facts { sent: Some(Moment(1_600_000_000_000_000 + seconds * 1_000_000)), ..facts() };
        let with = Filter::all().and(test.clone());
        let without = Filter { terms: vec![Term { negated: true, test }] };
        for row in [row, bare_facts()] {
            prop_assert_ne!(matches(&with, &row, utc(), now()), matches(&without, &row, utc(), now()));
        }
    }
}
