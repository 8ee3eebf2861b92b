//! The upper part: what goes on now, how fast, by which route, and who does it.

use super::{is_paused, words};
use crate::console::format::{clock, counted, grouped, length, short_time};
use crate::console::model::Session;
use crate::console::widgets::{bar, wrapped};
use crate::domain::delivery::Delivery;
use crate::domain::shown::Shown;
use crate::domain::transmission::{Transmission, Wait};
use ratatui::text::{Line, Span};
use std::fmt::Write as _;
use std::time::Duration;

const BAR: usize = 30;

/// The lines of the head, wide as `width` at most each.
pub(super) fn lines(now: &Transmission, width: u16, session: &Session) -> Vec<Line<'static>> {
    let theme = &session.theme;
    let mut lines = vec![first_line(now, width, session)];
    if let Some(wait) = &now.waits {
        let style = match wait {
            Wait::Hold { .. } | Wait::Batch { .. } | Wait::Rate | Wait::Retry { .. } => theme.text,
            _ => theme.warn,
        };
        lines.extend(wrapped(&words::wait(wait, now, session), width, style));
    }
    lines.extend(wrapped(&pace(now, session), width, theme.dim));
    lines.extend(route_lines(now, width, session));
    lines.push(dispatchers_line(now, width, session));
    lines.push(Line::default());
    lines.push(counts_line(now, width, session));
    lines
}

fn first_line(now: &Transmission, width: u16, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let to_go = now.to_go();
    if is_paused(now) {
        return Line::from_iter([
            Span::styled("‖ Paused", theme.warn),
            Span::raw(format!("   {} to go", grouped(to_go))),
        ]);
    }
    if to_go == 0 {
        let text = if now.count(Delivery::Deferred) > 0 {
            "Nothing is going out until the next retry."
        } else {
            "Nothing is going out."
        };
        return Line::styled(text, theme.dim);
    }
    let mut spans = Vec::new();
    let current = now.batches.first().filter(|batch| batch.in_flight > 0 || batch.taken < batch.size);
    if let Some(batch) = current {
        let ended = batch.taken.saturating_sub(batch.in_flight);
        spans.push(Span::styled("▶ Sending", theme.accent));
        spans.push(Span::raw(format!(
            "  batch {}  {}/{}  ",
            batch.id,
            grouped(ended),
            grouped(batch.size)
        )));
        let room = usize::from(width).saturating_sub(58).clamp(6, BAR);
        spans.push(Span::styled(bar(ended as f64 / batch.size.max(1) as f64, room), theme.bar));
    } else {
        spans.push(Span::styled(
            if now.waits.is_some() { "• Waiting" } else { "▶ Sending" },
            theme.accent,
        ));
    }
    let mut tail = format!("  {} to go", grouped(to_go));
    if let Some(done) = now.done_about() {
        let _ = write!(tail, ", done about {}", short_time(done, session.now, &session.zone));
    }
    spans.push(Span::raw(tail));
    Line::from(spans)
}

fn pace(now: &Transmission, session: &Session) -> String {
    let mut text = match now.sent_last_minute {
        0 => String::new(),
        sent if sent >= 120 => format!("{:.1} mails/s · ", sent as f64 / 60.0),
        sent => format!("{} in the last minute · ", counted(sent, "mail", "mails")),
    };
    text.push_str(&words::pace(now));
    if now.waits.is_none()
        && let Some(next) = now.next_release.filter(|next| *next > session.now)
    {
        let _ = write!(text, " · next release in {}", length(next.since(session.now)));
    }
    match now.day {
        (done, Some(cap)) => _ = write!(text, " · {} of {} today", grouped(done), grouped(cap)),
        (0, None) => {}
        (done, None) => _ = write!(text, " · {} in 24 h", grouped(done)),
    }
    let _ = write!(text, " · as of {} {}", clock(now.at, &session.zone), session.zone);
    text
}

fn route_lines(now: &Transmission, width: u16, session: &Session) -> Vec<Line<'static>> {
    let theme = &session.theme;
    if now.to_folder {
        let folder = now.route.strip_prefix("folder:").unwrap_or(&now.route);
        let text = format!("Mails are only written to the folder {folder}: no server takes them. F2 sets a mail server up.");
        wrapped(&text, width, theme.warn)
    } else {
        wrapped(&format!("Route: {}", now.route), width, theme.dim)
    }
}

fn dispatchers_line(now: &Transmission, width: u16, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let names: Vec<String> = now
        .dispatchers
        .iter()
        .map(|one| {
            let kind = if one.watch { "watching" } else { "console" };
            let frozen = if one.lease_until.since(session.now) == Duration::ZERO {
                ", silent"
            } else {
                ""
            };
            format!(
                "{} ({kind} since {}{frozen})",
                one.name,
                short_time(one.started_at, session.now, &session.zone)
            )
        })
        .collect();
    if names.is_empty() {
        let style = if now.to_go() > 0 { theme.warn } else { theme.dim };
        return Line::styled("Dispatchers: none at work", style);
    }
    let text = Shown::new(&format!("Dispatchers: {}", names.join(", "))).fit(usize::from(width));
    Line::styled(String::from(text), theme.dim)
}

/// What there is in each state; where that is too long for the screen, without the states in which there is nothing.
fn counts_line(now: &Transmission, width: u16, session: &Session) -> Line<'static> {
    let all = counts(now, false, session);
    if all.width() > usize::from(width) + 2 {
        return counts(now, true, session);
    }
    all
}

fn counts(now: &Transmission, without_zeros: bool, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let mut spans = Vec::new();
    for state in [
        Delivery::Queued,
        Delivery::Claimed,
        Delivery::Sending,
        Delivery::Deferred,
        Delivery::InDoubt,
        Delivery::Failed,
    ] {
        let count = now.count(state);
        if without_zeros && count == 0 {
            continue;
        }
        let style = match state {
            _ if count == 0 => theme.dim,
            Delivery::InDoubt | Delivery::Failed => theme.bad,
            Delivery::Deferred => theme.warn,
            _ => theme.text,
        };
        let note = match state {
            Delivery::Queued if now.held > 0 => format!(" ({} held)", grouped(now.held)),
            Delivery::Deferred if now.deferred_due > 0 => format!(" ({} due)", grouped(now.deferred_due)),
            Delivery::InDoubt if count > 0 => " !".to_owned(),
            _ => String::new(),
        };
        spans.push(Span::styled(format!("{} {}{note}", state.label(), grouped(count)), style));
        spans.push(Span::raw("  "));
    }
    Line::from(spans)
}
