//! The shared settings: each with a default, the scopes it may be set in, a check and a help line.

use super::span::{parse_span, print_span};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

mod keys;
pub use keys::{Kind, Setting};

/// How far a value reaches; the nearest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole installation.
    Global,
    /// One website.
    Website(super::ids::WebsiteId),
    /// One sender.
    Sender(super::ids::SenderId),
}

/// Why a value was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No such setting.
    #[error("there is no setting “{0}”: `guestlist settings list` shows them all")]
    Unknown(String),
    /// The value does not fit.
    #[error("{key}: {why}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What is wrong and what would be right.
        why: String,
    },
    /// The setting cannot be set there.
    #[error("{0} holds for the whole installation and cannot be set for one website or sender")]
    Scope(&'static str),
}

impl FromStr for Setting {
    type Err = SettingError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|setting| setting.code() == code)
            .ok_or_else(|| SettingError::Unknown(code.to_owned()))
    }
}

impl Setting {
    /// Checks `text` and gives the one spelling that is stored.
    pub fn check(self, text: &str) -> Result<String, SettingError> {
        let text = text.trim();
        let wrong = |why: String| SettingError::Value { key: self.code(), why };
        match self.kind() {
            Kind::Switch => match text {
                "on" | "true" | "yes" | "1" => Ok("on".to_owned()),
                "off" | "false" | "no" | "0" => Ok("off".to_owned()),
                _ => Err(wrong(format!("“{text}” is neither on nor off"))),
            },
            Kind::Choice(words) if words.contains(&text) => Ok(text.to_owned()),
            Kind::Choice(words) => Err(wrong(format!("“{text}” is none of {}", words.join(", ")))),
            Kind::Count { least, most, optional } => match text {
                "none" if optional => Ok("none".to_owned()),
                _ => match text.parse::<u64>() {
                    Ok(count) if (least..=most).contains(&count) => Ok(count.to_string()),
                    _ => Err(wrong(format!(
                        "“{text}” is no whole number from {least} to {most}{}",
                        if optional { ", nor none" } else { "" }
                    ))),
                },
            },
            Kind::Span { least, optional } => match parse_span(text).map_err(wrong)? {
                None if !optional => Err(wrong("none is not possible here".to_owned())),
                Some(span) if span < least => Err(wrong(format!("at least {}", print_span(Some(least))))),
                None => Ok(if parse_span(self.default()) == Ok(None) {
                    self.default()
                } else {
                    "none"
                }
                .to_owned()),
                // As it was written: 60s stays 60s.
                Some(_) => Ok(text.to_owned()),
            },
            Kind::Zone => text
                .parse::<chrono_tz::Tz>()
                .map(|zone| zone.name().to_owned())
                .map_err(|_| wrong(format!("“{text}” is no time zone: write its name, such as Europe/Berlin or UTC"))),
            Kind::Text => match text.chars().find(|c| c.is_control()) {
                Some(_) => Err(wrong("line breaks and control characters are not possible here".to_owned())),
                None => Ok(text.to_owned()),
            },
        }
    }
}

/// The settings as they are in one scope: what is not set has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<Setting, String>);

impl Settings {
    /// From stored values, widest scope first: later ones win. Values that no longer pass their check are left out, so that the default holds.
    pub fn from_values(values: impl IntoIterator<Item = (Setting, String)>) -> Self {
        Self(
            values
                .into_iter()
                .filter_map(|(setting, text)| Some((setting, setting.check(&text).ok()?)))
                .collect(),
        )
    }

    /// The value in its one spelling.
    pub fn text(&self, setting: Setting) -> &str {
        self.0.get(&setting).map_or(setting.default(), String::as_str)
    }

    /// Whether the value was set rather than being the default.
    pub fn is_set(&self, setting: Setting) -> bool {
        self.0.contains_key(&setting)
    }

    /// Whether a switch is on.
    pub fn on(&self, setting: Setting) -> bool {
        self.text(setting) == "on"
    }

    /// A whole number, or nothing for `none`.
    pub fn count(&self, setting: Setting) -> Option<u64> {
        self.text(setting).parse().ok()
    }

    /// A length of time, or nothing for `none`.
    pub fn span(&self, setting: Setting) -> Option<Duration> {
        parse_span(self.text(setting)).ok().flatten()
    }

    /// How many mails may be on their way within one [`Settings::batch_interval`].
    pub fn batch_size(&self) -> u64 {
        self.count(Setting::BatchSize).unwrap_or(50)
    }

    /// The length of the window that `batch_size` limits.
    pub fn batch_interval(&self) -> Duration {
        self.span(Setting::BatchInterval).unwrap_or(Duration::from_mins(1))
    }

    /// How many connections a dispatcher may hold.
    pub fn connections(&self) -> usize {
        self.count(Setting::Connections)
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(4)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn every_default_passes_its_own_check() {
        for setting in Setting::ALL {
            assert_eq!(
                setting.check(setting.default()).as_deref(),
                Ok(setting.default()),
                "{}",
                setting.code()
            );
            assert_eq!(setting.code().parse(), Ok(setting));
        }
    }

    #[rstest]
    #[case("batch_size", "0")]
    #[case("batch_size", "1000001")]
    #[case("batch_interval", "0s")]
    #[case("batch_interval", "none")]
    #[case("connections", "101")]
    #[case("in_doubt", "maybe")]
    #[case("timezone", "Mars/Olympus")]
    #[case("enabled", "perhaps")]
    #[case("store_name", "a\nb")]
    fn refuses_what_does_not_fit(#[case] key: &str, #[case] value: &str) {
        assert!(key.parse::<Setting>().unwrap().check(value).is_err());
    }

    #[test]
    fn a_later_value_wins_and_a_broken_one_falls_back() {
        let settings = Settings::from_values([
            (Setting::BatchSize, "10".to_owned()),
            (Setting::BatchSize, "20".to_owned()),
            (Setting::Connections, "many".to_owned()),
        ]);
        assert_eq!((settings.batch_size(), settings.connections()), (20, 4));
    }
}
