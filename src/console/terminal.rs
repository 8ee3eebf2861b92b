//! The terminal: every mode that is switched on is noted in a ledger and switched off once, whichever way the program ends.

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::force_color_output;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use std::cell::RefCell;
use std::io::{self, Write, stdout};
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering};

const RAW: u8 = 1;
const ALTERNATE: u8 = 1 << 1;
const PASTE: u8 = 1 << 2;
const CURSOR: u8 = 1 << 3;

/// What is switched on now. One for the process, as there is one terminal, and the panic hook must reach it.
static LEDGER: AtomicU8 = AtomicU8::new(0);

fn switch_on(mode: u8, command: impl Command) -> io::Result<()> {
    // Noted first: a mode that may be on is better switched off twice than left on.
    LEDGER.fetch_or(mode, Ordering::SeqCst);
    execute!(stdout(), command)
}

fn enter() -> io::Result<()> {
    LEDGER.fetch_or(RAW, Ordering::SeqCst);
    enable_raw_mode()?;
    switch_on(ALTERNATE, EnterAlternateScreen)?;
    switch_on(PASTE, EnableBracketedPaste)?;
    switch_on(CURSOR, Hide)
}

/// Switches off what the ledger names, in the opposite order, each once; errors do not stop the rest.
pub fn restore() {
    let on = LEDGER.swap(0, Ordering::SeqCst);
    let mut out = stdout();
    if on != 0 {
        let _ = execute!(out, EndSynchronizedUpdate);
    }
    if on & CURSOR != 0 {
        let _ = execute!(out, Show);
    }
    if on & PASTE != 0 {
        let _ = execute!(out, DisableBracketedPaste);
    }
    if on & ALTERNATE != 0 {
        let _ = execute!(out, LeaveAlternateScreen);
    }
    if on & RAW != 0 {
        let _ = disable_raw_mode();
    }
    let _ = out.flush();
}

/// A panic of the console's own thread restores the terminal before it is told. One in a task is only logged: the console goes on, and
/// whoever asked gets a refusal.
fn guard_panics() {
    static HOOK: Once = Once::new();
    let console = std::thread::current().id();
    HOOK.call_once(|| {
        let earlier = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if LEDGER.load(Ordering::SeqCst) != 0 && std::thread::current().id() != console {
                tracing::error!(%panic, "a task broke off");
                return;
            }
            restore();
            earlier(panic);
        }));
    });
}

/// Collects what the backend writes, so that a frame reaches the terminal in one write, between the marks of a synchronized update.
/// The backend flushes in the middle of frames: only [`Guard::commit`] writes.
#[derive(Debug, Clone, Default)]
pub struct FrameWriter(Rc<RefCell<Vec<u8>>>);

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What frames are drawn on: the real terminal, or one of tests.
pub trait Surface {
    /// Draws one frame.
    fn draw(&mut self, picture: &mut dyn FnMut(&mut ratatui::Frame<'_>)) -> io::Result<()>;

    /// Columns and rows.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Forgets what is drawn, so that the next frame draws all of it.
    fn redraw(&mut self) -> io::Result<()>;

    /// Stops until the shell continues the program.
    fn suspend(&mut self) -> io::Result<()>;

    /// Puts text on the clipboard of the terminal (OSC 52).
    fn copy(&mut self, text: &str) -> io::Result<()>;
}

/// The terminal in the console's modes; dropping it restores.
#[derive(Debug)]
pub struct Guard {
    terminal: Terminal<CrosstermBackend<FrameWriter>>,
    frame: FrameWriter,
}

impl Guard {
    /// Switches the modes on, and sees to it that a panic switches them off before it is told.
    pub fn new() -> io::Result<Self> {
        guard_panics();
        // With NO_COLOR crossterm would print `ESC[;m` for every style, which resets bold and reverse; the mono theme sets no colours by itself.
        force_color_output(true);
        let frame = FrameWriter::default();
        if let Err(error) = enter() {
            restore();
            return Err(error);
        }
        let terminal = Terminal::new(CrosstermBackend::new(frame.clone())).inspect_err(|_| restore())?;
        Ok(Self { terminal, frame })
    }

    /// The next frame draws everything. Not by `Terminal::clear`: that asks the terminal where its cursor is and would wait for the
    /// answer, which the stream of input takes away.
    fn forget_frame(&mut self) -> io::Result<()> {
        let (columns, rows) = crossterm::terminal::size()?;
        self.terminal.resize(Rect::new(0, 0, columns, rows))
    }

    fn commit(&mut self) -> io::Result<()> {
        let mut frame = self.frame.0.borrow_mut();
        if frame.is_empty() {
            return Ok(());
        }
        let mut whole = Vec::with_capacity(frame.len() + 16);
        crossterm::queue!(whole, BeginSynchronizedUpdate)?;
        whole.append(&mut frame);
        crossterm::queue!(whole, EndSynchronizedUpdate)?;
        let mut out = stdout();
        out.write_all(&whole)?;
        out.flush()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

impl Surface for Guard {
    fn draw(&mut self, picture: &mut dyn FnMut(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| picture(frame))?;
        self.commit()
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.forget_frame()
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<()> {
        restore();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
        enter()?;
        self.forget_frame()
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        use base64::Engine as _;
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        write!(self.terminal.backend_mut(), "\u{1b}]52;c;{encoded}\u{7}")?;
        self.commit()
    }
}
