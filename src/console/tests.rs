#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

//! The frame around the screens: routing, layers, work, leaving, and the loop.

use super::actions::{Action, Keymap, Place, TABLE};
use super::context::Wish;
use super::message::{Msg, Opened, Visit};
use super::pilot::{NOW, Pilot, row};
use super::printer::print_text;
use super::request::{Effect, Request};
use super::runtime::{Options, run};
use super::screens::ScreenId;
use super::terminal::Surface;
use super::theme::Theme;
use crate::desk::{ActionSummary, Desk, UndoState};
use crate::domain::actor::Actor;
use crate::domain::clock::ManualClock;
use crate::domain::ids::ActionId;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

fn pilot() -> Pilot {
    Pilot::new(&Theme::mono(), (100, 30), (1..=40).rev().map(row).collect())
}

fn action() -> ActionSummary {
    ActionSummary {
        id: ActionId(9),
        kind: "discard".to_owned(),
        at: NOW.minus(Duration::from_mins(3)),
        by: Actor::Operator("anna".to_owned()),
        filter: "group:VIP".to_owned(),
        reason: None,
        done: 12,
        total: 14,
        outcomes: [].into(),
        undo: UndoState::Possible { rows: 12 },
        cancelled: false,
    }
}

#[test]
fn tabs_go_by_digits_and_esc_comes_back() {
    let mut pilot = pilot();
    pilot.press("2");
    assert_eq!(pilot.model.screen, ScreenId::Reports);
    pilot.press("3<Esc>");
    assert_eq!(pilot.model.screen, ScreenId::Reports);
    pilot.press("<Esc>");
    assert_eq!(pilot.model.screen, ScreenId::Invitations);
}

#[test]
fn esc_and_a_key_that_arrive_as_one_count_as_both() {
    let alt = |letter| Msg::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT));
    let mut pilot = pilot();
    pilot.press("2?");
    pilot.send(alt('3'));
    assert!(pilot.model.layers.is_empty());
    assert_eq!(pilot.model.screen, ScreenId::Transmission);
    // Where something is typed it may as well be Alt, as in a shell: that does nothing here.
    pilot.press("n");
    pilot.send(alt('b'));
    assert_eq!(pilot.model.screen, ScreenId::Add);
}

#[test]
fn a_screen_that_sent_rows_to_the_grid_is_come_back_to_and_the_filter_from_before_too() {
    let mut pilot = pilot();
    pilot.press("/status:sent<Enter>2");
    let rows = Wish::Visit(ScreenId::Invitations, Visit::Filter("website:main".to_owned()));
    super::update::fulfil(&mut pilot.model, rows);
    pilot.answer_all();
    assert!(pilot.screen().contains("/ website:main"), "{}", pilot.screen());
    pilot.press("<Esc>");
    assert_eq!(pilot.model.screen, ScreenId::Reports);
    pilot.press("<Esc>");
    assert_eq!(pilot.model.screen, ScreenId::Invitations, "no way ends before home");
    assert!(pilot.screen().contains("/ status:sent"), "{}", pilot.screen());
}

#[test]
fn the_header_gives_up_names_before_what_is_wrong() {
    let opened = Opened {
        read_only: true,
        ..Opened::default()
    };
    let mut pilot = Pilot::opened(&Theme::mono(), (80, 24), vec![row(1)], opened);
    assert!(pilot.screen().starts_with(" 1 Invitations  2 Reports"));
    pilot.press("<Enter>");
    let head = pilot.screen().lines().next().map(str::to_owned).unwrap();
    assert!(head.contains("› One invitation") && head.contains("looking only"), "{head}");
    assert!(head.starts_with(" 1  2  3  4  ›"), "{head}");
}

#[test]
fn help_lists_every_key_of_its_place() {
    let mut pilot = Pilot::new(&Theme::mono(), (100, 70), vec![row(1)]);
    pilot.press("?");
    let screen = pilot.screen();
    for entry in TABLE
        .iter()
        .filter(|entry| entry.places.contains(&Place::Invitations) || entry.places.contains(&Place::Screens))
    {
        assert!(screen.contains(entry.title), "{} is missing:\n{screen}", entry.title);
    }
    insta::assert_snapshot!("help", screen);
}

