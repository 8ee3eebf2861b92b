//! A real terminal for tests: the program runs in a pseudo-terminal, an emulator keeps its screen, keys go in as bytes.
//!
//! Nothing here sleeps: waiting is for bytes to arrive, with a limit after which the screen is shown in the panic.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How long a screen may take to show what is waited for: generous, since it only matters when something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

struct Screen {
    parser: vt100::Parser,
    bytes: u64,
    changed: Instant,
    ended: bool,
    raw: Vec<u8>,
}

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    screen: Arc<(Mutex<Screen>, Condvar)>,
    /// How the line was set before the program began: what it must be again afterwards.
    line: Option<String>,
}

impl Terminal {
    /// Starts the program with its home in `home`, so that nothing of the machine's is read or written.
    pub(crate) fn start(home: &Path, size: (u16, u16), args: &[&str], env: &[(&str, &str)]) -> Self {
        let (columns, rows) = size;
        let pair = native_pty_system()
            .openpty(PtySize {
                rows,
                cols: columns,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_guestlist"));
        command.args(args);
        // Otherwise it starts in its home, which need not be there.
        command.cwd(home);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("USER", "anna");
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
        ] {
            command.env(name, home.join(folder));
        }
        for (name, value) in env {
            command.env(name, value);
        }
        let line = line_settings(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Screen {
            parser: vt100::Parser::new(rows, columns, 0),
            bytes: 0,
            changed: Instant::now(),
            ended: false,
            raw: Vec::new(),
        };
        let screen = Arc::new((Mutex::new(screen), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let mut screen = shared.0.lock().unwrap();
                screen.parser.process(&buffer[..read]);
                screen.raw.extend_from_slice(&buffer[..read]);
                screen.bytes += read as u64;
                screen.changed = Instant::now();
                screen.ended = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self {
            child,
            master: pair.master,
            writer,
            screen,
            line,
        }
    }

    /// What the screen shows, line by line.
    pub(crate) fn text(&self) -> String {
        self.screen.0.lock().unwrap().parser.screen().contents()
    }

    /// The screen itself, for a picture.
    pub(crate) fn screen(&self) -> vt100::Screen {
        self.screen.0.lock().unwrap().parser.screen().clone()
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Presses keys by name, or types a single character.
    pub(crate) fn press(&mut self, keys: &[&str]) {
        for key in keys {
            let bytes = match *key {
                "Enter" => "\r",
                "Esc" => "\x1b",
                "Tab" => "\t",
                "BackTab" => "\x1b[Z",
                "Space" => " ",
                "Up" => "\x1b[A",
                "Down" => "\x1b[B",
                "Right" => "\x1b[C",
                "Left" => "\x1b[D",
                "Home" => "\x1b[H",
                "End" => "\x1b[F",
                "PageUp" => "\x1b[5~",
                "PageDown" => "\x1b[6~",
                "Backspace" => "\x7f",
                "C-c" => "\x03",
                "C-l" => "\x0c",
                "C-s" => "\x13",
                "C-u" => "\x15",
                "C-z" => "\x1a",
                other => other,
            };
            self.send(bytes);
        }
    }

    /// Pastes as a terminal does: one bracketed paste, never keys.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits until `holds` is true of the screen's text.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut screen = self.screen.0.lock().unwrap();
        loop {
            let text = screen.parser.screen().contents();
            if holds(&text) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || screen.ended {
                // The thread that reads goes on, and must find the lock whole.
                drop(screen);
                unreachable!("waited for {what}; the screen shows:\n{text}");
            }
            screen = self.screen.1.wait_timeout(screen, left).unwrap().0;
        }
    }

    /// Waits until `text` is on the screen.
    pub(crate) fn wait(&self, text: &str) {
        self.until(&format!("“{text}”"), |screen| screen.contains(text));
    }

    /// Waits until `text` is no longer on the screen.
    pub(crate) fn gone(&self, text: &str) {
        self.until(&format!("“{text}” to go"), |screen| !screen.contains(text));
    }

    /// Waits for the end of the program; gives its exit code.
    pub(crate) fn end(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        let mut screen = self.screen.0.lock().unwrap();
        while !screen.ended {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "the program did not end; the screen shows:\n{}",
                screen.parser.screen().contents()
            );
            screen = self.screen.1.wait_timeout(screen, left).unwrap().0;
        }
        drop(screen);
        self.child.wait().unwrap().exit_code()
    }

    /// Sends the program a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap();
        let killed = std::process::Command::new("kill")
            .args([&format!("-{name}"), &id.to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.master
            .resize(PtySize {
                rows,
                cols: columns,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        self.screen.0.lock().unwrap().parser.screen_mut().set_size(rows, columns);
    }

    /// The modes that are still on: what a terminal must not be left with.
    pub(crate) fn modes_left_on(&self) -> Vec<&'static str> {
        let screen = self.screen.0.lock().unwrap();
        let screen = screen.parser.screen();
        let mut left = Vec::new();
        for (name, on) in [
            ("alternate screen", screen.alternate_screen()),
            ("hidden cursor", screen.hide_cursor()),
            ("bracketed paste", screen.bracketed_paste()),
            ("mouse", screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None),
        ] {
            if on {
                left.push(name);
            }
        }
        if self.line != line_settings(&*self.master) {
            left.push("raw input");
        }
        left
    }

    /// Presses a key and measures until the screen shows what is expected of it.
    pub(crate) fn time(&mut self, key: &str, what: &str, holds: impl Fn(&str) -> bool) -> Duration {
        let start = Instant::now();
        self.press(&[key]);
        self.until(what, holds);
        start.elapsed()
    }

    /// Bytes received so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.screen.0.lock().unwrap().bytes
    }
}

/// Echo, line editing, signals: all that `stty -a` shows, in words that can be compared.
fn line_settings(master: &dyn MasterPty) -> Option<String> {
    #[cfg(unix)]
    return master.get_termios().map(|settings| format!("{settings:?}"));
    #[cfg(not(unix))]
    return None;
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
