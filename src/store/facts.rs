//! What the plan's rules look at, for many rows at once: `SQLite` groups the rows by their facts, the domain decides once a group.

use super::{Store, StoreError, get, json_ids};
use crate::domain::ids::InvitationId;
use crate::domain::plan::{Act, Plan, RowFacts};
use crate::domain::time::Moment;
use roaring::RoaringTreemap;
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Sqlite};

/// Rows that one statement, and one transaction of a mass change, takes.
pub(super) const CHUNK: usize = 10_000;

/// How many addresses of a bucket a plan shows.
const EXAMPLES: usize = 3;

/// What the rules compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulesAt {
    /// Now.
    pub now: Moment,
    /// Mails of other invitations since then cool an address down.
    pub cooling_since: Moment,
}

/// The columns of facts; `?1` the ids, `?2` now, `?3` the start of the cool-down.
const FACTS: &str = "
SELECT i.status, ifnull(m.state, 0),
    EXISTS (SELECT 1 FROM suppression x WHERE x.address_key IN (i.email_key, substr(i.email_key, instr(i.email_key, '@')))),
    EXISTS (SELECT 1 FROM customer c WHERE c.email_key = i.email_key AND c.website_id = i.website_id),
    i.status = 0 AND EXISTS (SELECT 1 FROM invitation o WHERE o.email_key = i.email_key AND o.id <> i.id AND o.last_sent_at > ?3),
    i.status = 3 AND EXISTS (SELECT 1 FROM invitation o WHERE o.email_key = i.email_key AND o.website_id = i.website_id
        AND ifnull(o.inviter_id, 0) = ifnull(i.inviter_id, 0) AND o.status < 2 AND o.id <> i.id),
    ifnull(i.expires_at <= ?2, 0),
    group_concat(i.id)
FROM json_each(?1) j JOIN invitation i ON i.id = j.value LEFT JOIN mail m ON m.invitation_id = i.id
GROUP BY 1, 2, 3, 4, 5, 6, 7";

/// A discard looks at the status and the delivery alone.
const FEW_FACTS: &str = "
SELECT i.status, ifnull(m.state, 0), 0, 0, 0, 0, 0, group_concat(i.id)
FROM json_each(?1) j JOIN invitation i ON i.id = j.value LEFT JOIN mail m ON m.invitation_id = i.id
GROUP BY 1, 2";

/// Puts the rows of `ids` into `plan`, as they are for this connection now.
pub(super) async fn classify<'c>(
    connection: impl Executor<'c, Database = Sqlite>,
    plan: &mut Plan,
    ids: &str,
    at: RulesAt,
) -> Result<(), StoreError> {
    let sql = if plan.act == Act::Discard { FEW_FACTS } else { FACTS };
    let rows = sqlx::query(sql)
        .bind(ids)
        .bind(at.now.0)
        .bind(at.cooling_since.0)
        .fetch_all(connection)
        .await?;
    for row in &rows {
        let facts = read_facts(row)?;
        let ids: String = get(row, 7)?;
        plan.add(facts, ids.split(',').filter_map(|id| id.parse().ok()));
    }
    Ok(())
}

fn read_facts(row: &SqliteRow) -> Result<RowFacts, StoreError> {
    let yes = |column| get::<i64>(row, column).map(|flag| flag != 0);
    Ok(RowFacts {
        status: super::rows::status(get(row, 0)?)?,
        delivery: super::rows::delivery(get(row, 1)?)?,
        suppressed: yes(2)?,
        customer: yes(3)?,
        cooling_down: yes(4)?,
        duplicate: yes(5)?,
        expired: yes(6)?,
    })
}

/// Identities in chunks of one transaction's size, in order.
pub(super) fn chunks(ids: &RoaringTreemap) -> impl Iterator<Item = Vec<i64>> {
    let mut ids = ids.iter().filter_map(|id| i64::try_from(id).ok());
    std::iter::from_fn(move || {
        let chunk: Vec<i64> = ids.by_ref().take(CHUNK).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

impl Store {
    /// What `act` would do to the rows of `ids`, decided now.
    pub async fn plan(&self, act: Act, ids: &RoaringTreemap, at: RulesAt, progress: &super::Progress) -> Result<Plan, StoreError> {
        let mut plan = Plan::new(act);
        progress.set_total(ids.len());
        for chunk in chunks(ids) {
            if progress.is_cancelled() {
                break;
            }
            progress.add(chunk.len() as u64);
            classify(self.readers(), &mut plan, &json_ids(chunk), at).await?;
        }
        for rows in plan.buckets.values_mut() {
            let first: Vec<InvitationId> = rows
                .ids
                .iter()
                .take(EXAMPLES)
                .filter_map(|id| i64::try_from(id).ok())
                .map(InvitationId)
                .collect();
            rows.examples = self.rows(&first).await?.into_iter().filter_map(|row| row.email).collect();
        }
        Ok(plan)
    }
}
