//! The sums that are kept beside the rows, so that neither the grid's header nor a report ever scans.
//!
//! Every change of invitations takes the rows out of the sums, changes them, and puts them back in, in one transaction:
//! [`take_out`] and [`put_in`] around the change. They do not care what the change is, so no change can forget a sum.

use super::{StoreError, Tx};
use crate::domain::period::Zone;
use crate::domain::settings::Setting;

const TALLY: &str = "
INSERT INTO tally (website_id, group_id, status, n)
SELECT website_id, group_id, status, ?1 * count(*) FROM invitation
WHERE id IN (SELECT value FROM json_each(?2)) GROUP BY 1, 2, 3
ON CONFLICT (website_id, group_id, status) DO UPDATE SET n = n + excluded.n";

/// The day of a moment in the zone of the settings, in SQL.
macro_rules! day_of {
    ($column:literal) => {
        concat!(
            "((",
            $column,
            " + (SELECT ahead FROM zone_offset WHERE starts_at <= ",
            $column,
            " ORDER BY starts_at DESC LIMIT 1)) - ((",
            $column,
            " + (SELECT ahead FROM zone_offset WHERE starts_at <= ",
            $column,
            " ORDER BY starts_at DESC LIMIT 1)) % 86400000000 + 86400000000) % 86400000000) / 86400000000"
        )
    };
}

/// Adds what `$rows` selects to the sums a day: once by the day of the first mail, once by the day of each event.
macro_rules! day_sums {
    ($rows:literal) => {
        concat!(
            "INSERT INTO day_sum (basis, day, website_id, sent, accepted, discarded)
             SELECT basis, day, website_id, ?1 * sum(sent), ?1 * sum(accepted), ?1 * sum(discarded) FROM (
                 SELECT 0 AS basis, ",
            day_of!("sent_at"),
            " AS day, website_id, 1 AS sent, status = 2 AS accepted, status = 3 AS discarded
                 FROM invitation WHERE sent_at IS NOT NULL AND ",
            $rows,
            " UNION ALL SELECT 1, ",
            day_of!("sent_at"),
            ", website_id, 1, 0, 0 FROM invitation WHERE sent_at IS NOT NULL AND ",
            $rows,
            " UNION ALL SELECT 1, ",
            day_of!("registered_at"),
            ", website_id, 0, 1, 0 FROM invitation WHERE registered_at IS NOT NULL AND status = 2 AND ",
            $rows,
            " UNION ALL SELECT 1, ",
            day_of!("discarded_at"),
            ", website_id, 0, 0, 1 FROM invitation WHERE discarded_at IS NOT NULL AND status = 3 AND ",
            $rows,
            ") WHERE true GROUP BY 1, 2, 3
             ON CONFLICT (basis, day, website_id) DO UPDATE SET
                 sent = sent + excluded.sent, accepted = accepted + excluded.accepted, discarded = discarded + excluded.discarded"
        )
    };
}

const DAYS_OF: &str = day_sums!("id IN (SELECT value FROM json_each(?2))");
const DAYS_OF_ALL: &str = day_sums!("true");

/// Takes the rows (a JSON array of ids) out of the sums, before they change.
pub(super) async fn take_out(tx: &mut Tx, ids: &str) -> Result<(), StoreError> {
    add(tx, ids, -1).await
}

/// Puts the rows (a JSON array of ids) into the sums, after they changed or were made.
pub(super) async fn put_in(tx: &mut Tx, ids: &str) -> Result<(), StoreError> {
    add(tx, ids, 1).await
}

async fn add(tx: &mut Tx, ids: &str, sign: i64) -> Result<(), StoreError> {
    sqlx::query(TALLY).bind(sign).bind(ids).execute(&mut **tx).await?;
    sqlx::query(DAYS_OF).bind(sign).bind(ids).execute(&mut **tx).await?;
    Ok(())
}

/// Makes every sum anew from the rows: after a bulk load.
pub(super) async fn rebuild(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM tally").execute(&mut **tx).await?;
    sqlx::query("INSERT INTO tally (website_id, group_id, status, n) SELECT website_id, group_id, status, count(*) FROM invitation GROUP BY 1, 2, 3")
        .execute(&mut **tx)
        .await?;
    rebuild_days(tx).await
}

/// Cuts the days in another zone.
pub(super) async fn recut_days(tx: &mut Tx, zone: &str) -> Result<(), StoreError> {
    let zone = Zone::parse(zone).map_err(|error| StoreError::Refused(format!("{}: {error}", Setting::Timezone.code())))?;
    sqlx::query("DELETE FROM zone_offset").execute(&mut **tx).await?;
    for (starts_at, ahead) in zone.offsets(1970, 2100) {
        sqlx::query("INSERT INTO zone_offset (starts_at, ahead) VALUES (?, ?)")
            .bind(starts_at.0)
            .bind(ahead)
            .execute(&mut **tx)
            .await?;
    }
    super::settings::write_fact(tx, super::settings::fact::ROLLUP_ZONE, Some(&zone.to_string())).await?;
    rebuild_days(tx).await
}

async fn rebuild_days(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM day_sum").execute(&mut **tx).await?;
    sqlx::query(DAYS_OF_ALL).bind(1i64).execute(&mut **tx).await?;
    Ok(())
}
