//! The only place with colours: roles, and what each theme makes of them.
//!
//! In `mono` no role sets a colour, so that `NO_COLOR` holds and any background does; bold, dim, reverse and glyphs carry all meaning.

use ratatui::style::{Color, Modifier, Style};

/// Which look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// For dark backgrounds.
    #[default]
    Dark,
    /// For light backgrounds.
    Light,
    /// Without any colour.
    Mono,
}

/// What each kind of thing looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Which look this is.
    pub name: ThemeName,
    /// Ordinary text.
    pub text: Style,
    /// What is there but matters less.
    pub dim: Style,
    /// The one accent: where you are.
    pub accent: Style,
    /// Headings of columns.
    pub heading: Style,
    /// A selected row's mark.
    pub selected: Style,
    /// The row with the cursor.
    pub cursor: Style,
    /// Rows within a range that is being chosen.
    pub range: Style,
    /// Good.
    pub ok: Style,
    /// Worth a look.
    pub warn: Style,
    /// Wrong.
    pub bad: Style,
    /// A key in the footer.
    pub key: Style,
    /// A mistake in a line of text.
    pub mistake: Style,
    /// The field that is being filled in.
    pub field: Style,
    /// The frame and the ground of a window.
    pub window: Style,
    /// A message that goes by itself.
    pub toast: Style,
    /// The title of the screen that is open, among the tabs.
    pub tab: Style,
    /// Bars of charts and progress.
    pub bar: Style,
}

impl Theme {
    /// By its name in the configuration; `NO_COLOR` set to anything wins (no-color.org).
    pub fn choose(configured: Option<&str>, no_color: bool) -> Self {
        match configured {
            _ if no_color => Self::mono(),
            Some("light") => Self::light(),
            Some("mono") => Self::mono(),
            _ => Self::dark(),
        }
    }

    /// For dark backgrounds.
    pub const fn dark() -> Self {
        Self::coloured(
            ThemeName::Dark,
            Color::Indexed(110),
            Color::Indexed(245),
            Color::Indexed(237),
            Color::Indexed(150),
            Color::Indexed(179),
            Color::Indexed(174),
        )
    }

    /// For light backgrounds.
    pub const fn light() -> Self {
        Self::coloured(
            ThemeName::Light,
            Color::Indexed(25),
            Color::Indexed(242),
            Color::Indexed(254),
            Color::Indexed(28),
            Color::Indexed(130),
            Color::Indexed(124),
        )
    }

    const fn coloured(name: ThemeName, accent: Color, dim: Color, ground: Color, ok: Color, warn: Color, bad: Color) -> Self {
        let plain = Style::new();
        Self {
            name,
            text: plain,
            dim: plain.fg(dim),
            accent: plain.fg(accent).add_modifier(Modifier::BOLD),
            heading: plain.fg(dim).add_modifier(Modifier::BOLD),
            selected: plain.fg(accent).add_modifier(Modifier::BOLD),
            cursor: plain.bg(ground).add_modifier(Modifier::BOLD),
            range: plain.bg(ground),
            ok: plain.fg(ok),
            warn: plain.fg(warn),
            bad: plain.fg(bad),
            key: plain.fg(accent),
            mistake: plain.fg(bad).add_modifier(Modifier::UNDERLINED),
            field: plain.bg(ground),
            window: plain,
            toast: plain.fg(accent).bg(ground),
            tab: plain.fg(accent).add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
            bar: plain.fg(accent),
        }
    }

    /// Without any colour.
    pub const fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reverse = plain.add_modifier(Modifier::REVERSED);
        Self {
            name: ThemeName::Mono,
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            accent: bold,
            heading: bold,
            selected: bold,
            cursor: reverse,
            range: plain.add_modifier(Modifier::UNDERLINED),
            ok: plain,
            warn: bold,
            bad: bold,
            key: bold,
            mistake: bold.add_modifier(Modifier::UNDERLINED),
            field: plain.add_modifier(Modifier::UNDERLINED),
            window: plain,
            toast: reverse,
            tab: reverse,
            bar: plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_sets_no_colour_and_still_marks_the_cursor() {
        let theme = Theme::choose(Some("dark"), true);
        let roles = [
            theme.text,
            theme.dim,
            theme.accent,
            theme.heading,
            theme.selected,
            theme.cursor,
            theme.range,
            theme.ok,
            theme.warn,
            theme.bad,
            theme.key,
            theme.mistake,
            theme.field,
            theme.window,
            theme.toast,
            theme.tab,
            theme.bar,
        ];
        assert!(roles.iter().all(|role| role.fg.is_none() && role.bg.is_none()));
        assert!(theme.cursor.add_modifier.contains(Modifier::REVERSED));
    }
}
