//! The desk's verbs against a real database: acting, undoing, creating, reporting; the sums always agree with the rows.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/shop.rs"]
mod shop;

#[path = "desk/filters.rs"]
mod filters;

use guestlist::desk::{ActContext, Desk, PageFrom, Place, Progress, UndoState};
use guestlist::domain::create::Verdict;
use guestlist::domain::delivery::Delivery;
use guestlist::domain::email::EmailAddress;
use guestlist::domain::filter::Filter;
use guestlist::domain::ids::SenderId;
use guestlist::domain::invitation::{Column, Row, Sort, SortKey};
use guestlist::domain::plan::{Act, Bucket};
use guestlist::domain::settings::{Scope, Setting};
use guestlist::domain::status::Status;
use shop::{SEND, Shop, ids};
use std::time::Duration;

#[tokio::test]
async fn a_new_database_starts_with_a_website_a_sender_and_three_groups() {
    let shop = Shop::new().await;
    let catalog = shop.desk.catalog().await.unwrap();
    assert!(shop.desk.is_new());
    assert_eq!((catalog.websites.len(), catalog.senders.len()), (1, 1));
    assert_eq!(
        catalog.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        ["General", "Retailer", "Wholesale"]
    );
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_database_or_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new().await;
    shop.invite(&["a@example.com"]).await;
    for file in std::fs::read_dir(shop.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[tokio::test]
async fn a_missing_or_other_key_is_refused_and_never_replaced() {
    let shop = Shop::new().await;
    shop.desk.close().await;
    let key = shop.folder.path().join("links.key");
    let good = std::fs::read(&key).unwrap();
    let open = async || {
        let options = guestlist::store::OpenOptions {
            path: shop.folder.path().join("shop.db"),
            key_file: key.clone(),
            create: true,
            read_only: false,
        };
        guestlist::store::Store::open(&options)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    std::fs::remove_file(&key).unwrap();
    assert!(open().await.unwrap_err().contains("missing"));
    std::fs::write(&key, "00".repeat(32)).unwrap();
    assert!(open().await.unwrap_err().contains("another database"));
    std::fs::write(&key, &good).unwrap();
    open().await.unwrap();
}

#[tokio::test]
async fn every_address_gets_its_own_verdict() {
    let shop = Shop::new().await;
    let first = shop.invite(&["ann@example.com"]).await;
    let list: Vec<EmailAddress> = ["new@example.com", "ANN@example.com", "new@EXAMPLE.com"]
        .iter()
        .map(|text| EmailAddress::parse(text).unwrap())
        .collect();
    let verdicts = shop.desk.judge(&list, SenderId(1), None).await.unwrap();
    assert_eq!(verdicts[0], Verdict::Ready);
    assert!(matches!(&verdicts[1], Verdict::AlreadyInvited { id, status: Status::NotSent, by, .. } if *id == first[0] && by == "anna"));
    assert_eq!(verdicts[2], Verdict::Twice(1));
}

#[tokio::test]
async fn a_send_takes_exactly_the_planned_rows_and_can_be_undone() {
    let shop = Shop::new().await;
    let all = shop.invite_many(5).await;
    let plan = shop.desk.plan(SEND, &ids(&all), &Progress::default()).await.unwrap();
    assert_eq!(plan.count(Bucket::WillSend), 5);
    // One is discarded between the plan and the act.
    shop.act(Act::Discard, &ids(&all[..1])).await;
    let why = ActContext {
        filter: "friend".to_owned(),
        reason: None,
    };
    let applied = shop.desk.apply(&plan, &why, &Progress::default()).await.unwrap();
    assert_eq!((applied.done, applied.outcomes.get(&Bucket::ChangedMeanwhile)), (4, Some(&1)));
    assert_eq!(shop.row(all[1]).await.delivery, Delivery::Queued);
    assert_eq!(shop.row(all[0]).await.delivery, Delivery::Idle);
    let summary = shop.desk.actions(1).await.unwrap().remove(0);
    assert_eq!(
        (summary.kind.as_str(), summary.filter.as_str(), summary.undo.clone()),
        ("send", "friend", UndoState::Possible { rows: 4 })
    );
    let undone = shop.desk.undo(applied.action, &Progress::default()).await.unwrap();
    assert_eq!((undone.done, undone.left), (4, 0));
    assert_eq!(shop.row(all[1]).await.delivery, Delivery::Idle);
    assert!(shop.desk.undo(applied.action, &Progress::default()).await.is_err());
    shop.check_sums().await;
}

#[tokio::test]
async fn a_discard_withdraws_the_mail_and_is_undone_at_any_time() {
    let shop = Shop::new().await;
    let all = shop.invite_many(3).await;
    shop.act(SEND, &ids(&all)).await;
    let discard = shop.act(Act::Discard, &ids(&all)).await;
    for id in &all {
        let row = shop.row(*id).await;
        assert_eq!((row.status, row.delivery), (Status::Discarded, Delivery::Idle));
    }
    shop.check_sums().await;
    shop.clock.advance(Duration::from_hours(2160));
    assert_eq!(shop.desk.undo(discard.action, &Progress::default()).await.unwrap().done, 3);
    assert_eq!(shop.row(all[0]).await.status, Status::NotSent);
    shop.check_sums().await;
}

#[tokio::test]
async fn two_discarded_twins_do_not_both_come_back() {
    let shop = Shop::new().await;
    let first = shop.invite(&["ann@example.com"]).await;
    shop.act(Act::Discard, &ids(&first)).await;
    let second = shop.invite(&["ann@example.com"]).await;
    shop.act(Act::Discard, &ids(&second)).await;
    let both = ids(&[first[0], second[0]]);
    let applied = shop.act(Act::Restore, &both).await;
    assert_eq!((applied.done, applied.outcomes.get(&Bucket::ChangedMeanwhile)), (1, Some(&1)));
    shop.check_sums().await;
}

#[tokio::test]
async fn a_cancelled_act_leaves_whole_chunks() {
    let shop = Shop::new().await;
    let all = shop.invite_many(20).await;
    let plan = shop.desk.plan(Act::Discard, &ids(&all), &Progress::default()).await.unwrap();
    let progress = Progress::default();
    progress.cancel();
    let applied = shop.desk.apply(&plan, &ActContext::default(), &progress).await.unwrap();
    assert!(applied.cancelled);
    assert_eq!(applied.done, 0);
    assert_eq!(shop.desk.count(&Filter::parse("status:discarded").unwrap()).await.unwrap(), 0);
    shop.check_sums().await;
}

#[tokio::test]
async fn only_what_is_not_sent_and_not_in_flight_can_be_edited() {
    let shop = Shop::new().await;
    let all = shop.invite(&["ann@example.com", "bo@example.com"]).await;
    let other = EmailAddress::parse("anna@example.com").unwrap();
    shop.desk.edit(all[0], &other, "Hello").await.unwrap();
    assert_eq!(shop.row(all[0]).await.email.as_deref(), Some("anna@example.com"));
    assert_eq!(shop.desk.count(&Filter::parse("anna@").unwrap()).await.unwrap(), 1);
    let twin = shop.desk.edit(all[1], &other, "Hello").await.unwrap_err().to_string();
    assert!(twin.contains("already invited"), "{twin}");
    shop.act(SEND, &ids(&all)).await;
    assert!(
        shop.desk
            .edit(all[0], &other, "Hello again")
            .await
            .unwrap_err()
            .to_string()
            .contains("queued")
    );
}

#[tokio::test]
async fn while_switched_off_nothing_is_created_or_sent() {
    let shop = Shop::new().await;
    let all = shop.invite_many(1).await;
    shop.desk.set_setting(Setting::Enabled, Scope::Global, "off").await.unwrap();
    let plan = shop.desk.plan(SEND, &ids(&all), &Progress::default()).await.unwrap();
    let refused = shop
        .desk
        .apply(&plan, &ActContext::default(), &Progress::default())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("switched off"));
}

/// Every page of every order, forwards and backwards, is the naive sort's.
#[tokio::test]
async fn pages_in_every_order_are_those_of_a_naive_sort() {
    let shop = Shop::new().await;
    let addresses: Vec<String> = (0..37)
        .map(|nth| format!("{}{nth}@example.com", if nth % 3 == 0 { "B" } else { "a" }))
        .collect();
    let all = shop.invite(&addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    shop.act(Act::Discard, &ids(&all[5..9])).await;
    shop.clock.advance(Duration::from_secs(5));
    shop.act(SEND, &ids(&all[20..30])).await;
    let rows = shop.all().await;
    for column in Column::ALL {
        for descending in [false, true] {
            let sort = Sort { column, descending };
            let wanted = naive_order(&rows, sort);
            assert_eq!(walk(&shop.desk, sort, 4, true).await, wanted, "{sort:?} forwards");
            assert_eq!(walk(&shop.desk, sort, 4, false).await, wanted, "{sort:?} backwards");
        }
    }
}

fn naive_order(rows: &[Row], sort: Sort) -> Vec<i64> {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|a, b| {
        let rank = |row: &Row| match SortKey::of(row, sort.column) {
            SortKey::Empty => (1, 0, String::new()),
            SortKey::Number(number) => (0, number, String::new()),
            SortKey::Text(text) => (0, 0, text.to_lowercase()),
        };
        let (ka, kb) = (rank(a), rank(b));
        let values = if sort.descending {
            (kb.1, kb.2).cmp(&(ka.1, ka.2))
        } else {
            (ka.1, ka.2).cmp(&(kb.1, kb.2))
        };
        let by_id = if sort.descending { b.id.cmp(&a.id) } else { a.id.cmp(&b.id) };
        ka.0.cmp(&kb.0).then(values).then(by_id)
    });
    rows.iter().map(|row| row.id.0).collect()
}

async fn walk(desk: &Desk, sort: Sort, step: usize, forward: bool) -> Vec<i64> {
    let mut found = Vec::new();
    let mut from = if forward { PageFrom::Start } else { PageFrom::End };
    loop {
        let page = desk.page(&Filter::all(), sort, from, step).await.unwrap();
        assert!(page.rows.len() <= step);
        let batch: Vec<i64> = page.rows.iter().map(|row| row.id.0).collect();
        if forward {
            found.extend(batch);
        } else {
            found.splice(0..0, batch);
        }
        let done = if forward { page.at_end } else { page.at_start };
        let edge = if forward { page.rows.last() } else { page.rows.first() };
        match edge {
            Some(row) if !done => {
                let place = Place::of(row, sort);
                from = if forward { PageFrom::After(place) } else { PageFrom::Before(place) };
            }
            _ => return found,
        }
    }
}

#[tokio::test]
async fn select_all_is_what_matched_then() {
    let shop = Shop::new().await;
    shop.invite_many(10).await;
    let filter = Filter::parse("friend").unwrap();
    let selected = shop.desk.matching(&filter, &Progress::default()).await.unwrap();
    shop.invite(&["friend11@example.com"]).await;
    assert_eq!((selected.len(), shop.desk.count(&filter).await.unwrap()), (10, 11));
}

#[tokio::test]
async fn a_new_zone_cuts_the_days_anew() {
    let shop = Shop::new().await;
    shop.invite_many(4).await;
    shop.desk
        .set_setting(Setting::Timezone, Scope::Global, "Pacific/Auckland")
        .await
        .unwrap();
    shop.check_sums().await;
    assert_eq!(shop.desk.zone().await.to_string(), "Pacific/Auckland");
}

#[tokio::test]
async fn a_code_is_accepted_once_and_closes_what_waits() {
    let shop = Shop::new().await;
    let all = shop.invite(&["ann@example.com", "bo@example.com"]).await;
    shop.act(SEND, &ids(&all)).await;
    let link = shop.desk.link(all[0]).await.unwrap();
    let code = guestlist::domain::code::code_in(&link).to_owned();
    let account = EmailAddress::parse("ann.private@example.net").unwrap();
    let accepted = shop.desk.accept(&code, &account).await.unwrap().unwrap();
    assert!(accepted.other_address);
    let row = shop.row(all[0]).await;
    assert_eq!((row.status, row.delivery, row.sent_at), (Status::Accepted, Delivery::Idle, None));
    assert_eq!(row.invitee.as_deref(), Some("ann.private@example.net"));
    assert!(shop.desk.accept(&code, &account).await.unwrap().is_err());
    assert!(shop.desk.accept(&code.to_uppercase(), &account).await.unwrap().is_err());
    shop.check_sums().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_before_anything_is_touched() {
    let shop = Shop::new().await;
    shop.desk.close().await;
    let path = shop.folder.path().join("shop.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let options = guestlist::store::OpenOptions {
        path,
        key_file: shop.folder.path().join("links.key"),
        create: true,
        read_only: false,
    };
    let refused = guestlist::store::Store::open(&options).await.unwrap_err().to_string();
    assert!(refused.contains("newer guestlist"), "{refused}");
}
