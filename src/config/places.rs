//! What surrounds the program: its environment and the folders of its operator.

use super::ConfigError;
use etcetera::{BaseStrategy, base_strategy::Xdg};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment and the folders, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The environment's variables that matter here.
    pub variables: BTreeMap<String, String>,
    /// The operator's home.
    pub home: PathBuf,
    /// `$XDG_CONFIG_HOME/guestlist`.
    pub config: PathBuf,
    /// `$XDG_DATA_HOME/guestlist`.
    pub data: PathBuf,
    /// `$XDG_STATE_HOME/guestlist`.
    pub state: PathBuf,
    /// The operator's login name.
    pub operator: String,
}

/// The program's folder in each of the operator's.
const NAME: &str = "guestlist";

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Result<Self, ConfigError> {
        let folders = Xdg::new().map_err(|_| ConfigError::Homeless)?;
        // What is not UTF-8 is none of our variables.
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let operator = ["GUESTLIST_OPERATOR", "USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .filter_map(|key| variables.get(key))
            .find(|name| !name.trim().is_empty());
        Ok(Self {
            operator: operator.map_or_else(|| "operator".to_owned(), |name| name.trim().to_owned()),
            home: folders.home_dir().to_owned(),
            config: folders.config_dir().join(NAME),
            data: folders.data_dir().join(NAME),
            state: folders.state_dir().unwrap_or_else(|| folders.data_dir()).join(NAME),
            variables,
        })
    }

    /// A variable that says something.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A path as it was written; `~/` is the home.
    pub(super) fn expand(&self, text: &str) -> PathBuf {
        match text.strip_prefix("~/") {
            Some(rest) => self.home.join(rest),
            None => Path::new(text).to_owned(),
        }
    }
}
