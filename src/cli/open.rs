//! From the configuration to an open desk.

use super::Failure;
use crate::config::Config;
use crate::desk::{Desk, Machine, OpenOptions};
use crate::dispatch::RouteChoice;
use crate::domain::clock::SystemClock;
use crate::mail::route::Route;
use crate::mail::secret::{Secret, SecretSource};
use std::sync::Arc;

/// Whether a missing database is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is.
    Make,
    /// It is an error, which says where it was looked for.
    Tell,
}

/// How to open the database that the configuration names.
pub(super) fn options(config: &Config, missing: Missing) -> OpenOptions {
    OpenOptions {
        path: config.database.clone(),
        key_file: config.key_file.clone(),
        create: missing == Missing::Make && !config.read_only,
        read_only: config.read_only,
    }
}

/// What this machine brings.
pub(super) fn machine(config: &Config) -> Result<Machine, Failure> {
    let mail = &config.mail;
    let route = match &mail.transport {
        Some(text) => {
            let route = Route::parse(text, mail.insecure);
            RouteChoice::Named(route.map_err(|error| Failure::Words(format!("mail.transport (or GUESTLIST_MAIL): {error}")))?)
        }
        None => RouteChoice::Default(Route::Folder(mail.outbox.clone())),
    };
    let password = mail.password.clone().map(|hidden| Secret::new(hidden.into_text()));
    Ok(Machine {
        operator: config.operator.clone(),
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        route,
        secret: SecretSource::choose(
            password,
            mail.password_file.clone(),
            mail.password_command.clone(),
            mail.credentials.clone(),
        ),
        insecure: mail.insecure,
        templates: config.templates.clone(),
    })
}

/// The desk over the configured database.
pub(super) async fn desk(config: &Config, missing: Missing) -> Result<Desk, Failure> {
    Ok(Desk::open(&options(config, missing), machine(config)?, Arc::new(SystemClock)).await?)
}
