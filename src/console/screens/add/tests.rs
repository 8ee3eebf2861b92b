#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::console::message::{Answer, Msg};
use crate::console::rehearsal::{NOW, Rehearsal};
use crate::console::request::{Reply, Request};
use crate::console::screens::ScreenId;
use crate::desk::{GroupChoice, Preview};
use crate::domain::create::{Created, Draft, NewInvitations, Verdict};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{ActionId, GroupId, InvitationId};
use crate::domain::paste::parse_paste;
use crate::domain::status::Status;
use crossterm::event::KeyCode;
use std::time::Duration;

const PASTED: &str = "Ann Lee <ann.lee@example.com>, bo@example.net\ncarla@gmial.com\ntwo@@example.com\nann.lee@example.com\ndora@example.org\neve@example.org\nfred@example.org\ngi\u{202e}na@example.org\n";

fn verdict(address: &EmailAddress, at: usize, all: &[EmailAddress]) -> Verdict {
    let day = Duration::from_hours(24);
    if let Some(first) = all.iter().take(at).position(|other| other.key() == address.key()) {
        return Verdict::Twice(first + 1);
    }
    match address.local() {
        "dora" => Verdict::AlreadyInvited {
            id: InvitationId(1_004_233),
            status: Status::Sent,
            by: "anna".to_owned(),
            at: NOW.minus(day * 11),
        },
        "eve" => Verdict::Suppressed {
            reason: "unsubscribed".to_owned(),
            since: NOW.minus(day * 40),
        },
        "fred" => Verdict::CoolingDown { until: NOW.plus(day / 4) },
        _ => Verdict::Ready,
    }
}

fn desk(request: &Request) -> Option<Answer> {
    Some(Ok(match request {
        Request::ReadPaste(text) => Reply::Pasted(parse_paste(text)),
        Request::Judge { addresses, .. } => {
            let judged = addresses.iter().enumerate().map(|(at, address)| verdict(address, at, addresses));
            Reply::Verdicts(judged.collect())
        }
        Request::Draft => Reply::Draft(Draft::default()),
        Request::GroupChoice(_) => Reply::GroupChoice(GroupChoice::Free),
        Request::KeepDraft(_) => Reply::Nothing,
        _ => return None,
    }))
}

fn form(size: (u16, u16)) -> Rehearsal {
    let mut form = Rehearsal::on(ScreenId::Add, size);
    form.answer(desk);
    form.send(Msg::Paste(PASTED.to_owned()));
    form.answer(desk);
    form
}

fn choose_vip(form: &mut Rehearsal) {
    for _ in 0..3 {
        form.press(KeyCode::Tab);
    }
    form.press(KeyCode::Left);
}

