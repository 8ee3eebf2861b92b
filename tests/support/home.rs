//! One operator's home, and the real binary run in it: as commands, or as the console in a terminal.

use crate::terminal::Terminal;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// In the order in which they refer to each other.
const FILES: [&str; 6] = ["websites", "stores", "customer_groups", "customers", "magento_invitation", "orders"];

/// A file of the shop that moves in.
pub(crate) fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shop").join(name);
    path.display().to_string()
}

pub(crate) struct Home {
    folder: TempDir,
    mail: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, mail: None }
    }

    /// Sends by this route from here on.
    pub(crate) fn mails_by(&mut self, route: &str) {
        self.mail = Some(route.to_owned());
    }

    /// Where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("data/guestlist/guestlist.db")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guestlist"));
        command.args(arguments).env_clear().stdin(Stdio::null()).env("USER", "anna");
        for (key, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
        ] {
            command.env(key, self.folder.path().join(folder));
        }
        command.envs(self.mail.iter().map(|route| ("GUESTLIST_MAIL", route)));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().unwrap();
        Answer {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs what must succeed.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let answer = self.run(arguments);
        assert_eq!(answer.code, Some(0), "{arguments:?}: {}{}", answer.out, answer.err);
        answer.out
    }

    /// Runs what must succeed, and reads its JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.succeed(arguments)).unwrap()
    }

    /// The invitations that match, as the command line lists them.
    pub(crate) fn list(&self, filter: &str) -> Vec<Value> {
        let out = self.succeed(&["list", "--filter", filter, "--json"]);
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn set(&self, settings: &[(&str, &str)]) {
        for (key, value) in settings {
            self.succeed(&["settings", "set", key, value]);
        }
    }

    /// Takes in the whole shop; gives what was told about each file.
    pub(crate) fn move_in(&self) -> Vec<Value> {
        let file = |name: &&str| self.json(&["import", &fixture(&format!("{name}.csv")), "--json"]);
        FILES.iter().map(file).collect()
    }

    /// Opens the console.
    pub(crate) fn console(&self, size: (u16, u16)) -> Terminal {
        let env: Vec<(&str, &str)> = self.mail.iter().map(|route| ("GUESTLIST_MAIL", route.as_str())).collect();
        Terminal::start(self.folder.path(), size, &[], &env)
    }
}
