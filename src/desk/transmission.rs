//! The transmission as operators see and steer it.

use super::{ActContext, Desk, DeskError, Progress};
use crate::dispatch::{Dispatcher, Post, RouteChoice};
use crate::domain::settings::{Scope, Setting};
use crate::domain::transmission::{Transmission, Wait};
use crate::mail::route::Route;
use crate::mail::secret::Secret;
use crate::mail::smtp::{self, HelloName, Terms, Timeouts, Trust};
use crate::mail::template::Templates;
use crate::store::transmit::{Limits, Pause};
use std::sync::Arc;

impl Desk {
    /// The route that mails take: the shared one, or this machine's while none was chosen.
    pub async fn route(&self) -> Result<Route, DeskError> {
        let settings = self.settings(Scope::Global).await?;
        if !settings.is_set(Setting::MailRoute) {
            return Ok(self.0.machine.route.route().clone());
        }
        let shared = settings.text(Setting::MailRoute);
        Route::parse(shared, true).map_err(|error| DeskError::Mail(format!("the shared mail route cannot be read: {error}")))
    }

    /// The state of the transmission, with what this machine knows of the reasons.
    pub async fn transmission(&self) -> Result<Transmission, DeskError> {
        let limits = Limits::from_settings(&self.settings(Scope::Global).await?);
        let mut state = self.0.store.transmission(&limits, self.now()).await?;
        let route = self.route().await?;
        state.to_folder = matches!(route, Route::Folder(_));
        state.route = route.to_string();
        if let RouteChoice::Named(own) = &self.0.machine.route
            && *own != route
        {
            state.waits = Some(Wait::OtherRoute {
                shared: state.route.clone(),
                own: own.to_string(),
            });
        }
        Ok(state)
    }

    /// Stops the claiming of mails, for all dispatchers, until somebody resumes.
    pub async fn pause(&self, reason: &str) -> Result<(), DeskError> {
        let by = self.operator();
        let reason = if reason.trim().is_empty() {
            "no reason given"
        } else {
            reason.trim()
        };
        let pause = Pause {
            by: self.0.machine.operator.clone(),
            reason: reason.to_owned(),
            since: self.now().0,
        };
        Ok(self.0.store.set_pause(Some(&pause), &by, self.now()).await?)
    }

    /// Lets mails go again.
    pub async fn resume(&self) -> Result<(), DeskError> {
        Ok(self.0.store.set_pause(None, &self.operator(), self.now()).await?)
    }

    /// Takes back everything that waits; gives how many mails there were.
    pub async fn cancel_rest(&self, progress: &Progress) -> Result<u64, DeskError> {
        let why = self.context(&ActContext::default()).await?;
        Ok(self.0.store.cancel_rest(&why, self.now(), progress).await?)
    }

    /// Connects, logs in and leaves; gives what was found.
    pub async fn test_connection(&self) -> Result<String, DeskError> {
        match self.route().await? {
            Route::Folder(path) => {
                let shown = path.display().to_string();
                tokio::fs::create_dir_all(&path)
                    .await
                    .map_err(|error| DeskError::Mail(format!("{shown}: {error}")))?;
                Ok(format!("Mails are written to {shown}: no server is asked"))
            }
            Route::Smtp(route) => {
                let (secret, terms) = self.smtp_terms().await?;
                let greeting = smtp::probe(&route, secret.as_ref(), &terms)
                    .await
                    .map_err(|refusal| DeskError::Mail(refusal.to_string()))?;
                Ok(format!(
                    "{}:{} answers and lets us in: {} {}",
                    route.host, route.port, greeting.code, greeting.text
                ))
            }
        }
    }

    /// A dispatcher with this machine's part, to be run beside whatever else is done.
    pub fn dispatcher(&self) -> Result<Dispatcher, DeskError> {
        let machine = &self.0.machine;
        let trust = Trust::of_machine().map_err(|error| DeskError::Mail(error.to_string()))?;
        let post = Post {
            route: machine.route.clone(),
            insecure: machine.insecure,
            secret: machine.secret.clone(),
            terms: Terms {
                hello: HelloName::of_machine(),
                timeouts: Timeouts::default(),
                trust,
            },
            templates: Templates::new(machine.templates.clone()),
        };
        let name = format!("{}@{} ({})", machine.operator, machine.host, std::process::id());
        Ok(Dispatcher::new(self.0.store.clone(), Arc::clone(&self.0.clock), post, name))
    }

    pub(super) async fn smtp_terms(&self) -> Result<(Option<Secret>, Terms), DeskError> {
        let secret = match &self.0.machine.secret {
            Some(source) => Some(source.resolve().await.map_err(|error| DeskError::Mail(error.to_string()))?),
            None => None,
        };
        let trust = Trust::of_machine().map_err(|error| DeskError::Mail(error.to_string()))?;
        Ok((
            secret,
            Terms {
                hello: HelloName::of_machine(),
                timeouts: Timeouts::default(),
                trust,
            },
        ))
    }
}
