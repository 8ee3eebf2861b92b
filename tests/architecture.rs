//! The floors: an arrow may only point down, and no file grows beyond one thing.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it must not know.
const ABOVE: &[(&str, &[&str])] = &[
    ("domain", &["config", "store", "mail", "desk", "dispatch", "cli", "console", "web"]),
    ("config", &["store", "mail", "desk", "dispatch", "cli", "console", "web"]),
    ("store", &["mail", "desk", "dispatch", "cli", "console", "web"]),
    ("mail", &["store", "desk", "dispatch", "cli", "console", "web"]),
    ("desk", &["cli", "console", "web"]),
    ("dispatch", &["cli", "console", "web"]),
    ("console", &["store", "cli", "web"]),
    ("web", &["store", "cli", "console"]),
    ("cli", &["store", "web"]),
];

/// The longest file: longer, it has become two things.
const LINES: usize = 500;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        if folder.is_dir() {
            sources(&folder, &mut found);
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

/// `src/store/pages/runs.rs` is in the room `store`, `src/config.rs` in `config`.
fn room_of(path: &Path) -> Option<String> {
    let inner = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()?;
    let first = inner.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

#[test]
fn arrows_only_point_down() {
    let mut wrong = Vec::new();
    for path in all_sources() {
        let Some((room, above)) = room_of(&path).and_then(|room| ABOVE.iter().find(|(name, _)| *name == room)) else {
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]")) {
            let code = line.split("//").next().unwrap();
            for other in *above {
                let named = ["::", ";", "::{"].iter().any(|end| code.contains(&format!("crate::{other}{end}")));
                if named {
                    wrong.push(format!(
                        "{}:{}: {room} must not know {other}: {}",
                        path.display(),
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows up:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_about_two_things() {
    let long: Vec<String> = all_sources()
        .into_iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            (lines > LINES).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "longer than {LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn sql_stands_in_the_store_and_colours_in_the_theme() {
    let mut wrong = Vec::new();
    for path in all_sources() {
        let (Some(room), text) = (room_of(&path), fs::read_to_string(&path).unwrap()) else {
            continue;
        };
        let name = path.to_string_lossy().into_owned();
        for (number, line) in text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]")) {
            let sql = ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE "]
                .iter()
                .any(|word| line.contains(word));
            let colour = line.contains("Color::") && !name.contains("console/theme");
            if (sql && room != "store") || colour {
                wrong.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "in the wrong place:\n{}", wrong.join("\n"));
}
