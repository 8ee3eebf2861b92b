//! The picture: the filter and the counts, a hint, the headings, the rows.

use super::cells::{Cell, cell, delivery_words};
use super::filtering::Origin;
use super::{State, columns};
use crate::console::format::{counted, grouped, short_time};
use crate::console::model::Session;
use crate::console::widgets::draw_line;
use crate::domain::filter::matching::folded;
use crate::domain::filter::{Filter, Term, Test};
use crate::domain::invitation::{Column, Inviter, Row};
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// What stands before the first column: the cursor and the mark of a selected row.
const MARKS: u16 = 5;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let [bar, hint, head, rows] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(0),
    ])
    .areas(area);
    let room = room(area.width);
    let scrolled = state.scrolled.min(columns::furthest(&state.shown, room));
    let plan = columns::plan(&state.shown, scrolled, room);
    draw_bar(state, frame, bar, session);
    draw_hint(state, &plan, frame, hint, session);
    draw_head(state, &plan, frame, head, session);
    if state.grid.is_empty() {
        draw_empty(state, frame, rows, session);
    } else {
        draw_rows(state, &plan, frame, rows, session);
    }
}

/// How much of `width` is left for columns: the mark at the right edge stands apart from them.
pub(super) const fn room(width: u16) -> u16 {
    width.saturating_sub(MARKS + 2)
}

/// The filter at the left, how many match and are selected at the right.
fn draw_bar(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let counts = counts(state, session);
    let width = (counts.width() as u16).min(area.width);
    let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(width)]).areas(area);
    frame.render_widget(counts, right);
    let [slash, room, _] = Layout::horizontal([Constraint::Length(3), Constraint::Min(0), Constraint::Length(2)]).areas(left);
    frame.render_widget(Line::styled(" / ", theme.key), slash);
    if let Some(editing) = &state.filtering.editing {
        draw_line(frame, room, &editing.line, theme.field, true);
        underline_mistakes(
            frame,
            room,
            editing.line.text(),
            editing.mistakes.iter().map(|mistake| mistake.span.clone()),
            theme.mistake,
        );
        return;
    }
    let mut left = usize::from(room.width);
    let mut spans = Vec::new();
    let mut push = |text: &str, style| {
        let text = Shown::new(text).fit(left);
        left = left.saturating_sub(text.width() + 2);
        spans.extend([Span::styled(String::from(text), style), Span::raw("  ")]);
    };
    if state.filtering.applied.filter.is_empty() {
        push("filter: part of an address, or status:sent website:main …", theme.dim);
    }
    if state.filtering.origin == Origin::Restored {
        push("restored", theme.warn);
    }
    for term in &state.filtering.applied.filter.terms {
        push(&Filter { terms: vec![term.clone()] }.to_string(), theme.accent);
    }
    frame.render_widget(Line::from(spans), room);
}

/// Underlines what is wrong, where the line is short enough to be seen from its start.
fn underline_mistakes(frame: &mut Frame<'_>, area: Rect, text: &str, spans: impl Iterator<Item = std::ops::Range<usize>>, style: Style) {
    if Shown::new(text).width() + 1 > usize::from(area.width) {
        return;
    }
    for span in spans {
        let column = |at: usize| Shown::new(text.get(..at).unwrap_or(text)).width() as u16;
        let (from, to) = (column(span.start), column(span.end).max(column(span.start) + 1));
        let width = (to - from).min(area.width.saturating_sub(from));
        frame.buffer_mut().set_style(
            Rect {
                x: area.x + from,
                width,
                ..area
            },
            style,
        );
    }
}

/// `3,412 of 1,000,000  ✓ 37 (12 hidden)`.
fn counts(state: &State, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let known = |number: Option<u64>| number.map_or_else(|| "…".to_owned(), grouped);
    let all = session.totals.value().map(|totals| totals.all);
    let mut spans = vec![Span::raw(format!("{} of {}", known(state.matched(session)), known(all)))];
    if let Some(selecting) = &state.selecting {
        spans.push(Span::styled(format!("  selecting {} …", known(selecting.expected)), theme.warn));
    }
    let selected = format!("  ✓ {}", grouped(state.selection.len()));
    spans.push(Span::styled(
        selected,
        if state.selection.is_empty() { theme.dim } else { theme.selected },
    ));
    match state.hidden() {
        Some(0) => {}
        hidden => spans.push(Span::styled(format!(" ({} hidden)", known(hidden)), theme.warn)),
    }
    spans.push(Span::raw(" "));
    Line::from(spans)
}

