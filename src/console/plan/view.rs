//! The picture.

use super::{ASK_FROM, Focus, State, pace};
use crate::console::format::{clock, counted, grouped, length};
use crate::console::model::Session;
use crate::console::widgets::{draw_line, progress_line, wrapped};
use crate::domain::plan::{Act, Bucket, BucketRows};
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    frame.render_widget(Clear, area);
    let facts = wrapped_facts(state, area.width, session);
    let [head, _, body, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(3),
        Constraint::Length((facts.len() as u16 + 3).max(8)),
    ])
    .areas(area);
    draw_title(state, frame, head, session);
    if let Some(why) = state.plan.failure() {
        let text = Shown::new(&format!("The plan could not be made: {why}")).fit(usize::from(area.width).saturating_sub(6));
        frame.render_widget(
            Line::from_iter([Span::raw("   "), Span::styled(String::from(text), session.theme.bad)]),
            body,
        );
        return;
    }
    if state.plan.value().is_none() {
        let [line, _] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(body);
        let mut text = progress_line(&state.planning, area.width.saturating_sub(30), session);
        text.spans.insert(0, Span::raw("   Looking at the rows …  "));
        frame.render_widget(text, line);
        return;
    }
    draw_buckets(state, frame, body, session);
    draw_foot(state, facts, frame, foot, session);
}

fn draw_title(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let verb = match state.act {
        Act::Send(_) => "Send",
        Act::Discard => "Discard",
        Act::Restore => "Restore",
    };
    let what = match state.single {
        Some(id) => format!("{verb} invitation {}", grouped(id.0.unsigned_abs())),
        None => format!("{verb} {}", counted(state.ids.len(), "selected invitation", "selected invitations")),
    };
    let hidden = match state.hidden {
        0 => String::new(),
        hidden => format!(" ({} hidden by the filter)", grouped(hidden)),
    };
    let what = format!("{what}{hidden}");
    let by = if state.filter.is_empty() {
        String::new()
    } else {
        format!("filter: {} ", state.filter)
    };
    let note = Shown::new(&format!("{by}(frozen {})", clock(state.frozen_at, &session.zone)));
    let room = usize::from(area.width).saturating_sub(what.chars().count() + 5);
    let note = note.fit(room);
    let gap = " ".repeat(room.saturating_sub(note.width()) + 2);
    frame.render_widget(
        Line::from_iter([
            Span::raw(" "),
            Span::styled(what, theme.accent),
            Span::raw(gap),
            Span::styled(String::from(note), theme.dim),
        ]),
        area,
    );
}

fn draw_buckets(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let Some(plan) = state.plan.value() else { return };
    let mut lines = area.rows();
    for (at, bucket) in state.buckets().into_iter().enumerate() {
        let Some((rows, line)) = plan.buckets.get(&bucket).zip(lines.next()) else {
            break;
        };
        frame.render_widget(bucket_line(state, bucket, rows, area.width, session), line);
        if at == state.cursor && state.focus == Focus::Lines {
            frame.buffer_mut().set_style(line, session.theme.cursor);
        }
        if !rows.reasons.is_empty()
            && let Some(line) = lines.next()
        {
            let reasons: Vec<String> = rows
                .reasons
                .iter()
                .map(|(reason, count)| format!("{} {reason}", grouped(*count)))
                .collect();
            let text = Shown::new(&format!("             {}", reasons.join(", "))).fit(usize::from(area.width));
            frame.render_widget(Line::styled(String::from(text), session.theme.dim), line);
        }
    }
}

fn bucket_line(state: &State, bucket: Bucket, rows: &BucketRows, width: u16, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let style = if bucket.acts() { theme.text } else { theme.dim };
    let key = match bucket {
        Bucket::SentBefore => "   r takes them in",
        Bucket::Discarded if matches!(state.act, Act::Send(_)) => "   R takes them in",
        Bucket::CoolingDown => "   o takes them in",
        _ => "",
    };
    // What stands in brackets is told by the reasons below the line.
    let label = bucket.label().split(" (").next().unwrap_or_default();
    let label = format!("{label:<28}");
    let mut examples = rows.examples.join(", ");
    if rows.ids.len() > rows.examples.len() as u64 && !examples.is_empty() {
        examples.push_str(" …");
    }
    let room = usize::from(width).saturating_sub(13 + label.chars().count() + key.chars().count() + 2);
    let count = Span::styled(
        format!("{:>11}  ", grouped(rows.ids.len())),
        if bucket.acts() { theme.accent } else { theme.dim },
    );
    let examples = Span::styled(format!("  {}", Shown::new(&examples).fit(room)), theme.dim);
    Line::from_iter([count, Span::styled(label, style), Span::styled(key, theme.key), examples])
}

/// The facts, none of them cut: what a plan says must be readable before it is carried out.
fn wrapped_facts(state: &State, width: u16, session: &Session) -> Vec<Line<'static>> {
    facts(state, session)
        .into_iter()
        .flat_map(|(text, style)| wrapped(&text, width.saturating_sub(4), style))
        .collect()
}

