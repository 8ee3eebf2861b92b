//! The layer in which columns are shown or hidden.

use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::layers::{Layer, centred, window};
use crate::console::message::{Event, Owner, Told};
use crate::console::model::Session;
use crate::domain::invitation::Column;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Under which name the choice is told: the columns' codes with commas.
pub(super) const COLUMNS: &str = "columns";

/// Every column, those on with a mark.
#[derive(Debug)]
pub(super) struct Chooser {
    shown: Vec<Column>,
    cursor: usize,
    owner: Owner,
}

impl Chooser {
    pub(super) const fn new(owner: Owner, shown: Vec<Column>) -> Self {
        Self { shown, cursor: 0, owner }
    }
}

const fn always(column: Column) -> bool {
    matches!(column, Column::Id | Column::Email)
}

impl Layer for Chooser {
    fn place(&self) -> Place {
        Place::Columns
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        let last = Column::ALL.len() - 1;
        match event {
            Event::Act(Action::Up) => self.cursor = self.cursor.checked_sub(1).unwrap_or(last),
            Event::Act(Action::Down) => self.cursor = if self.cursor >= last { 0 } else { self.cursor + 1 },
            Event::Act(Action::Top | Action::PageUp) => self.cursor = 0,
            Event::Act(Action::Bottom | Action::PageDown) => self.cursor = last,
            Event::Act(Action::ToggleColumn) => {
                if let Some(column) = Column::ALL.get(self.cursor).copied().filter(|column| !always(*column)) {
                    match self.shown.iter().position(|shown| *shown == column) {
                        Some(at) => drop(self.shown.remove(at)),
                        None => self.shown.push(column),
                    }
                }
            }
            Event::Act(Action::KeepColumns) => {
                let codes: Vec<&str> = self.shown.iter().map(|column| column.code()).collect();
                context.close();
                context.tell(self.owner, COLUMNS, Told::Entered(codes.join(",")));
            }
            _ => {}
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let theme = &session.theme;
        let inner = window(frame, centred(area, 40, Column::ALL.len() as u16 + 2), "Columns", session);
        let first = (self.cursor + 1).saturating_sub(usize::from(inner.height));
        for (row, (at, column)) in inner.rows().zip(Column::ALL.into_iter().enumerate().skip(first)) {
            let mark = if self.shown.contains(&column) { "▣" } else { "☐" };
            let note = if always(column) { "  always" } else { "" };
            let line = Line::from_iter([
                Span::styled(format!("{mark} "), theme.selected),
                Span::raw(column.title()),
                Span::styled(note, theme.dim),
            ]);
            let style = if at == self.cursor { theme.cursor } else { theme.text };
            frame.render_widget(line.style(style), row);
        }
    }
}
