//! Keys as the table of actions names them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;

/// One key, with or without Ctrl. Shift is in the letter itself; Alt is never used, since terminals send it in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Whether Ctrl is held.
    pub ctrl: bool,
}

impl Key {
    /// A letter, digit or sign.
    pub const fn char(letter: char) -> Self {
        Self {
            code: KeyCode::Char(letter),
            ctrl: false,
        }
    }

    /// A letter with Ctrl.
    pub const fn ctrl(letter: char) -> Self {
        Self {
            code: KeyCode::Char(letter),
            ctrl: true,
        }
    }

    /// A key that has a name.
    pub const fn named(code: KeyCode) -> Self {
        Self { code, ctrl: false }
    }

    /// What was pressed; nothing where Alt or another modifier is held that no action uses.
    pub fn pressed(event: &KeyEvent) -> Option<Self> {
        let other = KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META;
        if event.modifiers.intersects(other) {
            return None;
        }
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            other => other,
        };
        Some(Self { code, ctrl })
    }

    /// From the way it is shown: `Ctrl-S`, `Space`, `F5`, `PgUp`, `Shift-Tab`, `g`. Arrows are known as `Up` and so on too.
    pub fn parse(text: &str) -> Option<Self> {
        let (ctrl, name) = match text.strip_prefix("Ctrl-").or_else(|| text.strip_prefix("ctrl-")) {
            Some(name) => (true, name),
            None => (false, text),
        };
        let mut letters = name.chars();
        let code = match (letters.next()?, letters.next()) {
            ('↑', None) => KeyCode::Up,
            ('↓', None) => KeyCode::Down,
            ('←', None) => KeyCode::Left,
            ('→', None) => KeyCode::Right,
            (letter, None) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            (letter, None) => KeyCode::Char(letter),
            ('F', Some('0'..='9')) => KeyCode::F(name.get(1..)?.parse().ok().filter(|number| (1..=24).contains(number))?),
            _ => named(name)?,
        };
        Some(Self { code, ctrl })
    }

    /// Whether it writes something into a line of text.
    pub const fn is_printable(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl
    }
}

/// The keys that have a name; capitals do not matter.
fn named(name: &str) -> Option<KeyCode> {
    const NAMES: [(&str, KeyCode); 16] = [
        ("Space", KeyCode::Char(' ')),
        ("Enter", KeyCode::Enter),
        ("Esc", KeyCode::Esc),
        ("Tab", KeyCode::Tab),
        ("Shift-Tab", KeyCode::BackTab),
        ("Backspace", KeyCode::Backspace),
        ("Del", KeyCode::Delete),
        ("Insert", KeyCode::Insert),
        ("Up", KeyCode::Up),
        ("Down", KeyCode::Down),
        ("Left", KeyCode::Left),
        ("Right", KeyCode::Right),
        ("PgUp", KeyCode::PageUp),
        ("PgDn", KeyCode::PageDown),
        ("Home", KeyCode::Home),
        ("End", KeyCode::End),
    ];
    NAMES
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, code)| code)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(letter) if self.ctrl => write!(f, "{}", letter.to_ascii_uppercase()),
            KeyCode::Char(letter) => write!(f, "{letter}"),
            KeyCode::F(number) => write!(f, "F{number}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::Delete => f.write_str("Del"),
            other => write!(f, "{other:?}"),
        }
    }
}
