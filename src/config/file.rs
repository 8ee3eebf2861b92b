//! The TOML file as a flat list of keys, each with its place.

use super::{ConfigError, Warning};
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// One value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// `FILE, line N`, or the environment variable.
    pub(super) place: String,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    List(Vec<String>),
    /// Something else; what it is.
    Other(&'static str),
}

impl Entry {
    pub(super) fn from_environment(variable: &str, text: &str) -> Self {
        Self {
            place: format!("environment variable {variable}"),
            value: Value::Text(text.to_owned()),
        }
    }

    pub(super) fn text(&self) -> Result<&str, String> {
        match &self.value {
            Value::Text(text) => Ok(text),
            Value::List(_) => Err("one value is wanted, not a list".to_owned()),
            Value::Other(what) => Err(format!("a text is wanted, and this is of type {what}")),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<String>, String> {
        match &self.value {
            Value::Text(text) => Ok(vec![text.clone()]),
            Value::List(list) => Ok(list.clone()),
            Value::Other(what) => Err(format!("a text or a list of texts is wanted, and this is of type {what}")),
        }
    }
}

/// Reads the file. Anything that is no TOML refuses the whole.
pub(super) fn read(file: &Path, text: &str) -> Result<BTreeMap<String, Entry>, ConfigError> {
    let place = |byte: usize| {
        format!(
            "{}, line {}",
            file.display(),
            text.get(..byte).unwrap_or(text).matches('\n').count() + 1
        )
    };
    let root = DeTable::parse(text).map_err(|error| {
        let place = place(error.span().map_or(0, |span| span.start));
        ConfigError::Syntax(Warning {
            place,
            message: error.message().to_owned(),
        })
    })?;
    let mut entries = BTreeMap::new();
    flatten(root.get_ref(), "", &place, &mut entries);
    Ok(entries)
}

fn flatten(table: &DeTable<'_>, prefix: &str, place: &dyn Fn(usize) -> String, entries: &mut BTreeMap<String, Entry>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let value = match value.get_ref() {
            DeValue::Table(inner) => {
                flatten(inner, &format!("{name}."), place, entries);
                continue;
            }
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(flag) => Value::Text(flag.to_string()),
            DeValue::Array(list) => texts(list.iter().map(toml::Spanned::get_ref)).map_or(Value::Other("list of such"), Value::List),
            other => Value::Other(other.type_str()),
        };
        entries.insert(
            name,
            Entry {
                place: place(key.span().start),
                value,
            },
        );
    }
}

fn texts<'a, 'i: 'a>(values: impl Iterator<Item = &'a DeValue<'i>>) -> Option<Vec<String>> {
    values.map(|value| value.as_str().map(str::to_owned)).collect()
}