fn asked_new(form: &Rehearsal) -> NewInvitations {
    let found = form.asked.iter().find_map(|(_, _, request)| match request {
        Request::Invite(new) => Some((**new).clone()),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn looks_right_at_three_sizes() {
    insta::assert_snapshot!("add_80x24", form((80, 24)).screen());
    insta::assert_snapshot!("add_200x50", form((200, 50)).screen());
    let mut wide = form((120, 36));
    choose_vip(&mut wide);
    insta::assert_snapshot!("add_120x36", wide.screen());
}

#[test]
fn only_ready_ones_are_created_and_the_rest_stays_to_be_mended() {
    let mut form = form((120, 36));
    form.ctrl('s');
    assert!(form.screen().contains("choose an Invitee Group first"));
    choose_vip(&mut form);
    form.ctrl('s');
    let new = asked_new(&form);
    let spelled: Vec<&str> = new.addresses.iter().map(EmailAddress::as_str).collect();
    assert_eq!(spelled, ["ann.lee@example.com", "bo@example.net", "carla@gmial.com"]);
    assert_eq!((new.group, new.send), (GroupId(2), true));
    form.answer(|request| match request {
        Request::Invite(new) => {
            let refused = vec![(new.addresses[1].clone(), Verdict::AlreadyCustomer)];
            let created = vec![
                (Some(InvitationId(1)), new.addresses[0].clone()),
                (Some(InvitationId(2)), new.addresses[2].clone()),
            ];
            Some(Ok(Reply::Invited(ActionId(9), Created { created, refused })))
        }
        other => desk(other),
    });
    insta::assert_snapshot!("add_created", form.screen());
    form.press(KeyCode::Esc);
    form.wait(Duration::from_secs(1));
    let kept = form.asked.iter().find_map(|(_, _, request)| match request {
        Request::KeepDraft(draft) => Some(draft.emails.clone()),
        _ => None,
    });
    assert_eq!(
        kept.as_deref(),
        Some("bo@example.net\ntwo@@example.com\ndora@example.org\neve@example.org\nfred@example.org\ngi\u{202e}na@example.org\n")
    );
}

#[test]
fn a_typo_is_mended_in_the_text() {
    let mut form = form((120, 36));
    form.ctrl('t');
    form.answer(desk);
    assert!(form.screen().contains("carla@gmail.com"));
    assert!(!form.screen().contains("gmial"));
}

#[test]
fn cooling_down_is_taken_in_only_when_asked() {
    let mut form = form((120, 36));
    assert!(form.screen().contains("3 ready"));
    form.ctrl('o');
    assert!(form.screen().contains("4 ready"));
}

#[test]
fn one_question_at_a_time_however_fast_the_typing() {
    let mut form = Rehearsal::on(ScreenId::Add, (120, 36));
    form.answer(desk);
    form.type_text("someone@example.org");
    let reads = form
        .asked
        .iter()
        .filter(|(_, _, request)| matches!(request, Request::ReadPaste(_)))
        .count();
    assert_eq!(reads, 1);
    form.answer(desk);
    assert!(form.screen().contains("1 ready"));
}

#[test]
fn the_draft_is_kept_after_a_rest_and_when_leaving() {
    let mut form = form((80, 24));
    let kept = |form: &Rehearsal| {
        form.asked
            .iter()
            .filter(|(_, _, request)| matches!(request, Request::KeepDraft(_)))
            .count()
    };
    assert_eq!(kept(&form), 0);
    form.wait(Duration::from_secs(1));
    assert_eq!(kept(&form), 1);
    form.type_text("x");
    form.press(KeyCode::Esc);
    assert_eq!((kept(&form), form.model.screen), (2, ScreenId::Invitations));
}

#[test]
fn a_draft_comes_back() {
    let mut form = Rehearsal::on(ScreenId::Add, (120, 36));
    form.answer(|request| match request {
        Request::Draft => Some(Ok(Reply::Draft(Draft {
            emails: "zoe@example.org".to_owned(),
            group: Some(2),
            keep: true,
            ..Draft::default()
        }))),
        other => desk(other),
    });
    let screen = form.screen();
    for part in ["zoe@example.org", "VIP", "keep as Not Sent", "1 ready"] {
        assert!(screen.contains(part), "{part} is missing in\n{screen}");
    }
}

#[test]
fn megabytes_are_only_text() {
    let mut form = Rehearsal::on(ScreenId::Add, (80, 24));
    form.answer(desk);
    let text = "q\u{3}:quit\rsomeone@example.org\r".repeat(170_000);
    form.send(Msg::Paste(text));
    assert_eq!(form.model.screen, ScreenId::Add);
    assert!(
        form.asked
            .iter()
            .any(|(_, _, request)| matches!(request, Request::ReadPaste(text) if text.len() > 4_000_000))
    );
    form.screen();
}

#[test]
fn the_rule_that_decides_the_group_says_so() {
    let mut form = Rehearsal::on(ScreenId::Add, (120, 36));
    form.answer(|request| match request {
        Request::GroupChoice(_) => Some(Ok(Reply::GroupChoice(GroupChoice::Fixed(GroupId(1))))),
        other => desk(other),
    });
    assert!(form.screen().contains("General ›  decided by the rule"));
}

#[test]
fn the_mail_is_shown_as_text_and_as_source() {
    let mut form = form((80, 24));
    form.press(KeyCode::F(4));
    form.answer(|request| match request {
        Request::Preview(_) => Some(Ok(Reply::Preview(Preview {
            from: "\"Maison Verre\" <hello@shop.example>".to_owned(),
            to: "ann.lee@example.com".to_owned(),
            subject: "You are invited to the private sale".to_owned(),
            text: "Hello,\n\nJoin us here:\nhttps://main.shop.example/i/abc\n".to_owned(),
            html: "<p>Hello,</p>\n<p><a href=\"https://main.shop.example/i/abc\">Join us</a></p>".to_owned(),
        }))),
        other => desk(other),
    });
    insta::assert_snapshot!("add_preview", form.screen());
    form.press(KeyCode::Tab);
    assert!(form.screen().contains("<p>Hello,</p>"));
}
