//! The frame and the ground of a window.

use crate::console::model::Session;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, BorderType, Clear, Padding};

/// A rectangle of at most this size in the middle of `area`. Where nearly the whole width is needed it takes all of it: single
/// letters left over beside a window only confuse.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let width = if width + 8 > area.width { area.width } else { width };
    let height = height.min(area.height);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    }
}

/// Clears `area`, draws a frame with `title` and gives what is inside.
pub fn window(frame: &mut Frame<'_>, area: Rect, title: &str, session: &Session) -> Rect {
    let theme = &session.theme;
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.dim)
        .style(theme.window)
        .padding(Padding::horizontal(1))
        .title(ratatui::text::Span::styled(format!(" {title} "), theme.accent));
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    inner
}
