//! Customers by address, and the suppression list.

use super::{Desk, DeskError};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{CustomerId, GroupId, WebsiteId};
use crate::domain::import::suppression_key;

impl Desk {
    /// The customer with this address, of the website if there is one there, and the group they are in.
    pub async fn customer_by_address(
        &self,
        address: &EmailAddress,
        website: WebsiteId,
    ) -> Result<Option<(CustomerId, Option<GroupId>)>, DeskError> {
        Ok(self.0.store.customer_by_address(address, website).await?)
    }

    /// Lets an address, or a domain, get no more mail; false when it did not anyway. Mails that wait are withdrawn when their turn comes.
    pub async fn suppress(&self, address: &str, reason: &str) -> Result<bool, DeskError> {
        let key = suppression_key(address.trim()).map_err(DeskError::Refused)?;
        Ok(self.0.store.suppress(&key, reason, &self.operator(), self.now()).await?)
    }

    /// Lets an address, or a domain, get mail again; false when it was not suppressed.
    pub async fn unsuppress(&self, address: &str) -> Result<bool, DeskError> {
        let key = suppression_key(address.trim()).map_err(DeskError::Refused)?;
        Ok(self.0.store.unsuppress(&key, &self.operator(), self.now()).await?)
    }
}
