//! The words of an invitation: templates for subject, text and HTML, shipped with the program and open to be overridden.
//!
//! For each part the first of these is taken: `<folder>/<sender>/<locale>/invitation.<part>`,
//! `<folder>/<locale>/invitation.<part>`, the shipped one; then the same for the language alone (`de` of `de_AT`), and
//! then for English. A template that would fail for one person fails for all of them at once, before any is sent to: unknown
//! variables are looked for in the whole template, also where its conditions do not lead this time.

mod source;
mod variables;

pub use variables::Variables;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value, escape_formatter};
use source::Source;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use thiserror::Error;

/// The longest subject, in characters: what is longer is cut by every inbox.
const SUBJECT: usize = 250;

/// A mail's words, ready to be put into form. Lines end in LF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a template gives no mail.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// The file is there and cannot be read.
    #[error("the template {} cannot be read: {source}; make it readable, or take it away to use the shipped one", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no template, or fails while it is filled in.
    #[error("{file}:{line}: {what}; correct the template")]
    Broken {
        /// The file, or the name of the shipped template.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// It asks for something there is not.
    #[error("{file}:{line}: there is no variable {name}; there are {}", Variables::NAMES.join(", "))]
    UnknownVariable {
        /// The file, or the name of the shipped template.
        file: String,
        /// From 1.
        line: usize,
        /// What it asks for.
        name: String,
    },
    /// The subject is not one line.
    #[error("{file}: the subject must be one line of 1 to {SUBJECT} characters; it became {lines} lines and {length} characters")]
    Subject {
        /// The file, or the name of the shipped template.
        file: String,
        /// How many lines it became.
        lines: usize,
        /// How many characters.
        length: usize,
    },
}

/// All templates of one machine. What was read once is kept until [`Templates::reload`].
#[derive(Debug, Default)]
pub struct Templates {
    folder: Option<PathBuf>,
    kept: RwLock<HashMap<(String, String), Arc<Set>>>,
}

/// The three templates of one sender and locale, compiled.
#[derive(Debug)]
struct Set {
    environment: Environment<'static>,
    subject: String,
    text: String,
    html: String,
}

impl Templates {
    /// The shipped templates, and those in `folder` before them.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            kept: RwLock::default(),
        }
    }

    /// Forgets what was read, so that changed files count.
    pub fn reload(&self) {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The mail's words for one person. `locale` is the sender's (`en`, `de_AT`, `pt-BR`), `sender_code` its code.
    pub fn render(&self, variables: &Variables, locale: &str, sender_code: &str) -> Result<Rendered, TemplateError> {
        let set = self.set(locale, sender_code)?;
        let values = variables.values();
        let subject = set.fill(&set.subject, &values)?.trim().to_owned();
        let (lines, length) = (subject.lines().count(), subject.chars().count());
        if lines != 1 || length > SUBJECT {
            return Err(TemplateError::Subject {
                file: set.subject.clone(),
                lines,
                length,
            });
        }
        Ok(Rendered {
            subject,
            text: set.fill(&set.text, &values)?,
            html: set.fill(&set.html, &values)?,
        })
    }

    fn set(&self, locale: &str, sender_code: &str) -> Result<Arc<Set>, TemplateError> {
        let key = (locale.to_owned(), sender_code.to_owned());
        if let Some(set) = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(set));
        }
        let find = |part| source::find(self.folder.as_deref(), locale, sender_code, part);
        let set = Arc::new(Set::compile(find("subject.txt")?, find("body.txt")?, find("body.html")?)?);
        self.kept
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Arc::clone(&set));
        Ok(set)
    }
}

impl Set {
    fn compile(subject: Source, text: Source, html: Source) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        let syntax = syntax.build().map_err(|error| broken("templates", &error))?;
        environment.set_syntax(syntax);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_formatter(write_value);
        environment.add_filter("quoted", quoted);
        environment.add_filter("line_breaks", line_breaks);
        let set = [subject, text, html].map(|source| {
            let file = source.file.clone();
            add(&mut environment, source).map(|()| file)
        });
        let [subject, text, html] = set;
        Ok(Self {
            subject: subject?,
            text: text?,
            html: html?,
            environment,
        })
    }

    fn fill(&self, file: &str, values: &Value) -> Result<String, TemplateError> {
        let template = self.environment.get_template(file).map_err(|error| broken(file, &error))?;
        template.render(values.clone()).map_err(|error| broken(file, &error))
    }
}

fn add(environment: &mut Environment<'static>, source: Source) -> Result<(), TemplateError> {
    let file = source.file;
    environment
        .add_template_owned(file.clone(), source.text.clone())
        .map_err(|error| broken(&file, &error))?;
    let template = environment.get_template(&file).map_err(|error| broken(&file, &error))?;
    let known = |name: &String| Variables::NAMES.contains(&name.as_str()) || environment.globals().any(|(global, _)| global == name);
    let mut unknown: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| !known(name))
        .collect();
    unknown.sort();
    match unknown.into_iter().next() {
        Some(name) => Err(TemplateError::UnknownVariable {
            line: line_of(&source.text, &name),
            file,
            name,
        }),
        None => Ok(()),
    }
}

/// The first line that has `name` as a word, since the parser does not tell where it was.
fn line_of(text: &str, name: &str) -> usize {
    let word = |c: char| !(c.is_alphanumeric() || c == '_');
    text.lines()
        .position(|line| line.split(word).any(|part| part == name))
        .map_or(1, |index| index + 1)
}

fn broken(file: &str, error: &minijinja::Error) -> TemplateError {
    let what = error
        .detail()
        .map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    TemplateError::Broken {
        file: file.to_owned(),
        line: error.line().unwrap_or(1),
        what,
    }
}

/// Writes a value into HTML or text. minijinja's own escaping also turns each `/` into an entity, which makes links that
/// people and scanners cannot read; all values here stand between tags or in double quotes.
fn write_value(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() => Ok(out.write_str(&escaped(text))?),
        // What there is not leaves nothing behind, instead of the word "none".
        None if value.is_none() => Ok(()),
        _ => escape_formatter(out, state, value),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Filter for text: each line as a quotation.
fn quoted(text: Option<&str>) -> String {
    let lines: Vec<String> = text
        .unwrap_or_default()
        .lines()
        .map(|line| format!("> {line}").trim_end().to_owned())
        .collect();
    lines.join("\n")
}

/// Filter for HTML: escaped, with its line breaks kept.
fn line_breaks(text: Option<&str>) -> Value {
    let lines: Vec<String> = text.unwrap_or_default().lines().map(escaped).collect();
    Value::from_safe_string(lines.join("<br>\n"))
}

#[cfg(test)]
mod tests;
