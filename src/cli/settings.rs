//! `settings`: what is shared by all who work on the database.

use super::Failure;
use super::args::{Settings as Asked, SettingsAct};
use super::print::{Printer, Table};
use crate::desk::Desk;
use crate::domain::settings::{Scope, Setting, Settings};
use std::collections::BTreeMap;

pub(super) async fn run(desk: &Desk, asked: &Asked) -> Result<(), Failure> {
    let scope = scope(desk, asked).await?;
    let read = |key: &str| key.parse::<Setting>().map_err(|error| Failure::Usage(error.to_string()));
    match &asked.act {
        None | Some(SettingsAct::List) => list(&desk.settings(scope).await?, asked.json),
        Some(SettingsAct::Get { key }) => get(&desk.settings(scope).await?, read(key)?, asked.json),
        Some(SettingsAct::Set { key, value }) => {
            let setting = read(key)?;
            desk.set_setting(setting, scope, value).await?;
            get(&desk.settings(scope).await?, setting, asked.json)
        }
    }
}

async fn scope(desk: &Desk, asked: &Asked) -> Result<Scope, Failure> {
    let catalog = desk.catalog().await?;
    if let Some(code) = &asked.website {
        let website = catalog.websites.iter().find(|website| website.code == *code);
        return website
            .map(|website| Scope::Website(website.id))
            .ok_or_else(|| Failure::Usage(format!("there is no website “{code}”")));
    }
    if let Some(code) = &asked.sender {
        let sender = catalog.sender_named(code);
        return sender
            .map(|sender| Scope::Sender(sender.id))
            .ok_or_else(|| Failure::Usage(format!("there is no sender “{code}”")));
    }
    Ok(Scope::Global)
}

fn get(settings: &Settings, setting: Setting, json: bool) -> Result<(), Failure> {
    let mut printer = Printer::new();
    if json {
        printer.json(&BTreeMap::from([(setting.code(), settings.text(setting))]))?;
    } else {
        printer.line(settings.text(setting))?;
    }
    printer.done()
}

fn list(settings: &Settings, json: bool) -> Result<(), Failure> {
    let mut printer = Printer::new();
    if json {
        let values: BTreeMap<&str, &str> = Setting::ALL
            .into_iter()
            .map(|setting| (setting.code(), settings.text(setting)))
            .collect();
        printer.json(&values)?;
        return printer.done();
    }
    let mut table = Table::default();
    for setting in Setting::ALL {
        let set = if settings.is_set(setting) { "" } else { "(default)" };
        table.add([setting.code(), settings.text(setting), set, setting.help()]);
    }
    table.print(&mut printer)?;
    printer.done()
}
