#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use crate::console::message::{Msg, Opened, Owner};
use crate::console::pilot::{NOW, Pilot, row};
use crate::console::request::{Effect, Request};
use crate::console::theme::Theme;
use crate::desk::ChangeMark;
use crate::domain::delivery::Delivery;
use crate::domain::invitation::{Inviter, Row};
use crate::domain::status::Status;
use crate::domain::time::Moment;
use proptest::prelude::*;
use rstest::rstest;
use std::time::Duration;

fn days_ago(days: u64) -> Moment {
    NOW.minus(Duration::from_hours(24 * days))
}

/// Rows as a shop has them, one of each kind.
fn shop() -> Vec<Row> {
    let sent = |id: i64, email: &str| Row {
        email: Some(email.to_owned()),
        status: Status::Sent,
        sent_at: Some(days_ago(3)),
        last_sent_at: Some(days_ago(3)),
        times_sent: 1,
        ..row(id)
    };
    let mut rows = vec![
        Row {
            group: "VIP".to_owned(),
            ..sent(1_004_233, "ann.lee@example.com")
        },
        Row {
            status: Status::Accepted,
            registered_at: Some(days_ago(1)),
            invitee: Some("jo.m@example.org".to_owned()),
            other_address: true,
            ..sent(1_004_232, "jmateusiak.56@例え.example")
        },
        Row {
            email: Some("zcharrier@gmail.example".to_owned()),
            delivery: Delivery::Deferred,
            due_at: Some(NOW.plus(Duration::from_mins(22))),
            reason: Some("451 4.7.1 greylisted, try again later".to_owned()),
            ..row(1_004_231)
        },
        Row {
            status: Status::Discarded,
            group: "Retailer".to_owned(),
            ..sent(1_004_230, "hello@bücher.example")
        },
        Row {
            delivery: Delivery::Queued,
            email: Some("queued@example.net".to_owned()),
            ..row(1_004_229)
        },
        Row {
            delivery: Delivery::Failed,
            reason: Some("550 5.1.1 user unknown".to_owned()),
            ..sent(1_004_228, "gone@example.net")
        },
        Row {
            delivery: Delivery::InDoubt,
            email: Some("who@example.net".to_owned()),
            ..row(1_004_227)
        },
        Row {
            inviter: Inviter::Customer("ann.lee@example.com".to_owned()),
            ..sent(1_004_226, "friend@example.org")
        },
        Row {
            email: Some("evil\u{202e}\u{1b}[31m@example.net".to_owned()),
            website: "outlet".to_owned(),
            ..row(1_004_225)
        },
        Row {
            email: None,
            status: Status::Accepted,
            registered_at: Some(days_ago(40)),
            ..row(1_004_224)
        },
    ];
    rows.extend((1_004_100..1_004_224).rev().map(row));
    rows
}

fn pilot() -> Pilot {
    Pilot::new(&Theme::mono(), (120, 36), shop())
}

fn line_with(screen: &str, needle: &str) -> String {
    screen.lines().find(|line| line.contains(needle)).unwrap_or_default().to_owned()
}

#[rstest]
#[case::small_dark("home_80x24_dark", Theme::dark(), (80, 24))]
#[case::small_mono("home_80x24_mono", Theme::mono(), (80, 24))]
#[case::large_dark("home_120x36_dark", Theme::dark(), (120, 36))]
#[case::large_mono("home_120x36_mono", Theme::mono(), (120, 36))]
fn the_home_screen(#[case] name: &str, #[case] theme: Theme, #[case] size: (u16, u16)) {
    let mut pilot = Pilot::new(&theme, size, shop());
    pilot.press("<Space>j<Space>");
    insta::assert_snapshot!(name, pilot.styled_screen());
}

#[test]
fn a_wide_terminal_and_all_columns() {
    let mut pilot = Pilot::new(&Theme::mono(), (200, 24), shop());
    pilot.press("cG<Space>k<Space>k<Space><Enter>");
    insta::assert_snapshot!("home_200x24", pilot.screen());
}

