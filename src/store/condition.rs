//! A filter as an SQL condition. Values are always bound; what is pushed as text are fixed words and our own numbers.

use super::{Store, StoreError};
use crate::domain::delivery::Delivery;
use crate::domain::filter::matching::folded;
use crate::domain::filter::{DateField, DateWindow, Filter, Mark, NameField, NumberRange, Term, Test, TextField, TextTest};
use crate::domain::period::Zone;
use crate::domain::shop::Catalog;
use crate::domain::time::Moment;
use sqlx::{QueryBuilder, Sqlite};

/// What a filter's relative words refer to.
#[derive(Debug, Clone, Copy)]
pub struct Viewpoint {
    /// The zone in which days are cut.
    pub zone: Zone,
    /// Now.
    pub now: Moment,
}

/// Whether `SQLite` may look rows up by what the filter asks, or has to walk in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drive {
    /// Few rows match: find them by an index on what is asked.
    Filter,
    /// Many rows match: walk the sorted column's index and drop those that do not.
    Order,
}

/// A filter together with what its names and relative words mean here and now.
#[derive(Debug)]
pub(super) struct Condition<'a> {
    filter: &'a Filter,
    catalog: Catalog,
    view: Viewpoint,
}

/// The part of `search` that belongs to one field; each is a line of it.
const EMAIL_LINE: &str = "substr(i.search, 1, instr(i.search, char(10)) - 1)";
const INVITEE_LINE: &str =
    "substr(substr(i.search, instr(i.search, char(10)) + 1), 1, instr(substr(i.search, instr(i.search, char(10)) + 1), char(10)) - 1)";
const INVITER_LINE: &str =
    "substr(substr(i.search, instr(i.search, char(10)) + 1), instr(substr(i.search, instr(i.search, char(10)) + 1), char(10)) + 1)";

/// What words are looked up in: the three texts in lower case, a line each.
pub(super) fn search_text(email: Option<&str>, invitee: Option<&str>, inviter: Option<&str>) -> String {
    let line = |text: Option<&str>| folded(text.unwrap_or_default()).replace('\n', " ");
    format!("{}\n{}\n{}", line(email), line(invitee), line(inviter))
}

impl Store {
    pub(super) async fn condition<'a>(&self, filter: &'a Filter, view: Viewpoint) -> Result<Condition<'a>, StoreError> {
        let named = filter.terms.iter().any(|term| matches!(term.test, Test::Name { .. }));
        let catalog = if named { self.catalog().await? } else { Catalog::default() };
        Ok(Condition { filter, catalog, view })
    }
}

impl Condition<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    /// Whether only what the tally counts by is asked: status, website, group.
    pub(super) fn is_tallied(&self) -> bool {
        self.filter.terms.iter().all(|term| {
            matches!(
                term.test,
                Test::Status(_)
                    | Test::Name {
                        field: NameField::Website | NameField::Group,
                        ..
                    }
            ) || matches!(&term.test, Test::Is(marks) if marks.iter().all(|mark| *mark == Mark::Open))
        })
    }

    /// The terms that an index narrows down without counting: dates, numbers, deliveries.
    pub(super) fn narrowing(&self) -> impl Iterator<Item = &Term> {
        self.filter.terms.iter().filter(|term| {
            !term.negated
                && match &term.test {
                    Test::Id(_) | Test::Date { .. } => true,
                    Test::Delivery(all) => !all.contains(&Delivery::Idle),
                    Test::Text {
                        field: TextField::Reason,
                        any,
                    } => !any.contains(&TextTest::Empty),
                    _ => false,
                }
        })
    }

    /// Appends ` AND (…)` for every term.
    pub(super) fn push(&self, sql: &mut QueryBuilder<Sqlite>, drive: Drive) {
        for term in &self.filter.terms {
            self.push_term(sql, term, drive);
        }
    }

    /// Appends ` AND (…)` for one term.
    pub(super) fn push_term(&self, sql: &mut QueryBuilder<Sqlite>, term: &Term, drive: Drive) {
        sql.push(if term.negated { " AND NOT ifnull((" } else { " AND ((" });
        // The unary plus keeps SQLite from choosing the column's index.
        let plus = if drive == Drive::Order { "+" } else { "" };
        self.push_test(sql, &term.test, plus);
        sql.push(if term.negated { "), 0)" } else { "))" });
    }

    fn push_test(&self, sql: &mut QueryBuilder<Sqlite>, test: &Test, plus: &str) {
        match test {
            Test::Word(word) => {
                sql.push("instr(i.search, ").push_bind(folded(word)).push(") > 0");
            }
            Test::Id(ranges) => push_ranges(sql, &format!("{plus}i.id"), ranges),
            Test::Times(ranges) => push_ranges(sql, &format!("{plus}i.times_sent"), ranges),
            Test::Status(all) => push_numbers(sql, &format!("{plus}i.status"), all.iter().map(|status| *status as i64)),
            Test::Via(all) => push_numbers(sql, "i.via", all.iter().map(|via| *via as i64)),
            Test::Delivery(all) => push_delivery(sql, all, plus),
            Test::Name { field, names } => {
                let column = match field {
                    NameField::Website => "i.website_id",
                    NameField::Group => "i.group_id",
                    NameField::Sender => "i.sender_id",
                };
                push_numbers(sql, &format!("{plus}{column}"), self.ids_named(*field, names).into_iter());
            }
            Test::Text { field, any } => push_any(sql, any, |sql, test| push_text(sql, *field, test, plus)),
            Test::Date { field, any } => push_any(sql, any, |sql, test| {
                let column = date_column(*field);
                push_window(sql, &format!("{plus}{column}"), &test.window(*field, self.view.zone, self.view.now));
            }),
            Test::Is(marks) => push_any(sql, marks, |sql, mark| {
                match mark {
                    Mark::Open => sql.push(plus).push("i.status IN (0, 1)"),
                    Mark::Other => sql.push("i.other_address = 1"),
                    // Only the console knows its selection; it never asks the store for it.
                    Mark::Selected => sql.push("0"),
                };
            }),
        }
    }

    fn ids_named(&self, field: NameField, names: &[String]) -> Vec<i64> {
        let wanted: Vec<String> = names.iter().map(|name| folded(name)).collect();
        let asked = |name: &str| wanted.contains(&folded(name));
        let catalog = &self.catalog;
        match field {
            NameField::Website => catalog
                .websites
                .iter()
                .filter(|website| asked(&website.code))
                .map(|website| website.id.0)
                .collect(),
            NameField::Group => catalog
                .groups
                .iter()
                .filter(|group| asked(&group.name))
                .map(|group| group.id.0)
                .collect(),
            NameField::Sender => catalog
                .senders
                .iter()
                .filter(|sender| asked(&sender.code))
                .map(|sender| sender.id.0)
                .collect(),
        }
    }
}

