//! Identities of the things that are kept, one type each, so that a customer's number never reaches a function that wants an invitation's.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }
    };
}

id!(
    /// One invitation.
    InvitationId
);
id!(
    /// One shop site that invitations are valid on.
    WebsiteId
);
id!(
    /// One store view with a mail identity.
    SenderId
);
id!(
    /// One customer group.
    GroupId
);
id!(
    /// One customer account of the shop.
    CustomerId
);
id!(
    /// One label on mails that were released together.
    BatchId
);
id!(
    /// One try at handing a mail over.
    AttemptId
);
id!(
    /// One running dispatcher.
    DispatcherId
);
id!(
    /// One recorded act of an operator.
    ActionId
);
