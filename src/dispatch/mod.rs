//! The dispatcher: takes due mails out of the queue, hands them over one by one, and writes down what became of each.
//!
//! A mail is never lost and never doubled, whatever dies when: it is claimed before anything is done on the network, marked *sending*
//! on disk before the first byte of its body, and recorded before the next mail goes over the same connection. How many go out in which
//! time is decided by the store alone, for all dispatchers together.
//!
//! One task decides ([`run`]); each mail in flight is a task of its own ([`deliver`]) that works with a connection it was lent; one task
//! commits what they all have to write ([`recorder`]); one keeps the lease ([`lease`]).

mod deliver;
mod error;
mod lease;
mod letter;
mod line;
mod pool;
mod recorder;
mod refusals;
mod run;
mod shop;

pub use error::{DispatchError, say_wait};
pub use letter::{Letter, LetterError, write_letter};
pub use line::{Post, RouteChoice};
pub use shop::Shop;

use crate::domain::clock::Clock;
use crate::store::Store;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long a dispatcher serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Until nothing is left to do.
    UntilIdle,
    /// For ever, as the one that consoles leave the sending to.
    Watch,
    /// For as long as the console is open, while nobody else watches.
    Console,
}

/// What one run did: the JSON of `dispatch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Handed over.
    pub sent: u64,
    /// Refused for now.
    pub deferred: u64,
    /// Refused for good.
    pub failed: u64,
    /// Nobody knows; those that a dead dispatcher left behind included.
    pub in_doubt: u64,
    /// Still queued at the end.
    pub queued: u64,
    /// Batches it took mails of.
    pub batches: u64,
}

/// Sends what is queued. Several may work on one database at once.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    store: Store,
    clock: Arc<dyn Clock>,
    post: Arc<Post>,
    name: String,
    nudge: Arc<Notify>,
}

impl Dispatcher {
    /// A dispatcher over `store`, which sends by `post`. `name` is what staff see of it: host and process.
    pub fn new(store: Store, clock: Arc<dyn Clock>, post: Post, name: impl Into<String>) -> Self {
        Self {
            store,
            clock,
            post: Arc::new(post),
            name: name.into(),
            nudge: Arc::default(),
        }
    }

    /// To be notified when something was queued: it is looked at at once, instead of within a second.
    pub fn nudge(&self) -> Arc<Notify> {
        Arc::clone(&self.nudge)
    }

    /// Sends until the mode's end, or until `shutdown`: then mails whose body is under way are finished, the others given back.
    ///
    /// # Errors
    /// [`DispatchError::Stands`] when [`Mode::UntilIdle`] finds that waiting would not help; the other modes wait. Any mode ends when
    /// the database fails.
    pub async fn run(&self, mode: Mode, shutdown: &CancellationToken) -> Result<Summary, DispatchError> {
        run::Run::new(self.clone(), mode, shutdown.clone()).run().await
    }
}
