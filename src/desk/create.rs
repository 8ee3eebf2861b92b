//! Creating invitations: verdicts, the rows, a look at the mail, and the draft that is never lost.

use super::act::check_message;
use super::{ActContext, Desk, DeskError};
use crate::dispatch::{Letter, Shop, write_letter};
use crate::domain::create::{Created, Draft, NewInvitations, Verdict};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{ActionId, AttemptId, BatchId, CustomerId, GroupId, InvitationId, SenderId, WebsiteId};
use crate::domain::settings::{Scope, Setting, Settings};
use crate::domain::shop::Sender;
use crate::mail::message::message_id;
use crate::mail::route::Route;
use crate::mail::{folder, smtp};
use crate::store::StoreError;
use crate::store::transmit::ClaimedMail;
use std::time::Duration;

/// Whether staff choose the invitees' group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupChoice {
    /// They must.
    Free,
    /// The setting decides.
    Fixed(GroupId),
}

/// A mail as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// From, name and address.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

const DRAFT: &str = "draft";

impl Desk {
    async fn sender(&self, id: SenderId) -> Result<Sender, DeskError> {
        let catalog = self.catalog().await?;
        Ok(catalog
            .sender(id)
            .cloned()
            .ok_or_else(|| StoreError::NotFound(format!("there is no sender {id}")))?)
    }

    /// The verdict on each address, in order.
    pub async fn judge(
        &self,
        addresses: &[EmailAddress],
        sender: SenderId,
        inviter: Option<CustomerId>,
    ) -> Result<Vec<Verdict>, DeskError> {
        let sender = self.sender(sender).await?;
        self.judge_for(addresses, sender.website, inviter, &self.settings(Scope::Sender(sender.id)).await?)
            .await
    }

    async fn judge_for(
        &self,
        addresses: &[EmailAddress],
        website: WebsiteId,
        inviter: Option<CustomerId>,
        settings: &Settings,
    ) -> Result<Vec<Verdict>, DeskError> {
        let cooldown = settings.span(Setting::Cooldown).unwrap_or(Duration::ZERO);
        let mut at = self.rules_at().await?;
        at.cooling_since = at.now.minus(cooldown);
        Ok(self.0.store.judge(addresses, website, inviter, at, cooldown).await?)
    }

    /// Creates what can be created and queues it where asked; every refusal has its own reason.
    pub async fn invite(&self, new: &NewInvitations) -> Result<(ActionId, Created), DeskError> {
        let sender = self.sender(new.sender).await?;
        let settings = self.settings(Scope::Sender(sender.id)).await?;
        Self::check_enabled(&settings)?;
        check_message(&new.message)?;
        if self.catalog().await?.group(new.group).is_none() {
            return Err(DeskError::Field {
                field: "group",
                why: format!("there is no group {}", new.group),
            });
        }
        let verdicts = self.judge_for(&new.addresses, sender.website, new.inviter, &settings).await?;
        let expires_at = settings.span(Setting::ExpiresAfter).map(|after| self.now().plus(after));
        let reason = new.override_cooldown.then(|| "the cool-down was overridden".to_owned());
        let why = self
            .context(&ActContext {
                filter: String::new(),
                reason,
            })
            .await?;
        Ok(self
            .0
            .store
            .create(new, sender.website, verdicts, expires_at, &why, self.rules_at().await?)
            .await?)
    }

    /// What [`Desk::invite`] would do now.
    pub async fn invite_dry(&self, new: &NewInvitations) -> Result<Created, DeskError> {
        check_message(&new.message)?;
        let mut created = Created::default();
        for (email, verdict) in new.addresses.iter().zip(self.judge(&new.addresses, new.sender, new.inviter).await?) {
            if verdict.creates(new.override_cooldown) {
                created.created.push((None, email.clone()));
            } else {
                created.refused.push((email.clone(), verdict));
            }
        }
        Ok(created)
    }

    /// Which group invitees get, where staff invite by this sender.
    pub async fn group_choice(&self, sender: SenderId) -> Result<GroupChoice, DeskError> {
        let settings = self.settings(Scope::Sender(sender)).await?;
        if settings.text(Setting::GroupRule) == "inviter" {
            return Ok(GroupChoice::Free);
        }
        Ok(GroupChoice::Fixed(self.default_group(&settings).await?))
    }

