//! The README's picture, made from a real run: `cargo test --release --test pictures -- --ignored`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/picture.rs"]
mod picture;
#[path = "support/terminal.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod terminal;

use std::process::Command;
use terminal::Terminal;

#[test]
#[ignore = "writes assets/screenshots: run it after the grid's look changed"]
fn the_grid_as_the_readme_shows_it() {
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("shop.db");
    let database = database.to_str().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_guestlist"));
    demo.args(["--db", database, "demo", "--no-console", "--rows", "50000"])
        .env("HOME", home.path());
    assert!(demo.status().unwrap().success());
    let mut terminal = Terminal::start(
        home.path(),
        (120, 30),
        &["--db", database],
        &[("GUESTLIST_MAIL", "smtps://shop@mail.shop.example")],
    );
    terminal.wait("50,000 of 50,000");
    terminal.press(&["/"]);
    terminal.wait("Enter keep");
    terminal.send("group:vip website:main created:2026-06..");
    terminal.gone("50,000 of 50,000");
    terminal.press(&["Enter"]);
    terminal.gone("Enter keep");
    terminal.until("the rows", |screen| screen.lines().filter(|line| line.contains("VIP")).count() > 10);
    terminal.press(&["Down", "Down", "Space", "Down", "Space", "Down", "Down", "Space"]);
    terminal.wait("✓ 3");
    terminal.gone("hidden)");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/screenshots/grid.svg");
    std::fs::write(path, picture::svg(&terminal.screen())).unwrap();
}
