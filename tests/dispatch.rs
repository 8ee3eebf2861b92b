//! The dispatcher against a server that takes all, or fails in every phase; what counts is what the database says afterwards.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/post_room.rs"]
mod post_room;
#[path = "support/smtp_server.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod smtp_server;

#[path = "dispatch/owners.rs"]
mod owners;

use guestlist::dispatch::{DispatchError, Mode, RouteChoice, Summary};
use guestlist::domain::actor::Actor;
use guestlist::domain::delivery::{Delivery, DeliveryEvent};
use guestlist::domain::filter::Via;
use guestlist::domain::invitation::Outcome;
use guestlist::domain::plan::Act;
use guestlist::domain::settings::Setting;
use guestlist::domain::status::Status;
use guestlist::domain::transmission::{Settlement, Wait};
use guestlist::mail::route::Route;
use guestlist::store::Progress;
use guestlist::store::transmit::{Answer, Claim, Limits, Order, Pause, Record, Written};
use post_room::{PostRoom, address, message_id, named, operator, post};
use rstest::rstest;
use smtp_server::{Fault, Script, SmtpServer, Step};
use std::collections::HashSet;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn all_that_is_queued_is_sent_once_and_shows_as_sent() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new().offering("PIPELINING")).await);
    let ids = room.invite(150).await;
    let summary = room.dispatch(&server).await.unwrap();
    assert_eq!(
        summary,
        Summary {
            sent: 150,
            batches: 1,
            ..Summary::default()
        }
    );
    let seen = server.until(|seen| seen.open == 0).await;
    let people: HashSet<&str> = seen.mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((seen.mails.len(), people.len()), (150, 150));
    assert!(seen.most_open <= 4, "{} connections", seen.most_open);
    let detail = room.detail(ids[0]).await;
    assert_eq!(
        (detail.row.status, detail.row.delivery, detail.row.times_sent),
        (Status::Sent, Delivery::Idle, 1)
    );
    assert_eq!(
        (detail.row.via, detail.row.sent_at, detail.attempts.len()),
        (Some(Via::Smtp), detail.row.last_sent_at, 1)
    );
    assert_eq!((detail.attempts[0].outcome, detail.attempts[0].code), (Outcome::Sent, Some(250)));
    let mail = seen.mails.iter().find(|mail| mail.to == address(1)).unwrap();
    assert_eq!(Some(message_id(mail)), detail.message_id);
    assert!(detail.history.iter().any(|entry| entry.event == "sent"));
    assert!(room.counts().await.is_empty());
    assert_eq!(room.dispatch(&server).await.unwrap(), Summary::default());
}

#[tokio::test]
async fn no_window_sees_more_than_a_batch_however_many_dispatchers_there_are() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    room.set(Setting::BatchSize, "10").await;
    room.invite(34).await;
    let runs = [1, 2, 3].map(|_| room.start(named(&server.route()), Mode::UntilIdle));
    let mut sent = 0;
    for (run, _) in runs {
        sent += run.await.unwrap().unwrap().sent;
    }
    let seen = server.seen();
    assert_eq!((sent, seen.mails.len()), (34, 34));
    let mut times: Vec<_> = seen.mails.iter().map(|mail| mail.at).collect();
    times.sort();
    for eleven in times.windows(11) {
        let span = eleven[10] - eleven[0];
        assert!(span >= Duration::from_secs(1), "11 mails within {span:?}");
    }
    // And it does not dawdle: four batches need three intervals.
    assert!(times[33] - times[0] < Duration::from_secs(6), "{:?}", times[33] - times[0]);
    let people: HashSet<&str> = seen.mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(people.len(), 34);
}

