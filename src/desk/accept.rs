//! A friend registered: the code is checked, the invitation accepted, once only.

use super::{Desk, DeskError};
use crate::domain::code::LinkCode;
use crate::domain::email::EmailAddress;
use crate::domain::settings::Scope;
use crate::store::{AcceptRefusal, Accepted};

impl Desk {
    /// Accepts the invitation behind `code` for the account `email`. The inner error is the truth, for staff: to a stranger every
    /// code that opens nothing gets the same answer.
    pub async fn accept(&self, code: &str, email: &EmailAddress) -> Result<Result<Accepted, AcceptRefusal>, DeskError> {
        let Some(code) = LinkCode::parse(code) else {
            return Ok(Err(AcceptRefusal::Unknown));
        };
        let Some(parts) = self.0.store.link_parts(code.invitation_id()).await? else {
            return Ok(Err(AcceptRefusal::Unknown));
        };
        if !code.matches(self.0.store.key(), parts.generation) {
            return Ok(Err(AcceptRefusal::Unknown));
        }
        Self::check_enabled(&self.settings(Scope::Sender(parts.sender)).await?)?;
        Ok(self
            .0
            .store
            .accept(code.invitation_id(), parts.generation, email, &self.operator(), self.now())
            .await?)
    }
}
