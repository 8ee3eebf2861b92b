//! What the numbers and names of another system mean here.

use crate::domain::ids::{CustomerId, GroupId, SenderId, WebsiteId};
use crate::domain::import::{CustomerRef, Named, Origin};
use crate::store::create::customer_text;
use crate::store::{StoreError, Tx, get, json_ids};
use std::collections::HashMap;

/// Websites, senders and groups by the other system's number, and by code or name.
pub(super) struct Shop {
    websites: HashMap<Named, WebsiteId>,
    senders: HashMap<Named, (SenderId, WebsiteId)>,
    groups: HashMap<Named, GroupId>,
}

impl Shop {
    pub(super) async fn load(tx: &mut Tx) -> Result<Self, StoreError> {
        let mut shop = Self {
            websites: HashMap::new(),
            senders: HashMap::new(),
            groups: HashMap::new(),
        };
        for row in &sqlx::query("SELECT id, external_id, code, name FROM website ORDER BY id DESC")
            .fetch_all(&mut **tx)
            .await?
        {
            enter(
                &mut shop.websites,
                (get(row, 1)?, get(row, 3)?, get(row, 2)?),
                WebsiteId(get(row, 0)?),
            );
        }
        let senders = "SELECT id, external_id, code, name, website_id FROM sender ORDER BY id DESC";
        for row in &sqlx::query(senders).fetch_all(&mut **tx).await? {
            enter(
                &mut shop.senders,
                (get(row, 1)?, get(row, 3)?, get(row, 2)?),
                (SenderId(get(row, 0)?), WebsiteId(get(row, 4)?)),
            );
        }
        for row in &sqlx::query("SELECT id, external_id, name FROM customer_group")
            .fetch_all(&mut **tx)
            .await?
        {
            let name: String = get(row, 2)?;
            enter(&mut shop.groups, (get(row, 1)?, name.clone(), name), GroupId(get(row, 0)?));
        }
        Ok(shop)
    }

    pub(super) fn origin(&self, origin: &Origin) -> Result<(SenderId, WebsiteId), String> {
        match origin {
            Origin::Sender(named) => self.sender(named),
            Origin::Website(named) => {
                let website = self.website(named)?;
                let of_website = self.senders.values().filter(|(_, other)| *other == website);
                of_website
                    .min_by_key(|(sender, _)| *sender)
                    .copied()
                    .ok_or_else(|| format!("unknown store: the website {} has none", print(named)))
            }
        }
    }

    pub(super) fn sender(&self, named: &Named) -> Result<(SenderId, WebsiteId), String> {
        self.senders
            .get(named)
            .copied()
            .ok_or_else(|| format!("unknown store: {} is none here; import the stores first", print(named)))
    }

    pub(super) fn website(&self, named: &Named) -> Result<WebsiteId, String> {
        self.websites
            .get(named)
            .copied()
            .ok_or_else(|| format!("unknown website: {} is none here; import the websites first", print(named)))
    }

    pub(super) fn group(&self, named: &Named) -> Result<GroupId, String> {
        self.groups
            .get(named)
            .copied()
            .ok_or_else(|| format!("unknown group: {} is none here; import the groups first", print(named)))
    }
}

/// A code wins over the name of another.
fn enter<T: Copy>(map: &mut HashMap<Named, T>, (number, name, code): (Option<i64>, String, String), value: T) {
    if let Some(number) = number {
        map.insert(Named::Number(number), value);
    }
    map.entry(Named::Word(name)).or_insert(value);
    map.insert(Named::Word(code), value);
}

fn print(named: &Named) -> String {
    match named {
        Named::Number(number) => format!("number {number}"),
        Named::Word(word) => format!("“{word}”"),
    }
}

/// A customer, and what is shown of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: CustomerId,
    pub(super) text: String,
    /// The identity of the address; none while only a number is known.
    pub(super) key: Option<String>,
}

/// Customers by the other system's number.
pub(super) struct Customers(HashMap<i64, Known>);

impl Customers {
    pub(super) async fn load(tx: &mut Tx, numbers: impl Iterator<Item = i64>) -> Result<Self, StoreError> {
        let sql = "SELECT external_id, id, coalesce(email, 'unknown customer ' || external_id), email_key FROM customer
                   WHERE external_id IN (SELECT value FROM json_each(?))";
        let mut known = HashMap::new();
        for row in &sqlx::query(sql).bind(json_ids(numbers)).fetch_all(&mut **tx).await? {
            known.insert(
                get(row, 0)?,
                Known {
                    id: CustomerId(get(row, 1)?),
                    text: get(row, 2)?,
                    key: get(row, 3)?,
                },
            );
        }
        Ok(Self(known))
    }

    /// The customer, where there is one yet.
    pub(super) async fn find(&self, tx: &mut Tx, who: &CustomerRef, website: WebsiteId) -> Result<Option<Known>, StoreError> {
        match who {
            CustomerRef::Number(number) => Ok(self.0.get(number).cloned()),
            CustomerRef::Address(address) => {
                let sql = "SELECT id, email, email_key FROM customer WHERE email_key = ? ORDER BY website_id = ? DESC, id LIMIT 1";
                let row = sqlx::query(sql)
                    .bind(address.key())
                    .bind(website.0)
                    .fetch_optional(&mut **tx)
                    .await?;
                row.map(|row| {
                    Ok(Known {
                        id: CustomerId(get(&row, 0)?),
                        text: get(&row, 1)?,
                        key: get(&row, 2)?,
                    })
                })
                .transpose()
            }
        }
    }

    /// The customer; one that no list had becomes a row of what is known.
    pub(super) async fn find_or_make(&mut self, tx: &mut Tx, who: &CustomerRef, website: WebsiteId) -> Result<Known, StoreError> {
        if let Some(known) = self.find(tx, who, website).await? {
            return Ok(known);
        }
        match who {
            CustomerRef::Number(number) => self.make_stub(tx, *number).await,
            CustomerRef::Address(address) => {
                let sql = "INSERT INTO customer (email, email_key, website_id) VALUES (?, ?, ?) RETURNING id";
                let id: i64 = sqlx::query_scalar(sql)
                    .bind(address.as_str())
                    .bind(address.key())
                    .bind(website.0)
                    .fetch_one(&mut **tx)
                    .await?;
                Ok(Known {
                    id: CustomerId(id),
                    text: address.as_str().to_owned(),
                    key: Some(address.key()),
                })
            }
        }
    }

    /// The customer of this number; where none is known, the number is kept until a list tells more.
    pub(super) async fn numbered(&mut self, tx: &mut Tx, number: i64) -> Result<Known, StoreError> {
        match self.0.get(&number) {
            Some(known) => Ok(known.clone()),
            None => self.make_stub(tx, number).await,
        }
    }

    async fn make_stub(&mut self, tx: &mut Tx, number: i64) -> Result<Known, StoreError> {
        let id: i64 = sqlx::query_scalar("INSERT INTO customer (external_id) VALUES (?) RETURNING id")
            .bind(number)
            .fetch_one(&mut **tx)
            .await?;
        let known = Known {
            id: CustomerId(id),
            text: customer_text(tx, CustomerId(id)).await?,
            key: None,
        };
        self.0.insert(number, known.clone());
        Ok(known)
    }
}
