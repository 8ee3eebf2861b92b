//! From the configuration to an open desk.

use crate::config::Config;
use crate::desk::{Desk, DeskError, Machine, OpenOptions};
use crate::dispatch::RouteChoice;
use crate::domain::clock::{Clock, SystemClock};
use crate::mail::route::{Route, RouteError};
use crate::mail::secret::{Secret, SecretSource};
use std::sync::Arc;

/// What of the configuration the desk needs.
pub(super) fn machine(config: &Config) -> Result<Machine, RouteError> {
    let mail = &config.mail;
    let route = match &mail.transport {
        Some(transport) => RouteChoice::Named(Route::parse(transport, mail.insecure)?),
        None => RouteChoice::Default(Route::Folder(mail.outbox.clone())),
    };
    let password = mail.password.clone().map(|password| Secret::new(password.into_text()));
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

/// Opens the desk; a missing database is made where `create` says so.
pub(super) async fn open(config: &Config, create: bool) -> Result<Desk, DeskError> {
    let machine = machine(config).map_err(|error| DeskError::Refused(format!("mail.transport: {error}")))?;
    let options = OpenOptions {
        path: config.database.clone(),
        key_file: config.key_file.clone(),
        create,
        read_only: config.read_only,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Desk::open(&options, machine, clock).await
}
