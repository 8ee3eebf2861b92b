use crate::console::message::{Answer, Event, Visit};
use crate::console::pilot;
use crate::console::rehearsal::{NOW, Rehearsal};
use crate::console::request::{Effect, Refusal, Reply, Request};
use crate::console::screens::ScreenId;
use crate::console::update::to_screen;
use crate::domain::actor::Actor;
use crate::domain::delivery::Delivery;
use crate::domain::ids::{ActionId, AttemptId, BatchId, CustomerId, InvitationId};
use crate::domain::invitation::{Attempt, Detail, HistoryEntry, Inviter, Outcome, Person, Row};
use crate::domain::status::Status;
use crate::domain::time::Moment;
use crossterm::event::KeyCode;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

fn ago(hours: u32) -> Moment {
    NOW.minus(HOUR * hours)
}

fn event(at: Moment, event: &str, by: Actor, detail: Option<&str>) -> HistoryEntry {
    HistoryEntry {
        at,
        event: event.to_owned(),
        by,
        detail: detail.map(str::to_owned),
    }
}

fn attempt(number: u32, at: Moment, outcome: Outcome, code: u16, reply: &str) -> Attempt {
    Attempt {
        id: AttemptId(i64::from(number)),
        number,
        started_at: at,
        ended_at: Some(at),
        outcome,
        code: Some(code),
        reply: Some(reply.to_owned()),
        batch: Some(BatchId(7)),
        route: "smtps://smtp.shop.example".to_owned(),
    }
}

fn accepted() -> Detail {
    let person = |id, email: &str, name: &str, group: &str| Person {
        id: CustomerId(id),
        external_id: Some(id + 500),
        email: Some(email.to_owned()),
        name: name.to_owned(),
        group: Some(group.to_owned()),
        website: Some("main".to_owned()),
        created_at: Some(ago(4)),
    };
    let row = Row {
        email: Some("jmateusiak.56@例え.example".to_owned()),
        invitee: Some("jo.m@example.org".to_owned()),
        inviter: Inviter::Customer("ann.lee@example.com".to_owned()),
        sent_at: Some(ago(30)),
        last_sent_at: Some(ago(30)),
        registered_at: Some(ago(4)),
        times_sent: 1,
        status: Status::Accepted,
        group: "VIP".to_owned(),
        other_address: true,
        created_at: ago(31),
        ..pilot::row(1_004_232)
    };
    Detail {
        row,
        message: "Join me at the autumn sale!\nIt is worth it\u{202e}.".to_owned(),
        external_id: Some(881),
        invitee: Some(person(12, "jo.m@example.org", "Jo Mateusiak", "VIP")),
        inviter: Some(person(3, "ann.lee@example.com", "Ann Lee", "VIP")),
        message_id: Some("<7.1004232.k3j2@shop.example>".to_owned()),
        history: vec![
            event(ago(31), "created", Actor::Customer(CustomerId(3)), None),
            event(ago(31), "queued", Actor::Customer(CustomerId(3)), None),
            event(ago(30), "sent", Actor::Dispatcher, Some("250 2.0.0 Ok: queued as 4F2")),
            event(ago(4), "accepted", Actor::Store, Some("jo.m@example.org")),
        ],
        attempts: vec![
            attempt(1, ago(31), Outcome::Deferred, 451, "4.7.1 greylisted, try later"),
            attempt(2, ago(30), Outcome::Sent, 250, "2.0.0 Ok: queued as 4F2"),
        ],
        last_action: Some(ActionId(9)),
        editable: Err("it is accepted: what was sent stays as it was"),
    }
}

fn waiting() -> Detail {
    Detail {
        row: Row {
            delivery: Delivery::Idle,
            ..pilot::row(18)
        },
        message: "Hello".to_owned(),
        external_id: None,
        invitee: None,
        inviter: None,
        message_id: None,
        history: vec![event(ago(2), "created", Actor::Operator("anna".to_owned()), None)],
        attempts: Vec::new(),
        last_action: None,
        editable: Ok(()),
    }
}

fn on(detail: &Detail, size: (u16, u16)) -> Rehearsal {
    let mut rehearsal = Rehearsal::on(ScreenId::Detail, size);
    let effects = to_screen(
        &mut rehearsal.model,
        ScreenId::Detail,
        Event::Visit(Visit::Invitation(detail.row.id)),
    );
    rehearsal.take(effects);
    rehearsal.answer(|request| desk(detail, request));
    rehearsal
}

