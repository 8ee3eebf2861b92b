#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::console::message::{Answer, Event, Visit};
use crate::console::rehearsal::{NOW, Rehearsal};
use crate::console::request::{Reply, Request};
use crate::console::screens::ScreenId;
use crate::console::update::to_screen;
use crate::desk::{ActionSummary, UndoState, Undone};
use crate::domain::actor::Actor;
use crate::domain::ids::{ActionId, InvitationId};
use crate::domain::plan::Bucket;
use crate::domain::selection::id_set;
use crossterm::event::KeyCode;
use std::time::Duration;

fn action(id: i64, kind: &str, done: u64, undo: UndoState) -> ActionSummary {
    ActionSummary {
        id: ActionId(id),
        kind: kind.to_owned(),
        at: NOW.minus(Duration::from_secs(600 * (10 - u64::try_from(id).unwrap()))),
        by: Actor::Operator("anna".to_owned()),
        filter: String::new(),
        reason: None,
        done,
        total: done,
        outcomes: [(Bucket::WillDiscard, done)].into(),
        undo,
        cancelled: false,
    }
}

fn actions() -> Vec<ActionSummary> {
    vec![
        ActionSummary {
            filter: "group:vip website:main".to_owned(),
            total: 353,
            outcomes: [
                (Bucket::WillSend, 280),
                (Bucket::SentBefore, 41),
                (Bucket::Accepted, 19),
                (Bucket::Suppressed, 13),
            ]
            .into(),
            ..action(9, "send", 280, UndoState::Possible { rows: 120 })
        },
        ActionSummary {
            reason: Some("bounced, says the shop".to_owned()),
            ..action(8, "discard", 1_204, UndoState::Undone)
        },
        action(
            7,
            "settle",
            3,
            UndoState::Impossible("what went out cannot be called back".to_owned()),
        ),
    ]
}

fn desk(request: &Request) -> Option<Answer> {
    Some(Ok(match request {
        Request::Actions(_) => Reply::Actions(actions()),
        Request::ActionRows(_) => Reply::ActionRows(
            [
                (Bucket::WillSend, id_set((1..=280).map(InvitationId))),
                (Bucket::SentBefore, id_set((300..341).map(InvitationId))),
            ]
            .into(),
        ),
        Request::Undo(..) => Reply::Undone(Undone {
            kind: "send".to_owned(),
            done: 118,
            left: 2,
            why_left: Some("they went out meanwhile".to_owned()),
        }),
        _ => return None,
    }))
}

fn on(size: (u16, u16)) -> Rehearsal {
    let mut rehearsal = Rehearsal::on(ScreenId::Activity, size);
    rehearsal.answer(desk);
    rehearsal
}

#[test]
fn looks_right() {
    insta::assert_snapshot!("activity_80x24", on((80, 24)).screen());
    insta::assert_snapshot!("activity_120x36", on((120, 36)).screen());
}

#[test]
fn an_outcome_opens_as_a_selection() {
    let mut rehearsal = on((80, 24));
    rehearsal.press(KeyCode::Enter);
    rehearsal.answer(desk);
    rehearsal.press(KeyCode::Down);
    rehearsal.press(KeyCode::Enter);
    assert_eq!(rehearsal.model.screen, ScreenId::Invitations);
    assert!(
        rehearsal.screen().contains("41 rows, left out: sent before of send"),
        "{}",
        rehearsal.screen()
    );
}

#[test]
fn undo_is_of_the_action_under_the_cursor_and_says_why_not() {
    let mut rehearsal = on((80, 24));
    rehearsal.press(KeyCode::Down);
    rehearsal.press(KeyCode::Char('u'));
    assert!(rehearsal.screen().contains("It was undone already"));
    rehearsal.press(KeyCode::Down);
    rehearsal.press(KeyCode::Char('u'));
    assert!(rehearsal.screen().contains("what went out cannot be called back"));
    rehearsal.press(KeyCode::Home);
    rehearsal.press(KeyCode::Char('u'));
    assert!(rehearsal.screen().contains("120 rows can be taken back"));
    rehearsal.press(KeyCode::Enter);
    rehearsal.answer(desk);
    assert!(
        rehearsal.screen().contains("2 rows left as they are: they went out meanwhile"),
        "{}",
        rehearsal.screen()
    );
}

#[test]
fn it_opens_at_the_action_that_was_asked_for() {
    let mut rehearsal = Rehearsal::on(ScreenId::Invitations, (80, 24));
    let effects = to_screen(&mut rehearsal.model, ScreenId::Activity, Event::Visit(Visit::Action(ActionId(8))));
    rehearsal.take(effects);
    rehearsal.press(KeyCode::Char('4'));
    rehearsal.answer(desk);
    assert!(rehearsal.screen().contains("reason    bounced, says the shop"));
}