#[test]
fn a_plan_says_what_it_would_do_and_enter_never_acts() {
    let mut pilot = pilot();
    pilot.press("As");
    insta::assert_snapshot!("plan_send_120x36", pilot.screen());
    pilot.press("j<Enter><Esc>");
    pilot.press("<C-s>");
    assert!(pilot.screen().contains("Type 125 first"), "{}", pilot.screen());
    pilot.press("125<C-s>");
    assert!(
        pilot.screen().contains("125 invitations queued to be sent, 9 left out · u undoes"),
        "{}",
        pilot.screen()
    );
}

#[test]
fn select_all_is_fixed_at_its_moment() {
    let mut pilot = pilot();
    pilot.press("/status:sent<Enter>A");
    pilot.rows.push(Row {
        status: Status::Sent,
        ..row(2_000_000)
    });
    pilot.send(Msg::Changed(ChangeMark::default()));
    let bar = line_with(&pilot.screen(), " / ");
    assert!(bar.contains("4 of 135  ✓ 3"), "{bar}");
}

#[test]
fn what_the_filter_hides_is_told() {
    let mut pilot = pilot();
    pilot.press("Vj/vip");
    pilot.press("<Esc>/group:VIP<Enter>");
    let bar = line_with(&pilot.screen(), "group:VIP");
    assert!(bar.contains("1 of 134  ✓ 30 (29 hidden)"), "{bar}");
    pilot.press("s");
    assert!(
        pilot.screen().contains("Send 30 selected invitations (29 hidden by the filter)"),
        "{}",
        pilot.screen()
    );
    pilot.press("<Esc>");
    pilot.press("<Esc>");
    assert!(line_with(&pilot.screen(), " / ").ends_with("134 of 134  ✓ 30"));
}

#[test]
fn a_mistake_is_pointed_at_and_refuses_to_be_kept() {
    let mut pilot = pilot();
    pilot.press("/website:mian<Enter>");
    assert!(pilot.screen().contains("there is no website “mian” — did you mean main?"));
    pilot.press("<Tab><Enter>");
    assert!(line_with(&pilot.screen(), " / ").contains("website:main  "));
}

#[test]
fn late_answers_to_an_older_filter_are_dropped() {
    let mut pilot = pilot();
    pilot.is_prompt = false;
    pilot.press("/ann");
    pilot.answer_all();
    pilot.press("<BS><BS><BS>gone");
    pilot.answer_all();
    let screen = pilot.screen();
    assert!(screen.contains("gone@example.net") && !screen.contains("ann.lee"), "{screen}");
    assert!(line_with(&screen, " / ").contains("1 of 134"), "{screen}");
}

#[test]
fn a_row_that_matched_by_its_inviter_says_so() {
    let mut pilot = pilot();
    pilot.press("/ann<Enter>j");
    assert!(
        pilot.screen().contains("here because of its inviter: ann.lee@example.com"),
        "{}",
        pilot.screen()
    );
}

