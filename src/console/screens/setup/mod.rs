//! The form of the first start: the shop's name and address, who the mails come from, the zone, the mail route, and for how long
//! addresses are kept.

use super::Screen;
use crate::console::actions::Action;
use crate::console::context::Context;
use crate::console::line::Line;
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::desk::SetUp;
use ratatui::Frame;
use ratatui::layout::Rect;

#[cfg(test)]
mod tests;
mod update;
mod view;

/// What is suggested for the retention: long enough for a season, short enough for the law.
const RETENTION: &str = "180d";

/// One field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    /// As the desk names it in its errors.
    code: &'static str,
    label: &'static str,
    help: &'static str,
}

const FIELDS: [Field; 7] = [
    Field {
        code: "store_name",
        label: "Store name",
        help: "as your customers know it: mails and pages show it",
    },
    Field {
        code: "website_url",
        label: "Website address",
        help: "where invitations lead, such as https://shop.example",
    },
    Field {
        code: "sender_name",
        label: "Sender name",
        help: "the name in From, such as Service client",
    },
    Field {
        code: "sender_email",
        label: "Sender address",
        help: "the address in From: answers come here",
    },
    Field {
        code: "timezone",
        label: "Time zone",
        help: "where days begin and end, such as Europe/Berlin",
    },
    Field {
        code: "mail",
        label: "Mail",
        help: "folder:DIR writes files only · smtps://user@host · smtp://user@host (STARTTLS) · empty keeps the folder",
    },
    Field {
        code: "retention",
        label: "Retention",
        help: "after how long the addresses of people who never accepted are erased; none keeps them",
    },
];

/// What this screen knows.
#[derive(Debug, Default)]
pub struct State {
    lines: [Line; FIELDS.len()],
    at: usize,
    /// What the desk refused, by field; the last one for what belongs to none.
    errors: [Option<String>; FIELDS.len()],
    trouble: Option<String>,
    saving: Option<RequestId>,
    /// Whether somebody typed, so that nothing is filled in any more.
    touched: bool,
}

impl State {
    fn form(&self) -> SetUp {
        let [store_name, website_url, sender_name, sender_email, timezone, mail, retention] =
            self.lines.each_ref().map(|line| line.text().trim().to_owned());
        SetUp {
            store_name,
            website_url,
            sender_name,
            sender_email,
            timezone,
            mail,
            retention,
        }
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn back(&mut self, context: &mut Context<'_>) -> bool {
        update::skipped(self, context);
        false
    }

    fn typing(&self) -> bool {
        true
    }

    fn available(&self, action: Action, session: &Session) -> Result<(), String> {
        match action {
            Action::Submit if self.saving.is_some() => Err("it is being saved".to_owned()),
            Action::Submit => session.may_change(),
            _ => Ok(()),
        }
    }
}
