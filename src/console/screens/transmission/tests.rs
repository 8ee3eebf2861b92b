#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::console::message::Answer;
use crate::console::rehearsal::{NOW, Rehearsal, calm};
use crate::console::request::{Reply, Request};
use crate::console::screens::ScreenId;
use crate::domain::delivery::Delivery;
use crate::domain::ids::{BatchId, InvitationId};
use crate::domain::selection::id_set;
use crate::domain::transmission::{Batch, DispatcherInfo, Doubt, FailureGroup, Settlement, Transmission, Wait, explain_refusal};
use crossterm::event::KeyCode;
use rstest::rstest;
use std::time::Duration;

fn batch(id: i64, taken: u64, in_flight: u64) -> Batch {
    Batch {
        id: BatchId(id),
        opened_at: NOW.minus(Duration::from_secs(u64::try_from(8 - id).unwrap() * 60)),
        size: 50,
        taken,
        sent: taken - in_flight,
        deferred: 0,
        failed: 0,
        in_doubt: 0,
        in_flight,
    }
}

fn failures() -> Vec<FailureGroup> {
    [
        (6, "550 5.1.1 user unknown"),
        (3, "554 5.7.1 rejected: listed at zen.dnsbl.example\u{1b}[2J"),
    ]
    .map(|(count, words)| {
        let (cause, remedy) = explain_refusal(words);
        FailureGroup {
            words: words.to_owned(),
            count,
            cause,
            remedy,
        }
    })
    .to_vec()
}

fn busy() -> Transmission {
    Transmission {
        counts: [
            (Delivery::Queued, 537),
            (Delivery::Sending, 4),
            (Delivery::Deferred, 12),
            (Delivery::Failed, 9),
            (Delivery::InDoubt, 1),
        ]
        .into(),
        deferred_due: 3,
        batches: vec![batch(7, 35, 4), batch(6, 50, 0), batch(5, 50, 0)],
        sent_last_minute: 492,
        day: (1_204, Some(4_500)),
        next_release: Some(NOW.plus(Duration::from_secs(42))),
        waits: Some(Wait::Batch {
            until: NOW.plus(Duration::from_secs(42)),
        }),
        route: "smtps://bonjour@smtp.shop.example:465".to_owned(),
        to_folder: false,
        dispatchers: vec![DispatcherInfo {
            name: "mail1-4711".to_owned(),
            watch: true,
            started_at: NOW.minus(Duration::from_mins(150)),
            lease_until: NOW.plus(Duration::from_secs(55)),
        }],
        failures: failures(),
        in_doubt: vec![Doubt {
            id: InvitationId(71),
            email: "jmateusiak.56@例え.example".to_owned(),
            since: NOW.minus(Duration::from_mins(5)),
            last_words: "no answer after the final dot".to_owned(),
        }],
        ..calm()
    }
}

fn on(transmission: &Transmission, size: (u16, u16)) -> Rehearsal {
    let mut rehearsal = Rehearsal::on(ScreenId::Transmission, size);
    rehearsal.answer(desk(transmission));
    rehearsal
}

fn desk(transmission: &Transmission) -> impl Fn(&Request) -> Option<Answer> {
    move |request| matches!(request, Request::Transmission).then(|| Ok(Reply::Transmission(Box::new(transmission.clone()))))
}

#[test]
fn looks_right() {
    insta::assert_snapshot!("transmission_80x24", on(&busy(), (80, 24)).screen());
    insta::assert_snapshot!("transmission_120x36", on(&busy(), (120, 36)).screen());
    insta::assert_snapshot!("transmission_calm", on(&calm(), (80, 24)).screen());
}

