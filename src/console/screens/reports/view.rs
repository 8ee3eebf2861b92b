//! The picture: what was asked, a line for each interval, the total, and what the numbers mean.

use super::State;
use crate::console::format::grouped;
use crate::console::model::Session;
use crate::console::widgets::{bar, wrapped};
use crate::domain::report::{Basis, Report, Sums, rate};
use crate::domain::settings::Setting;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// What the columns before the chart take.
const TABLE: u16 = 66;
const LONGEST_BAR: u16 = 60;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let area = area.inner(Margin::new(1, 0));
    let theme = &session.theme;
    let meaning = wrapped(&definition(state, session), area.width, theme.dim);
    let air = u16::from(area.height > 24);
    let rest = area.height.saturating_sub(3 + 2 * air + meaning.len() as u16);
    let [question, heading, table, total, _, below] = Layout::vertical([
        Constraint::Length(1 + air),
        Constraint::Length(1),
        Constraint::Length(rest.min(state.rows().max(1) as u16)),
        Constraint::Length(1),
        Constraint::Length(air),
        Constraint::Length(meaning.len() as u16),
    ])
    .areas(area);
    frame.render_widget(question_line(state, area.width, session), question);
    for (row, line) in below.rows().zip(meaning) {
        frame.render_widget(line, row);
    }
    let Some(report) = state.report.value() else {
        let (text, style) = match state.report.failure() {
            Some(why) => (String::from(Shown::new(why)), theme.bad),
            None => ("Counting …".to_owned(), theme.dim),
        };
        return frame.render_widget(Line::styled(text, style), table);
    };
    frame.render_widget(Line::styled(heading_text(report.query.basis), theme.heading), heading);
    draw_rows(state, report, frame, table, session);
    let mut last = figures(
        state,
        "Total",
        &report.total,
        report.query.basis,
        state.row >= report.rows.len(),
        session,
    );
    last.spans.iter_mut().take(1).for_each(|span| span.style = theme.heading);
    frame.render_widget(last, total);
}

fn question_line(state: &State, width: u16, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let website = state.website.and_then(|id| session.catalog.value()?.website(id));
    let span = state.span;
    let basis = match state.basis {
        Basis::Cohort if width > 124 => "cohort: what became of those first sent in the interval",
        Basis::Event if width > 124 => "event: what happened in the interval",
        basis => basis.code(),
    };
    let parts = [
        ("From", span.map(|span| span.first.to_string()).unwrap_or_default()),
        ("To", span.map(|span| span.last.to_string()).unwrap_or_default()),
        ("by", state.step.label().to_owned()),
        ("website", website.map_or_else(|| "all".to_owned(), |website| website.code.clone())),
        ("basis", basis.to_owned()),
    ];
    let mut spans = Vec::new();
    for (name, value) in parts {
        spans.push(Span::styled(format!("{name} "), theme.dim));
        spans.push(Span::styled(format!("‹{}›", Shown::new(&value)), theme.accent));
        spans.push(Span::raw("  "));
    }
    if state.report.is_loading() && state.report.value().is_some() {
        spans.push(Span::styled("…", theme.dim));
    }
    Line::from(spans)
}

fn heading_text(basis: Basis) -> String {
    let rates = match basis {
        Basis::Cohort => ("Acceptance", "Discard"),
        Basis::Event => ("", ""),
    };
    format!(
        "{:<11}{:>11}{:>11}{:>11}{:>12}{:>9}",
        "Interval", "Sent", "Accepted", "Discarded", rates.0, rates.1
    )
}

fn draw_rows(state: &State, report: &Report, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let height = usize::from(area.height);
    let count = report.rows.len();
    let first = state.row.min(count).saturating_sub(height / 2).min(count.saturating_sub(height));
    let most = report.rows.iter().map(|(_, sums)| sums.sent).max().unwrap_or(0).max(1);
    let room = area.width.saturating_sub(TABLE + 2).min(LONGEST_BAR);
    for (place, (at, (interval, sums))) in area.rows().zip(report.rows.iter().enumerate().skip(first)) {
        let mut line = figures(state, &interval.label, sums, report.query.basis, state.row == at, session);
        if room > 3 {
            line.push_span(Span::raw("   "));
            let share = sums.sent as f64 / most as f64;
            let style = if sums.sent == 0 { session.theme.dim } else { session.theme.bar };
            line.push_span(Span::styled(bar(share, usize::from(room)), style));
        }
        frame.render_widget(line, place);
    }
}

fn figures(state: &State, label: &str, sums: &Sums, basis: Basis, is_current: bool, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let name = if is_current { theme.accent } else { theme.text };
    let mut spans = vec![Span::styled(format!("{label:<11}"), name)];
    for (at, number) in [sums.sent, sums.accepted, sums.discarded].into_iter().enumerate() {
        let text = grouped(number);
        let style: Style = if is_current && at == state.column {
            theme.cursor
        } else if number == 0 {
            theme.dim
        } else {
            theme.text
        };
        spans.push(Span::raw(" ".repeat(10_usize.saturating_sub(text.len()))));
        spans.push(Span::styled(format!("{text:>1} "), style));
    }
    for (part, width) in [(sums.accepted, 11), (sums.discarded, 9)] {
        let text = match (rate(basis, part, sums.sent), basis) {
            (Some(rate), _) => format!("{:.1} %", rate * 100.0),
            (None, Basis::Cohort) => "—".to_owned(),
            (None, Basis::Event) => String::new(),
        };
        spans.push(Span::styled(format!("{text:>width$}"), theme.text));
    }
    Line::from(spans)
}

fn definition(state: &State, session: &Session) -> String {
    let zone = session.settings.value().map_or("UTC", |settings| settings.text(Setting::Timezone));
    let old = match state.report.failure() {
        Some(why) if state.report.value().is_some() => format!(" These numbers are old: {why}"),
        _ => String::new(),
    };
    format!("{} Days are cut in {zone}.{old}", state.basis.definition())
}
