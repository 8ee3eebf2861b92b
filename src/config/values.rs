//! Single values of the configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A secret: never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret, for the login alone.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// Which look was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// What fits the terminal.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// Without colours.
    Mono,
}

impl FromStr for ThemeChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "dark" => Ok(Self::Dark),
            "light" => Ok(Self::Light),
            "mono" => Ok(Self::Mono),
            _ => Err(format!("“{text}” is none of auto, dark, light, mono")),
        }
    }
}

/// Which signs the console draws with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Signs beyond ASCII.
    #[default]
    Unicode,
    /// ASCII alone.
    Ascii,
}

impl FromStr for Glyphs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "unicode" => Ok(Self::Unicode),
            "ascii" => Ok(Self::Ascii),
            _ => Err(format!("“{text}” is neither unicode nor ascii")),
        }
    }
}

/// On or off.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "on" | "yes" | "1" => Ok(true),
        "false" | "off" | "no" | "0" => Ok(false),
        _ => Err(format!("“{text}” is neither true nor false")),
    }
}

/// The file that a database's address means.
pub(super) fn database(text: &str) -> Result<&str, String> {
    if text.starts_with("postgres:") || text.starts_with("postgresql:") {
        return Err("this build keeps its data in SQLite: give a path, or sqlite:PATH".to_owned());
    }
    let path = text
        .strip_prefix("sqlite://")
        .or_else(|| text.strip_prefix("sqlite:"))
        .unwrap_or(text);
    if path.is_empty() || path.starts_with(":memory:") {
        return Err("the database must be a file: give a path, or sqlite:PATH".to_owned());
    }
    if path.contains("://") {
        return Err("this is no address of a database that is known: give a path, or sqlite:PATH".to_owned());
    }
    Ok(path
        .split_once('?')
        .map_or(path, |(path, _)| if text.starts_with("sqlite:") { path } else { text }))
}

/// `send=s quit=ctrl-q,q`: actions and their keys.
pub(super) fn keys(text: &str) -> Result<BTreeMap<String, Vec<String>>, String> {
    text.split_whitespace()
        .map(|pair| match pair.split_once('=') {
            Some((action, keys)) if !action.is_empty() && !keys.is_empty() => {
                Ok((action.to_owned(), keys.split(',').map(str::to_owned).collect()))
            }
            _ => Err(format!("“{pair}” is no action=key")),
        })
        .collect()
}
