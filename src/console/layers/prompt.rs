//! One line to fill in.

use super::{Layer, centred, window};
use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::line::Line;
use crate::console::message::{Event, Owner, Told};
use crate::console::model::Session;
use crate::console::widgets::draw_line;
use ratatui::Frame;
use ratatui::layout::Rect;

/// A question with one line for the answer, told as [`Told::Entered`].
#[derive(Debug)]
pub struct Prompt {
    title: String,
    line: Line,
    owner: Owner,
    tag: &'static str,
}

impl Prompt {
    /// With `text` to begin with.
    pub fn new(owner: Owner, tag: &'static str, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            line: Line::new(text),
            owner,
            tag,
        }
    }
}

impl Layer for Prompt {
    fn place(&self) -> Place {
        Place::Prompt
    }

    fn typing(&self) -> bool {
        true
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        match event {
            Event::Key(key) => {
                self.line.key(&key);
            }
            Event::Paste(text) => self.line.insert(&text),
            Event::Act(Action::Enter) => {
                context.close();
                context.tell(self.owner, self.tag, Told::Entered(self.line.text().to_owned()));
            }
            _ => {}
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let inner = window(frame, centred(area, 70, 3), &self.title, session);
        draw_line(frame, inner, &self.line, session.theme.field, true);
    }
}
