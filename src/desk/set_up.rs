//! Settings, the first-run form, and what a console remembers.

use super::{Desk, DeskError};
use crate::domain::email::EmailAddress;
use crate::domain::settings::{Scope, Setting, Settings};
use crate::mail::message::MailName;
use crate::mail::route::Route;

/// The answers of the first-run form, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetUp {
    /// The shop's name.
    pub store_name: String,
    /// The website's address.
    pub website_url: String,
    /// The name in From.
    pub sender_name: String,
    /// The address in From.
    pub sender_email: String,
    /// The time zone.
    pub timezone: String,
    /// `folder:DIR` or an SMTP URL; empty keeps what is.
    pub mail: String,
    /// When addresses of people who never accepted are erased.
    pub retention: String,
}

impl Desk {
    /// The settings as they hold in `scope`.
    pub async fn settings(&self, scope: Scope) -> Result<Settings, DeskError> {
        Ok(self.0.store.settings(scope).await?)
    }

    /// Checks a value and sets it.
    pub async fn set_setting(&self, setting: Setting, scope: Scope, value: &str) -> Result<(), DeskError> {
        if scope != Scope::Global && !setting.scoped() {
            return Err(crate::domain::settings::SettingError::Scope(setting.code()).into());
        }
        let mut value = setting.check(value)?;
        if setting == Setting::MailRoute {
            value = self.parse_route(&value)?.to_string();
        }
        if setting == Setting::DefaultGroup && self.catalog().await?.group_named(&value).is_none() {
            return Err(DeskError::Field {
                field: "default_group",
                why: format!("there is no group “{value}”"),
            });
        }
        Ok(self
            .0
            .store
            .set_setting(setting, scope, &value, &self.operator(), self.now())
            .await?)
    }

    fn parse_route(&self, text: &str) -> Result<Route, DeskError> {
        Route::parse(text, self.0.machine.insecure).map_err(|error| DeskError::Field {
            field: "mail",
            why: error.to_string(),
        })
    }

    /// Takes the first-run form. Nothing is kept unless everything is right.
    pub async fn set_up(&self, form: &SetUp) -> Result<(), DeskError> {
        let wrong = |field: &'static str, why: String| DeskError::Field { field, why };
        let store_name = Setting::StoreName
            .check(&form.store_name)
            .map_err(|error| wrong("store_name", error.to_string()))?;
        if store_name.is_empty() {
            return Err(wrong("store_name", "mails greet with the shop's name: write it here".to_owned()));
        }
        let url = url::Url::parse(form.website_url.trim())
            .map_err(|_| wrong("website_url", "write the whole address, such as https://shop.example".to_owned()))?;
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err(wrong("website_url", "write a web address that starts with https://".to_owned()));
        }
        let name = MailName::parse(form.sender_name.trim()).map_err(|error| wrong("sender_name", error.to_string()))?;
        let email = EmailAddress::parse(&form.sender_email).map_err(|error| wrong("sender_email", error.to_string()))?;
        let zone = Setting::Timezone
            .check(&form.timezone)
            .map_err(|error| wrong("timezone", error.to_string()))?;
        let retention = Setting::Retention
            .check(&form.retention)
            .map_err(|error| wrong("retention", error.to_string()))?;
        let route = match form.mail.trim() {
            "" => None,
            text => Some(self.parse_route(text)?),
        };
        self.0
            .store
            .set_up_shop(form.website_url.trim(), name.as_str(), email.as_str(), email.domain_ascii())
            .await?;
        let mut values = vec![
            (Setting::StoreName, store_name),
            (Setting::Timezone, zone),
            (Setting::Retention, retention),
        ];
        values.extend(route.map(|route| (Setting::MailRoute, route.to_string())));
        for (setting, value) in values {
            self.0
                .store
                .set_setting(setting, Scope::Global, &value, &self.operator(), self.now())
                .await?;
        }
        Ok(())
    }

    /// What this operator's console remembers under `key`.
    pub async fn memory(&self, key: &str) -> Result<Option<String>, DeskError> {
        Ok(self.0.store.memory(&self.0.machine.operator, key).await?)
    }

    /// Remembers `value` under `key` for this operator.
    pub async fn remember(&self, key: &str, value: &str) -> Result<(), DeskError> {
        if self.read_only() {
            return Ok(());
        }
        Ok(self.0.store.remember(&self.0.machine.operator, key, value).await?)
    }
}
