//! One invitation: what it is, who is behind it, where its mail is, and everything that happened to it.

use super::Screen;
use crate::console::actions::Action;
use crate::console::context::Context;
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::domain::ids::InvitationId;
use crate::domain::invitation::Detail;
use crate::domain::status::Status;
use ratatui::Frame;
use ratatui::layout::Rect;

mod blocks;
mod edit;
#[cfg(test)]
mod tests;
mod timeline;
mod update;
mod view;

/// What becomes of the link once it is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LinkUse {
    Show,
    Copy,
}

/// What this screen knows.
#[derive(Debug, Default)]
pub struct State {
    id: Option<InvitationId>,
    detail: Remote<Option<Detail>>,
    /// The link, only once somebody asked to see it.
    link: Option<String>,
    asked_link: Option<(RequestId, LinkUse)>,
    /// The first line of the timeline that is drawn.
    first: usize,
}

impl State {
    fn detail(&self) -> Option<&Detail> {
        self.detail.value()?.as_ref()
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn available(&self, action: Action, session: &Session) -> Result<(), String> {
        let Some(detail) = self.detail() else {
            return match action {
                Action::Up | Action::Down | Action::PageUp | Action::PageDown | Action::Top | Action::Bottom => Ok(()),
                _ => Err("the invitation is not here yet".to_owned()),
            };
        };
        let status = detail.row.status;
        match action {
            Action::Edit => {
                session.may_change()?;
                detail.editable.map_err(str::to_owned)
            }
            Action::SendOne => match status {
                Status::Accepted => Err("it is accepted: there is nothing to send any more".to_owned()),
                _ => session.may_act(),
            },
            Action::DiscardOne => match status {
                Status::Accepted => Err("it is accepted: that is final".to_owned()),
                Status::Discarded => Err("it is discarded already; R restores it".to_owned()),
                Status::NotSent | Status::Sent => session.may_change(),
            },
            Action::RestoreOne if status != Status::Discarded => Err("only a discarded one can be restored".to_owned()),
            Action::RestoreOne => session.may_act(),
            Action::LastAction if detail.last_action.is_none() => Err("no operator's act on it is recorded".to_owned()),
            _ => Ok(()),
        }
    }
}
