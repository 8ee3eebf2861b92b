//! The form Add Invitations: paste anything, read a verdict beside each address, create the ready ones.
//!
//! What stands in it is kept as a draft shortly after every change, so that it survives Esc, a crash and a restart.

use super::Screen;
use crate::console::actions::Action;
use crate::console::context::Context;
use crate::console::editor::Editor;
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::desk::GroupChoice;
use crate::domain::create::{Draft, MESSAGE_LIMIT, NewInvitations};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{GroupId, SenderId};
use crate::domain::shop::Sender;
use crate::domain::time::Moment;
use check::Check;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::time::Duration;

mod check;
mod create;
mod fields;
mod preview;
#[cfg(test)]
mod tests;
mod update;
mod verdicts;
mod view;

/// How long a change waits for the next one before the draft is written down.
const DRAFT_RESTS: Duration = Duration::from_millis(700);

/// The parts of the form, in the order of Tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Field {
    #[default]
    Emails,
    Message,
    Sender,
    Group,
    When,
    Verdicts,
}

impl Field {
    const ALL: [Self; 6] = [Self::Emails, Self::Message, Self::Sender, Self::Group, Self::When, Self::Verdicts];

    fn step(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|field| *field == self).unwrap_or(0);
        Self::ALL.get((at + by) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

/// Whether the mails go out at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum When {
    #[default]
    SendNow,
    KeepNotSent,
}

/// What this screen knows.
#[derive(Debug, Default)]
pub struct State {
    emails: Editor,
    message: Editor,
    sender: Option<SenderId>,
    group: Option<GroupId>,
    when: When,
    override_cooldown: bool,
    field: Field,
    check: Check,
    /// The line of the list with the cursor.
    cursor: usize,
    /// For which sender the rule about groups was asked, and what it says.
    choice_for: Option<SenderId>,
    choice: Remote<GroupChoice>,
    draft: Remote<Draft>,
    /// When the draft is to be written down.
    keep_at: Option<Moment>,
    creating: Option<RequestId>,
    previewing: Option<RequestId>,
    testing: Option<RequestId>,
}

impl State {
    /// The sender that holds: the chosen one, or else the first.
    fn sender<'a>(&self, session: &'a Session) -> Option<&'a Sender> {
        let catalog = session.catalog.value()?;
        self.sender.and_then(|id| catalog.sender(id)).or_else(|| catalog.senders.first())
    }

    /// The group that holds: what the rule fixes, or else the choice.
    fn group(&self) -> Option<GroupId> {
        match self.choice.value() {
            Some(GroupChoice::Fixed(group)) => Some(*group),
            _ => self.group,
        }
    }

    /// How many would be created now.
    fn ready(&self) -> u64 {
        self.check.ready(self.override_cooldown)
    }

    fn as_draft(&self) -> Draft {
        Draft {
            emails: self.emails.text().to_owned(),
            message: self.message.text().to_owned(),
            sender: self.sender.map(|id| id.0),
            group: self.group.map(|id| id.0),
            keep: self.when == When::KeepNotSent,
        }
    }

    /// What the form asks for, for these addresses; `None` while sender or group are missing.
    fn asks_for(&self, addresses: Vec<EmailAddress>, session: &Session) -> Option<NewInvitations> {
        let group = self
            .group()
            .or_else(|| session.catalog.value()?.groups.first().map(|group| group.id))?;
        Some(NewInvitations {
            addresses,
            sender: self.sender(session)?.id,
            group,
            inviter: None,
            message: self.message.text().trim_end().to_owned(),
            send: self.when == When::SendNow,
            override_cooldown: self.override_cooldown,
        })
    }

    fn may_submit(&self, session: &Session) -> Result<(), String> {
        session.may_act()?;
        let length = self.message.text().chars().count();
        if self.creating.is_some() {
            Err("they are being created".to_owned())
        } else if self.emails.is_blank() {
            Err("no addresses yet: type or paste them".to_owned())
        } else if let Some(why) = self.check.trouble() {
            Err(why.to_owned())
        } else if self.check.is_open() {
            Err("the addresses are still being checked: a moment".to_owned())
        } else if self.ready() == 0 {
            Err("none of these addresses is ready: the list says why".to_owned())
        } else if self.sender(session).is_none() {
            Err("there is no sender: `guestlist import --kind websites` or the set-up form makes one".to_owned())
        } else if self.group().is_none() {
            Err("choose an Invitee Group first".to_owned())
        } else if length > MESSAGE_LIMIT {
            Err(format!("the message is {} characters too long", length - MESSAGE_LIMIT))
        } else {
            Ok(())
        }
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn typing(&self) -> bool {
        matches!(self.field, Field::Emails | Field::Message)
    }

    fn available(&self, action: Action, session: &Session) -> Result<(), String> {
        match action {
            Action::Submit => self.may_submit(session),
            Action::PreviewMail | Action::TestMail if self.asks_for(Vec::new(), session).is_none() => {
                Err("there is no sender or no group yet".to_owned())
            }
            Action::TestMail => session.may_act(),
            Action::FixTypo if self.check.hints() == 0 => Err("nothing in the list looks like a typo".to_owned()),
            Action::OverrideCooldown if self.check.cooling_down() == 0 => Err("no address in the list is cooling down".to_owned()),
            Action::EmptyForm if self.as_draft().is_empty() => Err("it is empty".to_owned()),
            _ => Ok(()),
        }
    }

    fn wake_at(&self, _session: &Session) -> Option<Moment> {
        self.keep_at
    }
}
