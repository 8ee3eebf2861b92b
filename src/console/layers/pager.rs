//! A text to scroll: keys, a preview, the rows of a plan.

use super::{Layer, centred, window};
use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::message::Event;
use crate::console::model::Session;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// A title and lines. Text from outside must have gone through `Shown` before.
#[derive(Debug)]
pub struct Pager {
    title: String,
    lines: Vec<Line<'static>>,
    first: usize,
}

impl Pager {
    /// From its first line on.
    pub fn new(title: impl Into<String>, lines: Vec<Line<'static>>) -> Self {
        Self {
            title: title.into(),
            lines,
            first: 0,
        }
    }

    fn page(session: &Session) -> usize {
        usize::from(session.body_rows().saturating_sub(4)).max(1)
    }
}

impl Layer for Pager {
    fn place(&self) -> Place {
        Place::Pager
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        let page = Self::page(context.session);
        let last = self.lines.len().saturating_sub(page);
        if let Event::Act(action) = event {
            self.first = match action {
                Action::Up => self.first.saturating_sub(1),
                Action::Down => self.first + 1,
                Action::PageUp => self.first.saturating_sub(page),
                Action::PageDown => self.first + page,
                Action::Top => 0,
                Action::Bottom => last,
                _ => self.first,
            }
            .min(last);
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let width = self.lines.iter().map(Line::width).max().unwrap_or(0).max(40) as u16 + 4;
        let place = centred(area, width, self.lines.len() as u16 + 2);
        let (seen, all) = (usize::from(place.height.saturating_sub(2)), self.lines.len());
        let title = if all > seen {
            format!(
                "{}, {} to {} of {all} · ↑ ↓",
                self.title,
                self.first + 1,
                (self.first + seen).min(all)
            )
        } else {
            self.title.clone()
        };
        let inner = window(frame, place, &title, session);
        for (row, line) in inner.rows().zip(self.lines.iter().skip(self.first)) {
            frame.render_widget(line, row);
            if line.width() > usize::from(row.width) {
                let last = Rect {
                    x: row.right().saturating_sub(1),
                    width: row.width.min(1),
                    ..row
                };
                frame.render_widget("…", last);
            }
        }
    }
}
