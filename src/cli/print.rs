//! The printer: the only place that writes to the terminal outside the console.

use super::Failure;
use crate::domain::shown::Shown;
use serde::Serialize;
use std::io::{self, BufWriter, Write};

/// Standard output, buffered; a reader that has gone ends the command quietly.
pub(super) struct Printer(BufWriter<io::StdoutLock<'static>>);

impl Printer {
    pub(super) fn new() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    /// One line.
    pub(super) fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        self.0.write_all(text.as_ref().as_bytes())?;
        Ok(self.0.write_all(b"\n")?)
    }

    /// Text as it is.
    pub(super) fn raw(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        Ok(self.0.write_all(text.as_ref().as_bytes())?)
    }

    /// One JSON value on a line of its own.
    pub(super) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|error| Failure::Words(error.to_string()))?;
        self.line(text)
    }

    /// Everything to the reader.
    pub(super) fn done(mut self) -> Result<(), Failure> {
        Ok(self.0.flush()?)
    }
}

/// One line to standard error; when nobody reads it, nobody is told.
pub(super) fn tell(text: impl AsRef<str>) {
    let _ = writeln!(io::stderr().lock(), "{}", text.as_ref());
}

/// Asks on the terminal; anything but yes is no.
pub(super) fn ask(question: &str) -> bool {
    let mut answer = String::new();
    let _ = write!(io::stderr().lock(), "{question} [y/N] ");
    let read = io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// A table: columns side by side, as wide as their widest text.
#[derive(Debug, Default)]
pub(super) struct Table {
    lines: Vec<Vec<Shown>>,
    widths: Vec<usize>,
}

impl Table {
    pub(super) fn add<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<Shown> = cells.into_iter().map(|cell| Shown::new(cell.as_ref())).collect();
        self.widths.resize(self.widths.len().max(cells.len()), 0);
        for (width, cell) in self.widths.iter_mut().zip(&cells) {
            *width = cell.width().max(*width);
        }
        self.lines.push(cells);
    }

    /// Prints the lines and forgets them; the widths stay for those that follow.
    pub(super) fn print(&mut self, printer: &mut Printer) -> Result<(), Failure> {
        for cells in self.lines.drain(..) {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(&self.widths) {
                line.push_str(cell.as_str());
                line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
            printer.line(line.trim_end())?;
        }
        Ok(())
    }
}

/// A cell of a file that a spreadsheet may open: what it would take for a formula is kept from being one.
pub(super) fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A line of CSV (RFC 4180).
pub(super) fn csv_line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let cells: Vec<String> = cells.into_iter().map(|cell| guarded(cell.as_ref())).collect();
    let _ = writer.write_record(cells);
    writer
        .into_inner()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_safe_to_open_in_a_spreadsheet() {
        assert_eq!(csv_line(["=1+1", "a,b", "+x@y.example", "é"]), "'=1+1,\"a,b\",'+x@y.example,é\r\n");
    }
}