/// What a mail is like after one run, and the run's exit.
#[rstest]
#[case::rcpt_later(Fault::at(Step::Rcpt).says("450 4.2.1 later"), Delivery::Deferred, Outcome::Deferred, true)]
#[case::rcpt_never(Fault::at(Step::Rcpt).says("550 5.1.1 no such user"), Delivery::Failed, Outcome::Failed, true)]
#[case::rcpt_closes(Fault::at(Step::Rcpt), Delivery::Deferred, Outcome::Deferred, true)]
#[case::data_later(Fault::at(Step::Data).says("451 4.3.0 later"), Delivery::Deferred, Outcome::Deferred, true)]
#[case::data_never(Fault::at(Step::Data).says("554 5.6.0 never"), Delivery::Failed, Outcome::Failed, true)]
#[case::dot_later(Fault::at(Step::Dot).says("452 4.3.1 full"), Delivery::Deferred, Outcome::Deferred, true)]
#[case::dot_never(Fault::at(Step::Dot).says("554 5.7.1 spam"), Delivery::Failed, Outcome::Failed, true)]
#[case::dot_closes(Fault::at(Step::Dot), Delivery::InDoubt, Outcome::InDoubt, true)]
#[case::dot_kept_and_closes(Fault::at(Step::Dot).keeps_the_mail(), Delivery::InDoubt, Outcome::InDoubt, true)]
#[case::dot_half_an_answer(Fault::at(Step::Dot).half_says("250 2.0"), Delivery::InDoubt, Outcome::InDoubt, true)]
#[case::banner_says_no(Fault::at(Step::Banner).says_and_closes("554 no"), Delivery::Queued, Outcome::Returned, false)]
#[case::banner_closes(Fault::at(Step::Banner), Delivery::Queued, Outcome::Returned, false)]
#[case::ehlo_closes(Fault::at(Step::Ehlo), Delivery::Queued, Outcome::Returned, false)]
#[case::mail_from_says_no(Fault::at(Step::MailFrom).says("550 5.7.1 you are blocked"), Delivery::Queued, Outcome::Returned, false)]
#[case::rcpt_421(Fault::at(Step::Rcpt).says_and_closes("421 4.3.2 closing"), Delivery::Queued, Outcome::Returned, false)]
#[tokio::test]
async fn each_fault_leaves_exactly_its_state(
    #[case] fault: Fault,
    #[case] state: Delivery,
    #[case] outcome: Outcome,
    #[case] ends_well: bool,
    #[values(false, true)] pipelined: bool,
) {
    let script = Script::new().fault(fault);
    let script = if pipelined { script.offering("PIPELINING") } else { script };
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    let ids = room.invite(1).await;
    let result = room.dispatch(&server).await;
    assert_eq!(result.is_ok(), ends_well, "{result:?}");
    let detail = room.detail(ids[0]).await;
    assert_eq!((detail.row.delivery, detail.row.status), (state, Status::NotSent));
    assert_eq!(detail.attempts.iter().map(|attempt| attempt.outcome).collect::<Vec<_>>(), [outcome]);
    if let Err(error) = result {
        let DispatchError::Stands {
            why: Wait::Breaker { until, .. },
            summary,
        } = error
        else {
            unreachable!("{error}")
        };
        assert_eq!((summary.queued, summary.failed, summary.deferred), (1, 0, 0));
        assert!(until > room.now());
    }
}

#[tokio::test]
async fn one_bad_recipient_does_not_cost_the_connection_or_the_others() {
    let script = Script::new().fault(Fault::at(Step::Rcpt).of(&address(2)).says("550 5.1.1 no such user"));
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    room.set(Setting::Connections, "1").await;
    let ids = room.invite(5).await;
    let summary = room.dispatch(&server).await.unwrap();
    assert_eq!((summary.sent, summary.failed), (4, 1));
    assert_eq!(server.seen().connections, 1);
    let row = room.row(ids[1]).await;
    assert_eq!(
        (row.delivery, row.reason.as_deref()),
        (Delivery::Failed, Some("550 5.1.1 no such user"))
    );
}

