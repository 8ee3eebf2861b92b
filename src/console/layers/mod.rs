//! Windows over a screen: a stack, the top one gets the keys, Esc takes one off.

use super::actions::{Action, Place};
use super::context::Context;
use super::message::{Event, RequestId};
use super::model::Session;
use ratatui::Frame;
use ratatui::layout::Rect;

mod confirm;
mod frame;
mod menu;
mod pager;
mod palette;
mod prompt;
mod working;

pub use confirm::Confirm;
pub use frame::{centred, window};
pub use menu::{Choice, Menu};
pub use pager::Pager;
pub(super) use palette::Palette;
pub use prompt::Prompt;
pub(super) use working::Working;

/// What every layer can do.
pub trait Layer: std::fmt::Debug {
    /// Where its keys are in the table of actions.
    fn place(&self) -> Place;

    /// Handles an event. [`Context::close`] takes it off, [`Context::tell`] answers whoever opened it.
    fn update(&mut self, event: Event, context: &mut Context<'_>);

    /// Draws it over the screen, which has `area`; only reads.
    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session);

    /// Esc: takes one step back within the layer; `false` when there is none, so that it is taken off.
    fn back(&mut self, _context: &mut Context<'_>) -> bool {
        false
    }

    /// Whether letters are text.
    fn typing(&self) -> bool {
        false
    }

    /// Whether an action of its place can be done now, or why not.
    fn available(&self, _action: Action, _session: &Session) -> Result<(), String> {
        Ok(())
    }

    /// What would be lost by leaving the program now.
    fn unsaved(&self) -> Option<String> {
        None
    }

    /// Whether it goes by itself when this request is answered.
    fn serves(&self, _request: RequestId) -> bool {
        false
    }
}
