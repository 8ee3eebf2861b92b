//! What a template may speak of.

use minijinja::{Value, context};

/// Everything a template is filled in with. Text from outside is taken as it is: it is cleaned of control characters here,
/// and escaped in HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variables {
    /// The personal link.
    pub url: String,
    /// The inviter's own words, several lines of plain text, capped before; none when there are none.
    pub message: Option<String>,
    /// Who invites; none when the store itself does.
    pub inviter_name: Option<String>,
    /// The store's name.
    pub store_name: String,
    /// The website the invitation is valid on.
    pub website_url: String,
    /// The sender's name, as in From.
    pub sender: String,
    /// The customer group the person gets.
    pub group: String,
    /// The last day the link is good, as text in the sender's language; none when it never expires.
    pub expires_on: Option<String>,
    /// Where the person can say "no more"; none when there is no such page.
    pub unsubscribe_url: Option<String>,
}

impl Variables {
    /// The names a template may use.
    pub const NAMES: [&'static str; 9] = [
        "url",
        "message",
        "inviter_name",
        "store_name",
        "website_url",
        "sender",
        "group",
        "expires_on",
        "unsubscribe_url",
    ];

    /// The values as the template sees them: what is empty is none, so that one `if` is enough.
    pub(super) fn values(&self) -> Value {
        let optional = |text: &Option<String>| text.as_deref().map(one_line).filter(|text| !text.is_empty());
        context! {
            url => one_line(&self.url),
            message => self.message.as_deref().map(lines).filter(|text| !text.is_empty()),
            inviter_name => optional(&self.inviter_name),
            store_name => one_line(&self.store_name),
            website_url => one_line(&self.website_url),
            sender => one_line(&self.sender),
            group => one_line(&self.group),
            expires_on => optional(&self.expires_on),
            unsubscribe_url => optional(&self.unsubscribe_url),
        }
    }
}

/// One line without control characters: what breaks lines, in whatever script, becomes a blank.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let words: Vec<&str> = text.split(breaks).filter(|part| !part.is_empty()).collect();
    words.join(" ").trim().to_owned()
}

/// Lines ended by LF, without any other control character but tabs.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}
