//! The outbox folder: each mail a file, for shops that have not set up a server yet, and for looking.

use crate::domain::ids::InvitationId;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A mail that became a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Where it lies.
    pub path: PathBuf,
}

impl Filed {
    /// What stands where a server's reply would stand.
    pub fn reply(&self) -> String {
        format!("written to {}, no server took it", self.path.display())
    }
}

/// The mail could not be filed; there is no whole file of it.
#[derive(Debug, Error)]
#[error("the mail cannot be written to {}: {source}; make the folder writable, or set another mail route", path.display())]
pub struct FolderError {
    /// The file or folder it happened to.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Writes `mail` into `folder`, so that it is there whole or not at all, also after a power cut; only its owner may read
/// it. The name depends on the invitation and the Message-ID alone: another try of the same mail replaces its file.
/// Blocks: call it where blocking is allowed.
pub fn file(folder: &Path, invitation: InvitationId, message_id: &str, mail: &[u8]) -> Result<Filed, FolderError> {
    let name = name_of(invitation, message_id);
    let path = folder.join(&name);
    let draft = folder.join(format!(".{name}.part"));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| FolderError { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    write_new(&draft, mail).map_err(failed(&draft))?;
    fs::rename(&draft, &path).map_err(failed(&path))?;
    sync_folder(folder).map_err(failed(folder))?;
    Ok(Filed { path })
}

/// The files of one invitation's mails, of every attempt and resend: what erasing a person has to remove. A folder that is
/// not there has none. Blocks.
pub fn files_of(folder: &Path, invitation: InvitationId) -> Result<Vec<PathBuf>, FolderError> {
    let failed = |source| FolderError {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let start = format!("{invitation}-");
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let of_invitation = name.to_str().is_some_and(|name| {
            name.trim_start_matches('.')
                .strip_prefix("invitation-")
                .is_some_and(|rest| rest.starts_with(&start))
        });
        if of_invitation {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn name_of(invitation: InvitationId, message_id: &str) -> String {
    let mut name = format!("invitation-{invitation}-");
    for byte in Sha256::digest(message_id.as_bytes()).iter().take(8) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name.push_str(".eml");
    name
}

/// A new file, never one that someone else put there to be written through.
fn write_new(path: &Path, mail: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(mail)?;
    file.sync_all()
}

/// The name is durable only when the folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    const ID: InvitationId = InvitationId(7);

    #[test]
    fn a_repeat_replaces_its_file_and_a_resend_is_another() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = dir.path().join("deep/outbox");
        let first = file(&outbox, ID, "<a@shop.example>", b"one").unwrap();
        assert_eq!(first.reply(), format!("written to {}, no server took it", first.path.display()));
        let again = file(&outbox, ID, "<a@shop.example>", b"two").unwrap();
        assert_eq!((&first, fs::read(&first.path).unwrap()), (&again, b"two".to_vec()));
        let resent = file(&outbox, ID, "<b@shop.example>", b"three").unwrap();
        file(&outbox, InvitationId(77), "<a@shop.example>", b"other").unwrap();
        let mut mine = vec![first.path, resent.path];
        mine.sort();
        assert_eq!(files_of(&outbox, ID).unwrap(), mine);
        assert_eq!(fs::read_dir(&outbox).unwrap().count(), 3, "no draft is left");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_and_a_planted_link_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let victim = dir.path().join("victim");
        fs::write(&victim, "untouched").unwrap();
        symlink(&victim, dir.path().join(format!(".{}.part", name_of(ID, "<a@x>")))).unwrap();
        let filed = file(dir.path(), ID, "<a@x>", b"mail").unwrap();
        assert_eq!(fs::metadata(&filed.path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
    }

    #[test]
    fn what_cannot_be_written_says_where() {
        let dir = tempfile::tempdir().unwrap();
        let blocked = dir.path().join("a file");
        fs::write(&blocked, "").unwrap();
        let error = file(&blocked, ID, "<a@x>", b"mail").unwrap_err();
        assert!(error.to_string().contains("a file"), "{error}");
        assert_eq!(files_of(&dir.path().join("nowhere"), ID).unwrap(), Vec::<PathBuf>::new());
    }
}
