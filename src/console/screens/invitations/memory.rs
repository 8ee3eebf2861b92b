//! What the grid remembers over restarts: filter, sort, columns.

use super::State;
use super::filtering::Origin;
use crate::console::context::Context;
use crate::domain::invitation::{Column, Sort};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    columns: Vec<Column>,
}

/// Keeps it.
pub(super) fn keep(state: &State, context: &mut Context<'_>) {
    let remembered = Remembered {
        filter: state.filtering.applied.text.clone(),
        sort: state.sort,
        columns: state.shown.clone(),
    };
    if let Ok(text) = serde_json::to_string(&remembered) {
        context.remember(text);
    }
}

/// Takes it up again. What can no longer be read is left out: a filter that lost a term would match more than was meant.
pub(super) fn restore(state: &mut State, text: &str) {
    let Ok(remembered) = serde_json::from_str::<Remembered>(text) else {
        return;
    };
    state.sort = remembered.sort;
    set_columns(state, &remembered.columns);
    // What can no longer be read is refused as a whole; what was selected is not remembered, so neither is a filter that asks for it.
    let restored = state.filtering.set(&remembered.filter, Origin::Restored);
    if restored.is_err() || state.filtering.applied.filter.asks_selection() || state.filtering.applied.filter.is_empty() {
        state.filtering.clear();
    }
}

/// Shows these columns, in the one order; ID and Email are always among them.
pub(super) fn set_columns(state: &mut State, columns: &[Column]) {
    if columns.is_empty() {
        return;
    }
    let always = |column: &Column| matches!(column, Column::Id | Column::Email);
    state.shown = Column::ALL
        .into_iter()
        .filter(|column| always(column) || columns.contains(column))
        .collect();
    state.scrolled = 0;
}
