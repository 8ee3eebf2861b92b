//! A grid row out of the database.

use super::{StoreError, get};
use crate::domain::delivery::Delivery;
use crate::domain::filter::Via;
use crate::domain::ids::InvitationId;
use crate::domain::invitation::{Inviter, Row};
use crate::domain::status::Status;
use crate::domain::time::Moment;
use sqlx::sqlite::SqliteRow;

/// What a row is read from; conditions follow behind `WHERE`.
pub(super) const SELECT_ROW: &str = "
SELECT i.id, i.email, i.invitee, i.inviter, i.sent_at, i.registered_at, i.status, ifnull(m.state, 0), w.code, g.name, s.code,
       i.created_at, i.last_sent_at, i.times_sent, i.expires_at, m.due_at, m.reason, i.via, i.other_address
FROM invitation i
JOIN website w ON w.id = i.website_id
JOIN customer_group g ON g.id = i.group_id
JOIN sender s ON s.id = i.sender_id
LEFT JOIN mail m ON m.invitation_id = i.id";

/// Reads what [`SELECT_ROW`] selects.
pub(super) fn read_row(row: &SqliteRow) -> Result<Row, StoreError> {
    let moment = |column| get::<Option<i64>>(row, column).map(|at| at.map(Moment));
    let delivery = delivery(get(row, 7)?)?;
    Ok(Row {
        id: InvitationId(get(row, 0)?),
        email: get(row, 1)?,
        invitee: get(row, 2)?,
        inviter: Inviter::from_text(get(row, 3)?),
        sent_at: moment(4)?,
        registered_at: moment(5)?,
        status: status(get(row, 6)?)?,
        delivery,
        website: get(row, 8)?,
        group: get(row, 9)?,
        sender: get(row, 10)?,
        created_at: Moment(get(row, 11)?),
        last_sent_at: moment(12)?,
        times_sent: get(row, 13)?,
        expires_at: moment(14)?,
        due_at: moment(15)?.filter(|_| matches!(delivery, Delivery::Queued | Delivery::Deferred)),
        reason: get(row, 16)?,
        via: get::<Option<i64>>(row, 17)?.and_then(Via::from_number),
        other_address: get::<i64>(row, 18)? != 0,
    })
}

/// A status from its number.
pub(super) fn status(number: i64) -> Result<Status, StoreError> {
    Status::from_number(number).ok_or_else(|| StoreError::Corrupt(format!("status {number}")))
}

/// A delivery from its number.
pub(super) fn delivery(number: i64) -> Result<Delivery, StoreError> {
    Delivery::from_number(number).ok_or_else(|| StoreError::Corrupt(format!("delivery {number}")))
}
