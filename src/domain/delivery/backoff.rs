//! When a refused mail is tried again.

use std::time::Duration;

const FIRST: Duration = Duration::from_mins(5);
const LONGEST: Duration = Duration::from_secs(4000);

/// How long after the first attempt a deferred mail is given up: 5 days, as RFC 5321 §4.5.4.1 suggests.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(120);

/// How long to wait after the `tries`-th refusal (counted from 1): 5 minutes doubling to 4000 seconds, spread by ±20 %.
///
/// `luck` in 0.0..=1.0 places it within the spread, so that mails refused together do not come back together.
pub fn retry_delay(tries: u32, luck: f64) -> Duration {
    let doubled = FIRST.saturating_mul(1u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX));
    doubled.min(LONGEST).mul_f64(0.8 + 0.4 * luck.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_from_five_minutes_to_4000_seconds_and_stays() {
        let mid = |tries| retry_delay(tries, 0.5).as_secs();
        assert_eq!(
            [mid(1), mid(2), mid(3), mid(4), mid(5), mid(40), mid(u32::MAX)],
            [300, 600, 1200, 2400, 4000, 4000, 4000]
        );
    }

    #[test]
    fn spreads_by_a_fifth() {
        assert_eq!(retry_delay(1, 0.0).as_secs(), 240);
        assert_eq!(retry_delay(1, 1.0).as_secs(), 360);
    }
}
