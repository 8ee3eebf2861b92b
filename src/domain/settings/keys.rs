//! The table of settings: adding one is a row here.

use serde::{Serialize, Serializer};
use std::time::Duration;

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// on or off.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number, both ends included.
    Count {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
        /// Whether `none` is possible.
        optional: bool,
    },
    /// A length of time.
    Span {
        /// The least.
        least: Duration,
        /// Whether `none` is possible.
        optional: bool,
    },
    /// An IANA time zone.
    Zone,
    /// One line of text.
    Text,
}

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $default:literal, $kind:expr, $scoped:literal, $help:literal;)*) => {
        /// One shared setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Setting {
            $(#[doc = $help] $name,)*
        }

        impl Setting {
            /// Every setting, in the order in which they are listed.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name),*];

            /// Its name in commands and in the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What holds while nobody set it.
            pub const fn default(self) -> &'static str {
                match self { $(Self::$name => $default,)* }
            }

            /// What values it takes.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$name => $kind,)* }
            }

            /// Whether it can differ by website or sender.
            pub const fn scoped(self) -> bool {
                match self { $(Self::$name => $scoped,)* }
            }

            /// One line for the person who sets it.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

const fn count(least: u64, most: u64) -> Kind {
    Kind::Count {
        least,
        most,
        optional: false,
    }
}

const fn limit(most: u64) -> Kind {
    Kind::Count {
        least: 1,
        most,
        optional: true,
    }
}

const fn span(least: u64, optional: bool) -> Kind {
    Kind::Span {
        least: Duration::from_secs(least),
        optional,
    }
}

settings! {
    StoreName = "store_name", "My Shop", Kind::Text, true, "The shop's name, as mails and pages show it.";
    Enabled = "enabled", "on", Kind::Switch, true, "Off: nothing can be created, sent or accepted, by anyone.";
    StorefrontEnabled = "storefront_enabled", "on", Kind::Switch, true, "Off: the same, for customers only.";
    Registration = "registration", "open", Kind::Choice(&["open", "invitation_only"]), true, "Whether the shop takes new customers without an invitation.";
    GroupRule = "group_rule", "inviter", Kind::Choice(&["inviter", "default"]), true, "Which group an invitee gets: the inviter's, or the default group.";
    DefaultGroup = "default_group", "General", Kind::Text, true, "The group for invitees where no other is chosen.";
    AllowCustomerMessage = "allow_customer_message", "on", Kind::Switch, true, "Whether customers may add a message of their own.";
    MaxPerSend = "max_per_send", "5", count(1, 1000), true, "How many addresses a customer may invite at once.";
    ExpiresAfter = "expires_after", "never", span(60, true), true, "How long after its creation a new invitation stays open.";
    Retention = "retention", "never", span(86_400, true), false, "When the addresses of people who never accepted are erased.";
    Timezone = "timezone", "UTC", Kind::Zone, false, "Where days begin and end in reports, and how dates are shown.";
    BatchSize = "batch_size", "50", count(1, 1_000_000), false, "How many mails may go out within one batch interval.";
    BatchInterval = "batch_interval", "60s", span(1, false), false, "The length of the window that the batch size limits.";
    Connections = "connections", "4", count(1, 100), false, "How many connections to the mail server a dispatcher holds at most.";
    RatePerSecond = "rate_per_second", "none", limit(100_000), false, "How many mails may go out within one second.";
    DailyCap = "daily_cap", "none", limit(1_000_000_000), false, "How many mails may go out within 24 hours.";
    PerDomainInFlight = "per_domain_in_flight", "none", limit(100), false, "How many mails to one recipient domain may be in flight at once.";
    InDoubt = "in_doubt", "hold", Kind::Choice(&["hold", "assume_sent", "resend_once"]), false, "What becomes of a mail when nobody knows whether the server took it.";
    Cooldown = "cooldown", "24h", span(0, true), true, "How long after a mail another inviter's invitation to the same address waits.";
    SendHold = "send_hold", "10s", span(0, false), false, "How long a queued mail is held back, so that it can be undone.";
    UnsubscribeBaseUrl = "unsubscribe_base_url", "none", Kind::Text, true, "Where unsubscribe links lead; none leaves the mailto alone.";
    ReminderAfter = "reminder_after", "off", span(86_400, true), true, "After how long an unanswered invitation is mailed again.";
    ReminderAtMost = "reminder_at_most", "1", count(1, 10), true, "How many reminders an invitation gets at most.";
    LinkTemplate = "link_template", "{website_url}/customer/account/login/?invitation={code}", Kind::Text, true, "Where the link in the mail leads.";
    MailRoute = "mail_route", "folder", Kind::Text, false, "The route that all dispatchers use; set together with the mail set-up.";
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
