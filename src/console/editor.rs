//! Text of several lines being typed or pasted: editing, words and undo are [`TextArea`]'s, drawing is ours, through
//! [`Shown`] only.
//!
//! A `TextArea` measures all its letters after every change and would draw bidi and zero-width characters as they are. So it is never
//! drawn, and of a long text it holds only the part around the cursor: five pasted megabytes can still be edited.

use crate::domain::shown::Shown;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use std::ops::Range;
use tui_textarea::{CursorMove, DataCursor, TextArea};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A line longer than this is drawn around the cursor only, in bytes.
const LONG_LINE: usize = 16 * 1024;
/// A text up to this long is held whole, in bytes: some ten thousand addresses, at a few milliseconds a key.
const HELD_WHOLE: usize = 256 * 1024;
/// Of a longer text this much is held before the cursor and after it, in bytes. Rows and columns in both fit `u16`, which is what
/// [`CursorMove::Jump`] takes.
const HELD_AROUND: usize = 32 * 1000;
/// The cursor of a longer text is never held closer to where the held part ends than this, in bytes: what one key moves over or removes.
const MARGIN: usize = 4 * 1024;
/// How many changes can be undone.
const UNDO_STEPS: usize = 1_000;
const PAGE: usize = 10;

/// A text and the cursor in it.
///
/// Undo reaches back to the start in a text that is held whole; in a longer one to where the cursor last left the part that was held,
/// and not past a paste that is itself too long to be held.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: String,
    /// In bytes; keys move it from grapheme to grapheme.
    cursor: usize,
    /// Edits the held part; its own cursor is put where ours is before every use.
    area: TextArea<'static>,
    /// Which bytes of the text `area` holds.
    held: Range<usize>,
}

impl Editor {
    /// With `text` in it and the cursor at its end. That it came in is nothing that can be undone.
    pub fn new(text: &str) -> Self {
        let text = with_lf(text);
        let mut editor = Self {
            cursor: text.len(),
            text,
            ..Self::default()
        };
        editor.hold();
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
        let piece = with_lf(piece);
        if self.held.len() + piece.len() > HELD_WHOLE {
            self.text.insert_str(self.cursor, &piece);
            self.cursor += piece.len();
            self.hold();
        } else {
            self.edit(|area| area.insert_str(&piece));
        }
    }

