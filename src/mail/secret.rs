//! The secret of the SMTP account: where it comes from, and a type that never shows it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use thiserror::Error;
use tokio::process::Command;

/// The name under which systemd hands the secret over (`LoadCredential=smtp_password:...`, systemd.exec(5)).
const CREDENTIAL: &str = "smtp_password";

/// How long a password command may take; some unlock a keyring first.
const PATIENCE: Duration = Duration::from_mins(1);

/// A secret. It can be shown neither by Debug nor Display, and is serialised by nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the login alone.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Where the secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// Given outright, by the environment.
    Value(Secret),
    /// The first line of a file that only its owner may read.
    File(PathBuf),
    /// The first line a shell command prints.
    Command(String),
    /// The folder systemd puts credentials into (`$CREDENTIALS_DIRECTORY`).
    Credentials(PathBuf),
}

/// Why there is no secret.
#[derive(Debug, Error)]
pub enum SecretError {
    /// The file, or the systemd credential, cannot be read.
    #[error("the SMTP password cannot be read from {}: {source}; check that the file exists and that this user may read it", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others may read the file.
    #[error("the SMTP password file {} can be read by others (mode {mode:03o}); close it with: chmod 600 {}", path.display(), path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is nothing in it.
    #[error("{0} gives no SMTP password: its first line is empty; put the password there")]
    Empty(String),
    /// It cannot be sent in a login.
    #[error("{0} gives an SMTP password that is not UTF-8 text or holds a NUL; correct it")]
    NotText(String),
    /// The command did not do its work.
    #[error("mail.password_command did not give the SMTP password: {0}; run it by hand to see why")]
    Command(String),
}

impl SecretSource {
    /// Which source counts when several are configured: a value, then a file, then a command, then what systemd left
    /// in `credentials`, where it did.
    pub fn choose(value: Option<Secret>, file: Option<PathBuf>, command: Option<String>, credentials: Option<PathBuf>) -> Option<Self> {
        let left = || credentials.filter(|folder| folder.join(CREDENTIAL).exists());
        value
            .map(Self::Value)
            .or_else(|| file.map(Self::File))
            .or_else(|| command.map(Self::Command))
            .or_else(|| left().map(Self::Credentials))
    }

    /// Fetches the secret. Runs the command, where that is the source, and waits for it for up to a minute.
    pub async fn resolve(&self) -> Result<Secret, SecretError> {
        match self {
            Self::Value(secret) => first_line(secret.expose().as_bytes(), "GUESTLIST_MAIL_PASSWORD"),
            Self::File(path) => {
                refuse_open_file(path)?;
                read(path).await
            }
            // systemd guards these files itself; their modes depend on its version.
            Self::Credentials(folder) => read(&folder.join(CREDENTIAL)).await,
            Self::Command(line) => run(line).await,
        }
    }
}

async fn read(path: &Path) -> Result<Secret, SecretError> {
    let bytes = tokio::fs::read(path).await.map_err(|source| SecretError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    first_line(&bytes, &path.display().to_string())
}

#[cfg(unix)]
fn refuse_open_file(path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let facts = std::fs::metadata(path).map_err(|source| SecretError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let mode = facts.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 {
        Ok(())
    } else {
        Err(SecretError::Open {
            path: path.to_owned(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn refuse_open_file(_path: &Path) -> Result<(), SecretError> {
    Ok(())
}

async fn run(line: &str) -> Result<Secret, SecretError> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let running = Command::new(shell)
        .arg(flag)
        .arg(line)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, running)
        .await
        .map_err(|_| SecretError::Command(format!("it was still running after {} seconds", PATIENCE.as_secs())))?
        .map_err(|error| SecretError::Command(error.to_string()))?;
    if !output.status.success() {
        // What it printed is not repeated: it may hold the secret.
        return Err(SecretError::Command(format!("it ended with {}", output.status)));
    }
    first_line(&output.stdout, "mail.password_command")
}

fn first_line(bytes: &[u8], from: &str) -> Result<Secret, SecretError> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| SecretError::NotText(from.to_owned()))?;
    if text.is_empty() {
        return Err(SecretError::Empty(from.to_owned()));
    }
    if text.contains('\0') {
        return Err(SecretError::NotText(from.to_owned()));
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use std::fs;

    #[test]
    fn a_secret_is_never_shown() {
        let source = SecretSource::Value(Secret::new("hunter2"));
        assert!(!format!("{source:?} {}", Secret::new("hunter2")).contains("hunter2"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_gives_its_first_line_when_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        fs::write(&path, "hunter2\r\nnot this\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let source = SecretSource::File(path.clone());
        let error = source.resolve().await.unwrap_err().to_string();
        assert!(error.contains("chmod 600") && error.contains("640"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(source.resolve().await.unwrap(), Secret::new("hunter2"));
        fs::write(&path, "\n").unwrap();
        assert!(matches!(source.resolve().await, Err(SecretError::Empty(_))));
        fs::remove_file(&path).unwrap();
        assert!(matches!(source.resolve().await, Err(SecretError::Unreadable { .. })));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_gives_its_first_line_and_its_output_is_never_repeated() {
        assert_eq!(
            SecretSource::Command("echo hunter2; echo more".into()).resolve().await.unwrap(),
            Secret::new("hunter2")
        );
        let error = SecretSource::Command("echo hunter2 >&2; exit 3".into())
            .resolve()
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains('3') && !error.contains("hunter2"), "{error}");
    }

    #[tokio::test]
    async fn the_environment_comes_first_and_systemd_last() {
        let dir = tempfile::tempdir().unwrap();
        let folder = || Some(dir.path().to_owned());
        assert_eq!(SecretSource::choose(None, None, None, folder()), None);
        fs::write(dir.path().join("smtp_password"), "from systemd").unwrap();
        let left = SecretSource::choose(None, None, None, folder()).unwrap();
        assert_eq!(left.resolve().await.unwrap(), Secret::new("from systemd"));
        let given = SecretSource::choose(Some(Secret::new("given")), Some("file".into()), Some("command".into()), folder()).unwrap();
        assert_eq!(given.resolve().await.unwrap(), Secret::new("given"));
    }
}
