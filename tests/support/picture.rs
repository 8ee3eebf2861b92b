//! A terminal's screen as an SVG picture: for the README, from a real run.

use std::fmt::Write;

const CELL: (f64, f64) = (8.4, 18.0);
const BACK: &str = "#1d1f21";
const FRONT: &str = "#c5c8c6";

fn colour(colour: vt100::Color, default: &str) -> String {
    const SIXTEEN: [&str; 16] = [
        "#1d1f21", "#cc6666", "#b5bd68", "#f0c674", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6", "#969896", "#d54e53", "#b9ca4a", "#e7c547",
        "#7aa6da", "#c397d8", "#70c0b1", "#eaeaea",
    ];
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        vt100::Color::Idx(index @ 0..=15) => SIXTEEN[usize::from(index)].to_owned(),
        vt100::Color::Idx(index @ 16..=231) => {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * u32::from(n) };
            let index = index - 16;
            format!("#{:02x}{:02x}{:02x}", step(index / 36), step(index / 6 % 6), step(index % 6))
        }
        vt100::Color::Idx(index) => {
            let grey = 8 + 10 * u32::from(index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

/// The screen as SVG: one text element a run of cells that look alike.
pub(crate) fn svg(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (f64::from(columns) * CELL.0 + 24.0, f64::from(rows) * CELL.1 + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACK}\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let Some(first) = screen.cell(row, column) else { break };
            let look = |cell: &vt100::Cell| {
                let (front, back) = (colour(cell.fgcolor(), FRONT), colour(cell.bgcolor(), BACK));
                let (front, back) = if cell.inverse() { (back, front) } else { (front, back) };
                (front, back, cell.bold(), cell.dim(), cell.underline())
            };
            let (start, style) = (column, look(first));
            let mut text = String::new();
            while let Some(cell) = screen.cell(row, column).filter(|cell| column < columns && look(cell) == style) {
                if !cell.is_wide_continuation() {
                    text.push_str(if cell.has_contents() { cell.contents() } else { " " });
                }
                column += 1;
            }
            write_run(&mut svg, row, start, column - start, &text, &style);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn write_run(svg: &mut String, row: u16, start: u16, cells: u16, text: &str, style: &(String, String, bool, bool, bool)) {
    let (front, back, bold, dim, underline) = style;
    let (x, y) = (12.0 + f64::from(start) * CELL.0, 12.0 + f64::from(row) * CELL.1);
    let width = f64::from(cells) * CELL.0;
    if back != BACK {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{back}\"/>",
            CELL.1
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut look = String::new();
    for (on, attribute) in [
        (*bold, " font-weight=\"bold\""),
        (*dim, " opacity=\"0.65\""),
        (*underline, " text-decoration=\"underline\""),
    ] {
        if on {
            look.push_str(attribute);
        }
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{front}\"{look} textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">{escaped}</text>",
        y + 13.5
    );
}
