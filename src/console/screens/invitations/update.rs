//! What changes on events.

use super::chooser::{COLUMNS, Chooser};
use super::filtering::{Applied, Origin};
use super::grid::Land;
use super::{State, columns, memory, select, view};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::layers::{Choice, Menu};
use crate::console::message::{Answer, Event, RequestId, Told, Visit};
use crate::console::plan;
use crate::console::request::{Reply, Request, reply};
use crate::console::screens::ScreenId;
use crate::domain::invitation::{Column, Sort};
use crate::domain::plan::{Act, TakeIn};
use crate::domain::selection::id_set;

/// Under which name the sort menu tells what was chosen.
const SORT: &str = "sort";

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Restored(text) => text.iter().for_each(|text| memory::restore(state, text)),
        Event::Entered => {
            state.grid.resize(State::height(context.session));
            refresh(state, context);
        }
        Event::Changed => refresh(state, context),
        Event::Time => state.grid.resize(State::height(context.session)),
        Event::Act(action) => act(state, action, context),
        Event::Key(key) => {
            if state.filtering.editing.as_mut().is_some_and(|editing| editing.line.key(&key)) {
                typed(state, context);
            }
        }
        Event::Paste(text) => {
            if let Some(editing) = &mut state.filtering.editing {
                editing.line.insert(&text);
                typed(state, context);
            }
        }
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        Event::Told(tag, told) => heard(state, tag, &told, context),
        Event::Visit(visit) => visited(state, visit, context),
        Event::Left => {}
    }
    fetch_more(state, context);
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    match action {
        Action::Up => state.grid.go(-1),
        Action::Down => state.grid.go(1),
        Action::PageUp => state.grid.go_screens(-1),
        Action::PageDown => state.grid.go_screens(1),
        Action::Top => jump(state, Land::First, context),
        Action::Bottom => jump(state, Land::Last, context),
        Action::Left | Action::Right => {
            let furthest = columns::furthest(&state.shown, view::room(context.session.size.0));
            let now = state.scrolled.min(furthest);
            state.scrolled = if action == Action::Left {
                now.saturating_sub(1)
            } else {
                (now + 1).min(furthest)
            };
        }
        Action::Send | Action::Discard | Action::Restore => open_plan(state, action, context),
        Action::Open => {
            if let Some(row) = state.grid.current() {
                context.visit(ScreenId::Detail, Visit::Invitation(row.id));
            }
        }
        Action::Filter => state.filtering.begin(state.grid.current().map(|row| row.id)),
        Action::KeepFilter => keep_filter(state, context),
        Action::TakeSuggestion => {
            if state.filtering.take_suggestion(context.session.catalog.value()) {
                typed(state, context);
            }
        }
        Action::Sort => open_sort(state, context),
        Action::ChooseColumns => context.open(Chooser::new(context.owner(), state.shown.clone())),
        Action::RefreshGrid => refresh(state, context),
        other => select::act(state, other, context),
    }
}

/// Esc: the line, the range, the lookup, the filter; the last of them that there is.
pub(super) fn back(state: &mut State, context: &mut Context<'_>) -> bool {
    if let Some(editing) = state.filtering.give_up() {
        if let Some(row) = editing.row {
            state.grid.return_to(row);
        }
        filter_changed(state, if editing.row.is_some() { Land::Stay } else { Land::First }, context);
        return true;
    }
    if select::drop_range(state, context) || select::stop(state) {
        return true;
    }
    if let Some((applied, origin)) = state.filtering.before_visit.take() {
        (state.filtering.applied, state.filtering.origin) = (applied, origin);
        filter_changed(state, Land::First, context);
        return false;
    }
    if state.filtering.clear() {
        filter_changed(state, Land::Stay, context);
        memory::keep(state, context);
        return true;
    }
    false
}

fn typed(state: &mut State, context: &mut Context<'_>) {
    if state.filtering.typed(context.session.catalog.value()) {
        filter_changed(state, Land::First, context);
    }
}

