//! A server's words without what differs from mail to mail, so that like failures stand in one group.

/// The longest text that failures are grouped by, in characters.
const LONGEST: usize = 200;

/// The words of a reply that any other mail refused for the same reason would have got, too: addresses, queue ids, long numbers, hosts'
/// addresses, times and quoted texts each become `…`; line breaks and runs of blanks become one blank. The reply code and the enhanced
/// status code (RFC 3463) at the start stay.
pub fn group_words(reply: &str) -> String {
    let unquoted = without_quotes(reply);
    let mut words: Vec<&str> = Vec::new();
    for (place, word) in unquoted.split_whitespace().enumerate() {
        let kept = if place < 2 && is_status(word) { word } else { general(word) };
        if kept != "…" || words.last() != Some(&"…") {
            words.push(kept);
        }
    }
    words.join(" ").chars().take(LONGEST).collect()
}

/// Quotations of one line become `…`, and so does what stands in angle brackets. An apostrophe within a word is no quotation mark.
fn without_quotes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        let end = match letter {
            '"' => after.find('"'),
            '<' => after.find('>'),
            '\'' if !before.is_alphanumeric() => after.find('\''),
            '`' => after.find(['`', '\'']),
            _ => None,
        };
        if let Some(end) = end {
            kept.push('…');
            rest = after.get(end + 1..).unwrap_or_default();
            before = '…';
        } else {
            kept.push(letter);
            rest = after;
            before = letter;
        }
    }
    kept
}

/// A reply code or an enhanced status code.
fn is_status(word: &str) -> bool {
    let digits = |text: &str, most: usize| !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = word.split('.').collect();
    match parts.as_slice() {
        [code] => digits(code, 3),
        [class, subject, detail] => digits(class, 1) && digits(subject, 3) && digits(detail, 3),
        _ => false,
    }
}

/// The word, or `…` where it is some mail's own.
fn general(word: &str) -> &str {
    let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let hex = bare.len() >= 8 && bare.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-') && digits > 0;
    let own = word.contains('@')
        || word.contains('…')
        || hex
        || digits >= 4
        || (digits > 0 && bare.contains(':'))
        || (digits > 0 && digits + bare.matches('.').count() == bare.len() && bare.contains('.') && !is_status(bare))
        || (digits >= 2 && bare.len() >= 10 && !bare.contains('/') && bare.chars().all(char::is_alphanumeric));
    if own { "…" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "550 5.1.1 <ann@shop.example>: Recipient address rejected: User unknown",
        "550 5.1.1 … Recipient address rejected: User unknown"
    )]
    #[case(
        "550 5.7.1 Message rejected, id=4bX9qZ12kLz as 192.0.2.7 is listed",
        "550 5.7.1 Message rejected, … as … is listed"
    )]
    #[case("552 5.2.2 Mailbox of 'ann' is full", "552 5.2.2 Mailbox of … is full")]
    #[case("550 We don't take mail from here", "550 We don't take mail from here")]
    #[case("451 4.3.0 try again at 2026-03-09 12:30:01", "451 4.3.0 try again at …")]
    #[case("550\n5.7.1   spam  score 7", "550 5.7.1 spam score 7")]
    #[case("no answer within 30 seconds", "no answer within 30 seconds")]
    fn what_is_one_mails_own_goes(#[case] reply: &str, #[case] words: &str) {
        assert_eq!(group_words(reply), words);
    }

    #[test]
    fn replies_to_two_people_make_one_group() {
        let reply = |who: &str, id: &str| format!("550 5.1.1 <{who}>... no mailbox {who} here ({id}) - gsmtp");
        assert_eq!(
            group_words(&reply("ann@shop.example", "a1b2c3d4e5f60718")),
            group_words(&reply("bob@other.example", "00ff11ee22dd33cc"))
        );
    }

    proptest! {
        #[test]
        fn any_text_gives_words_that_stay_as_they_are(text in any::<String>()) {
            let words = group_words(&text);
            prop_assert!(words.chars().count() <= LONGEST);
            prop_assert!(!words.contains('\n'));
        }

        #[test]
        fn no_address_survives(local in "[a-z]{1,8}", host in "[a-z]{1,8}") {
            let words = group_words(&format!("550 no such user {local}@{host}.example here"));
            prop_assert!(!words.contains('@'), "{}", words);
        }
    }
}
