//! The window in which email and message are changed, while the invitation is Not Sent.

use crate::console::actions::{Action, Place};
use crate::console::context::{Context, Tone};
use crate::console::editor::Editor;
use crate::console::layers::{Confirm, Layer, centred, window};
use crate::console::line::Line;
use crate::console::message::{Event, RequestId, Told};
use crate::console::model::Session;
use crate::console::request::Request;
use crate::console::widgets::draw_line;
use crate::domain::create::MESSAGE_LIMIT;
use crate::domain::email::EmailAddress;
use crate::domain::ids::InvitationId;
use crate::domain::invitation::Detail;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line as Text;

const DROP: &str = "drop-changes";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Email,
    Message,
}

/// Email and message, and how they were.
#[derive(Debug)]
pub(super) struct EditLayer {
    id: InvitationId,
    before: (String, String),
    email: Line,
    message: Editor,
    field: Field,
    saving: Option<RequestId>,
    trouble: Option<String>,
}

impl EditLayer {
    pub(super) fn new(detail: &Detail) -> Self {
        let email = detail.row.email.clone().unwrap_or_default();
        let message = Editor::new(&detail.message);
        Self {
            id: detail.row.id,
            before: (email.clone(), message.text().to_owned()),
            email: Line::new(email),
            message,
            field: Field::Email,
            saving: None,
            trouble: None,
        }
    }

    fn is_changed(&self) -> bool {
        self.before.0 != self.email.text() || self.before.1 != self.message.text()
    }

    fn save(&mut self, context: &mut Context<'_>) {
        if !self.is_changed() {
            return context.close();
        }
        let email = match EmailAddress::parse(self.email.text()) {
            Ok(email) => email,
            Err(error) => {
                self.field = Field::Email;
                self.trouble = Some(format!("The email is malformed: {error}"));
                return;
            }
        };
        let length = self.message.text().chars().count();
        if length > MESSAGE_LIMIT {
            self.trouble = Some(format!("The message is {} characters too long", length - MESSAGE_LIMIT));
            return;
        }
        let message = self.message.text().to_owned();
        self.saving = Some(context.ask(Request::Edit {
            id: self.id,
            email,
            message,
        }));
    }
}

impl Layer for EditLayer {
    fn place(&self) -> Place {
        Place::Edit
    }

    fn typing(&self) -> bool {
        true
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        match event {
            Event::Act(Action::NextField | Action::PreviousField) => {
                self.field = if self.field == Field::Email { Field::Message } else { Field::Email };
            }
            Event::Act(Action::Submit) if self.saving.is_none() => self.save(context),
            Event::Key(key) => {
                match self.field {
                    Field::Email => self.email.key(&key),
                    Field::Message => self.message.key(&key),
                };
            }
            Event::Paste(text) => match self.field {
                Field::Email => self.email.insert(text.trim()),
                Field::Message => self.message.insert(&text),
            },
            Event::Answer(id, answer) if self.saving == Some(id) => {
                self.saving = None;
                match *answer {
                    Ok(_) => {
                        context.toast(Tone::Good, "Changed");
                        context.close();
                    }
                    Err(refusal) => self.trouble = Some(refusal.message),
                }
            }
            Event::Told(DROP, Told::Confirmed) => context.close(),
            _ => {}
        }
    }

    fn back(&mut self, context: &mut Context<'_>) -> bool {
        if !self.is_changed() {
            return false;
        }
        let lines = ["What you changed here is not saved yet: Esc, then Ctrl-S saves it.".to_owned()];
        context.open(Confirm::new(context.owner(), DROP, "Drop the changes?", &lines, "drop them"));
        true
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let theme = &session.theme;
        let title = format!("Change invitation {}", self.id);
        let inner = window(frame, centred(area, 78, 16), &title, session);
        let [head, email, _, label, message, trouble] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Min(3),
            Constraint::Length(1),
        ])
        .areas(inner);
        let style = |field| if self.field == field { theme.accent } else { theme.heading };
        frame.render_widget(Text::styled("Email", style(Field::Email)), head);
        draw_line(frame, email, &self.email, theme.field, self.field == Field::Email);
        frame.render_widget(Text::styled("Message", style(Field::Message)), label);
        self.message.draw(frame, message, theme.text, self.field == Field::Message);
        let note = match &self.trouble {
            Some(why) => Text::styled(String::from(Shown::new(why).fit(usize::from(trouble.width))), theme.bad),
            None if self.saving.is_some() => Text::styled("saving …", theme.dim),
            None => Text::styled("Ctrl-S saves, Tab goes to the other field", theme.dim),
        };
        frame.render_widget(note, trouble);
    }
}