    /// Puts `piece` in the place of these bytes; a range that is none changes nothing. The cursor stays where it was, as far as that is there.
    pub fn replace(&mut self, span: Range<usize>, piece: &str) {
        let Some(replaced) = self.text.get(span.clone()) else {
            return;
        };
        let (letters, piece) = (replaced.chars().count(), with_lf(piece));
        let cursor = if self.cursor >= span.end {
            self.cursor - span.len() + piece.len()
        } else if self.cursor > span.start {
            span.start + piece.len()
        } else {
            self.cursor
        };
        if span.start >= self.held.start && span.end <= self.held.end && span.len() + piece.len() <= MARGIN {
            self.cursor = span.start;
            self.edit(|area| area.delete_str(letters));
            self.edit(|area| area.insert_str(&piece));
            self.cursor = cursor;
        } else {
            self.text.replace_range(span, &piece);
            self.cursor = cursor;
            self.hold();
        }
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
            KeyCode::Char('u') if ctrl => self.change(TextArea::undo),
            KeyCode::Char('r') if ctrl => self.change(TextArea::redo),
            KeyCode::Char('k') if ctrl => self.edit(TextArea::delete_line_by_end),
            KeyCode::Char('w') if ctrl => self.edit(TextArea::delete_word),
            KeyCode::Char(letter) if !ctrl => self.insert(letter.encode_utf8(&mut [0; 4])),
            KeyCode::Enter => self.insert("\n"),
            KeyCode::Backspace => self.remove(self.previous()..self.cursor),
            KeyCode::Delete => self.remove(self.cursor..self.next()),
            KeyCode::Left if ctrl => self.travel(CursorMove::WordBack, 1),
            KeyCode::Right if ctrl => self.travel(CursorMove::WordForward, 1),
            KeyCode::Left => self.cursor = self.previous(),
            KeyCode::Right => self.cursor = self.next(),
            KeyCode::Home if ctrl => self.cursor = 0,
            KeyCode::End if ctrl => self.cursor = self.text.len(),
            KeyCode::Home => self.cursor = self.line().start,
            KeyCode::End => self.cursor = self.line().end,
            KeyCode::Up => self.travel(CursorMove::Up, 1),
            KeyCode::Down => self.travel(CursorMove::Down, 1),
            KeyCode::PageUp => self.travel(CursorMove::Up, PAGE),
            KeyCode::PageDown => self.travel(CursorMove::Down, PAGE),
            _ => return false,
        }
        true
    }

    /// Changes the held part, from where the cursor is.
    fn edit(&mut self, change: impl FnOnce(&mut TextArea<'static>) -> bool) {
        self.aim();
        self.change(change);
    }

    /// Changes the held part where the area wants to: undo knows its places itself.
    fn change(&mut self, change: impl FnOnce(&mut TextArea<'static>) -> bool) {
        if change(&mut self.area) {
            let part = self.area.lines().join("\n");
            self.text.replace_range(self.held.clone(), &part);
            self.held.end = self.held.start + part.len();
            self.follow();
        }
    }

    /// Moves so many times; ends between graphemes, which `TextArea` knows nothing of.
    fn travel(&mut self, step: CursorMove, times: usize) {
        self.aim();
        for _ in 0..times {
            self.area.move_cursor(step);
        }
        self.follow();
        if !GraphemeCursor::new(self.cursor, self.text.len(), true)
            .is_boundary(&self.text, 0)
            .unwrap_or(true)
        {
            self.cursor = if step == CursorMove::WordBack {
                self.previous()
            } else {
                self.next()
            };
        }
    }

    fn remove(&mut self, span: Range<usize>) {
        let letters = self.text.get(span.clone()).map_or(0, |removed| removed.chars().count());
        self.cursor = span.start;
        self.edit(|area| area.delete_str(letters));
    }

    /// Puts the area's cursor where ours is, after holding another part where this one is too long or ends too close.
    fn aim(&mut self) {
        let roomy_before = self.held.start == 0 || self.held.start + MARGIN <= self.cursor;
        let roomy_after = self.held.end == self.text.len() || self.cursor + MARGIN <= self.held.end;
        if !(roomy_before && roomy_after && can_be_held(self.text.get(self.held.clone()).unwrap_or_default())) {
            self.hold();
        }
        let before = self.text.get(self.held.start..self.cursor).unwrap_or_default();
        let row = before.bytes().filter(|byte| *byte == b'\n').count();
        let left = before.rsplit('\n').next().unwrap_or_default();
        self.area.move_cursor(CursorMove::Jump(row as u16, left.chars().count() as u16));
    }

    /// Takes our cursor from the area's.
    fn follow(&mut self) {
        let DataCursor(row, column) = self.area.cursor();
        let mut lines = self.area.lines().iter();
        let above: usize = lines.by_ref().take(row).map(|line| line.len() + 1).sum();
        let left = lines
            .next()
            .map_or(0, |line| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at));
        self.cursor = self.held.start + above + left;
    }

    /// Holds the whole text, or of a long one whole lines around the cursor (a part of the line where even that is too long), with nothing to undo.
    fn hold(&mut self) {
        self.held = if can_be_held(&self.text) {
            0..self.text.len()
        } else {
            let from = self.text.ceil_char_boundary(self.cursor.saturating_sub(HELD_AROUND));
            let to = self.text.floor_char_boundary((self.cursor + HELD_AROUND).min(self.text.len()));
            let before = self.text.get(from..self.cursor).unwrap_or_default();
            let after = self.text.get(self.cursor..to).unwrap_or_default();
            // A line break close to the cursor is none to stop at.
            let line_start = before.bytes().rev().skip(MARGIN).rev().position(|byte| byte == b'\n');
            let line_end = after.bytes().skip(MARGIN).rposition(|byte| byte == b'\n');
            let start = line_start.filter(|_| from > 0).map_or(from, |at| from + at + 1);
            let end = line_end.filter(|_| to < self.text.len()).map_or(to, |at| self.cursor + MARGIN + at);
            start..end
        };
        let part = self.text.get(self.held.clone()).unwrap_or_default();
        self.area = TextArea::from(part.split('\n'));
        self.area.set_max_histories(UNDO_STEPS);
        // Drawn, a tab is the one column of its picture.
        self.area.set_tab_length(1);
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

    fn previous(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.cursor + self.after().graphemes(true).next().map_or(0, str::len)
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

/// Every kind of line break as LF.
fn with_lf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether a `TextArea` edits this fast enough, and can reach every place in it.
fn can_be_held(text: &str) -> bool {
    let most = usize::from(u16::MAX);
    text.len() <= HELD_WHOLE && text.split('\n').enumerate().all(|(row, line)| row <= most && line.len() <= most)
}

#[cfg(test)]
mod tests;
