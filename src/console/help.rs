//! `?`: the keys that work here, from the table of actions.

use super::actions::{Entry, Place, TABLE};
use super::layers::Pager;
use super::model::Model;
use ratatui::text::{Line, Span};

/// The keys of the screen in front and those that work everywhere; what cannot be done now says why.
pub(super) fn keys(model: &Model) -> Pager {
    let place = model.place();
    let mut lines = Vec::new();
    for section in [place, Place::Screens] {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(section.title(), model.session.theme.heading));
        lines.extend(
            TABLE
                .iter()
                .filter(|entry| entry.places.contains(&section))
                .map(|entry| row(model, entry)),
        );
    }
    Pager::new(format!("Keys: {}", place.title()), lines)
}

fn row(model: &Model, entry: &Entry) -> Line<'static> {
    let theme = &model.session.theme;
    let keys = model
        .session
        .keymap
        .keys(entry)
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ");
    let mut spans = vec![Span::styled(format!("{keys:>12}  "), theme.key), Span::raw(entry.title)];
    if let Err(why) = model.available(entry.action) {
        spans.push(Span::styled(format!("  ({why})"), theme.dim));
    }
    Line::from(spans)
}
