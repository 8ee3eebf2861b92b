//! What changes on events.

use super::{FIGURES, State, export, last_year};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::layers::{Choice, Menu, Prompt};
use crate::console::message::{Answer, Event, RequestId, Told, Visit};
use crate::console::request::{Reply, Request, reply};
use crate::console::screens::ScreenId;
use crate::domain::period::{DateSpan, Step};
use crate::domain::report::Basis;

const FROM: &str = "report-from";
const TO: &str = "report-to";
const WEBSITE: &str = "report-website";

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Entered => {
            if state.span.is_none() {
                state.span = Some(last_year(context.session.zone.date_of(context.session.now)));
                state.row = usize::MAX;
            }
            load(state, context);
        }
        Event::Changed => load(state, context),
        Event::Act(action) => act(state, action, context),
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        Event::Told(FROM, Told::Entered(text)) => set_day(state, &text, End::First, context),
        Event::Told(TO, Told::Entered(text)) => set_day(state, &text, End::Last, context),
        Event::Told(WEBSITE, Told::Chosen(at)) => {
            let catalog = context.session.catalog.value();
            let website = at.checked_sub(1).and_then(|at| catalog?.websites.get(at));
            state.website = website.map(|website| website.id);
            load(state, context);
        }
        Event::Told(tag, told) => export::told(state, tag, &told, context),
        _ => {}
    }
}

fn load(state: &mut State, context: &mut Context<'_>) {
    let Some(query) = state.query() else { return };
    match query.period.intervals() {
        Ok(_) => state.report.ask(context.ask(Request::Report(query))),
        Err(error) => context.toast(Tone::Bad, error.to_string()),
    }
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    let last = state.rows();
    let page = usize::from(context.session.body_rows().saturating_sub(7)).max(1);
    match action {
        Action::Up => state.row = state.row.saturating_sub(1),
        Action::Down => state.row = (state.row + 1).min(last),
        Action::PageUp => state.row = state.row.saturating_sub(page),
        Action::PageDown => state.row = (state.row + page).min(last),
        Action::Top => state.row = 0,
        Action::Bottom => state.row = last,
        Action::Left => state.column = state.column.saturating_sub(1),
        Action::Right => state.column = (state.column + 1).min(FIGURES.len() - 1),
        Action::DrillDown => drill_down(state, context),
        Action::ReportFrom => ask_day(state, FROM, "From: a day, month or year", End::First, context),
        Action::ReportTo => ask_day(state, TO, "To, included: a day, month or year", End::Last, context),
        Action::ReportStep => {
            let at = Step::ALL.iter().position(|step| *step == state.step).unwrap_or(0);
            state.step = Step::ALL.get((at + 1) % Step::ALL.len()).copied().unwrap_or(state.step);
            state.row = usize::MAX;
            load(state, context);
        }
        Action::ReportBasis => {
            state.basis = if state.basis == Basis::Cohort {
                Basis::Event
            } else {
                Basis::Cohort
            };
            load(state, context);
        }
        Action::ReportWebsite => choose_website(state, context),
        Action::Export => export::begin(state, context),
        _ => {}
    }
}

#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

fn ask_day(state: &State, tag: &'static str, title: &str, end: End, context: &mut Context<'_>) {
    let Some(span) = state.span else { return };
    let day = match end {
        End::First => span.first,
        End::Last => span.last,
    };
    context.open(Prompt::new(context.owner(), tag, title, day.to_string()));
}

/// A month or year stands for its first or its last day, as the field has it.
fn set_day(state: &mut State, text: &str, end: End, context: &mut Context<'_>) {
    let Some(now) = state.span else { return };
    let span = DateSpan::parse(text.trim()).and_then(|typed| match end {
        End::First => DateSpan::new(typed.first, now.last),
        End::Last => DateSpan::new(now.first, typed.last),
    });
    match span {
        Ok(span) => {
            let before = state.span.replace(span);
            let too_many = state.query().is_some_and(|query| query.period.intervals().is_err());
            load(state, context);
            if too_many {
                state.span = before;
            } else {
                state.row = usize::MAX;
            }
        }
        Err(error) => context.toast(Tone::Bad, error.to_string()),
    }
}

fn choose_website(state: &State, context: &mut Context<'_>) {
    let Some(catalog) = context.session.catalog.value() else { return };
    let mut choices = vec![Choice {
        label: "all".to_owned(),
        note: String::new(),
        current: state.website.is_none(),
    }];
    choices.extend(catalog.websites.iter().map(|website| Choice {
        label: website.name.clone(),
        note: website.code.clone(),
        current: state.website == Some(website.id),
    }));
    context.open(Menu::new(context.owner(), WEBSITE, "Website", choices));
}

/// Asks for the rows behind the number under the cursor, as the report that is drawn has it.
fn drill_down(state: &mut State, context: &mut Context<'_>) {
    let Some(report) = state.report.value() else { return };
    let request = Request::DrillDown {
        query: report.query.clone(),
        interval: state.interval().cloned(),
        figure: state.figure(),
    };
    state.drilling = Some(context.ask(request));
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.report.expects(id) {
        state.report.receive(id, reply!(answer, Reply::Report(report) => report));
        state.row = state.row.min(state.rows());
    } else if state.drilling == Some(id) {
        state.drilling = None;
        match reply!(answer, Reply::Filter(filter) => filter) {
            Ok(filter) => context.visit(ScreenId::Invitations, Visit::Filter(filter.to_string())),
            Err(why) => context.toast(Tone::Bad, why),
        }
    } else {
        export::answered(state, id, answer, context);
    }
}
