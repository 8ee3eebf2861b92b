#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use chrono::DateTime;
use proptest::prelude::*;
use rstest::rstest;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn at(text: &str) -> Moment {
    Moment::from_time(&DateTime::parse_from_rfc3339(text).unwrap())
}

#[rstest]
#[case("2026", "2026-01-01", "2026-12-31")]
#[case("2026-03", "2026-03-01", "2026-03-31")]
#[case("2024-02", "2024-02-01", "2024-02-29")]
#[case("2026-12", "2026-12-01", "2026-12-31")]
#[case("2026-03-09", "2026-03-09", "2026-03-09")]
fn a_year_a_month_or_a_day_is_a_span(#[case] text: &str, #[case] first: &str, #[case] last: &str) {
    let span = DateSpan::parse(text).unwrap();
    assert_eq!(
        span,
        DateSpan {
            first: day(first),
            last: day(last)
        }
    );
    assert_eq!(span.to_string(), text);
}

#[rstest]
#[case("2026-13", "2026-13 is not a month: months run from 01 to 12")]
#[case("2026-00-01", "2026-00-01 is not a month: months run from 01 to 12")]
#[case("2026-02-29", "2026-02-29 is not a day: that month has 28 days")]
#[case("26", "“26” is not a date: write 2026, 2026-03 or 2026-03-09")]
#[case("2026-3", "“2026-3” is not a date: write 2026, 2026-03 or 2026-03-09")]
#[case("2026-03-09-01", "“2026-03-09-01” is not a date: write 2026, 2026-03 or 2026-03-09")]
#[case("+026", "“+026” is not a date: write 2026, 2026-03 or 2026-03-09")]
#[case("", "“” is not a date: write 2026, 2026-03 or 2026-03-09")]
fn what_is_no_date_says_why(#[case] text: &str, #[case] message: &str) {
    assert_eq!(DateSpan::parse(text).unwrap_err().to_string(), message);
}

#[rstest]
#[case("2026-01-01", "2026-03-31", "2026-01..2026-03")]
#[case("2024-01-01", "2026-12-31", "2024..2026")]
#[case("2026-01-02", "2026-03-31", "2026-01-02..2026-03-31")]
fn a_longer_span_prints_both_ends(#[case] first: &str, #[case] last: &str, #[case] text: &str) {
    assert_eq!(DateSpan::new(day(first), day(last)).unwrap().to_string(), text);
}

#[rstest]
#[case("UTC", "2026-03-09", "2026-03-09T00:00:00Z")]
#[case("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z")]
#[case("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z")]
#[case("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z")]
#[case("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z")]
#[case("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z")]
#[case("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z")]
#[case("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z")]
#[case("America/St_Johns", "2008-11-02", "2008-11-02T02:30:00Z")]
fn a_day_starts_where_its_calendar_is_first_on_the_wall(#[case] name: &str, #[case] date: &str, #[case] start: &str) {
    assert_eq!(zone(name).start_of(day(date)).rfc3339(), start);
}

#[rstest]
#[case("Europe/Berlin", "2026-03-29", 23)]
#[case("Europe/Berlin", "2026-10-25", 25)]
#[case("America/Sao_Paulo", "2018-11-04", 23)]
#[case("America/Sao_Paulo", "2018-02-17", 25)]
#[case("Pacific/Apia", "2011-12-30", 0)]
#[case("Pacific/Apia", "2011-12-29", 24)]
fn days_are_as_long_as_the_clocks_make_them(#[case] name: &str, #[case] date: &str, #[case] hours: u64) {
    let (start, end) = zone(name).bounds(DateSpan::day(day(date)));
    assert_eq!(end.since(start).as_secs(), hours * 3600);
}

#[test]
fn clocks_put_back_over_midnight_do_not_bring_the_old_day_back() {
    let zone = zone("America/St_Johns");
    assert_eq!(zone.local(at("2008-11-02T02:31:00Z")).to_string(), "2008-11-01 23:01:00");
    assert_eq!(zone.date_of(at("2008-11-02T02:31:00Z")), day("2008-11-02"));
    assert_eq!(zone.date_of(at("2008-11-02T02:29:59Z")), day("2008-11-01"));
}

#[test]
fn offsets_hold_from_each_transition_on() {
    let hours = |count: i64| count * 3600 * SECOND;
    assert_eq!(
        zone("Europe/Berlin").offsets(2026, 2026),
        [
            (Moment(i64::MIN), hours(1)),
            (at("2026-03-29T01:00:00Z"), hours(2)),
            (at("2026-10-25T01:00:00Z"), hours(1))
        ]
    );
    assert_eq!(zone("UTC").offsets(1970, 2030), [(Moment(i64::MIN), 0)]);
    assert_eq!(
        zone("Asia/Kathmandu").offsets(2000, 2001),
        [(Moment(i64::MIN), (5 * 3600 + 45 * 60) * SECOND)]
    );
    assert_eq!(
        zone("Pacific/Apia").offsets(2011, 2011).last(),
        Some(&(at("2011-12-30T10:00:00Z"), hours(14))),
        "the jump over the date line"
    );
}

