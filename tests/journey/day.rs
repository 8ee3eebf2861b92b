//! A day at the desk: a shop moves in, rows are found, discarded, sent and taken back, friends are invited, the month is looked up.

use crate::home::Home;
use crate::smtp_server::{Script, Seen, SmtpServer, Taken};
use crate::terminal::Terminal;
use crate::{WIDE, grouped, move_in};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const SHOP: usize = 1973;
const BATCH: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_from_the_import_to_the_report() {
    let server = SmtpServer::start(Script::new().offering("PIPELINING")).await;
    let mut home = Home::new();
    home.mails_by(&server.route());
    move_in(&home);
    home.set(&[("batch_size", "5"), ("batch_interval", "1s"), ("send_hold", "1h")]);
    let mut console = home.console(WIDE);
    console.wait(&format!("{} of {}", grouped(SHOP), grouped(SHOP)));
    find_select_discard_and_undo(&home, &mut console);
    send_all_and_take_it_back(&home, &mut console);
    assert_eq!(server.seen().mails.len(), 0, "what was taken back went out");
    home.set(&[("send_hold", "0s")]);
    let friends = invite_friends(&home, &mut console);
    let seen = server.until(|seen| seen.mails.len() >= friends.len()).await;
    check_mails(&seen, &friends);
    see_them_sent(&home, &mut console, friends.len());
    see_the_batches(&mut console, friends.len());
    let (filter, count) = look_up_the_month(&home, &mut console, friends.len());
    console.press(&["o", "j", "Enter"]);
    console.wait("Email ▲");
    leave(&mut console);
    let mut console = home.console(WIDE);
    console.wait(&format!("restored  {filter}"));
    console.wait(&format!("{} of {}", grouped(count), grouped(SHOP + friends.len())));
    console.wait("Email ▲");
    leave(&mut console);
    assert_eq!(server.seen().mails.len(), friends.len(), "a mail went out that nobody asked for");
}

fn leave(console: &mut Terminal) {
    console.press(&["q"]);
    assert_eq!(console.end(), 0);
    assert!(console.modes_left_on().is_empty(), "{:?}", console.modes_left_on());
}

/// Types a filter in the grid, in place of the one that is there.
fn filter(console: &mut Terminal, filter: &str) {
    console.press(&["/", "C-u"]);
    console.send(filter);
    console.press(&["Enter"]);
}

fn ids(rows: &[Value]) -> BTreeSet<i64> {
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

/// What stands between the grid's headings and the line below it.
fn rows(screen: &str) -> impl Iterator<Item = &str> {
    let below = screen.lines().skip_while(|line| !line.contains("ID ")).skip(1);
    below.take_while(|line| !line.starts_with('─'))
}

fn find_select_discard_and_undo(home: &Home, console: &mut Terminal) {
    let wanted = "status:not_sent website:outlet";
    let found = home.list(wanted);
    let discarded = home.list("status:discarded").len();
    filter(console, wanted);
    console.wait(&format!("{} of {}  ✓ 0", found.len(), grouped(SHOP)));
    console.until("the rows", |screen| {
        rows(screen).all(|row| row.contains("○ Not Sent") && row.contains(" outlet "))
    });
    let visible = rows(&console.text()).count();
    assert!((1..found.len()).contains(&visible), "{visible} rows are visible");
    console.press(&["A"]);
    console.wait(&format!("✓ {}", found.len()));
    console.press(&["U"]);
    let left = found.len() - visible;
    console.until("all but the visible", |screen| {
        screen.lines().any(|line| line.trim_end().ends_with(&format!("✓ {left}")))
    });
    console.press(&["d"]);
    console.wait(&format!("Discard {left} selected invitations"));
    console.wait(&format!("{left}  will be discarded"));
    console.wait(&format!("Ctrl-S to discard {left}"));
    console.press(&["C-s"]);
    console.wait(&format!("{left} invitations discarded · u undoes"));
    console.wait(&format!("{visible} of {}  ✓ {left} ({left} hidden)", grouped(SHOP)));
    assert_eq!(home.list(wanted).len(), visible);
    assert_eq!(home.list("status:discarded").len(), discarded + left);
    console.press(&["u"]);
    console.wait(&format!("discard of {left} rows"));
    console.press(&["Enter"]);
    console.wait(&format!("Undone for {left} rows"));
    console.wait(&format!("{} of {}  ✓ {left}", found.len(), grouped(SHOP)));
    assert_eq!(home.list(wanted), found);
    assert_eq!(home.list("status:discarded").len(), discarded);
    console.press(&["X"]);
}

fn send_all_and_take_it_back(home: &Home, console: &mut Terminal) {
    let found = home.list("status:not_sent");
    let count = found.len();
    assert!(count > 100, "so many that their number must be typed");
    filter(console, "status:not_sent");
    console.wait(&format!("{count} of {}  ✓ 0", grouped(SHOP)));
    console.press(&["A"]);
    console.wait(&format!("✓ {count}"));
    console.press(&["s"]);
    let plan = home.json(&["send", "--filter", "status:not_sent", "--plan", "--json"]);
    assert_eq!(plan["plan"]["will_send"], count);
    console.wait(&format!("{count}  will be sent"));
    console.wait(&format!("Type {count}, then Ctrl-S to send"));
    console.press(&["C-s"]);
    console.wait(&format!("Type {count} first"));
    console.send(&count.to_string());
    console.press(&["C-s"]);
    console.wait(&format!("{count} invitations queued to be sent · u undoes"));
    console.wait("⧗ queued");
    assert_eq!(ids(&home.list("delivery:queued")), ids(&found));
    console.press(&["u"]);
    console.wait("Undo the last action?");
    console.press(&["Enter"]);
    console.wait(&format!("Undone for {count} rows"));
    console.gone("⧗ queued");
    assert_eq!(home.list("status:not_sent"), found);
    console.press(&["X"]);
}

/// Pastes a list as people have it; gives the addresses that are good.
fn invite_friends(home: &Home, console: &mut Terminal) -> BTreeSet<String> {
    let invited = home.list("status:sent website:main");
    let invited = invited.iter().find(|row| row["inviter"].is_null()).unwrap()["email"]
        .as_str()
        .unwrap();
    let friends: BTreeSet<String> = (1..=12).map(|nth| format!("friend{nth}@journey.example")).collect();
    let mut paste = String::from("Friend One <FRIEND1@journey.example>\n");
    for friend in &friends {
        paste.push_str(friend);
        paste.push_str("; ");
    }
    paste.push_str("\ntwo@@journey.example\n");
    paste.push_str(invited);
    console.press(&["n"]);
    console.wait("Emails (paste anything)");
    console.paste(&paste);
    console.wait("12 ready · 1 malformed · 1 twice · 1 invited");
    console.press(&["C-s"]);
    console.wait("choose an Invitee Group first");
    console.press(&["Tab", "Tab", "Tab", "Enter"]);
    console.wait("Private Sale, Gold");
    console.press(&["j", "j", "j", "Enter"]);
    console.wait("‹ VIP ›");
    console.wait("12 mails, 3 batches");
    console.press(&["C-s"]);
    console.wait("12 invitations created, their mails queued; 2 entries left in the form");
    friends
}

/// Each friend has one mail, and no window of a second has more than a batch.
fn check_mails(seen: &Seen, friends: &BTreeSet<String>) {
    let to: Vec<&str> = seen.mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to.len(), friends.len());
    assert_eq!(to.iter().map(|to| to.to_lowercase()).collect::<BTreeSet<_>>(), *friends);
    let named: BTreeSet<String> = seen.mails.iter().map(message_id).collect();
    assert_eq!(named.len(), friends.len(), "Message-IDs repeat: {named:?}");
    let mut times: Vec<_> = seen.mails.iter().map(|mail| mail.at).collect();
    times.sort();
    for window in times.windows(BATCH + 1) {
        let length = window[BATCH] - window[0];
        assert!(length >= Duration::from_secs(1), "{} mails within {length:?}", BATCH + 1);
    }
}

