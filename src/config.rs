//! What belongs to one machine: where the database is, how mail leaves, how the console looks.
//!
//! A value is taken from the command line, else the environment, else the file, else there is a default. What is not understood is told
//! with file and line, and the default holds; only where that would open another database than was meant is it an error.

mod file;
mod places;
#[cfg(test)]
mod tests;
mod values;

pub use places::Surroundings;
pub use values::{Glyphs, Hidden, ThemeChoice};

use crate::domain::period::Zone;
use file::Entry;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The keys and their environment variables. `console.keys` is a table of its own.
const KEYS: [(&str, &str); 13] = [
    ("database", "GUESTLIST_DB"),
    ("mail.transport", "GUESTLIST_MAIL"),
    ("mail.password_file", "GUESTLIST_MAIL_PASSWORD_FILE"),
    ("mail.password_command", "GUESTLIST_MAIL_PASSWORD_COMMAND"),
    ("mail.insecure", "GUESTLIST_MAIL_INSECURE"),
    ("key_file", "GUESTLIST_KEY_FILE"),
    ("templates", "GUESTLIST_TEMPLATES"),
    ("console.theme", "GUESTLIST_THEME"),
    ("console.mouse", "GUESTLIST_MOUSE"),
    ("console.glyphs", "GUESTLIST_GLYPHS"),
    ("console.timezone", "GUESTLIST_TIMEZONE"),
    ("console.keys", "GUESTLIST_KEYS"),
    ("read_only", "GUESTLIST_READ_ONLY"),
];

/// The secret alone has no key in the file: it would be read by whoever reads the file.
const PASSWORD: &str = "GUESTLIST_MAIL_PASSWORD";

/// What the command line names; it wins over everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--db`.
    pub database: Option<String>,
    /// `--config`: this file must be there.
    pub config: Option<PathBuf>,
}

/// Something that was not understood, and what holds instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file and line, or the environment variable.
    pub place: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Why nothing can be started with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no home to keep anything in.
    #[error("no home folder is known: set HOME, or name the places with XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME")]
    Homeless,
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {error}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is no TOML: nothing in it can be trusted, the database's place least of all.
    #[error("the configuration {0}; correct it, or name another file with --config")]
    Syntax(Warning),
    /// The database's address does not fit.
    #[error("{place}: {why}")]
    Database {
        /// Where it stands.
        place: String,
        /// What is wrong and what would be right.
        why: String,
    },
}

/// How mail leaves this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The route as it was written; none when nobody named one.
    pub transport: Option<String>,
    /// The folder that serves while no route is named.
    pub outbox: PathBuf,
    /// A file with the secret.
    pub password_file: Option<PathBuf>,
    /// A command that prints the secret.
    pub password_command: Option<String>,
    /// The secret itself, from the environment.
    pub password: Option<Hidden>,
    /// Where systemd put its credentials.
    pub credentials: Option<PathBuf>,
    /// Whether plain SMTP beyond this machine is insisted on.
    pub insecure: bool,
}

/// How the console looks and listens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Console {
    /// The theme.
    pub theme: ThemeChoice,
    /// Whether it listens to the mouse.
    pub mouse: Option<bool>,
    /// Which signs it draws with.
    pub glyphs: Glyphs,
    /// In which zone the grid draws dates, where that is not the setting's.
    pub timezone: Option<Zone>,
    /// Keys by the name of their action.
    pub keys: BTreeMap<String, Vec<String>>,
}

/// The configuration of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The database's file.
    pub database: PathBuf,
    /// The key of the links.
    pub key_file: PathBuf,
    /// Mail.
    pub mail: Mail,
    /// A folder whose templates win.
    pub templates: Option<PathBuf>,
    /// The console.
    pub console: Console,
    /// Only look.
    pub read_only: bool,
    /// Where the log goes.
    pub log_folder: PathBuf,
    /// The configuration file, whether it is there or not.
    pub file: PathBuf,
    /// Who works here.
    pub operator: String,
}

