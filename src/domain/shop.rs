//! The shop's own things that invitations refer to: websites, senders, groups.

use super::ids::{GroupId, SenderId, WebsiteId};

/// One shop site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Website {
    /// Its number.
    pub id: WebsiteId,
    /// Its code: the word in filters and JSON.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its address, without a slash at the end.
    pub base_url: String,
}

/// A store view with its mail identity ("Send From").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its number.
    pub id: SenderId,
    /// The website it belongs to.
    pub website: WebsiteId,
    /// Its code.
    pub code: String,
    /// The store view's name.
    pub name: String,
    /// The name in From.
    pub from_name: String,
    /// The address in From.
    pub from_email: String,
    /// Where answers go, if not to the From address.
    pub reply_to: Option<String>,
    /// Which language its mail speaks.
    pub locale: String,
}

/// A customer group ("Invitee Group").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// All websites, senders and groups: few enough to keep at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// By code.
    pub websites: Vec<Website>,
    /// By number: the first serves where none is named.
    pub senders: Vec<Sender>,
    /// By name.
    pub groups: Vec<Group>,
}

impl Catalog {
    /// The website with this number.
    pub fn website(&self, id: WebsiteId) -> Option<&Website> {
        self.websites.iter().find(|website| website.id == id)
    }

    /// The sender with this number.
    pub fn sender(&self, id: SenderId) -> Option<&Sender> {
        self.senders.iter().find(|sender| sender.id == id)
    }

    /// The group with this number.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The groups that an account can have: Magento's `NOT LOGGED IN` is for visitors without one.
    pub fn account_groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.name != "NOT LOGGED IN")
    }

    /// The sender with this code or name.
    pub fn sender_named(&self, word: &str) -> Option<&Sender> {
        self.senders
            .iter()
            .find(|sender| sender.code == word)
            .or_else(|| self.senders.iter().find(|sender| sender.name == word))
    }

    /// The group with this name, in any case.
    pub fn group_named(&self, word: &str) -> Option<&Group> {
        self.groups
            .iter()
            .find(|group| group.name == word)
            .or_else(|| self.groups.iter().find(|group| group.name.to_lowercase() == word.to_lowercase()))
    }
}
