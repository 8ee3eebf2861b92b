//! Where one record of a CSV file ends and on which line the next begins.
//!
//! Messages hold line breaks, and blank lines are no records, so that the number of a record is not its line. The csv crate counts a line
//! short on files with CRLF; this counts the breaks itself, by the rules that the crate reads by (RFC 4180, with lone line feeds taken).

/// Cuts text into records.
#[derive(Debug, Clone)]
pub struct Splitter {
    place: Place,
    /// The line that the next byte stands on.
    line: u64,
    /// The line at which the record in hand begins.
    begins: u64,
    after_return: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first byte of a record.
    Start,
    /// Before the first byte of a further field.
    FieldStart,
    /// In a field without quotes.
    Plain,
    /// Within quotes.
    Quoted,
    /// Behind a quote within quotes: the end of them, or a quote meant as such.
    QuoteInQuoted,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            place: Place::Start,
            line: 1,
            begins: 1,
            after_return: false,
        }
    }
}

impl Splitter {
    /// Takes the next physical line, its break included; gives the line at which its record begins, once that is whole.
    pub fn take(&mut self, bytes: &[u8]) -> Option<u64> {
        let mut whole = None;
        for byte in bytes {
            if self.place == Place::Start && !matches!(byte, b'\n' | b'\r') {
                self.begins = self.line;
            }
            let ends = self.step(*byte);
            if *byte == b'\n' || (ends && *byte == b'\r') {
                self.line += u64::from(!(*byte == b'\n' && self.after_return));
            }
            self.after_return = ends && *byte == b'\r';
            if ends {
                whole = whole.or(Some(self.begins));
            }
        }
        whole
    }

    /// The line at which the last record begins, where the text ends within one.
    pub fn end(&self) -> Option<u64> {
        (self.place != Place::Start).then_some(self.begins)
    }

    /// Whether the record ends with this byte. A break where no record began ends none.
    fn step(&mut self, byte: u8) -> bool {
        let was = self.place;
        self.place = match (was, byte) {
            (Place::Quoted, b'"') => Place::QuoteInQuoted,
            (Place::Quoted, _) | (Place::QuoteInQuoted | Place::Start | Place::FieldStart, b'"') => Place::Quoted,
            (_, b'\n' | b'\r') => Place::Start,
            (_, b',') => Place::FieldStart,
            _ => Place::Plain,
        };
        self.place == Place::Start && was != Place::Start
    }
}
