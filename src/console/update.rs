//! What the frame around the screens does with a message, and how events reach screens and layers.

use super::actions::Action;
use super::context::{Context, Tone, Wish};
use super::layers::{Confirm, Layer, Palette, Working};
use super::message::{Answer, Event, Msg, Opened, Owner, RequestId, Told, Visit};
use super::model::{BLINK, Model, Phase, Toast};
use super::request::{Effect, Reply, Request, reply};
use super::screens::ScreenId;
use super::{help, undo};
use crate::desk::ChangeMark;
use crate::domain::settings::Scope;
use crate::domain::time::Moment;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::time::Duration;

const TOAST_STAYS: Duration = Duration::from_secs(6);
const BAD_NEWS_STAY: Duration = Duration::from_secs(12);

/// The one way in which anything changes: pure and synchronous; what is to be done outside comes back as data.
pub fn update(model: &mut Model, message: Msg) -> Vec<Effect> {
    match message {
        Msg::Time(now) => time(model, now),
        Msg::Key(event) if event.kind == KeyEventKind::Release => Vec::new(),
        Msg::Key(event) => keys(model, event),
        Msg::Paste(text) => to_top(model, Event::Paste(text)),
        Msg::Resize(columns, rows) => {
            model.session.size = (columns, rows);
            to_screen(model, model.screen, Event::Time)
        }
        Msg::Opened(opened) => open(model, *opened),
        Msg::OpenFailed(why) => {
            model.phase = Phase::Failed(why);
            Vec::new()
        }
        Msg::Changed(mark) => changed(model, mark),
        Msg::Answer(owner, id, answer) => take_answer(model, owner, id, answer),
        Msg::Nothing => Vec::new(),
        Msg::Stop => {
            model.stop_works();
            let mut effects = if model.phase == Phase::Ready {
                to_screen(model, model.screen, Event::Left)
            } else {
                Vec::new()
            };
            effects.push(Effect::Quit);
            effects
        }
    }
}

fn time(model: &mut Model, now: Moment) -> Vec<Effect> {
    model.session.now = now;
    if model.toast.as_ref().is_some_and(|toast| toast.until <= now) {
        model.toast = None;
    }
    let due = |(work, since): &(super::context::Work, Moment)| work.window && now.since(*since) >= BLINK;
    let shown = |model: &Model, id| model.layers.iter().any(|layer| layer.serves(id));
    let windows: Vec<_> = model.works.iter().filter(|work| due(work)).map(|(work, _)| work.clone()).collect();
    for work in windows {
        if !shown(model, work.id) {
            model.layers.push(Box::new(Working(work)));
        }
    }
    match model.front().wake_at(&model.session) {
        Some(at) if at <= now => to_screen(model, model.screen, Event::Time),
        _ => Vec::new(),
    }
}

fn open(model: &mut Model, mut opened: Opened) -> Vec<Effect> {
    model.phase = Phase::Ready;
    model.session.zone = model.session.own_zone.unwrap_or(opened.zone);
    model.session.read_only = opened.read_only;
    let mut effects = vec![Effect::Watch(ChangeMark::default())];
    for screen in ScreenId::ALL {
        effects.extend(to_screen(model, screen, Event::Restored(opened.memory.remove(screen.code()))));
    }
    effects.extend(reload_session(model));
    effects.extend(to_screen(model, model.screen, Event::Entered));
    if opened.is_new && !opened.read_only {
        effects.extend(go(model, ScreenId::SetUp));
    }
    effects
}

/// Asks for what the frame and every screen need.
fn reload_session(model: &mut Model) -> Vec<Effect> {
    let Model { session, next_request, .. } = model;
    let mut effects = Vec::new();
    let mut ask = |request| {
        *next_request += 1;
        let id = RequestId(*next_request);
        effects.push(Effect::Ask(Owner::Shell, id, request));
        id
    };
    session.catalog.ask(ask(Request::Catalog));
    session.totals.ask(ask(Request::Totals));
    session.settings.ask(ask(Request::Settings(Scope::Global)));
    session.transmission.ask(ask(Request::Transmission));
    effects
}

fn changed(model: &mut Model, mark: ChangeMark) -> Vec<Effect> {
    let mut effects = vec![Effect::Watch(mark)];
    effects.extend(reload_session(model));
    effects.extend(to_screen(model, model.screen, Event::Changed));
    effects
}

fn take_answer(model: &mut Model, owner: Owner, id: RequestId, answer: Box<Answer>) -> Vec<Effect> {
    model.works.retain(|(work, _)| work.id != id);
    model.layers.retain(|layer| !layer.serves(id));
    match owner {
        Owner::Screen(screen) => to_screen(model, screen, Event::Answer(id, answer)),
        Owner::Layer => {
            let mut effects = Vec::new();
            for at in (0..model.layers.len()).rev() {
                effects.extend(to_layer(model, at, Event::Answer(id, answer.clone())));
            }
            effects
        }
        Owner::Shell => shell_answer(model, id, *answer),
    }
}

