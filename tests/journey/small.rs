//! The smallest terminal, 80 columns by 24 lines: everything of the day can be done there too.

use crate::home::Home;
use crate::smtp_server::{Script, SmtpServer};
use crate::terminal::Terminal;

const SMALL: (u16, u16) = (80, 24);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eighty_columns_are_enough() {
    let server = SmtpServer::start(Script::new()).await;
    let mut home = Home::new();
    home.mails_by(&server.route());
    home.move_in();
    home.set(&[("send_hold", "0s")]);
    let mut console = home.console(SMALL);
    console.wait("1,973 of 1,973");
    find_and_discard(&mut console);
    assert_eq!(home.list("status:discarded").len(), 204);
    invite(&mut console);
    server.until(|seen| seen.mails.len() == 2).await;
    look_around(&mut console);
    console.press(&["q"]);
    assert_eq!(console.end(), 0);
    assert!(console.modes_left_on().is_empty(), "{:?}", console.modes_left_on());
}

fn find_and_discard(console: &mut Terminal) {
    for word in ["filter", "ID ▼", "Email", "Status", "send", "discard", "? keys"] {
        console.wait(word);
    }
    console.press(&["/"]);
    console.send("status:not_sent website:outlet");
    console.press(&["Enter"]);
    console.wait("38 of 1,973  ✓ 0");
    console.press(&["A"]);
    console.wait("✓ 38");
    console.press(&["d"]);
    console.wait("38  will be discarded");
    console.wait("Ctrl-S to discard 38");
    console.press(&["C-s"]);
    console.wait("38 invitations discarded · u undoes");
    console.wait("✓ 38 (38 hidden)");
    console.press(&["u"]);
    console.wait("Undo the last action?");
    console.press(&["Enter"]);
    console.wait("Undone for 38 rows");
    console.wait("38 of 1,973  ✓ 38");
    console.press(&["X"]);
}

fn invite(console: &mut Terminal) {
    console.press(&["n"]);
    console.wait("Emails");
    console.paste("ann@journey.example, bo@journey.example, two@@journey.example");
    console.wait("2 ready · 1 malformed");
    console.press(&["Tab", "Tab", "Tab", "Right"]);
    console.gone("‹ choose ›");
    console.press(&["C-s"]);
    console.wait("2 invitations created, their mails queued; 1 entry left in the form");
    console.press(&["Esc"]);
    console.wait("ID ▼");
}

fn look_around(console: &mut Terminal) {
    for (key, word) in [("2", "Acceptance"), ("3", "released"), ("4", "discard"), ("1", "ID ▼")] {
        console.press(&[key]);
        console.wait(word);
    }
    console.press(&["?"]);
    console.wait("The Select control");
    // As a slow line delivers them: both at once.
    console.send("\x1b:");
    console.send("transm");
    console.wait("Go to Transmission");
    console.press(&["Enter"]);
    console.wait("Nothing is going out.");
    console.press(&["1"]);
    console.wait("ID ▼");
    console.press(&["Enter"]);
    console.wait("What happened");
    console.press(&["End"]);
    console.wait("imported");
    console.press(&["Esc"]);
    console.wait("ID ▼");
}
