//! The screens. Each has its own state, `update` and `view`; none reaches into another.

use super::actions::{Action, Place};
use super::context::Context;
use super::message::Event;
use super::model::Session;
use crate::domain::time::Moment;
use ratatui::Frame;
use ratatui::layout::Rect;

pub mod activity;
pub mod add;
pub mod detail;
pub mod invitations;
pub mod reports;
pub mod setup;
pub mod transmission;

/// Which screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScreenId {
    /// The grid.
    Invitations,
    /// Reports.
    Reports,
    /// What is going out.
    Transmission,
    /// The recorded actions.
    Activity,
    /// One invitation.
    Detail,
    /// The form.
    Add,
    /// The first-run form.
    SetUp,
}

impl ScreenId {
    /// Every screen.
    pub const ALL: [Self; 7] = [
        Self::Invitations,
        Self::Reports,
        Self::Transmission,
        Self::Activity,
        Self::Detail,
        Self::Add,
        Self::SetUp,
    ];
    /// Those with a tab, in the order of their digits.
    pub const TABS: [Self; 4] = [Self::Invitations, Self::Reports, Self::Transmission, Self::Activity];

    /// Under which name its state is remembered.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitations => "invitations",
            Self::Reports => "reports",
            Self::Transmission => "transmission",
            Self::Activity => "activity",
            Self::Detail => "detail",
            Self::Add => "add",
            Self::SetUp => "setup",
        }
    }

    /// Its name.
    pub const fn title(self) -> &'static str {
        self.place().title()
    }

    /// Where its keys are in the table of actions.
    pub const fn place(self) -> Place {
        match self {
            Self::Invitations => Place::Invitations,
            Self::Reports => Place::Reports,
            Self::Transmission => Place::Transmission,
            Self::Activity => Place::Activity,
            Self::Detail => Place::Detail,
            Self::Add => Place::Add,
            Self::SetUp => Place::SetUp,
        }
    }
}

/// What every screen can do.
pub trait Screen: std::fmt::Debug {
    /// Handles an event; questions to the desk and wishes go through `context`.
    fn update(&mut self, event: Event, context: &mut Context<'_>);

    /// Draws it; only reads.
    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session);

    /// Esc: takes one step back within the screen; `false` when there is none, so that the screen is left.
    fn back(&mut self, _context: &mut Context<'_>) -> bool {
        false
    }

    /// The place within the screen where keys go now, when it is not the screen as a whole: a line that is being typed.
    fn inner_place(&self) -> Option<Place> {
        None
    }

    /// Whether letters are text now instead of actions.
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

    /// When its picture changes by itself next.
    fn wake_at(&self, _session: &Session) -> Option<Moment> {
        None
    }
}

/// The state of every screen.
#[derive(Debug, Default)]
pub struct Screens {
    invitations: invitations::State,
    reports: reports::State,
    transmission: transmission::State,
    activity: activity::State,
    detail: detail::State,
    add: add::State,
    set_up: setup::State,
}

impl Screens {
    /// One of them.
    pub fn get(&self, id: ScreenId) -> &dyn Screen {
        match id {
            ScreenId::Invitations => &self.invitations,
            ScreenId::Reports => &self.reports,
            ScreenId::Transmission => &self.transmission,
            ScreenId::Activity => &self.activity,
            ScreenId::Detail => &self.detail,
            ScreenId::Add => &self.add,
            ScreenId::SetUp => &self.set_up,
        }
    }

    /// One of them, to change.
    pub fn get_mut(&mut self, id: ScreenId) -> &mut dyn Screen {
        match id {
            ScreenId::Invitations => &mut self.invitations,
            ScreenId::Reports => &mut self.reports,
            ScreenId::Transmission => &mut self.transmission,
            ScreenId::Activity => &mut self.activity,
            ScreenId::Detail => &mut self.detail,
            ScreenId::Add => &mut self.add,
            ScreenId::SetUp => &mut self.set_up,
        }
    }
}
