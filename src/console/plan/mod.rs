//! A plan before anything happens: what would become of each selected row, and the only key that does it.
//!
//! The rows are those that were selected when it was opened, whatever the filter shows since.

use super::actions::{Action, Place};
use super::context::Context;
use super::format::{counted, grouped};
use super::layers::Layer;
use super::line::Line;
use super::message::{Event, RequestId};
use super::model::Session;
use super::remote::Remote;
use crate::desk::Progress;
use crate::domain::ids::InvitationId;
use crate::domain::plan::{Act, Bucket, Plan, TakeIn};
use crate::domain::selection::IdSet;
use crate::domain::time::Moment;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::sync::Arc;

mod pace;
mod rows;
mod update;
mod view;

/// From how many rows on their number has to be typed.
const ASK_FROM: u64 = 101;

/// Where letters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// To the lines of the plan.
    Lines,
    /// Into the reason.
    Reason,
}

/// The plan being carried out.
#[derive(Debug, Clone)]
struct Applying {
    id: RequestId,
    progress: Progress,
}

/// A plan, from the question to the outcome.
#[derive(Debug)]
pub struct State {
    act: Act,
    ids: Arc<IdSet>,
    /// By which filter the rows were found.
    filter: String,
    /// The row under the cursor, when nothing was selected.
    single: Option<InvitationId>,
    /// How many of the rows the filter did not show, as far as that was known.
    hidden: u64,
    frozen_at: Moment,
    plan: Remote<Arc<Plan>>,
    planning: Progress,
    applying: Option<Applying>,
    cursor: usize,
    /// The number typed to allow many rows.
    typed: Line,
    reason: Line,
    focus: Focus,
}

impl State {
    /// For these rows, found by `filter`, as they were selected at `now`. `single` is the row under the cursor when nothing was selected.
    pub fn new(act: Act, ids: IdSet, filter: String, single: Option<InvitationId>, now: Moment) -> Self {
        let total = ids.len();
        Self {
            act,
            ids: Arc::new(ids),
            filter,
            single,
            hidden: 0,
            frozen_at: now,
            plan: Remote::default(),
            planning: Progress::new(total),
            applying: None,
            cursor: 0,
            typed: Line::default(),
            reason: Line::default(),
            focus: Focus::Lines,
        }
    }

    /// With how many of the rows the filter hid, so that nobody acts on them unawares.
    #[must_use]
    pub const fn hiding(mut self, hidden: u64) -> Self {
        self.hidden = hidden;
        self
    }

    const fn take_in(&self) -> Option<TakeIn> {
        match self.act {
            Act::Send(take_in) => Some(take_in),
            Act::Discard | Act::Restore => None,
        }
    }

    /// The buckets that hold rows, as the plan lists them.
    fn buckets(&self) -> Vec<Bucket> {
        let Some(plan) = self.plan.value() else { return Vec::new() };
        Bucket::ALL.into_iter().filter(|bucket| plan.count(*bucket) > 0).collect()
    }

    fn acting(&self) -> u64 {
        self.plan.value().map_or(0, |plan| plan.acting())
    }

    /// Whether it may be carried out now, or what is still wanted.
    fn may_carry_out(&self) -> Result<(), String> {
        let acting = self.acting();
        if self.applying.is_some() {
            return Err("it is being carried out".to_owned());
        }
        if self.plan.is_loading() || self.plan.value().is_none() {
            return Err("the plan is still being made".to_owned());
        }
        if self.plan.failure().is_some() {
            return Err("the plan could not be made: Esc, then try again".to_owned());
        }
        if acting == 0 {
            return Err(format!("there is nothing to {}", self.act.verb()));
        }
        let digits: String = self.typed.text().chars().filter(char::is_ascii_digit).collect();
        if acting >= ASK_FROM && digits != acting.to_string() {
            return Err(format!("type {} first: so many rows would change", grouped(acting)));
        }
        Ok(())
    }
}

impl Layer for State {
    fn place(&self) -> Place {
        Place::Plan
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn back(&mut self, _context: &mut Context<'_>) -> bool {
        if let Some(applying) = &self.applying {
            applying.progress.cancel();
            return true;
        }
        if self.focus == Focus::Reason {
            self.focus = Focus::Lines;
            return true;
        }
        self.planning.cancel();
        false
    }

    fn unsaved(&self) -> Option<String> {
        self.applying
            .as_ref()
            .map(|_| format!("The {} of {} is under way.", self.act.verb(), counted(self.acting(), "row", "rows")))
    }

    fn typing(&self) -> bool {
        self.focus == Focus::Reason
    }

    fn available(&self, action: Action, _session: &Session) -> Result<(), String> {
        match action {
            Action::CarryOut => self.may_carry_out(),
            Action::TakeInSent | Action::TakeInDiscarded | Action::TakeInCooling if self.take_in().is_none() => {
                Err("only a send can take rows in".to_owned())
            }
            Action::GiveReason if !matches!(self.act, Act::Discard) => Err("only a discard has a reason".to_owned()),
            Action::TakeInSent | Action::TakeInDiscarded | Action::TakeInCooling | Action::GiveReason if self.applying.is_some() => {
                Err("it is being carried out".to_owned())
            }
            _ => Ok(()),
        }
    }
}
