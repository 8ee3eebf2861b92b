//! The picture: header, the screen, the status line, the footer, and the layers over them. It only reads.

use super::actions::{self, Action, Entry};
use super::context::Tone;
use super::model::{Model, Phase};
use super::screens::ScreenId;
use crate::domain::settings::Setting;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

/// Draws everything.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let [header, body, status, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    draw_header(model, frame, header);
    match &model.phase {
        Phase::Opening => frame.render_widget(Line::styled("  Opening the database …", model.session.theme.dim), row(body, 1)),
        Phase::Failed(why) => draw_failure(model, frame, body, why),
        Phase::Ready => model.front().view(frame, body, &model.session),
    }
    draw_status(model, frame, status);
    draw_footer(model, frame, footer);
    for layer in &model.layers {
        layer.view(frame, body, &model.session);
    }
}

/// One line of `area`, or nothing of it where it is not that high.
fn row(area: Rect, at: u16) -> Rect {
    Rect {
        y: (area.y + at).min(area.bottom()),
        height: u16::from(at < area.height),
        ..area
    }
}

/// The tabs at the left, warnings and the zone at the right. Where there is no room for all of it, the programme's name goes
/// first, then the zone, then the names of the other tabs: where one is and what is wrong is never cut.
fn draw_header(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let room = usize::from(area.width);
    let styles = [(true, true, true), (false, true, true), (false, false, true), (false, false, false)];
    let fitting = styles
        .map(|(brand, zone, names)| (header_tabs(model, brand, names), header_notes(model, zone)))
        .into_iter()
        .reduce(|wider, narrower| {
            if wider.0.width() + wider.1.width() <= room {
                wider
            } else {
                narrower
            }
        });
    let Some((left, right)) = fitting else { return };
    frame.render_widget(left, area);
    let width = (right.width() as u16).min(area.width);
    frame.render_widget(
        right,
        Rect {
            x: area.right() - width,
            width,
            ..area
        },
    );
}

fn header_tabs(model: &Model, brand: bool, names: bool) -> Line<'static> {
    let theme = &model.session.theme;
    let mut spans = vec![Span::styled(if brand { " guestlist  " } else { " " }, theme.accent)];
    for (number, screen) in (1..).zip(ScreenId::TABS) {
        let here = screen == model.screen;
        let title = if names || here {
            format!("{number} {}", screen.title())
        } else {
            number.to_string()
        };
        spans.push(Span::styled(title, if here { theme.tab } else { theme.dim }));
        spans.push(Span::raw("  "));
    }
    if !ScreenId::TABS.contains(&model.screen) {
        spans.push(Span::styled(format!("› {}", model.screen.title()), theme.tab));
        spans.push(Span::raw("  "));
    }
    Line::from(spans)
}

fn header_notes(model: &Model, zone: bool) -> Line<'static> {
    let session = &model.session;
    let mut notes = Vec::new();
    if session.read_only {
        notes.push(Span::styled("looking only", session.theme.warn));
    }
    if session.settings.value().is_some_and(|settings| !settings.on(Setting::Enabled)) {
        notes.push(Span::styled("‖ invitations are off", session.theme.bad));
    }
    if zone {
        notes.push(Span::styled(session.zone.to_string(), session.theme.dim));
    }
    let mut spans = Vec::new();
    for note in notes {
        spans.extend([note, Span::raw("  ")]);
    }
    if let Some(last) = spans.last_mut() {
        *last = Span::raw(" ");
    }
    Line::from(spans)
}

fn draw_failure(model: &Model, frame: &mut Frame<'_>, area: Rect, why: &str) {
    let mut lines = vec![
        Line::default(),
        Line::styled("The database could not be opened.", model.session.theme.bad),
        Line::default(),
    ];
    lines.extend(Shown::lines(why).into_iter().map(|line| Line::raw(String::from(line))));
    lines.extend([
        Line::default(),
        Line::styled("q leaves; `guestlist doctor` looks for the cause.", model.session.theme.dim),
    ]);
    let inner = Rect {
        x: area.x + 2,
        width: area.width.saturating_sub(4),
        ..area
    };
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
}

