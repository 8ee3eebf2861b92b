//! Prints a screen of tests with its styles: what is drawn, and below each line what is not plain in it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

/// The text of every line; `print_styles` adds the styles.
pub fn print_text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for line in lines(buffer) {
        let _ = writeln!(text, "{}", drawn(line).trim_end());
    }
    text
}

/// The text, and after each line that is not plain its runs of styles: `      ^ 12-20 bold fg=110`.
pub fn print_styles(buffer: &Buffer) -> String {
    let mut text = String::new();
    for line in lines(buffer) {
        let _ = writeln!(text, "{}", drawn(line).trim_end());
        let mut runs = String::new();
        let mut column = 0;
        for run in line.chunk_by(|one, other| one.style() == other.style()) {
            let style = describe(run.first());
            if !style.is_empty()
                && run
                    .iter()
                    .any(|cell| cell.symbol() != " " || !is_default(cell.bg) || !cell.modifier.is_empty())
            {
                let _ = write!(runs, "  {column}-{} {style};", column + run.len() - 1);
            }
            column += run.len();
        }
        if !runs.is_empty() {
            let _ = writeln!(text, "  ~{runs}");
        }
    }
    text
}

fn lines(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width.max(1)))
}

fn drawn(line: &[Cell]) -> String {
    let mut text = String::new();
    let mut covered = 0;
    for cell in line {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        text.push_str(cell.symbol());
        covered = crate::domain::shown::Shown::new(cell.symbol()).width().saturating_sub(1);
    }
    text
}

fn describe(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return String::new() };
    let mut parts = Vec::new();
    for (name, _) in cell.modifier.iter_names() {
        parts.push(name.to_lowercase());
    }
    for (name, colour) in [("fg", cell.fg), ("bg", cell.bg)] {
        if !is_default(colour) {
            parts.push(format!("{name}={colour}"));
        }
    }
    parts.join(" ")
}

/// Whether the terminal's own colour is left as it is.
fn is_default(colour: Color) -> bool {
    colour == <_>::default()
}

/// Whether the buffer has no colour at all: what `mono` promises.
pub fn is_colourless(buffer: &Buffer) -> bool {
    buffer.content.iter().all(|cell| is_default(cell.fg) && is_default(cell.bg))
}

/// Whether anything is drawn reversed: where the cursor is, in `mono`.
pub fn has_reverse(buffer: &Buffer) -> bool {
    buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED))
}
