//! Text of several lines being typed or pasted: the usual keys, a cursor that moves by graphemes, drawing through
//! [`Shown`](crate::domain::shown::Shown) only.
//!
//! The text is one string, and every key costs what the line under the cursor costs, so that five pasted megabytes can still be edited.

use crate::domain::shown::Shown;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A line longer than this is drawn around the cursor only, in bytes.
const LONG_LINE: usize = 16 * 1024;

/// A text and the cursor in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Editor {
    text: String,
    /// In bytes, always between graphemes.
    cursor: usize,
}

impl Editor {
    /// With `text` in it and the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut editor = Self::default();
        editor.insert(text);
        editor
    }

    /// What stands in it; lines end with LF.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing but blanks stands in it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Puts `piece` where the cursor is. Terminals paste line breaks as CR: every kind of break becomes LF. Nothing in it is a command.
    pub fn insert(&mut self, piece: &str) {
        let piece = piece.replace("\r\n", "\n").replace('\r', "\n");
        self.text.insert_str(self.cursor, &piece);
        self.cursor += piece.len();
    }

    /// Puts `piece` in the place of these bytes; a range that is none changes nothing. The cursor stays where it was, as far as that is there.
    pub fn replace(&mut self, span: Range<usize>, piece: &str) {
        if self.text.get(span.clone()).is_none() {
            return;
        }
        if self.cursor >= span.end {
            self.cursor = self.cursor - span.len() + piece.len();
        } else if self.cursor > span.start {
            self.cursor = span.start + piece.len();
        }
        self.text.replace_range(span, piece);
    }

    /// Puts the cursor to byte `at`, or to the end where that is no place between letters.
    pub fn go_to(&mut self, at: usize) {
        self.cursor = if self.text.is_char_boundary(at) { at } else { self.text.len() };
    }

    /// Does what `event` does in a text; `false` when that is nothing.
    pub fn key(&mut self, event: &KeyEvent) -> bool {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        if event.modifiers.contains(KeyModifiers::ALT) {
            return false;
        }
        match event.code {
            KeyCode::Char('a') if ctrl => self.cursor = self.line().start,
            KeyCode::Char('e') if ctrl => self.cursor = self.line().end,
            KeyCode::Char('u') if ctrl => self.cut(self.line().start..self.cursor),
            KeyCode::Char('k') if ctrl => self.cut(self.cursor..self.line().end.max(self.next_if_at_end())),
            KeyCode::Char('w') if ctrl => self.cut(self.word_start()..self.cursor),
            KeyCode::Char(letter) if !ctrl => self.insert(letter.encode_utf8(&mut [0; 4])),
            KeyCode::Enter => self.insert("\n"),
            KeyCode::Backspace => self.cut(self.previous()..self.cursor),
            KeyCode::Delete => self.cut(self.cursor..self.next()),
            KeyCode::Left if ctrl => self.cursor = self.word_start(),
            KeyCode::Right if ctrl => self.cursor = self.word_end(),
            KeyCode::Left => self.cursor = self.previous(),
            KeyCode::Right => self.cursor = self.next(),
            KeyCode::Home if ctrl => self.cursor = 0,
            KeyCode::End if ctrl => self.cursor = self.text.len(),
            KeyCode::Home => self.cursor = self.line().start,
            KeyCode::End => self.cursor = self.line().end,
            KeyCode::Up => self.vertical(-1),
            KeyCode::Down => self.vertical(1),
            KeyCode::PageUp => self.vertical(-10),
            KeyCode::PageDown => self.vertical(10),
            _ => return false,
        }
        true
    }

    fn cut(&mut self, span: Range<usize>) {
        self.cursor = span.start;
        self.text.replace_range(span, "");
    }

    fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// The line that holds byte `at`, without its break.
    fn line_at(&self, at: usize) -> Range<usize> {
        let start = self.text.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |found| found + 1);
        let rest = self.text.get(at..).unwrap_or_default();
        start..at + rest.find('\n').unwrap_or(rest.len())
    }

    fn line(&self) -> Range<usize> {
        self.line_at(self.cursor)
    }

    fn line_before(&self, line: &Range<usize>) -> Option<Range<usize>> {
        line.start.checked_sub(1).map(|end| self.line_at(end))
    }

    fn line_after(&self, line: &Range<usize>) -> Option<Range<usize>> {
        (line.end < self.text.len()).then(|| self.line_at(line.end + 1))
    }

    fn next_if_at_end(&self) -> usize {
        if self.after().starts_with('\n') { self.cursor + 1 } else { 0 }
    }

    fn previous(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.cursor + self.after().graphemes(true).next().map_or(0, str::len)
    }

    fn word_start(&self) -> usize {
        let words = self.before().trim_end();
        words
            .char_indices()
            .rfind(|(_, letter)| letter.is_whitespace())
            .map_or(0, |(at, letter)| at + letter.len_utf8())
    }

    fn word_end(&self) -> usize {
        let after = self.after();
        let word = after.trim_start();
        self.cursor + (after.len() - word.len()) + word.find(char::is_whitespace).unwrap_or(word.len())
    }

    /// Moves by whole lines and stays in the same column, as far as the line goes.
    fn vertical(&mut self, lines: i32) {
        let mut line = self.line();
        let column = self
            .text
            .get(line.start..self.cursor)
            .map_or(0, |before| before.graphemes(true).count());
        for _ in 0..lines.unsigned_abs() {
            let neighbour = if lines < 0 {
                self.line_before(&line)
            } else {
                self.line_after(&line)
            };
            let Some(neighbour) = neighbour else { break };
            line = neighbour;
        }
        let text = self.text.get(line.clone()).unwrap_or_default();
        self.cursor = text.grapheme_indices(true).nth(column).map_or(line.end, |(at, _)| line.start + at);
    }

    /// Draws the part around the cursor, with lines that are too long broken at the edge.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, style: Style, focused: bool) {
        let (width, height) = (usize::from(area.width.saturating_sub(1)).max(1), usize::from(area.height));
        let mut lines = vec![self.line()];
        while let Some(line) = lines
            .first()
            .filter(|_| lines.len() <= height)
            .and_then(|line| self.line_before(line))
        {
            lines.insert(0, line);
        }
        let above = lines.len();
        while let Some(line) = lines
            .last()
            .filter(|_| lines.len() <= above + height)
            .and_then(|line| self.line_after(line))
        {
            lines.push(line);
        }
        let rows: Vec<Piece> = lines.iter().flat_map(|line| self.broken(line, width)).collect();
        let at = rows.iter().rposition(|row| row.start <= self.cursor).unwrap_or(0);
        let first = at.saturating_sub(height / 2).min(rows.len().saturating_sub(height));
        for (place, row) in area.rows().zip(rows.iter().skip(first)) {
            frame.render_widget(Line::raw(row.shown.as_str()).style(style), place);
        }
        if focused && let Some(row) = rows.get(at) {
            let before = Shown::new(self.text.get(row.start..self.cursor).unwrap_or_default()).width();
            frame.set_cursor_position(Position {
                x: (area.x + before as u16).min(area.right().saturating_sub(1)),
                y: area.y + (at - first) as u16,
            });
        }
    }

    fn broken(&self, line: &Range<usize>, width: usize) -> Vec<Piece> {
        let mut line = line.clone();
        if line.len() > LONG_LINE {
            let middle = self.cursor.clamp(line.start, line.end);
            line.start = self.text.ceil_char_boundary(middle.saturating_sub(LONG_LINE / 2).max(line.start));
            line.end = self.text.floor_char_boundary((middle + LONG_LINE / 2).min(line.end));
        }
        let text = self.text.get(line.clone()).unwrap_or_default();
        let mut rows = Vec::new();
        let (mut start, mut used) = (0, 0);
        for (at, grapheme) in text.grapheme_indices(true) {
            let columns = Shown::new(grapheme).width();
            if used + columns > width {
                rows.push(Piece::new(line.start + start, text.get(start..at)));
                (start, used) = (at, 0);
            }
            used += columns;
        }
        rows.push(Piece::new(line.start + start, text.get(start..)));
        rows
    }
}

