//! Everything that the console knows at one moment.

use super::actions::{self, Action, Keymap, Place};
use super::context::{Tone, Work};
use super::layers::Layer;
use super::remote::Remote;
use super::screens::{Screen, ScreenId, Screens};
use super::theme::Theme;
use crate::desk::{ActionSummary, Totals};
use crate::domain::period::Zone;
use crate::domain::settings::{Setting, Settings};
use crate::domain::shop::Catalog;
use crate::domain::time::Moment;
use crate::domain::transmission::Transmission;
use std::time::Duration;

/// How long work may take before it gets a window and a spinner: what is shorter would only flicker.
pub const BLINK: Duration = Duration::from_millis(150);
const SPINNER_STEP: Duration = Duration::from_millis(120);

/// Whether there is a database to talk to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Being opened.
    Opening,
    /// Open.
    Ready,
    /// It cannot be opened: why, and what to do.
    Failed(String),
}

/// What all screens may read.
#[derive(Debug)]
pub struct Session {
    /// What time it is, as of this round.
    pub now: Moment,
    /// The zone in which dates are drawn.
    pub zone: Zone,
    /// The zone that this machine's configuration asks for; else the shared setting decides.
    pub own_zone: Option<Zone>,
    /// Nothing can be changed.
    pub read_only: bool,
    /// The look.
    pub theme: Theme,
    /// Which keys do what.
    pub keymap: Keymap,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Websites, senders, groups.
    pub catalog: Remote<Catalog>,
    /// How many invitations there are.
    pub totals: Remote<Totals>,
    /// Shared settings.
    pub settings: Remote<Settings>,
    /// What is going out.
    pub transmission: Remote<Transmission>,
}

impl Session {
    /// Why nothing can be changed now, if so.
    pub fn may_change(&self) -> Result<(), String> {
        if self.read_only {
            Err("opened for looking only (read_only): nothing can be changed here".to_owned())
        } else {
            Ok(())
        }
    }

    /// Why nothing can be created or sent now, if so.
    pub fn may_act(&self) -> Result<(), String> {
        self.may_change()?;
        match self.settings.value() {
            Some(settings) if !settings.on(Setting::Enabled) => {
                Err("invitations are switched off; `guestlist settings set enabled on` ends that".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Draws dates in the zone of the settings from now on, unless this machine has its own.
    pub(super) fn follow_zone(&mut self) {
        let shared = self
            .settings
            .value()
            .and_then(|settings| Zone::parse(settings.text(Setting::Timezone)).ok());
        if let Some(zone) = self.own_zone.or(shared) {
            self.zone = zone;
        }
    }

    /// How many rows of the terminal a screen has for itself: all but header, status line and footer.
    pub const fn body_rows(&self) -> u16 {
        self.size.1.saturating_sub(3)
    }
}

/// A message that goes by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How grave.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// When it goes.
    pub until: Moment,
}

/// Everything.
#[derive(Debug)]
pub struct Model {
    /// Whether there is a database.
    pub phase: Phase,
    /// What all screens may read.
    pub session: Session,
    /// The screen in front.
    pub screen: ScreenId,
    /// Where Esc leads, the last one first.
    pub(super) trail: Vec<ScreenId>,
    pub(super) screens: Screens,
    /// Windows over the screen; the last is on top and gets the keys.
    pub(super) layers: Vec<Box<dyn Layer>>,
    pub(super) toast: Option<Toast>,
    pub(super) works: Vec<(Work, Moment)>,
    pub(super) undo: Remote<Vec<ActionSummary>>,
    pub(super) undoing: Option<super::message::RequestId>,
    pub(super) next_request: u64,
}

impl Model {
    /// Before the database is open.
    pub fn new(theme: Theme, size: (u16, u16), now: Moment) -> Self {
        Self {
            phase: Phase::Opening,
            session: Session {
                now,
                zone: Zone::default(),
                own_zone: None,
                read_only: false,
                theme,
                keymap: Keymap::default(),
                size,
                catalog: Remote::default(),
                totals: Remote::default(),
                settings: Remote::default(),
                transmission: Remote::default(),
            },
            screen: ScreenId::Invitations,
            trail: Vec::new(),
            screens: Screens::default(),
            layers: Vec::new(),
            toast: None,
            works: Vec::new(),
            undo: Remote::default(),
            undoing: None,
            next_request: 0,
        }
    }

    /// Where keys go.
    pub fn place(&self) -> Place {
        self.layers
            .last()
            .map_or_else(|| self.front().inner_place().unwrap_or(self.screen.place()), |layer| layer.place())
    }

    /// Whether letters are text there.
    pub fn typing(&self) -> bool {
        self.layers.last().map_or_else(|| self.front().typing(), |layer| layer.typing())
    }

    /// The screen in front.
    pub fn front(&self) -> &dyn Screen {
        self.screens.get(self.screen)
    }

    /// Whether `action` can be done now, or why not.
    pub fn available(&self, action: Action) -> Result<(), String> {
        if !actions::in_place(self.place()).any(|entry| entry.action == action) {
            return Err("not here".to_owned());
        }
        match action {
            // There it is the action under the cursor, and only the screen knows which.
            Action::UndoLast if self.screen == ScreenId::Activity => self.front().available(action, &self.session),
            Action::UndoLast => self.session.may_change(),
            _ => self.layers.last().map_or_else(
                || self.front().available(action, &self.session),
                |layer| layer.available(action, &self.session),
            ),
        }
    }

    /// When the picture changes by itself next; nothing while nothing moves.
    pub fn wake_at(&self) -> Option<Moment> {
        let now = self.session.now;
        let works = self.works.iter().map(|(_, since)| {
            if now.since(*since) < BLINK {
                since.plus(BLINK)
            } else {
                now.plus(SPINNER_STEP)
            }
        });
        works
            .chain(self.toast.as_ref().map(|toast| toast.until))
            .chain(self.front().wake_at(&self.session))
            .min()
    }

    /// Work that takes longer than a blink, the oldest first.
    pub(super) fn visible_work(&self) -> Option<&Work> {
        self.works
            .iter()
            .find(|(_, since)| self.session.now.since(*since) >= BLINK)
            .map(|(work, _)| work)
    }

    /// Asks everything under way to stop after the rows in hand.
    pub(super) fn stop_works(&self) {
        for (work, _) in &self.works {
            work.progress.cancel();
        }
    }

    /// One of the signs that turn while something is under way.
    pub fn spinner(&self) -> char {
        const SIGNS: [char; 4] = ['◐', '◓', '◑', '◒'];
        let step = self
            .session
            .now
            .0
            .div_euclid(crate::domain::time::micros(SPINNER_STEP))
            .rem_euclid(4);
        usize::try_from(step).ok().and_then(|step| SIGNS.get(step)).copied().unwrap_or('◐')
    }
}
