//! Who did something.

use super::ids::CustomerId;
use serde::{Serialize, Serializer};
use std::fmt;

/// Who did something. It is kept as one word (`operator:anna`), so that history stays readable by any tool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person at the console or the command line, by login name.
    Operator(String),
    /// A customer of the shop.
    Customer(CustomerId),
    /// The shop's own systems.
    Store,
    /// The dispatcher.
    Dispatcher,
    /// An import of another system's data.
    Import,
}

impl Actor {
    /// Reads back what [`fmt::Display`] wrote; a word of no known kind is an operator's name.
    pub fn from_word(word: &str) -> Self {
        match word.split_once(':') {
            Some(("operator", name)) => Self::Operator(name.to_owned()),
            Some(("customer", id)) => match id.parse() {
                Ok(id) => Self::Customer(CustomerId(id)),
                Err(_) => Self::Operator(word.to_owned()),
            },
            _ => match word {
                "store" => Self::Store,
                "dispatcher" => Self::Dispatcher,
                "import" => Self::Import,
                _ => Self::Operator(word.to_owned()),
            },
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(name) => write!(f, "operator:{name}"),
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::Store => f.write_str("store"),
            Self::Dispatcher => f.write_str("dispatcher"),
            Self::Import => f.write_str("import"),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_the_same_actor() {
        for actor in [
            Actor::Operator("anna".into()),
            Actor::Customer(CustomerId(7)),
            Actor::Store,
            Actor::Dispatcher,
            Actor::Import,
        ] {
            assert_eq!(Actor::from_word(&actor.to_string()), actor);
        }
    }
}