    /// The group of the setting `default_group`; the first one where that does not exist.
    pub async fn default_group(&self, settings: &Settings) -> Result<GroupId, DeskError> {
        let catalog = self.catalog().await?;
        let group = catalog
            .group_named(settings.text(Setting::DefaultGroup))
            .or_else(|| catalog.groups.first());
        Ok(group
            .map(|group| group.id)
            .ok_or_else(|| StoreError::Corrupt("there is no customer group".to_owned()))?)
    }

    /// The mail as it would be sent to the first address, with a link that opens nothing.
    pub async fn preview(&self, new: &NewInvitations) -> Result<Preview, DeskError> {
        let sender = self.sender(new.sender).await?;
        let to = new.addresses.first().map_or("friend@example.com", |address| address.as_str());
        let mail = self.letter_to(new, to).await?.mail;
        Ok(Preview {
            from: format!("{} <{}>", sender.from_name, sender.from_email),
            to: to.to_owned(),
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
        })
    }

    /// A letter like those that the dispatcher writes, to nobody's invitation.
    async fn letter_to(&self, new: &NewInvitations, to: &str) -> Result<Letter, DeskError> {
        let shop = Shop::read(&self.0.store).await?;
        let sender = self.sender(new.sender).await?;
        let settings = self.settings(Scope::Sender(sender.id)).await?;
        let mut token = [0u8; 16];
        getrandom::fill(&mut token).map_err(|error| DeskError::Mail(format!("no randomness for a Message-ID: {error}")))?;
        let domain = sender.from_email.rsplit('@').next().unwrap_or("localhost");
        let group = shop.catalog.group(new.group).map_or_else(String::new, |group| group.name.clone());
        let mail = ClaimedMail {
            attempt: AttemptId(0),
            invitation: InvitationId(i64::MAX),
            batch: BatchId(0),
            email: to.to_owned(),
            message_id: message_id(token, domain).trim_matches(['<', '>']).to_owned(),
            sender: new.sender,
            website: sender.website,
            group,
            message: new.message.clone(),
            inviter: None,
            generation: 0,
            expires_at: settings.span(Setting::ExpiresAfter).map(|after| self.now().plus(after)),
        };
        self.0.templates.reload();
        Ok(write_letter(&shop, &self.0.templates, &mail, self.0.store.key(), self.now())?)
    }

    /// Sends one mail like these to oneself, past the queue and the limits, with a link that opens nothing; gives the server's words.
    pub async fn test_mail(&self, new: &NewInvitations, to: &EmailAddress) -> Result<String, DeskError> {
        let mut mail = self.letter_to(new, to.as_str()).await?.mail;
        mail.subject = format!("[test] {}", mail.subject);
        let bytes = mail.to_bytes().map_err(|error| DeskError::Mail(error.to_string()))?;
        match self.route().await? {
            Route::Folder(path) => {
                let id = mail.message_id.clone();
                let filed = tokio::task::spawn_blocking(move || folder::file(&path, InvitationId(0), &id, &bytes)).await;
                let filed = filed.map_err(|error| DeskError::Mail(error.to_string()))?;
                filed.map(|filed| filed.reply()).map_err(|error| DeskError::Mail(error.to_string()))
            }
            Route::Smtp(route) => {
                let (secret, terms) = self.smtp_terms().await?;
                let refused = |refusal: smtp::Refusal| DeskError::Mail(refusal.to_string());
                let mut session = smtp::connect(&route, secret.as_ref(), &terms).await.map_err(refused)?;
                session.envelope(&mail.from_address, &mail.to).await.map_err(refused)?;
                let reply = session.body(&bytes).await.map_err(refused)?;
                session.quit().await;
                Ok(format!("{} {}", reply.code, reply.text))
            }
        }
    }

    /// The draft of the form, as it was left.
    pub async fn draft(&self) -> Result<Draft, DeskError> {
        let text = self.memory(DRAFT).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Keeps the draft of the form.
    pub async fn keep_draft(&self, draft: &Draft) -> Result<(), DeskError> {
        let text = serde_json::to_string(draft).map_err(|error| DeskError::Refused(format!("the draft cannot be kept: {error}")))?;
        self.remember(DRAFT, &text).await
    }
}
