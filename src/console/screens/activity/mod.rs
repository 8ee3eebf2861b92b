//! Activity: what operators did, on which rows, with what outcome, and whether it can be undone.

use super::Screen;
use crate::console::actions::Action;
use crate::console::context::Context;
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::desk::{ActionSummary, UndoState};
use crate::domain::ids::ActionId;
use crate::domain::plan::Bucket;
use ratatui::Frame;
use ratatui::layout::Rect;
use roaring::RoaringTreemap;

#[cfg(test)]
mod tests;
mod update;
mod view;

/// How many actions are listed.
const SHOWN: usize = 500;

/// What this screen knows.
#[derive(Debug, Default)]
pub struct State {
    actions: Remote<Vec<ActionSummary>>,
    cursor: usize,
    /// The action to put the cursor on once it is here.
    wanted: Option<ActionId>,
    /// The action whose rows are being looked up.
    opening: Option<(RequestId, ActionId)>,
    /// The outcomes to choose from, in the order of the menu.
    outcomes: Vec<(Bucket, RoaringTreemap)>,
    undoing: Option<RequestId>,
}

impl State {
    fn all(&self) -> &[ActionSummary] {
        self.actions.value().map_or(&[], Vec::as_slice)
    }

    fn current(&self) -> Option<&ActionSummary> {
        self.all().get(self.cursor)
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn available(&self, action: Action, session: &Session) -> Result<(), String> {
        match (action, self.current()) {
            (Action::UndoLast | Action::OpenLine, None) => Err("nothing was done yet".to_owned()),
            (Action::UndoLast, Some(_)) if self.undoing.is_some() => Err("it is being undone".to_owned()),
            (Action::UndoLast, Some(action)) => {
                session.may_change()?;
                match &action.undo {
                    UndoState::Possible { .. } => Ok(()),
                    UndoState::Undone => Err("it was undone already".to_owned()),
                    UndoState::Impossible(why) => Err(format!("it cannot be undone: {why}")),
                }
            }
            _ => Ok(()),
        }
    }
}
