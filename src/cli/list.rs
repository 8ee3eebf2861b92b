//! `list`: the grid's rows, as a table, JSON or CSV.

use super::args::List;
use super::print::{Printer, Table, csv_line, tell};
use super::{Failure, filter};
use crate::desk::{Desk, PageFrom, Place};
use crate::domain::invitation::{Column, Row};
use crate::domain::period::Zone;
use crate::domain::time::Moment;

/// Rows that are fetched at once.
const PAGE: u64 = 1_000;

pub(super) async fn run(desk: &Desk, asked: &List) -> Result<(), Failure> {
    let filter = filter::read(desk, &asked.filter).await?;
    let mut printer = Printer::new();
    let mut form = Form::new(asked, desk.zone().await);
    form.head(&mut printer)?;
    let mut left = asked.limit.unwrap_or(u64::MAX);
    let mut from = PageFrom::Start;
    while left > 0 {
        let page = desk.page(&filter, asked.sort, from, left.min(PAGE) as usize).await?;
        form.rows(&mut printer, &page.rows)?;
        left = left.saturating_sub(page.rows.len() as u64);
        match page.rows.last() {
            Some(last) if !page.at_end => from = PageFrom::After(Place::of(last, asked.sort)),
            _ => break,
        }
    }
    printer.done()?;
    if form.is_table() && !filter.is_empty() && form.printed == 0 {
        tell("nothing matches the filter");
    }
    Ok(())
}

enum Shape {
    Table(Table, Zone),
    Json { whole: bool },
    Csv,
}

struct Form {
    shape: Shape,
    columns: Vec<Column>,
    printed: u64,
}

impl Form {
    fn new(asked: &List, zone: Zone) -> Self {
        let chosen = &asked.columns;
        let shape = match (asked.json, asked.csv) {
            (true, _) => Shape::Json { whole: chosen.is_empty() },
            (_, true) => Shape::Csv,
            _ => Shape::Table(Table::default(), zone),
        };
        let usual: &[Column] = if asked.csv { &Column::ALL } else { &Column::NINE_FIELDS };
        Self {
            shape,
            columns: if chosen.is_empty() { usual.to_vec() } else { chosen.clone() },
            printed: 0,
        }
    }

    const fn is_table(&self) -> bool {
        matches!(self.shape, Shape::Table(..))
    }

    fn head(&mut self, printer: &mut Printer) -> Result<(), Failure> {
        match &mut self.shape {
            Shape::Table(table, zone) => table.add(self.columns.iter().map(|column| match column {
                Column::Sent | Column::Registered | Column::Created | Column::LastSent | Column::Expires => {
                    format!("{} ({zone})", column.title())
                }
                _ => column.title().to_owned(),
            })),
            Shape::Csv => printer.raw(csv_line(self.columns.iter().map(|column| column.code())))?,
            Shape::Json { .. } => {}
        }
        Ok(())
    }

    fn rows(&mut self, printer: &mut Printer, rows: &[Row]) -> Result<(), Failure> {
        self.printed += rows.len() as u64;
        match &mut self.shape {
            Shape::Table(table, zone) => {
                for row in rows {
                    table.add(
                        self.columns
                            .iter()
                            .map(|column| cell(row, *column, &|at| at_minute(*zone, at), Words::Read)),
                    );
                }
                table.print(printer)
            }
            Shape::Csv => rows.iter().try_for_each(|row| {
                printer.raw(csv_line(
                    self.columns.iter().map(|column| cell(row, *column, &Moment::rfc3339, Words::Code)),
                ))
            }),
            Shape::Json { whole: true } => rows.iter().try_for_each(|row| printer.json(row)),
            Shape::Json { whole: false } => rows.iter().try_for_each(|row| printer.line(picked(row, &self.columns)?)),
        }
    }
}

/// Some columns of a row as a JSON object, in the order asked for.
fn picked(row: &Row, columns: &[Column]) -> Result<String, Failure> {
    let whole = serde_json::to_value(row).map_err(|error| Failure::Words(error.to_string()))?;
    let pairs = columns.iter().map(|column| {
        let value = whole.get(column.code()).unwrap_or(&serde_json::Value::Null);
        format!("\"{}\":{value}", column.code())
    });
    Ok(format!("{{{}}}", pairs.collect::<Vec<_>>().join(",")))
}

/// A moment as people read it.
pub(super) fn at_minute(zone: Zone, at: Moment) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M").to_string()
}

/// Whether statuses are written for people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Read,
    Code,
}

fn cell(row: &Row, column: Column, date: &dyn Fn(Moment) -> String, words: Words) -> String {
    let moment = |at: Option<Moment>| at.map(date).unwrap_or_default();
    match column {
        Column::Id => row.id.to_string(),
        Column::Email => row.email.clone().unwrap_or_default(),
        Column::Invitee => match (&row.invitee, row.other_address, words) {
            (Some(invitee), true, Words::Read) => format!("{invitee} (other address)"),
            (invitee, ..) => invitee.clone().unwrap_or_default(),
        },
        Column::Sent => moment(row.sent_at),
        Column::Registered => moment(row.registered_at),
        Column::Status => match words {
            Words::Read => status(row, date),
            Words::Code => row.status.code().to_owned(),
        },
        Column::Website => row.website.clone(),
        Column::Group => row.group.clone(),
        Column::Inviter => row.inviter.to_string(),
        Column::Sender => row.sender.clone(),
        Column::Created => date(row.created_at),
        Column::LastSent => moment(row.last_sent_at),
        Column::TimesSent => row.times_sent.to_string(),
        Column::Delivery => match words {
            Words::Read => [row.delivery.label(), row.reason.as_deref().unwrap_or_default()]
                .join(" ")
                .trim_end()
                .to_owned(),
            Words::Code => row.delivery.code().to_owned(),
        },
        Column::Expires => moment(row.expires_at),
    }
}

/// The status, and beside it a delivery that matters.
fn status(row: &Row, date: &dyn Fn(Moment) -> String) -> String {
    use crate::domain::delivery::Delivery;
    let label = row.status.label();
    match row.delivery {
        Delivery::Idle => label.to_owned(),
        Delivery::Deferred => format!("{label}, retry {}", row.due_at.map(date).unwrap_or_default()),
        other => format!("{label}, {}", other.label()),
    }
}
