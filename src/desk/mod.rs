//! The only door for the console, the command line and the web: one function a verb.
//!
//! A [`Desk`] knows who acts, what time it is and which settings hold; the store below only keeps. What all floors above may rely on:
//! every verb checks before it changes, every change is in the activity log, and no verb waits for the mail.

use crate::dispatch::RouteChoice;
use crate::domain::actor::Actor;
use crate::domain::clock::Clock;
use crate::domain::period::Zone;
use crate::domain::settings::{Scope, Setting, Settings};
use crate::domain::time::Moment;
use crate::mail::secret::SecretSource;
use crate::mail::template::Templates;
use crate::store::{self, Store, StoreError};
use std::path::Path;
use std::sync::Arc;

mod accept;
mod act;
mod browse;
mod create;
mod demo;
mod import;
mod people;
mod reports;
mod set_up;
mod transmission;

pub use act::ActContext;
pub use browse::ChangeMark;
pub use create::{GroupChoice, Preview};
pub use set_up::SetUp;
pub use store::{
    AcceptRefusal, Accepted, ActionSummary, Applied, Keep, OpenOptions, Page, PageFrom, Place, Progress, Totals, UndoState, Undone,
};

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A field of a form is not right.
    #[error("{field}: {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong and what would be right.
        why: String,
    },
    /// It may not be done.
    #[error("{0}")]
    Refused(String),
    /// A setting was not taken.
    #[error(transparent)]
    Setting(#[from] crate::domain::settings::SettingError),
    /// A period cannot be reported on.
    #[error(transparent)]
    Period(#[from] crate::domain::period::PeriodError),
    /// A file names its columns in no way that is understood.
    #[error(transparent)]
    Header(#[from] crate::domain::import::HeaderError),
    /// A mail cannot be written.
    #[error(transparent)]
    Letter(#[from] crate::dispatch::LetterError),
    /// The mail server did not answer as it should.
    #[error("{0}")]
    Mail(String),
}

/// What belongs to one machine, as far as the desk needs it.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Who works here.
    pub operator: String,
    /// What the machine is called.
    pub host: String,
    /// This machine's route.
    pub route: RouteChoice,
    /// Where the secret of the route comes from.
    pub secret: Option<SecretSource>,
    /// Whether plain SMTP beyond loopback was insisted on.
    pub insecure: bool,
    /// A folder whose templates win over the shipped ones.
    pub templates: Option<std::path::PathBuf>,
}

/// The only door. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    machine: Machine,
    templates: Arc<Templates>,
}

impl Desk {
    /// Opens the database (and makes it, where the options say so).
    pub async fn open(options: &OpenOptions, machine: Machine, clock: Arc<dyn Clock>) -> Result<Self, DeskError> {
        let store = Store::open(options).await?;
        if !store.read_only() {
            store.seed().await?;
        }
        let templates = Arc::new(Templates::new(machine.templates.clone()));
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            machine,
            templates,
        })))
    }

    /// Whether this very start made the database.
    pub fn is_new(&self) -> bool {
        self.0.store.is_new()
    }

    /// Whether nothing can be changed.
    pub fn read_only(&self) -> bool {
        self.0.store.read_only()
    }

    /// Where the database is.
    pub fn database(&self) -> &Path {
        self.0.store.path()
    }

    /// Now.
    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// Who works here.
    pub fn operator(&self) -> Actor {
        Actor::Operator(self.0.machine.operator.clone())
    }

    /// This machine's part.
    pub fn machine(&self) -> &Machine {
        &self.0.machine
    }

    /// The templates, as they were last read.
    pub fn templates(&self) -> &Arc<Templates> {
        &self.0.templates
    }

    /// The zone of the settings, in which days are cut and dates are shown.
    pub async fn zone(&self) -> Zone {
        let settings = self.settings(Scope::Global).await.unwrap_or_default();
        Zone::parse(settings.text(Setting::Timezone)).unwrap_or_default()
    }

    /// Waits until everything is on disk and lets go of the database.
    pub async fn close(&self) {
        self.0.store.close().await;
    }

    /// Refuses while the feature is switched off.
    fn check_enabled(settings: &Settings) -> Result<(), DeskError> {
        if settings.on(Setting::Enabled) {
            Ok(())
        } else {
            Err(DeskError::Refused(
                "invitations are switched off (setting enabled): nothing can be created, sent or accepted".to_owned(),
            ))
        }
    }
}
