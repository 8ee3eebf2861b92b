//! Why nothing goes out, in words that say what to do.

use crate::console::format::{grouped, length, short_time};
use crate::console::model::Session;
use crate::domain::time::Moment;
use crate::domain::transmission::{Transmission, Wait};

/// `in 42 s`, and the time of day where that is further off than a minute.
fn when(until: Moment, session: &Session) -> String {
    let left = until.since(session.now);
    if left.as_secs() < 60 {
        format!("in {} s", left.as_secs())
    } else {
        format!("in {}, at {}", length(left), short_time(until, session.now, &session.zone))
    }
}

/// `50 every 60 s`.
pub(super) fn pace(now: &Transmission) -> String {
    format!("{} every {}", grouped(now.batch_size), length(now.batch_interval))
}

/// The reason, and until when where that is known.
pub(super) fn wait(wait: &Wait, now: &Transmission, session: &Session) -> String {
    match wait {
        Wait::Hold { until } => format!(
            "They can still be undone: the first goes {} (setting send_hold)",
            when(*until, session)
        ),
        Wait::Batch { until } => format!("The batch is full ({}): the next release {}", pace(now), when(*until, session)),
        Wait::Rate => "The limit of mails a second holds them back".to_owned(),
        Wait::DailyCap { until } => {
            let cap = now.day.1.map(grouped).unwrap_or_default();
            format!("The day's limit of {cap} is reached: the next goes {}", when(*until, session))
        }
        Wait::Retry { until } => format!("All that is left is deferred: the next try {} (y tries now)", when(*until, session)),
        Wait::Paused { by, reason, since } => {
            let since = short_time(*since, session.now, &session.zone);
            format!("Paused by {by} since {since}: {reason} (p resumes)")
        }
        Wait::Disabled => "Invitations are switched off (setting enabled): nothing goes out".to_owned(),
        Wait::Breaker { until, reason } => format!("The route is broken, tried again {}: {reason} (t tests it)", when(*until, session)),
        Wait::OtherRoute { shared, own } => format!(
            "This machine's configuration names {own}, the shop sends by {shared}: it sends nothing from here. Change the configuration, or the \
             shared route with F2"
        ),
        Wait::NoDispatcher => "No dispatcher runs: `guestlist dispatch --watch` is one, and so is an open console".to_owned(),
    }
}

/// Until when it waits, so that a countdown can run.
pub(super) const fn until(wait: &Wait) -> Option<Moment> {
    match wait {
        Wait::Hold { until } | Wait::Batch { until } | Wait::DailyCap { until } | Wait::Retry { until } | Wait::Breaker { until, .. } => {
            Some(*until)
        }
        Wait::Rate | Wait::Paused { .. } | Wait::Disabled | Wait::OtherRoute { .. } | Wait::NoDispatcher => None,
    }
}
