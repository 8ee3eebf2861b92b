//! Acting on many rows: plan first, then exactly the plan; and taking it back.

use super::{Applied, Desk, DeskError, Progress, Undone};
use crate::domain::create::MESSAGE_LIMIT;
use crate::domain::email::EmailAddress;
use crate::domain::ids::{ActionId, InvitationId};
use crate::domain::plan::{Act, Plan};
use crate::domain::settings::{Scope, Setting};
use crate::domain::transmission::Settlement;
use crate::store::{self, RulesAt};
use roaring::RoaringTreemap;
use std::time::Duration;

/// Why an operator acts, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActContext {
    /// On what filter the rows were selected; empty when they were picked by hand.
    pub filter: String,
    /// Why.
    pub reason: Option<String>,
}

impl Desk {
    pub(super) async fn rules_at(&self) -> Result<RulesAt, DeskError> {
        let cooldown = self
            .settings(Scope::Global)
            .await?
            .span(Setting::Cooldown)
            .unwrap_or(Duration::ZERO);
        let now = self.now();
        Ok(RulesAt {
            now,
            cooling_since: now.minus(cooldown),
        })
    }

    pub(super) async fn context(&self, why: &ActContext) -> Result<store::ActContext, DeskError> {
        let hold = self
            .settings(Scope::Global)
            .await?
            .span(Setting::SendHold)
            .unwrap_or(Duration::ZERO);
        let reason = why
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned);
        Ok(store::ActContext {
            by: self.operator(),
            filter: Some(why.filter.clone()),
            reason,
            hold,
        })
    }

    /// What `act` would do to each of these rows, decided now.
    pub async fn plan(&self, act: Act, ids: &RoaringTreemap, progress: &Progress) -> Result<Plan, DeskError> {
        Ok(self.0.store.plan(act, ids, self.rules_at().await?, progress).await?)
    }

    /// Does exactly what `plan` says; rows that changed since are left alone and told as such.
    pub async fn apply(&self, plan: &Plan, why: &ActContext, progress: &Progress) -> Result<Applied, DeskError> {
        if matches!(plan.act, Act::Send(_)) {
            Self::check_enabled(&self.settings(Scope::Global).await?)?;
        }
        Ok(self
            .0
            .store
            .apply(plan, &self.context(why).await?, self.rules_at().await?, progress)
            .await?)
    }

    /// Takes an act back as far as that is possible now.
    pub async fn undo(&self, action: ActionId, progress: &Progress) -> Result<Undone, DeskError> {
        let why = self
            .context(&ActContext {
                filter: String::new(),
                reason: Some(format!("undo of action {action}")),
            })
            .await?;
        Ok(self.0.store.undo(action, &why, self.rules_at().await?, progress).await?)
    }

    /// Changes address and message of one that is Not Sent and not in flight.
    pub async fn edit(&self, id: InvitationId, email: &EmailAddress, message: &str) -> Result<(), DeskError> {
        check_message(message)?;
        let why = self.context(&ActContext::default()).await?;
        Ok(self.0.store.edit(id, email, message, &why, self.now()).await?)
    }

    /// Settles mails in doubt; gives how many there were.
    pub async fn settle(&self, ids: &RoaringTreemap, how: Settlement) -> Result<u64, DeskError> {
        Ok(self
            .0
            .store
            .settle(ids, how, &self.context(&ActContext::default()).await?, self.now())
            .await?)
    }

    /// Lets deferred mails go now; gives how many there were.
    pub async fn try_now(&self, ids: &RoaringTreemap) -> Result<u64, DeskError> {
        Ok(self
            .0
            .store
            .try_now(ids, &self.context(&ActContext::default()).await?, self.now())
            .await?)
    }
}

/// Refuses a message that is too long for a mail.
pub(super) fn check_message(message: &str) -> Result<(), DeskError> {
    let length = message.chars().count();
    if length > MESSAGE_LIMIT {
        return Err(DeskError::Field {
            field: "message",
            why: format!("{length} characters are too many: {MESSAGE_LIMIT} at most"),
        });
    }
    Ok(())
}
