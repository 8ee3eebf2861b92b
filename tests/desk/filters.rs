//! What the store finds is what the language means: SQL against the plain reference.

use crate::shop::{SEND, Shop, ids};
use guestlist::desk::Progress;
use guestlist::domain::filter::Filter;
use guestlist::domain::filter::matching::{Facts, matches};
use guestlist::domain::invitation::{Inviter, Row};
use guestlist::domain::plan::Act;
use std::time::Duration;

const TERMS: &[&str] = &[
    "friend",
    "friend1",
    "-friend2",
    "FRIEND3",
    "nobody",
    "example.com",
    "status:not_sent",
    "status:sent,discarded",
    "-status:discarded",
    "delivery:queued",
    "delivery:idle",
    "-delivery:idle",
    "delivery:idle,queued",
    "id:3..9",
    "id:>10",
    "-id:2",
    "website:main",
    "website:nosuch",
    "group:general",
    "-group:General",
    "sender:default",
    "email:@example",
    "email:none",
    "-email:7",
    "invitee:none",
    "invitee:any",
    "inviter:admin",
    "inviter:ann",
    "sent:none",
    "sent:any",
    "created:today",
    "created:>1h",
    "created:30s",
    "-created:2026-05",
    "created:2025..2026-05-20",
    "times:0",
    "times:>0",
    "via:folder",
    "reason:none",
    "reason:any",
    "reason:5.1.1",
    "is:open",
    "-is:open",
    "is:other",
    "expires:none",
    "last_sent:7d",
];

fn facts<'a>(row: &'a Row, inviter: Option<&'a str>) -> Facts<'a> {
    Facts {
        id: row.id.0,
        status: row.status,
        email: row.email.as_deref(),
        invitee: row.invitee.as_deref(),
        inviter,
        sent: row.sent_at,
        registered: row.registered_at,
        created: Some(row.created_at),
        last_sent: row.last_sent_at,
        expires: row.expires_at,
        discarded: None,
        website: &row.website,
        group: &row.group,
        sender: &row.sender,
        delivery: row.delivery,
        times: i64::from(row.times_sent),
        via: row.via,
        reason: row.reason.as_deref(),
        other_address: row.other_address,
        selected: false,
    }
}

/// Every term alone, and every pair of terms.
#[tokio::test]
async fn the_store_finds_what_the_language_means() {
    let shop = Shop::new().await;
    let first = shop.invite_many(12).await;
    shop.act(Act::Discard, &ids(&first[3..6])).await;
    shop.clock.advance(Duration::from_hours(2));
    let second = shop.invite(&["bo@friend.example", "zoë@bücher.example", "x_%y@example.org"]).await;
    shop.act(SEND, &ids(&[first[0], first[7], second[1]])).await;
    let (rows, zone, now) = (shop.all().await, shop.desk.zone().await, shop.desk.now());
    let pairs = TERMS
        .iter()
        .enumerate()
        .flat_map(|(nth, a)| TERMS.iter().skip(nth).step_by(5).map(move |b| format!("{a} {b}")));
    for text in TERMS.iter().map(|term| (*term).to_owned()).chain(pairs) {
        let filter = Filter::parse(&text).unwrap();
        let inviters: Vec<Option<String>> = rows
            .iter()
            .map(|row| (row.inviter != Inviter::Admin).then(|| row.inviter.to_string()))
            .collect();
        let mut wanted: Vec<u64> = rows
            .iter()
            .zip(&inviters)
            .filter(|(row, inviter)| matches(&filter, &facts(row, inviter.as_deref()), zone, now))
            .map(|(row, _)| row.id.0.unsigned_abs())
            .collect();
        wanted.sort_unstable();
        let found: Vec<u64> = shop.desk.matching(&filter, &Progress::default()).await.unwrap().iter().collect();
        assert_eq!(found, wanted, "{text}");
        assert_eq!(shop.desk.count(&filter).await.unwrap(), wanted.len() as u64, "count of {text}");
    }
}
