//! The real binary, run as a person or a script would: answers, exit codes, words on standard error.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// One operator's home, and the binary run in it.
struct Home(TempDir);

struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| unreachable!("{error}: {}\n{}", self.out, self.err))
    }

    fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guestlist"));
        command
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .env("HOME", self.0.path())
            .env("USER", "anna");
        for (key, folder) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
        ] {
            command.env(key, self.0.path().join(folder));
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().unwrap();
        Answer {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs what must succeed, and reads its JSON.
    fn json(&self, arguments: &[&str]) -> Value {
        let answer = self.run(arguments);
        assert_eq!(answer.code, 0, "{arguments:?}: {}", answer.err);
        answer.json()
    }
}

fn fixture(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/shop")
        .join(name)
        .display()
        .to_string()
}

#[test]
fn a_shop_moves_in_and_every_line_is_accounted_for() {
    let home = Home::new();
    for name in ["websites.csv", "stores.csv", "customer_groups.csv", "customers.csv"] {
        assert_eq!(home.json(&["import", &fixture(name), "--json"])["refused"], serde_json::json!([]));
    }
    let dry = home.json(&["import", &fixture("magento_invitation.csv"), "--dry-run", "--json"]);
    let told = home.json(&["import", &fixture("magento_invitation.csv"), "--json"]);
    assert_eq!(dry, told);
    assert_eq!(
        (&told["kind"], &told["lines"], &told["imported"], &told["unchanged"]),
        (&"invitations".into(), &2000.into(), &1973.into(), &0.into())
    );
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(fixture("truth.json")).unwrap()).unwrap();
    for (reason, lines) in truth["refused_lines"].as_object().unwrap() {
        for line in lines.as_array().unwrap() {
            let refused = told["refused"]
                .as_array()
                .unwrap()
                .iter()
                .find(|refused| refused["line"] == *line)
                .unwrap();
            assert!(refused["reason"].as_str().unwrap().starts_with(reason.as_str()), "{refused}");
        }
    }
    assert_eq!(told["refused"].as_array().unwrap().len(), 27);
    let again = home.json(&["import", &fixture("magento_invitation.csv"), "--json"]);
    assert_eq!((&again["imported"], &again["unchanged"]), (&0.into(), &1973.into()));
    assert_eq!(home.json(&["import", &fixture("orders.csv"), "--json"])["imported"], 500);
    let accepted = home.run(&["list", "--filter", "status:accepted", "--json"]);
    assert_eq!(accepted.lines().len(), 544);
    let report = home.json(&[
        "report",
        "invitations",
        "--from",
        "2023-01-01",
        "--to",
        "2026-12-31",
        "--by",
        "year",
        "--json",
    ]);
    assert_eq!(report["rows"].as_array().unwrap().len(), 4);
    assert_eq!(report["total"]["sent"], 976 + 544 + 204);
    assert_eq!(report["rows"][0]["interval"], "2023");
}

#[test]
fn what_is_invited_is_listed_shown_planned_and_acted_on() {
    let home = Home::new();
    let invited = home.json(&[
        "invite",
        "Ann Lee <ann@example.com>, bo@example.com",
        "no-at-sign@",
        "ANN@example.com",
        "--json",
    ]);
    assert_eq!(
        invited["created"],
        serde_json::json!([{"id": 1, "email": "ann@example.com"}, {"id": 2, "email": "bo@example.com"}])
    );
    assert_eq!(invited["refused"].as_array().unwrap().len(), 2);
    let rows = home.run(&["list", "--sort", "id", "--json"]).lines();
    let keys: Vec<&str> = rows[0].as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "id",
        "email",
        "invitee",
        "inviter",
        "sent_at",
        "registered_at",
        "status",
        "delivery",
        "website",
        "group",
        "sender",
        "created_at",
        "last_sent_at",
        "times_sent",
        "expires_at",
    ] {
        assert!(keys.contains(&key), "{key} is missing in {keys:?}");
    }
    assert_eq!(
        (&rows[0]["status"], &rows[0]["delivery"], &rows[0]["inviter"]),
        (&"not_sent".into(), &"queued".into(), &Value::Null)
    );
    let shown = home.json(&["show", "1", "--json"]);
    assert_eq!(shown["history"][0]["event"], "created");
    assert!(shown["attempts"].as_array().unwrap().is_empty() && shown.get("link").is_none());
    let link = home.json(&["show", "1", "--json", "--reveal-link"]);
    assert!(
        link["link"]
            .as_str()
            .unwrap()
            .starts_with("https://shop.example/customer/account/login/?invitation=")
    );

    let plan = home.json(&["discard", "1", "2", "--plan", "--json"]);
    assert_eq!(plan, serde_json::json!({"plan": {"will_discard": 2}}));
    let unasked = home.run(&["discard", "1", "2", "--json"]);
    assert_eq!((unasked.code, unasked.json()), (1, plan));
    assert!(unasked.err.contains("--yes"));
    let done = home.json(&["discard", "1", "--yes", "--json", "--reason", "wrong person"]);
    assert_eq!(done["done"], 1);
    assert_eq!(
        done["results"],
        serde_json::json!([{"id": 1, "outcome": "will_discard", "reason": null}])
    );
    let again = home.run(&["discard", "1", "--yes", "--json"]);
    assert_eq!((again.code, &again.json()["done"]), (1, &0.into()));
    assert_eq!(again.json()["results"][0]["reason"], "already discarded");
    assert_eq!(
        home.json(&["restore", "--filter", "status:discarded", "--yes", "--json"])["plan"]["will_restore"],
        1
    );
    let sent = home.json(&["send", "--filter", "example", "--yes", "--json"]);
    assert_eq!(sent["plan"], serde_json::json!({"will_send": 1, "nothing_to_do": 1}));
    assert_eq!(home.run(&["show", "99"]).code, 1);
}

