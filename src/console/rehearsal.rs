//! A console without terminal, desk and clock, for tests: press keys, answer what is asked, look at the picture.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::message::{Answer, Msg, Opened, Owner, RequestId};
use super::model::Model;
use super::printer::print_text;
use super::request::{Effect, Reply, Request};
use super::screens::ScreenId;
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::desk::Totals;
use crate::domain::ids::{GroupId, SenderId, WebsiteId};
use crate::domain::period::Zone;
use crate::domain::settings::{Setting, Settings};
use crate::domain::shop::{Catalog, Group, Sender, Website};
use crate::domain::time::Moment;
use crate::domain::transmission::Transmission;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::collections::BTreeMap;
use std::time::Duration;

/// 2026-05-12 14:03:11 UTC.
pub(super) const NOW: Moment = Moment(1_778_594_591_000_000);

/// The console and what it has asked so far without an answer.
pub(super) struct Rehearsal {
    pub(super) model: Model,
    pub(super) asked: Vec<(Owner, RequestId, Request)>,
    pub(super) other: Vec<Effect>,
}

impl Rehearsal {
    /// Open, on `screen`, with a shop of two websites.
    pub(super) fn on(screen: ScreenId, size: (u16, u16)) -> Self {
        let mut rehearsal = Self {
            model: Model::new(Theme::dark(), size, NOW),
            asked: Vec::new(),
            other: Vec::new(),
        };
        rehearsal.send(Msg::Opened(Box::new(Opened {
            zone: Zone::parse("Europe/Berlin").unwrap(),
            ..Opened::default()
        })));
        rehearsal.answer(shop);
        let effects = super::update::go(&mut rehearsal.model, screen);
        rehearsal.take(effects);
        rehearsal
    }

    pub(super) fn send(&mut self, message: Msg) {
        let effects = update(&mut self.model, message);
        self.take(effects);
    }

    pub(super) fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(owner, id, request) => self.asked.push((owner, id, request)),
                other => self.other.push(other),
            }
        }
    }

    pub(super) fn press(&mut self, code: KeyCode) {
        self.send(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    pub(super) fn ctrl(&mut self, letter: char) {
        self.send(Msg::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)));
    }

    pub(super) fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            self.press(if letter == '\n' { KeyCode::Enter } else { KeyCode::Char(letter) });
        }
    }

    /// Answers everything that `desk` has an answer to, also what is asked because of that; the rest stays open.
    pub(super) fn answer(&mut self, desk: impl Fn(&Request) -> Option<Answer>) {
        while let Some((at, answer)) = self
            .asked
            .iter()
            .enumerate()
            .find_map(|(at, (_, _, request))| Some((at, desk(request)?)))
        {
            let (owner, id, _) = self.asked.remove(at);
            self.send(Msg::Answer(owner, id, Box::new(answer)));
        }
    }

    /// Moves the clock on, past anything that waits for it.
    pub(super) fn wait(&mut self, length: Duration) {
        let now = self.model.session.now.plus(length);
        self.send(Msg::Time(now));
    }

    pub(super) fn buffer(&self) -> Buffer {
        let (width, height) = self.model.session.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    pub(super) fn screen(&self) -> String {
        print_text(&self.buffer())
    }
}

/// What the frame asks for, answered with a small shop in which nothing is going on.
pub(super) fn shop(request: &Request) -> Option<Answer> {
    Some(Ok(match request {
        Request::Catalog => Reply::Catalog(catalog()),
        Request::Totals => Reply::Totals(Totals::default()),
        Request::Settings(_) => Reply::Settings(Settings::from_values([(Setting::Timezone, "Europe/Berlin".to_owned())])),
        Request::Transmission => Reply::Transmission(Box::new(calm())),
        _ => return None,
    }))
}

pub(super) fn catalog() -> Catalog {
    let website = |id, code: &str, name: &str| Website {
        id: WebsiteId(id),
        code: code.to_owned(),
        name: name.to_owned(),
        base_url: format!("https://{code}.shop.example"),
    };
    let sender = |id, website, name: &str, address: &str| Sender {
        id: SenderId(id),
        website: WebsiteId(website),
        code: format!("sender{id}"),
        name: name.to_owned(),
        from_name: "Maison Verre".to_owned(),
        from_email: address.to_owned(),
        reply_to: None,
        locale: "en".to_owned(),
    };
    let group = |id, name: &str| Group {
        id: GroupId(id),
        name: name.to_owned(),
    };
    Catalog {
        websites: vec![website(1, "main", "Main Website"), website(2, "outlet", "Outlet")],
        senders: vec![
            sender(1, 1, "Default Store View", "hello@shop.example"),
            sender(2, 2, "Outlet français", "bonjour@shop.example"),
        ],
        groups: vec![group(1, "General"), group(3, "Private Sale, Gold"), group(2, "VIP")],
    }
}

/// Nothing waits, nothing runs.
pub(super) fn calm() -> Transmission {
    Transmission {
        at: NOW,
        counts: BTreeMap::new(),
        held: 0,
        deferred_due: 0,
        next_due: None,
        batches: Vec::new(),
        sent_last_minute: 0,
        day: (0, None),
        batch_size: 50,
        batch_interval: Duration::from_mins(1),
        next_release: None,
        waits: None,
        route: "folder:/home/anna/outbox".to_owned(),
        to_folder: true,
        dispatchers: Vec::new(),
        failures: Vec::new(),
        in_doubt: Vec::new(),
    }
}
