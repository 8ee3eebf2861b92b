//! A console in a test: a screen of text, keys through a channel, and waiting for what is drawn.

use crate::shop::Shop;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures::stream::poll_fn;
use guestlist::console::actions::Keymap;
use guestlist::console::printer::print_text;
use guestlist::console::runtime::{Options, run};
use guestlist::console::terminal::Surface;
use guestlist::console::theme::Theme;
use guestlist::desk::DeskError;
use guestlist::domain::clock::SystemClock;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How long a screen may take: generous, since it only matters when something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the test stands before its console.
#[derive(Debug)]
pub(crate) struct Session {
    keys: mpsc::UnboundedSender<Event>,
    screen: watch::Receiver<String>,
}

struct Canvas {
    terminal: Terminal<TestBackend>,
    screen: watch::Sender<String>,
}

impl Surface for Canvas {
    fn draw(&mut self, picture: &mut dyn FnMut(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| picture(frame)).unwrap();
        self.screen.send_replace(print_text(self.terminal.backend().buffer()));
        Ok(())
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((120, 36))
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }
}

impl Session {
    /// Runs a console over the shop's desk beside what `script` does with it, until both are done.
    pub(crate) async fn run(shop: &Shop, script: impl AsyncFnOnce(&Self)) {
        let (keys, mut pressed) = mpsc::unbounded_channel();
        let (drawn, screen) = watch::channel(String::new());
        let mut canvas = Canvas {
            terminal: Terminal::new(TestBackend::new(120, 36)).unwrap(),
            screen: drawn,
        };
        let desk = shop.desk.clone();
        let options = Options {
            theme: Theme::mono(),
            keymap: Keymap::default(),
            zone: None,
            clock: Arc::new(SystemClock),
        };
        let input = poll_fn(move |context| pressed.poll_recv(context).map(|event| event.map(Ok)));
        let session = Self { keys, screen };
        let console = run(&mut canvas, input, async { Ok::<_, DeskError>(desk) }, options);
        let (outcome, ()) = tokio::join!(console, script(&session));
        outcome.unwrap();
    }

    /// Presses keys: letters as they are, others as `<Enter>`, `<Esc>`, `<Tab>`, `<C-s>`.
    pub(crate) fn press(&self, keys: &str) {
        let mut rest = keys;
        while let Some(letter) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
            let (code, modifiers) = match named.map(|(name, _)| name) {
                Some("Enter") => (KeyCode::Enter, KeyModifiers::NONE),
                Some("Esc") => (KeyCode::Esc, KeyModifiers::NONE),
                Some("Tab") => (KeyCode::Tab, KeyModifiers::NONE),
                Some("C-s") => (KeyCode::Char('s'), KeyModifiers::CONTROL),
                _ => (KeyCode::Char(letter), KeyModifiers::NONE),
            };
            rest = named.map_or_else(|| rest.get(letter.len_utf8()..).unwrap_or_default(), |(_, after)| after);
            self.keys.send(Event::Key(KeyEvent::new(code, modifiers))).unwrap();
        }
    }

    /// Waits until the screen shows `text`.
    pub(crate) async fn sees(&self, text: &str) {
        let mut screen = self.screen.clone();
        let seen = tokio::time::timeout(PATIENCE, screen.wait_for(|screen| screen.contains(text))).await;
        assert!(matches!(seen, Ok(Ok(_))), "“{text}” never came:\n{}", self.screen.borrow().as_str());
    }
}
