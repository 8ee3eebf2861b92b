//! One line of text being typed: a cursor that moves by graphemes, and the usual keys of shells.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

/// A line and the cursor in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// In bytes, always between graphemes.
    cursor: usize,
}

impl Line {
    /// With `text` in it and the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor is, in bytes.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// What stands before the cursor.
    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    /// What stands from the cursor on.
    pub fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Puts `piece` where the cursor is; line breaks and tabs become blanks.
    pub fn insert(&mut self, piece: &str) {
        let piece: String = piece.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        self.text.insert_str(self.cursor, &piece);
        self.cursor += piece.len();
    }

    /// Puts `piece` in the place of these bytes. The cursor goes behind it, or stays behind what it was behind already, so that
    /// typing goes on where it was; a range that is none changes nothing.
    pub fn replace(&mut self, span: std::ops::Range<usize>, piece: &str) {
        if self.text.get(span.clone()).is_some() {
            self.cursor = span.start + piece.len() + self.cursor.saturating_sub(span.end);
            self.text.replace_range(span, piece);
        }
    }

    /// Does what `event` does in a line; `false` when that is nothing.
    pub fn key(&mut self, event: &KeyEvent) -> bool {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        if event.modifiers.contains(KeyModifiers::ALT) {
            return false;
        }
        match event.code {
            KeyCode::Char('a') if ctrl => self.cursor = 0,
            KeyCode::Char('e') if ctrl => self.cursor = self.text.len(),
            KeyCode::Char('u') if ctrl => self.replace(0..self.cursor, ""),
            KeyCode::Char('k') if ctrl => self.text.truncate(self.cursor),
            KeyCode::Char('w') if ctrl => self.replace(self.word_start()..self.cursor, ""),
            KeyCode::Left if ctrl => self.cursor = self.word_start(),
            KeyCode::Right if ctrl => self.cursor = self.word_end(),
            KeyCode::Char(letter) if !ctrl => self.insert(letter.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.replace(self.previous()..self.cursor, ""),
            KeyCode::Delete => {
                let at = self.cursor;
                self.replace(at..self.next(), "");
            }
            KeyCode::Left => self.cursor = self.previous(),
            KeyCode::Right => self.cursor = self.next(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn previous(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.cursor + self.after().graphemes(true).next().map_or(0, str::len)
    }

    fn word_start(&self) -> usize {
        let words = self.before().trim_end();
        words.rfind(char::is_whitespace).map_or(0, |at| {
            at + words.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        })
    }

    fn word_end(&self) -> usize {
        let after = self.after();
        let blanks = after.len() - after.trim_start().len();
        let word = after.trim_start();
        self.cursor + blanks + word.find(char::is_whitespace).unwrap_or(word.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn press(line: &mut Line, code: KeyCode, modifiers: KeyModifiers) {
        line.key(&KeyEvent::new(code, modifiers));
    }

    #[test]
    fn letters_of_several_parts_are_one_step() {
        let mut line = Line::new("ae\u{301}例");
        press(&mut line, KeyCode::Left, KeyModifiers::NONE);
        press(&mut line, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!((line.text(), line.cursor()), ("a例", 1));
    }

    #[test]
    fn a_word_goes_at_once() {
        let mut line = Line::new("status:sent  website:main ");
        press(&mut line, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(line.text(), "status:sent  ");
    }

    proptest! {
        #[test]
        fn the_cursor_stays_between_letters(start in "\\PC{0,12}", keys in prop::collection::vec(0_usize..11, 0..30)) {
            let codes = [
                (KeyCode::Left, KeyModifiers::NONE), (KeyCode::Right, KeyModifiers::NONE), (KeyCode::Backspace, KeyModifiers::NONE),
                (KeyCode::Delete, KeyModifiers::NONE), (KeyCode::Home, KeyModifiers::NONE), (KeyCode::Char('é'), KeyModifiers::NONE),
                (KeyCode::Char('w'), KeyModifiers::CONTROL), (KeyCode::Left, KeyModifiers::CONTROL), (KeyCode::Right, KeyModifiers::CONTROL),
                (KeyCode::Char('k'), KeyModifiers::CONTROL), (KeyCode::Char('u'), KeyModifiers::CONTROL),
            ];
            let mut line = Line::new(start);
            for (code, modifiers) in keys.into_iter().filter_map(|key| codes.get(key)) {
                press(&mut line, *code, *modifiers);
                prop_assert!(line.text().is_char_boundary(line.cursor()));
                prop_assert_eq!(format!("{}{}", line.before(), line.after()), line.text());
            }
        }
    }
}