fn keep_filter(state: &mut State, context: &mut Context<'_>) {
    match state.filtering.keep() {
        Ok(()) => memory::keep(state, context),
        Err(mistake) => context.toast(Tone::Notice, format!("{mistake}; Esc goes back to the filter from before")),
    }
}

/// The rows, their number and which of the selected ones are hidden are all others now.
fn filter_changed(state: &mut State, land: Land, context: &mut Context<'_>) {
    state.count.clear();
    state.count_again = false;
    state.matching.clear();
    state.matching_again = false;
    load(state, land, context);
    ask_count(state, context);
    select::look_for_hidden(state, context);
}

/// Loads what is seen again; cursor and selection stay. A range being chosen is not disturbed.
pub(super) fn refresh(state: &mut State, context: &mut Context<'_>) {
    if state.range.is_some() {
        return;
    }
    load(state, Land::Stay, context);
    ask_count(state, context);
    if !state.selection.is_empty() && state.matching.value().is_some() {
        select::ask_matching(state, context);
    }
}

/// Asks for the rows, one page at a time: while one is on its way the next question waits, and the newest wins.
fn load(state: &mut State, land: Land, context: &mut Context<'_>) {
    if state.asked_with.is_some() {
        // A new filter starts at its first row, also when something else asks again meanwhile.
        state.again = Some(if state.again == Some(Land::First) { Land::First } else { land });
        return;
    }
    let Some(filter) = state.filtering.asked(state.selection.ids()) else {
        context.toast(Tone::Notice, "too many separate rows are selected to be filtered by");
        return;
    };
    let (from, limit) = state.grid.page_for(land);
    let id = context.ask(Request::Page {
        filter: filter.clone(),
        sort: state.sort,
        from,
        limit,
    });
    state.grid.asked(id, land);
    state.asked_with = Some((Some(filter), state.sort));
}

fn fetch_more(state: &mut State, context: &mut Context<'_>) {
    let State {
        grid,
        filtering,
        selection,
        sort,
        ..
    } = state;
    if let Some(filter) = filtering.asked(selection.ids()) {
        grid.prefetch(*sort, |from, limit| {
            context.ask(Request::Page {
                filter,
                sort: *sort,
                from,
                limit,
            })
        });
    }
}

fn ask_count(state: &mut State, context: &mut Context<'_>) {
    if state.filtering.applied.filter.is_empty() {
        return;
    }
    if state.count.is_loading() {
        state.count_again = true;
        return;
    }
    if let Some(filter) = state.filtering.asked(state.selection.ids()) {
        let id = context.ask(Request::Count(filter));
        state.count.ask(id);
    }
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.grid.expects(id) {
        page_came(state, answer, context);
    } else if state.count.expects(id) {
        state.count.receive(id, reply!(answer, Reply::Count(count) => count));
        if std::mem::take(&mut state.count_again) {
            ask_count(state, context);
        }
    } else if state.matching.expects(id) {
        state.matching.receive(id, reply!(answer, Reply::Matching(ids) => ids));
        if std::mem::take(&mut state.matching_again) {
            select::ask_matching(state, context);
        }
    } else {
        select::looked_up(state, id, &answer, context);
    }
}

fn page_came(state: &mut State, answer: Answer, context: &mut Context<'_>) {
    let asked_with = state.asked_with.take();
    let again = state.again.take();
    let now = (state.filtering.asked(state.selection.ids()), state.sort);
    let is_old = again.is_some() && asked_with.is_some_and(|asked| asked != now);
    match reply!(answer, Reply::Page(page) => page) {
        Ok(_) if is_old => state.grid.failed(),
        Ok(page) => {
            state.trouble = None;
            let matched = state.matched(context.session);
            state.grid.receive(page, matched);
        }
        Err(why) => {
            state.grid.failed();
            state.trouble = Some(why);
        }
    }
    if let Some(land) = again {
        load(state, land, context);
    }
}

