//! Why a dispatcher ends before its work is done, in words that say what to do.

use super::Summary;
use crate::domain::transmission::Wait;
use crate::store::StoreError;

/// Why a run ended.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// Something waits, and waiting would not help.
    #[error("{}", say_wait(why))]
    Stands {
        /// Why.
        why: Wait,
        /// What was done until then.
        summary: Summary,
    },
    /// The database fails.
    #[error("the dispatch ended: {0}; what was being sent shows as in doubt, the rest waits in the queue")]
    Store(#[from] StoreError),
    /// Something could not be written down for a while.
    #[error(
        "the dispatch ended, since the database took nothing any more: {0}; what was being sent shows as in doubt, the rest waits in the queue"
    )]
    NotRecorded(String),
    /// A fault of the program's own.
    #[error("the dispatch ended by a fault of its own: {0}; nothing is lost, start it again and report this")]
    Broken(String),
}

/// Why nothing goes out, in one line with the remedy. Moments are in UTC.
pub fn say_wait(wait: &Wait) -> String {
    match wait {
        Wait::Hold { until } => format!("mails can be undone until {}: they go out then", until.rfc3339()),
        Wait::Batch { until } => format!("the batch limit: the next batch goes out {}", until.rfc3339()),
        Wait::Rate => "the limit a second, or of one domain: the next mails go out in a moment".to_owned(),
        Wait::DailyCap { until } => format!("the limit a day: the next mails go out {}", until.rfc3339()),
        Wait::Retry { until } => format!("everything left is deferred: the next try is {}", until.rfc3339()),
        Wait::Paused { by, reason, since } => {
            format!(
                "the dispatch is paused since {} by {by}: {reason}; go on with `guestlist dispatch resume`",
                since.rfc3339()
            )
        }
        Wait::Disabled => "the setting enabled is off, so nothing is sent: `guestlist settings set enabled on`".to_owned(),
        Wait::Breaker { until, reason } => {
            format!(
                "the mail route is broken: {reason}; it is tried again {}, nothing is lost",
                until.rfc3339()
            )
        }
        Wait::OtherRoute { shared, own } => format!(
            "all dispatchers send by {shared}, but this machine's configuration names {own}: correct mail.transport here, or choose it for \
             all with `guestlist settings set mail_route {own}`"
        ),
        Wait::NoDispatcher => "no dispatcher runs: start `guestlist dispatch --watch`".to_owned(),
    }
}
