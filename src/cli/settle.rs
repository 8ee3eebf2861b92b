//! `settle`: mails of which nobody knows whether they went out.

use super::Failure;
use super::args::Settle;
use super::print::tell;
use crate::desk::Desk;
use crate::domain::transmission::Settlement;

pub(super) async fn run(desk: &Desk, asked: &Settle) -> Result<(), Failure> {
    let ids = asked.ids.iter().filter_map(|id| u64::try_from(*id).ok()).collect();
    let how = if asked.again {
        Settlement::SendAgain
    } else {
        Settlement::AssumeSent
    };
    let settled = desk.settle(&ids, how).await?;
    if settled == 0 {
        return Err(Failure::Words("none of them is in doubt: nothing was changed".to_owned()));
    }
    let became = if asked.again { "queued again" } else { "taken as sent" };
    tell(format!("{settled} of {} {became}", ids.len()));
    Ok(())
}
