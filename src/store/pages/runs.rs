//! The runs an order is made of, and where in them a page goes on.

use super::{Drive, Place};
use crate::domain::delivery::Delivery;
use crate::domain::invitation::{Column, Sort, SortKey};
use sqlx::{QueryBuilder, Sqlite};

/// What one index walks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    part: Part,
    /// Only rows beyond this one.
    beyond: Option<i64>,
    /// Largest first.
    down: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    /// Every row, by number.
    All,
    /// Rows with this value in a column, by number.
    Equal(&'static str, SortKey),
    /// Rows with a value beyond this one (or with any), by value, then number.
    Valued(&'static str, Option<SortKey>),
    /// Rows without a value, by number.
    Empty(&'static str),
    /// Rows whose mail is in this state, by number; idle ones have no mail.
    InState(Delivery),
}

/// What a column is walked by.
enum Walk {
    Number,
    Few(&'static str),
    State,
    Values(&'static str),
}

const fn walk_of(column: Column) -> Walk {
    match column {
        Column::Id => Walk::Number,
        Column::Email => Walk::Values("i.email COLLATE NOCASE"),
        Column::Invitee => Walk::Values("i.invitee COLLATE NOCASE"),
        Column::Inviter => Walk::Values("i.inviter COLLATE NOCASE"),
        Column::Sent => Walk::Values("i.sent_at"),
        Column::Registered => Walk::Values("i.registered_at"),
        Column::Status => Walk::Values("i.status"),
        Column::Website => Walk::Few("i.website_id"),
        Column::Group => Walk::Few("i.group_id"),
        Column::Sender => Walk::Few("i.sender_id"),
        Column::Created => Walk::Values("i.created_at"),
        Column::LastSent => Walk::Values("i.last_sent_at"),
        Column::TimesSent => Walk::Values("i.times_sent"),
        Column::Delivery => Walk::State,
        Column::Expires => Walk::Values("i.expires_at"),
    }
}

/// The runs of `sort` from `place` on, or, backwards, from `place` to the start. `values` are those of a column with few, in order.
pub(super) fn runs_of(sort: Sort, values: &[(i64, String)], place: Option<Place>, backward: bool) -> Vec<Run> {
    let down = sort.descending != backward;
    let mut parts: Vec<Part> = match walk_of(sort.column) {
        Walk::Number => vec![Part::All],
        Walk::Few(column) => {
            let mut parts: Vec<Part> = values.iter().map(|(id, _)| Part::Equal(column, SortKey::Number(*id))).collect();
            if down {
                parts.reverse();
            }
            parts
        }
        Walk::State => {
            let mut parts: Vec<Part> = Delivery::ALL.map(Part::InState).to_vec();
            if down {
                parts.reverse();
            }
            parts
        }
        Walk::Values(column) => {
            let mut parts = vec![Part::Valued(column, None), Part::Empty(column)];
            // Empty values come last either way, so first on the way back.
            if backward {
                parts.reverse();
            }
            parts
        }
    };
    let Some(place) = place else {
        return parts.into_iter().map(|part| Run { part, beyond: None, down }).collect();
    };
    let here = parts.iter().position(|part| holds(part, &place, values)).unwrap_or(0);
    let rest = parts.split_off(here.min(parts.len()));
    let mut runs = Vec::with_capacity(rest.len() + 1);
    for (nth, part) in rest.into_iter().enumerate() {
        let beyond = (nth == 0).then_some(place.id.0);
        match part {
            Part::Valued(column, _) if nth == 0 => {
                runs.push(Run {
                    part: Part::Equal(column, place.key.clone()),
                    beyond,
                    down,
                });
                runs.push(Run {
                    part: Part::Valued(column, Some(place.key.clone())),
                    beyond: None,
                    down,
                });
            }
            part => runs.push(Run { part, beyond, down }),
        }
    }
    runs
}

/// Whether `place` lies in `part`.
fn holds(part: &Part, place: &Place, values: &[(i64, String)]) -> bool {
    match (part, &place.key) {
        (Part::All, _) | (Part::Empty(_), SortKey::Empty) => true,
        (Part::Valued(..), key) => *key != SortKey::Empty,
        (Part::Equal(_, SortKey::Number(id)), SortKey::Text(word)) => values.iter().any(|(value, name)| value == id && name == word),
        (Part::InState(state), SortKey::Number(number)) => *state as i64 == *number,
        _ => false,
    }
}

impl Run {
    pub(super) fn push_where(&self, sql: &mut QueryBuilder<Sqlite>) {
        let way = if self.down { "<" } else { ">" };
        match &self.part {
            Part::All => {
                sql.push(" WHERE true");
            }
            Part::Equal(column, key) => {
                sql.push(format!(" WHERE {column} = "));
                push_key(sql, key);
            }
            Part::Valued(column, Some(key)) => {
                sql.push(format!(" WHERE {column} {way} "));
                push_key(sql, key);
            }
            Part::Valued(column, None) => {
                sql.push(format!(" WHERE {column} IS NOT NULL"));
            }
            Part::Empty(column) => {
                sql.push(format!(" WHERE {column} IS NULL"));
            }
            Part::InState(Delivery::Idle) => {
                sql.push(" WHERE m.invitation_id IS NULL");
            }
            Part::InState(state) => {
                sql.push(format!(
                    " WHERE i.id IN (SELECT invitation_id FROM mail WHERE state = {})",
                    *state as i64
                ));
            }
        }
        if let Some(id) = self.beyond {
            sql.push(format!(" AND i.id {way} {id}"));
        }
    }

    pub(super) fn push_order(&self, sql: &mut QueryBuilder<Sqlite>, drive: Drive) {
        let way = if self.down { "DESC" } else { "ASC" };
        // A unary plus: sort what the filter found instead of walking the index.
        let plus = if drive == Drive::Filter { "+" } else { "" };
        match &self.part {
            Part::Valued(column, _) => sql.push(format!(" ORDER BY {plus}{column} {way}, {plus}i.id {way}")),
            _ => sql.push(format!(" ORDER BY {plus}i.id {way}")),
        };
    }
}

fn push_key(sql: &mut QueryBuilder<Sqlite>, key: &SortKey) {
    match key {
        SortKey::Number(number) => sql.push(number.to_string()),
        SortKey::Text(text) => sql.push_bind(text.clone()),
        SortKey::Empty => sql.push("NULL"),
    };
}
