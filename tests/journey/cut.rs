//! Told to stop in the middle of sending, as when an SSH connection breaks or the machine shuts down: the mails in hand are finished, the
//! others wait, and nothing is in doubt.

use crate::WIDE;
use crate::home::Home;
use crate::smtp_server::{Script, SmtpServer};
use rstest::rstest;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};

const COUNT: usize = 13;

/// Who sends, and which signal meets it.
#[rstest]
#[case::console_hung_up(true, "HUP")]
#[case::console_terminated(true, "TERM")]
#[case::service_terminated(false, "TERM")]
#[case::service_interrupted(false, "INT")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_while_mails_go_out_leaves_nothing_in_doubt(#[case] from_console: bool, #[case] signal: &str) {
    let server = SmtpServer::start(Script::new().offering("PIPELINING")).await;
    let mut home = Home::new();
    home.mails_by(&server.route());
    home.set(&[("send_hold", "0s"), ("batch_size", "5"), ("batch_interval", "1s")]);
    let addresses: Vec<String> = (1..=COUNT).map(|nth| format!("friend{nth}@cut.example")).collect();
    home.succeed(&[&["invite"], addresses.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
    if from_console {
        let mut console = home.console(WIDE);
        server.until(|seen| seen.mails.len() >= 2).await;
        console.signal(signal);
        assert_eq!(console.end(), 0);
        assert!(console.modes_left_on().is_empty(), "{:?}", console.modes_left_on());
    } else {
        let mut service = home
            .command(&["dispatch", "--watch"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        server.until(|seen| seen.mails.len() >= 2).await;
        let told = Command::new("kill").args([format!("-{signal}"), service.id().to_string()]).status();
        assert!(told.unwrap().success());
        assert_eq!(service.wait().unwrap().code(), Some(0));
    }
    let out = server.seen().mails.len();
    assert!((2..COUNT).contains(&out), "{out} are out");
    assert_eq!(home.list("status:sent").len(), out);
    assert_eq!(home.list("status:not_sent delivery:queued").len(), COUNT - out);
    home.succeed(&["dispatch", "--until-idle"]);
    let to: Vec<String> = server.seen().mails.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to.len(), COUNT);
    assert_eq!(to.into_iter().collect::<BTreeSet<_>>(), addresses.into_iter().collect());
}
