//! Made-up rows into the tables: many in one statement, and what follows from them as sets.

use super::rows::{Account, Made, Trouble};
use super::words::{DELAY, DOUBT, REASONS, REFUSALS};
use crate::domain::filter::Via;
use crate::store::condition::search_text;
use crate::store::{StoreError, Tx};
use sqlx::{QueryBuilder, Sqlite};

/// Rows of one statement: `SQLite` takes 32,766 values.
pub(super) const CHUNK: u64 = 1_000;

/// The route that the made-up mails took.
const ROUTE: &str = "smtps://mail.shop.example";

/// The dispatcher of the made-up mails; none has that number.
const DISPATCHER: i64 = 0;

/// A mail that did not go out.
#[derive(Debug)]
pub(super) struct Stuck {
    invitation: i64,
    at: i64,
    address: String,
    trouble: Trouble,
}

pub(super) async fn accounts(tx: &mut Tx, accounts: impl Iterator<Item = Account>) -> Result<(), StoreError> {
    let mut accounts = accounts.peekable();
    if accounts.peek().is_none() {
        return Ok(());
    }
    let mut sql: QueryBuilder<Sqlite> =
        QueryBuilder::new("INSERT INTO customer (id, email, email_key, first_name, last_name, group_id, website_id, created_at) ");
    sql.push_values(accounts, |mut row, account| {
        row.push_bind(account.id)
            .push_bind(account.person.email)
            .push_bind(account.person.key)
            .push_bind(account.person.first)
            .push_bind(account.person.last)
            .push_bind(account.group)
            .push_bind(account.website)
            .push_bind(account.created);
    });
    sql.build().execute(&mut **tx).await?;
    Ok(())
}

/// Writes the invitations and the accounts that registered with them; gives the mails that are stuck.
pub(super) async fn invitations(tx: &mut Tx, mut made: Vec<Made>) -> Result<Vec<Stuck>, StoreError> {
    let mut registered = Vec::new();
    let mut stuck = Vec::new();
    let mut texts = Vec::with_capacity(made.len());
    for row in &mut made {
        if let Some(trouble) = row.trouble {
            stuck.push(Stuck {
                invitation: row.id,
                at: row.created + 60_000_000,
                address: row.friend.email.clone(),
                trouble,
            });
        }
        let invitee = row.invitee.take().map(|(account, other)| {
            let known = (account.id, account.person.email.clone(), other);
            registered.push(account);
            known
        });
        texts.push(invitee);
    }
    accounts(tx, registered.into_iter()).await?;
    let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
        "INSERT INTO invitation (id, email, email_key, search, invitee_id, invitee, other_address, inviter_id, inviter, website_id,
             sender_id, group_id, message, status, created_at, created_by, sent_at, last_sent_at, times_sent, via, registered_at,
             discarded_at) ",
    );
    sql.push_values(made.into_iter().zip(texts), |mut into, (row, invitee)| {
        let (inviter_id, inviter) = row.inviter.unzip();
        let (invitee_id, invitee, other) = invitee.map_or((None, None, false), |(id, text, other)| (Some(id), Some(text), other));
        let times = i64::from(row.sent.is_some()) + i64::from(row.last_sent > row.sent);
        into.push_bind(row.id)
            .push_bind(row.friend.email.clone())
            .push_bind(row.friend.key)
            .push_bind(search_text(Some(&row.friend.email), invitee.as_deref(), inviter.as_deref()))
            .push_bind(invitee_id)
            .push_bind(invitee)
            .push_bind(other)
            .push_bind(inviter_id)
            .push_bind(inviter)
            .push_bind(row.website)
            .push_bind(row.sender)
            .push_bind(row.group)
            .push_bind(row.message)
            .push_bind(row.status as i64)
            .push_bind(row.created)
            .push_bind(row.created_by)
            .push_bind(row.sent)
            .push_bind(row.last_sent)
            .push_bind(times)
            .push_bind(row.sent.map(|_| Via::Smtp as i64))
            .push_bind(row.registered)
            .push_bind(row.discarded);
    });
    sql.build().execute(&mut **tx).await?;
    Ok(stuck)
}

/// The Message-ID of an invitation, in SQL: the same for each seed.
macro_rules! message_id {
    () => {
        "printf('%08x%08x@', (i.id * 2654435761) & 4294967295, i.id) || s.mail_domain"
    };
}

/// The attempts of mails that went out; a day's mails are one batch. Every 40th was refused for now before.
const ATTEMPTS: &[&str] = &[
    concat!(
        "INSERT INTO attempt (invitation_id, number, started_at, ended_at, outcome, code, reply, dispatcher_id, batch_id, message_id, route)
         SELECT i.id, 1, i.sent_at - 420000000, i.sent_at - 419000000, 2, ?1, ?2, ?3, i.sent_at / 86400000000, ",
        message_id!(),
        ", ?4 FROM invitation i JOIN sender s ON s.id = i.sender_id WHERE i.sent_at - i.created_at > 421000000 AND i.id % 40 = 0"
    ),
    concat!(
        "INSERT INTO attempt (invitation_id, number, started_at, ended_at, outcome, code, reply, dispatcher_id, batch_id, message_id, route)
         SELECT i.id, 1 + (i.sent_at - i.created_at > 421000000 AND i.id % 40 = 0), i.sent_at - 300000, i.sent_at, 1, 250,
             printf('250 2.0.0 Ok: queued as %010X', (i.id * 40503) & 1099511627775), ?3, i.sent_at / 86400000000, ",
        message_id!(),
        ", ?4 FROM invitation i JOIN sender s ON s.id = i.sender_id WHERE i.sent_at IS NOT NULL"
    ),
    concat!(
        "INSERT INTO attempt (invitation_id, number, started_at, ended_at, outcome, code, reply, dispatcher_id, batch_id, message_id, route)
         SELECT i.id, 2 + (i.sent_at - i.created_at > 421000000 AND i.id % 40 = 0), i.last_sent_at - 300000, i.last_sent_at, 1, 250,
             printf('250 2.0.0 Ok: queued as %010X', (i.id * 40503 + 7) & 1099511627775), ?3, i.last_sent_at / 86400000000, ",
        message_id!(),
        ", ?4 FROM invitation i JOIN sender s ON s.id = i.sender_id WHERE i.times_sent > 1"
    ),
];

