//! Lengths of time as people write them in settings: `0s`, `90s`, `15m`, `24h`, `30d`, `none`.

use std::time::Duration;

/// Reads a length of time; `none` is `Ok(None)`. The error says what would be right.
pub fn parse_span(text: &str) -> Result<Option<Duration>, String> {
    let text = text.trim();
    if matches!(text, "none" | "never" | "off") {
        return Ok(None);
    }
    let wrong = || format!("“{text}” is no length of time: write 90s, 15m, 24h, 30d or none");
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let digits = text.get(..text.len() - 1).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    count
        .checked_mul(seconds)
        .map(|seconds| Some(Duration::from_secs(seconds)))
        .ok_or_else(wrong)
}

/// Writes a length of time in the largest unit that holds it exactly.
pub fn print_span(span: Option<Duration>) -> String {
    let Some(span) = span else { return "none".to_owned() };
    let seconds = span.as_secs();
    for (unit, name) in [(86_400, 'd'), (3600, 'h'), (60, 'm')] {
        if seconds > 0 && seconds.is_multiple_of(unit) && (unit < 86_400 || seconds > 86_400) {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0s", 0)]
    #[case("90s", 90)]
    #[case("15m", 900)]
    #[case("24h", 86_400)]
    #[case("30d", 2_592_000)]
    fn reads_and_writes(#[case] text: &str, #[case] seconds: u64) {
        assert_eq!(parse_span(text), Ok(Some(Duration::from_secs(seconds))));
        assert_eq!(print_span(Some(Duration::from_secs(seconds))), text);
    }

    #[rstest]
    #[case("")]
    #[case("s")]
    #[case("5")]
    #[case("-5s")]
    #[case("5 s")]
    #[case("99999999999999999999d")]
    #[case("1é")]
    fn says_what_is_wrong(#[case] text: &str) {
        assert!(parse_span(text).is_err());
    }

    #[test]
    fn none_switches_off() {
        assert_eq!(parse_span("none"), Ok(None));
        assert_eq!(print_span(None), "none");
    }
}
