//! The rows on one line of a plan.

use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::format::{date_time, grouped};
use crate::console::layers::{Layer, window};
use crate::console::message::Event;
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::console::request::{Reply, Request, reply};
use crate::console::screens::invitations::{delivery_words, status_sign};
use crate::domain::ids::InvitationId;
use crate::domain::invitation::Row;
use crate::domain::selection::IdSet;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// A list that loads only what is seen of it.
#[derive(Debug)]
pub(super) struct Rows {
    title: &'static str,
    ids: IdSet,
    first: u64,
    seen: Remote<Vec<Row>>,
}

impl Rows {
    pub(super) fn new(title: &'static str, ids: IdSet) -> Self {
        Self {
            title,
            ids,
            first: 0,
            seen: Remote::default(),
        }
    }

    fn page(session: &Session) -> u64 {
        u64::from(session.body_rows().saturating_sub(2)).max(1)
    }

    fn load(&mut self, context: &mut Context<'_>) {
        let page = Self::page(context.session);
        let ids = (self.first..self.ids.len().min(self.first + page)).filter_map(|at| self.ids.select(at));
        let ids: Vec<InvitationId> = ids.filter_map(|id| i64::try_from(id).ok().map(InvitationId)).collect();
        let id = context.ask(Request::Rows(ids));
        self.seen.ask(id);
    }
}

impl Layer for Rows {
    fn place(&self) -> Place {
        Place::Pager
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        let page = Self::page(context.session);
        let last = self.ids.len().saturating_sub(page);
        let first = match event {
            Event::Entered => return self.load(context),
            Event::Answer(id, answer) => {
                if self.seen.expects(id) {
                    self.seen.receive(id, reply!(*answer, Reply::Rows(rows) => rows));
                }
                return;
            }
            Event::Act(Action::Up) => self.first.saturating_sub(1),
            Event::Act(Action::Down) => self.first + 1,
            Event::Act(Action::PageUp) => self.first.saturating_sub(page),
            Event::Act(Action::PageDown) => self.first + page,
            Event::Act(Action::Top) => 0,
            Event::Act(Action::Bottom) => last,
            _ => return,
        };
        let first = first.min(last);
        if first != self.first {
            self.first = first;
            self.load(context);
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let theme = &session.theme;
        let from = (self.first + 1).min(self.ids.len());
        let to = (self.first + Self::page(session)).min(self.ids.len());
        let title = format!(
            "{}: {} to {} of {}",
            self.title,
            grouped(from),
            grouped(to),
            grouped(self.ids.len())
        );
        let inner = window(frame, area, &title, session);
        let Some(rows) = self.seen.value() else {
            let text = self
                .seen
                .failure()
                .map_or_else(|| "Loading …".to_owned(), |why| String::from(Shown::new(why)));
            return frame.render_widget(Line::styled(text, theme.dim), inner);
        };
        // Where it is narrow the day has to do, and long addresses are cut: what became of the row is seen.
        let is_narrow = inner.width < 90;
        let room = if is_narrow { 35 } else { 40 };
        for (line, row) in inner.rows().zip(rows) {
            let email = Shown::new(row.email.as_deref().unwrap_or("(erased)")).fit(room);
            let gap = " ".repeat((room + 1).saturating_sub(email.width()));
            let last = row
                .last_sent_at
                .map(|at| {
                    let at = date_time(at, &session.zone);
                    format!("  last sent {}", if is_narrow { at.get(..10).unwrap_or(&at) } else { &at })
                })
                .unwrap_or_default();
            let delivery = delivery_words(row, session).map(|words| format!("  {words}")).unwrap_or_default();
            let text = format!("{} {}{delivery}{last}", status_sign(row.status), row.status.label());
            let spans = [
                Span::styled(format!("{:>10}  ", grouped(row.id.0.unsigned_abs())), theme.dim),
                Span::raw(String::from(email)),
                Span::raw(gap),
                Span::raw(text),
            ];
            frame.render_widget(Line::from_iter(spans), line);
        }
    }
}