const fn date_column(field: DateField) -> &'static str {
    match field {
        DateField::Sent => "i.sent_at",
        DateField::Registered => "i.registered_at",
        DateField::Created => "i.created_at",
        DateField::LastSent => "i.last_sent_at",
        DateField::Expires => "i.expires_at",
        DateField::Discarded => "i.discarded_at",
    }
}

fn push_any<T>(sql: &mut QueryBuilder<Sqlite>, all: &[T], mut push: impl FnMut(&mut QueryBuilder<Sqlite>, &T)) {
    for (nth, one) in all.iter().enumerate() {
        sql.push(if nth == 0 { "(" } else { " OR (" });
        push(sql, one);
        sql.push(")");
    }
}

fn push_numbers(sql: &mut QueryBuilder<Sqlite>, column: &str, numbers: impl Iterator<Item = i64>) {
    let list: Vec<String> = numbers.map(|number| number.to_string()).collect();
    sql.push(format!("{column} IN ({})", list.join(", ")));
}

fn push_ranges(sql: &mut QueryBuilder<Sqlite>, column: &str, ranges: &[NumberRange]) {
    push_any(sql, ranges, |sql, range| {
        sql.push(format!("{column} BETWEEN {} AND {}", range.first, range.last));
    });
}

fn push_delivery(sql: &mut QueryBuilder<Sqlite>, all: &[Delivery], plus: &str) {
    let idle = all.contains(&Delivery::Idle);
    let states = Delivery::ALL
        .into_iter()
        .filter(|state| *state != Delivery::Idle && all.contains(state) != idle);
    sql.push(plus).push(if idle {
        "i.id NOT IN (SELECT invitation_id FROM mail WHERE "
    } else {
        "i.id IN (SELECT invitation_id FROM mail WHERE "
    });
    push_numbers(sql, "state", states.map(|state| state as i64));
    sql.push(")");
}

fn push_text(sql: &mut QueryBuilder<Sqlite>, field: TextField, test: &TextTest, plus: &str) {
    let (column, line) = match field {
        TextField::Email => ("i.email", EMAIL_LINE),
        TextField::Invitee => ("i.invitee", INVITEE_LINE),
        TextField::Inviter => ("i.inviter", INVITER_LINE),
        TextField::Reason => return push_reason(sql, test, plus),
    };
    match test {
        TextTest::Empty => sql.push(format!("ifnull({column}, '') = ''")),
        TextTest::Any => sql.push(format!("ifnull({column}, '') <> ''")),
        TextTest::Contains(part) => sql.push(format!("instr({line}, ")).push_bind(folded(part)).push(") > 0"),
    };
}

fn push_reason(sql: &mut QueryBuilder<Sqlite>, test: &TextTest, plus: &str) {
    match test {
        TextTest::Empty => sql
            .push(plus)
            .push("i.id NOT IN (SELECT invitation_id FROM mail WHERE reason <> '')"),
        TextTest::Any => sql.push(plus).push("i.id IN (SELECT invitation_id FROM mail WHERE reason <> '')"),
        TextTest::Contains(part) => sql
            .push(plus)
            .push("i.id IN (SELECT invitation_id FROM mail WHERE instr(lower(reason), ")
            .push_bind(folded(part))
            .push(") > 0)"),
    };
}

fn push_window(sql: &mut QueryBuilder<Sqlite>, column: &str, window: &DateWindow) {
    match window {
        DateWindow::Empty => sql.push(format!("{column} IS NULL")),
        DateWindow::Any => sql.push(format!("{column} IS NOT NULL")),
        DateWindow::Between(range) => sql.push(format!("{column} >= {} AND {column} < {}", range.start.0, range.end.0)),
    };
}
