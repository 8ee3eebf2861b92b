//! Which lines of a pasted mail hold people: `To:` does, `Message-ID: <1@mail.example.com>` only looks as if.

/// Fields whose values hold words with an `@` that nobody reads mail at, or running text (RFC 5322 section 3.6, RFC 6376, RFC 8617).
const WITHOUT_PEOPLE: &[&str] = &[
    "authentication-results",
    "date",
    "delivered-to",
    "dkim-signature",
    "domainkey-signature",
    "feedback-id",
    "in-reply-to",
    "message-id",
    "mime-version",
    "received",
    "received-spf",
    "references",
    "resent-message-id",
    "return-path",
    "subject",
    "thread-index",
    "thread-topic",
];

/// Families of such fields.
const FAMILIES_WITHOUT_PEOPLE: &[&str] = &["arc-", "content-", "list-", "x-"];

/// Where in a mail's header the reading stands: folded lines belong to the field above them (RFC 5322 section 2.2.3).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// Not within a header, or in a field with people.
    #[default]
    People,
    /// In a field to be passed over.
    Other,
}

/// Follows the fields from line to line.
#[derive(Debug, Default)]
pub(super) struct Headers {
    field: Field,
}

impl Headers {
    /// Whether addresses on `line` are people's. Asked once a line, in order.
    pub(super) fn holds_people(&mut self, line: &str) -> bool {
        let folded = line.starts_with([' ', '\t']) && !line.trim().is_empty();
        if !folded {
            self.field = field_of(line);
        }
        self.field == Field::People
    }
}

fn field_of(line: &str) -> Field {
    // The longest known name has 22 letters: a colon further on is none of a field.
    let Some((name, _)) = line.get(..line.len().min(64)).unwrap_or_default().split_once(':') else {
        return Field::People;
    };
    let name = name.trim_end().to_ascii_lowercase();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let family = FAMILIES_WITHOUT_PEOPLE.iter().any(|family| name.starts_with(family));
    if is_name && (family || WITHOUT_PEOPLE.contains(&name.as_str())) {
        Field::Other
    } else {
        Field::People
    }
}
