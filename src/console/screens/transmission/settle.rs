//! Settling what is in doubt: which, how, and what that means before it is done.

use super::update::{ask, find};
use super::{Item, Purpose, State};
use crate::console::context::Context;
use crate::console::format::counted;
use crate::console::layers::{Choice, Confirm, Menu};
use crate::console::message::Told;
use crate::console::request::Request;
use crate::domain::delivery::Delivery;
use crate::domain::selection::id_set;
use crate::domain::transmission::Settlement;
use roaring::RoaringTreemap;

const WHICH: &str = "settle-which";
const HOW: &str = "settle-how";
const DO_IT: &str = "settle";

/// Asks which: the one under the cursor, or all.
pub(super) fn begin(state: &mut State, context: &mut Context<'_>) {
    let Some(now) = state.latest(context.session) else { return };
    let all = Choice::new(
        "All that are in doubt",
        crate::console::format::grouped(now.count(Delivery::InDoubt)),
    );
    match state.item(context.session) {
        Some(Item::Doubt(doubt)) => {
            let one = Choice::new(format!("Only {}", doubt.email), "");
            context.open(Menu::new(context.owner(), WHICH, "Settle which?", vec![one, all]));
        }
        _ => find(state, Delivery::InDoubt, Purpose::FindDoubt, context),
    }
}

/// All that are in doubt were looked up.
pub(super) fn choose_for_all(state: &mut State, ids: RoaringTreemap, context: &mut Context<'_>) {
    choose(state, ids, context);
}

fn choose(state: &mut State, ids: RoaringTreemap, context: &mut Context<'_>) {
    let count = ids.len();
    state.settling = Some((ids, Settlement::AssumeSent));
    let choices = vec![
        Choice::new("They went out: assume sent", "no second mail"),
        Choice::new("Send again, with the same Message-ID", "may arrive twice"),
    ];
    let title = format!("Settle {}: how?", counted(count, "mail", "mails"));
    context.open(Menu::new(context.owner(), HOW, title, choices));
}

/// One of the questions was answered.
pub(super) fn told(state: &mut State, tag: &str, told: &Told, context: &mut Context<'_>) {
    match (tag, told) {
        (WHICH, Told::Chosen(0)) => {
            if let Some(Item::Doubt(doubt)) = state.item(context.session) {
                let ids = id_set([doubt.id]);
                choose(state, ids, context);
            }
        }
        (WHICH, _) => find(state, Delivery::InDoubt, Purpose::FindDoubt, context),
        (HOW, Told::Chosen(at)) => {
            if let Some((ids, how)) = &mut state.settling {
                *how = if *at == 0 { Settlement::AssumeSent } else { Settlement::SendAgain };
                let lines = meaning(*how, ids.len());
                let yes = if *at == 0 { "they are sent" } else { "send again" };
                let question = Confirm::new(context.owner(), DO_IT, "Settle what is in doubt?", &lines, yes);
                context.open(if *how == Settlement::SendAgain {
                    question.sends()
                } else {
                    question
                });
            }
        }
        (DO_IT, Told::Confirmed) => {
            if let Some((ids, how)) = state.settling.take() {
                ask(state, Purpose::Settle(how), Request::Settle(ids, how), context);
            }
        }
        _ => {}
    }
}

fn meaning(how: Settlement, count: u64) -> Vec<String> {
    match how {
        Settlement::AssumeSent => vec![
            format!(
                "{} Sent, with the time of the attempt.",
                counted(count, "mail becomes", "mails become")
            ),
            "If one did not arrive after all, that person hears nothing; it can be sent again later.".to_owned(),
        ],
        Settlement::SendAgain => vec![
            format!(
                "{} queued once more, with the same Message-ID.",
                counted(count, "mail is", "mails are")
            ),
            "Whoever got the first one may get it twice: many mail programs then show only one of them.".to_owned(),
        ],
    }
}

pub(super) fn outcome(how: Settlement, count: u64) -> String {
    match how {
        Settlement::AssumeSent => format!("{} Sent now", counted(count, "mail is", "mails are")),
        Settlement::SendAgain => format!("{} queued once more", counted(count, "mail is", "mails are")),
    }
}
