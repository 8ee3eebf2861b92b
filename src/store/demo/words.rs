//! What made-up customers write, and what made-up servers answer.

/// Messages, with the locale of the senders that they fit.
pub(super) const MESSAGES: &[(&str, &str)] = &[
    ("en", "Join me at the private sale, it starts on Friday!"),
    ("en", "You said you needed a winter coat. Members get 40 % off until Sunday."),
    ("en", "Hi! I thought of you.\nThe link is only for you, so don't pass it on."),
    ("en", "Come and have a look, you will love it 🎁"),
    ("de", "Der Privatverkauf fängt bald an – komm doch vorbei!"),
    ("de", "Liebe Grüße! Hier ist deine Einladung.\nBis Sonntag gibt es 30 % auf alles."),
    ("de", "Schau mal, die Schuhe, von denen ich erzählt habe 👟"),
    ("fr", "Viens faire un tour à la vente privée, ça commence vendredi !"),
    ("fr", "Voici ton invitation. À très vite,\nbises"),
    ("es", "¡Te invito a la venta privada! Empieza el viernes."),
    ("es", "Hola, aquí tienes tu invitación. ¡Un abrazo!"),
    ("en", "تعال وشاهد التخفيضات"),
    ("en", "セールに招待します。ぜひ見てください。"),
];

/// Refusals for good: code, the server's words (with the address where `{}` stands), and how often of a hundred.
pub(super) const REFUSALS: &[(i64, &str, u64)] = &[
    (550, "550 5.1.1 Recipient address rejected: user unknown {}", 46),
    (552, "552 5.2.2 Mailbox full: the recipient is over quota", 22),
    (554, "554 5.7.1 Message blocked: sender reputation too low", 18),
    (550, "550 5.1.2 Host unknown: domain not found", 8),
    (550, "550 5.2.1 This mailbox is disabled", 6),
];

/// Refusals for now, of mails that went through later.
pub(super) const DELAY: (i64, &str) = (451, "451 4.7.1 Greylisted, please try again later");

/// Why nobody knows.
pub(super) const DOUBT: &str = "no answer after the final dot: the connection was closed";

/// Why staff discarded.
pub(super) const REASONS: &[&str] = &[
    "asked to be left alone",
    "typing error in the address",
    "campaign cancelled",
    "left the company",
];
