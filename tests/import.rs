//! A shop moves in: every line of its export, counted against what is known to be in it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/shop.rs"]
#[expect(dead_code, reason = "only some of what a shop offers is needed here")]
mod shop;

use guestlist::desk::{Keep, Progress};
use guestlist::domain::import::{Imported, Kind};
use guestlist::domain::invitation::Inviter;
use guestlist::domain::status::Status;
use serde_json::Value;
use shop::Shop;
use sqlx::Row as _;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// In the order in which they refer to each other.
const FILES: [&str; 6] = ["websites", "stores", "customer_groups", "customers", "magento_invitation", "orders"];

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shop").join(name)
}

async fn import_text(shop: &Shop, text: &str, kind: Option<Kind>, keep: Keep) -> Imported {
    shop.desk
        .import(text.as_bytes(), "list.csv", kind, keep, &Progress::default())
        .await
        .unwrap()
}

async fn import_file(shop: &Shop, name: &str, keep: Keep) -> Imported {
    let text = std::fs::read_to_string(fixture(&format!("{name}.csv"))).unwrap();
    import_text(shop, &text, None, keep).await
}

async fn move_in(shop: &Shop) -> Vec<Imported> {
    let mut told = Vec::new();
    for name in FILES {
        told.push(import_file(shop, name, Keep::Everything).await);
    }
    told
}

/// Every table but the activity log, row by row.
async fn dump(shop: &Shop) -> Vec<String> {
    let path = shop.folder.path().join("shop.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut lines = Vec::new();
    let tables = sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'action%' ORDER BY 1");
    for table in tables.fetch_all(&pool).await.unwrap() {
        let table: String = table.get(0);
        let columns: String = sqlx::query_scalar("SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info(?)")
            .bind(&table)
            .fetch_one(&pool)
            .await
            .unwrap();
        let sql = sqlx::AssertSqlSafe(format!("SELECT {columns} FROM {table} ORDER BY 1"));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
        lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    pool.close().await;
    lines
}

fn truth() -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture("truth.json")).unwrap()).unwrap()
}

#[tokio::test]
async fn every_line_of_an_export_comes_in_or_says_why_not() {
    let shop = Shop::new().await;
    let told = move_in(&shop).await;
    let truth = truth();
    for (imported, count) in told.iter().zip([3, 4, 6, 950, 1973, 500]) {
        assert_eq!(imported.imported, count, "{:?}", imported.kind);
    }
    let invitations = &told[4];
    assert_eq!(invitations.lines, truth["lines"].as_u64().unwrap());
    let mut expected = BTreeMap::new();
    for (reason, lines) in truth["refused_lines"].as_object().unwrap() {
        for line in lines.as_array().unwrap() {
            expected.insert(line.as_u64().unwrap(), reason.clone());
        }
    }
    assert_eq!(invitations.refused.len(), expected.len());
    for refused in &invitations.refused {
        let reason = &expected[&refused.line];
        assert!(
            refused.reason.starts_with(reason.as_str()),
            "line {}: {} is not {reason}",
            refused.line,
            refused.reason
        );
    }
    let totals = shop.desk.totals().await.unwrap();
    for (status, count) in &totals.by_status {
        assert_eq!(*count, truth["imported"][status.code()].as_u64().unwrap(), "{status:?}");
    }
    shop.check_sums().await;
}