/// One line of what matters most now: a mistake, a range, trouble, or why the row is here and what became of its mail.
fn draw_hint(state: &State, plan: &columns::Plan, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let position = state
        .grid
        .position()
        .map(|position| format!("row {} ", grouped(position)))
        .unwrap_or_default();
    let room = area.width.saturating_sub(position.chars().count() as u16);
    let (text, style) = hint(state, plan, session).unwrap_or_default();
    let text = Shown::new(&text).fit(usize::from(room).saturating_sub(5));
    frame.render_widget(Line::from_iter([Span::raw("   "), Span::styled(String::from(text), style)]), area);
    frame.render_widget(
        Span::styled(position, session.theme.dim),
        Rect {
            x: area.x + room,
            width: area.width - room,
            ..area
        },
    );
}

fn hint(state: &State, plan: &columns::Plan, session: &Session) -> Option<(String, Style)> {
    let theme = &session.theme;
    if let Some(editing) = &state.filtering.editing {
        let suggestion = state
            .filtering
            .suggestion(session.catalog.value())
            .map(|(_, word)| format!("Tab: {word}   "))
            .unwrap_or_default();
        return Some(match editing.mistakes.first() {
            Some(mistake) => (format!("↑ {suggestion}{mistake}"), theme.warn),
            None if editing.line.text().is_empty() => (
                "part of an address, or status: delivery: website: group: sent: …".to_owned(),
                theme.dim,
            ),
            None if editing.begins_a_word() => (
                "status: delivery: website: group: sent: reason: …   Ctrl-U empties it".to_owned(),
                theme.dim,
            ),
            None => (
                format!("{suggestion}words match email, invitee or inviter; -word leaves out"),
                theme.dim,
            ),
        });
    }
    if let Some(anchor) = state.range {
        let rows = state.grid.between(anchor).map_or(0, |rows| rows.len() as u64);
        return Some((
            format!(
                "range from {}: Space selects {}, Esc gives it up",
                grouped(anchor.0.unsigned_abs()),
                counted(rows, "row", "rows")
            ),
            theme.accent,
        ));
    }
    if let Some(trouble) = &state.trouble {
        return Some((format!("not up to date: {trouble}   r tries again"), theme.bad));
    }
    if state.filtering.origin == Origin::Restored {
        return Some(("this filter was restored from last time: Esc clears it".to_owned(), theme.warn));
    }
    let row = state.grid.current()?;
    let notes: Vec<String> = [cut_address(plan, row), matched_by(state, row).or_else(|| row_note(row, session))]
        .into_iter()
        .flatten()
        .collect();
    (!notes.is_empty()).then(|| (notes.join("  "), theme.dim))
}

/// The address in full, when its column is too narrow for it.
fn cut_address(plan: &columns::Plan, row: &Row) -> Option<String> {
    let email = row.email.as_ref()?;
    let (_, width) = plan.columns.iter().find(|(column, _)| *column == Column::Email)?;
    (Shown::new(email).width() > usize::from(*width)).then(|| email.clone())
}

/// Why a row is here although nothing that is seen in it matches.
fn matched_by(state: &State, row: &Row) -> Option<String> {
    let Inviter::Customer(inviter) = &row.inviter else { return None };
    let is_seen = |column: Column| state.shown.contains(&column);
    let holds = |text: Option<&str>, word: &str| text.is_some_and(|text| folded(text).contains(&folded(word)));
    let word = |term: &Term| match &term.test {
        Test::Word(word) if !term.negated => Some(word.clone()),
        _ => None,
    };
    let words: Vec<String> = state.filtering.applied.filter.terms.iter().filter_map(word).collect();
    let unseen = |word: &String| {
        let seen = holds(row.email.as_deref(), word) || is_seen(Column::Invitee) && holds(row.invitee.as_deref(), word);
        !seen && holds(Some(inviter), word)
    };
    (!is_seen(Column::Inviter) && words.iter().any(unseen)).then(|| format!("here because of its inviter: {inviter}"))
}

/// What the columns do not say of the row: the server's words, where its mail is, the other address.
fn row_note(row: &Row, session: &Session) -> Option<String> {
    if let Some(words) = delivery_words(row, session) {
        let reason = row.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        return Some(format!("{words}{reason}"));
    }
    if row.other_address {
        return Some(format!(
            "≠ registered as {}, another address than the one invited",
            row.invitee.as_deref().unwrap_or("—")
        ));
    }
    let last = row.last_sent_at.filter(|last| row.times_sent > 1 && Some(*last) != row.sent_at)?;
    Some(format!(
        "sent {} times, last {}",
        row.times_sent,
        short_time(last, session.now, &session.zone)
    ))
}