fn shell_answer(model: &mut Model, id: RequestId, answer: Answer) -> Vec<Effect> {
    let session = &mut model.session;
    if session.catalog.expects(id) {
        session.catalog.receive(id, reply!(answer, Reply::Catalog(catalog) => catalog));
    } else if session.totals.expects(id) {
        session.totals.receive(id, reply!(answer, Reply::Totals(totals) => totals));
    } else if session.settings.expects(id) {
        session.settings.receive(id, reply!(answer, Reply::Settings(settings) => settings));
        session.follow_zone();
    } else if session.transmission.expects(id) {
        session
            .transmission
            .receive(id, reply!(answer, Reply::Transmission(transmission) => *transmission));
    } else {
        return undo::answered(model, id, answer);
    }
    // What all screens may read is new: those that wait for it can go on.
    to_screen(model, model.screen, Event::Time)
}

/// Terminals send Alt as an Esc before the key, and over a slow line an Esc and the next key arrive together: the two cannot be told apart.
/// No action uses Alt, so they count as both keys, except where text is typed: there Alt is a habit of shells that must not leave a form.
fn keys(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    if !event.modifiers.contains(KeyModifiers::ALT) || model.typing() {
        return key(model, &event);
    }
    let mut effects = key(model, &KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
    let modifiers = event.modifiers - KeyModifiers::ALT;
    effects.extend(key(model, &KeyEvent { modifiers, ..event }));
    effects
}

fn key(model: &mut Model, event: &KeyEvent) -> Vec<Effect> {
    if model.phase != Phase::Ready {
        let ctrl_c = event.code == KeyCode::Char('c') && event.modifiers.contains(KeyModifiers::CONTROL);
        return if ctrl_c || matches!(event.code, KeyCode::Char('q') | KeyCode::Esc) {
            vec![Effect::Quit]
        } else {
            Vec::new()
        };
    }
    match model.session.keymap.action(model.place(), model.typing(), event) {
        Some(action) => perform(model, action),
        None => to_top(model, Event::Key(*event)),
    }
}

/// Does an action, or says why it cannot be done now.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Err(why) = model.available(action) {
        toast(model, Tone::Notice, sentence(&why));
        return Vec::new();
    }
    match action {
        Action::GoInvitations => go(model, ScreenId::Invitations),
        Action::GoReports => go(model, ScreenId::Reports),
        Action::GoTransmission => go(model, ScreenId::Transmission),
        Action::GoActivity => go(model, ScreenId::Activity),
        Action::GoAdd => go(model, ScreenId::Add),
        Action::GoSetUp => go(model, ScreenId::SetUp),
        Action::Back => back(model),
        Action::Quit | Action::QuitAnywhere => quit(model),
        Action::Suspend => vec![Effect::Suspend],
        Action::Redraw => vec![Effect::Redraw],
        Action::UndoLast if model.screen == ScreenId::Activity => to_top(model, Event::Act(action)),
        Action::UndoLast => undo::begin(model),
        Action::Help => {
            let layer = help::keys(model);
            push(model, Box::new(layer))
        }
        Action::Commands => {
            let layer = Palette::new(model);
            push(model, Box::new(layer))
        }
        Action::Refresh => {
            let mut effects = reload_session(model);
            effects.extend(to_screen(model, model.screen, Event::Changed));
            effects
        }
        other => to_top(model, Event::Act(other)),
    }
}

pub(super) fn go(model: &mut Model, screen: ScreenId) -> Vec<Effect> {
    model.layers.clear();
    if screen == model.screen {
        return Vec::new();
    }
    let mut effects = to_screen(model, model.screen, Event::Left);
    model.trail.retain(|earlier| *earlier != screen);
    if screen == ScreenId::Invitations {
        model.trail.clear();
    } else {
        model.trail.push(model.screen);
    }
    model.screen = screen;
    effects.extend(to_screen(model, screen, Event::Entered));
    effects
}

