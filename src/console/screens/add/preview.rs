//! The mail as it would be sent: its head, its text, and the source of its HTML.

use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::layers::{Layer, centred, window};
use crate::console::message::Event;
use crate::console::model::Session;
use crate::console::widgets::wrapped;
use crate::desk::Preview;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// How wide the window is where there is room.
const WIDTH: u16 = 96;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Html,
}

/// A window with the rendered mail.
#[derive(Debug)]
pub(super) struct PreviewLayer {
    preview: Preview,
    part: Part,
    first: usize,
}

impl PreviewLayer {
    pub(super) const fn new(preview: Preview) -> Self {
        Self {
            preview,
            part: Part::Text,
            first: 0,
        }
    }

    fn body(&self, session: &Session) -> Vec<Line<'static>> {
        let width = session.size.0.min(WIDTH).saturating_sub(4);
        let body = if self.part == Part::Text {
            &self.preview.text
        } else {
            &self.preview.html
        };
        let lines = Shown::lines(body);
        lines
            .iter()
            .flat_map(|line| wrapped(line.as_str(), width, session.theme.text))
            .collect()
    }

    fn page(session: &Session) -> usize {
        usize::from(session.body_rows().saturating_sub(8)).max(1)
    }
}

impl Layer for PreviewLayer {
    fn place(&self) -> Place {
        Place::Preview
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        let page = Self::page(context.session);
        let last = self.body(context.session).len().saturating_sub(page);
        let Event::Act(action) = event else { return };
        self.first = match action {
            Action::TurnPreview => {
                self.part = if self.part == Part::Text { Part::Html } else { Part::Text };
                0
            }
            Action::Up => self.first.saturating_sub(1),
            Action::Down => (self.first + 1).min(last),
            Action::PageUp => self.first.saturating_sub(page),
            Action::PageDown => (self.first + page).min(last),
            Action::Top => 0,
            Action::Bottom => last,
            _ => self.first,
        };
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let theme = &session.theme;
        let inner = window(frame, centred(area, WIDTH, area.height), "Preview of the mail", session);
        let room = usize::from(inner.width).saturating_sub(9);
        let head = |name: &'static str, value: &str| {
            Line::from_iter([
                Span::styled(format!("{name:<9}"), theme.dim),
                Span::raw(String::from(Shown::new(value).fit(room))),
            ])
        };
        let part = if self.part == Part::Text { "text" } else { "source of the HTML" };
        let mut lines = vec![
            head("From", &self.preview.from),
            head("To", &self.preview.to),
            head("Subject", &self.preview.subject),
            Line::styled(format!("── {part} · Tab shows the other "), theme.dim),
        ];
        let left = usize::from(inner.height).saturating_sub(lines.len());
        lines.extend(self.body(session).into_iter().skip(self.first).take(left));
        for (row, line) in inner.rows().zip(lines) {
            frame.render_widget(line, row);
        }
    }
}