#[rstest]
#[case(Wait::Hold { until: NOW.plus(Duration::from_secs(8)) }, "can still be undone: the first goes in 8 s")]
#[case(Wait::Retry { until: NOW.plus(Duration::from_mins(12)) }, "the next try in 12 min, at 16:15")]
#[case(Wait::Paused { by: "anna".into(), reason: "wrong template".into(), since: NOW }, "Paused by anna since 16:03: wrong template")]
#[case(Wait::Breaker { until: NOW.plus(Duration::from_secs(30)), reason: "connection refused".into() }, "The route is broken, tried again in 30 s")]
#[case(Wait::OtherRoute { shared: "smtp://a.example".into(), own: "folder /b".into() }, "configuration names folder /b")]
#[case(Wait::NoDispatcher, "No dispatcher runs")]
#[case(Wait::Disabled, "switched off")]
fn every_wait_says_why(#[case] wait: Wait, #[case] words: &str) {
    let transmission = Transmission {
        waits: Some(wait),
        ..busy()
    };
    let screen = on(&transmission, (120, 36)).screen();
    assert!(screen.contains(words), "{words} is missing in\n{screen}");
}

#[test]
fn a_group_of_failures_opens_as_a_filter() {
    let mut rehearsal = on(&busy(), (120, 36));
    rehearsal.press(KeyCode::Enter);
    assert_eq!(rehearsal.model.screen, ScreenId::Invitations);
    assert!(
        rehearsal.screen().contains("/ delivery:failed  reason:\"550 5.1.1 user unknown\""),
        "{}",
        rehearsal.screen()
    );
}

#[test]
fn what_differs_from_mail_to_mail_is_not_asked_for() {
    let mut transmission = busy();
    for group in &mut transmission.failures {
        group.words = "550 5.1.1 <…>: user unknown …".to_owned();
    }
    let mut rehearsal = on(&transmission, (120, 36));
    rehearsal.press(KeyCode::Enter);
    assert!(
        rehearsal.screen().contains("reason:\"550 5.1.1 <\"  reason:\">: user unknown\""),
        "{}",
        rehearsal.screen()
    );
}

#[test]
fn sending_again_is_asked_for_and_told_what_it_means() {
    let mut rehearsal = on(&busy(), (120, 36));
    rehearsal.press(KeyCode::Char('s'));
    let found = |request: &Request| matches!(request, Request::Matching(..)).then(|| Ok(Reply::Matching(id_set([InvitationId(71)]))));
    rehearsal.answer(found);
    rehearsal.press(KeyCode::Down);
    rehearsal.press(KeyCode::Enter);
    assert!(rehearsal.screen().contains("may get it twice"));
    rehearsal.press(KeyCode::Enter);
    assert!(
        !rehearsal.asked.iter().any(|(_, _, request)| matches!(request, Request::Settle(..))),
        "Enter never sends mail"
    );
    rehearsal.ctrl('s');
    assert!(
        rehearsal
            .asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::Settle(ids, Settlement::SendAgain) if ids.contains(71)))
    );
}

#[test]
fn pausing_asks_why_and_resuming_does_not() {
    let mut rehearsal = on(&busy(), (80, 24));
    rehearsal.press(KeyCode::Char('p'));
    rehearsal.type_text("wrong template\n");
    assert!(
        rehearsal
            .asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::Pause(why) if why == "wrong template"))
    );
    let paused = Transmission {
        waits: Some(Wait::Paused {
            by: "anna".to_owned(),
            reason: "wrong template".to_owned(),
            since: NOW,
        }),
        ..busy()
    };
    let mut rehearsal = on(&paused, (80, 24));
    rehearsal.press(KeyCode::Char('p'));
    assert!(rehearsal.asked.iter().any(|(_, _, request)| matches!(request, Request::Resume)));
}

#[test]
fn the_rest_is_withdrawn_only_after_its_number_was_read() {
    let mut rehearsal = on(&busy(), (80, 24));
    rehearsal.press(KeyCode::Char('x'));
    assert!(rehearsal.screen().contains("549 mails are withdrawn"));
    rehearsal.press(KeyCode::Enter);
    assert!(
        rehearsal
            .asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::CancelRest(_)))
    );
}

#[test]
fn it_ticks_only_while_something_counts() {
    assert_eq!(on(&calm(), (80, 24)).model.wake_at(), None);
    let mut rehearsal = on(&busy(), (80, 24));
    assert_eq!(rehearsal.model.wake_at(), Some(NOW.plus(Duration::from_secs(1))));
    rehearsal.wait(Duration::from_secs(2));
    assert!(rehearsal.screen().contains("in 40 s"));
    assert!(
        rehearsal
            .asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::Transmission))
    );
}
