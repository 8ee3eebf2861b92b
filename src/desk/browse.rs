//! Looking: pages, counts, one invitation, and what changed.

use super::{Desk, DeskError, Page, PageFrom, Progress, Totals};
use crate::domain::code::LinkCode;
use crate::domain::filter::{Filter, NameField, nearest};
use crate::domain::ids::{ActionId, InvitationId};
use crate::domain::invitation::{Detail, Row, Sort};
use crate::domain::plan::Bucket;
use crate::domain::settings::{Scope, Setting};
use crate::domain::shop::Catalog;
use crate::store::{StoreError, Viewpoint};
use roaring::RoaringTreemap;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a console has seen of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangeMark(pub i64);

/// How often a waiting console looks whether something changed. A look costs some 50 µs.
const LOOK_EVERY: Duration = Duration::from_millis(250);

impl Desk {
    async fn view(&self) -> Viewpoint {
        Viewpoint {
            zone: self.zone().await,
            now: self.now(),
        }
    }

    /// A page of the rows that `filter` matches, `limit` at most.
    pub async fn page(&self, filter: &Filter, sort: Sort, from: PageFrom, limit: usize) -> Result<Page, DeskError> {
        Ok(self.0.store.page(filter, self.view().await, sort, from, limit).await?)
    }

    /// How many rows `filter` matches, exactly.
    pub async fn count(&self, filter: &Filter) -> Result<u64, DeskError> {
        Ok(self.0.store.count(filter, self.view().await).await?)
    }

    /// The identities of all rows that `filter` matches now.
    pub async fn matching(&self, filter: &Filter, progress: &Progress) -> Result<RoaringTreemap, DeskError> {
        Ok(self.0.store.matching(filter, self.view().await, progress).await?)
    }

    /// These rows, in the order given; those that do not exist are left out.
    pub async fn rows(&self, ids: &[InvitationId]) -> Result<Vec<Row>, DeskError> {
        Ok(self.0.store.rows(ids).await?)
    }

    /// How many invitations there are.
    pub async fn totals(&self) -> Result<Totals, DeskError> {
        Ok(self.0.store.totals().await?)
    }

    /// All websites, senders and groups.
    pub async fn catalog(&self) -> Result<Catalog, DeskError> {
        Ok(self.0.store.catalog().await?)
    }

    /// Points at names in a filter that do not exist: a filter that can only find nothing is a mistake.
    pub async fn check_names(&self, filter: &Filter) -> Result<(), DeskError> {
        let catalog = self.catalog().await?;
        for (field, word, known) in [
            (
                NameField::Website,
                "website",
                catalog.websites.iter().map(|website| website.code.as_str()).collect::<Vec<_>>(),
            ),
            (
                NameField::Group,
                "group",
                catalog.groups.iter().map(|group| group.name.as_str()).collect(),
            ),
            (
                NameField::Sender,
                "sender",
                catalog.senders.iter().map(|sender| sender.code.as_str()).collect(),
            ),
        ] {
            for name in filter.names(field) {
                if !known.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
                    let near = nearest(name, known.iter().copied())
                        .map(|near| format!("; did you mean {near}?"))
                        .unwrap_or_default();
                    return Err(DeskError::Refused(format!(
                        "there is no {word} “{name}”{near} There are: {}",
                        known.join(", ")
                    )));
                }
            }
        }
        Ok(())
    }

    /// Everything about one invitation.
    pub async fn detail(&self, id: InvitationId) -> Result<Option<Detail>, DeskError> {
        Ok(self.0.store.detail(id).await?)
    }

    /// The personal link. That it was looked at goes into the history.
    pub async fn link(&self, id: InvitationId) -> Result<String, DeskError> {
        let parts = self
            .0
            .store
            .link_parts(id)
            .await?
            .ok_or_else(|| StoreError::NotFound(format!("there is no invitation {id}")))?;
        let catalog = self.catalog().await?;
        let website = catalog
            .website(parts.website)
            .ok_or_else(|| StoreError::Corrupt(format!("website {}", parts.website)))?;
        let settings = self.settings(Scope::Sender(parts.sender)).await?;
        let code = LinkCode::derive(self.0.store.key(), id, parts.generation);
        if !self.read_only() {
            self.0.store.tell_link_shown(id, &self.operator(), self.now()).await?;
        }
        Ok(settings
            .text(Setting::LinkTemplate)
            .replace("{website_url}", &website.base_url)
            .replace("{code}", code.as_str()))
    }

    /// The latest acts, newest first.
    pub async fn actions(&self, limit: usize) -> Result<Vec<super::ActionSummary>, DeskError> {
        Ok(self.0.store.actions(limit).await?)
    }

    /// The rows of an act, by their outcome.
    pub async fn action_rows(&self, id: ActionId) -> Result<BTreeMap<Bucket, RoaringTreemap>, DeskError> {
        Ok(self.0.store.action_rows(id).await?)
    }

    /// Completes when something was committed since `seen`, by this process or another; gives the new mark. A database that cannot be
    /// asked counts as unchanged: whoever looks next is told the error.
    pub async fn changed(&self, seen: ChangeMark) -> ChangeMark {
        loop {
            if let Ok(version) = self.0.store.data_version().await
                && version != seen.0
            {
                return ChangeMark(version);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
