//! `invite`: new invitations.

use super::Failure;
use super::args::Invite;
use super::print::{Printer, Table};
use crate::desk::{Desk, GroupChoice};
use crate::domain::create::NewInvitations;
use crate::domain::email::EmailAddress;
use crate::domain::ids::{CustomerId, GroupId};
use crate::domain::paste::parse_paste;
use crate::domain::settings::{Scope, Setting};
use crate::domain::shop::{Catalog, Sender};
use serde::Serialize;
use std::io::Read;

/// One that was created; without a number where it only would be.
#[derive(Debug, Serialize)]
struct Made {
    id: Option<i64>,
    email: String,
}

/// One that was not.
#[derive(Debug, Serialize)]
struct Refused {
    input: String,
    reason: String,
}

#[derive(Debug, Default, Serialize)]
struct Answer {
    created: Vec<Made>,
    refused: Vec<Refused>,
}

pub(super) async fn run(desk: &Desk, asked: &Invite) -> Result<(), Failure> {
    let mut answer = Answer::default();
    let mut addresses = Vec::new();
    for pasted in parse_paste(&text(asked)?) {
        match pasted.address {
            Ok(address) => addresses.push(address),
            Err(fault) => answer.refused.push(Refused {
                input: pasted.text,
                reason: format!("malformed: {fault}"),
            }),
        }
    }
    if addresses.is_empty() && answer.refused.is_empty() {
        return Err(Failure::Usage(
            "there is no address in it: name some, or give a file with --file".to_owned(),
        ));
    }
    if !addresses.is_empty() {
        let new = order(desk, asked, addresses).await?;
        let created = if asked.dry_run {
            desk.invite_dry(&new).await?
        } else {
            desk.invite(&new).await?.1
        };
        let made = created.created.into_iter().map(|(id, email)| Made {
            id: id.map(|id| id.0),
            email: email.to_string(),
        });
        answer.created.extend(made);
        let refused = created.refused.into_iter();
        answer.refused.extend(refused.map(|(email, verdict)| Refused {
            input: email.to_string(),
            reason: verdict.reason().unwrap_or_default(),
        }));
    }
    let mut printer = Printer::new();
    if asked.json {
        printer.json(&answer)?;
    } else {
        print(&mut printer, &answer, asked)?;
    }
    printer.done()?;
    if answer.created.is_empty() { Err(Failure::Told) } else { Ok(()) }
}

fn text(asked: &Invite) -> Result<String, Failure> {
    let mut text = String::new();
    match (&asked.file, asked.addresses.as_slice()) {
        (None, [only]) if only == "-" => {
            std::io::stdin().read_to_string(&mut text)?;
        }
        (None, several) => text = several.join("\n"),
        (Some(path), _) if path.as_os_str() == "-" => {
            std::io::stdin().read_to_string(&mut text)?;
        }
        (Some(path), _) => {
            text = std::fs::read_to_string(path).map_err(|error| Failure::Words(format!("{} cannot be read: {error}", path.display())))?;
        }
    }
    Ok(text)
}

async fn order(desk: &Desk, asked: &Invite, addresses: Vec<EmailAddress>) -> Result<NewInvitations, Failure> {
    let catalog = desk.catalog().await?;
    let sender = sender(&catalog, asked.sender.as_deref())?;
    let inviter = match &asked.inviter {
        None => None,
        Some(text) => {
            let address = EmailAddress::parse(text).map_err(|fault| Failure::Usage(format!("--inviter: {text}: {fault}")))?;
            let found = desk.customer_by_address(&address, sender.website).await?;
            let found = found.ok_or_else(|| Failure::Words(format!("there is no customer {address}: import the customers first")))?;
            Some(found)
        }
    };
    Ok(NewInvitations {
        addresses,
        sender: sender.id,
        group: group(desk, &catalog, sender, inviter, asked.group.as_deref()).await?,
        inviter: inviter.map(|(id, _)| id),
        message: asked.message.clone(),
        send: !asked.no_send,
        override_cooldown: false,
    })
}

fn sender<'a>(catalog: &'a Catalog, word: Option<&str>) -> Result<&'a Sender, Failure> {
    let Some(word) = word else {
        return catalog
            .senders
            .first()
            .ok_or_else(|| Failure::Words("there is no sender: import the stores first".to_owned()));
    };
    catalog.sender_named(word).ok_or_else(|| {
        let known: Vec<&str> = catalog.senders.iter().map(|sender| sender.code.as_str()).collect();
        Failure::Usage(format!("there is no sender “{word}”: {}", known.join(", ")))
    })
}

/// The group that was named, the one that the rule gives, or the default one. A choice that the rule forbids is never silently dropped.
async fn group(
    desk: &Desk,
    catalog: &Catalog,
    sender: &Sender,
    inviter: Option<(CustomerId, Option<GroupId>)>,
    word: Option<&str>,
) -> Result<GroupId, Failure> {
    let named = match word {
        None => None,
        Some(word) => Some(catalog.group_named(word).ok_or_else(|| {
            let known: Vec<&str> = catalog.groups.iter().map(|group| group.name.as_str()).collect();
            Failure::Usage(format!("there is no group “{word}”: {}", known.join(", ")))
        })?),
    };
    match (desk.group_choice(sender.id).await?, named) {
        (GroupChoice::Fixed(fixed), Some(named)) if named.id != fixed => {
            let fixed = catalog.group(fixed).map_or("", |group| &group.name);
            Err(Failure::Usage(format!(
                "the setting {} gives everyone the group {fixed}: leave --group out",
                Setting::GroupRule.code()
            )))
        }
        (GroupChoice::Fixed(fixed), _) => Ok(fixed),
        (GroupChoice::Free, Some(named)) => Ok(named.id),
        (GroupChoice::Free, None) => match inviter.and_then(|(_, group)| group) {
            Some(group) => Ok(group),
            None => Ok(desk.default_group(&desk.settings(Scope::Sender(sender.id)).await?).await?),
        },
    }
}

fn print(printer: &mut Printer, answer: &Answer, asked: &Invite) -> Result<(), Failure> {
    let verb = match (asked.dry_run, asked.no_send) {
        (true, _) => "would be created",
        (false, true) => "created, not sent",
        (false, false) => "created and queued",
    };
    printer.line(format!("{} {verb}, {} refused", answer.created.len(), answer.refused.len()))?;
    let mut table = Table::default();
    for made in &answer.created {
        table.add([
            made.id.map_or_else(String::new, |id| id.to_string()),
            made.email.clone(),
            verb.to_owned(),
        ]);
    }
    for refused in &answer.refused {
        table.add([String::new(), refused.input.clone(), refused.reason.clone()]);
    }
    table.print(printer)
}
