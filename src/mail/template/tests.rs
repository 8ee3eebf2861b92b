#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn everything() -> Variables {
    Variables {
        url: "https://shop.example/customer/account/login/?invitation=A1b2".into(),
        message: Some("Dear Bob,\r\n\r\ncome <b>along</b>!\u{1b}[2J\r\n-- \r\nAnn & Co".into()),
        inviter_name: Some("Ann\r\nBcc: all@shop.example".into()),
        store_name: "Maison <Lumière>".into(),
        website_url: "https://shop.example/".into(),
        sender: "Maison Lumière".into(),
        group: "VIP".into(),
        expires_on: Some("31 March 2026".into()),
        unsubscribe_url: Some("https://shop.example/u/A1b2?a=1&b=\"".into()),
    }
}

fn of_store() -> Variables {
    Variables {
        message: None,
        inviter_name: None,
        expires_on: None,
        unsubscribe_url: None,
        ..everything()
    }
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn with(files: &[(&str, &str)]) -> (TempDir, Templates) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    let templates = Templates::new(Some(folder.path().to_owned()));
    (folder, templates)
}

fn subject(templates: &Templates, locale: &str, sender: &str) -> String {
    templates.render(&of_store(), locale, sender).unwrap().subject
}

#[test]
fn a_customers_invitation_in_english() {
    let rendered = Templates::default().render(&everything(), "en_US", "default").unwrap();
    insta::assert_snapshot!("customer_subject", rendered.subject);
    insta::assert_snapshot!("customer_text", rendered.text);
    insta::assert_snapshot!("customer_html", rendered.html);
}

#[test]
fn the_stores_own_invitation_in_english() {
    let rendered = Templates::default().render(&of_store(), "en", "default").unwrap();
    insta::assert_snapshot!("store_subject", rendered.subject);
    insta::assert_snapshot!("store_text", rendered.text);
}

#[test]
fn every_shipped_locale_says_all_that_matters() {
    for (locale, _) in source::SHIPPED {
        let rendered = Templates::default().render(&everything(), locale, "default").unwrap();
        for text in [&rendered.text, &rendered.html] {
            for needed in [
                "Ann",
                "Maison",
                "invitation=A1b2",
                "https://shop.example/",
                "31 March 2026",
                "/u/A1b2",
            ] {
                assert!(text.contains(needed), "{locale}: {needed}");
            }
        }
        assert!(
            rendered.text.contains("> Dear Bob,") && rendered.html.contains("Dear Bob,<br>"),
            "{locale}"
        );
        let language = format!("lang=\"{locale}\"");
        assert!(
            rendered.html.contains(&language) && rendered.html.contains("color-scheme"),
            "{locale}"
        );
        let of_store = Templates::default().render(&of_store(), locale, "default").unwrap();
        assert!(!of_store.text.contains("\n\n\n") && !of_store.text.contains("none"), "{locale}");
        assert!(rendered.text.lines().all(|line| line.chars().count() < 100), "{locale}");
    }
}

#[test]
fn html_escapes_everything_and_text_nothing() {
    let rendered = Templates::default().render(&everything(), "en", "default").unwrap();
    assert!(!rendered.html.contains("<b>along") && !rendered.html.contains("<Lumi") && !rendered.html.contains("b=\"\""));
    assert!(
        rendered
            .html
            .contains("href=\"https://shop.example/customer/account/login/?invitation=A1b2\"")
    );
    assert!(rendered.html.contains("&lt;b&gt;along&lt;/b&gt;!"));
    assert!(rendered.text.contains("> come <b>along</b>!"));
    assert!(!rendered.text.contains('\u{1b}') && !rendered.subject.contains('\n'));
}

#[test]
fn the_senders_own_file_wins_then_the_locales_then_the_shipped_one() {
    let (_folder, templates) = with(&[
        ("de/invitation.subject.txt", "Alle: {{ store_name }}"),
        ("vip/de/invitation.subject.txt", "Nur hier"),
        ("de_AT/invitation.subject.txt", "Servus"),
        ("en/invitation.subject.txt", "Hi"),
    ]);
    assert_eq!(subject(&templates, "de", "vip"), "Nur hier");
    assert_eq!(subject(&templates, "de_DE", "default"), "Alle: Maison <Lumière>");
    assert_eq!(subject(&templates, "de-AT", "default"), "Alle: Maison <Lumière>");
    assert_eq!(subject(&templates, "de_AT", "default"), "Servus");
    assert_eq!(subject(&templates, "nl", "default"), "Hi");
    assert!(templates.render(&of_store(), "nl", "default").unwrap().text.starts_with("Hello"));
}

#[test]
fn changed_files_count_after_a_reload() {
    let (folder, templates) = with(&[("en/invitation.subject.txt", "One")]);
    assert_eq!(subject(&templates, "en", "default"), "One");
    write(folder.path(), "en/invitation.subject.txt", "Two");
    templates.reload();
    assert_eq!(subject(&templates, "en", "default"), "Two");
}

#[test]
fn what_there_is_not_leaves_nothing_behind() {
    let text = "[{{ message }}{{ message | quoted }}{{ message | line_breaks }}{{ inviter_name }}{{ expires_on }}]";
    let (_folder, templates) = with(&[("en/invitation.subject.txt", text), ("en/invitation.body.html", text)]);
    let rendered = templates.render(&of_store(), "en", "default").unwrap();
    assert_eq!((rendered.subject.as_str(), rendered.html.as_str()), ("[]", "[]"));
}

#[test]
fn codes_and_locales_never_leave_the_folder() {
    let (folder, _) = with(&[("outside/en/invitation.subject.txt", "stolen")]);
    let templates = Templates::new(Some(folder.path().join("inside")));
    for (locale, sender) in [("EN", "../outside"), ("../outside/en", "default"), ("en", ""), ("", "default")] {
        assert_ne!(subject(&templates, locale, sender), "stolen");
    }
}

#[test]
fn mistakes_are_pointed_at() {
    let error = |text: &str| {
        let (_folder, templates) = with(&[("en/invitation.body.txt", text)]);
        templates.render(&of_store(), "en", "default").unwrap_err()
    };
    let unknown = error("Hello\n{% if message %}\n{{ massage }}\n{% endif %}");
    assert!(
        matches!(&unknown, TemplateError::UnknownVariable { line: 3, name, .. } if name == "massage"),
        "{unknown}"
    );
    assert!(unknown.to_string().contains("body.txt:3") && unknown.to_string().contains("inviter_name"));
    assert!(matches!(error("Hello\n{{ url"), TemplateError::Broken { line: 2, .. }));
    assert!(matches!(error("Hello\n\n{{ url.nothing }}"), TemplateError::Broken { line: 3, .. }));
    assert!(matches!(error("{{ url | nofilter }}"), TemplateError::Broken { line: 1, .. }));
}

#[test]
fn a_subject_is_one_line() {
    for text in ["", "one\ntwo", "{{ 'x' * 300 }}", &"x".repeat(300)] {
        let (_folder, templates) = with(&[("en/invitation.subject.txt", text)]);
        let outcome = templates.render(&of_store(), "en", "default");
        assert!(outcome.is_err(), "{text}");
    }
}