fn message_id(mail: &Taken) -> String {
    let text = String::from_utf8_lossy(&mail.data);
    let line = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
    line.unwrap().trim().to_owned()
}

fn see_them_sent(home: &Home, console: &mut Terminal, count: usize) {
    console.press(&["Esc"]);
    console.wait("ID ▼");
    filter(console, "journey.example");
    console.wait(&format!("{count} of {}", grouped(SHOP + count)));
    console.until("all of them sent", |screen| {
        let sent = |row: &&str| row.contains("@journey.example") && row.contains("● Sent") && row.contains("VIP");
        rows(screen).filter(sent).count() == count
    });
    let rows = home.list("journey.example");
    assert_eq!(rows.len(), count);
    for row in rows {
        assert_eq!(
            (&row["status"], &row["delivery"], &row["times_sent"]),
            (&"sent".into(), &"idle".into(), &1.into())
        );
        assert_eq!(row["group"], "VIP");
    }
}

fn see_the_batches(console: &mut Terminal, count: usize) {
    console.press(&["3"]);
    console.wait("Nothing is going out.");
    console.wait(&format!("{BATCH} every 1 s"));
    // A frame may be read while only its upper half is there.
    console.until("the batches", |screen| {
        let batches = batches(screen);
        batches.iter().all(|[size, sent]| *size <= BATCH && sent == size) && batches.iter().map(|[_, sent]| sent).sum::<usize>() == count
    });
}

/// Size and sent of each batch on the screen.
fn batches(screen: &str) -> Vec<[usize; 2]> {
    let lines = screen.lines().skip_while(|line| !line.contains("Batch  released")).skip(1);
    let batches = lines.map_while(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        Some([words.get(2)?.parse().ok()?, words.get(3)?.parse().ok()?])
    });
    batches.collect()
}

/// From a number of the report to the rows behind it; gives their filter and their count.
fn look_up_the_month(home: &Home, console: &mut Terminal, at_least: usize) -> (String, usize) {
    console.press(&["2"]);
    console.wait("Acceptance");
    console.wait("Total");
    let screen = console.text();
    let lines: Vec<&str> = screen.lines().take_while(|line| !line.contains("Total")).collect();
    let mut words = lines.last().unwrap().split_whitespace();
    let (month, sent) = (words.next().unwrap(), words.next().unwrap().replace(',', ""));
    let sent: usize = sent.parse().unwrap();
    let filter = format!("sent:{month}");
    assert!(sent >= at_least, "{screen}");
    assert_eq!(home.list(&filter).len(), sent, "{screen}");
    console.press(&["Up", "Enter"]);
    console.wait(&format!("/ {filter}"));
    console.wait(&format!("{} of {}", grouped(sent), grouped(SHOP + at_least)));
    (filter, sent)
}
