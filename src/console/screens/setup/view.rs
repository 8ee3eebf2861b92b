//! The picture: a line for each field, its help below the one being filled in, an error beside the one that was refused.

use super::{FIELDS, State};
use crate::console::model::Session;
use crate::console::widgets::{draw_line, wrapped};
use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};

const LABEL: u16 = 18;
const WIDEST: u16 = 100;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let area = area.inner(Margin::new(2, u16::from(area.height > 24)));
    let area = Rect {
        width: area.width.min(WIDEST),
        ..area
    };
    let mut rows = area.rows();
    let intro = "Welcome to guestlist. A few words about the shop, and the first invitations can go out.";
    for line in wrapped(intro, area.width, theme.text) {
        next(&mut rows, |row| frame.render_widget(line, row));
    }
    rows.next();
    for (at, (field, line)) in FIELDS.iter().zip(&state.lines).enumerate() {
        let is_current = at == state.at;
        let error = state.errors.get(at).and_then(Option::as_deref);
        next(&mut rows, |row| {
            let label = if is_current { theme.accent } else { theme.heading };
            frame.render_widget(Line::from(Span::styled(field.label, label)), row);
            let input = Rect {
                x: row.x + LABEL,
                width: row.width.saturating_sub(LABEL),
                ..row
            };
            draw_line(frame, input, line, if is_current { theme.field } else { theme.text }, is_current);
        });
        let (note, style) = match error {
            Some(why) => (format!("✗ {why}"), theme.bad),
            None if is_current => (field.help.to_owned(), theme.dim),
            None => (String::new(), theme.dim),
        };
        if !note.is_empty() {
            for line in wrapped(&note, area.width.saturating_sub(LABEL), style) {
                next(&mut rows, |row| {
                    frame.render_widget(line, Rect { x: row.x + LABEL, ..row }.intersection(row));
                });
            }
        }
    }
    rows.next();
    let (last, style) = match (&state.trouble, state.saving) {
        (Some(why), _) => (format!("✗ {why}"), theme.bad),
        (None, Some(_)) => ("Saving …".to_owned(), theme.accent),
        (None, None) => (
            "Ctrl-S saves · Esc skips; everything can be set later with `guestlist settings`".to_owned(),
            theme.dim,
        ),
    };
    for line in wrapped(&last, area.width, style) {
        next(&mut rows, |row| frame.render_widget(line, row));
    }
}

fn next(rows: &mut impl Iterator<Item = Rect>, draw: impl FnOnce(Rect)) {
    if let Some(row) = rows.next() {
        draw(row);
    }
}
