//! Looking at invitations: keyset pages in any order, exact counts, and the identities that match.
//!
//! An order is a sequence of *runs*, each of which one index walks: the rows with a value, then those without; or, for columns
//! with few values, one run a value. A page starts in the run where its place is and goes on until it is full. So no page depends
//! on how deep it lies, and no comparison walks all ties of a value.

use super::condition::{Condition, Drive, Viewpoint};
use super::rows::{SELECT_ROW, read_row};
use super::{Store, StoreError, get, json_ids};
use crate::domain::filter::Filter;
use crate::domain::ids::{GroupId, InvitationId, WebsiteId};
use crate::domain::invitation::{Row, Sort, SortKey};
use crate::domain::status::Status;
use roaring::RoaringTreemap;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeMap;

mod runs;
use runs::{Run, runs_of};

/// A row's place in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The value of the sorted column.
    pub key: SortKey,
    /// The row.
    pub id: InvitationId,
}

impl Place {
    /// The place of `row` in the order of `sort`.
    pub fn of(row: &Row, sort: Sort) -> Self {
        Self {
            key: SortKey::of(row, sort.column),
            id: row.id,
        }
    }
}

/// Where in the order a page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageFrom {
    /// With the first row.
    Start,
    /// It ends with the last row.
    End,
    /// Behind a place.
    After(Place),
    /// It ends before a place.
    Before(Place),
    /// With this row in its middle, or where it would stand; from the start when it is gone.
    Around(InvitationId),
}

/// Some rows in the order asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// In the order of the sort.
    pub rows: Vec<Row>,
    /// Nothing comes before them.
    pub at_start: bool,
    /// Nothing comes behind them.
    pub at_end: bool,
}

/// How many invitations there are, from the tally.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// All of them.
    pub all: u64,
    /// By status.
    pub by_status: BTreeMap<Status, u64>,
    /// By website.
    pub by_website: BTreeMap<WebsiteId, u64>,
    /// By group.
    pub by_group: BTreeMap<GroupId, u64>,
}

/// How many rows a filter may match to be looked up by what it asks rather than walked past.
const FEW: i64 = 20_000;

/// How many identities are fetched at once, so that a wish to stop is heard.
const ID_STRIDE: i64 = 200_000;

impl Store {
    /// A page of the rows that `filter` matches, `limit` at most.
    pub async fn page(&self, filter: &Filter, view: Viewpoint, sort: Sort, from: PageFrom, limit: usize) -> Result<Page, StoreError> {
        let condition = self.condition(filter, view).await?;
        let drive = self.drive(&condition).await?;
        match from {
            PageFrom::Start => self.forward(&condition, drive, sort, None, limit).await,
            PageFrom::After(place) => self.forward(&condition, drive, sort, Some(place), limit).await,
            PageFrom::End => self.backward(&condition, drive, sort, None, limit).await,
            PageFrom::Before(place) => self.backward(&condition, drive, sort, Some(place), limit).await,
            PageFrom::Around(id) => {
                let Some(row) = self.rows(&[id]).await?.pop() else {
                    return self.forward(&condition, drive, sort, None, limit).await;
                };
                let place = Place::of(&row, sort);
                let before = self.backward(&condition, drive, sort, Some(place.clone()), limit / 2).await?;
                let here = self.is_matched(&condition, id).await?;
                let after = self
                    .forward(&condition, drive, sort, Some(place), limit - before.rows.len().min(limit))
                    .await?;
                let rows = before.rows.into_iter().chain(here.then_some(row)).chain(after.rows).collect();
                Ok(Page {
                    rows,
                    at_start: before.at_start,
                    at_end: after.at_end,
                })
            }
        }
    }

    async fn forward(
        &self,
        condition: &Condition<'_>,
        drive: Drive,
        sort: Sort,
        place: Option<Place>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let at_start = place.is_none();
        let (rows, at_end) = self
            .walk(condition, drive, runs_of(sort, &self.order(sort).await?, place, false), limit)
            .await?;
        Ok(Page { rows, at_start, at_end })
    }

    async fn backward(
        &self,
        condition: &Condition<'_>,
        drive: Drive,
        sort: Sort,
        place: Option<Place>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let at_end = place.is_none();
        let (mut rows, at_start) = self
            .walk(condition, drive, runs_of(sort, &self.order(sort).await?, place, true), limit)
            .await?;
        rows.reverse();
        Ok(Page { rows, at_start, at_end })
    }

    /// Walks the runs until `limit` rows are found; true when there are no more.
    async fn walk(&self, condition: &Condition<'_>, drive: Drive, runs: Vec<Run>, limit: usize) -> Result<(Vec<Row>, bool), StoreError> {
        let mut rows = Vec::with_capacity(limit.min(1000));
        for run in runs {
            // One row more than asked tells whether the end is reached.
            let wanted = limit + 1 - rows.len();
            let mut sql = QueryBuilder::<Sqlite>::new(SELECT_ROW);
            run.push_where(&mut sql);
            condition.push(&mut sql, drive);
            run.push_order(&mut sql, drive);
            sql.push(format!(" LIMIT {wanted}"));
            for row in &sql.build().fetch_all(self.readers()).await? {
                rows.push(read_row(row)?);
            }
            if rows.len() > limit {
                rows.truncate(limit);
                return Ok((rows, false));
            }
        }
        Ok((rows, true))
    }

