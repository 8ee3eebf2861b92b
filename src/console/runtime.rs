//! The loop: input, answers, signals and time in; frames and questions to the desk out. Nothing here waits for the desk.

use super::actions::Keymap;
use super::asking;
use super::message::{Msg, Opened};
use super::model::Model;
use super::request::{Effect, Refusal};
use super::screens::ScreenId;
use super::terminal::Surface;
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::desk::{Desk, DeskError};
use crate::domain::clock::Clock;
use crate::domain::period::Zone;
use crossterm::event::Event as Input;
use futures::{Stream, StreamExt as _};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

/// How long leaving waits for what is still being written down.
const FAREWELL: Duration = Duration::from_secs(3);
/// Changes of the database that follow each other faster than this are one.
const CALM: Duration = Duration::from_millis(250);
/// The most messages that are handled before a frame is drawn.
const ROUND: usize = 256;

/// What the console needs from outside.
#[derive(Debug)]
pub struct Options {
    /// The look.
    pub theme: Theme,
    /// Which keys do what.
    pub keymap: Keymap,
    /// The zone in which dates are drawn, when it is not that of the settings.
    pub zone: Option<Zone>,
    /// What knows the time.
    pub clock: Arc<dyn Clock>,
}

enum Inner {
    Msg(Msg),
    Open(Desk, Box<Opened>),
}

/// Runs the console until it is left. The first frame is drawn before `desk` is even polled.
///
/// # Errors
/// When the terminal can no longer be written to or read from.
pub async fn run<S, I, F, E>(surface: &mut S, input: I, desk: F, options: Options) -> io::Result<()>
where
    S: Surface,
    I: Stream<Item = io::Result<Input>> + Unpin,
    F: Future<Output = Result<Desk, E>> + Send + 'static,
    E: Display + Send + 'static,
{
    let mut model = Model::new(options.theme, surface.size()?, options.clock.now());
    model.session.keymap = options.keymap;
    model.session.own_zone = options.zone;
    let (sender, receiver) = mpsc::unbounded_channel();
    let mut session = Loop {
        surface,
        model,
        sender,
        receiver,
        desk: None,
        tasks: TaskTracker::new(),
        clock: options.clock,
    };
    session.draw()?;
    session.open(desk);
    let result = session.turn(input).await;
    session.leave().await;
    result
}

struct Loop<'a, S> {
    surface: &'a mut S,
    model: Model,
    sender: mpsc::UnboundedSender<Inner>,
    receiver: mpsc::UnboundedReceiver<Inner>,
    desk: Option<Desk>,
    tasks: TaskTracker,
    clock: Arc<dyn Clock>,
}

/// Whether to go on.
#[derive(PartialEq, Eq)]
enum Next {
    On,
    Leave,
}

