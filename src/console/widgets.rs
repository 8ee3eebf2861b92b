//! Small pieces that several screens draw: a line being typed, a bar of progress.

use super::format::grouped;
use super::line::Line;
use super::model::Session;
use crate::desk::Progress;
use crate::domain::shown::Shown;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line as Text, Span};
use unicode_segmentation::UnicodeSegmentation;

/// Draws a line of text with the cursor in it; when it is longer than `area`, the part around the cursor.
pub fn draw_line(frame: &mut Frame<'_>, area: Rect, line: &Line, style: Style, focused: bool) {
    let room = usize::from(area.width.saturating_sub(1));
    let before = Shown::new(line.before());
    let mut head = before.as_str();
    while Shown::new(head).width() > room {
        let mut letters = head.chars();
        letters.next();
        head = letters.as_str();
    }
    let text = format!("{head}{}", Shown::new(line.after()));
    let column = Shown::new(head).width() as u16;
    let padding = " ".repeat(usize::from(area.width).saturating_sub(Shown::new(&text).width()));
    frame.render_widget(Text::from_iter([Span::raw(text), Span::raw(padding)]).style(style), area);
    if focused {
        frame.set_cursor_position(Position {
            x: (area.x + column).min(area.right().saturating_sub(1)),
            y: area.y,
        });
    }
}

/// `██████░░░░ 30,000 of 1,000,000`.
pub fn progress_line(progress: &Progress, width: u16, session: &Session) -> Text<'static> {
    let (done, total) = progress.snapshot();
    let numbers = if total == 0 {
        grouped(done)
    } else {
        format!("{} of {}", grouped(done.min(total)), grouped(total))
    };
    let room = usize::from(width).saturating_sub(numbers.chars().count() + 2).min(40);
    let share = if total == 0 { 0.0 } else { done.min(total) as f64 / total as f64 };
    Text::from_iter([Span::styled(bar(share, room), session.theme.bar), Span::raw(format!("  {numbers}"))])
}

/// A bar of `width` columns of which `share` (0 to 1) is full, to an eighth of a column.
pub fn bar(share: f64, width: usize) -> String {
    const PARTS: [char; 8] = ['░', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let full = (eighths / 8).min(width);
    let mut text = "█".repeat(full);
    if full < width {
        text.push(PARTS.get(eighths % 8).copied().unwrap_or('░'));
        text.push_str(&"░".repeat(width - full - 1));
    }
    text
}

/// Words broken at blanks into lines of at most `width` columns; what is longer than a line, such as a link, goes on in the next.
pub fn wrapped(text: &str, width: u16, style: Style) -> Vec<Text<'static>> {
    let width = usize::from(width).max(1);
    let shown = Shown::new(text);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in shown.as_str().split(' ') {
        let room = Shown::new(word).width();
        if !line.is_empty() && used + 1 + room > width {
            lines.push(Text::styled(std::mem::take(&mut line), style));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        for letter in word.graphemes(true) {
            let columns = Shown::new(letter).width();
            if used + columns > width {
                lines.push(Text::styled(std::mem::take(&mut line), style));
                used = 0;
            }
            line.push_str(letter);
            used += columns;
        }
    }
    lines.push(Text::styled(line, style));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_wide_as_asked_for() {
        for share in [0.0, 0.01, 0.49, 0.999, 1.0, 7.0] {
            assert_eq!(bar(share, 12).chars().count(), 12);
        }
        assert_eq!(bar(0.5, 4), "██░░");
    }

    #[test]
    fn words_stay_whole_and_links_go_on_in_the_next_line() {
        let lines = wrapped("see https://shop.example/abc now", 12, Style::new());
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text, ["see", "https://shop", ".example/abc", "now"]);
    }
}
