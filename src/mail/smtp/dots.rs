//! Transparency: a line of the mail that starts with a dot must not end it (RFC 5321, section 4.5.2).

/// Doubles each dot at the start of a line, and ends the last line, so that only the final dot is missing.
///
/// Line ends are taken as they are: a mail is built with CRLF alone, and is checked for it where it is built.
pub(super) fn stuff(mail: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(mail.len() + mail.len() / 64 + 2);
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("", "\r\n")]
    #[case("a", "a\r\n")]
    #[case(".\r\n", "..\r\n")]
    #[case("a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n")]
    #[case("a.b\r\n..c", "a.b\r\n...c\r\n")]
    fn dots_that_start_a_line_are_doubled(#[case] mail: &str, #[case] stuffed: &str) {
        assert_eq!(stuff(mail.as_bytes()), stuffed.as_bytes());
    }

    proptest! {
        #[test]
        fn the_server_reads_what_was_meant_and_never_ends_early(mail in "([.a]{0,3}\r\n){0,6}[.a]{0,3}") {
            let stuffed = String::from_utf8(stuff(mail.as_bytes())).unwrap_or_default();
            let on_wire = format!("\r\n{stuffed}");
            prop_assert!(!on_wire.contains("\r\n.\r\n"));
            let read: String = stuffed.split_inclusive("\r\n").map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
            prop_assert_eq!(read.trim_end_matches("\r\n"), mail.trim_end_matches("\r\n"));
        }
    }
}
