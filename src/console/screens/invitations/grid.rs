//! The part of the rows that is at hand: a few screens around the cursor, loaded page by page, never the whole table.
//!
//! The cursor is an invitation, not a line: it stays on it when rows arrive, go or are sorted anew. A move beyond what is loaded is
//! kept until the rows are here.

use crate::console::message::RequestId;
use crate::desk::{Page, PageFrom, Place};
use crate::domain::ids::InvitationId;
use crate::domain::invitation::{Row, Sort};

/// How many screens are kept on either side of the one that is seen.
const KEPT_SCREENS: usize = 3;
/// How many screens a page holds.
const PAGE_SCREENS: usize = 3;
/// The most rows kept while a range is being chosen, whose start must stay at hand.
const RANGE_ROWS: usize = 50_000;

/// Where the cursor goes when a page takes the place of all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Land {
    /// On the first row.
    First,
    /// On the last row.
    Last,
    /// On the row it was on, or the nearest that is still there.
    Stay,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fetch {
    Replace(Land),
    Before,
    After,
}

/// The rows at hand and the cursor among them.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<Row>,
    at_start: bool,
    at_end: bool,
    cursor: usize,
    top: usize,
    height: usize,
    /// How many rows come before the first one at hand, where that is known.
    skipped: Option<u64>,
    fetch: Option<(RequestId, Fetch)>,
    /// How far the cursor still has to go once more rows are here.
    left_to_go: i64,
    /// While set, no row is let go.
    pinned: bool,
    /// The row on which the next page that stays is to land, when the cursor is not on it.
    wanted: Option<InvitationId>,
}

impl Grid {
    /// The rows on the screen.
    pub(super) fn visible(&self) -> &[Row] {
        let end = (self.top + self.height).min(self.rows.len());
        self.rows.get(self.top.min(end)..end).unwrap_or_default()
    }

    /// Which of the visible rows has the cursor.
    pub(super) const fn cursor_line(&self) -> usize {
        self.cursor.saturating_sub(self.top)
    }

    /// The row with the cursor.
    pub(super) fn current(&self) -> Option<&Row> {
        self.rows.get(self.cursor)
    }

    /// Whether there is no row at all.
    pub(super) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether rows are on their way.
    pub(super) const fn is_loading(&self) -> bool {
        self.fetch.is_some()
    }

    /// Whether any page has come yet.
    pub(super) const fn is_known(&self) -> bool {
        self.at_start || self.at_end || !self.rows.is_empty()
    }

    /// The place of the cursor among all rows, counted from 1, where that is known.
    pub(super) fn position(&self) -> Option<u64> {
        (!self.rows.is_empty()).then_some(())?;
        self.skipped.map(|skipped| skipped + self.cursor as u64 + 1)
    }

    /// Whether there are rows above the visible ones, and below.
    pub(super) fn more(&self) -> (bool, bool) {
        (
            self.top > 0 || !self.at_start && !self.rows.is_empty(),
            self.top + self.height < self.rows.len() || !self.at_end && !self.rows.is_empty(),
        )
    }

    /// How many rows fit on the screen.
    pub(super) fn resize(&mut self, height: usize) {
        self.height = height.max(1);
        self.scroll();
    }

    /// Keeps every row at hand from now on, for a range; or lets far ones go again.
    pub(super) const fn pin(&mut self, pinned: bool) {
        self.pinned = pinned;
    }

    /// The page that would show `land`, to be asked for with [`Grid::asked`].
    pub(super) fn page_for(&self, land: Land) -> (PageFrom, usize) {
        if let (Land::Stay, Some(id)) = (land, self.wanted) {
            return (PageFrom::Around(id), self.height * (2 * KEPT_SCREENS - 1));
        }
        let from = match (land, self.current()) {
            (Land::Last, _) => PageFrom::End,
            // At the very top, rows that arrive there are to be seen.
            (Land::Stay, Some(row)) if self.top > 0 || self.cursor > 0 || !self.at_start => PageFrom::Around(row.id),
            (Land::First | Land::Stay, _) => PageFrom::Start,
        };
        (from, self.height * (2 * KEPT_SCREENS - 1))
    }