    /// The values of a column with few of them, in the order in which they are shown.
    async fn order(&self, sort: Sort) -> Result<Vec<(i64, String)>, StoreError> {
        use crate::domain::invitation::Column;
        let catalog = match sort.column {
            Column::Website | Column::Group | Column::Sender => self.catalog().await?,
            _ => return Ok(Vec::new()),
        };
        let mut values: Vec<(i64, String)> = match sort.column {
            Column::Website => catalog.websites.into_iter().map(|website| (website.id.0, website.code)).collect(),
            Column::Group => catalog.groups.into_iter().map(|group| (group.id.0, group.name)).collect(),
            _ => catalog.senders.into_iter().map(|sender| (sender.id.0, sender.code)).collect(),
        };
        values.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(values)
    }

    async fn is_matched(&self, condition: &Condition<'_>, id: InvitationId) -> Result<bool, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new(format!("SELECT 1 FROM invitation i WHERE i.id = {}", id.0));
        condition.push(&mut sql, Drive::Order);
        Ok(sql.build().fetch_optional(self.readers()).await?.is_some())
    }

    /// Finds out, for a few microseconds, whether few rows match.
    async fn drive(&self, condition: &Condition<'_>) -> Result<Drive, StoreError> {
        for term in condition.narrowing() {
            let mut sql = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM (SELECT 1 FROM invitation i WHERE true");
            condition.push_term(&mut sql, term, Drive::Filter);
            sql.push(format!(" LIMIT {FEW})"));
            let found: i64 = sql.build_query_scalar().fetch_one(self.readers()).await?;
            if found < FEW {
                return Ok(Drive::Filter);
            }
        }
        if condition.is_tallied() && !condition.is_empty() && self.tallied(condition).await? < FEW as u64 {
            return Ok(Drive::Filter);
        }
        Ok(Drive::Order)
    }

    /// How many rows `filter` matches, exactly.
    pub async fn count(&self, filter: &Filter, view: Viewpoint) -> Result<u64, StoreError> {
        let condition = self.condition(filter, view).await?;
        if condition.is_tallied() {
            return self.tallied(&condition).await;
        }
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM invitation i WHERE true");
        condition.push(&mut sql, Drive::Filter);
        let count: i64 = sql.build_query_scalar().fetch_one(self.readers()).await?;
        Ok(count.unsigned_abs())
    }

    async fn tallied(&self, condition: &Condition<'_>) -> Result<u64, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT ifnull(sum(i.n), 0) FROM tally i WHERE true");
        condition.push(&mut sql, Drive::Filter);
        let count: i64 = sql.build_query_scalar().fetch_one(self.readers()).await?;
        Ok(count.unsigned_abs())
    }

    /// The identities of all rows that `filter` matches now.
    pub async fn matching(&self, filter: &Filter, view: Viewpoint, progress: &super::Progress) -> Result<RoaringTreemap, StoreError> {
        let condition = self.condition(filter, view).await?;
        let drive = self.drive(&condition).await?;
        let last: i64 = sqlx::query_scalar("SELECT ifnull(max(id), 0) FROM invitation")
            .fetch_one(self.readers())
            .await?;
        let mut found = RoaringTreemap::new();
        // Without a filter an index alone tells, in one go; what few match is found at once too. All else walks the rows in strides.
        let at_once = condition.is_empty() || drive == Drive::Filter;
        let stride = if at_once { last.max(1) } else { ID_STRIDE };
        let mut first = 0;
        progress.set_total(last.unsigned_abs());
        while first <= last && !progress.is_cancelled() {
            let to = first.saturating_add(stride);
            // One text a stride costs a tenth of one row an identity.
            let plus = if at_once { "+" } else { "" };
            let mut sql = QueryBuilder::<Sqlite>::new(format!(
                "SELECT group_concat(i.id) FROM invitation i WHERE {plus}i.id >= {first} AND {plus}i.id < {to}"
            ));
            condition.push(&mut sql, drive);
            let ids: Option<String> = sql.build_query_scalar().fetch_one(self.readers()).await?;
            found.extend(ids.iter().flat_map(|ids| ids.split(',')).filter_map(|id| id.parse::<u64>().ok()));
            progress.add(stride.min(last + 1 - first).unsigned_abs());
            first = to;
        }
        Ok(found)
    }

    /// These rows, in the order given; those that do not exist are left out.
    pub async fn rows(&self, ids: &[InvitationId]) -> Result<Vec<Row>, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new(SELECT_ROW);
        sql.push(" WHERE i.id IN (SELECT value FROM json_each(")
            .push_bind(json_ids(ids.iter().map(|id| id.0)))
            .push("))");
        let mut by_id = BTreeMap::new();
        for row in &sql.build().fetch_all(self.readers()).await? {
            let row = read_row(row)?;
            by_id.insert(row.id, row);
        }
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// How many invitations there are, without a scan.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let mut totals = Totals::default();
        for row in &sqlx::query("SELECT website_id, group_id, status, n FROM tally WHERE n > 0")
            .fetch_all(self.readers())
            .await?
        {
            let n = get::<i64>(row, 3)?.unsigned_abs();
            totals.all += n;
            *totals.by_website.entry(WebsiteId(get(row, 0)?)).or_default() += n;
            *totals.by_group.entry(GroupId(get(row, 1)?)).or_default() += n;
            *totals.by_status.entry(super::rows::status(get(row, 2)?)?).or_default() += n;
        }
        Ok(totals)
    }
}