#[test]
fn a_restored_filter_is_plain_and_esc_clears_it() {
    let memory = [(
        "invitations",
        r#"{"filter":"status:accepted","sort":{"column":"email","descending":false},"columns":[]}"#.to_owned(),
    )];
    let opened = Opened {
        memory: memory.into_iter().collect(),
        ..Opened::default()
    };
    let mut pilot = Pilot::opened(&Theme::mono(), (120, 36), shop(), opened);
    assert!(pilot.screen().contains("restored  status:accepted"));
    assert!(pilot.screen().contains("this filter was restored from last time: Esc clears it"));
    pilot.press("<Esc>");
    assert!(pilot.screen().contains("134 of 134"));
    assert!(
        pilot
            .done
            .iter()
            .any(|effect| matches!(effect, Effect::Remember("invitations", text) if text.contains(r#""filter":"""#)))
    );
}

#[test]
fn a_range_takes_the_rows_between() {
    let mut pilot = pilot();
    pilot.press("jvjjj");
    assert!(pilot.screen().contains("range from 1,004,232: Space selects 4 rows"));
    pilot.press("<Space>");
    assert!(line_with(&pilot.screen(), " / ").contains("✓ 4"));
    pilot.press("z");
    assert!(line_with(&pilot.screen(), " / ").contains("✓ 0"));
}

#[test]
fn the_select_menu_tells_how_many_each_entry_concerns() {
    let mut pilot = pilot();
    pilot.press("<Space>a");
    insta::assert_snapshot!("select_menu_120x36", pilot.screen());
    pilot.press("jj<Enter>");
    assert!(line_with(&pilot.screen(), " / ").contains("✓ 30"));
}

#[test]
fn one_row_is_sent_again_directly() {
    let mut pilot = pilot();
    pilot.press("s");
    assert!(pilot.screen().contains("Send invitation 1,004,233"));
    pilot.press("<C-s>");
    assert!(pilot.screen().contains("1 invitation queued to be sent"), "{}", pilot.screen());
}

#[test]
fn nothing_yet_and_nothing_that_matches_say_what_to_do() {
    let mut empty = Pilot::new(&Theme::mono(), (80, 24), Vec::new());
    assert!(empty.screen().contains("No invitations yet."));
    empty.press("/nobody<Enter>");
    assert!(empty.screen().contains("No invitation matches this filter."));
}

#[test]
fn a_failed_reload_keeps_the_rows() {
    let mut pilot = pilot();
    pilot.is_prompt = false;
    pilot.press("r");
    let asked = pilot.waiting.iter().find_map(|effect| match effect {
        Effect::Ask(owner @ Owner::Screen(_), id, Request::Page { .. }) => Some((*owner, *id)),
        _ => None,
    });
    let (owner, id) = asked.unwrap();
    let refusal = crate::console::request::Refusal {
        field: None,
        message: "the database is locked".to_owned(),
    };
    pilot.send(Msg::Answer(owner, id, Box::new(Err(refusal))));
    let screen = pilot.screen();
    assert!(
        screen.contains("not up to date: the database is locked") && screen.contains("ann.lee@example.com"),
        "{screen}"
    );
}

#[test]
fn looking_only_says_why_nothing_can_be_done() {
    let mut pilot = Pilot::opened(
        &Theme::mono(),
        (100, 24),
        shop(),
        Opened {
            read_only: true,
            ..Opened::default()
        },
    );
    pilot.press("d");
    assert!(pilot.screen().contains("pened for looking only"));
}

#[test]
fn a_million_rows_are_selected_beside_and_esc_stops_it() {
    let mut pilot = pilot();
    pilot.is_prompt = false;
    pilot.press("A");
    assert!(line_with(&pilot.screen(), " / ").contains("selecting 134 …"));
    pilot.press("<Esc>");
    pilot.answer_all();
    assert!(line_with(&pilot.screen(), " / ").contains("✓ 0"));
    assert!(pilot.screen().contains("stopped: the selection is as it was"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_keys_bring_the_grid_out_of_step(keys in prop::collection::vec(0_usize..22, 0..60), rows in 0_i64..150) {
        const KEYS: [&str; 22] = [
            "j", "k", "<PgDn>", "<PgUp>", "g", "G", "<Space>", "A", "X", "V", "U", "i", "v", "/", "1", "<Enter>", "<Esc>", "o", "d", "<C-s>", "z", "<Right>",
        ];
        let mut pilot = Pilot::new(&Theme::mono(), (80, 24), (1..=rows).rev().map(row).collect());
        for key in keys {
            pilot.press(KEYS.get(key).unwrap());
            let screen = pilot.screen();
            prop_assert!(screen.lines().count() == 24);
        }
        prop_assert!(pilot.waiting.is_empty());
    }
}

#[test]
fn a_discard_takes_a_reason_and_tells_what_it_means() {
    let mut pilot = Pilot::new(&Theme::mono(), (80, 24), shop());
    pilot.press("<Space>j<Space>d<Tab>asked by phone");
    insta::assert_snapshot!("plan_discard_80x24", pilot.screen());
    pilot.is_prompt = false;
    pilot.press("<Enter><C-s><C-c>");
    assert!(pilot.screen().contains("The discard of 2 rows is under way."), "{}", pilot.screen());
    pilot.press("<Esc>");
    pilot.answer_all();
    assert!(pilot.screen().contains("2 invitations discarded · u undoes"), "{}", pilot.screen());
}