#[test]
fn looking_never_makes_a_database_and_says_where_it_looked() {
    let home = Home::new();
    for command in [
        &["list"][..],
        &["show", "1"],
        &["report", "invitations", "--from", "2026-01-01", "--to", "2026-01-31"],
    ] {
        let answer = home.run(command);
        assert_eq!(answer.code, 1);
        assert!(answer.err.contains("data/guestlist/guestlist.db"), "{}", answer.err);
    }
    assert!(!home.0.path().join("data").exists());
}

#[test]
fn a_mistake_in_a_filter_is_pointed_at() {
    let home = Home::new();
    home.run(&["invite", "ann@example.com"]);
    let answer = home.run(&["list", "--filter", "ann statsu:sent"]);
    assert_eq!(answer.code, 2);
    let lines: Vec<&str> = answer.err.lines().collect();
    assert_eq!(lines[1].trim_start(), "ann statsu:sent");
    assert_eq!(lines[1].find("statsu"), lines[2].find('^'));
    assert_eq!(home.run(&["list", "--filter", "group:nobody"]).code, 2);
}

#[test]
fn usage_is_2_and_configuration_speaks_with_its_line() {
    let home = Home::new();
    for wrong in [
        &["discard"][..],
        &["list", "--sort", "nothing"],
        &["settle", "1"],
        &["report", "invitations"],
        &["nonsense"],
        &["invite"],
    ] {
        assert_eq!(home.run(wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(home.run(&["settings", "get", "no_such_key"]).code, 2);
    assert_eq!(home.run(&["--db", "postgres://h/d", "list"]).code, 1);
    let folder = home.0.path().join("config/guestlist");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "\nread_onyl = true\n").unwrap();
    let answer = home.run(&["settings", "get", "batch_size"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, "50\n"));
    assert!(
        answer.err.contains("config.toml, line 2: there is no key read_onyl"),
        "{}",
        answer.err
    );
}

#[test]
fn settings_and_suppressions_are_kept() {
    let home = Home::new();
    assert_eq!(home.run(&["settings", "set", "batch_size", "10"]).out, "10\n");
    assert_eq!(home.json(&["settings", "list", "--json"])["batch_size"], "10");
    assert_eq!(home.run(&["settings", "set", "batch_size", "0"]).code, 1);
    assert_eq!(home.run(&["suppress", "bücher.example", "--reason", "asked"]).code, 0);
    let refused = home.run(&["invite", "a@bücher.example", "--json"]);
    assert_eq!(refused.code, 1);
    assert!(refused.json()["refused"][0]["reason"].as_str().unwrap().contains("asked"));
    assert_eq!(home.run(&["unsuppress", "bücher.example"]).code, 0);
    assert_eq!(home.run(&["unsuppress", "bücher.example"]).code, 1);
    assert_eq!(home.run(&["invite", "a@bücher.example", "--no-send"]).code, 0);
}

#[test]
fn made_up_data_lists_as_a_table_and_as_csv_that_comes_in_elsewhere() {
    let home = Home::new();
    assert_eq!(home.run(&["demo", "--rows", "2500", "--no-console"]).code, 0);
    assert_eq!(home.run(&["demo", "--rows", "5", "--no-console"]).code, 1);
    let table = home.run(&["list", "--limit", "3"]).out;
    assert!(
        table.starts_with("ID") && table.contains("Sent (UTC)") && table.lines().count() == 4,
        "{table}"
    );
    let csv = home.run(&["list", "--csv"]).out;
    assert_eq!(csv.matches("\r\n").count(), 2501);
    let picked = home.run(&["list", "--limit", "1", "--columns", "email,id", "--json"]).out;
    assert!(picked.starts_with("{\"email\":"), "{picked}");

    let file = home.0.path().join("list.csv");
    std::fs::write(&file, &csv).unwrap();
    let other = home.0.path().join("other.db").display().to_string();
    for name in ["websites.csv", "stores.csv", "customer_groups.csv"] {
        assert_eq!(home.run(&["--db", &other, "import", &fixture(name)]).code, 0);
    }
    let told = home.json(&["--db", &other, "import", &file.display().to_string(), "--json"]);
    assert!(told["imported"].as_u64().unwrap() > 1000, "{told}");
    let again = home.json(&["--db", &other, "import", &file.display().to_string(), "--json"]);
    assert_eq!((&again["imported"], &again["unchanged"]), (&0.into(), &told["imported"]));
}

#[test]
fn a_reader_that_goes_away_ends_a_list_quietly() {
    let home = Home::new();
    home.run(&["demo", "--rows", "3000", "--no-console"]);
    let mut running = home
        .command(&["list", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(running.stdout.take());
    let output = running.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn completions_need_no_database() {
    let home = Home::new();
    let answer = home.run(&["completions", "bash"]);
    assert!(answer.code == 0 && answer.out.contains("unsuppress"));
    assert!(!home.0.path().join("data").exists());
}

#[test]
fn the_dispatch_can_be_paused_and_says_why_it_waits() {
    let home = Home::new();
    home.run(&["invite", "ann@example.com"]);
    assert_eq!(home.run(&["dispatch", "pause", "--reason", "inventory"]).code, 0);
    let status = home.json(&["dispatch", "status", "--json"]);
    assert_eq!((&status["queued"], &status["to_folder"]), (&1.into(), &true.into()));
    assert!(status["waits"].as_str().unwrap().contains("inventory"), "{status}");
    assert_eq!(home.run(&["dispatch", "resume"]).code, 0);
    assert_eq!(home.run(&["settle", "1", "--sent"]).code, 1);
}

#[test]
fn what_is_queued_goes_to_the_outbox_and_its_link_is_accepted_once() {
    let home = Home::new();
    assert_eq!(home.run(&["settings", "set", "send_hold", "0s"]).code, 0);
    assert_eq!(home.run(&["invite", "ann@example.com", "bo@example.com"]).code, 0);
    let summary = home.json(&["dispatch", "--until-idle", "--json"]);
    assert_eq!((&summary["sent"], &summary["queued"]), (&2.into(), &0.into()));
    let outbox = home.0.path().join("data/guestlist/outbox");
    assert_eq!(std::fs::read_dir(outbox).unwrap().count(), 2);
    assert_eq!(home.run(&["list", "--filter", "status:sent via:folder", "--json"]).lines().len(), 2);
    let link = home.json(&["show", "1", "--json", "--reveal-link"])["link"]
        .as_str()
        .unwrap()
        .to_owned();
    let accepted = home.json(&["accept", &link, "--email", "ann@work.example", "--json"]);
    assert_eq!(
        accepted,
        serde_json::json!({"id": 1, "invitee": "ann@work.example", "other_address": true})
    );
    let again = home.run(&["accept", &link, "--email", "ann@work.example"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("accepted before"), "{}", again.err);
}

#[test]
fn a_paused_dispatch_ends_at_once_and_says_so() {
    let home = Home::new();
    home.run(&["invite", "ann@example.com"]);
    home.run(&["dispatch", "pause", "--reason", "inventory"]);
    let answer = home.run(&["dispatch", "--json"]);
    assert_eq!((answer.code, &answer.json()["queued"]), (1, &1.into()));
    assert!(answer.err.contains("inventory"), "{}", answer.err);
}
