//! Killed in the middle, again and again: no mail is lost, and none goes out twice but where staff were told of the doubt.
//!
//! The dispatcher runs in a process of its own, which is this very test binary started again for one "test" that dispatches; the parent
//! holds the mail server, and kills it (SIGKILL: nothing is tidied up) at moments that the mails' own progress picks.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/post_room.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod post_room;
#[path = "support/smtp_server.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod smtp_server;

use guestlist::dispatch::{Dispatcher, Mode};
use guestlist::domain::clock::SystemClock;
use guestlist::domain::delivery::Delivery;
use guestlist::domain::status::Status;
use post_room::{PostRoom, message_id, named};
use smtp_server::{Fault, Protection, Script, SmtpServer, Step};
use sqlx::{Connection, SqliteConnection};
use std::collections::HashMap;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

const FOLDER: &str = "GUESTLIST_TEST_FOLDER";
const ROUTE: &str = "GUESTLIST_TEST_ROUTE";

/// Not a test of its own: the process that is killed. Without its environment it does nothing.
#[tokio::test]
async fn a_dispatcher_in_a_process_of_its_own() {
    let (Ok(folder), Ok(route)) = (std::env::var(FOLDER), std::env::var(ROUTE)) else {
        return;
    };
    let store = post_room::open(folder.as_ref()).await;
    let dispatcher = Dispatcher::new(store, Arc::new(SystemClock), named(&route), "child");
    dispatcher.run(Mode::UntilIdle, &CancellationToken::new()).await.unwrap();
}

fn start(room: &PostRoom, server: &SmtpServer) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_dispatcher_in_a_process_of_its_own"])
        .env(FOLDER, room.dir.path())
        .env(ROUTE, server.route())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn kill_again_and_again(mails: usize, kills: usize, dispatchers: usize) {
    let room = PostRoom::new().await;
    let server = SmtpServer::start(Script::new().offering("PIPELINING")).await;
    let ids = room.invite(mails).await;
    for kill in 1..=kills {
        let mut children: Vec<Child> = (0..dispatchers).map(|_| start(&room, &server)).collect();
        // Somewhere within the next mails, wherever their phases are by then.
        let enough = server.seen().mails.len() + 1 + kill * 7919 % (mails / (kills + 1));
        server.until(|seen| seen.mails.len() >= enough).await;
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
    room.dispatch(&server).await.unwrap();

    let mut arrived: HashMap<String, Vec<String>> = HashMap::new();
    for mail in server.seen().mails {
        arrived.entry(mail.to.clone()).or_default().push(message_id(&mail));
    }
    let mut doubts = 0;
    for id in ids {
        let detail = room.detail(id).await;
        let mails = arrived.remove(&detail.row.email.unwrap()).unwrap_or_default();
        assert!(mails.len() <= 1, "invitation {id} went out {} times", mails.len());
        assert!(
            mails.iter().all(|mail| Some(mail) == detail.message_id.as_ref()),
            "invitation {id} changed its Message-ID"
        );
        match detail.row.delivery {
            Delivery::Idle => assert_eq!((detail.row.status, mails.len()), (Status::Sent, 1), "invitation {id} is lost"),
            Delivery::InDoubt => doubts += 1,
            other => assert_eq!(other, Delivery::Idle, "invitation {id}"),
        }
    }
    assert!(arrived.is_empty());
    // Each death leaves in doubt at most what was on its connections.
    assert!(doubts <= kills * dispatchers * 4, "{doubts} in doubt");
    whole(&room).await;
}

/// The database is whole, and its sums agree with its rows.
async fn whole(room: &PostRoom) {
    let address = format!("sqlite://{}", room.dir.path().join("guestlist.db").display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(check, "ok");
    let sums = "SELECT (SELECT sum(n) FROM tally WHERE status = 1) = (SELECT count(*) FROM invitation WHERE status = 1)
                   AND (SELECT sum(sent) FROM day_sum WHERE basis = 0) = (SELECT count(*) FROM invitation WHERE sent_at IS NOT NULL)";
    assert_eq!(sqlx::query_scalar::<_, i64>(sums).fetch_one(&mut connection).await.unwrap(), 1);
    let open = "SELECT count(*) FROM attempt WHERE outcome = 0";
    assert_eq!(sqlx::query_scalar::<_, i64>(open).fetch_one(&mut connection).await.unwrap(), 0);
}

#[tokio::test]
async fn five_deaths_lose_and_double_nothing() {
    kill_again_and_again(200, 5, 1).await;
}

#[tokio::test]
async fn deaths_of_two_dispatchers_at_once_lose_and_double_nothing() {
    kill_again_and_again(120, 2, 2).await;
}

#[tokio::test]
#[ignore = "takes a minute: run it with --ignored before a release"]
async fn twenty_deaths_among_two_thousand_mails_lose_and_double_nothing() {
    kill_again_and_again(2000, 20, 1).await;
    kill_again_and_again(2000, 20, 2).await;
}

#[tokio::test]
async fn a_death_while_the_receipt_is_awaited_is_a_doubt_and_never_a_second_mail() {
    let room = PostRoom::new().await;
    let fault = Fault::at(Step::Dot).nth(1).hangs().keeps_the_mail();
    let server = SmtpServer::start(Script::new().protected(Protection::None).fault(fault)).await;
    let ids = room.invite(1).await;
    let mut child = start(&room, &server);
    server.until(|seen| seen.hanging == 1).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let summary = room.dispatch(&server).await.unwrap();
    assert_eq!((summary.sent, summary.in_doubt, server.seen().mails.len()), (0, 1, 1));
    assert_eq!(room.row(ids[0]).await.delivery, Delivery::InDoubt);
}

/// Fails when it is slow beyond any excuse; `--nocapture` shows the figure, best in a release build.
#[tokio::test]
#[ignore = "measures: run it alone"]
async fn how_many_mails_a_second() {
    let room = PostRoom::new().await;
    let server = SmtpServer::start(Script::new().offering("PIPELINING")).await;
    room.invite(3000).await;
    let started = std::time::Instant::now();
    assert_eq!(room.dispatch(&server).await.unwrap().sent, 3000);
    let rate = 3000.0 / started.elapsed().as_secs_f64();
    writeln!(std::io::stderr(), "{rate:.0} mails a second").unwrap();
    assert!(rate > 50.0, "{rate:.0} mails a second");
}
