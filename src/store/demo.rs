//! A made-up shop for an empty database: three years of invitations as a busy shop would have them, the same for each seed.
//!
//! All or nothing in one transaction; the indexes are taken down and built again at the end, which is many times as fast as keeping
//! them while a million rows arrive. Nothing is left to be sent, and every address is in a domain reserved for examples.

mod calendar;
mod dice;
mod people;
mod rows;
mod words;
mod write;

use super::{Progress, Store, StoreError, Tx, actions, get, rollup};
use crate::domain::actor::Actor;
use crate::domain::time::Moment;
use calendar::{Calendar, MINUTE};
use rows::World;
use std::time::Duration;

/// Customers who invite, at most.
const MOST_CUSTOMERS: u64 = 50_000;

/// The tables whose indexes are built at the end.
const TABLES: &str = "('invitation', 'history', 'attempt', 'customer')";

impl Store {
    /// Fills a database that has no invitations with `rows` made-up ones up to `now`.
    pub async fn fill_demo(&self, rows: u64, seed: u64, by: &Actor, now: Moment, progress: &Progress) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let full: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM invitation)")
            .fetch_one(&mut *tx)
            .await?;
        if full != 0 {
            let path = self.path().display();
            return Err(StoreError::Refused(format!(
                "{path} has invitations already, and made-up ones never mix with real ones: name a new file with --db"
            )));
        }
        if rows == 0 {
            return Ok(());
        }
        let action = actions::record_single(
            &mut tx,
            "demo",
            by,
            now,
            None,
            Some(&format!("{rows} made-up invitations, seed {seed}")),
        )
        .await?;
        tracing::info!(%action, rows, seed, "filling the database with made-up data");
        // A page that is still warm is written once; sorting for the indexes may use the second core.
        for pragma in ["PRAGMA cache_size = -131072", "PRAGMA threads = 2"] {
            sqlx::query(pragma).execute(&mut *tx).await?;
        }
        seed_shop(&mut tx).await?;
        let world = world(&mut tx, rows, seed, now).await?;
        let indexes = take_down_indexes(&mut tx).await?;
        // An index takes about as long as a twentieth of the rows.
        let step = rows / 20;
        progress.set_total(rows + step * (indexes.len() as u64 + 4));
        if !fill(&mut tx, &world, progress).await? {
            tx.rollback().await?;
            return Err(StoreError::Refused("cancelled: the database is as empty as it was".to_owned()));
        }
        progress.add(step * 4);
        for sql in indexes {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await?;
            progress.add(step);
        }
        rollup::rebuild(&mut tx).await?;
        tx.commit().await?;
        sqlx::query("PRAGMA optimize").execute(&mut *self.begin().await?).await?;
        sqlx::query("PRAGMA cache_size = -16384").execute(&mut *self.begin().await?).await?;
        Ok(())
    }
}

/// Writes everything; false when it was cancelled on the way.
async fn fill(tx: &mut Tx, world: &World, progress: &Progress) -> Result<bool, StoreError> {
    for first in (0..world.customers).step_by(write::CHUNK as usize) {
        let upto = (first + write::CHUNK).min(world.customers);
        write::accounts(tx, (first..upto).map(|nth| world.customer(nth))).await?;
    }
    let mut account = world.first_customer + world.customers as i64;
    let mut stuck = Vec::new();
    for first in (0..world.rows).step_by(write::CHUNK as usize) {
        if progress.is_cancelled() {
            return Ok(false);
        }
        let upto = (first + write::CHUNK).min(world.rows);
        let mut made = Vec::with_capacity(write::CHUNK as usize);
        for nth in first..upto {
            let row = world.invitation(nth, account);
            account += i64::from(row.invitee.is_some());
            made.push(row);
        }
        stuck.extend(write::invitations(tx, made).await?);
        progress.add(upto - first);
    }
    write::consequences(tx, &stuck).await?;
    Ok(true)
}

/// Three websites, six senders and some groups, beside what the database started with.
async fn seed_shop(tx: &mut Tx) -> Result<(), StoreError> {
    for sql in [
        "INSERT OR IGNORE INTO website (code, name, base_url) VALUES ('main', 'Main Website', 'https://shop.example'),
             ('de', 'Deutschland', 'https://shop.example/de'), ('outlet', 'Outlet', 'https://outlet.example')",
        "INSERT OR IGNORE INTO sender (website_id, code, name, from_name, from_email, mail_domain, reply_to, locale)
         SELECT w.id, c.column2, c.column3, c.column4, c.column5, c.column6, c.column7, c.column8 FROM (VALUES
             ('main', 'default', 'Default Store View', 'My Shop', 'hello@shop.example', 'shop.example', NULL, 'en'),
             ('de', 'de_default', 'Deutsch', 'Mein Laden', 'hallo@shop.example', 'shop.example', 'service@shop.example', 'de'),
             ('main', 'fr', 'Français', 'Ma Boutique', 'bonjour@shop.example', 'shop.example', NULL, 'fr'),
             ('main', 'es', 'Español', 'Mi Tienda', 'hola@shop.example', 'shop.example', NULL, 'es'),
             ('outlet', 'outlet', 'Outlet', 'Outlet Team', 'team@outlet.example', 'outlet.example', NULL, 'en'),
             ('outlet', 'outlet_de', 'Outlet Deutsch', 'Outlet-Team', 'team@outlet.example', 'outlet.example', NULL, 'de')) c
         JOIN website w ON w.code = c.column1",
        "INSERT OR IGNORE INTO customer_group (name) VALUES ('General'), ('Wholesale'), ('Retailer'), ('VIP'), ('Private Sale, Gold')",
    ] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    Ok(())
}

async fn world(tx: &mut Tx, rows: u64, seed: u64, now: Moment) -> Result<World, StoreError> {
    let mut senders = Vec::new();
    // The first sender and group are the shop's usual ones: they stand several times.
    let sql = "SELECT s.id, s.website_id, s.locale FROM sender s UNION ALL
               SELECT * FROM (SELECT s.id, s.website_id, s.locale FROM sender s ORDER BY s.id LIMIT 2) UNION ALL
               SELECT * FROM (SELECT s.id, s.website_id, s.locale FROM sender s ORDER BY s.id LIMIT 2)";
    for row in &sqlx::query(sql).fetch_all(&mut **tx).await? {
        senders.push((get(row, 0)?, get(row, 1)?, get(row, 2)?));
    }
    let sql = "SELECT g.id FROM customer_group g, (VALUES (1), (2), (3), (4)) n WHERE n.column1 = 1 OR g.name = 'General' ORDER BY 1";
    let groups = sqlx::query_scalar(sql).fetch_all(&mut **tx).await?;
    let first_customer = sqlx::query_scalar("SELECT ifnull(max(id), 0) + 1 FROM customer")
        .fetch_one(&mut **tx)
        .await?;
    Ok(World {
        seed,
        rows,
        calendar: Calendar::until(now),
        // What ended within the last moments would count against the limits.
        latest: now.minus(Duration::from_micros(10 * MINUTE.unsigned_abs())),
        senders,
        groups,
        customers: (rows / 20).clamp(2, MOST_CUSTOMERS),
        first_customer,
    })
}

/// Takes the indexes down; gives the statements that build them again.
async fn take_down_indexes(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let sql = format!("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN {TABLES}");
    let mut statements = Vec::new();
    for row in &sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut **tx).await? {
        let name: String = get(row, 0)?;
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP INDEX \"{name}\"")))
            .execute(&mut **tx)
            .await?;
        statements.push(get(row, 1)?);
    }
    Ok(statements)
}
