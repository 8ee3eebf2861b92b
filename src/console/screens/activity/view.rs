//! The picture: the list, newest first, and below it everything about the action under the cursor.

use super::State;
use crate::console::format::{date_time, grouped, who};
use crate::console::model::Session;
use crate::console::widgets::wrapped;
use crate::desk::{ActionSummary, UndoState};
use crate::domain::plan::Bucket;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::text::{Line, Span};

/// Rows of the lower part.
const BELOW: u16 = 7;

/// How many actions are seen at once.
pub(super) const fn list_height(body: u16) -> u16 {
    body.saturating_sub(BELOW + 2)
}

/// What became of rows, looking back.
pub(super) fn outcome_words(kind: &str, bucket: Bucket) -> &'static str {
    match bucket {
        // Cancelling the rest and settling change the mails only, and are recorded as nothing else being done.
        Bucket::NothingToDo if kind == "settle" => "settled",
        Bucket::NothingToDo if kind == "cancel" => "withdrawn before they went out",
        Bucket::WillSend => "queued to be sent",
        Bucket::RestoreAndSend => "restored and queued",
        Bucket::WillDiscard => "discarded",
        Bucket::WillRestore => "restored",
        Bucket::SentBefore => "left out: sent before",
        Bucket::Accepted => "left out: accepted",
        Bucket::Discarded => "left out: discarded",
        Bucket::BecameCustomer => "left out: became a customer",
        Bucket::Suppressed => "left out: suppressed",
        Bucket::CoolingDown => "left out: cooling down",
        Bucket::SettleFirst => "left out: being sent or in doubt",
        Bucket::NothingToDo => "left out: nothing to do",
        Bucket::ChangedMeanwhile => "left out: changed meanwhile",
    }
}

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let area = area.inner(Margin::new(1, 0));
    let theme = &session.theme;
    let [heading, list, _, below] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(1),
        Constraint::Length(BELOW),
    ])
    .areas(area);
    let text = format!("{:<16}  {:<12}  {:<10}  {:>18}  Undo", "When", "Who", "What", "Rows");
    frame.render_widget(Line::styled(text, theme.heading), heading);
    if state.all().is_empty() {
        let (text, style) = match (state.actions.failure(), state.actions.value()) {
            (Some(why), _) => (String::from(Shown::new(why)), theme.bad),
            (None, Some(_)) => ("Nothing was done yet.".to_owned(), theme.dim),
            (None, None) => ("Asking …".to_owned(), theme.dim),
        };
        return frame.render_widget(Line::styled(text, style), list);
    }
    let height = usize::from(list.height);
    let first = state
        .cursor
        .saturating_sub(height / 2)
        .min(state.all().len().saturating_sub(height));
    for (row, (at, action)) in list.rows().zip(state.all().iter().enumerate().skip(first)) {
        let style = if at == state.cursor { theme.cursor } else { theme.text };
        frame.render_widget(line(action, usize::from(row.width), session).style(style), row);
    }
    if let Some(action) = state.current() {
        for (row, line) in below.rows().zip(about(state, action, below.width, session)) {
            frame.render_widget(line, row);
        }
    }
}

fn line(action: &ActionSummary, width: usize, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let rows = if action.done == action.total {
        grouped(action.done)
    } else {
        format!("{} of {}", grouped(action.done), grouped(action.total))
    };
    let (undo, style) = match &action.undo {
        UndoState::Possible { rows } => (format!("u: {}", grouped(*rows)), theme.accent),
        UndoState::Undone => ("undone".to_owned(), theme.dim),
        UndoState::Impossible(_) => ("—".to_owned(), theme.dim),
    };
    let stopped = if action.cancelled { " stopped" } else { "" };
    let mut spans = vec![
        Span::styled(format!("{:<16}  ", date_time(action.at, &session.zone)), theme.dim),
        Span::raw(format!("{:<12}  ", Shown::new(&who(&action.by)).fit(12))),
        Span::raw(format!("{:<10}  ", Shown::new(&action.kind).fit(10))),
        Span::raw(format!("{rows:>18}  ")),
        Span::styled(format!("{undo:<12}{stopped}"), style),
    ];
    let used: usize = spans.iter().map(Span::width).sum();
    let text = if action.filter.is_empty() {
        action.reason.as_deref().unwrap_or_default()
    } else {
        &action.filter
    };
    let text = Shown::new(text).fit(width.saturating_sub(used + 2));
    spans.push(Span::styled(format!("  {text}"), theme.dim));
    Line::from(spans)
}

/// Filter, reason, outcomes, and whether it can be undone.
fn about(state: &State, action: &ActionSummary, width: u16, session: &Session) -> Vec<Line<'static>> {
    let theme = &session.theme;
    let mut lines = vec![Line::styled("─".repeat(usize::from(width)), theme.dim)];
    let mut pairs = Vec::new();
    if !action.filter.is_empty() {
        pairs.push(("filter", action.filter.clone()));
    }
    if let Some(reason) = &action.reason {
        pairs.push(("reason", reason.clone()));
    }
    let outcomes: Vec<String> = action
        .outcomes
        .iter()
        .map(|(bucket, count)| format!("{} {}", grouped(*count), outcome_words(&action.kind, *bucket)))
        .collect();
    if !outcomes.is_empty() {
        pairs.push(("outcome", outcomes.join(" · ")));
    }
    let undo = match &action.undo {
        UndoState::Possible { rows } => format!("u takes {} back", grouped(*rows)),
        UndoState::Undone => "undone already".to_owned(),
        UndoState::Impossible(why) => format!("not possible: {why}"),
    };
    pairs.push(("undo", undo));
    for (name, value) in pairs {
        for (at, mut line) in wrapped(&value, width.saturating_sub(10), theme.text).into_iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            line.spans.insert(0, Span::styled(format!("{name:<9} "), theme.dim));
            lines.push(line);
        }
    }
    if state.opening.is_some() {
        lines.push(Line::styled("looking up its rows …", theme.dim));
    }
    lines
}
