//! A line of pasted text as segments of words.

use crate::domain::shown::is_invisible;
use std::ops::Range;

/// What a word stood in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrap {
    /// Nothing that matters.
    Bare,
    /// `<` and `>`: an address with its name in front.
    Angle,
    /// Double quotes, with all they hold as one word: a name, or a cell of CSV.
    Quoted,
}

/// One word, as byte ranges of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it stands there, without its quotes.
    pub(super) whole: Range<usize>,
    /// Without the punctuation around it. Never empty.
    pub(super) core: Range<usize>,
    pub(super) wrap: Wrap,
}

/// What stands between two separators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) words: Vec<Word>,
    /// Whether a label with a colon, such as `To:`, was left out.
    pub(super) labelled: bool,
}

/// Splits a line. One pass; every quote is searched for its end at most once.
pub(super) fn segments(line: &str) -> Vec<Segment> {
    let mut splitter = Splitter {
        line,
        segments: Vec::new(),
        segment: Segment::default(),
        word: None,
        wrap: Wrap::Bare,
        mailto: false,
    };
    let mut quotes = Quotes::Unknown;
    let mut skip_to = 0;
    for (at, letter) in line.char_indices() {
        if at < skip_to {
            continue;
        }
        match letter {
            '"' if splitter.word.is_none() && quotes.may_open(at) => match Quote::read(line, at) {
                Quote::Unclosed => quotes = Quotes::NoneClose,
                Quote::WithAddress { close } => quotes = Quotes::OpenUntil(close),
                Quote::LocalPart { close } => {
                    splitter.word = Some(at);
                    skip_to = close + 1;
                }
                Quote::Text { close } => {
                    splitter.push(at + 1..close, Wrap::Quoted);
                    skip_to = close + 1;
                }
            },
            ',' | ';' | '\t' | '|' | '，' | '、' | '；' | '،' | '؛' => splitter.end_segment(at),
            '<' => splitter.bracket(at, Wrap::Angle),
            '>' => splitter.bracket(at, Wrap::Bare),
            ':' => splitter.end_label(at),
            '[' if splitter.open_word(at).ends_with('@') => {}
            '"' | '(' | ')' | '[' | ']' => splitter.end_word(at),
            _ if letter.is_whitespace() => splitter.end_word(at),
            _ => splitter.word = splitter.word.or(Some(at)),
        }
    }
    splitter.end_segment(line.len());
    splitter.segments
}

struct Splitter<'a> {
    line: &'a str,
    segments: Vec<Segment>,
    segment: Segment,
    /// Where the word being read started.
    word: Option<usize>,
    wrap: Wrap,
    /// Whether the word being read follows `mailto:` (RFC 6068): what comes after a `?` is no part of the address.
    mailto: bool,
}

impl Splitter<'_> {
    fn open_word(&self, at: usize) -> &str {
        self.word.and_then(|start| self.line.get(start..at)).unwrap_or_default()
    }

    fn end_word(&mut self, at: usize) {
        if let Some(start) = self.word.take() {
            let end = if self.mailto { self.open_end(start, at) } else { at };
            self.mailto = false;
            self.push(start..end, self.wrap);
        }
    }

    fn open_end(&self, start: usize, at: usize) -> usize {
        self.line
            .get(start..at)
            .and_then(|word| word.find('?'))
            .map_or(at, |query| start + query)
    }

    /// A colon ends an address, but a word without an `@` in front of it is a label and is left out.
    fn end_label(&mut self, at: usize) {
        let word = self.open_word(at);
        if word.contains('@') {
            self.end_word(at);
        } else {
            self.mailto = word.eq_ignore_ascii_case("mailto");
            self.segment.labelled |= !self.mailto;
            self.word = None;
        }
    }

    fn bracket(&mut self, at: usize, wrap: Wrap) {
        self.end_word(at);
        self.wrap = wrap;
    }

    fn end_segment(&mut self, at: usize) {
        self.end_word(at);
        self.wrap = Wrap::Bare;
        self.mailto = false;
        self.segments.push(std::mem::take(&mut self.segment));
    }

    fn push(&mut self, whole: Range<usize>, wrap: Wrap) {
        let text = self.line.get(whole.clone()).unwrap_or_default();
        let without_lead = text.trim_start_matches(is_leading_edge);
        let start = whole.end - without_lead.len();
        let core = start..start + without_lead.trim_end_matches(is_trailing_edge).len();
        // The rest of `https://..` is no word that anyone meant as an address.
        if !core.is_empty() && !text.starts_with("//") {
            self.segment.words.push(Word { whole, core, wrap });
        }
    }
}

/// What is known about the quotes further on in the line.
#[derive(Clone, Copy)]
enum Quotes {
    Unknown,
    /// The quote at this offset closes one whose content is read as plain text.
    OpenUntil(usize),
    /// None is closed any more: searching again would make a line of quotes cost its square.
    NoneClose,
}

impl Quotes {
    const fn may_open(self, at: usize) -> bool {
        match self {
            Self::Unknown => true,
            Self::OpenUntil(close) => at > close,
            Self::NoneClose => false,
        }
    }
}

/// A quote at the start of a word, by what it holds.
enum Quote {
    /// Not closed on this line.
    Unclosed,
    /// Holds an `@`: read as if the quotes were not there.
    WithAddress { close: usize },
    /// The quoted local part of an address: an `@` follows.
    LocalPart { close: usize },
    /// Anything else, as one word.
    Text { close: usize },
}

impl Quote {
    fn read(line: &str, open: usize) -> Self {
        let content = line.get(open + 1..).unwrap_or_default();
        let mut letters = content.bytes().enumerate().peekable();
        while let Some((at, letter)) = letters.next() {
            let doubled = letter == b'"' && letters.peek().is_some_and(|(_, next)| *next == b'"');
            if letter == b'\\' || doubled {
                letters.next();
            } else if letter == b'"' {
                let close = open + 1 + at;
                return match letters.peek() {
                    Some((_, b'@')) => Self::LocalPart { close },
                    _ if content.get(..at).is_some_and(|held| held.contains('@')) => Self::WithAddress { close },
                    _ => Self::Text { close },
                };
            }
        }
        Self::Unclosed
    }
}

/// Quotation marks that people and programs put around names.
pub(super) const fn is_edge_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '‚' | '«' | '»' | '`')
}

/// A double quote only starts a word as part of a quoted local part, and then it stays.
fn is_leading_edge(letter: char) -> bool {
    (is_edge_quote(letter) && letter != '"')
        || letter.is_whitespace()
        || is_invisible(letter)
        || matches!(letter, '*' | '•' | '·' | '{' | '}')
}

fn is_trailing_edge(letter: char) -> bool {
    is_leading_edge(letter) || matches!(letter, '.' | '!' | '?' | '…' | '。' | '/')
}
