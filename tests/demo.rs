//! Made-up data: complete, consistent, the same for each seed, and with nothing left to be sent.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "support/shop.rs"]
#[expect(dead_code, reason = "only some of what a shop offers is needed here")]
mod shop;

use guestlist::desk::Progress;
use guestlist::domain::email::EmailAddress;
use guestlist::domain::filter::Filter;
use guestlist::domain::status::Status;
use shop::{NOW, Shop};

const ROWS: u64 = 4_000;

async fn made_up(seed: u64) -> Shop {
    let shop = Shop::new().await;
    shop.desk.fill_demo(ROWS, seed, &Progress::default()).await.unwrap();
    shop
}

async fn count(shop: &Shop, filter: &str) -> u64 {
    shop.desk.count(&Filter::parse(filter).unwrap()).await.unwrap()
}

#[tokio::test]
async fn statuses_come_in_a_busy_shops_shares_and_the_sums_agree() {
    let shop = made_up(1).await;
    let totals = shop.desk.totals().await.unwrap();
    assert_eq!(totals.all, ROWS);
    for (status, least, most) in [
        (Status::NotSent, 6, 11),
        (Status::Sent, 50, 62),
        (Status::Accepted, 25, 33),
        (Status::Discarded, 5, 9),
    ] {
        let share = totals.by_status.get(&status).copied().unwrap_or_default() * 100 / ROWS;
        assert!((least..=most).contains(&share), "{status:?}: {share} %");
    }
    assert!(totals.by_website.len() == 3 && totals.by_group.len() == 5);
    shop.check_sums().await;
}

#[tokio::test]
async fn nothing_is_left_to_be_sent_and_some_of_each_trouble_is_there() {
    let shop = made_up(2).await;
    assert_eq!(count(&shop, "delivery:queued,claimed,sending,deferred").await, 0);
    assert!(count(&shop, "delivery:failed").await > 10);
    assert!(count(&shop, "delivery:in_doubt").await > 0);
    assert!(count(&shop, "is:other").await > 10);
    assert!(count(&shop, "inviter:none").await > 100);
    assert_eq!(count(&shop, "status:sent sent:none").await, 0);
}

#[tokio::test]
async fn every_row_is_one_that_could_have_happened() {
    let shop = made_up(3).await;
    for row in shop.all().await.into_iter().step_by(3) {
        let email = EmailAddress::parse(row.email.as_deref().unwrap()).unwrap();
        let domain = email.domain_ascii();
        assert!(domain.ends_with(".example") || domain.contains("example."), "{domain}");
        let order = [Some(row.created_at), row.sent_at, row.last_sent_at, row.registered_at];
        assert!(order.into_iter().flatten().is_sorted(), "{row:?}");
        assert!(order.into_iter().flatten().all(|at| at < NOW));
        assert_eq!(row.status == Status::Accepted, row.registered_at.is_some() && row.invitee.is_some());
        assert_eq!(row.times_sent == 0, row.sent_at.is_none());
        let detail = shop.desk.detail(row.id).await.unwrap().unwrap();
        assert!(detail.history.iter().map(|entry| entry.at).is_sorted(), "{:?}", detail.history);
        let events: Vec<&str> = detail.history.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(events.contains(&"sent"), row.sent_at.is_some());
        assert_eq!(events.contains(&"accepted"), row.status == Status::Accepted);
        assert_eq!(events.contains(&"discarded"), row.status == Status::Discarded);
        let handed_over = detail.attempts.iter().filter(|attempt| attempt.outcome.label() == "sent").count();
        assert_eq!(u32::try_from(handed_over).unwrap(), row.times_sent);
    }
}

#[tokio::test]
async fn a_seed_always_makes_the_same_and_another_one_something_else() {
    let (one, same, other) = (made_up(7).await, made_up(7).await, made_up(8).await);
    let rows = one.all().await;
    assert_eq!(rows, same.all().await);
    assert_ne!(rows, other.all().await);
}

#[tokio::test]
async fn made_up_data_never_mixes_with_real_data() {
    let shop = Shop::new().await;
    shop.invite(&["real@shop.example"]).await;
    let told = shop.desk.fill_demo(10, 1, &Progress::default()).await.unwrap_err().to_string();
    assert!(told.contains("--db"), "{told}");
    assert_eq!(count(&shop, "").await, 1);
}

#[tokio::test]
async fn a_cancelled_fill_leaves_nothing_behind() {
    let shop = Shop::new().await;
    let progress = Progress::default();
    progress.cancel();
    shop.desk.fill_demo(5_000, 1, &progress).await.unwrap_err();
    assert_eq!(count(&shop, "").await, 0);
    shop.desk.fill_demo(5_000, 1, &Progress::default()).await.unwrap();
    assert_eq!(count(&shop, "").await, 5_000);
}

#[tokio::test]
async fn few_rows_are_enough() {
    for rows in [1, 2, 97, 98] {
        let shop = Shop::new().await;
        shop.desk.fill_demo(rows, 1, &Progress::default()).await.unwrap();
        assert_eq!(count(&shop, "").await, rows);
    }
}
