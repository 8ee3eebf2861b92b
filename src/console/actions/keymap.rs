//! Keys that the configuration puts in the place of the table's.

use super::{Action, Entry, Place, TABLE, in_place, is_unreliable};
use crate::console::keys::Key;
use crossterm::event::KeyEvent;
use std::collections::{BTreeMap, HashMap};

/// Which keys do what: the table, and what `console.keys` of the configuration changes in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keymap(BTreeMap<Action, Vec<Key>>);

impl Keymap {
    /// From pairs of an action's name and its keys with blanks between: `("send", "S Ctrl-T")`. All that is wrong is told at once.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut map = Self::default();
        for (name, keys) in pairs {
            let Some(entry) = TABLE.iter().find(|entry| entry.code == name) else {
                wrong.push(format!("console.keys: there is no action “{name}”; `?` and the README list them"));
                continue;
            };
            match read_keys(name, keys) {
                Ok(keys) => drop(map.0.insert(entry.action, keys)),
                Err(why) => wrong.push(why),
            }
        }
        wrong.extend(map.clashes());
        if wrong.is_empty() { Ok(map) } else { Err(wrong) }
    }

    /// The keys of a row.
    pub fn keys(&self, entry: &Entry) -> &[Key] {
        self.0.get(&entry.action).map_or(entry.keys, Vec::as_slice)
    }

    /// What `event` does in `place`. While text is typed there, letters are text.
    pub fn action(&self, place: Place, typing: bool, event: &KeyEvent) -> Option<Action> {
        let key = Key::pressed(event)?;
        if typing && key.is_printable() {
            return None;
        }
        in_place(place)
            .find(|entry| self.keys(entry).contains(&key))
            .map(|entry| entry.action)
    }

    /// Keys that would do two things in one place.
    fn clashes(&self) -> Vec<String> {
        let mut found = Vec::new();
        for place in Place::ALL {
            let mut seen: HashMap<Key, &Entry> = HashMap::new();
            for entry in in_place(place) {
                for key in self.keys(entry) {
                    if let Some(other) = seen.insert(*key, entry) {
                        found.push(format!(
                            "console.keys: {key} would do both {} and {} in {}",
                            other.code,
                            entry.code,
                            place.title()
                        ));
                    }
                }
            }
        }
        found
    }
}

fn read_keys(name: &str, keys: &str) -> Result<Vec<Key>, String> {
    let keys: Vec<Key> = keys
        .split_whitespace()
        .map(|word| {
            Key::parse(word).ok_or_else(|| format!("console.keys: {name}: “{word}” is no key: write S, Ctrl-S, F5, Space, Enter, Up …"))
        })
        .collect::<Result<_, _>>()?;
    match keys.iter().find(|key| is_unreliable(**key)) {
        Some(key) => Err(format!(
            "console.keys: {name}: terminals cannot tell {key} from another key; choose another"
        )),
        None if keys.is_empty() => Err(format!("console.keys: {name}: needs a key at least")),
        None => Ok(keys),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};

    #[test]
    fn the_table_has_no_clash_and_every_key_reads_back() {
        assert_eq!(Keymap::default().clashes(), Vec::<String>::new());
        for key in TABLE.iter().flat_map(|entry| entry.keys) {
            assert_eq!(Key::parse(&key.to_string()), Some(*key));
        }
    }

    #[test]
    fn capitals_matter_in_letters_only() {
        assert_eq!(Key::parse("ctrl-q"), Key::parse("Ctrl-Q"));
        assert_eq!(Key::parse("space"), Key::parse("Space"));
        assert_ne!(Key::parse("q"), Key::parse("Q"));
        assert_eq!(Key::parse("hyper-q"), None);
    }

    #[test]
    fn a_configured_key_takes_the_place_of_the_tables() {
        let map = Keymap::from_pairs([("send", "S Ctrl-T")]).unwrap();
        let press = |letter| map.action(Place::Invitations, false, &KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE));
        assert_eq!((press('S'), press('s')), (Some(Action::Send), None));
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        let wrong = Keymap::from_pairs([("sned", "S"), ("send", "Hyper-S"), ("discard", "Ctrl-I"), ("filter", "a")]).unwrap_err();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert!(
            wrong.iter().any(|why| why.contains("a would do both select-menu and filter")),
            "{wrong:?}"
        );
    }
}
