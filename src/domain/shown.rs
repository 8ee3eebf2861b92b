//! Text that is safe to draw on one line of a terminal.
//!
//! Addresses, names, messages and server replies come from strangers. Drawn as they are they could move the cursor (ESC), turn
//! the reading direction around (bidi overrides), hide letters (zero-width) or break the table (newline). [`Shown`] is the one door.

use super::email::EmailAddress;
use std::fmt;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands in the place of a character that must not be drawn and has no picture of its own.
const REPLACEMENT: char = '\u{FFFD}';
/// Carries a combining mark that would otherwise land on whatever was drawn before the text.
const DOTTED_CIRCLE: char = '\u{25CC}';
const ELLIPSIS: char = '…';

/// One line of text without control, bidi or zero-width characters.
///
/// - C0 controls and DEL become their pictures (`␛`, `␊`, `␉`, `␡`).
/// - Every other invisible character (C1, bidi, zero-width, line separators, tags, fillers) becomes U+FFFD; a run of them becomes one.
/// - Joiners (U+200C, U+200D) after a character beyond ASCII, and variation selectors, only choose a look: they are left out.
/// - A combining mark at the start gets a dotted circle to stand on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown(String);

impl Shown {
    /// Makes any text safe; text that is safe already stays as it is.
    pub fn new(text: &str) -> Self {
        let mut safe = String::with_capacity(text.len());
        let mut after_replaced = false;
        for letter in text.chars() {
            let drawn = match letter {
                '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(letter)),
                '\u{7F}' => Some('\u{2421}'),
                _ if is_variation_selector(letter) => continue,
                '\u{200C}' | '\u{200D}' if safe.chars().next_back().is_some_and(|before| !before.is_ascii()) => continue,
                _ if is_invisible(letter) => None,
                _ => Some(letter),
            };
            match drawn {
                Some(letter) => {
                    if safe.is_empty() && is_combining_mark(letter) {
                        safe.push(DOTTED_CIRCLE);
                    }
                    safe.push(letter);
                }
                None if after_replaced => {}
                None => safe.push(REPLACEMENT),
            }
            after_replaced = drawn.is_none();
        }
        Self(safe)
    }

    /// One safe line for each line of `text`, whichever way its lines are broken. A break at the very end opens no further line.
    pub fn lines(text: &str) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut rest = text;
        while let Some((at, letter)) = rest.char_indices().find(|(_, letter)| is_line_break(*letter)) {
            let (line, from_break) = rest.split_at(at);
            lines.push(Self::new(line));
            rest = from_break
                .strip_prefix("\r\n")
                .or_else(|| from_break.strip_prefix(letter))
                .unwrap_or_default();
        }
        if !rest.is_empty() {
            lines.push(Self::new(rest));
        }
        lines
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many terminal columns it takes: the sum over its graphemes, which is how they are put into cells.
    pub fn width(&self) -> usize {
        self.0.graphemes(true).map(UnicodeWidthStr::width).sum()
    }