impl<S: Surface> Loop<'_, S> {
    fn draw(&mut self) -> io::Result<()> {
        let model = &self.model;
        self.surface.draw(&mut |frame| view(model, frame))
    }

    fn open<F, E>(&self, desk: F)
    where
        F: Future<Output = Result<Desk, E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        let sender = self.sender.clone();
        self.tasks.spawn(async move {
            let opened = tokio::spawn(async move {
                let desk = desk.await.map_err(|error| error.to_string())?;
                let opened = remembered(&desk).await.map_err(|error| error.to_string())?;
                Ok::<_, String>(Inner::Open(desk, Box::new(opened)))
            });
            let opened = opened.await.unwrap_or_else(|_| Err(Refusal::broken_off().message));
            let _ = sender.send(opened.unwrap_or_else(|why| Inner::Msg(Msg::OpenFailed(why))));
        });
    }

    async fn turn<I>(&mut self, mut input: I) -> io::Result<()>
    where
        I: Stream<Item = io::Result<Input>> + Unpin,
    {
        let mut signals = Signals::new()?;
        loop {
            let wake = self.model.wake_at().map(|at| at.since(self.clock.now()));
            let first = tokio::select! {
                biased;
                () = signals.recv() => Inner::Msg(Msg::Stop),
                event = input.next() => from_input(event)?,
                told = self.receiver.recv() => told.unwrap_or(Inner::Msg(Msg::Stop)),
                () = sleep(wake) => Inner::Msg(Msg::Time(self.clock.now())),
            };
            if self.handle(Inner::Msg(Msg::Time(self.clock.now())))? == Next::Leave || self.handle(first)? == Next::Leave {
                return Ok(());
            }
            for _ in 0..ROUND {
                let waiting = match next_if_ready(&mut input).await {
                    Some(event) => from_input(event)?,
                    None => match self.receiver.try_recv() {
                        Ok(told) => told,
                        Err(_) => break,
                    },
                };
                if self.handle(waiting)? == Next::Leave {
                    return Ok(());
                }
            }
            self.draw()?;
        }
    }

    fn handle(&mut self, told: Inner) -> io::Result<Next> {
        let message = match told {
            Inner::Msg(message) => message,
            Inner::Open(desk, opened) => {
                self.desk = Some(desk);
                Msg::Opened(opened)
            }
        };
        for effect in update(&mut self.model, message) {
            if self.run(effect)? == Next::Leave {
                return Ok(Next::Leave);
            }
        }
        Ok(Next::On)
    }

    fn run(&mut self, effect: Effect) -> io::Result<Next> {
        let Some(desk) = self.desk.clone() else {
            return Ok(if matches!(effect, Effect::Quit) { Next::Leave } else { Next::On });
        };
        let sender = self.sender.clone();
        match effect {
            Effect::Ask(owner, id, request) => {
                self.tasks.spawn(async move {
                    // A task of its own, so that one that breaks off still answers.
                    let asked = tokio::spawn(async move { asking::ask(&desk, request).await });
                    let answer = Box::new(asked.await.unwrap_or_else(|_| Err(Refusal::broken_off())));
                    let _ = sender.send(Inner::Msg(Msg::Answer(owner, id, answer)));
                });
            }
            Effect::Watch(seen) => {
                // Not tracked: it waits for others, and leaving does not wait for it.
                tokio::spawn(async move {
                    tokio::time::sleep(CALM).await;
                    let mark = desk.changed(seen).await;
                    let _ = sender.send(Inner::Msg(Msg::Changed(mark)));
                });
            }
            Effect::Remember(screen, text) => {
                self.tasks.spawn(async move {
                    if let Err(error) = desk.remember(screen, &text).await {
                        tracing::warn!(%error, screen, "the state of a screen was not kept");
                    }
                });
            }
            Effect::Copy(text) => self.surface.copy(&text)?,
            Effect::Suspend => self.surface.suspend()?,
            Effect::Redraw => self.surface.redraw()?,
            Effect::Quit => return Ok(Next::Leave),
        }
        Ok(Next::On)
    }

    /// Waits a little for what is being written down; a call to the database is never cut off in the middle.
    async fn leave(&mut self) {
        self.model.stop_works();
        self.tasks.close();
        if tokio::time::timeout(FAREWELL, self.tasks.wait()).await.is_err() {
            tracing::warn!("left while the database was still at work");
        }
    }
}

/// The next of the input if it is there already. It is asked with this task's own waker: crossterm's stream keeps the waker of the first
/// question that found nothing, so one that wakes nobody would leave the console deaf.
async fn next_if_ready<I>(input: &mut I) -> Option<Option<I::Item>>
where
    I: Stream + Unpin,
{
    std::future::poll_fn(|context| match input.poll_next_unpin(context) {
        Poll::Ready(event) => Poll::Ready(Some(event)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn remembered(desk: &Desk) -> Result<Opened, DeskError> {
    let mut memory = BTreeMap::new();
    for screen in ScreenId::ALL {
        if let Some(text) = desk.memory(screen.code()).await? {
            memory.insert(screen.code(), text);
        }
    }
    Ok(Opened {
        is_new: desk.is_new(),
        read_only: desk.read_only(),
        zone: desk.zone().await,
        memory,
    })
}

/// The end of the input is the end of the session: its terminal is gone.
fn from_input(event: Option<io::Result<Input>>) -> io::Result<Inner> {
    Ok(Inner::Msg(match event.transpose()? {
        None => Msg::Stop,
        Some(Input::Key(key)) => Msg::Key(key),
        Some(Input::Paste(text)) => Msg::Paste(text),
        Some(Input::Resize(columns, rows)) => Msg::Resize(columns, rows),
        Some(Input::FocusGained | Input::FocusLost | Input::Mouse(_)) => Msg::Nothing,
    }))
}

async fn sleep(wake: Option<Duration>) {
    match wake {
        Some(length) => tokio::time::sleep(length).await,
        None => std::future::pending().await,
    }
}

/// SIGTERM and SIGHUP leave cleanly.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn recv(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
