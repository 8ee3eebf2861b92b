//! What letters are written with: websites, senders and settings, read together and kept for a moment.

use crate::domain::ids::SenderId;
use crate::domain::period::Zone;
use crate::domain::settings::{Scope, Setting, Settings};
use crate::domain::shop::Catalog;
use crate::store::{Store, StoreError};
use std::collections::HashMap;

/// The shop's side of a letter, and the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Websites, senders, groups.
    pub catalog: Catalog,
    /// The settings of the whole installation.
    pub settings: Settings,
    /// The settings as they hold for each sender.
    pub of_sender: HashMap<SenderId, Settings>,
}

impl Shop {
    /// Reads it.
    pub async fn read(store: &Store) -> Result<Self, StoreError> {
        let catalog = store.catalog().await?;
        let settings = store.settings(Scope::Global).await?;
        let mut of_sender = HashMap::with_capacity(catalog.senders.len());
        for sender in &catalog.senders {
            of_sender.insert(sender.id, store.settings(Scope::Sender(sender.id)).await?);
        }
        Ok(Self {
            catalog,
            settings,
            of_sender,
        })
    }

    /// The zone in which days are told.
    pub(super) fn zone(&self) -> Zone {
        Zone::parse(self.settings.text(Setting::Timezone)).unwrap_or_default()
    }

    /// The route that was chosen for all dispatchers; nothing while none was.
    pub(super) fn shared_route(&self) -> Option<&str> {
        self.settings
            .is_set(Setting::MailRoute)
            .then(|| self.settings.text(Setting::MailRoute))
    }
}
