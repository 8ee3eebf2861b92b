//! The list beside the text: glyph, address, and in words what is to be said about it.

use super::check::{Counts, Line as Checked};
use super::{Field, State};
use crate::console::actions::{Action, TABLE};
use crate::console::format::{date_time, grouped};
use crate::console::model::Session;
use crate::domain::create::Verdict;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The glyph and the words of a verdict; `stood_first` is where the same address stood before.
pub(super) fn words(verdict: &Verdict, stood_first: Option<usize>, session: &Session) -> (char, String) {
    match verdict {
        Verdict::Ready => ('✓', "ready".to_owned()),
        Verdict::Twice(_) => {
            let place = stood_first.map(|line| format!(": the same as on line {line}")).unwrap_or_default();
            ('⧉', format!("twice{place}"))
        }
        Verdict::AlreadyInvited { id, status, by, at } => {
            let day = session.zone.local(*at).format("%Y-%m-%d");
            ('↺', format!("already invited: {} {day} by {by}, no. {id}", status.label()))
        }
        Verdict::AlreadyCustomer => ('☺', "already a customer".to_owned()),
        Verdict::Suppressed { reason, since } => {
            let day = session.zone.local(*since).format("%Y-%m-%d");
            ('⊘', format!("suppressed since {day}: {reason}"))
        }
        Verdict::CoolingDown { until } => (
            '❄',
            format!("cooling down until {} {}", date_time(*until, &session.zone), session.zone),
        ),
    }
}

fn line_words(line: &Checked, state: &State, session: &Session) -> (char, Style, String) {
    let theme = &session.theme;
    let (glyph, words) = match (&line.pasted.address, &line.verdict) {
        (Err(error), _) => return ('✗', theme.bad, format!("malformed, line {}: {error}", line.pasted.line)),
        (Ok(_), None) => ('…', "checking".to_owned()),
        (Ok(_), Some(verdict)) => self::words(verdict, line.stood_first, session),
    };
    let creates = line
        .verdict
        .as_ref()
        .is_some_and(|verdict| verdict.creates(state.override_cooldown));
    match &line.hint {
        Some(meant) if creates => (
            '~',
            theme.warn,
            format!("did you mean {}? {}", meant.domain(), key(Action::FixTypo, session)),
        ),
        _ if glyph == '❄' && creates => (glyph, theme.warn, format!("taken in, {words}")),
        _ if glyph == '❄' => {
            let taken = format!("cooling down, {} takes it in,", key(Action::OverrideCooldown, session));
            (glyph, theme.warn, words.replacen("cooling down", &taken, 1))
        }
        _ => (glyph, if creates { theme.ok } else { theme.warn }, words),
    }
}

/// The key of an action that works while text is typed too.
fn key(action: Action, session: &Session) -> String {
    let keys = TABLE
        .iter()
        .filter(|entry| entry.action == action)
        .flat_map(|entry| session.keymap.keys(entry));
    keys.into_iter()
        .find(|key| !key.is_printable())
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// `14 ready · 1 malformed · 1 twice`: what there is, ready first.
pub(super) fn counts_line(state: &State, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let Counts {
        malformed,
        twice,
        invited,
        customers,
        suppressed,
        cooling_down,
        hints,
        ..
    } = state.check.counts();
    let mut spans = vec![Span::styled(format!("{} ready", grouped(state.ready())), theme.ok)];
    let cooling = if state.override_cooldown { 0 } else { cooling_down };
    let parts = [
        (malformed, "malformed", theme.bad),
        (twice, "twice", theme.warn),
        (invited, "invited", theme.warn),
        (customers, "customers", theme.warn),
        (suppressed, "suppressed", theme.warn),
        (cooling, "cooling", theme.warn),
        (hints, "typo?", theme.warn),
    ];
    for (count, word, style) in parts {
        if count > 0 {
            spans.push(Span::styled(" · ", theme.dim));
            spans.push(Span::styled(format!("{} {word}", grouped(count)), style));
        }
    }
    if state.check.is_open() {
        spans.push(Span::styled(" · checking …", theme.dim));
    }
    Line::from(spans)
}

/// Draws the part of the list around its cursor; while the text is typed, its end.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let lines = state.check.lines();
    if let Some(why) = state.check.trouble() {
        let text = Shown::new(why).fit(usize::from(area.width));
        return frame.render_widget(
            Line::styled(String::from(text), theme.bad),
            Rect {
                height: area.height.min(1),
                ..area
            },
        );
    }
    if lines.is_empty() {
        let hint = "Every address gets its verdict here.";
        return frame.render_widget(
            Line::styled(hint, theme.dim),
            Rect {
                height: area.height.min(1),
                ..area
            },
        );
    }
    let focused = state.field == Field::Verdicts;
    let height = usize::from(area.height);
    let end = lines.len().saturating_sub(height);
    let first = if focused {
        state.cursor.saturating_sub(height / 2).min(end)
    } else {
        end
    };
    let longest = lines
        .iter()
        .skip(first)
        .take(height)
        .map(|line| Shown::new(&line.pasted.text).width())
        .max();
    let room = longest.unwrap_or(0).min(usize::from(area.width) * 2 / 5).max(12);
    for (row, (at, line)) in area.rows().zip(lines.iter().enumerate().skip(first)) {
        let (glyph, style, words) = line_words(line, state, session);
        let address = Shown::new(&line.pasted.text).fit(room);
        let gap = " ".repeat(room.saturating_sub(address.width()) + 2);
        let words = Shown::new(&words).fit(usize::from(area.width).saturating_sub(room + 4));
        let text = Line::from_iter([
            Span::styled(format!("{glyph} "), style),
            Span::raw(String::from(address)),
            Span::raw(gap),
            Span::styled(String::from(words), if glyph == '✓' { theme.dim } else { style }),
        ]);
        let ground = if focused && at == state.cursor { theme.cursor } else { theme.text };
        frame.render_widget(text.style(ground), row);
    }
}
