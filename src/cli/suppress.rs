//! `suppress` and `unsuppress`: who gets no mail.

use super::Failure;
use super::args::{Suppress, Unsuppress};
use super::print::tell;
use crate::desk::Desk;
use crate::domain::shown::Shown;

pub(super) async fn add(desk: &Desk, asked: &Suppress) -> Result<(), Failure> {
    let address = Shown::new(&asked.address);
    if desk.suppress(&asked.address, &asked.reason).await? {
        tell(format!("{address} gets no more mail"));
    } else {
        tell(format!("{address} got no mail already"));
    }
    Ok(())
}

pub(super) async fn remove(desk: &Desk, asked: &Unsuppress) -> Result<(), Failure> {
    let address = Shown::new(&asked.address);
    if desk.unsuppress(&asked.address).await? {
        tell(format!("{address} gets mail again"));
        return Ok(());
    }
    Err(Failure::Words(format!(
        "{address} is not on the suppression list: nothing was changed"
    )))
}
