//! The queue as the dispatcher uses it: claim, mark, record, recover. Each verb is one transaction, and each asks the domain's machine.

mod claim;
mod dispatchers;
mod limits;
mod operate;
mod record;
mod status;

pub use claim::{Claim, ClaimedMail, Order};
pub use dispatchers::{DispatcherHandle, Recovered};
pub use limits::Limits;
pub use operate::{Breaker, Pause};
pub use record::{Answer, Record, Written};
pub use status::Pending;
