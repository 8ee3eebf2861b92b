#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use rstest::rstest;

fn around(variables: &[(&str, &str)]) -> Surroundings {
    Surroundings {
        variables: variables
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        home: "/home/anna".into(),
        config: "/c/guestlist".into(),
        data: "/d/guestlist".into(),
        state: "/s/guestlist".into(),
        operator: "anna".to_owned(),
    }
}

fn load(text: &str, variables: &[(&str, &str)], db: Option<&str>) -> Result<(Config, Vec<String>), String> {
    let overrides = Overrides {
        database: db.map(str::to_owned),
        config: None,
    };
    let loaded = Config::from_parts(&overrides, &around(variables), Path::new("c.toml"), text);
    loaded
        .map(|(config, warnings)| (config, warnings.iter().map(ToString::to_string).collect()))
        .map_err(|error| error.to_string())
}

#[test]
fn without_anything_all_is_under_the_data_folder() {
    let (config, warnings) = load("", &[], None).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(config.database, Path::new("/d/guestlist/guestlist.db"));
    assert_eq!(config.key_file, Path::new("/d/guestlist/links.key"));
    assert_eq!(config.mail.outbox, Path::new("/d/guestlist/outbox"));
    assert_eq!((config.mail.transport, config.read_only), (None, false));
}

#[test]
fn another_database_has_its_own_key_and_outbox() {
    let (config, _) = load("", &[], Some("sqlite:/x/shop.db")).unwrap();
    assert_eq!(config.key_file, Path::new("/x/shop.db.key"));
    assert_eq!(config.mail.outbox, Path::new("/x/outbox"));
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let text = "database = '/file.db'\nread_only = true\n[console]\ntheme = 'light'\nkeys = { send = ['s', 'S'], quit = 'q' }\n";
    let (config, warnings) = load(text, &[], None).unwrap();
    assert_eq!(warnings, Vec::<String>::new());
    assert!(config.read_only);
    assert_eq!(config.console.theme, ThemeChoice::Light);
    assert_eq!(config.console.keys.get("send").unwrap(), &["s", "S"]);
    let variables = [("GUESTLIST_DB", "~/env.db"), ("GUESTLIST_READ_ONLY", "0"), ("GUESTLIST_THEME", "")];
    let (config, _) = load(text, &variables, None).unwrap();
    assert_eq!(
        (config.database.as_path(), config.read_only),
        (Path::new("/home/anna/env.db"), false)
    );
    assert_eq!(config.console.theme, ThemeChoice::Light);
    assert_eq!(load(text, &variables, Some("cli.db")).unwrap().0.database, Path::new("cli.db"));
}

#[rstest]
#[case("a = 1", "c.toml, line 1: there is no key a")]
#[case(
    "\n[console]\nthem = 'x'",
    "c.toml, line 3: there is no key console.them; did you mean console.theme?"
)]
#[case(
    "[console]\ntheme = 'pink'",
    "c.toml, line 2: console.theme: “pink” is none of auto, dark, light, mono; the default holds"
)]
#[case("[console]\ntimezone = 'Mars'", "c.toml, line 2: console.timezone: ")]
#[case(
    "read_only = 5",
    "c.toml, line 1: read_only: a text is wanted, and this is of type integer; the default holds"
)]
#[case("[mail]\npassword = 'x'", "c.toml, line 2: mail.password is not read")]
fn what_is_not_understood_is_told_with_its_line(#[case] text: &str, #[case] told: &str) {
    let (_, warnings) = load(text, &[], None).unwrap();
    assert!(
        warnings.len() == 1 && warnings.iter().all(|warning| warning.starts_with(told)),
        "{warnings:?}"
    );
}

#[rstest]
#[case("database = 'postgres://h/d'", "c.toml, line 1: this build keeps its data in SQLite")]
#[case("database = ''", "c.toml, line 1: the database must be a file")]
#[case("x = 1\ndatabase = [1]", "c.toml, line 2: ")]
#[case("x = 1\nx = ", "the configuration c.toml, line 2: ")]
fn what_could_open_another_database_is_an_error(#[case] text: &str, #[case] told: &str) {
    let error = load(text, &[], None).unwrap_err();
    assert!(error.starts_with(told), "{error}");
}

#[test]
fn the_secret_is_never_shown() {
    let (config, _) = load("", &[("GUESTLIST_MAIL_PASSWORD", "hunter2")], None).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.mail.password.unwrap().into_text(), "hunter2");
}
