//! Finds a command by its name.

use super::{Layer, centred, window};
use crate::console::actions::{Action, Entry, Place, TABLE};
use crate::console::context::{Context, Tone};
use crate::console::line::Line;
use crate::console::message::Event;
use crate::console::model::{Model, Session};
use crate::console::screens::ScreenId;
use crate::console::widgets::draw_line;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line as Text, Span};

/// One action in the palette.
#[derive(Debug)]
struct Found {
    entry: &'static Entry,
    /// Why it cannot be done now.
    available: Result<(), String>,
    /// The screen that has it, when it is another one: there it is led to, and not done unseen.
    on: Option<ScreenId>,
}

/// Every action that applies where the palette was opened, why some cannot be done now, and those of the other screens.
#[derive(Debug)]
pub(in crate::console) struct Palette {
    entries: Vec<Found>,
    line: Line,
    cursor: usize,
}

/// The screens whose actions are found from everywhere: those that can be gone to.
const REACHABLE: [ScreenId; 5] = [
    ScreenId::Invitations,
    ScreenId::Reports,
    ScreenId::Transmission,
    ScreenId::Activity,
    ScreenId::Add,
];

impl Palette {
    pub(in crate::console) fn new(model: &Model) -> Self {
        let place = model.place();
        let here = |entry: &&'static Entry| {
            (entry.places.contains(&place) || entry.places.contains(&Place::Screens)) && !matches!(entry.action, Action::Commands)
        };
        let local = TABLE.iter().filter(here).map(|entry| Found {
            entry,
            available: model.available(entry.action),
            on: None,
        });
        let elsewhere = TABLE.iter().filter(|entry| !here(entry) && entry.rank > 0).filter_map(|entry| {
            let on = REACHABLE.into_iter().find(|screen| entry.places.contains(&screen.place()))?;
            Some(Found {
                entry,
                available: Ok(()),
                on: Some(on),
            })
        });
        let entries = local.chain(elsewhere).collect();
        Self {
            entries,
            line: Line::default(),
            cursor: 0,
        }
    }

    /// Those whose name holds the letters typed, in their order; the tighter they stand, the further up.
    fn matches(&self) -> Vec<&Found> {
        let mut found: Vec<_> = self
            .entries
            .iter()
            .filter_map(|found| Some((spread(found.entry.title, self.line.text())?, found)))
            .collect();
        found.sort_by_key(|(spread, _)| *spread);
        found.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// Over how many letters of `title` those of `typed` are spread; nothing when they are not all there in order.
fn spread(title: &str, typed: &str) -> Option<usize> {
    let title: Vec<char> = title.to_lowercase().chars().collect();
    let typed: Vec<char> = typed.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some(first) = typed.first() else { return Some(0) };
    let starts = title.iter().enumerate().filter(|(_, letter)| *letter == first).map(|(at, _)| at);
    starts
        .filter_map(|start| {
            let mut wanted = typed.iter().peekable();
            for (at, letter) in title.iter().enumerate().skip(start) {
                if wanted.peek() == Some(&letter) {
                    wanted.next();
                }
                if wanted.peek().is_none() {
                    return Some((at - start) * 100 + start);
                }
            }
            None
        })
        .min()
}

impl Layer for Palette {
    fn place(&self) -> Place {
        Place::Palette
    }

    fn typing(&self) -> bool {
        true
    }

    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        let count = self.matches().len();
        match event {
            Event::Act(Action::PreviousMatch) => self.cursor = self.cursor.saturating_sub(1),
            Event::Act(Action::NextMatch) => self.cursor = (self.cursor + 1).min(count.saturating_sub(1)),
            Event::Act(Action::Choose) => {
                let Some(found) = self.matches().get(self.cursor).copied() else {
                    return;
                };
                context.close();
                match found.on {
                    None => context.perform(found.entry.action),
                    Some(screen) => {
                        context.go(screen);
                        let key = key_of(found.entry, context.session);
                        context.toast(Tone::Notice, format!("Here it is {key}: {}", found.entry.title));
                    }
                }
            }
            Event::Key(key) if self.line.key(&key) => self.cursor = 0,
            Event::Paste(text) => self.line.insert(&text),
            _ => {}
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        let inner = window(frame, centred(area, 74, 18), "Commands", session);
        let [input, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inner);
        draw_line(frame, input, &self.line, session.theme.field, true);
        let first = (self.cursor + 1).saturating_sub(usize::from(list.height));
        let found = self.matches();
        if found.is_empty() {
            frame.render_widget(Text::styled("  No command has these letters in its name.", session.theme.dim), list);
        }
        for (row, (at, found)) in list.rows().zip(found.into_iter().enumerate().skip(first)) {
            let key = key_of(found.entry, session);
            let style = if at == self.cursor {
                session.theme.cursor
            } else {
                session.theme.text
            };
            let note = match (found.on, &found.available) {
                (Some(screen), _) => format!("  in {}", screen.title()),
                (None, Err(why)) => format!("  ({why})"),
                (None, Ok(())) => String::new(),
            };
            let title = if note.is_empty() { session.theme.text } else { session.theme.dim };
            let line = Text::from_iter([
                Span::styled(format!("{key:>9}  "), session.theme.key),
                Span::styled(found.entry.title, title),
                Span::styled(note, session.theme.dim),
            ]);
            frame.render_widget(line.style(style), row);
        }
    }
}

fn key_of(entry: &Entry, session: &Session) -> String {
    session.keymap.keys(entry).first().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_enough_and_tight_ones_come_first() {
        assert!(spread("Select Visible", "selvis").is_some());
        assert!(spread("Select Visible", "visel").is_none());
        assert!(spread("Discard the selected", "dis") < spread("Draw the screen anew, if asked", "dis"));
    }
}
