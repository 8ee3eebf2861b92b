//! The README's tables are made from the code; this test makes them again and compares.
//!
//! `UPDATE_README=1 cargo test --test readme` writes them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use clap::CommandFactory;
use guestlist::cli::Cli;
use guestlist::console::actions;
use guestlist::domain::filter::Field;
use std::fmt::Write;

fn filters() -> String {
    let mut table = String::from("| field | asks | examples |\n|---|---|---|\n");
    for field in Field::ALL {
        let examples: Vec<String> = field.examples().iter().map(|example| format!("`{example}`")).collect();
        let _ = writeln!(table, "| `{}:` | {} | {} |", field.name(), field.help(), examples.join(" "));
    }
    table
}

fn commands() -> String {
    let mut table = String::from("| command | what it does |\n|---|---|\n");
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(table, "| `guestlist {}` | {about} |", command.get_name());
    }
    table
}

fn with_tables(readme: &str) -> String {
    let mut text = readme.to_owned();
    for (name, table) in [
        ("filters", filters()),
        ("keys", actions::markdown_table()),
        ("commands", commands()),
    ] {
        let (start, end) = (format!("<!-- {name}: generated from the code -->\n"), format!("<!-- /{name} -->"));
        let from = text
            .find(&start)
            .map_or_else(|| panic!("the README has no place for {name}"), |at| at + start.len());
        let to = text.find(&end).unwrap_or_else(|| panic!("the README's {name} do not end"));
        text.replace_range(from..to, &format!("{}\n", table.trim_end()));
    }
    text
}

#[test]
fn the_tables_of_the_readme_are_those_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let wanted = with_tables(&readme);
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, &wanted).unwrap();
        return;
    }
    assert!(
        readme == wanted,
        "the README's tables are old: UPDATE_README=1 cargo test --test readme"
    );
}