fn jump(state: &mut State, land: Land, context: &mut Context<'_>) {
    if !state.grid.jump(land) {
        load(state, land, context);
    }
}

fn open_sort(state: &State, context: &mut Context<'_>) {
    let choices = Column::ALL
        .into_iter()
        .map(|column| {
            let current = column == state.sort.column;
            let note = match (current, state.sort.descending) {
                (true, true) => "▼ Enter turns it round",
                (true, false) => "▲ Enter turns it round",
                (false, _) => "",
            };
            Choice {
                label: column.title().to_owned(),
                note: note.to_owned(),
                current,
            }
        })
        .collect();
    context.open(Menu::new(context.owner(), SORT, "Sort by", choices));
}

/// A column sorts the way it is mostly wanted first: the newest and the largest, but words from A on.
const fn first_way(column: Column) -> bool {
    !matches!(
        column,
        Column::Email | Column::Invitee | Column::Inviter | Column::Website | Column::Group | Column::Sender | Column::Status
    )
}

fn heard(state: &mut State, tag: &str, told: &Told, context: &mut Context<'_>) {
    match (tag, told) {
        (select::MENU, Told::Chosen(at)) => select::chosen(*at, context),
        (SORT, Told::Chosen(at)) => {
            if let Some(column) = Column::ALL.get(*at).copied() {
                let descending = if column == state.sort.column {
                    !state.sort.descending
                } else {
                    first_way(column)
                };
                state.sort = Sort { column, descending };
                load(state, Land::Stay, context);
                memory::keep(state, context);
            }
        }
        (COLUMNS, Told::Entered(codes)) => {
            let chosen: Vec<Column> = codes.split(',').filter_map(|code| code.parse().ok()).collect();
            memory::set_columns(state, &chosen);
            memory::keep(state, context);
        }
        _ => {}
    }
}

/// Another screen wants rows to be seen. The filter it brings is not remembered over restarts: nobody typed it.
fn visited(state: &mut State, visit: Visit, context: &mut Context<'_>) {
    let text = match &visit {
        Visit::Filter(text) => text.clone(),
        Visit::Selection(ids, _) => {
            select::replace(state, ids);
            "is:selected".to_owned()
        }
        Visit::Invitation(id) => format!("id:{id}"),
        Visit::Action(_) => return,
    };
    let earlier = state.filtering.earlier();
    if let Err(mistakes) = state.filtering.set(&text, Origin::Given) {
        let why = mistakes.first().map(ToString::to_string).unwrap_or_default();
        context.toast(Tone::Bad, format!("these rows cannot be shown: {why}"));
        return;
    }
    state.filtering.before_visit = Some(earlier);
    if state.filtering.asked(state.selection.ids()).is_none() {
        state.filtering.applied = Applied::default();
    }
    if let Visit::Selection(_, what) = visit {
        context.toast(Tone::Good, format!("Selected: {what}"));
    }
    state.grid.resize(State::height(context.session));
    filter_changed(state, Land::First, context);
}

/// Plans for what is selected, or for the row with the cursor when nothing is. A single row may be sent again directly.
fn open_plan(state: &State, action: Action, context: &mut Context<'_>) {
    let current = state.grid.current().map(|row| row.id);
    let (ids, single) = if state.selection.is_empty() {
        (id_set(current), current)
    } else {
        (state.selection.ids().clone(), None)
    };
    let one = ids.len() == 1;
    let act = match action {
        Action::Send => Act::Send(TakeIn {
            resend: one,
            restore: false,
            cooling_down: false,
        }),
        Action::Discard => Act::Discard,
        _ => Act::Restore,
    };
    let filter = state.filtering.applied.text.clone();
    let plan = plan::State::new(act, ids, filter, single, context.session.now);
    context.open(plan.hiding(state.hidden().unwrap_or(0)));
}