#[test]
fn the_palette_finds_and_does() {
    let mut pilot = pilot();
    pilot.press(":selvis<Enter>");
    assert!(pilot.screen().contains("✓ 24"), "{}", pilot.screen());
    pilot.press(":go tra");
    insta::assert_snapshot!("palette", pilot.screen());
    pilot.press("<Enter>");
    assert_eq!(pilot.model.screen, ScreenId::Transmission);
    pilot.press("<Esc>:zzz");
    assert!(pilot.screen().contains("No command has these letters"), "{}", pilot.screen());
    pilot.press("<Esc>:what became<Enter>");
    assert_eq!(
        pilot.model.screen,
        ScreenId::Reports,
        "what another screen does is led to, not done unseen"
    );
    assert!(pilot.screen().contains("Here it is c: What became of them"), "{}", pilot.screen());
}

#[test]
fn every_action_of_the_home_screen_can_be_asked_for_without_harm() {
    for entry in TABLE.iter().filter(|entry| entry.places.contains(&Place::Invitations)) {
        let mut pilot = pilot();
        super::update::perform(&mut pilot.model, entry.action);
        assert!(!pilot.screen().is_empty(), "{}", entry.code);
    }
}

#[test]
fn q_leaves_at_once_unless_work_is_under_way() {
    let mut pilot = pilot();
    pilot.press("q");
    assert!(pilot.done.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn undo_shows_what_it_would_take_back_and_longer_work_can_be_stopped() {
    let mut pilot = pilot();
    pilot.actions = vec![
        ActionSummary {
            undo: UndoState::Undone,
            ..action()
        },
        action(),
    ];
    pilot.press("u");
    insta::assert_snapshot!("undo", pilot.screen());
    pilot.is_prompt = false;
    pilot.press("<Enter>");
    assert!(!pilot.screen().contains("stops after the rows in hand"), "a blink needs no window");
    pilot.send(Msg::Time(NOW.plus(Duration::from_millis(200))));
    assert!(pilot.screen().contains("Undoing discard of 12 rows"), "{}", pilot.screen());
    pilot.press("<C-c>");
    assert!(
        pilot.screen().contains("Undoing discard of 12 rows is under way."),
        "{}",
        pilot.screen()
    );
    pilot.press("<Esc><Esc>");
    assert!(pilot.screen().contains("stopping after the rows in hand"));
    pilot.answer_all();
    assert!(
        pilot.screen().contains("Undone for 12 rows") && !pilot.screen().contains("stopping"),
        "{}",
        pilot.screen()
    );
    pilot.send(Msg::Time(NOW.plus(Duration::from_mins(1))));
    assert!(!pilot.screen().contains("Undone for 12 rows"), "messages go by themselves");
    assert_eq!(pilot.model.wake_at(), None, "and then nothing wakes the console");
}

#[test]
fn a_new_database_begins_with_the_set_up() {
    let opened = Opened {
        is_new: true,
        ..Opened::default()
    };
    let pilot = Pilot::opened(&Theme::mono(), (80, 24), Vec::new(), opened);
    assert_eq!(pilot.model.screen, ScreenId::SetUp);
}

#[test]
fn changes_reload_what_is_seen_and_watch_on() {
    let mut pilot = pilot();
    pilot.is_prompt = false;
    pilot.done.clear();
    pilot.send(Msg::Changed(crate::desk::ChangeMark::default()));
    assert!(matches!(pilot.done.as_slice(), [Effect::Watch(_)]));
    assert!(
        pilot
            .waiting
            .iter()
            .any(|effect| matches!(effect, Effect::Ask(_, _, Request::Page { .. })))
    );
}

#[test]
fn windows_too_small_to_draw_in_do_no_harm() {
    for size in [(1, 1), (3, 2), (12, 4), (30, 6), (300, 3)] {
        for keys in ["", "a", "o", "c", "s", "?", ":", "/ann", "u"] {
            let mut pilot = Pilot::new(&Theme::mono(), size, (1..=40).map(row).collect());
            pilot.actions = vec![action()];
            pilot.press(keys);
            assert_eq!(pilot.screen().lines().count(), usize::from(size.1));
        }
    }
}

#[test]
fn the_table_prints_for_the_readme() {
    let table = super::actions::markdown_table();
    assert!(table.contains("| `Space` | Select or unselect this row | `select` |"));
    assert!(super::actions::entry(Action::CarryOut).is_some());
}

/// Keeps every frame as text.
struct Screenshots {
    terminal: Terminal<TestBackend>,
    frames: Rc<RefCell<Vec<String>>>,
}

impl Surface for Screenshots {
    fn draw(&mut self, picture: &mut dyn FnMut(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| picture(frame)).unwrap();
        self.frames.borrow_mut().push(print_text(self.terminal.backend().buffer()));
        Ok(())
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((80, 24))
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_first_frame_comes_before_the_database_and_a_failure_is_told() {
    let frames = Rc::new(RefCell::new(Vec::new()));
    let mut surface = Screenshots {
        terminal: Terminal::new(TestBackend::new(80, 24)).unwrap(),
        frames: Rc::clone(&frames),
    };
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let desk = async move {
        let _ = receiver.await;
        Err::<Desk, _>("shop.db is no database of guestlist: give another path with --db")
    };
    let seen = Rc::clone(&frames);
    let mut sender = Some(sender);
    // The database opens only once a frame was seen; q is pressed only once its failure was.
    let input = futures::stream::poll_fn(move |context| {
        if !seen.borrow().is_empty()
            && let Some(sender) = sender.take()
        {
            let _ = sender.send(());
        }
        if seen
            .borrow()
            .last()
            .is_some_and(|frame: &String| frame.contains("could not be opened"))
        {
            let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
            return std::task::Poll::Ready(Some(Ok(Input::Key(key))));
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    });
    let options = Options {
        theme: Theme::mono(),
        keymap: Keymap::default(),
        zone: None,
        clock: Arc::new(ManualClock::at(NOW)),
    };
    run(&mut surface, input, desk, options).await.unwrap();
    let frames = frames.borrow();
    assert!(frames.first().unwrap().contains("Opening the database"));
    assert!(frames.last().unwrap().contains("shop.db is no database of guestlist"));
}

#[tokio::test]
async fn a_fault_while_opening_is_told_and_the_console_goes_on() {
    let frames: Rc<RefCell<Vec<String>>> = Rc::default();
    let mut surface = Screenshots {
        terminal: Terminal::new(TestBackend::new(80, 24)).unwrap(),
        frames: Rc::clone(&frames),
    };
    let input = futures::stream::poll_fn(move |context| {
        if frames
            .borrow()
            .last()
            .is_some_and(|frame: &String| frame.contains("broke off by a fault"))
        {
            return std::task::Poll::Ready(None);
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    });
    let options = Options {
        theme: Theme::mono(),
        keymap: Keymap::default(),
        zone: None,
        clock: Arc::new(ManualClock::at(NOW)),
    };
    let desk = async { if NOW.0 > 0 { panic!("a fault") } else { Err::<Desk, _>("never") } };
    run(&mut surface, input, desk, options).await.unwrap();
}

#[tokio::test]
async fn the_end_of_the_input_is_the_end_of_the_session() {
    let mut surface = Screenshots {
        terminal: Terminal::new(TestBackend::new(80, 24)).unwrap(),
        frames: Rc::default(),
    };
    let options = Options {
        theme: Theme::mono(),
        keymap: Keymap::default(),
        zone: None,
        clock: Arc::new(ManualClock::at(NOW)),
    };
    let outcome = run(&mut surface, futures::stream::empty(), async { Err::<Desk, _>("gone") }, options).await;
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
