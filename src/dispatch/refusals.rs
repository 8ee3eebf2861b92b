//! Runs of like refusals: what says that it is not the recipients' fault.

use crate::mail::smtp::Reply;

/// So many refusals by policy in a row stop the dispatch: going on would only make our name worse.
const POLICY: u32 = 5;

/// So many other refusals in a row.
const OTHER: u32 = 50;

/// What a permanent refusal speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The address: says nothing about us.
    Address,
    /// Policy (5.7.x, RFC 3463 section 3.8): we are not trusted, or not allowed.
    Policy,
    Other,
}

impl Kind {
    fn of(reply: &Reply) -> Self {
        let no_such = [
            "user unknown",
            "no such user",
            "unknown user",
            "no such recipient",
            "no mailbox here",
        ];
        let words = reply.text.to_lowercase();
        match reply.enhanced.as_deref() {
            Some(code) if code.starts_with("5.1.") => Self::Address,
            Some(code) if code.starts_with("5.7.") => Self::Policy,
            None if no_such.iter().any(|known| words.contains(known)) => Self::Address,
            _ => Self::Other,
        }
    }
}

/// How many refusals of one kind came in a row.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    run: Option<(Kind, u32)>,
}

impl Refusals {
    /// A mail was taken: the run is over.
    pub(super) fn taken(&mut self) {
        self.run = None;
    }

    /// A mail was refused for good. Gives the reason to pause, with the remedy, once the run is long enough.
    pub(super) fn refused(&mut self, reply: &Reply, words: &str) -> Option<String> {
        let kind = Kind::of(reply);
        if kind == Kind::Address {
            return None;
        }
        let count = match self.run {
            Some((of, count)) if of == kind => count + 1,
            _ => 1,
        };
        self.run = Some((kind, count));
        let (enough, remedy) = match kind {
            Kind::Address => return None,
            Kind::Policy => (
                POLICY,
                "the server does not trust this sender: ask its operator (SPF, DKIM, block lists), then resume",
            ),
            Kind::Other => (OTHER, "mend the cause, then resume"),
        };
        if count < enough {
            return None;
        }
        self.run = None;
        Some(format!("{count} mails in a row were refused: {words}; {remedy}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(enhanced: Option<&str>, text: &str) -> Reply {
        Reply {
            code: 550,
            enhanced: enhanced.map(str::to_owned),
            text: text.to_owned(),
        }
    }

    fn pauses_after(reply: &Reply, most: u32) -> Option<u32> {
        let mut refusals = Refusals::default();
        (1..=most).find(|_| refusals.refused(reply, "words").is_some())
    }

    #[test]
    fn policy_stops_early_others_late_and_addresses_never() {
        assert_eq!(pauses_after(&reply(Some("5.7.1"), "blocked"), 100), Some(5));
        assert_eq!(pauses_after(&reply(Some("5.3.0"), "no"), 100), Some(50));
        assert_eq!(pauses_after(&reply(Some("5.1.1"), "no such"), 100), None);
        assert_eq!(pauses_after(&reply(None, "User unknown"), 100), None);
    }

    #[test]
    fn a_mail_that_is_taken_ends_the_run_and_an_unknown_address_does_not_count() {
        let policy = reply(Some("5.7.1"), "blocked");
        let mut refusals = Refusals::default();
        for _ in 0..4 {
            assert_eq!(refusals.refused(&policy, ""), None);
        }
        assert_eq!(refusals.refused(&reply(Some("5.1.1"), ""), ""), None);
        refusals.taken();
        for _ in 0..4 {
            assert_eq!(refusals.refused(&policy, ""), None);
        }
        assert!(
            refusals
                .refused(&policy, "550 5.7.1 blocked")
                .is_some_and(|why| why.contains("5.7.1 blocked"))
        );
    }
}
