//! Everything that happened, oldest first: history and attempts in one order.

use crate::console::format::{date_time, who};
use crate::console::model::Session;
use crate::domain::invitation::{Attempt, Detail, HistoryEntry, Outcome};
use crate::domain::shown::Shown;
use crate::domain::time::Moment;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// From so many columns on, the words stand on the line of their event, else below it.
const ONE_LINE: usize = 98;

/// The lines, each cut to `width`.
pub(super) fn lines(detail: &Detail, width: usize, session: &Session) -> Vec<Line<'static>> {
    let history = detail.history.iter().map(|entry| (entry.at, 0, told(entry, width, session)));
    let attempts = detail.attempts.iter().map(|attempt| {
        let at = attempt.ended_at.unwrap_or(attempt.started_at);
        (at, 1, tried(attempt, width, session))
    });
    let mut all: Vec<(Moment, u8, Vec<Line<'static>>)> = history.chain(attempts).collect();
    all.sort_by_key(|(at, kind, _)| (*at, *kind));
    all.into_iter().flat_map(|(_, _, lines)| lines).collect()
}

/// `14:03:11 · discarded · anna · because`.
fn told(entry: &HistoryEntry, width: usize, session: &Session) -> Vec<Line<'static>> {
    let theme = &session.theme;
    let (sign, style) = match entry.event.as_str() {
        "accepted" => ("✔", theme.ok),
        "discarded" => ("✖", theme.dim),
        "failed" | "in_doubt" => ("✗", theme.bad),
        "deferred" => ("⟲", theme.warn),
        "sent" | "resent" => ("●", theme.text),
        _ => ("·", theme.text),
    };
    let what = entry.event.replace('_', " ");
    let detail = entry.detail.as_deref().unwrap_or_default();
    line(entry.at, sign, style, &what, &who(&entry.by), detail, width, session)
}

fn tried(attempt: &Attempt, width: usize, session: &Session) -> Vec<Line<'static>> {
    let theme = &session.theme;
    let (sign, style) = match attempt.outcome {
        Outcome::Sent => ("→", theme.ok),
        Outcome::Deferred => ("→", theme.warn),
        Outcome::Failed | Outcome::InDoubt => ("→", theme.bad),
        Outcome::Open | Outcome::Returned => ("→", theme.dim),
    };
    let what = format!("attempt {} {}", attempt.number, attempt.outcome.label());
    let batch = attempt.batch.map(|batch| format!("batch {batch}")).unwrap_or_default();
    let reply = attempt.reply.as_deref().unwrap_or_default();
    let words = match attempt.code {
        Some(code) if !reply.starts_with(&code.to_string()) => format!("{code} {reply}"),
        _ => reply.to_owned(),
    };
    line(
        attempt.ended_at.unwrap_or(attempt.started_at),
        sign,
        style,
        &what,
        &batch,
        &words,
        width,
        session,
    )
}

#[expect(clippy::too_many_arguments, reason = "the columns of one line, in their order")]
fn line(
    at: Moment,
    sign: &'static str,
    style: Style,
    what: &str,
    who: &str,
    detail: &str,
    width: usize,
    session: &Session,
) -> Vec<Line<'static>> {
    let theme = &session.theme;
    let what = Shown::new(what).fit(24);
    let who = Shown::new(who).fit(16);
    let detail = Shown::new(detail);
    let mut first = Line::from_iter([
        Span::styled(format!("{}  ", date_time(at, &session.zone)), theme.dim),
        Span::styled(format!("{sign} {what:<24}  "), style),
        Span::styled(format!("{who:<16}  "), theme.dim),
    ]);
    if width >= ONE_LINE || detail.is_empty() {
        first.push_span(Span::raw(String::from(detail.fit(width.saturating_sub(64)))));
        return vec![first];
    }
    let words = Line::raw(format!("{:20}{}", "", detail.fit(width.saturating_sub(20))));
    vec![first, words]
}