/// A thin rule with the mail route in it; a passing message takes its place.
fn draw_status(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.session.theme;
    if let Some(toast) = &model.toast {
        let (sign, style) = match toast.tone {
            Tone::Good => ("✔", theme.ok),
            Tone::Notice => ("•", theme.warn),
            Tone::Bad => ("✖", theme.bad),
        };
        let text = Shown::new(&toast.text).fit(usize::from(area.width).saturating_sub(4));
        frame.render_widget(
            Line::from_iter([Span::styled(format!(" {sign} "), style), Span::raw(String::from(text))]).style(theme.toast),
            area,
        );
        return;
    }
    let width = usize::from(area.width);
    let note = status_note(model);
    let room = note.as_ref().map_or(0, |(note, _)| note.width().min(width.saturating_sub(6)) + 4);
    let mut spans = vec![Span::styled("─".repeat(width.saturating_sub(room)), theme.dim)];
    if let Some((note, style)) = note {
        spans.push(Span::styled(format!(" {} ", note.fit(width.saturating_sub(6))), style));
        spans.push(Span::styled("──", theme.dim));
    }
    frame.render_widget(Line::from(spans), area);
}

fn status_note(model: &Model) -> Option<(Shown, ratatui::style::Style)> {
    let theme = &model.session.theme;
    if let Some(work) = model.visible_work() {
        return Some((Shown::new(&format!("{} {}", model.spinner(), work.title)), theme.accent));
    }
    let transmission = model.session.transmission.value()?;
    let to_go = transmission.to_go();
    let going = if to_go > 0 {
        format!("{} to go · ", super::format::grouped(to_go))
    } else {
        String::new()
    };
    Some(if transmission.to_folder {
        let folder = transmission.route.strip_prefix("folder:").unwrap_or(&transmission.route);
        (Shown::new(&format!("{going}no mail server: only written to {folder}")), theme.warn)
    } else {
        (Shown::new(&format!("{going}mail: {}", transmission.route)), theme.dim)
    })
}

/// The actions that matter here, as many as there is room for; what cannot be done now is dim.
fn draw_footer(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    if model.phase != Phase::Ready {
        frame.render_widget(
            Line::from_iter([Span::styled(" q ", model.session.theme.key), Span::raw("quit")]),
            area,
        );
        return;
    }
    let told = footer_entries(model, usize::from(area.width));
    let theme = &model.session.theme;
    let mut spans = vec![Span::raw(" ")];
    for (entry, key) in told {
        let title = if model.available(entry.action).is_ok() {
            theme.text
        } else {
            theme.dim
        };
        spans.extend([
            Span::styled(key, theme.key),
            Span::raw(" "),
            Span::styled(entry.short, title),
            Span::raw("  "),
        ]);
    }
    frame.render_widget(Line::from(spans), area);
}

/// What the footer tells, with the key: by rank, as many as fit. Windows leave out what cannot be done in them.
fn footer_entries(model: &Model, width: usize) -> Vec<(&'static Entry, String)> {
    let typing = model.typing();
    let in_window = !model.place().is_screen();
    let mut entries: Vec<(&Entry, String)> = actions::in_place(model.place())
        .filter(|entry| !(entry.action == Action::GoAdd && model.screen == ScreenId::Add))
        .filter(|entry| entry.rank > 0 && !(in_window && model.available(entry.action).is_err()))
        .filter_map(|entry| {
            Some((
                entry,
                model
                    .session
                    .keymap
                    .keys(entry)
                    .iter()
                    .find(|key| !(typing && key.is_printable()))?
                    .to_string(),
            ))
        })
        .collect();
    entries.sort_by_key(|(entry, _)| entry.rank);
    let needs = |entry: &Entry, key: &str| key.chars().count() + entry.short.chars().count() + 3;
    // Where the other keys are to be found is always told, whatever else there is room for.
    let is_help = |entry: &Entry| entry.action == Action::Help;
    let help: usize = entries
        .iter()
        .filter(|(entry, _)| is_help(entry))
        .map(|(entry, key)| needs(entry, key))
        .sum();
    let mut room = (width + 1).saturating_sub(help);
    entries.retain(|(entry, key)| {
        is_help(entry)
            || room.checked_sub(needs(entry, key)).is_some_and(|left| {
                room = left;
                true
            })
    });
    entries
}
