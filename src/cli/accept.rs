//! `accept`: somebody registered with a link.

use super::Failure;
use super::args::Accept;
use super::print::{Printer, tell};
use crate::desk::Desk;
use crate::domain::code::code_in;
use crate::domain::email::EmailAddress;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: i64,
    invitee: &'a str,
    other_address: bool,
}

pub(super) async fn run(desk: &Desk, asked: &Accept) -> Result<(), Failure> {
    let email = EmailAddress::parse(&asked.email).map_err(|fault| Failure::Usage(format!("--email: {}: {fault}", asked.email)))?;
    let accepted = desk.accept(code_in(&asked.code), &email).await?;
    let accepted = accepted.map_err(|refusal| Failure::Words(format!("not accepted: {}", refusal.reason())))?;
    if !asked.json {
        let other = if accepted.other_address {
            ", with another address than the one invited"
        } else {
            ""
        };
        tell(format!("invitation {} is accepted by {email}{other}", accepted.id));
        return Ok(());
    }
    let mut printer = Printer::new();
    printer.json(&Answer {
        id: accepted.id.0,
        invitee: email.as_str(),
        other_address: accepted.other_address,
    })?;
    printer.done()
}