    /// Notes the request for a page that takes the place of all rows; answers to earlier ones are dropped from now on.
    pub(super) const fn asked(&mut self, id: RequestId, land: Land) {
        self.fetch = Some((id, Fetch::Replace(land)));
        self.left_to_go = 0;
    }

    /// The next page to ask for, if the cursor comes near an edge that is not the end; the answer's request is noted by `ask`.
    pub(super) fn prefetch(&mut self, sort: Sort, ask: impl FnOnce(PageFrom, usize) -> RequestId) {
        if self.fetch.is_some() || (self.pinned && self.rows.len() >= RANGE_ROWS) {
            return;
        }
        let below = self.rows.len().saturating_sub(self.top + self.height);
        let (fetch, row) = if self.left_to_go > 0 || (below < self.height && self.left_to_go == 0) {
            (Fetch::After, self.rows.last())
        } else {
            (Fetch::Before, self.rows.first())
        };
        let (wanted, row) = match fetch {
            Fetch::After if !self.at_end => (true, row),
            // Nothing more below: perhaps above.
            Fetch::After => (!self.at_start && self.top < self.height && self.left_to_go == 0, self.rows.first()),
            _ => (!self.at_start && (self.top < self.height || self.left_to_go < 0), row),
        };
        let fetch = if fetch == Fetch::After && self.at_end {
            Fetch::Before
        } else {
            fetch
        };
        let Some(row) = row.filter(|_| wanted) else { return };
        let place = Place::of(row, sort);
        let from = if fetch == Fetch::After {
            PageFrom::After(place)
        } else {
            PageFrom::Before(place)
        };
        let id = ask(from, self.height * PAGE_SCREENS);
        self.fetch = Some((id, fetch));
    }

    /// Whether `id` is what is waited for.
    pub(super) fn expects(&self, id: RequestId) -> bool {
        self.fetch.is_some_and(|(waiting, _)| waiting == id)
    }

    /// The request was refused: what is there stays.
    pub(super) const fn failed(&mut self) {
        self.fetch = None;
        self.left_to_go = 0;
    }

    /// Takes the page that was waited for. `matched` is how many rows there are in all, where that is known.
    pub(super) fn receive(&mut self, page: Page, matched: Option<u64>) {
        let Some((_, fetch)) = self.fetch.take() else { return };
        match fetch {
            Fetch::Replace(land) => self.replace(page, land, matched),
            Fetch::After => self.append(page),
            Fetch::Before => self.prepend(page),
        }
        let left = std::mem::take(&mut self.left_to_go);
        if left != 0 {
            self.go(left);
        }
    }

    fn replace(&mut self, page: Page, land: Land, matched: Option<u64>) {
        let line = self.cursor_line();
        let old = std::mem::replace(&mut self.rows, page.rows);
        self.at_start = page.at_start;
        self.at_end = page.at_end;
        self.skipped = match (self.at_start, self.at_end, matched) {
            (true, _, _) => Some(0),
            (false, true, Some(matched)) => matched.checked_sub(self.rows.len() as u64),
            _ => None,
        };
        let last = self.rows.len().saturating_sub(1);
        let wanted = self.wanted.take().and_then(|id| self.rows.iter().position(|row| row.id == id));
        let cursor = match land {
            Land::Stay if wanted.is_some() => wanted.unwrap_or(0),
            Land::First => 0,
            Land::Last => last,
            Land::Stay => nearest(&old, self.cursor, &self.rows).unwrap_or(if self.at_start { self.cursor.min(last) } else { 0 }),
        };
        self.cursor = cursor;
        self.top = cursor.saturating_sub(line);
        self.scroll();
    }

