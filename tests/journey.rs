//! The product's main job as staff do it: the real program, in a real terminal, with a real mail server on loopback.
//!
//! Nothing here looks inside the program. Keys go in, the screen is read, mails are counted where they arrive, and every number on the
//! screen is compared with what the command line says of the same database. Nothing sleeps: waiting is for text or for mails.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/home.rs"]
#[expect(dead_code, reason = "shared with tests that look at the database")]
mod home;
#[path = "support/smtp_server.rs"]
#[expect(dead_code, reason = "shared with tests in which more goes wrong")]
mod smtp_server;
#[path = "support/terminal.rs"]
#[expect(dead_code, reason = "shared with tests that draw and measure")]
mod terminal;

#[path = "journey/cut.rs"]
mod cut;
#[path = "journey/day.rs"]
mod day;
#[path = "journey/sink.rs"]
mod sink;
#[path = "journey/small.rs"]
mod small;

use home::Home;
use rstest::rstest;
use serde_json::Value;

const WIDE: (u16, u16) = (120, 36);

/// `1,973`: as the console writes numbers.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Takes in the shop, and checks all that is told of it against what is known to be in it.
fn move_in(home: &Home) {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(home::fixture("truth.json")).unwrap()).unwrap();
    let told = home.move_in();
    let imported: Vec<u64> = told.iter().map(|told| told["imported"].as_u64().unwrap()).collect();
    assert_eq!(imported, [3, 4, 6, 950, 1973, 500]);
    let refused = told[4]["refused"].as_array().unwrap();
    let known = truth["refused_lines"].as_object().unwrap();
    let lines = known
        .iter()
        .flat_map(|(why, lines)| lines.as_array().unwrap().iter().map(move |line| (line, why)));
    for (line, why) in lines.clone() {
        let told = refused.iter().find(|refused| refused["line"] == *line);
        let reason = told.unwrap_or_else(|| unreachable!("line {line} came in"))["reason"]
            .as_str()
            .unwrap();
        assert!(reason.starts_with(why.as_str()), "line {line}: {reason} is not {why}");
    }
    assert_eq!(refused.len(), lines.count());
    for (status, count) in truth["imported"].as_object().unwrap() {
        assert_eq!(
            home.list(&format!("status:{status}")).len() as u64,
            count.as_u64().unwrap(),
            "{status}"
        );
    }
    let again = home.move_in();
    assert_eq!(again.iter().map(|told| told["imported"].as_u64().unwrap()).sum::<u64>(), 0);
    assert_eq!(again[4]["unchanged"], truth["imported_total"]);
}

#[rstest]
#[case::the_key("q")]
#[case::control_c("C-c")]
#[case::terminated("TERM")]
#[case::hung_up("HUP")]
fn every_way_out_gives_the_terminal_back(#[case] way: &str) {
    let home = Home::new();
    home.set(&[("store_name", "Maison Verre")]);
    let mut console = home.console(WIDE);
    console.wait("0 of 0");
    assert_eq!(
        console.modes_left_on(),
        ["alternate screen", "hidden cursor", "bracketed paste", "raw input"]
    );
    match way {
        "TERM" | "HUP" => {
            // Also from within a form with something in it.
            console.press(&["n"]);
            console.paste("ann@example.com");
            console.wait("1 ready");
            console.signal(way);
        }
        key => console.press(&[key]),
    }
    assert_eq!(console.end(), 0);
    assert!(console.modes_left_on().is_empty(), "{way} leaves {:?}", console.modes_left_on());
}
