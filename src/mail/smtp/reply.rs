//! A server's reply: read from raw bytes, since servers write more than the book allows, and what it means must be exact.
//!
//! lettre's own reader is not used here: it takes a reply outside UTF-8, or without text, for a broken connection,
//! and behind the final dot that would put a delivered mail in doubt.

use std::fmt;

/// How much of a reply's text is kept, in bytes: enough for every policy text, too little to fill a database.
const KEPT: usize = 2048;

/// The longest reply that is listened to, in bytes: a server that talks on is out of its mind.
const LONGEST: usize = 64 * 1024;

/// A whole reply (RFC 5321, section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits.
    pub code: u16,
    /// The enhanced status code, when the text starts with one of the same class (RFC 3463, RFC 2034).
    pub enhanced: Option<String>,
    /// The text of all lines, raw, without the codes, joined by line feeds, cut at 2 KiB. It is text from outside: show it
    /// only as such.
    pub text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text.replace('\n', " "))
    }
}

/// A whole reply as its lines, not yet cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    /// The three digits, from 100 to 599.
    pub(super) code: u16,
    /// What follows the code, line by line.
    pub(super) texts: Vec<String>,
}

impl Lines {
    /// The reply as others keep it.
    pub(super) fn into_reply(self) -> Reply {
        let mut text = self.texts.join("\n");
        if text.len() > KEPT {
            text.truncate(text.floor_char_boundary(KEPT));
        }
        Reply {
            code: self.code,
            enhanced: enhanced(self.code, &text),
            text,
        }
    }
}

/// What the bytes so far make.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A whole reply; its bytes were taken away.
    Whole(Lines),
    /// The beginning of one.
    Part,
    /// No reply at all; the text says what it looked like.
    Garbage(String),
}

/// Takes one reply from the front of `bytes`. A line may end in LF alone: it is whole all the same.
pub(super) fn take(bytes: &mut Vec<u8>) -> Heard {
    let mut texts = Vec::new();
    let mut first = None;
    let mut used = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(text) = line.strip_suffix(b"\n") else { break };
        used += line.len();
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let Some((code, last, rest)) = parse_line(text).filter(|(code, ..)| first.is_none_or(|first| first == *code)) else {
            return Heard::Garbage(glimpse(text));
        };
        first = Some(code);
        texts.push(String::from_utf8_lossy(rest).into_owned());
        if last {
            bytes.drain(..used);
            return Heard::Whole(Lines { code, texts });
        }
    }
    if bytes.len() > LONGEST {
        Heard::Garbage(format!("a reply of more than {LONGEST} bytes"))
    } else {
        Heard::Part
    }
}

/// Code, whether it is the last line, and the text.
fn parse_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (digits, rest) = line.split_at_checked(3)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let (last, text) = match rest {
        // RFC 5321, section 4.2: a code without text is to be accepted.
        [] => (true, rest),
        [b' ', text @ ..] => (true, text),
        [b'-', text @ ..] => (false, text),
        _ => return None,
    };
    (100..600).contains(&code).then_some((code, last, text))
}

/// The beginning of what was heard, for an error text.
pub(super) fn glimpse(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().take(80).collect()
}

fn enhanced(code: u16, text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let [class, subject, detail] = parts.as_slice() else { return None };
    let digits = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let same_class = matches!(*class, "2" | "4" | "5") && class.parse() == Ok(code / 100);
    (same_class && digits(subject) && digits(detail)).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn whole(bytes: &[u8]) -> Reply {
        match take(&mut bytes.to_vec()) {
            Heard::Whole(lines) => lines.into_reply(),
            other => panic!("{other:?}"),
        }
    }

    #[rstest]
    #[case(b"250 2.0.0 Ok: queued as 4F\r\n", 250, Some("2.0.0"), "2.0.0 Ok: queued as 4F")]
    #[case(b"250\r\n", 250, None, "")]
    #[case(b"250 ok\n", 250, None, "ok")]
    #[case(b"550-5.1.1 no such\r\n550 5.1.1 user\r\n", 550, Some("5.1.1"), "5.1.1 no such\n5.1.1 user")]
    #[case(b"550 4.1.1 of another class\r\n", 550, None, "4.1.1 of another class")]
    #[case(b"250 gr\xfc\xdfe\r\n", 250, None, "gr\u{fffd}\u{fffd}e")]
    #[case(b"354 3.0.0 go\r\n", 354, None, "3.0.0 go")]
    fn replies_are_read_as_servers_write_them(#[case] bytes: &[u8], #[case] code: u16, #[case] enhanced: Option<&str>, #[case] text: &str) {
        assert_eq!(
            whole(bytes),
            Reply {
                code,
                enhanced: enhanced.map(str::to_owned),
                text: text.to_owned()
            }
        );
    }

    #[rstest]
    #[case(b"hello\r\n")]
    #[case(b"25\r\n")]
    #[case(b"250ok\r\n")]
    #[case(b"650 ok\r\n")]
    #[case(b"250-one\r\n251 two\r\n")]
    fn what_is_no_reply_is_garbage(#[case] bytes: &[u8]) {
        assert!(matches!(take(&mut bytes.to_vec()), Heard::Garbage(_)));
    }

    #[test]
    fn a_text_is_cut_and_an_endless_reply_given_up() {
        let long = format!("550 {}\r\n", "ä".repeat(2000));
        assert!(whole(long.as_bytes()).text.len() <= KEPT);
        assert!(matches!(take(&mut b"250-and so on\r\n".repeat(5000)), Heard::Garbage(_)));
    }

    proptest! {
        #[test]
        fn a_reply_is_whole_only_when_its_last_byte_is_there(texts in prop::collection::vec("[ -~]{0,20}", 1..5), code in 100_u16..600) {
            let last = texts.len() - 1;
            let mark = |i| if i == last { ' ' } else { '-' };
            let lines: Vec<String> = texts.iter().enumerate().map(|(i, text)| format!("{code}{}{text}\r\n", mark(i))).collect();
            let bytes = lines.concat().into_bytes();
            for end in 0..bytes.len() {
                prop_assert_eq!(take(&mut bytes.get(..end).unwrap().to_vec()), Heard::Part);
            }
            let mut more = [bytes.as_slice(), b"250 next\r\n"].concat();
            prop_assert_eq!(take(&mut more), Heard::Whole(Lines { code, texts }));
            prop_assert_eq!(more.as_slice(), b"250 next\r\n".as_slice());
        }
    }
}
