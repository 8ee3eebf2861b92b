//! Websites, senders and groups.

use super::{Store, StoreError, Tx, get};
use crate::domain::ids::{GroupId, SenderId, WebsiteId};
use crate::domain::period::Zone;
use crate::domain::shop::{Catalog, Group, Sender, Website};

impl Store {
    /// All websites, senders and groups.
    pub async fn catalog(&self) -> Result<Catalog, StoreError> {
        let mut catalog = Catalog::default();
        for row in &sqlx::query("SELECT id, code, name, base_url FROM website ORDER BY code")
            .fetch_all(self.readers())
            .await?
        {
            catalog.websites.push(Website {
                id: WebsiteId(get(row, 0)?),
                code: get(row, 1)?,
                name: get(row, 2)?,
                base_url: get(row, 3)?,
            });
        }
        let senders = sqlx::query("SELECT id, website_id, code, name, from_name, from_email, reply_to, locale FROM sender ORDER BY id");
        for row in &senders.fetch_all(self.readers()).await? {
            catalog.senders.push(Sender {
                id: SenderId(get(row, 0)?),
                website: WebsiteId(get(row, 1)?),
                code: get(row, 2)?,
                name: get(row, 3)?,
                from_name: get(row, 4)?,
                from_email: get(row, 5)?,
                reply_to: get(row, 6)?,
                locale: get(row, 7)?,
            });
        }
        for row in &sqlx::query("SELECT id, name FROM customer_group ORDER BY name")
            .fetch_all(self.readers())
            .await?
        {
            catalog.groups.push(Group {
                id: GroupId(get(row, 0)?),
                name: get(row, 1)?,
            });
        }
        Ok(catalog)
    }

    /// Fills a new database with what it starts with: one website, one sender, three groups, days cut in UTC.
    pub async fn seed(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let empty: i64 = sqlx::query_scalar("SELECT (SELECT count(*) FROM website) + (SELECT count(*) FROM zone_offset)")
            .fetch_one(&mut *tx)
            .await?;
        if empty == 0 {
            seed_rows(&mut tx).await?;
            super::rollup::recut_days(&mut tx, &Zone::default().to_string()).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The first-run form's answers: the first website and sender take them over.
    pub async fn set_up_shop(&self, website_url: &str, sender_name: &str, sender_email: &str, mail_domain: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE website SET base_url = ? WHERE id = (SELECT min(id) FROM website)")
            .bind(website_url.trim_end_matches('/'))
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE sender SET from_name = ?, from_email = ?, mail_domain = ? WHERE id = (SELECT min(id) FROM sender)")
            .bind(sender_name)
            .bind(sender_email)
            .bind(mail_domain)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn seed_rows(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO website (code, name, base_url) VALUES ('main', 'Main Website', 'https://shop.example')")
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO sender (website_id, code, name, from_name, from_email, mail_domain, locale)
         SELECT id, 'default', 'Default Store View', 'My Shop', 'hello@shop.example', 'shop.example', 'en' FROM website",
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query("INSERT INTO customer_group (name) VALUES ('General'), ('Wholesale'), ('Retailer')")
        .execute(&mut **tx)
        .await?;
    Ok(())
}
