use crate::console::rehearsal::Rehearsal;
use crate::console::request::{Effect, Refusal, Reply, Request};
use crate::console::screens::ScreenId;
use crossterm::event::KeyCode;

fn on(size: (u16, u16)) -> Rehearsal {
    Rehearsal::on(ScreenId::SetUp, size)
}

fn fill(rehearsal: &mut Rehearsal) {
    rehearsal.type_text("Maison Verre");
    rehearsal.press(KeyCode::Tab);
}

#[test]
fn looks_right() {
    insta::assert_snapshot!("setup_80x24", on((80, 24)).screen());
    insta::assert_snapshot!("setup_120x36", on((120, 36)).screen());
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let mut rehearsal = on((80, 24));
    fill(&mut rehearsal);
    rehearsal.ctrl('s');
    rehearsal.answer(|request| match request {
        Request::SetUp(form) => {
            assert_eq!((form.store_name.as_str(), form.retention.as_str()), ("Maison Verre", "180d"));
            Some(Err(Refusal {
                field: Some("timezone"),
                message: "“Mars” is no time zone: write its name, such as Europe/Berlin or UTC".to_owned(),
            }))
        }
        _ => None,
    });
    insta::assert_snapshot!("setup_refused", rehearsal.screen());
    rehearsal.type_text("x");
    assert!(!rehearsal.screen().contains("is no time zone"));
}

#[test]
fn saved_it_leads_to_the_grid() {
    let mut rehearsal = on((80, 24));
    fill(&mut rehearsal);
    rehearsal.ctrl('s');
    rehearsal.answer(|request| matches!(request, Request::SetUp(_)).then(|| Ok(Reply::Nothing)));
    assert_eq!(rehearsal.model.screen, ScreenId::Invitations);
    assert!(rehearsal.screen().contains("n adds the first invitations"));
}

#[test]
fn skipping_keeps_what_was_typed_and_says_how_to_come_back() {
    let mut rehearsal = on((80, 24));
    fill(&mut rehearsal);
    rehearsal.press(KeyCode::Esc);
    assert!(rehearsal.screen().contains("F2"));
    assert!(
        rehearsal
            .other
            .iter()
            .any(|effect| matches!(effect, Effect::Remember("setup", text) if text.starts_with("Maison Verre\n")))
    );
    rehearsal.press(KeyCode::F(2));
    assert!(rehearsal.screen().contains("Maison Verre"));
}
