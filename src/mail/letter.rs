//! An invitation's mail: the link, the words and the form put together from what is known of the invitation.

use super::message::{Mail, MailName, MailNameError, MessageError};
use super::recipient::{Recipient, WireError};
use super::template::{Rendered, TemplateError, Templates, Variables};
use crate::domain::email::{AddressError, EmailAddress};
use crate::domain::period::Zone;
use crate::domain::settings::{Setting, Settings};
use crate::domain::shop::{Sender, Website};
use crate::domain::time::Moment;
use thiserror::Error;

/// All that one invitation's mail is written from.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// From which store view.
    pub sender: &'a Sender,
    /// For which website.
    pub website: &'a Website,
    /// The settings as they hold for that sender.
    pub settings: &'a Settings,
    /// The group's name.
    pub group: &'a str,
    /// The message; empty for none.
    pub message: &'a str,
    /// Who invites; nobody when staff do.
    pub inviter: Option<&'a str>,
    /// The code of the link.
    pub code: &'a str,
    /// When the link closes by itself.
    pub expires_at: Option<Moment>,
}

/// Why a letter cannot be written.
#[derive(Debug, Error)]
pub enum LetterError {
    /// The template is at fault, for everybody.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The sender's From or Reply-To address is at fault, for everybody.
    #[error("the sender {sender}: {what} {address}: {error}; correct the sender")]
    Sender {
        /// Which.
        sender: String,
        /// Which of its addresses.
        what: &'static str,
        /// The address.
        address: String,
        /// What is wrong.
        error: AddressError,
    },
    /// The sender's name is at fault, for everybody.
    #[error("the sender {sender}: {error}; correct the sender")]
    Name {
        /// Which.
        sender: String,
        /// What is wrong.
        error: MailNameError,
    },
    /// The recipient's address is at fault.
    #[error("the address {address}: {error}")]
    Recipient {
        /// Which.
        address: String,
        /// What is wrong.
        error: AddressError,
    },
    /// The recipient's address cannot stand in a command.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The mail cannot be built.
    #[error(transparent)]
    Message(#[from] MessageError),
}

/// Where the link of an invitation leads: the template of the settings, filled in.
pub fn link(settings: &Settings, website: &Website, code: &str) -> String {
    settings
        .text(Setting::LinkTemplate)
        .replace("{website_url}", &website.base_url)
        .replace("{code}", code)
}

impl Letter<'_> {
    /// The words.
    pub fn render(&self, templates: &Templates) -> Result<Rendered, LetterError> {
        let zone = Zone::parse(self.settings.text(Setting::Timezone)).unwrap_or_default();
        let variables = Variables {
            url: link(self.settings, self.website, self.code),
            message: Some(self.message.to_owned()).filter(|message| !message.trim().is_empty()),
            inviter_name: self.inviter.map(str::to_owned),
            store_name: self.settings.text(Setting::StoreName).to_owned(),
            website_url: self.website.base_url.clone(),
            sender: self.sender.from_name.clone(),
            group: self.group.to_owned(),
            expires_on: self.expires_at.map(|at| zone.date_of(at).format("%Y-%m-%d").to_string()),
            unsubscribe_url: self.unsubscribe_url(),
        };
        Ok(templates.render(&variables, &self.sender.locale, &self.sender.code)?)
    }

    fn unsubscribe_url(&self) -> Option<String> {
        match self.settings.text(Setting::UnsubscribeBaseUrl) {
            "none" | "" => None,
            base => Some(format!("{}/{}", base.trim_end_matches('/'), self.code)),
        }
    }

    /// The whole mail to `address`. The same arguments give the same bytes, so every attempt sends the same mail.
    pub fn mail(&self, templates: &Templates, address: &str, message_id: &str, date: Moment) -> Result<Mail, LetterError> {
        let Rendered { subject, text, html } = self.render(templates)?;
        let own = |what: &'static str, address: &str| {
            EmailAddress::parse(address)
                .map(|address| address.wire())
                .map_err(|error| LetterError::Sender {
                    sender: self.sender.code.clone(),
                    what,
                    address: address.to_owned(),
                    error,
                })
        };
        let from_address = own("From", &self.sender.from_email)?;
        let reply_to = self
            .sender
            .reply_to
            .as_deref()
            .map_or_else(|| Ok(from_address.clone()), |reply| own("Reply-To", reply))?;
        let to = EmailAddress::parse(address).map_err(|error| LetterError::Recipient {
            address: address.to_owned(),
            error,
        })?;
        let from_name = MailName::parse(&self.sender.from_name).map_err(|error| LetterError::Name {
            sender: self.sender.code.clone(),
            error,
        })?;
        Ok(Mail {
            from_name,
            from_address,
            list_unsubscribe_mailto: reply_to.clone(),
            reply_to,
            to: Recipient::new(to.wire(), to.needs_smtputf8())?,
            message_id: format!("<{}>", message_id.trim_matches(['<', '>'])),
            date,
            subject,
            text,
            html,
            unsubscribe_url: self.unsubscribe_url(),
            feedback_id: Some(format!("invitation:{}:{}:guestlist", self.sender.code, self.website.code)),
        })
    }
}

impl LetterError {
    /// Whether every mail of the sender would fail in the same way, so that the queue must not be burnt on it.
    pub const fn is_everybodys(&self) -> bool {
        matches!(self, Self::Template(_) | Self::Sender { .. } | Self::Name { .. })
    }
}
