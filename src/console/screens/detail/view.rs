//! The picture: one column of lines that scrolls; the blocks stand in pairs where there is room.

use super::{State, blocks, timeline};
use crate::console::format::grouped;
use crate::console::model::Session;
use crate::console::widgets::wrapped;
use crate::domain::invitation::Detail;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::text::{Line, Span};

/// From so many columns on, blocks stand in pairs.
const WIDE: u16 = 100;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let area = area.inner(Margin::new(1, 0));
    let theme = &session.theme;
    let Some(detail) = state.detail() else {
        let (text, style) = match (state.detail.failure(), state.detail.value(), state.id) {
            (Some(why), ..) => (String::from(Shown::new(why)), theme.bad),
            (None, Some(None), Some(id)) => (format!("There is no invitation {id} (any more)."), theme.warn),
            (None, _, None) => ("No invitation is open: Enter on a row of the grid opens it.".to_owned(), theme.dim),
            _ => ("Asking …".to_owned(), theme.dim),
        };
        return frame.render_widget(Line::styled(text, style), area);
    };
    let [head, body] = Layout::vertical([Constraint::Length(2), Constraint::Min(0)]).areas(area);
    let row = &detail.row;
    let email = row.email.as_deref().unwrap_or("(erased)");
    let title = format!("{}  {}", grouped(row.id.0.unsigned_abs()), Shown::new(email).fit(60));
    let mut spans = vec![Span::styled(title, theme.accent)];
    let lines = lines(detail, state, area.width, session);
    let height = usize::from(body.height);
    if lines.len() > height {
        let first = state.first.min(lines.len() - height);
        spans.push(Span::styled(
            format!("   ↑ ↓ lines {} to {} of {}", first + 1, first + height, lines.len()),
            theme.dim,
        ));
    }
    if let Some(why) = state.detail.failure() {
        spans.push(Span::styled(format!("   this is old: {}", Shown::new(why)), theme.bad));
    }
    frame.render_widget(Line::from(spans), head);
    let first = state.first.min(lines.len().saturating_sub(height));
    for (row, line) in body.rows().zip(lines.into_iter().skip(first)) {
        frame.render_widget(line, row);
    }
}

/// The furthest that it can be scrolled.
pub(super) fn last_line(state: &State, session: &Session) -> usize {
    let height = usize::from(session.body_rows().saturating_sub(2));
    let width = session.size.0.saturating_sub(2);
    state
        .detail()
        .map_or(0, |detail| lines(detail, state, width, session).len().saturating_sub(height))
}

fn lines(detail: &Detail, state: &State, width: u16, session: &Session) -> Vec<Line<'static>> {
    let is_wide = width + 2 >= WIDE;
    let column = if is_wide {
        usize::from(width / 2).saturating_sub(2)
    } else {
        usize::from(width)
    };
    let invitation = blocks::invitation(detail, state, session).lines(column, session);
    let delivery = blocks::delivery(detail, session).lines(column, session);
    let invitee = blocks::invitee(detail, session).lines(column, session);
    let inviter = blocks::inviter(detail, session).lines(column, session);
    let message = blocks::message(detail, column, session);
    let stack = |parts: Vec<Vec<Line<'static>>>| parts.join(&Line::default());
    let mut story = vec![Line::styled(format!("What happened ({})", session.zone), session.theme.heading)];
    story.extend(timeline::lines(detail, usize::from(width), session));
    let mut lines = if is_wide {
        let blocks = beside(
            stack(vec![invitation, message]),
            stack(vec![delivery, invitee, inviter]),
            usize::from(width / 2),
        );
        stack(vec![blocks, story])
    } else {
        // Where it is narrow the story comes before those who are in it: it answers the daily question.
        stack(vec![invitation, story, delivery, invitee, inviter, message])
    };
    if let Some(link) = &state.link {
        let mut whole = whole_link(link, usize::from(width), session);
        whole.push(Line::default());
        lines.splice(0..0, whole);
    }
    lines
}

/// The link in full, so that it can be read and selected whole.
fn whole_link(link: &str, width: usize, session: &Session) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(
        "Link (l hides it, y copies it; that it was shown is recorded)",
        session.theme.heading,
    )];
    lines.extend(wrapped(link, width as u16, session.theme.accent));
    lines
}

/// Two stacks of lines side by side, the right one from `column` on.
fn beside(left: Vec<Line<'static>>, right: Vec<Line<'static>>, column: usize) -> Vec<Line<'static>> {
    let count = left.len().max(right.len());
    let mut right = right.into_iter();
    let mut left = left.into_iter();
    (0..count)
        .map(|_| {
            let mut line = left.next().unwrap_or_default();
            if let Some(other) = right.next().filter(|other| other.width() > 0) {
                // A line's own style covers its whole length: it is handed to its pieces before they are put together.
                let pad = " ".repeat(column.saturating_sub(line.width()));
                let mut spans: Vec<Span<'static>> = line
                    .spans
                    .iter()
                    .map(|span| Span::styled(span.content.clone(), line.style.patch(span.style)))
                    .collect();
                spans.push(Span::raw(pad));
                spans.extend(
                    other
                        .spans
                        .iter()
                        .map(|span| Span::styled(span.content.clone(), other.style.patch(span.style))),
                );
                line = Line::from(spans);
            }
            line
        })
        .collect()
}
