//! The picture.

use super::State;
use crate::console::model::Session;
use ratatui::Frame;
use ratatui::layout::Rect;

pub(super) fn view(_state: &State, _frame: &mut Frame<'_>, _area: Rect, _session: &Session) {}