/// The timeline, in the order in which things happen to one invitation.
const HISTORY: &[&str] = &[
    "INSERT INTO history (invitation_id, at, event, by) SELECT id, created_at, 'created', created_by FROM invitation",
    "INSERT INTO history (invitation_id, at, event, by, detail)
     SELECT invitation_id, ended_at, 'deferred', 'dispatcher', reply FROM attempt WHERE outcome = 2",
    "INSERT INTO history (invitation_id, at, event, by) SELECT id, sent_at, 'sent', 'dispatcher' FROM invitation WHERE sent_at IS NOT NULL",
    "INSERT INTO history (invitation_id, at, event, by) SELECT id, last_sent_at, 'resent', 'dispatcher' FROM invitation WHERE times_sent > 1",
    "INSERT INTO history (invitation_id, at, event, by, detail)
     SELECT invitation_id, since, CASE state WHEN 5 THEN 'failed' ELSE 'in doubt' END, 'dispatcher', reason FROM mail",
    "INSERT INTO history (invitation_id, at, event, by, detail)
     SELECT id, registered_at, 'accepted', 'store', invitee FROM invitation WHERE registered_at IS NOT NULL",
    "INSERT INTO history (invitation_id, at, event, by, detail)
     SELECT id, discarded_at, 'discarded', 'operator:anna', CASE WHEN id % 3 = 0 THEN ?1 ->> (id % json_array_length(?1)) END
     FROM invitation WHERE discarded_at IS NOT NULL",
];

/// The mails that are stuck, each with its attempt.
pub(super) async fn mails(tx: &mut Tx, stuck: &[Stuck]) -> Result<(), StoreError> {
    for mail in stuck {
        let (state, outcome, code, reason, words) = match mail.trouble {
            Trouble::InDoubt => (6, 4, None, DOUBT.to_owned(), DOUBT.to_owned()),
            Trouble::Failed(throw) => {
                let (code, words) = refusal(throw);
                (
                    5,
                    3,
                    Some(code),
                    words.replace("{}", &format!("<{}>", mail.address)),
                    words.replace("{}", "…"),
                )
            }
        };
        let sql = concat!(
            "INSERT INTO attempt (invitation_id, number, started_at, ended_at, outcome, code, reply, dispatcher_id, batch_id, message_id, route)
             SELECT i.id, 1, ?2, ?2 + 400000, ?3, ?4, ?5, ?6, ?2 / 86400000000, ",
            message_id!(),
            ", ?7 FROM invitation i JOIN sender s ON s.id = i.sender_id WHERE i.id = ?1 RETURNING id"
        );
        let attempt: i64 = sqlx::query_scalar(sql)
            .bind(mail.invitation)
            .bind(mail.at)
            .bind(outcome)
            .bind(code)
            .bind(&reason)
            .bind(DISPATCHER)
            .bind(ROUTE)
            .fetch_one(&mut **tx)
            .await?;
        sqlx::query(
            "INSERT INTO mail (invitation_id, state, since, due_at, message_id, tries, first_attempt_at, attempt_id, batch_id, code, reason, words)
             SELECT invitation_id, ?1, ended_at, ended_at, message_id, 1, started_at, iif(?1 = 6, id, NULL), batch_id, ?2, ?3, ?4
             FROM attempt WHERE id = ?5",
        )
        .bind(state)
        .bind(code)
        .bind(&reason)
        .bind(&words)
        .bind(attempt)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

fn refusal(throw: u64) -> (i64, &'static str) {
    let mut upto = 0;
    let found = REFUSALS.iter().find(|(_, _, share)| {
        upto += share;
        throw < upto
    });
    found.or(REFUSALS.last()).map_or((550, ""), |(code, words, _)| (*code, *words))
}

/// Attempts, batches and history, as they follow from the invitations.
pub(super) async fn consequences(tx: &mut Tx, stuck: &[Stuck]) -> Result<(), StoreError> {
    for sql in ATTEMPTS {
        sqlx::query(*sql)
            .bind(DELAY.0)
            .bind(DELAY.1)
            .bind(DISPATCHER)
            .bind(ROUTE)
            .execute(&mut **tx)
            .await?;
    }
    mails(tx, stuck).await?;
    let batches = "INSERT INTO batch (id, opened_at, size, taken, closed_at)
                   SELECT batch_id, min(started_at), count(*), count(*), max(ended_at) FROM attempt GROUP BY 1";
    sqlx::query(batches).execute(&mut **tx).await?;
    let reasons = serde_json::to_string(REASONS).unwrap_or_default();
    for sql in HISTORY {
        sqlx::query(*sql).bind(&reasons).execute(&mut **tx).await?;
    }
    Ok(())
}
