//! Work under way, how far it is, and how to stop it.

use super::{Layer, centred, window};
use crate::console::actions::{Action, Place};
use crate::console::context::{Context, Work};
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::console::widgets::progress_line;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The window of one piece of work; it goes when the work is done.
#[derive(Debug)]
pub(in crate::console) struct Working(pub(in crate::console) Work);

impl Layer for Working {
    fn place(&self) -> Place {
        Place::Working
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        if matches!(event, Event::Act(Action::CancelWork)) {
            self.back(context);
        }
    }

    fn back(&mut self, _context: &mut Context<'_>) -> bool {
        self.0.progress.cancel();
        true
    }

    fn serves(&self, request: RequestId) -> bool {
        self.0.id == request
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let inner = window(frame, centred(area, 64, 5), &self.0.title, session);
        let hint = if self.0.progress.is_cancelled() {
            Line::styled("stopping after the rows in hand …", session.theme.warn)
        } else {
            Line::styled("Esc stops after the rows in hand; what is done stays done", session.theme.dim)
        };
        let lines = [progress_line(&self.0.progress, inner.width, session), Line::default(), hint];
        for (row, line) in inner.rows().zip(lines) {
            frame.render_widget(line, row);
        }
    }
}
