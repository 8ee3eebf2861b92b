//! Editing, undo, long texts and hostile ones.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests fail by panicking, and the measurement tells what it measured"
)]

use super::*;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use std::time::{Duration, Instant};

fn press(editor: &mut Editor, code: KeyCode) {
    editor.key(&KeyEvent::new(code, KeyModifiers::NONE));
}

#[test]
fn pasted_breaks_of_any_kind_become_lines_and_nothing_is_obeyed() {
    let mut editor = Editor::default();
    editor.insert("a@x.example\r\nb@x.example\rc@x.example\u{1b}[2J\n");
    assert_eq!(editor.text(), "a@x.example\nb@x.example\nc@x.example\u{1b}[2J\n");
}

#[test]
fn up_and_down_keep_the_column() {
    let mut editor = Editor::new("long line\nab\nlonger line");
    press(&mut editor, KeyCode::Up);
    press(&mut editor, KeyCode::Char('!'));
    assert_eq!(editor.text(), "long line\nab!\nlonger line");
    press(&mut editor, KeyCode::Up);
    press(&mut editor, KeyCode::Backspace);
    assert_eq!(editor.text(), "log line\nab!\nlonger line");
}

#[test]
fn a_replaced_part_leaves_the_cursor_at_its_word() {
    let mut editor = Editor::new("ann@gmial.com, bo@x.example");
    editor.replace(4..13, "gmail.com");
    editor.insert("!");
    assert_eq!(editor.text(), "ann@gmail.com, bo@x.example!");
}

#[test]
fn megabytes_are_inserted_and_edited_at_once() {
    let mut editor = Editor::new(&"someone@shop.example\n".repeat(250_000));
    for _ in 0..50 {
        press(&mut editor, KeyCode::Up);
        press(&mut editor, KeyCode::Char('x'));
    }
    assert_eq!(editor.text().len(), 250_000 * 21 + 50);
}

fn ctrl(editor: &mut Editor, code: KeyCode) {
    assert!(editor.key(&KeyEvent::new(code, KeyModifiers::CONTROL)));
}

#[test]
fn changes_are_undone_and_done_again_one_by_one() {
    let mut editor = Editor::new("ann@x.example\n");
    editor.insert("bo@x.example\r\ncy@x.example");
    press(&mut editor, KeyCode::Enter);
    ctrl(&mut editor, KeyCode::Home);
    ctrl(&mut editor, KeyCode::Char('k'));
    assert_eq!(editor.text(), "\nbo@x.example\ncy@x.example\n");
    for before in [
        "ann@x.example\nbo@x.example\ncy@x.example\n",
        "ann@x.example\nbo@x.example\ncy@x.example",
        "ann@x.example\n",
        "ann@x.example\n",
    ] {
        ctrl(&mut editor, KeyCode::Char('u'));
        assert_eq!(editor.text(), before);
    }
    ctrl(&mut editor, KeyCode::Char('r'));
    assert_eq!(editor.text(), "ann@x.example\nbo@x.example\ncy@x.example");
    editor.insert("!");
    assert_eq!(editor.text(), "ann@x.example\nbo@x.example\ncy@x.example!");
}

#[test]
fn a_replaced_part_is_undone_too() {
    let mut editor = Editor::new("ann@gmial.com, bo@x.example");
    editor.replace(4..13, "gmail.com");
    ctrl(&mut editor, KeyCode::Char('u'));
    ctrl(&mut editor, KeyCode::Char('u'));
    assert_eq!(editor.text(), "ann@gmial.com, bo@x.example");
}

#[test]
fn in_a_long_text_what_was_done_here_is_undone() {
    let long = "someone@shop.example\n".repeat(50_000);
    let mut editor = Editor::new(&long);
    editor.go_to(500_010);
    for letter in ['a', 'b'] {
        press(&mut editor, KeyCode::Char(letter));
    }
    press(&mut editor, KeyCode::Enter);
    assert_eq!(editor.text().len(), long.len() + 3);
    for _ in 0..4 {
        ctrl(&mut editor, KeyCode::Char('u'));
    }
    assert!(editor.text() == long);
}

#[test]
fn words_and_graphemes_are_moved_over_and_removed_whole() {
    let mut editor = Editor::new("one two\ne\u{301}\u{1F468}\u{200D}\u{1F469}\u{200B}");
    press(&mut editor, KeyCode::Backspace);
    press(&mut editor, KeyCode::Backspace);
    assert_eq!(editor.text(), "one two\ne\u{301}");
    press(&mut editor, KeyCode::Left);
    press(&mut editor, KeyCode::Delete);
    press(&mut editor, KeyCode::Backspace);
    ctrl(&mut editor, KeyCode::Left);
    editor.insert("and ");
    ctrl(&mut editor, KeyCode::End);
    ctrl(&mut editor, KeyCode::Char('w'));
    assert_eq!(editor.text(), "one and ");
}

