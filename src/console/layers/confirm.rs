//! A question with yes and no.

use super::{Layer, centred, window};
use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::message::{Event, Owner, Told};
use crate::console::model::Session;
use crate::console::widgets::wrapped;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// Which key says yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    Enter,
    CtrlS,
}

/// A question; yes is told as [`Told::Confirmed`], no and Esc are told nothing.
#[derive(Debug)]
pub struct Confirm {
    title: String,
    lines: Vec<Shown>,
    yes: &'static str,
    key: Answers,
    owner: Owner,
    tag: &'static str,
}

impl Confirm {
    /// `lines` say what would happen; `yes` is the verb.
    pub fn new(owner: Owner, tag: &'static str, title: impl Into<String>, lines: &[String], yes: &'static str) -> Self {
        Self {
            title: title.into(),
            lines: lines.iter().map(|line| Shown::new(line)).collect(),
            yes,
            key: Answers::Enter,
            owner,
            tag,
        }
    }

    /// The yes lets mail go: Enter does not answer it, as Enter never sends mail.
    #[must_use]
    pub fn sends(mut self) -> Self {
        self.key = Answers::CtrlS;
        self
    }
}

impl Layer for Confirm {
    fn place(&self) -> Place {
        match self.key {
            Answers::Enter => Place::Confirm,
            Answers::CtrlS => Place::ConfirmSend,
        }
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        match event {
            Event::Act(Action::Yes | Action::YesSend) => {
                context.close();
                context.tell(self.owner, self.tag, Told::Confirmed);
            }
            Event::Act(Action::No) => context.close(),
            _ => {}
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let widest = self.lines.iter().map(Shown::width).max().unwrap_or(0).clamp(30, 90) as u16;
        let widest = widest.min(area.width.saturating_sub(4));
        let mut lines: Vec<Line<'_>> = self
            .lines
            .iter()
            .flat_map(|line| wrapped(line.as_str(), widest, session.theme.text))
            .collect();
        let inner = window(frame, centred(area, widest + 4, lines.len() as u16 + 4), &self.title, session);
        lines.push(Line::default());
        let theme = &session.theme;
        lines.push(Line::from_iter([
            ratatui::text::Span::styled(
                match self.key {
                    Answers::Enter => "Enter ",
                    Answers::CtrlS => "Ctrl-S ",
                },
                theme.key,
            ),
            ratatui::text::Span::raw(self.yes),
            ratatui::text::Span::styled("   Esc ", theme.key),
            ratatui::text::Span::raw("back"),
        ]));
        frame.render_widget(Paragraph::new(lines), inner);
    }
}
