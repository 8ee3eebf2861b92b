//! Transmission: what is going out, why it waits, what failed, and how to steer it.

use super::Screen;
use crate::console::actions::Action;
use crate::console::context::Context;
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::domain::delivery::Delivery;
use crate::domain::time::Moment;
use crate::domain::transmission::{Batch, Doubt, FailureGroup, Settlement, Transmission, Wait};
use ratatui::Frame;
use ratatui::layout::Rect;
use roaring::RoaringTreemap;
use std::collections::BTreeMap;

mod head;
mod list;
mod settle;
#[cfg(test)]
mod tests;
mod update;
mod view;
mod words;

/// What a question to the desk was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Pause,
    Resume,
    Cancel,
    Test,
    FindDeferred,
    TryNow,
    FindDoubt,
    Settle(Settlement),
}

/// A line of the screen that the cursor can stand on.
#[derive(Debug, Clone, Copy)]
enum Item<'a> {
    Failure(&'a FailureGroup),
    Doubt(&'a Doubt),
    Batch(&'a Batch),
}

/// What this screen knows.
#[derive(Debug, Default)]
pub struct State {
    own: Remote<Transmission>,
    cursor: usize,
    waiting: BTreeMap<RequestId, Purpose>,
    /// What is to be settled, and how, once that is confirmed.
    settling: Option<(RoaringTreemap, Settlement)>,
    /// When the picture counts on: only while something counts.
    tick_at: Option<Moment>,
}

impl State {
    /// The newest of what this screen and what the frame asked for.
    fn latest<'a>(&'a self, session: &'a Session) -> Option<&'a Transmission> {
        let all = session.transmission.value().into_iter().chain(self.own.value());
        all.max_by_key(|transmission| transmission.at)
    }

    fn items<'a>(&'a self, session: &'a Session) -> Vec<Item<'a>> {
        let Some(now) = self.latest(session) else { return Vec::new() };
        let failures = now.failures.iter().map(Item::Failure);
        let doubts = now.in_doubt.iter().map(Item::Doubt);
        failures.chain(doubts).chain(now.batches.iter().map(Item::Batch)).collect()
    }

    fn item<'a>(&'a self, session: &'a Session) -> Option<Item<'a>> {
        self.items(session).get(self.cursor).copied()
    }
}

/// How many mails can still be taken back.
fn withdrawable(now: &Transmission) -> u64 {
    [Delivery::Queued, Delivery::Deferred, Delivery::Claimed]
        .into_iter()
        .map(|state| now.count(state))
        .sum()
}

const fn is_paused(now: &Transmission) -> bool {
    matches!(now.waits, Some(Wait::Paused { .. }))
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn available(&self, action: Action, session: &Session) -> Result<(), String> {
        let changes = || {
            if session.read_only {
                Err("opened for looking only (read_only): nothing can be changed here".to_owned())
            } else {
                Ok(())
            }
        };
        let Some(now) = self.latest(session) else { return Ok(()) };
        let none = |count: u64, why: &str| if count == 0 { Err(why.to_owned()) } else { changes() };
        match action {
            Action::PauseOrResume => changes(),
            Action::CancelRest => none(withdrawable(now), "nothing waits that could be withdrawn"),
            Action::TryNow => none(now.count(Delivery::Deferred), "nothing is deferred"),
            Action::Settle => none(now.count(Delivery::InDoubt), "nothing is in doubt"),
            Action::OpenLine => match self.item(session) {
                Some(Item::Failure(_) | Item::Doubt(_)) => Ok(()),
                Some(Item::Batch(_)) => Err("a batch is only a label: filter by sent: to see its time".to_owned()),
                None => Err("there is nothing on this line".to_owned()),
            },
            _ => Ok(()),
        }
    }

    fn wake_at(&self, _session: &Session) -> Option<Moment> {
        self.tick_at
    }
}