fn draw_head(state: &State, plan: &columns::Plan, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let mark = match state.selection.len() {
        0 => "☐",
        selected if Some(selected) == state.matched(session) => "▣",
        _ => "▨",
    };
    let edge = if plan.before > 0 { "‹" } else { " " };
    let mut spans = vec![Span::styled(format!("   {mark}{edge}"), theme.selected)];
    for (column, width) in &plan.columns {
        let sorted = state.sort.column == *column;
        let arrow = match (sorted, state.sort.descending) {
            (true, true) => " ▼",
            (true, false) => " ▲",
            (false, _) => "",
        };
        let width = usize::from(*width);
        let title = Shown::new(&format!("{}{arrow}", column.title())).fit(width);
        let gap = " ".repeat(width.saturating_sub(title.width()));
        let style = if sorted { theme.accent } else { theme.heading };
        let right = matches!(column, Column::Id | Column::TimesSent);
        let text = if right {
            format!("{gap}{title} ")
        } else {
            format!("{title}{gap} ")
        };
        spans.push(Span::styled(text, style));
    }
    frame.render_widget(Line::from(spans), area);
    if plan.after > 0 {
        frame.render_widget(
            Span::styled("›", theme.selected),
            Rect {
                x: area.right().saturating_sub(1),
                width: 1.min(area.width),
                ..area
            },
        );
    }
}

fn draw_rows(state: &State, plan: &columns::Plan, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let range: Vec<_> = state
        .range
        .and_then(|anchor| state.grid.between(anchor))
        .map(|rows| rows.iter().map(|row| row.id).collect())
        .unwrap_or_default();
    for (at, (line, row)) in area.rows().zip(state.grid.visible()).enumerate() {
        let is_current = at == state.grid.cursor_line();
        let ground = match () {
            () if is_current => theme.cursor,
            () if range.contains(&row.id) => theme.range,
            () => theme.text,
        };
        let selected = state.selection.contains(row.id);
        let marks = format!(" {} {} ", if is_current { '▶' } else { ' ' }, if selected { '✓' } else { ' ' });
        let mut spans = vec![Span::styled(marks, theme.selected)];
        for (column, width) in &plan.columns {
            push_cell(&mut spans, cell(*column, row, *width, session), usize::from(*width));
        }
        frame.render_widget(Line::from(spans), line);
        if ground != theme.text {
            frame.buffer_mut().set_style(line, ground);
        }
    }
    draw_position(state, frame, area, session);
}

fn push_cell(spans: &mut Vec<Span<'static>>, cell: Cell, width: usize) {
    let mut left = width;
    let used: usize = cell.parts.iter().map(|(text, _)| text.width()).sum();
    if cell.right {
        spans.push(Span::raw(" ".repeat(width.saturating_sub(used))));
        left = left.min(used);
    }
    for (text, style) in cell.parts {
        let text = text.fit(left);
        left -= text.width();
        spans.push(Span::styled(String::from(text), style));
    }
    let padding = if cell.right { 1 } else { left + 1 };
    spans.push(Span::raw(" ".repeat(padding)));
}

/// A mark at the right edge of the rows: where in the whole the screen stands.
fn draw_position(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let (above, below) = state.grid.more();
    let column = Rect {
        x: area.right().saturating_sub(1),
        width: 1.min(area.width),
        ..area
    };
    let theme = &session.theme;
    if above {
        frame.render_widget(
            Span::styled("▲", theme.dim),
            Rect {
                height: 1.min(column.height),
                ..column
            },
        );
    }
    if below && column.height > 0 {
        frame.render_widget(
            Span::styled("▼", theme.dim),
            Rect {
                y: column.bottom() - 1,
                height: 1,
                ..column
            },
        );
    }
    let (Some(position), Some(matched)) = (state.grid.position(), state.matched(session)) else {
        return;
    };
    if column.height > 2 && matched > 1 && (above || below) {
        let share = (position.saturating_sub(1)) as f64 / (matched - 1) as f64;
        let at = 1 + (share.clamp(0.0, 1.0) * f64::from(column.height - 3)).round() as u16;
        frame.render_widget(
            Span::styled("┃", theme.dim),
            Rect {
                y: column.y + at,
                height: 1,
                ..column
            },
        );
    }
}

/// No row: why, and what to do.
fn draw_empty(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let lines = if let Some(trouble) = &state.trouble {
        [
            format!("The invitations could not be loaded: {trouble}"),
            "r tries again.".to_owned(),
        ]
    } else if state.grid.is_loading() || !state.grid.is_known() {
        ["Loading …".to_owned(), String::new()]
    } else if state.filtering.applied.filter.is_empty() {
        [
            "No invitations yet.".to_owned(),
            "n adds some; `guestlist import FILE` takes over another system's.".to_owned(),
        ]
    } else {
        [
            "No invitation matches this filter.".to_owned(),
            "Esc clears it, / changes it.".to_owned(),
        ]
    };
    for ((row, text), style) in area.rows().skip(1).zip(lines).zip([theme.text, theme.dim]) {
        let text = Shown::new(&text).fit(usize::from(area.width).saturating_sub(8));
        frame.render_widget(Line::from_iter([Span::raw("      "), Span::styled(String::from(text), style)]), row);
    }
}