#[test]
fn keys_that_are_not_for_a_text_are_left_to_others() {
    let mut editor = Editor::new("a");
    for code in [KeyCode::Char('s'), KeyCode::Char('t'), KeyCode::Char('o'), KeyCode::Char('z')] {
        assert!(!editor.key(&KeyEvent::new(code, KeyModifiers::CONTROL)));
    }
    for code in [KeyCode::Tab, KeyCode::BackTab, KeyCode::Esc, KeyCode::F(8)] {
        assert!(!editor.key(&KeyEvent::new(code, KeyModifiers::NONE)));
    }
    assert_eq!(editor.text(), "a");
}

#[test]
fn nothing_hostile_is_drawn_raw() {
    let hostile = "a\u{202E}b\u{200B}c\u{1b}[2J\td\u{2066}\u{FEFF}\u{85}\u{7}e";
    let mut editor = Editor::default();
    editor.insert(&format!("{hostile}\n{hostile}"));
    press(&mut editor, KeyCode::Up);
    let mut terminal = Terminal::new(TestBackend::new(30, 4)).unwrap();
    terminal
        .draw(|frame| editor.draw(frame, frame.area(), Style::default(), true))
        .unwrap();
    let drawn: String = terminal.backend().buffer().content().iter().map(Cell::symbol).collect();
    assert!(drawn.contains("a\u{FFFD}b\u{FFFD}c␛[2J␉d\u{FFFD}␇e"), "{drawn}");
    assert!(
        drawn
            .chars()
            .all(|letter| Shown::new(letter.encode_utf8(&mut [0; 4])).as_str() == letter.to_string())
    );
}

/// One line of megabytes, and breaks next to it, are edited a part at a time.
#[test]
fn lines_too_long_to_be_held_are_edited() {
    let long = "x".repeat(1_000_000);
    let mut editor = Editor::new(&format!("{long}\n{long}"));
    press(&mut editor, KeyCode::Home);
    press(&mut editor, KeyCode::Char('-'));
    press(&mut editor, KeyCode::Left);
    press(&mut editor, KeyCode::Backspace);
    press(&mut editor, KeyCode::Char('+'));
    press(&mut editor, KeyCode::Delete);
    assert!(editor.text() == format!("{long}+{long}"));
    editor.go_to(500_000);
    press(&mut editor, KeyCode::Enter);
    press(&mut editor, KeyCode::Backspace);
    assert!(editor.text() == format!("{long}+{long}"));
}

#[test]
fn many_short_lines_are_edited_beyond_what_a_jump_reaches() {
    let mut editor = Editor::new(&"\n".repeat(70_000));
    press(&mut editor, KeyCode::Char('x'));
    press(&mut editor, KeyCode::Up);
    press(&mut editor, KeyCode::Char('y'));
    assert!(editor.text().ends_with("\n\ny\nx"));
    editor.insert(&"\n".repeat(70_000));
    press(&mut editor, KeyCode::Char('z'));
    assert!(editor.text().ends_with("\n\nz\nx"));
}

#[test]
#[ignore = "a measurement: run it with --release --nocapture"]
fn a_key_in_megabytes_takes_milliseconds() {
    for lines in [1_000, 10_000, 12_000, 200_000] {
        let text = "someone+list@shop.example\n".repeat(lines);
        let mut editor = Editor::default();
        let started = Instant::now();
        editor.insert(&text);
        let pasted = started.elapsed();
        let slowest = [
            KeyCode::Char('a'),
            KeyCode::Up,
            KeyCode::Backspace,
            KeyCode::Enter,
            KeyCode::PageUp,
            KeyCode::Char('b'),
        ]
        .map(|code| {
            let started = Instant::now();
            press(&mut editor, code);
            started.elapsed()
        })
        .into_iter()
        .max()
        .unwrap();
        assert!(
            slowest < Duration::from_millis(250),
            "{lines} lines: pasted in {pasted:?}, slowest key {slowest:?}"
        );
        eprintln!("{lines} lines, {} bytes: pasted in {pasted:?}, slowest key {slowest:?}", text.len());
    }
}

proptest! {
    #[test]
    fn the_cursor_stays_between_letters(start in "[\\PC\n]{0,16}", keys in prop::collection::vec(0_usize..16, 0..40)) {
        let codes = [
            KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home, KeyCode::End, KeyCode::Backspace,
            KeyCode::Delete, KeyCode::Enter, KeyCode::Char('é'), KeyCode::PageUp, KeyCode::PageDown,
        ];
        let more = [KeyCode::Char('u'), KeyCode::Char('w'), KeyCode::Left, KeyCode::Right];
        let mut editor = Editor::new(&start);
        for at in keys {
            match codes.get(at) {
                Some(code) => press(&mut editor, *code),
                None => ctrl(&mut editor, more.get(at - codes.len()).copied().unwrap()),
            }
            prop_assert!(editor.text.is_char_boundary(editor.cursor));
            prop_assert_eq!(editor.area.lines().join("\n"), editor.text());
        }
        for _ in 0..40 {
            ctrl(&mut editor, KeyCode::Char('u'));
        }
        prop_assert_eq!(editor.text(), start);
    }
}
