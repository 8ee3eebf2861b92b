//! What reaches the model: keys, answers, time, and what layers tell those who opened them.

use super::actions::Action;
use super::request::{Refusal, Reply};
use super::screens::ScreenId;
use crate::desk::ChangeMark;
use crate::domain::ids::{ActionId, InvitationId};
use crate::domain::period::Zone;
use crate::domain::time::Moment;
use crossterm::event::KeyEvent;
use roaring::RoaringTreemap;
use std::collections::BTreeMap;

/// One question to the desk. Answers carry it back, so that late ones are known as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// Who asked, and so gets the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The frame around the screens.
    Shell,
    /// A screen.
    Screen(ScreenId),
    /// A layer: every open one is offered the answer and knows its own by the request.
    Layer,
}

/// What the desk said.
pub type Answer = Result<Reply, Refusal>;

/// What is known once the database is open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opened {
    /// This very start made the database: the set-up form comes first.
    pub is_new: bool,
    /// For looking only.
    pub read_only: bool,
    /// The zone in which dates are drawn.
    pub zone: Zone,
    /// What screens remembered, by screen.
    pub memory: BTreeMap<&'static str, String>,
}

/// Everything that can happen.
#[derive(Debug)]
pub enum Msg {
    /// A key.
    Key(KeyEvent),
    /// Text from the clipboard.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// What time it is: given before anything else of a round, and when something moves with time.
    Time(Moment),
    /// The database is open.
    Opened(Box<Opened>),
    /// It could not be opened: what to tell.
    OpenFailed(String),
    /// Something changed in the database.
    Changed(ChangeMark),
    /// An answer.
    Answer(Owner, RequestId, Box<Answer>),
    /// Something that concerns nobody.
    Nothing,
    /// Leave at once: a signal, or the end of the input.
    Stop,
}

/// What a screen or a layer gets.
#[derive(Debug)]
pub enum Event {
    /// An action of the table was asked for in its place, by key or from the palette; it is available.
    Act(Action),
    /// A key that no action has: text for an input.
    Key(KeyEvent),
    /// Text from the clipboard.
    Paste(String),
    /// An answer from the desk.
    Answer(RequestId, Box<Answer>),
    /// The screen has come to the front, or the layer was opened: ask for what is missing.
    Entered,
    /// Another screen comes to the front, or the program is left: keep what must not be lost.
    Left,
    /// Something changed in the database and this is visible: ask again, keep cursor and selection.
    Changed,
    /// Time has passed.
    Time,
    /// Another screen sends staff here to see something.
    Visit(Visit),
    /// A menu, prompt or confirm that this screen opened under the given tag was answered.
    Told(&'static str, Told),
    /// The database is open: what this screen remembered, if anything.
    Restored(Option<String>),
}

/// What another screen wants to have shown.
#[derive(Debug, Clone, PartialEq)]
pub enum Visit {
    /// The grid with the rows that match this text.
    Filter(String),
    /// The grid with just these rows selected; the text tells which they are.
    Selection(RoaringTreemap, String),
    /// One invitation.
    Invitation(InvitationId),
    /// One recorded action.
    Action(ActionId),
}

/// How a layer was answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The entry with this number was chosen.
    Chosen(usize),
    /// This text was entered.
    Entered(String),
    /// Yes.
    Confirmed,
}
