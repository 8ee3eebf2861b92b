//! The console at a million rows, in a pseudo-terminal, on a release build: `cargo bench --bench console`.
//!
//! `GUESTLIST_BENCH_ROWS` sets another number of rows. Printed are milliseconds from a key's byte going in to the last change that was
//! waited for coming out, so a pseudo-terminal and an emulator's parsing are part of every figure.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints and may fail"
)]

#[path = "../tests/support/terminal.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod terminal;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use terminal::Terminal;

const SIZE: (u16, u16) = (120, 36);

fn main() {
    let rows: u64 = std::env::var("GUESTLIST_BENCH_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(1_000_000);
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("bench.db");
    let database = database.to_str().unwrap();
    let started = Instant::now();
    fill(home.path(), database, rows);
    println!(
        "{rows} rows made in {:.1} s, {} MB on disk",
        started.elapsed().as_secs_f64(),
        size_of(database) / 1_000_000
    );
    let last = grouped(rows);
    let first_rows: Vec<Duration> = (0..5).map(|_| open(home.path(), database, &last).1).collect();
    print("first rows on the screen, from the start of the process", &first_rows);
    let (mut terminal, _) = open(home.path(), database, &last);
    terminal.wait(&format!("{last} of {last}"));
    keys(&mut terminal, "Down", 200);
    keys(&mut terminal, "PageDown", 100);
    keys(&mut terminal, "PageUp", 60);
    jumps(&mut terminal, &last);
    sorts(&mut terminal);
    filters(&mut terminal, &last);
    selects(&mut terminal, &last);
    println!(
        "memory of the console at its peak: {} MB",
        peak_memory(terminal.process_id()) / 1_000
    );
    discards(&mut terminal, rows);
    println!(
        "memory of the console at its peak, after a discard of all rows begun and cancelled: {} MB",
        peak_memory(terminal.process_id()) / 1_000
    );
}

fn fill(home: &Path, database: &str, rows: u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guestlist"));
    command
        .args(["--db", database, "demo", "--no-console", "--rows", &rows.to_string()])
        .env("HOME", home);
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env(name, home);
    }
    assert!(command.status().unwrap().success());
}

/// Opens the console; gives how long the first row took.
fn open(home: &Path, database: &str, last: &str) -> (Terminal, Duration) {
    let started = Instant::now();
    let terminal = Terminal::start(home, SIZE, &["--db", database], &[]);
    // The newest row: it stands alone in its line, before "N of M".
    terminal.until("the first row", |screen| {
        screen.lines().any(|line| line.contains(last) && line.contains('@'))
    });
    (terminal, started.elapsed())
}

/// Presses a key many times, each time waiting for the screen to change.
fn keys(terminal: &mut Terminal, key: &str, times: usize) {
    let mut taken = Vec::with_capacity(times);
    let mut bytes = Vec::with_capacity(times);
    for _ in 0..times {
        let (before, sent) = (terminal.text(), terminal.bytes());
        taken.push(terminal.time(key, "a change", |screen| screen != before));
        bytes.push(terminal.bytes() - sent);
    }
    bytes.sort_unstable();
    print(
        &format!("{key}, {times} times ({} bytes on the wire in the middle)", bytes[bytes.len() / 2]),
        &taken,
    );
}

fn cursor_row(screen: &str) -> Option<&str> {
    screen.lines().find(|line| line.contains('▶'))
}

fn jumps(terminal: &mut Terminal, last: &str) {
    let mut taken = Vec::new();
    for _ in 0..20 {
        taken.push(terminal.time("G", "the end", |screen| cursor_row(screen).is_some_and(|row| row.contains(" 1 "))));
        taken.push(terminal.time("g", "the top", |screen| cursor_row(screen).is_some_and(|row| row.contains(last))));
    }
    print("jumps to the end and to the top", &taken);
}

/// Sorts by the next column, three times, and back to the newest first.
fn sorts(terminal: &mut Terminal) {
    let mut taken = Vec::new();
    for (key, header) in [("Down", "Email ▲"), ("Down", "Invitee ▲"), ("Down", "Sent ▼"), ("Home", "ID ▼")] {
        terminal.press(&["o"]);
        terminal.wait("Sort by");
        terminal.press(&[key]);
        taken.push(terminal.time("Enter", header, |screen| screen.contains(header) && !screen.contains("Sort by")));
    }
    terminal.press(&["g"]);
    print("sorting by another column", &taken);
}

fn filters(terminal: &mut Terminal, last: &str) {
    let mut taken = Vec::new();
    for filter in [
        "status:accepted",
        "status:not_sent website:main",
        "delivery:failed",
        "sent:2026-03",
        "anna",
        "nobody.has.this",
    ] {
        terminal.press(&["/"]);
        terminal.wait("Enter keep");
        let (head, tail) = filter.split_at(filter.len() - 1);
        terminal.send(head);
        terminal.wait(head);
        let start = Instant::now();
        terminal.send(tail);
        terminal.until("rows, or none", |screen| {
            screen.contains(filter) && !screen.contains('…'.to_string().repeat(3).as_str())
        });
        taken.push(start.elapsed());
        terminal.press(&["Enter"]);
        terminal.gone("Enter keep");
        terminal.press(&["Esc"]);
        terminal.wait(&format!("{last} of {last}"));
    }
    print("the last letter of a filter, until it is on the screen", &taken);
}

fn selects(terminal: &mut Terminal, last: &str) {
    let mut echo = Vec::new();
    let before = terminal.text();
    let start = Instant::now();
    terminal.press(&["A"]);
    terminal.until("a change", |screen| screen != before);
    echo.push(start.elapsed());
    for _ in 0..10 {
        let before = terminal.text();
        echo.push(terminal.time("Down", "a change", |screen| screen != before));
    }
    terminal.wait(&format!("✓ {last}"));
    println!("Select All is complete after {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    print("Select All, and keys while it works", &echo);
}

fn discards(terminal: &mut Terminal, rows: u64) {
    let start = Instant::now();
    terminal.press(&["d"]);
    terminal.wait("will be discarded");
    println!("the plan to discard all {rows} rows takes {:.1} s", start.elapsed().as_secs_f64());
    let count = terminal
        .text()
        .lines()
        .find(|line| line.contains("will be discarded"))
        .and_then(|line| line.split_whitespace().next().map(|number| number.replace(',', "")))
        .unwrap();
    terminal.send(&count);
    terminal.send("\x13");
    terminal.wait("Esc");
    let mut taken = Vec::new();
    let before = terminal.text();
    terminal.until("progress", |screen| screen != before);
    taken.push(terminal.time("Esc", "the end of the work", |screen| {
        screen.contains("stopped") || screen.contains("undoes") || screen.contains("cancel")
    }));
    print("cancelling a mass discard, until it says so", &taken);
}

fn print(what: &str, taken: &[Duration]) {
    let mut taken: Vec<f64> = taken.iter().map(|taken| taken.as_secs_f64() * 1e3).collect();
    taken.sort_by(f64::total_cmp);
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share).round() as usize];
    println!("{what}: p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms", at(0.5), at(0.99), at(1.0));
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn size_of(path: &str) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

/// The most memory a process ever held, in kB.
fn peak_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}
