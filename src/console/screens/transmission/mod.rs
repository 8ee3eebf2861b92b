//! What is going out, and why it waits.

use super::Screen;
use crate::console::context::Context;
use crate::console::message::Event;
use crate::console::model::Session;
use ratatui::Frame;
use ratatui::layout::Rect;

mod update;
mod view;

/// What this screen knows.
#[derive(Debug, Default)]
pub struct State {}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }
}
