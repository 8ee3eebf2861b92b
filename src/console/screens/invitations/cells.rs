//! The text of each cell.

use crate::console::format::{date_time, grouped, short_time};
use crate::console::model::Session;
use crate::console::theme::Theme;
use crate::domain::delivery::Delivery;
use crate::domain::filter::Via;
use crate::domain::invitation::{Column, Row};
use crate::domain::shown::Shown;
use crate::domain::status::Status;
use crate::domain::time::Moment;
use ratatui::style::Style;

const NONE: &str = "—";

/// A status' sign: it says the same as the word, also without colours.
pub const fn status_sign(status: Status) -> &'static str {
    match status {
        Status::NotSent => "○",
        Status::Sent => "●",
        Status::Accepted => "✔",
        Status::Discarded => "✖",
    }
}

/// A status' style.
pub const fn status_style(status: Status, theme: &Theme) -> Style {
    match status {
        Status::NotSent | Status::Discarded => theme.dim,
        Status::Sent => theme.text,
        Status::Accepted => theme.ok,
    }
}

/// The sign and the word of a delivery that matters; nothing for idle.
pub fn delivery_words(row: &Row, session: &Session) -> Option<String> {
    Some(match row.delivery {
        Delivery::Idle => return None,
        Delivery::Queued => "⧗ queued".to_owned(),
        Delivery::Claimed => "↑ taken".to_owned(),
        Delivery::Sending => "↑ sending".to_owned(),
        Delivery::Deferred => match row.due_at {
            Some(due) => format!("⟲ {}", retry(due, session)),
            None => "⟲ retry".to_owned(),
        },
        Delivery::Failed => "✗ failed".to_owned(),
        Delivery::InDoubt => "‽ in doubt".to_owned(),
    })
}

fn retry(due: Moment, session: &Session) -> String {
    if due <= session.now {
        "retry now".to_owned()
    } else {
        short_time(due, session.now, &session.zone)
    }
}

/// A delivery's style.
pub const fn delivery_style(delivery: Delivery, theme: &Theme) -> Style {
    match delivery {
        Delivery::Idle => theme.text,
        Delivery::Queued | Delivery::Claimed | Delivery::Sending => theme.accent,
        Delivery::Deferred | Delivery::InDoubt => theme.warn,
        Delivery::Failed => theme.bad,
    }
}

/// One cell: what to draw, how, and whether at the right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) parts: Vec<(Shown, Style)>,
    pub(super) right: bool,
}

impl Cell {
    fn plain(text: &str, style: Style) -> Self {
        Self {
            parts: vec![(Shown::new(text), style)],
            right: false,
        }
    }
}

/// The cell of `column` in `row`, for a column of this width.
pub(super) fn cell(column: Column, row: &Row, width: u16, session: &Session) -> Cell {
    let theme = &session.theme;
    let text = |text: Option<&str>| match text {
        Some(text) => Cell::plain(text, theme.text),
        None => Cell::plain(NONE, theme.dim),
    };
    match column {
        Column::Id => Cell {
            right: true,
            ..Cell::plain(&grouped(row.id.0.unsigned_abs()), theme.text)
        },
        Column::Email => match &row.email {
            Some(email) => Cell::plain(email, theme.text),
            None => Cell::plain("(erased)", theme.dim),
        },
        Column::Invitee => {
            let mut cell = text(row.invitee.as_deref());
            if row.other_address {
                let room = usize::from(width).saturating_sub(2);
                cell.parts = cell.parts.into_iter().map(|(text, style)| (text.fit(room), style)).collect();
                cell.parts.push((Shown::new(" ≠"), theme.warn));
            }
            cell
        }
        Column::Sent => date(row.sent_at, width, session),
        Column::Registered => date(row.registered_at, width, session),
        Column::Created => date(Some(row.created_at), width, session),
        Column::LastSent => date(row.last_sent_at, width, session),
        Column::Expires => date(row.expires_at, width, session),
        Column::Status => status(row, width, session),
        Column::Website => text(Some(&row.website)),
        Column::Group => text(Some(&row.group)),
        Column::Sender => text(Some(&row.sender)),
        Column::Inviter => Cell::plain(&row.inviter.to_string(), theme.text),
        Column::TimesSent => Cell {
            right: true,
            ..Cell::plain(&grouped(u64::from(row.times_sent)), theme.text)
        },
        Column::Delivery => delivery(row, session),
    }
}

fn date(moment: Option<Moment>, width: u16, session: &Session) -> Cell {
    match moment {
        Some(moment) => {
            let text = date_time(moment, &session.zone);
            let shown = if width < 16 { text.get(..10).unwrap_or(&text) } else { &text };
            Cell::plain(shown, session.theme.text)
        }
        None => Cell::plain(NONE, session.theme.dim),
    }
}

/// Status by sign and word; a delivery that matters stands beside it, and takes the word's place where there is no room for both.
fn status(row: &Row, width: u16, session: &Session) -> Cell {
    let theme = &session.theme;
    let style = status_style(row.status, theme);
    let whole = format!("{} {}", status_sign(row.status), row.status.label());
    let Some(words) = delivery_words(row, session) else {
        return Cell::plain(&whole, style);
    };
    let fits = whole.chars().count() + 1 + words.chars().count() <= usize::from(width);
    let first = if fits { whole } else { status_sign(row.status).to_owned() };
    Cell {
        parts: vec![
            (Shown::new(&format!("{first} ")), style),
            (Shown::new(&words), delivery_style(row.delivery, theme)),
        ],
        right: false,
    }
}

fn delivery(row: &Row, session: &Session) -> Cell {
    let theme = &session.theme;
    let mut parts = Vec::new();
    match delivery_words(row, session) {
        Some(words) => parts.push((Shown::new(&words), delivery_style(row.delivery, theme))),
        None if row.via == Some(Via::Folder) => parts.push((Shown::new("written to the folder"), theme.dim)),
        None => parts.push((Shown::new(NONE), theme.dim)),
    }
    if let Some(reason) = row.reason.as_deref().filter(|_| row.delivery != Delivery::Idle) {
        parts.push((Shown::new(&format!("  {reason}")), theme.dim));
    }
    Cell { parts, right: false }
}