fn desk(detail: &Detail, request: &Request) -> Option<Answer> {
    Some(Ok(match request {
        Request::Detail(_) => Reply::Detail(Box::new(Some(detail.clone()))),
        Request::Link(_) => Reply::Link("https://main.shop.example/customer/account/login/?invitation=k3j2h1".to_owned()),
        _ => return None,
    }))
}

#[test]
fn looks_right() {
    insta::assert_snapshot!("detail_120x36", on(&accepted(), (120, 36)).screen());
    let mut small = on(&accepted(), (80, 24));
    insta::assert_snapshot!("detail_80x24", small.screen());
    assert!(
        small.screen().contains("attempt 2 sent"),
        "the story comes first: {}",
        small.screen()
    );
    small.press(KeyCode::End);
    assert!(small.screen().contains("Inviter"), "{}", small.screen());
}

#[test]
fn the_link_is_seen_and_copied_only_when_asked_for() {
    let mut rehearsal = on(&accepted(), (120, 36));
    assert!(!rehearsal.screen().contains("k3j2h1"));
    rehearsal.press(KeyCode::Char('y'));
    rehearsal.answer(|request| desk(&accepted(), request));
    assert!(
        rehearsal
            .other
            .iter()
            .any(|effect| matches!(effect, Effect::Copy(link) if link.ends_with("k3j2h1")))
    );
    assert!(!rehearsal.screen().contains("k3j2h1"));
    rehearsal.press(KeyCode::Char('l'));
    rehearsal.answer(|request| desk(&accepted(), request));
    assert!(rehearsal.screen().contains("invitation=k3j2"));
    rehearsal.press(KeyCode::Esc);
    let effects = to_screen(&mut rehearsal.model, ScreenId::Detail, Event::Entered);
    rehearsal.take(effects);
    assert!(!rehearsal.screen().contains("k3j2h1"));
}

#[test]
fn what_was_sent_cannot_be_changed_and_says_why() {
    let mut rehearsal = on(&accepted(), (120, 36));
    rehearsal.press(KeyCode::Char('e'));
    assert!(rehearsal.screen().contains("what was sent stays as it was"));
}

#[test]
fn a_change_is_saved_or_dropped_on_purpose() {
    let mut rehearsal = on(&waiting(), (80, 24));
    rehearsal.press(KeyCode::Char('e'));
    rehearsal.press(KeyCode::Tab);
    rehearsal.type_text(" there");
    rehearsal.press(KeyCode::Esc);
    assert!(rehearsal.screen().contains("Drop the changes?"));
    rehearsal.press(KeyCode::Esc);
    rehearsal.ctrl('s');
    let saved = |request: &Request| matches!(request, Request::Edit { message, .. } if message == "Hello there");
    assert!(rehearsal.asked.iter().any(|(_, _, request)| saved(request)));
    rehearsal.answer(|request| {
        saved(request).then(|| {
            Err(Refusal {
                field: None,
                message: "it was sent meanwhile: nothing was changed".to_owned(),
            })
        })
    });
    assert!(rehearsal.screen().contains("it was sent meanwhile"));
    insta::assert_snapshot!("detail_edit", rehearsal.screen());
}

#[test]
fn sending_shows_the_plan_of_this_one_first() {
    let mut rehearsal = on(&waiting(), (80, 24));
    rehearsal.press(KeyCode::Char('s'));
    assert!(
        rehearsal
            .asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::Plan { ids, .. } if ids.len() == 1 && ids.contains(18)))
    );
}

#[test]
fn one_that_is_gone_says_so() {
    let mut rehearsal = Rehearsal::on(ScreenId::Detail, (80, 24));
    let effects = to_screen(
        &mut rehearsal.model,
        ScreenId::Detail,
        Event::Visit(Visit::Invitation(InvitationId(5))),
    );
    rehearsal.take(effects);
    rehearsal.answer(|request| matches!(request, Request::Detail(_)).then(|| Ok(Reply::Detail(Box::new(None)))));
    assert!(rehearsal.screen().contains("There is no invitation 5"));
}
