//! The lower part: failures by the server's words, what is in doubt, and the batches.

use super::Item;
use crate::console::format::{grouped, short_time};
use crate::console::model::Session;
use crate::domain::shown::Shown;
use crate::domain::transmission::{Batch, Doubt, FailureGroup, Transmission};
use ratatui::text::{Line, Span};

/// The lines, and for each the item that it is, if it is one.
pub(super) fn lines(items: &[Item<'_>], now: &Transmission, width: u16, session: &Session) -> Vec<(Line<'static>, Option<usize>)> {
    let width = usize::from(width);
    let mut lines = Vec::new();
    let mut last = None;
    for (at, item) in items.iter().enumerate() {
        let kind = std::mem::discriminant(item);
        if last != Some(kind) {
            lines.push((Line::default(), None));
            lines.push((heading(*item, width, session), None));
            last = Some(kind);
        }
        let line = match item {
            Item::Failure(group) => failure(group, width, session),
            Item::Doubt(doubt) => in_doubt(doubt, width, session),
            Item::Batch(batch) => self::batch(batch, session),
        };
        lines.push((line, Some(at)));
        if let Item::Failure(group) = item
            && failure_columns(width).2 == 0
        {
            let text = format!("        {} → {}", group.cause, group.remedy);
            lines.push((Line::styled(String::from(Shown::new(&text).fit(width)), session.theme.dim), None));
        }
    }
    if now.failures.is_empty() && now.in_doubt.is_empty() {
        lines.insert(0, (Line::default(), None));
        lines.insert(1, (Line::styled("Nothing failed, nothing is in doubt.", session.theme.dim), None));
    }
    lines
}

/// The columns of a failure: its words, the cause, the remedy; on narrow screens cause and remedy stand below the words.
fn failure_columns(width: usize) -> (usize, usize, usize) {
    let room = width.saturating_sub(10);
    if width >= 110 {
        (room * 42 / 100, 32, room.saturating_sub(room * 42 / 100 + 36))
    } else {
        (room, 0, 0)
    }
}

fn cell(text: &str, width: usize) -> String {
    let shown = Shown::new(text).fit(width);
    let gap = " ".repeat(width.saturating_sub(shown.width()));
    format!("{shown}{gap}")
}

fn heading(item: Item<'_>, width: usize, session: &Session) -> Line<'static> {
    let text = match item {
        Item::Failure(_) => {
            let (words, cause, remedy) = failure_columns(width);
            let remedy = cell("what to do", remedy);
            let cause = cell(if cause > 0 { "likely cause" } else { "" }, cause);
            format!("{}  {cause}  {remedy}", cell("Failed, by the server's words", words + 8))
        }
        Item::Doubt(_) => "In doubt: nobody knows whether the server took them; s settles".to_owned(),
        Item::Batch(_) => format!(
            "{:>8}  {:<16}  {:>6}  {:>6}  {:>8}  {:>6}  {:>8}  {:>5}",
            "Batch", "released", "size", "sent", "deferred", "failed", "in doubt", "open"
        ),
    };
    Line::styled(text.trim_end().to_owned(), session.theme.heading)
}

fn failure(group: &FailureGroup, width: usize, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let (words, cause, remedy) = failure_columns(width);
    Line::from_iter([
        Span::styled(format!("{:>6}  ", grouped(group.count)), theme.bad),
        Span::raw(cell(&group.words, words)),
        Span::raw("  "),
        Span::raw(cell(group.cause, cause)),
        Span::raw("  "),
        Span::styled(cell(group.remedy, remedy), theme.dim),
    ])
}

fn in_doubt(doubt: &Doubt, width: usize, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let since = short_time(doubt.since, session.now, &session.zone);
    let address = (width / 3).clamp(16, 40);
    Line::from_iter([
        Span::styled("     ?  ", theme.bad),
        Span::raw(cell(&doubt.email, address)),
        Span::styled(format!("  since {since}  "), theme.dim),
        Span::raw(String::from(
            Shown::new(&doubt.last_words).fit(width.saturating_sub(address + 18 + since.len())),
        )),
    ])
}

fn batch(batch: &Batch, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let count = |number: u64, width: usize, style| {
        let style = if number == 0 { theme.dim } else { style };
        Span::styled(format!("  {:>width$}", grouped(number)), style)
    };
    Line::from_iter([
        Span::raw(format!(
            "{:>8}  {:<16}",
            batch.id.0,
            short_time(batch.opened_at, session.now, &session.zone)
        )),
        count(batch.size, 6, theme.text),
        count(batch.sent, 6, theme.ok),
        count(batch.deferred, 8, theme.warn),
        count(batch.failed, 6, theme.bad),
        count(batch.in_doubt, 8, theme.bad),
        count(batch.in_flight, 5, theme.accent),
    ])
}