    fn append(&mut self, page: Page) {
        self.at_end = page.at_end;
        let known: std::collections::HashSet<InvitationId> = self.rows.iter().map(|row| row.id).collect();
        self.rows.extend(page.rows.into_iter().filter(|row| !known.contains(&row.id)));
        let spare = self.top.saturating_sub(self.height * KEPT_SCREENS);
        if spare > 0 && !self.pinned {
            self.rows.drain(..spare.min(self.rows.len()));
            self.at_start = false;
            self.skipped = self.skipped.map(|skipped| skipped + spare as u64);
            self.top -= spare;
            self.cursor = self.cursor.saturating_sub(spare);
        }
    }

    fn prepend(&mut self, page: Page) {
        self.at_start = page.at_start;
        let known: std::collections::HashSet<InvitationId> = self.rows.iter().map(|row| row.id).collect();
        let mut rows: Vec<Row> = page.rows.into_iter().filter(|row| !known.contains(&row.id)).collect();
        let added = rows.len();
        rows.append(&mut self.rows);
        self.rows = rows;
        self.top += added;
        self.cursor += added;
        self.skipped = if self.at_start {
            Some(0)
        } else {
            self.skipped.and_then(|skipped| skipped.checked_sub(added as u64))
        };
        let kept = self.top + self.height * (KEPT_SCREENS + 1);
        if kept < self.rows.len() && !self.pinned {
            self.rows.truncate(kept);
            self.at_end = false;
        }
    }

    /// Moves the cursor by so many rows; what lies beyond the rows at hand is gone later.
    pub(super) fn go(&mut self, by: i64) {
        if self.rows.is_empty() {
            return;
        }
        let last = self.rows.len() as i64 - 1;
        let wanted = self.cursor as i64 + by;
        let reached = wanted.clamp(0, last);
        let open = if wanted < 0 { !self.at_start } else { !self.at_end };
        // No more than a screen is owed: keys that were held down do not run on for long.
        let bound = self.height as i64;
        self.left_to_go = if open { (wanted - reached).clamp(-bound, bound) } else { 0 };
        self.cursor = reached as usize;
        self.scroll();
    }

    /// Moves by whole screens.
    pub(super) fn go_screens(&mut self, by: i64) {
        let page = self.height.saturating_sub(1).max(1) as i64;
        self.go(by * page);
    }

    /// To the first row, or the last; `false` when it is not at hand, so that its page has to be asked for.
    pub(super) fn jump(&mut self, land: Land) -> bool {
        let (here, target) = match land {
            Land::First => (self.at_start, 0),
            Land::Last => (self.at_end, self.rows.len().saturating_sub(1)),
            Land::Stay => (true, self.cursor),
        };
        if here || self.pinned {
            self.left_to_go = 0;
            self.cursor = target;
            self.scroll();
        }
        here || self.pinned
    }

    /// The rows from `anchor` to the cursor, in either direction; nothing when the anchor is not at hand.
    pub(super) fn between(&self, anchor: InvitationId) -> Option<&[Row]> {
        let at = self.rows.iter().position(|row| row.id == anchor)?;
        self.rows.get(at.min(self.cursor)..=at.max(self.cursor))
    }

    /// The next page that stays on its row is to be around `id`, which may not be at hand.
    pub(super) fn return_to(&mut self, id: InvitationId) {
        if let Some(at) = self.rows.iter().position(|row| row.id == id) {
            self.cursor = at;
            self.scroll();
        }
        self.wanted = Some(id);
    }

    /// Brings the cursor into the visible rows, and fills the screen where there are rows to fill it.
    fn scroll(&mut self) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        self.top = self.top.clamp((self.cursor + 1).saturating_sub(self.height), self.cursor);
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
    }
}

/// Where in `rows` the row stands that was at `cursor` in `old`, or else the nearest that is in both, those below first.
fn nearest(old: &[Row], cursor: usize, rows: &[Row]) -> Option<usize> {
    let places: std::collections::HashMap<InvitationId, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let below = old.iter().skip(cursor);
    let above = old.iter().take(cursor).rev();
    below.chain(above).find_map(|row| places.get(&row.id).copied())
}

#[cfg(test)]
mod tests;
