//! Orders of another system, for conversion.

use super::Fate;
use super::references::{Customers, Shop};
use crate::domain::import::{Named, OrderRecord};
use crate::store::{StoreError, Tx, get, json_ids};
use std::collections::HashMap;

/// What is kept of an order: customer, sender, when, how much.
type Content = (i64, Option<i64>, i64, i64);

pub(super) async fn take(tx: &mut Tx, chunk: &[(u64, OrderRecord)]) -> Result<Vec<(u64, Fate)>, StoreError> {
    let shop = Shop::load(tx).await?;
    let mut customers = Customers::load(tx, chunk.iter().map(|(_, record)| record.customer)).await?;
    let sql = "SELECT external_id, customer_id, sender_id, created_at, total FROM shop_order
               WHERE external_id IN (SELECT value FROM json_each(?))";
    let mut known: HashMap<i64, Content> = HashMap::new();
    let ids = json_ids(chunk.iter().map(|(_, record)| record.external_id));
    for row in &sqlx::query(sql).bind(ids).fetch_all(&mut **tx).await? {
        known.insert(get(row, 0)?, (get(row, 1)?, get(row, 2)?, get(row, 3)?, get(row, 4)?));
    }
    let mut fates = Vec::with_capacity(chunk.len());
    for (line, record) in chunk {
        let sender = match record.store.map(|number| shop.sender(&Named::Number(number))).transpose() {
            Ok(sender) => sender.map(|(sender, _)| sender.0),
            Err(reason) => {
                fates.push((*line, Fate::Refused(reason)));
                continue;
            }
        };
        let kept = known.get(&record.external_id);
        let customer = customers.numbered(tx, record.customer).await?.id.0;
        let content = (customer, sender, record.created_at.0, record.total);
        let fate = match kept {
            Some(kept) if *kept == content => Fate::Unchanged,
            Some(_) => Fate::differs(),
            None => {
                write(tx, record.external_id, content).await?;
                Fate::Imported
            }
        };
        fates.push((*line, fate));
    }
    Ok(fates)
}

async fn write(tx: &mut Tx, external_id: i64, (customer, sender, created_at, total): Content) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO shop_order (external_id, customer_id, sender_id, created_at, total) VALUES (?, ?, ?, ?, ?)")
        .bind(external_id)
        .bind(customer)
        .bind(sender)
        .bind(created_at)
        .bind(total)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
