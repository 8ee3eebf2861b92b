//! Numbers, dates and lengths of time as people read them.

use crate::domain::actor::Actor;
use crate::domain::period::Zone;
use crate::domain::time::Moment;
use std::time::Duration;

/// Whole numbers with their thousands apart: `1,004,233`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `1,204 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `2026-05-12 14:03` by the clocks of `zone`.
pub fn date_time(moment: Moment, zone: &Zone) -> String {
    zone.local(moment).format("%Y-%m-%d %H:%M").to_string()
}

/// `14:03:11` by the clocks of `zone`.
pub fn clock(moment: Moment, zone: &Zone) -> String {
    zone.local(moment).format("%H:%M:%S").to_string()
}

/// `14:03` when it is the same day as `now`, else with the date.
pub fn short_time(moment: Moment, now: Moment, zone: &Zone) -> String {
    let (at, today) = (zone.local(moment), zone.local(now));
    let pattern = if at.date() == today.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.format(pattern).to_string()
}

/// How long in words: `42 s`, `5 min`, `3 h`, `12 d`.
pub fn length(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds @ 7200..=172_799 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", grouped(seconds / 86_400)),
    }
}

/// Who, as staff say it.
pub fn who(by: &Actor) -> String {
    match by {
        Actor::Operator(name) => name.clone(),
        Actor::Customer(id) => format!("customer {id}"),
        Actor::Store => "the shop".to_owned(),
        Actor::Dispatcher => "dispatcher".to_owned(),
        Actor::Import => "import".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0")]
    #[case(999, "999")]
    #[case(1000, "1,000")]
    #[case(1_004_233, "1,004,233")]
    fn thousands_stand_apart(#[case] number: u64, #[case] text: &str) {
        assert_eq!(grouped(number), text);
    }

    #[test]
    fn today_needs_no_date() {
        let zone = Zone::default();
        let now = Moment(1_778_594_591_000_000);
        assert_eq!(short_time(now, now, &zone), "14:03");
        assert_eq!(short_time(now.minus(Duration::from_hours(24)), now, &zone), "2026-05-11 14:03");
    }
}
