//! The console over a real desk: keys in, screens out. It waits for what the screen shows and never sleeps.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "support/shop.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod shop;

#[path = "console/session.rs"]
mod session;

use guestlist::domain::status::Status;
use session::Session;
use shop::Shop;

#[tokio::test]
async fn staff_find_select_discard_and_undo() {
    let shop = Shop::new().await;
    shop.invite_many(130).await;
    shop.invite(&["ann.lee@vip.example", "bo@vip.example"]).await;
    Session::run(&shop, async |console: &Session| {
        console.sees("Set up").await;
        console.press("<Esc>");
        console.sees("132 of 132").await;
        console.press("/vip.example");
        console.sees("2 of 132").await;
        console.press("<Enter>A");
        console.sees("✓ 2").await;
        console.press("d");
        console.sees("Discard 2 selected invitations").await;
        console.press("<Tab>left the shop<Tab>");
        console.sees("Reason: left the shop").await;
        console.press("<C-s>");
        console.sees("2 invitations discarded · u undoes").await;
        console.sees("✖ Discarded").await;
        console.press("u");
        console.sees("Undo the last action?").await;
        console.press("<Enter>");
        console.sees("Undone for 2 rows").await;
        console.sees("○ Not Sent").await;
        console.press("q");
    })
    .await;
    let totals = shop.desk.totals().await.unwrap();
    assert_eq!(totals.by_status.get(&Status::NotSent), Some(&132));
}

#[tokio::test]
async fn many_rows_need_their_number_and_what_others_change_appears() {
    let shop = Shop::new().await;
    shop.invite_many(150).await;
    let desk = shop.desk.clone();
    Session::run(&shop, async |console: &Session| {
        console.sees("Set up").await;
        console.press("<Esc>");
        console.sees("150 of 150").await;
        console.press("A");
        console.sees("✓ 150").await;
        console.press("s");
        console.sees("Type 150, then Ctrl-S to send").await;
        console.press("<Enter>");
        console.sees("will be sent: 1 to").await;
        console.press("<Esc><C-s>");
        console.sees("Type 150 first").await;
        console.press("150<C-s>");
        console.sees("150 invitations queued to be sent").await;
        console.sees("⧗ queued").await;
        console.press("<Esc>/friend150@example.com<Enter>");
        console.sees("1 of 150  ✓ 150 (149 hidden)").await;
        let progress = guestlist::desk::Progress::new(0);
        desk.cancel_rest(&progress).await.unwrap();
        console.sees("○ Not Sent").await;
        console.press("q");
    })
    .await;
}

#[tokio::test]
async fn filter_sort_and_columns_come_back_after_a_restart() {
    let shop = Shop::new().await;
    shop.invite(&["zoe@example.com", "ann@example.com"]).await;
    Session::run(&shop, async |console: &Session| {
        console.sees("Set up").await;
        console.press("<Esc>");
        console.sees("2 of 2").await;
        console.press("/status:not_sent<Enter>oj<Enter>");
        console.sees("Email ▲").await;
        console.press("q");
    })
    .await;
    Session::run(&shop, async |console: &Session| {
        console.sees("Set up").await;
        console.press("<Esc>");
        console.sees("restored  status:not_sent").await;
        console.sees("Email ▲").await;
        console.press("<Esc>q");
    })
    .await;
}
