//! The picture: text and verdicts side by side where there is room, else one under the other.

use super::{Field, State, When, verdicts};
use crate::console::editor::Editor;
use crate::console::format::{counted, grouped};
use crate::console::model::Session;
use crate::desk::GroupChoice;
use crate::domain::create::MESSAGE_LIMIT;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph, Wrap};

/// From so many columns on, text and verdicts stand side by side.
const WIDE: u16 = 100;

pub(super) fn view(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let area = area.inner(Margin::new(1, 0));
    if area.width + 2 >= WIDE {
        side_by_side(state, frame, area, session);
    } else {
        stacked(state, frame, area, session);
    }
}

fn side_by_side(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let low = if area.height > 30 { 9 } else { 6 };
    let [_, upper, _, lower] = Layout::vertical([
        Constraint::Length(u16::from(area.height > 24)),
        Constraint::Min(5),
        Constraint::Length(1),
        Constraint::Length(low),
    ])
    .areas(area);
    let halves = || Layout::horizontal([Constraint::Percentage(48), Constraint::Min(20)]).spacing(3);
    let [left, right] = halves().areas(upper);
    let [title, text] = split_title(left);
    frame.render_widget(emails_title(state, session), title);
    draw_text(&state.emails, frame, text, state.field == Field::Emails, session);
    let [counts, list] = split_title(right);
    let counts = Rect { height: 2, ..counts }.intersection(right);
    frame.render_widget(
        Paragraph::new(verdicts::counts_line(state, session)).wrap(Wrap { trim: true }),
        counts,
    );
    verdicts::draw(state, frame, list.inner(Margin::new(0, 1)), session);
    let [left, right] = halves().areas(lower);
    let [title, text] = split_title(left);
    frame.render_widget(message_title(state, session), title);
    draw_text(&state.message, frame, text, state.field == Field::Message, session);
    draw_fields(
        state,
        frame,
        Rect {
            y: right.y + 1,
            height: right.height.saturating_sub(1),
            ..right
        },
        session,
    );
}

fn stacked(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let [counts, text, list, title, message, fields] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(5),
        Constraint::Max(6),
        Constraint::Length(1),
        Constraint::Length(4),
        Constraint::Length(4),
    ])
    .areas(area);
    let mut head = emails_title(state, session);
    if !state.check.lines().is_empty() {
        head.spans.truncate(1);
        head.push_span(Span::raw("  "));
        head.extend(verdicts::counts_line(state, session));
    }
    frame.render_widget(head, counts);
    draw_text(&state.emails, frame, text, state.field == Field::Emails, session);
    verdicts::draw(state, frame, list, session);
    frame.render_widget(message_title(state, session), title);
    draw_text(&state.message, frame, message, state.field == Field::Message, session);
    draw_fields(state, frame, fields, session);
}

fn split_title(area: Rect) -> [Rect; 2] {
    Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area)
}

fn emails_title(state: &State, session: &Session) -> Line<'static> {
    let style = title_style(state, Field::Emails, session);
    Line::from_iter([Span::styled("Emails", style), Span::styled(" (paste anything)", session.theme.dim)])
}

fn message_title(state: &State, session: &Session) -> Line<'static> {
    let style = title_style(state, Field::Message, session);
    let length = state.message.text().chars().count();
    let note = if length > MESSAGE_LIMIT {
        Span::styled(
            format!(" {} characters too many", grouped((length - MESSAGE_LIMIT) as u64)),
            session.theme.bad,
        )
    } else if length * 5 > MESSAGE_LIMIT * 4 {
        Span::styled(
            format!(" {} of {}", grouped(length as u64), grouped(MESSAGE_LIMIT as u64)),
            session.theme.dim,
        )
    } else {
        Span::styled(" (optional)", session.theme.dim)
    };
    Line::from_iter([Span::styled("Message", style), note])
}

fn title_style(state: &State, field: Field, session: &Session) -> Style {
    if state.field == field {
        session.theme.accent
    } else {
        session.theme.heading
    }
}

fn draw_text(text: &Editor, frame: &mut Frame<'_>, area: Rect, focused: bool, session: &Session) {
    let border = if focused { session.theme.accent } else { session.theme.dim };
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    text.draw(frame, inner, session.theme.text, focused);
}

fn draw_fields(state: &State, frame: &mut Frame<'_>, area: Rect, session: &Session) {
    let lines = [
        sender_line(state, session),
        group_line(state, session),
        when_line(state, session),
        last_line(state, session),
    ];
    for (row, line) in area.rows().zip(lines) {
        frame.render_widget(line, row);
    }
}

fn field_line(state: &State, field: Field, name: &'static str, value: &str, note: Span<'static>, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let focused = state.field == field;
    let value = Shown::new(value).fit(28);
    Line::from_iter([
        Span::styled(format!("{name:<16}"), if focused { theme.accent } else { theme.heading }),
        Span::styled(format!("‹ {value} ›"), if focused { theme.cursor } else { theme.text }),
        Span::raw("  "),
        note,
    ])
}

fn sender_line(state: &State, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    match state.sender(session) {
        Some(sender) => {
            let address = String::from(Shown::new(&sender.from_email));
            field_line(
                state,
                Field::Sender,
                "Send From",
                &sender.name,
                Span::styled(address, theme.dim),
                session,
            )
        }
        None if session.catalog.is_loading() => field_line(state, Field::Sender, "Send From", "…", Span::raw(""), session),
        None => field_line(
            state,
            Field::Sender,
            "Send From",
            "none",
            Span::styled("no sender yet: F2 sets one up", theme.bad),
            session,
        ),
    }
}

fn group_line(state: &State, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    let name = |id| {
        session
            .catalog
            .value()
            .and_then(|catalog| catalog.group(id))
            .map_or("…", |group| group.name.as_str())
    };
    let (value, note) = match (state.choice.value(), state.group) {
        (Some(GroupChoice::Fixed(group)), _) => (name(*group), Span::styled("decided by the rule “default group”", theme.dim)),
        (_, Some(group)) => (name(group), Span::raw("")),
        (_, None) => ("choose", Span::styled("required: ← → or Enter", theme.warn)),
    };
    field_line(state, Field::Group, "Invitee Group *", value, note, session)
}

fn when_line(state: &State, session: &Session) -> Line<'static> {
    let (value, note) = match state.when {
        When::KeepNotSent => ("keep as Not Sent", "no mail goes out now".to_owned()),
        When::SendNow => {
            let ready = state.ready();
            let size = session
                .transmission
                .value()
                .map_or(50, |transmission| transmission.batch_size)
                .max(1);
            let batches = counted(ready.div_ceil(size), "batch", "batches");
            ("send now", format!("{}, {batches}", counted(ready, "mail", "mails")))
        }
    };
    field_line(state, Field::When, "When", value, Span::styled(note, session.theme.dim), session)
}

/// What Ctrl-S would do, or why it cannot.
fn last_line(state: &State, session: &Session) -> Line<'static> {
    let theme = &session.theme;
    if state.creating.is_some() {
        return Line::styled("creating …", theme.accent);
    }
    match state.may_submit(session) {
        Ok(()) => {
            let verb = if state.when == When::SendNow {
                "creates and sends"
            } else {
                "creates"
            };
            let text = format!("{verb} {}", grouped(state.ready()));
            Line::from_iter([Span::styled("Ctrl-S ", theme.key), Span::raw(text)])
        }
        Err(why) => Line::styled(String::from(Shown::new(&why)), theme.warn),
    }
}