fn back(model: &mut Model) -> Vec<Effect> {
    if let Some(at) = model.layers.len().checked_sub(1) {
        let (handled, effects) = with_layer(model, at, |layer, context| layer.back(context));
        if !handled {
            model.layers.pop();
        }
        return effects;
    }
    let (handled, mut effects) = with_screen(model, model.screen, |screen, context| screen.back(context));
    let home = (model.screen != ScreenId::Invitations).then_some(ScreenId::Invitations);
    if !handled && let Some(earlier) = model.trail.pop().or(home) {
        effects.extend(to_screen(model, model.screen, Event::Left));
        model.screen = earlier;
        effects.extend(to_screen(model, earlier, Event::Entered));
    }
    effects
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let mut lost: Vec<String> = model
        .works
        .iter()
        .filter(|(work, _)| work.window)
        .map(|(work, _)| format!("{} is under way.", work.title))
        .collect();
    lost.extend(model.layers.iter().filter_map(|layer| layer.unsaved()));
    lost.extend(ScreenId::ALL.into_iter().filter_map(|screen| model.screens.get(screen).unsaved()));
    if lost.is_empty() {
        return update(model, Msg::Stop);
    }
    lost.push("Leaving now stops it after the rows in hand; what is done stays done.".to_owned());
    push(model, Box::new(Confirm::new(Owner::Shell, "quit", "Quit?", &lost, "quit")))
}

/// A reason that stands in brackets elsewhere, as a sentence of its own.
fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn toast(model: &mut Model, tone: Tone, text: String) {
    let stays = if tone == Tone::Bad { BAD_NEWS_STAY } else { TOAST_STAYS };
    model.toast = Some(Toast {
        tone,
        text,
        until: model.session.now.plus(stays),
    });
}

pub(super) fn push(model: &mut Model, layer: Box<dyn Layer>) -> Vec<Effect> {
    model.layers.push(layer);
    to_layer(model, model.layers.len() - 1, Event::Entered)
}

fn to_top(model: &mut Model, event: Event) -> Vec<Effect> {
    match model.layers.len().checked_sub(1) {
        Some(at) => to_layer(model, at, event),
        None => to_screen(model, model.screen, event),
    }
}

pub(super) fn to_screen(model: &mut Model, screen: ScreenId, event: Event) -> Vec<Effect> {
    with_screen(model, screen, |screen, context| screen.update(event, context)).1
}

fn to_layer(model: &mut Model, at: usize, event: Event) -> Vec<Effect> {
    with_layer(model, at, |layer, context| layer.update(event, context)).1
}

fn with_screen<R>(
    model: &mut Model,
    id: ScreenId,
    run: impl FnOnce(&mut dyn super::screens::Screen, &mut Context<'_>) -> R,
) -> (R, Vec<Effect>) {
    let mut context = Context::new(&model.session, Owner::Screen(id), &mut model.next_request);
    let result = run(model.screens.get_mut(id), &mut context);
    let Context { mut effects, wishes, .. } = context;
    for wish in wishes {
        effects.extend(fulfil(model, wish));
    }
    (result, effects)
}

fn with_layer<R: Default>(model: &mut Model, at: usize, run: impl FnOnce(&mut dyn Layer, &mut Context<'_>) -> R) -> (R, Vec<Effect>) {
    let mut context = Context::new(&model.session, Owner::Layer, &mut model.next_request);
    let Some(layer) = model.layers.get_mut(at) else {
        return (R::default(), Vec::new());
    };
    let result = run(layer.as_mut(), &mut context);
    let Context { mut effects, wishes, .. } = context;
    if wishes.iter().any(|wish| matches!(wish, Wish::Close)) {
        model.layers.remove(at);
    }
    for wish in wishes {
        effects.extend(fulfil(model, wish));
    }
    (result, effects)
}

pub(super) fn fulfil(model: &mut Model, wish: Wish) -> Vec<Effect> {
    match wish {
        Wish::Open(layer) => push(model, layer),
        Wish::Close => Vec::new(),
        Wish::Toast(tone, text) => {
            toast(model, tone, text);
            Vec::new()
        }
        Wish::Go(screen) => go(model, screen),
        Wish::Visit(screen, what) => visit(model, screen, what),
        Wish::Tell(Owner::Screen(screen), tag, told) => to_screen(model, screen, Event::Told(tag, told)),
        Wish::Tell(Owner::Layer, tag, told) => to_top(model, Event::Told(tag, told)),
        Wish::Tell(Owner::Shell, "quit", Told::Confirmed) => update(model, Msg::Stop),
        Wish::Tell(Owner::Shell, tag, told) => undo::told(model, tag, &told),
        Wish::Perform(action) => perform(model, action),
        Wish::Work(work) => {
            model.works.push((work, model.session.now));
            Vec::new()
        }
        Wish::Quit => quit(model),
    }
}

fn visit(model: &mut Model, screen: ScreenId, what: Visit) -> Vec<Effect> {
    let (from, mut trail) = (model.screen, model.trail.clone());
    let mut effects = to_screen(model, screen, Event::Visit(what));
    effects.extend(go(model, screen));
    // The grid is where all ways end, except when another screen sent rows there: Esc leads back to that.
    if screen == ScreenId::Invitations && from != screen {
        trail.retain(|earlier| *earlier != ScreenId::Invitations);
        trail.push(from);
        model.trail = trail;
    }
    effects
}