#[tokio::test]
async fn what_is_cancelled_between_claim_and_body_does_not_go() {
    let script = Script::new().fault(Fault::at(Step::Data).of(&address(1)).hangs());
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    room.set(Setting::Connections, "1").await;
    let ids = room.invite(3).await;
    let (run, _stop) = room.start(named(&server.route()), Mode::UntilIdle);
    server.until(|seen| seen.hanging == 1).await;
    // One is discarded while its envelope hangs, another while it is merely claimed.
    let only = [ids[0], ids[2]].map(|id| id.0.unsigned_abs()).into_iter().collect();
    let plan = room
        .store
        .plan(Act::Discard, &only, room.rules(), &Progress::default())
        .await
        .unwrap();
    let applied = room
        .store
        .apply(&plan, &operator(), room.rules(), &Progress::default())
        .await
        .unwrap();
    assert_eq!(applied.done, 2);
    server.release();
    assert_eq!(run.await.unwrap().unwrap().sent, 1);
    let taken: Vec<String> = server.seen().mails.into_iter().map(|mail| mail.to).collect();
    assert_eq!(taken, [address(2)]);
    for id in [ids[0], ids[2]] {
        let row = room.row(id).await;
        assert_eq!((row.status, row.delivery, row.times_sent), (Status::Discarded, Delivery::Idle, 0));
    }
}

#[tokio::test]
async fn a_mail_discarded_while_its_body_is_under_way_stays_discarded_and_keeps_its_receipt() {
    let script = Script::new().fault(Fault::at(Step::Dot).hangs());
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    let ids = room.invite(1).await;
    let (run, _stop) = room.start(named(&server.route()), Mode::UntilIdle);
    server.until(|seen| seen.hanging == 1).await;
    let all = ids.iter().map(|id| id.0.unsigned_abs()).collect();
    let plan = room
        .store
        .plan(Act::Discard, &all, room.rules(), &Progress::default())
        .await
        .unwrap();
    room.store
        .apply(&plan, &operator(), room.rules(), &Progress::default())
        .await
        .unwrap();
    server.release();
    run.await.unwrap().unwrap();
    let row = room.row(ids[0]).await;
    if row.status == Status::Discarded {
        assert_eq!((row.delivery, row.times_sent), (Delivery::Idle, 1));
    } else {
        // The plan may also leave out what is being sent.
        assert_eq!((row.status, row.delivery), (Status::Sent, Delivery::Idle));
    }
}

