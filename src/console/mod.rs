//! The terminal UI. State in, picture out:
//!
//! - [`model::Model`] holds everything; [`update::update`] is pure and synchronous and gives back [`request::Effect`]s, which are data;
//!   [`view::view`] only reads. [`runtime`] runs the effects on tokio against the [desk](crate::desk) and sends the answers back as messages.
//! - What is remote is a [`remote::Remote`]: the old value stays drawn while a new one is fetched, and late answers are dropped.
//! - [`actions::TABLE`] is the one table of actions: keys, footer, help and palette come from it.
//! - Popups are [`layers`], a stack; the top one gets the keys and Esc takes one off.
//! - Colours stand in [`theme`] only. Text from outside is drawn through [`crate::domain::shown::Shown`] only.
//!
//! # Filling in a screen
//!
//! Each screen is `screens/<name>/{mod,update,view}.rs`. `mod.rs` has its `State` and the [`screens::Screen`] it implements; the routing
//! knows it already. A screen only sees its own state, the [`model::Session`] (time, zone, size, theme, catalog, totals, settings,
//! transmission) and a [`context::Context`]. It never sees another screen.
//!
//! Events ([`message::Event`]):
//! - `Entered`: it came to the front. Ask for what is missing. `Changed`: the database changed while it is in front: ask again, keep the cursor.
//! - `Act(action)`: a row of the table whose `places` name it. A new key is a row in `actions/table.rs` and an arm in `update`; when it
//!   cannot be done now, `Screen::available` says why. Moving (`Up`, `Down`, `PageUp`, …) is there for every list.
//! - `Key` and `Paste`: text, while `Screen::typing` is true (letters are then text, Ctrl and named keys stay actions). A part of a screen
//!   with keys of its own says so with `Screen::inner_place`.
//! - `Answer(id, answer)`: see below. `Told(tag, told)`: a layer that it opened was answered.
//! - `Left`: another screen comes to the front, or the program is left: keep what must not be lost.
//! - `Visit(what)`: another screen sends staff here (`context.visit(ScreenId::Detail, Visit::Invitation(id))`,
//!   `context.visit(ScreenId::Invitations, Visit::Filter(text))`).
//! - `Time`: time passed, when `Screen::wake_at` asked for it; also after a resize. `Restored(text)`: what `context.remember(text)` kept.
//!
//! Asking the desk: `let id = context.ask(Request::Report(query)); self.report.ask(id);` and on `Answer(id, answer)`:
//! `if self.report.expects(id) { self.report.receive(id, reply!(*answer, Reply::Report(report) => report)); }`.
//! For an error that names a form's field, match the answer's `Err(Refusal { field, message })` instead.
//! Long work: `context.work("Withdrawing 541 mails", total, Request::CancelRest)` shows itself and can be stopped with Esc.
//!
//! Layers: `context.open(Menu::new(context.owner(), "tag", "Title", choices))`, likewise `Confirm`, `Prompt`, `Pager`; the answer
//! comes as `Event::Told("tag", …)`. A layer of its own implements [`layers::Layer`] beside the screen, with a `Place` in `actions.rs`.
//! A message that goes by itself: `context.toast(Tone::Good, "…")`. `Screen::back` handles Esc within a screen.
//!
//! Drawing: roles of `session.theme`, numbers and dates through [`format`](mod@format), a typed line through [`widgets::draw_line`] with [`line::Line`].

pub mod actions;
mod asking;
pub mod context;
pub mod editor;
pub mod format;
mod help;
pub mod keys;
pub mod layers;
pub mod line;
pub mod message;
pub mod model;
#[cfg(test)]
pub(crate) mod pilot;
pub mod plan;
pub mod printer;
#[cfg(test)]
mod rehearsal;
pub mod remote;
pub mod request;
pub mod runtime;
pub mod screens;
pub mod terminal;
pub mod theme;
mod undo;
pub mod update;
pub mod view;
pub mod widgets;

#[cfg(test)]
mod tests;