#[rstest]
#[case("europe/berlin", "Europe/Berlin")]
#[case(" UTC ", "UTC")]
fn zones_go_by_their_iana_names(#[case] text: &str, #[case] name: &str) {
    assert_eq!(zone(text).to_string(), name);
    assert!(Zone::names().any(|known| known == name));
}

#[test]
fn an_unknown_zone_says_what_to_write() {
    assert!(Zone::parse("Berlin").unwrap_err().to_string().contains("Europe/Berlin"));
    assert_eq!(Zone::default().to_string(), "UTC");
}

#[test]
fn extreme_moments_have_a_date() {
    for name in ["UTC", "Pacific/Apia", "America/Sao_Paulo"] {
        assert!(zone(name).date_of(Moment(i64::MIN)) < zone(name).date_of(Moment(i64::MAX)));
        zone(name).bounds(DateSpan {
            first: day("0000-01-01"),
            last: day("9999-12-31"),
        });
    }
}

#[rstest]
#[case("2025-12-30", "2026-01-02", Step::Day, &["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"])]
#[case("2025-11-15", "2026-01-02", Step::Month, &["2025-11", "2025-12", "2026-01"])]
#[case("2024-11-15", "2026-01-02", Step::Year, &["2024", "2025", "2026"])]
fn every_interval_of_the_range_is_listed(#[case] first: &str, #[case] last: &str, #[case] step: Step, #[case] labels: &[&str]) {
    let span = DateSpan::new(day(first), day(last)).unwrap();
    let intervals = Period { span, step }.intervals().unwrap();
    assert_eq!(intervals.iter().map(|interval| interval.label.as_str()).collect::<Vec<_>>(), labels);
    assert_eq!(intervals.first().unwrap().span.first, span.first);
    assert_eq!(intervals.last().unwrap().span.last, span.last);
}

#[test]
fn absurd_ranges_are_refused() {
    let span = DateSpan::new(day("1900-01-01"), day("2026-01-01")).unwrap();
    assert_eq!(Period { span, step: Step::Day }.intervals(), Err(PeriodError::TooMany(46_022)));
    assert_eq!(Period { span, step: Step::Year }.intervals().unwrap().len(), 127);
    let backwards = DateSpan {
        first: span.last,
        last: span.first,
    };
    assert!(matches!(
        Period {
            span: backwards,
            step: Step::Day
        }
        .intervals(),
        Err(PeriodError::Backwards { .. })
    ));
}

#[test]
fn steps_go_by_their_codes() {
    for step in Step::ALL {
        assert_eq!(Step::parse(step.code()), Ok(step));
    }
    assert!(Step::parse("week").is_err());
}

const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Casablanca",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn intervals_partition_time(name in prop::sample::select(&ZONES[..]), start in 0u64..15_000, length in 0u64..800, step in prop::sample::select(&Step::ALL[..])) {
        let zone = zone(name);
        let first = day("1990-01-01") + Days::new(start);
        let span = DateSpan::new(first, first + Days::new(length)).unwrap();
        let (mut at, end) = zone.bounds(span);
        for interval in (Period { span, step }).intervals().unwrap() {
            let (from, until) = zone.bounds(interval.span);
            prop_assert_eq!(from, at);
            prop_assert!(until >= from);
            at = until;
        }
        prop_assert_eq!(at, end);
    }

    #[test]
    fn days_offsets_and_bounds_agree(name in prop::sample::select(&ZONES[..]), seconds in 0i64..2_500_000_000, near in -7200i64..7200) {
        let zone = zone(name);
        let offsets = zone.offsets(1970, 2049);
        let chosen = offsets.get(seconds as usize % offsets.len()).unwrap().0;
        for moment in [Moment(seconds * SECOND), Moment(chosen.0.max(0) + near * SECOND), chosen.max(Moment(0)), Moment(chosen.0.max(1) - 1)] {
            let date = zone.date_of(moment);
            let (from, until) = zone.bounds(DateSpan::day(date));
            prop_assert!(from <= moment && moment < until);
            let offset = offsets.iter().rev().find(|(from, _)| *from <= moment).unwrap().1;
            prop_assert_eq!(Moment(moment.0 + offset).to_utc().date_naive(), date, "{} at {}", name, moment.rfc3339());
        }
    }
}
