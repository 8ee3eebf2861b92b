//! What the tests' SMTP server is told to do: a script of offers and faults.

/// A step of the conversation, named by what the server is about to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Banner,
    Ehlo,
    StartTls,
    Auth,
    MailFrom,
    Rcpt,
    Data,
    /// In the middle of the mail, after its first line.
    Body,
    /// After the final dot.
    Dot,
    Reset,
}

/// What the server does instead of its work.
#[derive(Debug, Clone)]
pub(super) enum Act {
    Say(String),
    SayAndClose(String),
    /// The text without a line end, then the end of the connection.
    HalfSay(String),
    Close,
    /// Nothing until it is released, then its work.
    Hang,
}

#[derive(Debug, Clone)]
pub(super) enum Whom {
    All,
    Recipient(String),
    Nth(usize),
}

/// One thing that goes wrong.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(super) step: Step,
    pub(super) whom: Whom,
    pub(super) act: Act,
    pub(super) left: usize,
    pub(super) keeps: bool,
}

impl Fault {
    /// At this step, for everyone, for ever; closes the connection unless told otherwise.
    pub(crate) fn at(step: Step) -> Self {
        Self {
            step,
            whom: Whom::All,
            act: Act::Close,
            left: usize::MAX,
            keeps: false,
        }
    }

    /// Only for mail to this recipient (from RCPT on).
    pub(crate) fn of(mut self, recipient: &str) -> Self {
        self.whom = Whom::Recipient(recipient.to_owned());
        self
    }

    /// Only for the nth mail, or before MAIL the nth connection, from 1.
    pub(crate) fn nth(mut self, nth: usize) -> Self {
        self.whom = Whom::Nth(nth);
        self
    }

    /// So many times, then no more.
    pub(crate) fn times(mut self, times: usize) -> Self {
        self.left = times;
        self
    }

    /// Answers with this line. A 2xx to the dot takes the mail.
    pub(crate) fn says(mut self, reply: &str) -> Self {
        self.act = Act::Say(reply.to_owned());
        self
    }

    /// Answers with this line, and closes the connection.
    pub(crate) fn says_and_closes(mut self, reply: &str) -> Self {
        self.act = Act::SayAndClose(reply.to_owned());
        self
    }

    /// Breaks off in the middle of this reply.
    pub(crate) fn half_says(mut self, reply: &str) -> Self {
        self.act = Act::HalfSay(reply.to_owned());
        self
    }

    /// Answers nothing until the server is released, and then goes on as if nothing had been.
    pub(crate) fn hangs(mut self) -> Self {
        self.act = Act::Hang;
        self
    }

    /// Takes the mail all the same, before the fault (at the dot): the sender cannot know.
    pub(crate) fn keeps_the_mail(mut self) -> Self {
        self.keeps = true;
        self
    }
}

/// How the server wants its connections protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    None,
    StartTls,
    Implicit,
}

/// How the server behaves.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(super) offers: Vec<String>,
    pub(super) login: Option<(String, String)>,
    pub(super) protection: Protection,
    pub(super) faults: Vec<Fault>,
}

impl Script {
    /// A plain server that takes everything, and offers nothing but 8BITMIME.
    pub(crate) fn new() -> Self {
        Self {
            offers: vec!["8BITMIME".to_owned()],
            login: None,
            protection: Protection::None,
            faults: Vec::new(),
        }
    }

    /// Also offers this in its reply to EHLO.
    pub(crate) fn offering(mut self, keyword: &str) -> Self {
        self.offers.push(keyword.to_owned());
        self
    }

    /// Takes mail only after this login.
    pub(crate) fn login(mut self, user: &str, password: &str) -> Self {
        self.login = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Protects its connections, with the certificate of `localhost`.
    pub(crate) fn protected(mut self, protection: Protection) -> Self {
        self.protection = protection;
        self
    }

    /// Fails so, too.
    pub(crate) fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }
}
