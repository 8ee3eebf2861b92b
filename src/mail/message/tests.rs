#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn mail() -> Mail {
    Mail {
        from_name: MailName::parse("Maison Lumière, \"private\" sales").unwrap(),
        from_address: "sales@shop.example".into(),
        reply_to: "care+sales@shop.example".into(),
        to: Recipient::new("ann@xn--bcher-kva.example", false).unwrap(),
        message_id: message_id([7; 16], "shop.example"),
        date: Moment(1_772_366_400_123_456),
        subject: "Ann lädt dich ein: the private sales of Maison Lumière".into(),
        text: "Hello,\n\n.a line with a dot\nand Grüße\n".into(),
        html: "<p>Hello,</p>\n".into(),
        list_unsubscribe_mailto: "care+sales@shop.example".into(),
        unsubscribe_url: Some("https://shop.example/u/A1b2".into()),
        feedback_id: Some("main:default:invitation:guestlist".into()),
    }
}

fn text_of(mail: &Mail) -> String {
    String::from_utf8(mail.to_bytes().unwrap()).unwrap()
}

/// The value of a header, unfolded.
fn header(text: &str, name: &str) -> Vec<String> {
    let head = text.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ");
    head.lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
        .collect()
}

#[test]
fn a_whole_mail() {
    insta::assert_snapshot!("whole", text_of(&mail()).replace("\r\n", "\n"));
}

#[test]
fn the_same_mail_is_the_same_bytes() {
    assert_eq!(mail().to_bytes().unwrap(), mail().to_bytes().unwrap());
}

#[test]
fn one_click_needs_https_and_the_headers_keep_their_form() {
    let long = format!("https://shop.example/{}", "u".repeat(400));
    let text = text_of(&Mail {
        unsubscribe_url: Some(long.clone()),
        ..mail()
    });
    assert_eq!(
        header(&text, "List-Unsubscribe"),
        [format!("<mailto:care+sales@shop.example?subject=unsubscribe>, <{long}>")]
    );
    assert_eq!(header(&text, "List-Unsubscribe-Post"), ["List-Unsubscribe=One-Click"]);
    let plain = text_of(&Mail {
        unsubscribe_url: Some("http://localhost:8080/u/A".into()),
        feedback_id: None,
        ..mail()
    });
    assert_eq!(header(&plain, "List-Unsubscribe-Post"), [""; 0]);
    assert_eq!(header(&plain, "Feedback-ID"), [""; 0]);
    let none = text_of(&Mail {
        unsubscribe_url: None,
        ..mail()
    });
    assert_eq!(
        header(&none, "List-Unsubscribe"),
        ["<mailto:care+sales@shop.example?subject=unsubscribe>"]
    );
}

#[test]
fn a_recipient_outside_ascii_stands_in_the_header_as_it_is() {
    let text = text_of(&Mail {
        to: Recipient::new("änn@shop.example", true).unwrap(),
        ..mail()
    });
    assert_eq!(header(&text, "To"), ["änn@shop.example"]);
    let text = text_of(&Mail {
        to: Recipient::new("\"ann b\"@shop.example", false).unwrap(),
        ..mail()
    });
    assert_eq!(header(&text, "To"), ["\"ann b\"@shop.example"]);
}

#[rstest]
#[case::subject(Mail { subject: "one\r\nBcc: all@shop.example".into(), ..mail() })]
#[case::no_subject(Mail { subject: " ".into(), ..mail() })]
#[case::from(Mail { from_address: "a@b>\r\nBcc: c".into(), ..mail() })]
#[case::from_outside_ascii(Mail { from_address: "ä@shop.example".into(), ..mail() })]
#[case::reply_to(Mail { reply_to: "nobody".into(), ..mail() })]
#[case::mailto(Mail { list_unsubscribe_mailto: "a b@shop.example".into(), ..mail() })]
#[case::message_id(Mail { message_id: "<a@b>\r\nBcc: c".into(), ..mail() })]
#[case::url(Mail { unsubscribe_url: Some("https://a>\r\nBcc: c".into()), ..mail() })]
#[case::no_web(Mail { unsubscribe_url: Some("javascript:alert(1)".into()), ..mail() })]
#[case::feedback(Mail { feedback_id: Some("a b".into()), ..mail() })]
fn what_would_break_a_header_is_refused(#[case] mail: Mail) {
    assert!(mail.to_bytes().is_err());
}

#[test]
fn a_name_is_one_line() {
    assert_eq!(MailName::parse(" Ann "), Ok(MailName("Ann".into())));
    for text in ["a\r\nb", "a\nb", "a\u{0}b", "a\u{85}b", "a\u{2028}b"] {
        assert_eq!(MailName::parse(text), Err(MailNameError::Control));
    }
    assert_eq!(MailName::parse(&"x".repeat(201)), Err(MailNameError::Long));
}

#[test]
fn message_ids_are_random_bits_at_a_domain() {
    assert_eq!(
        message_id([0xab; 16], "shop.example"),
        format!("<{}@shop.example>", "ab".repeat(16))
    );
    assert!(message_id([0; 16], "[127.0.0.1]").ends_with("@guestlist.invalid>"));
}

#[rstest]
#[case(0, "Thu, 01 Jan 1970 00:00:00 +0000")]
#[case(1_772_366_400_999_999, "Sun, 01 Mar 2026 12:00:00 +0000")]
#[case(i64::MIN, "Thu, 01 Jan 1970 00:00:00 +0000")]
#[case(i64::MAX, "Thu, 31 Dec 9998 23:59:59 +0000")]
fn every_moment_is_a_date(#[case] micros: i64, #[case] date: &str) {
    assert_eq!(
        header(
            &text_of(&Mail {
                date: Moment(micros),
                ..mail()
            }),
            "Date"
        ),
        [date]
    );
}

/// Printable text, of all scripts and of ASCII with its specials.
fn one_line() -> impl Strategy<Value = String> {
    prop_oneof!["[^\\p{C}\u{2028}\u{2029}]{0,60}", "[ -~]{0,150}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever a shop calls itself, whatever a customer writes: no panic, sound lines, and each header once.
    #[test]
    fn any_text_makes_a_sound_mail(name in one_line(), subject in one_line(), text in "(\\PC|\r|\n|\0|\t){0,300}", repeat in 1_usize..40) {
        let subject = format!("{subject}x");
        let mail = Mail { from_name: MailName::parse(&name).unwrap(), subject, text: text.repeat(repeat), html: text, ..mail() };
        let bytes = mail.to_bytes().unwrap();
        prop_assert!(sound(&bytes) && bytes.is_ascii());
        let text = String::from_utf8(bytes).unwrap();
        for name in ["From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type"] {
            prop_assert_eq!(header(&text, name).len(), 1, "{}", name);
        }
        prop_assert!(header(&text, "From").concat().ends_with("<sales@shop.example>") || mail.from_name.as_str().is_empty());
    }
}