fn draw_foot(state: &State, mut facts: Vec<Line<'static>>, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    facts.truncate(usize::from(area.height).saturating_sub(2));
    let mut rows = area.rows();
    for (mut line, row) in facts.into_iter().zip(rows.by_ref()) {
        line.spans.insert(0, Span::raw("   "));
        frame.render_widget(line, row);
    }
    rows.next();
    let Some(line) = rows.next() else { return };
    if let Some(applying) = &state.applying {
        let mut text = progress_line(&applying.progress, area.width.saturating_sub(34), session);
        let hint = if applying.progress.is_cancelled() {
            "   stopping after the rows in hand …"
        } else {
            "   Esc stops after the rows in hand"
        };
        text.spans.insert(0, Span::raw("   "));
        text.spans.push(Span::styled(hint, theme.dim));
        frame.render_widget(text, line);
    } else {
        draw_trigger(state, frame, line, session);
    }
}

/// The last line: what is to be typed, and the key.
fn draw_trigger(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let theme = &session.theme;
    let acting = state.acting();
    if acting == 0 {
        let text = format!("   Nothing to {}: no row would change.   Esc back", state.act.verb());
        return frame.render_widget(Line::styled(text, theme.warn), area);
    }
    let verb = state.act.verb();
    if acting < ASK_FROM {
        let spans = [
            Span::styled("   Ctrl-S", theme.key),
            Span::raw(format!(" to {verb} {}", grouped(acting))),
        ];
        return frame.render_widget(Line::from_iter(spans), area);
    }
    let prefix = format!("   Type {}, then ", grouped(acting));
    let spans = [
        Span::raw(prefix),
        Span::styled("Ctrl-S", theme.key),
        Span::raw(format!(" to {verb}  ")),
    ];
    let line = Line::from_iter(spans);
    let used = (line.width() as u16).min(area.width);
    frame.render_widget(line, area);
    let field = Rect {
        x: area.x + used,
        width: 14.min(area.width - used),
        ..area
    };
    draw_line(frame, field, &state.typed, theme.field, state.focus == Focus::Lines);
}

/// Below the numbers: who sends, by which way, how fast, and what can be taken back.
fn facts(state: &State, session: &Session) -> Vec<(String, Style)> {
    let theme = &session.theme;
    let mut lines = Vec::new();
    match state.act {
        Act::Send(take_in) => {
            let word = |taken: bool| if taken { "taken in" } else { "left out" };
            lines.push((
                format!(
                    "r sent before: {} · R discarded: {} · o cooling down: {}",
                    word(take_in.resend),
                    word(take_in.restore),
                    word(take_in.cooling_down)
                ),
                theme.dim,
            ));
            lines.extend(sender(state, session).map(|text| (text, theme.text)));
            lines.extend(route(session));
            lines.extend(pace::words(session, state.acting()).map(|text| (text, theme.text)));
            lines.extend(pace::stopped(session).map(|text| (text, theme.warn)));
            lines.push((
                format!(
                    "Can be undone for {}, and later for those not yet out.",
                    length(pace::hold(session))
                ),
                theme.text,
            ));
        }
        Act::Discard => {
            let caret = if state.focus == Focus::Reason { "▏" } else { "" };
            let reason = if state.reason.text().is_empty() && caret.is_empty() {
                "none (Tab gives one)"
            } else {
                state.reason.text()
            };
            lines.push((
                format!("Reason: {reason}{caret}"),
                if caret.is_empty() { theme.text } else { theme.field },
            ));
            lines.push((
                "Their links close, waiting mails are withdrawn; customers read “Canceled”.".to_owned(),
                theme.text,
            ));
            lines.push((
                "Can be undone at any time: Restore opens the same link again.".to_owned(),
                theme.text,
            ));
        }
        Act::Restore => {
            lines.push((
                "They become what they were, and the same links work again. Nothing is sent.".to_owned(),
                theme.text,
            ));
            lines.push(("Can be undone.".to_owned(), theme.text));
        }
    }
    lines
}

fn sender(state: &State, session: &Session) -> Option<String> {
    let catalog = session.catalog.value()?;
    Some(match catalog.senders.as_slice() {
        [only] => format!("From \"{}\" <{}> · template {}", only.from_name, only.from_email, only.locale),
        _ if state.acting() == 1 => "From its own sender".to_owned(),
        many => format!("Each from its own sender; the shop has {}", many.len()),
    })
}

fn route(session: &Session) -> Option<(String, Style)> {
    let transmission = session.transmission.value()?;
    Some(if transmission.to_folder {
        let folder = transmission.route.strip_prefix("folder:").unwrap_or(&transmission.route);
        (
            format!("Only written to the folder {folder}: no mail server is set up, nobody gets a mail."),
            session.theme.warn,
        )
    } else {
        (format!("By {}", transmission.route), session.theme.text)
    })
}
