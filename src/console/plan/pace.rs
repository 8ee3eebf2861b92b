//! When the mails of a plan would be out, by the limits alone.

use crate::console::format::{grouped, length, short_time};
use crate::console::model::Session;
use crate::domain::settings::Setting;
use crate::domain::time::Moment;
use crate::domain::transmission::{Transmission, Wait};
use std::time::Duration;

/// When the last of `more` mails is out, behind those that wait already: full batches, one an interval, the first after the hold.
pub(super) fn last_out(now: Moment, waiting: u64, more: u64, batch_size: u64, interval: Duration, hold: Duration) -> Moment {
    let batches = (waiting + more).div_ceil(batch_size.max(1)).saturating_sub(1);
    now.plus(hold)
        .plus(interval.saturating_mul(u32::try_from(batches).unwrap_or(u32::MAX)))
}

/// `batches of 50 every 60 s · last one out about 14:09`.
pub(super) fn words(session: &Session, mails: u64) -> Option<String> {
    let settings = session.settings.value()?;
    let (size, interval) = (settings.batch_size(), settings.batch_interval());
    let hold = hold(session);
    let waiting = session.transmission.value().map_or(0, Transmission::to_go);
    let last = last_out(session.now, waiting, mails, size, interval, hold);
    let behind = if waiting > 0 {
        format!(" behind {} that wait", grouped(waiting))
    } else {
        String::new()
    };
    Some(format!(
        "batches of {} every {}{behind} · last one out about {}",
        grouped(size),
        length(interval),
        short_time(last, session.now, &session.zone)
    ))
}

/// How long mails are held so that they can be taken back.
pub(super) fn hold(session: &Session) -> Duration {
    session
        .settings
        .value()
        .and_then(|settings| settings.span(Setting::SendHold))
        .unwrap_or(Duration::ZERO)
}

/// What keeps mails from going out at all.
pub(super) fn stopped(session: &Session) -> Option<String> {
    Some(match session.transmission.value()?.waits.as_ref()? {
        Wait::Paused { by, reason, .. } => format!("sending is paused by {by} ({reason}): they wait until it is resumed (3 Transmission)"),
        Wait::Breaker { reason, .. } => format!("the route does not work now ({reason}): they wait until it does"),
        Wait::OtherRoute { shared, own } => format!("this machine's route {own} is not the shared one {shared}: it sends nothing"),
        Wait::NoDispatcher => "no dispatcher runs: they wait until one does".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, 50, 10)]
    #[case(0, 51, 70)]
    #[case(541, 280, 970)]
    fn full_batches_one_an_interval(#[case] waiting: u64, #[case] more: u64, #[case] seconds: u64) {
        let last = last_out(Moment(0), waiting, more, 50, Duration::from_mins(1), Duration::from_secs(10));
        assert_eq!(last.since(Moment(0)).as_secs(), seconds);
    }
}
