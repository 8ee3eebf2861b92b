//! What changes on events.

use super::State;
use crate::console::context::Context;
use crate::console::message::Event;

pub(super) fn update(_state: &mut State, _event: Event, _context: &mut Context<'_>) {}