#[tokio::test]
async fn the_breaker_opens_for_longer_each_time_and_closes_with_the_first_mail() {
    let clock = std::sync::Arc::new(guestlist::domain::clock::ManualClock::at(guestlist::domain::time::Moment(
        1_772_366_400_000_000,
    )));
    let room = PostRoom::with_clock(clock.clone()).await;
    let server = SmtpServer::start(Script::new().fault(Fault::at(Step::Banner).says_and_closes("421 4.3.2 not now"))).await;
    room.invite(20).await;
    for (failures, seconds) in [(1, 30), (2, 60), (3, 120)] {
        let error = room.dispatch(&server).await.unwrap_err();
        assert!(error.to_string().contains("not now"), "{error}");
        let breaker = room.store.breaker().await.unwrap().unwrap();
        assert_eq!((breaker.failures, breaker.until - room.now().0), (failures, seconds * 1_000_000));
        let asked = server.seen().connections;
        assert!(room.dispatch(&server).await.is_err(), "open");
        assert_eq!(server.seen().connections, asked, "an open breaker leaves the server alone");
        clock.advance(Duration::from_secs(seconds.unsigned_abs()));
    }
    assert_eq!(room.counts().await, [(Delivery::Queued, 20)].into());
    server.follow(Script::new());
    assert_eq!(room.dispatch(&server).await.unwrap().sent, 20);
    assert_eq!(room.store.breaker().await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_takes_fewer_connections_gets_fewer() {
    let script = Script::new().fault(Fault::at(Step::Banner).nth(3).says_and_closes("421 4.7.0 too many connections"));
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    room.set(Setting::Connections, "2").await;
    room.invite(230).await;
    // After 100 mails each connection is replaced: the third is refused, while the others work.
    let summary = room.dispatch(&server).await.unwrap();
    assert_eq!((summary.sent, server.seen().mails.len()), (230, 230));
    assert_eq!(room.store.breaker().await.unwrap(), None);
}

#[tokio::test]
async fn five_refusals_by_policy_pause_the_dispatch() {
    let script = Script::new().fault(Fault::at(Step::Dot).says("550 5.7.1 Message blocked, see https://x.example"));
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    room.set(Setting::Connections, "1").await;
    room.invite(30).await;
    let error = room.dispatch(&server).await.unwrap_err();
    assert!(
        error.to_string().contains("5 mails in a row were refused") && error.to_string().contains("dispatch resume"),
        "{error}"
    );
    assert_eq!(room.counts().await, [(Delivery::Queued, 25), (Delivery::Failed, 5)].into());
    server.follow(Script::new());
    room.store
        .set_pause(None, &Actor::Operator("anna".to_owned()), room.now())
        .await
        .unwrap();
    assert_eq!(room.dispatch(&server).await.unwrap().sent, 25);
}

#[tokio::test]
async fn a_pause_is_felt_by_a_dispatcher_at_work_and_a_resume_too() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    room.set(Setting::BatchSize, "5").await;
    room.invite(12).await;
    let (run, stop) = room.start(named(&server.route()), Mode::Watch);
    server.until(|seen| seen.mails.len() >= 5).await;
    let pause = Pause {
        by: "operator:anna".to_owned(),
        reason: "wrong text".to_owned(),
        since: room.now().0,
    };
    room.store.set_pause(Some(&pause), &Actor::Dispatcher, room.now()).await.unwrap();
    let until_idle = room.dispatch(&server).await.unwrap_err();
    assert!(until_idle.to_string().contains("wrong text"), "{until_idle}");
    assert!(server.seen().mails.len() < 12);
    room.store.set_pause(None, &Actor::Dispatcher, room.now()).await.unwrap();
    server.until(|seen| seen.mails.len() == 12).await;
    stop.cancel();
    assert_eq!(run.await.unwrap().unwrap().sent, 12);
}

#[tokio::test]
async fn a_dispatcher_with_another_route_claims_nothing_and_says_so() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let other = SmtpServer::start(Script::new()).await;
    room.invite(2).await;
    assert_eq!(room.dispatch(&server).await.unwrap().sent, 2);
    room.invite_all(["late@friends.example".to_owned()], Duration::ZERO).await;
    let error = room.dispatch(&other).await.unwrap_err();
    assert!(
        error.to_string().contains(&server.route()) && error.to_string().contains(&other.route()),
        "{error}"
    );
    assert_eq!((other.seen().connections, room.counts().await), (0, [(Delivery::Queued, 1)].into()));
    // A machine that names no route goes by the shared one.
    let folder = RouteChoice::Default(Route::Folder(room.dir.path().join("outbox")));
    let summary = room
        .dispatcher(post(folder))
        .run(Mode::UntilIdle, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!((summary.sent, server.seen().mails.len()), (1, 3));
}

#[tokio::test]
async fn the_default_folder_takes_mails_until_a_route_is_named() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let outbox = room.dir.path().join("outbox");
    let ids = room.invite(3).await;
    let folder = || post(RouteChoice::Default(Route::Folder(outbox.clone())));
    let summary = room
        .dispatcher(folder())
        .run(Mode::UntilIdle, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!((summary.sent, std::fs::read_dir(&outbox).unwrap().count()), (3, 3));
    let detail = room.detail(ids[0]).await;
    assert_eq!((detail.row.status, detail.row.via), (Status::Sent, Some(Via::Folder)));
    let reply = detail.attempts[0].reply.clone().unwrap();
    assert!(
        reply.starts_with("written to ") && reply.ends_with(", no server took it"),
        "{reply}"
    );
    room.invite_all(["late@friends.example".to_owned()], Duration::ZERO).await;
    assert_eq!(room.dispatch(&server).await.unwrap().sent, 1);
    assert_eq!(server.seen().mails.len(), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_the_routes_fault() {
    let room = PostRoom::new().await;
    let blocked = room.dir.path().join("a file");
    std::fs::write(&blocked, "").unwrap();
    room.invite(10).await;
    let folder = post(RouteChoice::Default(Route::Folder(blocked)));
    let error = room
        .dispatcher(folder)
        .run(Mode::UntilIdle, &CancellationToken::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("a file"), "{error}");
    assert_eq!(room.counts().await, [(Delivery::Queued, 10)].into());
}

#[tokio::test]
async fn a_broken_template_pauses_with_its_file_and_line_and_burns_nothing() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let templates = room.dir.path().join("templates");
    std::fs::create_dir_all(templates.join("en")).unwrap();
    std::fs::write(templates.join("en/invitation.subject.txt"), "Hello {{ nobody }}").unwrap();
    room.invite(10).await;
    let mut broken = named(&server.route());
    broken.templates = guestlist::mail::template::Templates::new(Some(templates));
    let error = room
        .dispatcher(broken)
        .run(Mode::UntilIdle, &CancellationToken::new())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("invitation.subject.txt:1"), "{error}");
    assert_eq!(room.counts().await, [(Delivery::Queued, 10)].into());
}

#[rstest]
#[case("hold", Delivery::InDoubt, 0)]
#[case("assume_sent", Delivery::Idle, 1)]
#[case("resend_once", Delivery::Idle, 1)]
#[tokio::test]
async fn the_setting_settles_doubts(#[case] rule: &str, #[case] state: Delivery, #[case] times_sent: u32) {
    let script = Script::new().fault(Fault::at(Step::Dot).keeps_the_mail().times(2));
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    room.set(Setting::InDoubt, rule).await;
    let ids = room.invite(1).await;
    let summary = room.dispatch(&server).await.unwrap();
    assert!(summary.in_doubt >= 1);
    let detail = room.detail(ids[0]).await;
    let seen = server.seen();
    if rule == "resend_once" {
        // Both the first and the one repetition broke off: the second doubt is staff's.
        assert_eq!((detail.row.delivery, seen.mails.len()), (Delivery::InDoubt, 2));
        assert_eq!(message_id(&seen.mails[0]), message_id(&seen.mails[1]));
    } else {
        assert_eq!(
            (detail.row.delivery, detail.row.times_sent, seen.mails.len()),
            (state, times_sent, 1)
        );
    }
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_under_way_and_gives_the_rest_back() {
    let script = Script::new()
        .fault(Fault::at(Step::Dot).hangs())
        .fault(Fault::at(Step::Rcpt).of(&address(2)).hangs());
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    room.set(Setting::Connections, "2").await;
    room.invite(20).await;
    let (run, stop) = room.start(named(&server.route()), Mode::Watch);
    server.until(|seen| seen.hanging == 2).await;
    stop.cancel();
    // The one in its envelope is let go of, the one whose dot is out is waited for.
    while room.counts().await.get(&Delivery::Queued) != Some(&19) {}
    server.release();
    let summary = run.await.unwrap().unwrap();
    assert_eq!((summary.sent, summary.queued, summary.in_doubt), (1, 19, 0));
    assert_eq!(room.counts().await, [(Delivery::Queued, 19)].into());
    assert_eq!(server.seen().mails.len(), 1);
}

#[tokio::test]
async fn until_idle_waits_for_the_time_to_undo() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let started = std::time::Instant::now();
    room.invite_all(["held@friends.example".to_owned()], Duration::from_millis(700))
        .await;
    assert_eq!(room.dispatch(&server).await.unwrap().sent, 1);
    assert!(started.elapsed() >= Duration::from_millis(700));
}
