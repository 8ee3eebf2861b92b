//! The picture: a head that stays, and below it lists that scroll with the cursor.

use super::{State, head, list};
use crate::console::model::Session;
use crate::console::widgets::wrapped;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::text::Line;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let area = area.inner(Margin::new(1, 0));
    let Some(now) = state.latest(session) else {
        let (text, style) = match state.own.failure().or(session.transmission.failure()) {
            Some(why) => (String::from(Shown::new(why)), session.theme.bad),
            None => ("Asking …".to_owned(), session.theme.dim),
        };
        return frame.render_widget(Line::styled(text, style), area);
    };
    let mut top = head::lines(now, area.width, session);
    if area.height > 26 {
        top.insert(0, Line::default());
    }
    if let Some(why) = state.own.failure() {
        top.extend(wrapped(&format!("These numbers are old: {why}"), area.width, session.theme.bad));
    }
    let [upper, lower] = Layout::vertical([Constraint::Length(top.len() as u16), Constraint::Min(0)]).areas(area);
    for (row, line) in upper.rows().zip(top) {
        frame.render_widget(line, row);
    }
    let lines = list::lines(&state.items(session), now, lower.width, session);
    let at = lines.iter().position(|(_, item)| *item == Some(state.cursor)).unwrap_or(0);
    let height = usize::from(lower.height);
    let first = (at + 2).saturating_sub(height).min(lines.len().saturating_sub(height));
    for (row, (line, item)) in lower.rows().zip(lines.into_iter().skip(first)) {
        let style = if item == Some(state.cursor) {
            session.theme.cursor
        } else {
            session.theme.text
        };
        frame.render_widget(line.style(style), row);
    }
}
