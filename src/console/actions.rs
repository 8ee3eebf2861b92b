//! The one table of actions. It makes the keys work, the footer, `?`, the `:` palette and the README's table of keys.
//!
//! Adding an action is a variant of [`Action`], a row of [`TABLE`], an arm where it is done, and a test.

use super::keys::Key;
use crossterm::event::KeyCode;
use std::fmt::Write as _;

mod keymap;
mod table;
pub use keymap::Keymap;
pub use table::{Action, TABLE};

/// Where keys go: a screen, or the layer on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// On every screen, while no layer is open.
    Screens,
    /// On every layer.
    Layers,
    /// The grid.
    Invitations,
    /// One invitation.
    Detail,
    /// The form.
    Add,
    /// Reports.
    Reports,
    /// The transmission.
    Transmission,
    /// The recorded actions.
    Activity,
    /// The first-run form.
    SetUp,
    /// The line in which a filter is typed.
    FilterBar,
    /// A plan before it is carried out.
    Plan,
    /// A list to scroll: keys, the rows of a plan, a preview.
    Pager,
    /// A list to choose from.
    Menu,
    /// Columns to show or hide.
    Columns,
    /// A question with yes and no.
    Confirm,
    /// A question whose yes lets mail go: Enter does not answer it.
    ConfirmSend,
    /// One line to fill in.
    Prompt,
    /// Work under way.
    Working,
    /// The palette.
    Palette,
    /// The mail as it would be sent.
    Preview,
    /// Email and message of one invitation, to change.
    Edit,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 21] = [
        Self::Screens,
        Self::Layers,
        Self::Invitations,
        Self::Detail,
        Self::Add,
        Self::Reports,
        Self::Transmission,
        Self::Activity,
        Self::SetUp,
        Self::FilterBar,
        Self::Plan,
        Self::Pager,
        Self::Menu,
        Self::Columns,
        Self::Confirm,
        Self::ConfirmSend,
        Self::Prompt,
        Self::Working,
        Self::Palette,
        Self::Preview,
        Self::Edit,
    ];

    /// The places that are screens; all others but [`Place::Screens`] are layers.
    pub const fn is_screen(self) -> bool {
        matches!(
            self,
            Self::Invitations | Self::Detail | Self::Add | Self::Reports | Self::Transmission | Self::Activity | Self::SetUp
        )
    }

    /// The place whose actions hold here too.
    pub const fn parent(self) -> Option<Self> {
        match self {
            Self::Screens | Self::Layers => None,
            place if place.is_screen() => Some(Self::Screens),
            _ => Some(Self::Layers),
        }
    }

    /// The heading in help and in the README.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Screens => "Everywhere",
            Self::Layers => "In every window",
            Self::Invitations => "Invitations",
            Self::Detail => "One invitation",
            Self::Add => "Add Invitations",
            Self::Reports => "Reports",
            Self::Transmission => "Transmission",
            Self::Activity => "Activity",
            Self::SetUp => "Set up",
            Self::FilterBar => "Filter",
            Self::Plan => "Plan",
            Self::Pager => "Lists and texts",
            Self::Menu => "Menus",
            Self::Columns => "Columns",
            Self::Confirm => "Questions",
            Self::ConfirmSend => "Questions before mail goes",
            Self::Prompt => "One line",
            Self::Working => "Work under way",
            Self::Palette => "Commands",
            Self::Preview => "Preview",
            Self::Edit => "Edit",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Which.
    pub action: Action,
    /// Its name in the configuration.
    pub code: &'static str,
    /// What it does, in the palette and in help.
    pub title: &'static str,
    /// The word in the footer.
    pub short: &'static str,
    /// The keys, the first of which is shown.
    pub keys: &'static [Key],
    /// Where it applies.
    pub places: &'static [Place],
    /// Its rank in the footer, 1 first; 0 keeps it out.
    pub rank: u8,
}

/// The row of `action`.
pub fn entry(action: Action) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.action == action)
}

/// The rows that apply in `place`, its parent's included.
pub fn in_place(place: Place) -> impl Iterator<Item = &'static Entry> {
    TABLE
        .iter()
        .filter(move |entry| entry.places.contains(&place) || place.parent().is_some_and(|parent| entry.places.contains(&parent)))
}

/// The README's table of keys.
pub fn markdown_table() -> String {
    let mut text = String::new();
    for place in Place::ALL {
        let entries: Vec<_> = TABLE.iter().filter(|entry| entry.places.contains(&place)).collect();
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(text, "### {}\n\n| Keys | What | Name |\n|---|---|---|", place.title());
        for entry in entries {
            let keys: Vec<String> = entry.keys.iter().map(|key| format!("`{key}`")).collect();
            let _ = writeln!(text, "| {} | {} | `{}` |", keys.join(" "), entry.title, entry.code);
        }
        text.push('\n');
    }
    text
}

/// Whether the key is one that terminals cannot tell from another, or that the desktop keeps.
pub const fn is_unreliable(key: Key) -> bool {
    key.ctrl && matches!(key.code, KeyCode::Char('i' | 'm' | 'h' | 'j' | ' ' | '['))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_is_reachable_once_and_by_a_key_that_terminals_send() {
        let mut codes = BTreeSet::new();
        for entry in TABLE {
            assert!(codes.insert(entry.code), "{} stands twice", entry.code);
            assert!(
                !entry.places.is_empty() && !entry.keys.is_empty(),
                "{} cannot be reached",
                entry.code
            );
            assert!(
                !entry.keys.iter().any(|key| is_unreliable(*key)),
                "{} has a key that is another's",
                entry.code
            );
            assert_eq!(
                super::entry(entry.action).map(|found| found.code),
                Some(entry.code),
                "two rows for one action"
            );
        }
    }
}
