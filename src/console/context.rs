//! What a screen or a layer may do while it handles an event: ask the desk, and wish for things that only the frame around it can do.

use super::actions::Action;
use super::layers::Layer;
use super::message::{Owner, RequestId, Told, Visit};
use super::model::Session;
use super::request::{Effect, Request};
use super::screens::ScreenId;
use crate::desk::Progress;

/// How grave a passing message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Worth a look.
    Notice,
    /// It did not work.
    Bad,
}

/// What is left to the frame.
#[derive(Debug)]
pub(super) enum Wish {
    Open(Box<dyn Layer>),
    Close,
    Toast(Tone, String),
    Go(ScreenId),
    Visit(ScreenId, Visit),
    Tell(Owner, &'static str, Told),
    Perform(Action),
    Work(Work),
    Quit,
}

/// Work that takes its time: it can be watched and stopped.
#[derive(Debug, Clone)]
pub struct Work {
    /// Which request.
    pub id: RequestId,
    /// What is done, in words: "Discarding 353 invitations".
    pub title: String,
    /// How far it is.
    pub progress: Progress,
    /// Whether it has a window of its own once it takes longer than a blink.
    pub window: bool,
}

/// Handed to every `update`.
#[derive(Debug)]
pub struct Context<'a> {
    /// What all screens may read.
    pub session: &'a Session,
    owner: Owner,
    next_request: &'a mut u64,
    pub(super) effects: Vec<Effect>,
    pub(super) wishes: Vec<Wish>,
}

impl<'a> Context<'a> {
    pub(super) const fn new(session: &'a Session, owner: Owner, next_request: &'a mut u64) -> Self {
        Self {
            session,
            owner,
            next_request,
            effects: Vec::new(),
            wishes: Vec::new(),
        }
    }

    /// Asks the desk; the answer comes back as [`super::message::Event::Answer`] with this number.
    pub fn ask(&mut self, request: Request) -> RequestId {
        *self.next_request += 1;
        let id = RequestId(*self.next_request);
        self.effects.push(Effect::Ask(self.owner, id, request));
        id
    }

    /// Asks for something long. It appears in a window of its own when it takes longer than a blink; Esc stops it there.
    pub fn work(&mut self, title: impl Into<String>, total: u64, request: impl FnOnce(Progress) -> Request) -> RequestId {
        self.start(title.into(), total, true, request)
    }

    /// The same without a window: for work that the asker shows by itself. Keep the progress to show and to stop it.
    pub fn work_beside(&mut self, title: impl Into<String>, progress: &Progress, request: Request) -> RequestId {
        let id = self.ask(request);
        self.wishes.push(Wish::Work(Work {
            id,
            title: title.into(),
            progress: progress.clone(),
            window: false,
        }));
        id
    }

    fn start(&mut self, title: String, total: u64, window: bool, request: impl FnOnce(Progress) -> Request) -> RequestId {
        let progress = Progress::new(total);
        let id = self.ask(request(progress.clone()));
        self.wishes.push(Wish::Work(Work {
            id,
            title,
            progress,
            window,
        }));
        id
    }

    /// Opens a layer on top.
    pub fn open(&mut self, layer: impl Layer + 'static) {
        self.wishes.push(Wish::Open(Box::new(layer)));
    }

    /// Closes the layer that handles this event.
    pub fn close(&mut self) {
        self.wishes.push(Wish::Close);
    }

    /// Shows a message that goes by itself.
    pub fn toast(&mut self, tone: Tone, text: impl Into<String>) {
        self.wishes.push(Wish::Toast(tone, text.into()));
    }

    /// Goes to another screen; Esc there comes back.
    pub fn go(&mut self, screen: ScreenId) {
        self.wishes.push(Wish::Go(screen));
    }

    /// Goes to another screen to show something there.
    pub fn visit(&mut self, screen: ScreenId, what: Visit) {
        self.wishes.push(Wish::Visit(screen, what));
    }

    /// Tells whoever opened this layer how it was answered.
    pub fn tell(&mut self, owner: Owner, tag: &'static str, told: Told) {
        self.wishes.push(Wish::Tell(owner, tag, told));
    }

    /// Does another action of the table, as if its key had been pressed here after this event.
    pub fn perform(&mut self, action: Action) {
        self.wishes.push(Wish::Perform(action));
    }

    /// Keeps this screen's state over restarts; it comes back as [`super::message::Event::Restored`].
    pub fn remember(&mut self, text: String) {
        if let Owner::Screen(screen) = self.owner {
            self.effects.push(Effect::Remember(screen.code(), text));
        }
    }

    /// Puts text on the clipboard.
    pub fn copy(&mut self, text: String) {
        self.effects.push(Effect::Copy(text));
    }

    /// Leaves the program, after the usual question where something would be lost.
    pub fn quit(&mut self) {
        self.wishes.push(Wish::Quit);
    }

    /// Who handles this event: give it to layers, so that they tell it back.
    pub const fn owner(&self) -> Owner {
        self.owner
    }
}
