#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::last_year;
use crate::console::message::Answer;
use crate::console::rehearsal::Rehearsal;
use crate::console::request::{Refusal, Reply, Request};
use crate::console::screens::ScreenId;
use crate::domain::filter::Filter;
use crate::domain::period::{DateSpan, Step};
use crate::domain::report::{Basis, Figure, Report, ReportQuery, Sums};
use chrono::NaiveDate;
use crossterm::event::KeyCode;

fn report(query: &ReportQuery) -> Report {
    let intervals = query.period.intervals().unwrap();
    let rows = intervals.into_iter().enumerate().map(|(at, interval)| {
        let sent = if at % 5 == 3 { 0 } else { 8_120 + at as u64 * 1_282 };
        let sums = Sums {
            sent,
            accepted: sent * 3 / 10,
            discarded: sent / 40,
        };
        (interval, sums)
    });
    Report::new(query.clone(), rows.collect())
}

fn desk(request: &Request) -> Option<Answer> {
    Some(Ok(match request {
        Request::Report(query) => Reply::Report(report(query)),
        Request::DrillDown { .. } => Reply::Filter(Filter::parse("sent:2026-04 status:accepted").unwrap()),
        _ => return None,
    }))
}

fn on(size: (u16, u16)) -> Rehearsal {
    let mut rehearsal = Rehearsal::on(ScreenId::Reports, size);
    rehearsal.answer(desk);
    rehearsal
}

#[test]
fn twelve_months_up_to_this_one() {
    let today = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
    assert_eq!(
        last_year(today),
        DateSpan::parse("2025-04").map(|first| DateSpan { last: today, ..first }).unwrap()
    );
}

#[test]
fn looks_right() {
    insta::assert_snapshot!("report_80x24", on((80, 24)).screen());
    insta::assert_snapshot!("report_120x36", on((120, 36)).screen());
    let mut event = on((120, 36));
    event.press(KeyCode::Char('c'));
    event.answer(desk);
    insta::assert_snapshot!("report_event", event.screen());
}

#[test]
fn enter_on_a_number_asks_for_just_those() {
    let mut rehearsal = on((80, 24));
    for key in [KeyCode::Up, KeyCode::Up, KeyCode::Right] {
        rehearsal.press(key);
    }
    rehearsal.press(KeyCode::Enter);
    let asked = |request: &Request| matches!(request, Request::DrillDown { interval: Some(interval), figure: Figure::Accepted, .. } if interval.label == "2026-04");
    assert!(rehearsal.asked.iter().any(|(_, _, request)| asked(request)));
    rehearsal.answer(desk);
    assert_eq!(rehearsal.model.screen, ScreenId::Invitations);
}

#[test]
fn the_total_opens_all_intervals() {
    let mut rehearsal = on((80, 24));
    rehearsal.press(KeyCode::End);
    rehearsal.press(KeyCode::Enter);
    assert!(
        rehearsal
            .asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::DrillDown { interval: None, .. }))
    );
}

#[test]
fn the_days_are_typed_and_mistakes_are_told() {
    let mut rehearsal = on((120, 36));
    rehearsal.press(KeyCode::Char('f'));
    rehearsal.ctrl('u');
    rehearsal.type_text("2027\n");
    assert!(rehearsal.screen().contains("put the earlier day first"));
    rehearsal.press(KeyCode::Char('f'));
    rehearsal.ctrl('u');
    rehearsal.type_text("2026-03\n");
    rehearsal.press(KeyCode::Char('b'));
    rehearsal.answer(desk);
    let screen = rehearsal.screen();
    assert!(screen.contains("From ‹2026-03-01›  To ‹2026-05-31›  by ‹Year›"), "{screen}");
}

#[test]
fn a_file_is_never_replaced_without_asking() {
    let mut rehearsal = on((120, 36));
    rehearsal.press(KeyCode::Char('x'));
    rehearsal.press(KeyCode::Enter);
    rehearsal.answer(|request| match request {
        Request::WriteFile(path, csv) => {
            assert_eq!(path.display().to_string(), "./invitations-report-2025-06-01-2026-05-31.csv");
            assert!(csv.contains("2026-05"));
            Some(Err(Refusal {
                field: Some(Refusal::FILE_EXISTS),
                message: String::new(),
            }))
        }
        _ => None,
    });
    assert!(rehearsal.screen().contains("Replace the file?"));
    rehearsal.press(KeyCode::Enter);
    rehearsal.answer(|request| match request {
        Request::ReplaceFile(..) => Some(Ok(Reply::Words("/home/anna/report.csv".to_owned()))),
        _ => None,
    });
    assert!(rehearsal.screen().contains("Written to /home/anna/report.csv"));
}

#[test]
fn the_website_is_chosen_from_a_list() {
    let mut rehearsal = on((80, 24));
    rehearsal.press(KeyCode::Char('w'));
    rehearsal.press(KeyCode::Down);
    rehearsal.press(KeyCode::Enter);
    let asked = |request: &Request| matches!(request, Request::Report(query) if query.website.is_some() && query.basis == Basis::Cohort);
    assert!(rehearsal.asked.iter().any(|(_, _, request)| asked(request)));
    assert_eq!(Step::Month.label(), "Month");
}