    /// The same text, cut to at most `columns` columns; a cut is marked with `…` and never splits a grapheme.
    #[must_use]
    pub fn fit(&self, columns: usize) -> Self {
        if self.width() <= columns {
            return self.clone();
        }
        let Some(room) = columns.checked_sub(1) else {
            return Self::default();
        };
        let mut used = 0;
        let mut cut = String::new();
        for grapheme in self.0.graphemes(true) {
            used += grapheme.width();
            if used > room {
                break;
            }
            cut.push_str(grapheme);
        }
        cut.push(ELLIPSIS);
        Self(cut)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<&EmailAddress> for Shown {
    fn from(address: &EmailAddress) -> Self {
        Self::new(address.as_str())
    }
}

impl From<Shown> for String {
    fn from(shown: Shown) -> Self {
        shown.0
    }
}

/// An address as logs may show it: its first letter and its domain, `a…@example.com`.
pub fn mask(address: &EmailAddress) -> String {
    let first = address.local().graphemes(true).next().unwrap_or_default();
    Shown::new(&format!("{first}{ELLIPSIS}@{}", address.domain())).0
}

/// Whether `letter` draws nothing of its own, or changes how others are drawn: controls, format characters (Unicode's Cf), line and
/// paragraph separators, fillers, variation selectors, tags and noncharacters. Blanks (white space within a line) are not meant.
pub fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || is_variation_selector(letter)
        || matches!(letter,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}'
            | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(letter) & 0xFFFE == 0xFFFE
}

/// Selectors of a glyph's look; without them the same character is drawn in its usual look.
const fn is_variation_selector(letter: char) -> bool {
    matches!(letter, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// The mandatory breaks of UAX #14.
const fn is_line_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case::plain("Ann Lee", "Ann Lee")]
    #[case::escape("\u{1b}[31mred\u{7}", "␛[31mred␇")]
    #[case::breaks("a\r\nb\tc\u{7f}", "a␍␊b␉c␡")]
    #[case::c1("a\u{9b}31m", "a\u{FFFD}31m")]
    #[case::bidi("abc\u{202e}fdp.exe", "abc\u{FFFD}fdp.exe")]
    #[case::isolates("\u{2066}x\u{2069}", "\u{FFFD}x\u{FFFD}")]
    #[case::zero_width("an\u{200b}n\u{200d}x", "an\u{FFFD}n\u{FFFD}x")]
    #[case::a_run_is_one("a\u{200b}\u{200b}\u{feff}b", "a\u{FFFD}b")]
    #[case::byte_order_mark("\u{feff}id", "\u{FFFD}id")]
    #[case::separators("a\u{2028}b\u{2029}c", "a\u{FFFD}b\u{FFFD}c")]
    #[case::tags("x\u{e0041}\u{e0042}", "x\u{FFFD}")]
    #[case::family("👨\u{200d}👩\u{200d}👧", "👨👩👧")]
    #[case::heart("❤\u{fe0f}!", "❤!")]
    #[case::persian("می\u{200c}خواهم", "میخواهم")]
    #[case::lone_mark("\u{301}x", "◌\u{301}x")]
    #[case::accents("e\u{301} 例え ñ", "e\u{301} 例え ñ")]
    fn what_must_not_be_drawn_is_replaced(#[case] text: &str, #[case] safe: &str) {
        assert_eq!(Shown::new(text).as_str(), safe);
    }

    #[rstest]
    #[case("", &[])]
    #[case("one", &["one"])]
    #[case("one\n", &["one"])]
    #[case("a\r\nb\rc\n\nd", &["a", "b", "c", "", "d"])]
    #[case("a\u{2028}b\u{85}c", &["a", "b", "c"])]
    fn lines_break_as_unicode_says(#[case] text: &str, #[case] lines: &[&str]) {
        assert_eq!(Shown::lines(text), lines.iter().map(|line| Shown::new(line)).collect::<Vec<_>>());
    }

    #[rstest]
    #[case("guestlist", 9, "guestlist")]
    #[case("guestlist", 6, "guest…")]
    #[case("guestlist", 1, "…")]
    #[case("guestlist", 0, "")]
    #[case("例え.example", 4, "例…")]
    #[case("例え.example", 3, "例…")]
    #[case("例え", 2, "…")]
    #[case("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…")]
    fn a_cut_stays_within_its_columns(#[case] text: &str, #[case] columns: usize, #[case] fitted: &str) {
        assert_eq!(Shown::new(text).fit(columns).as_str(), fitted);
    }

    #[rstest]
    #[case("ann@example.com", "a…@example.com")]
    #[case("é.x@bücher.example", "é…@bücher.example")]
    fn a_masked_address_keeps_its_first_letter_and_domain(#[case] address: &str, #[case] masked: &str) {
        assert_eq!(mask(&EmailAddress::parse(address).unwrap()), masked);
    }

    /// Text in which the troublesome characters are frequent.
    fn hostile() -> impl Strategy<Value = String> {
        let letter = prop_oneof![
            3 => any::<char>(),
            1 => prop::char::range('\u{2000}', '\u{206f}'),
            1 => prop::char::range('\0', '\u{a0}'),
            1 => prop::char::range('\u{fe00}', '\u{feff}'),
            1 => prop::char::range('\u{300}', '\u{36f}'),
            1 => prop::char::range('👨', '👩'),
        ];
        prop::collection::vec(letter, 0..24).prop_map(|letters| letters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn nothing_invisible_is_ever_drawn(text in hostile()) {
            prop_assert!(!Shown::new(&text).as_str().chars().any(is_invisible));
        }

        #[test]
        fn making_safe_twice_changes_nothing(text in hostile()) {
            let once = Shown::new(&text);
            prop_assert_eq!(Shown::new(once.as_str()), once);
        }

        #[test]
        fn a_cut_is_never_wider_than_asked_for(text in hostile(), columns in 0_usize..30) {
            let fitted = Shown::new(&text).fit(columns);
            prop_assert!(fitted.width() <= columns);
            prop_assert!(fitted.as_str().width() <= columns);
            prop_assert_eq!(fitted.fit(columns), fitted);
        }
    }
}
