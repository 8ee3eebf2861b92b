//! Single values as they stand in files of other systems.

use crate::domain::status::Status;
use crate::domain::time::Moment;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

/// The longest part of a bad value that a reason repeats, in characters.
const QUOTED: usize = 40;

/// A bad value as a reason repeats it.
pub(super) fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(QUOTED).collect();
    let more = if text.chars().nth(QUOTED).is_some() { "…" } else { "" };
    format!("“{cut}{more}”")
}

/// Databases write what is empty in several ways.
pub(super) fn present(text: &str) -> Option<&str> {
    let text = text.trim();
    (!matches!(text, "" | "NULL" | "\\N")).then_some(text)
}

/// A date: `2025-03-15 02:46:23` in UTC, RFC 3339, or a day alone.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let wrong = || format!("bad date: {} is none; write 2025-03-15 02:46:23 (UTC) or RFC 3339", quoted(text));
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(Moment::from_time(&time));
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN)))
        .map_err(|_| wrong())?;
    let moment = Moment::from_time(&local.and_utc());
    // Days are cut for the years from 1970 on; an invitation of another century is a slip.
    if (0..4_102_444_800_000_000).contains(&moment.0) {
        Ok(moment)
    } else {
        Err(wrong())
    }
}

/// A whole number from 0 on.
pub(super) fn number(what: &str, text: &str) -> Result<i64, String> {
    match text.parse::<i64>() {
        Ok(number) if number >= 0 => Ok(number),
        _ => Err(format!("bad {what}: {} is no whole number", quoted(text))),
    }
}

/// Magento's word for a status, or ours.
pub(super) fn status(text: &str) -> Result<Status, String> {
    match text {
        "new" | "not_sent" | "Not Sent" => Ok(Status::NotSent),
        "sent" | "Sent" => Ok(Status::Sent),
        "accepted" | "Accepted" => Ok(Status::Accepted),
        "canceled" | "discarded" | "Discarded" => Ok(Status::Discarded),
        _ => Err(format!("unknown status: {}; write new, sent, accepted or canceled", quoted(text))),
    }
}

/// An amount in hundredths: `192.41`; further digits must be zeros, as Magento writes four.
pub(super) fn hundredths(text: &str) -> Result<i64, String> {
    let wrong = || format!("bad amount: {} is none; write 192.41", quoted(text));
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
        return Err(wrong());
    }
    let (cents, rest) = part.split_at(part.len().min(2));
    if rest.bytes().any(|byte| byte != b'0') {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| wrong())?;
    whole
        .checked_mul(100)
        .and_then(|hundredths| hundredths.checked_add(cents))
        .map(|hundredths| sign * hundredths)
        .ok_or_else(wrong)
}

/// One line of text: names reach mail headers.
pub(super) fn name(what: &str, text: &str) -> Result<String, String> {
    match text.chars().find(|letter| letter.is_control()) {
        Some(_) => Err(format!("bad {what}: {} holds a line break or control character", quoted(text))),
        None => Ok(text.to_owned()),
    }
}

/// The address of a website, without a slash at its end.
pub(super) fn web_address(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err(format!(
            "bad address of the website: {} is no http:// or https:// address",
            quoted(text)
        )),
    }
}

/// Takes the guard off that our own exports put before what a spreadsheet would compute.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}
