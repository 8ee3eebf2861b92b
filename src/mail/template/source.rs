//! Where a template comes from: a folder of the operator's, or the program itself.

use super::TemplateError;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The text of one template, and what to call it in an error.
#[derive(Debug)]
pub(super) struct Source {
    /// The file; `.html` at the end switches escaping on.
    pub(super) file: String,
    pub(super) text: String,
}

/// The locale that is always there.
const LAST: &str = "en";

/// The template for `part` (`subject.txt`, `body.txt`, `body.html`), in the order the parent module tells.
pub(super) fn find(folder: Option<&Path>, locale: &str, sender: &str, part: &str) -> Result<Source, TemplateError> {
    let language = locale.split(['_', '-']).next().unwrap_or(LAST);
    for locale in [locale, language, LAST] {
        if let Some(folder) = folder {
            for path in candidates(folder, locale, sender, part) {
                if let Some(text) = read(&path)? {
                    return Ok(Source {
                        file: path.display().to_string(),
                        text,
                    });
                }
            }
        }
        if let Some(text) = shipped(locale, part) {
            return Ok(Source {
                file: format!("shipped {locale}/invitation.{part}"),
                text: text.to_owned(),
            });
        }
    }
    let path = PathBuf::from(format!("invitation.{part}"));
    Err(TemplateError::Unreadable {
        path,
        source: ErrorKind::NotFound.into(),
    })
}

/// The sender's own first. Codes and locales come from a database: what could leave the folder is not looked for.
fn candidates(folder: &Path, locale: &str, sender: &str, part: &str) -> Vec<PathBuf> {
    let name = format!("invitation.{part}");
    let mut paths = Vec::new();
    if plain(locale) {
        if plain(sender) {
            paths.push(folder.join(sender).join(locale).join(&name));
        }
        paths.push(folder.join(locale).join(&name));
    }
    paths
}

/// A name that is one step down a folder and nothing else.
fn plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Nothing when the file is not there; an error when it is, and cannot be read: then the shipped one is not what was meant.
fn read(path: &Path) -> Result<Option<String>, TemplateError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.replace("\r\n", "\n"))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(TemplateError::Unreadable {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The three parts of one shipped locale.
macro_rules! locale {
    ($code:literal) => {
        (
            $code,
            [
                (
                    "subject.txt",
                    include_str!(concat!("../../../assets/mail/", $code, "/invitation.subject.txt")),
                ),
                (
                    "body.txt",
                    include_str!(concat!("../../../assets/mail/", $code, "/invitation.body.txt")),
                ),
                (
                    "body.html",
                    include_str!(concat!("../../../assets/mail/", $code, "/invitation.body.html")),
                ),
            ],
        )
    };
}

/// A locale and its parts, by name.
type Locale = (&'static str, [(&'static str, &'static str); 3]);

/// What is built into the program: a line a locale.
pub(super) const SHIPPED: &[Locale] = &[locale!("en"), locale!("de"), locale!("es"), locale!("fr")];

fn shipped(locale: &str, part: &str) -> Option<&'static str> {
    let (_, parts) = SHIPPED.iter().find(|(code, _)| code.eq_ignore_ascii_case(locale))?;
    parts.iter().find(|(name, _)| *name == part).map(|(_, text)| *text)
}