#[tokio::test]
async fn a_second_import_changes_nothing() {
    let shop = Shop::new().await;
    move_in(&shop).await;
    let before = dump(&shop).await;
    let told = move_in(&shop).await;
    assert_eq!(told.iter().map(|told| told.imported).sum::<u64>(), 0);
    assert_eq!((told[4].unchanged, told[4].refused.len()), (1973, 27));
    assert_eq!((told[3].unchanged, told[5].unchanged), (950, 500));
    assert_eq!(dump(&shop).await, before);
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_keeps_nothing() {
    let shop = Shop::new().await;
    for name in &FILES[..4] {
        import_file(&shop, name, Keep::Everything).await;
    }
    let before = dump(&shop).await;
    let dry = import_file(&shop, "magento_invitation", Keep::Nothing).await;
    assert_eq!(dump(&shop).await, before);
    assert_eq!(dry, import_file(&shop, "magento_invitation", Keep::Everything).await);
}

#[tokio::test]
async fn what_a_new_database_starts_with_is_taken_over() {
    let shop = Shop::new().await;
    move_in(&shop).await;
    let catalog = shop.desk.catalog().await.unwrap();
    assert_eq!((catalog.websites.len(), catalog.senders.len(), catalog.groups.len()), (3, 4, 6));
    assert_eq!(catalog.senders[0].from_name, "General Contact");
}

#[tokio::test]
async fn customers_who_come_later_take_the_place_of_their_number() {
    let shop = Shop::new().await;
    for name in ["websites", "stores", "customer_groups", "magento_invitation"] {
        import_file(&shop, name, Keep::Everything).await;
    }
    let unknown = |row: &guestlist::domain::invitation::Row| matches!(row.inviter, Inviter::Unknown(_));
    assert!(shop.all().await.iter().any(unknown));
    import_file(&shop, "customers", Keep::Everything).await;
    let late = shop.all().await;
    let late_dump = dump(&shop).await;
    let other = Shop::new().await;
    move_in(&other).await;
    assert_eq!(late, other.all().await);
    let texts = |lines: &[String]| {
        lines
            .iter()
            .filter(|line| line.starts_with("tally") || line.starts_with("day_sum"))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&late_dump), texts(&dump(&other).await));
    let found = shop
        .desk
        .count(&guestlist::domain::filter::Filter::parse("inviter:cathleenwieloch").unwrap())
        .await
        .unwrap();
    assert_eq!(
        found,
        late.iter()
            .filter(|row| row.inviter.to_string().contains("cathleenwieloch"))
            .count() as u64
    );
    shop.check_sums().await;
}

const HEAD: &str =
    "invitation_id,customer_id,invitation_date,email,referral_id,protection_code,signup_date,store_id,group_id,message,status\n";

#[tokio::test]
async fn known_numbers_come_before_duplicates_and_staff_keep_their_changes() {
    let shop = Shop::new().await;
    for name in ["websites", "stores", "customer_groups"] {
        import_file(&shop, name, Keep::Everything).await;
    }
    let line = "5,,2025-01-01 10:00:00,a@b.example,,c,,1,1,Hi,sent\n";
    assert_eq!(
        import_text(&shop, &format!("{HEAD}{line}"), None, Keep::Everything).await.imported,
        1
    );
    let id = shop.all().await[0].id;
    assert_eq!(id.0, 5);
    shop.act(guestlist::domain::plan::Act::Discard, &shop::ids(&[id])).await;
    assert_eq!(
        import_text(&shop, &format!("{HEAD}{line}"), None, Keep::Everything).await.unchanged,
        1
    );
    assert_eq!(shop.row(id).await.status, Status::Discarded);
    let other = import_text(&shop, &format!("{HEAD}{}", line.replace("Hi", "Ho")), None, Keep::Everything).await;
    assert_eq!(other.refused[0].reason, "already here, and differs");
    shop.check_sums().await;
}

#[tokio::test]
async fn a_number_that_is_taken_gives_way_and_is_remembered() {
    let shop = Shop::new().await;
    let own = shop.invite(&["own@example.com"]).await[0];
    for name in ["websites", "stores", "customer_groups"] {
        import_file(&shop, name, Keep::Everything).await;
    }
    let text = format!("{HEAD}{},,2025-01-01 10:00:00,a@b.example,,c,,1,1,Hi,new\n", own.0);
    import_text(&shop, &text, None, Keep::Everything).await;
    let rows = shop.all().await;
    assert_eq!(rows.len(), 2);
    let detail = shop.desk.detail(rows[0].id).await.unwrap().unwrap();
    assert_eq!((detail.external_id, detail.message.as_str()), (Some(own.0), "Hi"));
    assert_eq!(detail.history[0].event, "imported");
}

#[tokio::test]
async fn lines_count_in_files_with_carriage_returns_too() {
    let shop = Shop::new().await;
    let text = "email,reason\r\na@b.example,\"two\r\nlines\"\r\n\r\nwrong,x\r\nexample.net,y";
    let told = import_text(&shop, text, None, Keep::Everything).await;
    assert_eq!((told.kind, told.lines, told.imported), (Kind::Suppressions, 3, 2));
    assert_eq!(told.refused[0].line, 5);
    assert_eq!(import_text(&shop, text, None, Keep::Everything).await.unchanged, 2);
}