impl Config {
    /// Reads the file, where there is one, and puts everything together.
    pub fn load(overrides: &Overrides, around: &Surroundings) -> Result<(Self, Vec<Warning>), ConfigError> {
        let file = overrides.config.clone().unwrap_or_else(|| around.config.join("config.toml"));
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && overrides.config.is_none() => String::new(),
            Err(error) => return Err(ConfigError::Unreadable { path: file, error }),
        };
        Self::from_parts(overrides, around, &file, &text)
    }

    /// Puts everything together; reads nothing.
    fn from_parts(overrides: &Overrides, around: &Surroundings, file: &Path, text: &str) -> Result<(Self, Vec<Warning>), ConfigError> {
        let mut found = Found {
            entries: file::read(file, text)?,
            around,
            warnings: Vec::new(),
        };
        found.take_environment();
        let (database, own_place) = found.database(overrides)?;
        let folder = database.parent().map(Path::to_path_buf).unwrap_or_default();
        let key_file = found.path("key_file").unwrap_or_else(|| {
            if own_place {
                beside(&database, "key")
            } else {
                folder.join("links.key")
            }
        });
        let mail = Mail {
            transport: found.text("mail.transport"),
            outbox: folder.join("outbox"),
            password_file: found.path("mail.password_file"),
            password_command: found.text("mail.password_command"),
            password: around.variable(PASSWORD).map(|text| Hidden::new(text.to_owned())),
            credentials: around.variable("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            insecure: found.flag("mail.insecure").unwrap_or(false),
        };
        let console = Console {
            theme: found.parsed("console.theme", str::parse).unwrap_or_default(),
            mouse: found.flag("console.mouse"),
            glyphs: found.parsed("console.glyphs", str::parse).unwrap_or_default(),
            timezone: found.parsed("console.timezone", |text| Zone::parse(text).map_err(|error| error.to_string())),
            keys: found.keys(),
        };
        let config = Self {
            database,
            key_file,
            mail,
            templates: found.path("templates"),
            console,
            read_only: found.flag("read_only").unwrap_or(false),
            log_folder: around.state.clone(),
            file: file.to_owned(),
            operator: around.operator.clone(),
        };
        Ok((config, found.finish()))
    }
}

/// `shop.db` and `key` give `shop.db.key`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// The entries of file and environment, taken out one by one: what is left in the end is not known.
struct Found<'a> {
    entries: BTreeMap<String, Entry>,
    around: &'a Surroundings,
    warnings: Vec<Warning>,
}

impl Found<'_> {
    fn take_environment(&mut self) {
        for (key, variable) in KEYS {
            if let Some(text) = self.around.variable(variable) {
                self.entries.insert(key.to_owned(), Entry::from_environment(variable, text));
            }
        }
    }

    fn parsed<T>(&mut self, key: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let entry = self.entries.remove(key)?;
        match entry.text().and_then(parse) {
            Ok(value) => Some(value),
            Err(why) => {
                self.warnings.push(Warning {
                    place: entry.place,
                    message: format!("{key}: {why}; the default holds"),
                });
                None
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        self.parsed(key, |text| Ok(text.to_owned()))
    }

    fn path(&mut self, key: &str) -> Option<PathBuf> {
        let around = self.around;
        self.parsed(key, |text| Ok(around.expand(text)))
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        self.parsed(key, values::flag)
    }

    /// The database, and whether it is at a place of its own rather than the usual one.
    fn database(&mut self, overrides: &Overrides) -> Result<(PathBuf, bool), ConfigError> {
        let usual = self.around.data.join("guestlist.db");
        let entry = self.entries.remove("database");
        let (place, text) = match (&overrides.database, entry) {
            (Some(text), _) => ("--db".to_owned(), text.clone()),
            (None, Some(entry)) => {
                let text = entry.text().map(str::to_owned).map_err(|why| ConfigError::Database {
                    place: entry.place.clone(),
                    why,
                })?;
                (entry.place, text)
            }
            (None, None) => return Ok((usual, false)),
        };
        let path = values::database(&text).map_err(|why| ConfigError::Database { place, why })?;
        let path = self.around.expand(path);
        let own = path != usual;
        Ok((path, own))
    }

    fn keys(&mut self) -> BTreeMap<String, Vec<String>> {
        let mut keys = BTreeMap::new();
        let (table, rest) = std::mem::take(&mut self.entries)
            .into_iter()
            .partition(|(key, _)| key.starts_with("console.keys."));
        self.entries = rest;
        let table: BTreeMap<String, Entry> = table;
        for (key, entry) in table {
            let action = key.strip_prefix("console.keys.").unwrap_or_default().to_owned();
            match entry.list() {
                Ok(list) => {
                    keys.insert(action, list);
                }
                Err(why) => self.warnings.push(Warning {
                    place: entry.place,
                    message: format!("{key}: {why}; the default holds"),
                }),
            }
        }
        let written = self.parsed("console.keys", values::keys).unwrap_or_default();
        keys.extend(written);
        keys
    }

    /// Points at what is left over.
    fn finish(mut self) -> Vec<Warning> {
        for (key, entry) in self.entries {
            let near = crate::domain::filter::nearest(&key, KEYS.iter().map(|(key, _)| *key));
            let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let message = if key == "mail.password" {
                format!("mail.password is not read: give the secret by mail.password_file, mail.password_command or {PASSWORD}")
            } else {
                format!("there is no key {key}{near}")
            };
            self.warnings.push(Warning {
                place: entry.place,
                message,
            });
        }
        self.warnings
    }
}
