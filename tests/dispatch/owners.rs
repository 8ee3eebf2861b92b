//! Who sends: consoles beside watchers, the dead and the stopped; and what holds for all of them together.

use super::*;

#[tokio::test]
async fn a_console_leaves_the_sending_to_the_one_that_watches_and_takes_over_when_it_ends() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let watch = room.store.register_dispatcher("server", true, room.now()).await.unwrap();
    let (run, stop) = room.start(named(&server.route()), Mode::Console);
    room.invite(3).await;
    assert!(room.store.is_watched(room.now()).await.unwrap());
    assert_eq!(server.seen().mails.len(), 0);
    room.store.retire_dispatcher(watch, room.now()).await.unwrap();
    server.until(|seen| seen.mails.len() == 3).await;
    stop.cancel();
    assert_eq!(run.await.unwrap().unwrap().sent, 3);
}

#[tokio::test]
async fn what_a_dead_dispatcher_had_in_hand_is_queued_or_in_doubt() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let ids = room.invite(3).await;
    let handle = room.store.register_dispatcher("dies", false, room.now()).await.unwrap();
    let limits = Limits {
        batch_size: 100,
        batch_interval: Duration::from_secs(1),
        per_second: None,
        per_day: None,
        per_domain: None,
    };
    let order = Order {
        dispatcher: handle.id,
        route: "smtp://x",
        shared: None,
        most: 2,
        limits: &limits,
        now: room.now(),
    };
    let Claim::Mails(mails) = room.store.claim(&order).await.unwrap() else {
        unreachable!()
    };
    let starts = Record {
        invitation: mails[0].invitation,
        event: DeliveryEvent::BodyStarts(mails[0].attempt),
        answer: Answer::default(),
        via: Via::Smtp,
        at: room.now(),
        luck: 0.5,
    };
    room.store.record(&[starts]).await.unwrap();
    // The handle, and with it the lock, goes as if the process had died.
    drop(handle);
    let summary = room.dispatch(&server).await.unwrap();
    assert_eq!((summary.sent, summary.in_doubt), (2, 1));
    assert_eq!(room.row(ids[0]).await.delivery, Delivery::InDoubt);
    let taken: HashSet<String> = server.seen().mails.into_iter().map(|mail| mail.to).collect();
    assert_eq!(taken, [address(2), address(3)].into());
}

#[tokio::test]
async fn limits_of_a_second_a_day_and_a_domain_hold() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    room.set(Setting::PerDomainInFlight, "1").await;
    room.set(Setting::RatePerSecond, "8").await;
    room.set(Setting::DailyCap, "12").await;
    room.invite(20).await;
    let (run, stop) = room.start(named(&server.route()), Mode::Watch);
    server.until(|seen| seen.mails.len() == 12).await;
    stop.cancel();
    let summary = run.await.unwrap().unwrap();
    assert_eq!((summary.sent, summary.queued), (12, 8));
    let seen = server.seen();
    let mut times: Vec<_> = seen.mails.iter().map(|mail| mail.at).collect();
    times.sort();
    assert!(times.windows(9).all(|nine| nine[8] - nine[0] >= Duration::from_secs(1)));
}

#[tokio::test]
async fn a_domain_gets_no_more_at_once_than_it_may() {
    let room = PostRoom::new().await;
    let friends = (1..=3).map(address).chain((1..=3).map(|n| format!("guest{n}@others.example")));
    room.invite_all(friends, Duration::ZERO).await;
    let handle = room.store.register_dispatcher("test", false, room.now()).await.unwrap();
    let limits = Limits {
        batch_size: 100,
        batch_interval: Duration::from_secs(1),
        per_second: None,
        per_day: None,
        per_domain: Some(2),
    };
    let order = |now| Order {
        dispatcher: handle.id,
        route: "smtp://x",
        shared: None,
        most: 50,
        limits: &limits,
        now,
    };
    let Claim::Mails(mails) = room.store.claim(&order(room.now())).await.unwrap() else {
        unreachable!()
    };
    let domains: Vec<&str> = mails.iter().filter_map(|mail| Some(mail.email.split_once('@')?.1)).collect();
    assert_eq!(domains, ["friends.example", "friends.example", "others.example", "others.example"]);
    assert_eq!(room.store.claim(&order(room.now())).await.unwrap(), Claim::Wait(Wait::Rate, None));
}

#[tokio::test]
async fn what_was_closed_while_in_doubt_is_not_sent_again() {
    let script = Script::new().fault(Fault::at(Step::Dot).hangs());
    let (room, server) = (PostRoom::new().await, SmtpServer::start(script).await);
    let ids = room.invite(1).await;
    let handle = room.store.register_dispatcher("test", false, room.now()).await.unwrap();
    let limits = Limits {
        batch_size: 100,
        batch_interval: Duration::from_secs(1),
        per_second: None,
        per_day: None,
        per_domain: None,
    };
    let order = Order {
        dispatcher: handle.id,
        route: "smtp://x",
        shared: None,
        most: 5,
        limits: &limits,
        now: room.now(),
    };
    let Claim::Mails(mails) = room.store.claim(&order).await.unwrap() else {
        unreachable!()
    };
    let all = ids.iter().map(|id| id.0.unsigned_abs()).collect();
    let record = |event| Record {
        invitation: mails[0].invitation,
        event,
        answer: Answer::default(),
        via: Via::Smtp,
        at: room.now(),
        luck: 0.5,
    };
    let event = DeliveryEvent::BodyStarts(mails[0].attempt);
    assert_eq!(
        room.store.record(&[record(event)]).await.unwrap(),
        [Written::Now(Delivery::Sending)]
    );
    let event = DeliveryEvent::NoAnswer(mails[0].attempt);
    assert_eq!(
        room.store.record(&[record(event)]).await.unwrap(),
        [Written::Now(Delivery::InDoubt)]
    );
    assert_eq!(
        room.store
            .settle(&all, Settlement::SendAgain, &operator(), room.now())
            .await
            .unwrap(),
        1
    );
    let event = DeliveryEvent::Taken(mails[0].attempt);
    assert_eq!(
        room.store.record(&[record(event)]).await.unwrap(),
        [Written::Stale],
        "it was settled meanwhile"
    );
    let plan = room
        .store
        .plan(Act::Discard, &all, room.rules(), &Progress::default())
        .await
        .unwrap();
    room.store
        .apply(&plan, &operator(), room.rules(), &Progress::default())
        .await
        .unwrap();
    room.store.retire_dispatcher(handle, room.now()).await.unwrap();
    assert_eq!(room.dispatch(&server).await.unwrap(), Summary::default());
    assert_eq!((room.row(ids[0]).await.status, server.seen().mails.len()), (Status::Discarded, 0));
}

#[tokio::test]
async fn an_address_that_needs_smtputf8_fails_with_plain_words() {
    let (room, server) = (PostRoom::new().await, SmtpServer::start(Script::new()).await);
    let ids = room
        .invite_all(["jörg@bücher.example".to_owned(), "ann@bücher.example".to_owned()], Duration::ZERO)
        .await;
    let summary = room.dispatch(&server).await.unwrap();
    assert_eq!((summary.sent, summary.failed), (1, 1));
    assert_eq!(server.seen().mails[0].to, "ann@xn--bcher-kva.example");
    let row = room.row(ids[0]).await;
    assert!(row.reason.is_some_and(|reason| reason.contains("SMTPUTF8")));
}
