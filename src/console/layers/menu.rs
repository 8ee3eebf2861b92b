//! A list to choose from.

use super::{Layer, centred, window};
use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::message::{Event, Owner, Told};
use crate::console::model::Session;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// One line of a menu.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub label: String,
    /// What stands at the right: how many it concerns, or its key.
    pub note: String,
    /// Whether it is what holds now.
    pub current: bool,
}

impl Choice {
    /// A line with a note.
    pub fn new(label: impl Into<String>, note: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            note: note.into(),
            current: false,
        }
    }
}

/// Where the menu opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    Middle,
    Under(u16, u16),
}

/// A menu; what is chosen is told as [`Told::Chosen`] with its number.
#[derive(Debug)]
pub struct Menu {
    title: String,
    choices: Vec<Choice>,
    cursor: usize,
    owner: Owner,
    tag: &'static str,
    spot: Spot,
}

impl Menu {
    /// In the middle of the screen, with the cursor on what holds now.
    pub fn new(owner: Owner, tag: &'static str, title: impl Into<String>, choices: Vec<Choice>) -> Self {
        let cursor = choices.iter().position(|choice| choice.current).unwrap_or(0);
        Self {
            title: title.into(),
            choices,
            cursor,
            owner,
            tag,
            spot: Spot::Middle,
        }
    }

    /// Under a control at this column and row of the screen's area.
    #[must_use]
    pub const fn under(mut self, column: u16, row: u16) -> Self {
        self.spot = Spot::Under(column, row);
        self
    }
}

impl Layer for Menu {
    fn place(&self) -> Place {
        Place::Menu
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        let last = self.choices.len().saturating_sub(1);
        match event {
            Event::Act(Action::Up) => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Event::Act(Action::Down) => self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 },
            Event::Act(Action::Top | Action::PageUp) => self.cursor = 0,
            Event::Act(Action::Bottom | Action::PageDown) => self.cursor = last,
            Event::Act(Action::Choose) if !self.choices.is_empty() => {
                context.close();
                context.tell(self.owner, self.tag, Told::Chosen(self.cursor));
            }
            _ => {}
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let width = self
            .choices
            .iter()
            .map(|choice| Shown::new(&choice.label).width() + choice.note.chars().count() + 4)
            .max()
            .unwrap_or(10);
        let width = (width.max(self.title.chars().count() + 2) as u16 + 4).min(area.width);
        let height = (self.choices.len() as u16 + 2).min(area.height);
        let spot = match self.spot {
            Spot::Middle => centred(area, width, height),
            Spot::Under(column, row) => Rect {
                x: (area.x + column).min(area.right().saturating_sub(width)),
                y: (area.y + row).min(area.bottom().saturating_sub(height)),
                width,
                height,
            },
        };
        let inner = window(frame, spot, &self.title, session);
        let first = self.cursor.saturating_sub(usize::from(inner.height).saturating_sub(1));
        for (row, (at, choice)) in inner.rows().zip(self.choices.iter().enumerate().skip(first)) {
            let style = if at == self.cursor {
                session.theme.cursor
            } else {
                session.theme.text
            };
            let room = usize::from(row.width).saturating_sub(choice.note.chars().count() + 1);
            let label = Shown::new(&format!("{} {}", if choice.current { '•' } else { ' ' }, choice.label)).fit(room);
            let gap = " ".repeat((room + 1).saturating_sub(label.width()));
            let line = Line::from_iter([
                Span::raw(String::from(label)),
                Span::raw(gap),
                Span::styled(choice.note.clone(), session.theme.dim),
            ]);
            frame.render_widget(line.style(style), row);
        }
    }
}