/// One row of the picture and where its text starts.
struct Piece {
    start: usize,
    shown: Shown,
}

impl Piece {
    fn new(start: usize, text: Option<&str>) -> Self {
        Self {
            start,
            shown: Shown::new(text.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn press(editor: &mut Editor, code: KeyCode) {
        editor.key(&KeyEvent::new(code, KeyModifiers::NONE));
    }

    #[test]
    fn pasted_breaks_of_any_kind_become_lines_and_nothing_is_obeyed() {
        let mut editor = Editor::default();
        editor.insert("a@x.example\r\nb@x.example\rc@x.example\u{1b}[2J\n");
        assert_eq!(editor.text(), "a@x.example\nb@x.example\nc@x.example\u{1b}[2J\n");
    }

    #[test]
    fn up_and_down_keep_the_column() {
        let mut editor = Editor::new("long line\nab\nlonger line");
        press(&mut editor, KeyCode::Up);
        press(&mut editor, KeyCode::Char('!'));
        assert_eq!(editor.text(), "long line\nab!\nlonger line");
        press(&mut editor, KeyCode::Up);
        press(&mut editor, KeyCode::Backspace);
        assert_eq!(editor.text(), "log line\nab!\nlonger line");
    }

    #[test]
    fn a_replaced_part_leaves_the_cursor_at_its_word() {
        let mut editor = Editor::new("ann@gmial.com, bo@x.example");
        editor.replace(4..13, "gmail.com");
        editor.insert("!");
        assert_eq!(editor.text(), "ann@gmail.com, bo@x.example!");
    }

    #[test]
    fn megabytes_are_inserted_and_edited_at_once() {
        let mut editor = Editor::new(&"someone@shop.example\n".repeat(250_000));
        for _ in 0..50 {
            press(&mut editor, KeyCode::Up);
            press(&mut editor, KeyCode::Char('x'));
        }
        assert_eq!(editor.text().len(), 250_000 * 21 + 50);
    }

    proptest! {
        #[test]
        fn the_cursor_stays_between_letters(start in "[\\PC\n]{0,16}", keys in prop::collection::vec(0_usize..12, 0..40)) {
            let codes = [
                KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home, KeyCode::End, KeyCode::Backspace,
                KeyCode::Delete, KeyCode::Enter, KeyCode::Char('é'), KeyCode::PageUp, KeyCode::PageDown,
            ];
            let mut editor = Editor::new(&start);
            for code in keys.into_iter().filter_map(|key| codes.get(key)) {
                press(&mut editor, *code);
                prop_assert!(editor.text.is_char_boundary(editor.cursor));
            }
        }
    }
}
