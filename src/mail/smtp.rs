//! An SMTP session, driven phase by phase (RFC 5321).
//!
//! A mail must never be lost and never be doubled, so whoever sends commits to the database *between* the phases:
//! after the server's 354 and before the first byte of the body, and after the receipt and before the next mail.
//! Therefore no call here does more than one of these steps, and each [`Refusal`] tells exactly whether the mail may
//! have gone out all the same. Commands are lettre's; the line they go over is our own, because lettre's reader takes some
//! complete replies for broken connections, has no time limits, and writes body and final dot as one.

mod dial;
mod dots;
mod refusal;
mod reply;
mod timeouts;
mod trust;
mod wire;

pub use dial::{HelloName, Terms, connect, probe};
pub use refusal::{Fault, Phase, Refusal, RefusalKind};
pub use reply::Reply;
pub use timeouts::Timeouts;
pub use trust::{Trust, TrustError};

use crate::mail::recipient::{self, Recipient};
use dial::{Offers, ask};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use reply::Lines;
use std::time::Duration;
use wire::{Silence, Wire};

/// What a session can do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Take a mail's envelope.
    Ready,
    /// The same, after RSET: the last mail was refused.
    Refused,
    /// Take the body: the server answered 354.
    Open,
    /// Nothing any more. Also while a call is under way, so that a call that is dropped leaves no session behind that
    /// would go on in the middle.
    Spent,
}

/// A connection that is logged in, between mails or within one.
#[derive(Debug)]
pub struct Session {
    wire: Wire,
    greeting: Reply,
    offers: Offers,
    limits: Timeouts,
    stage: Stage,
    sent: u32,
}

impl Session {
    fn new(wire: Wire, greeting: Reply, offers: Offers, limits: Timeouts) -> Self {
        Self {
            wire,
            greeting,
            offers,
            limits,
            stage: Stage::Ready,
            sent: 0,
        }
    }

    /// May the next mail go over this connection? Only after a receipt, or a clean 4xx or 5xx to RCPT, DATA or the dot.
    pub fn reusable(&self) -> bool {
        matches!(self.stage, Stage::Ready | Stage::Refused)
    }

    /// Is the server still there, and silent? To be asked, without waiting, before a mail goes over a connection that
    /// stood idle: servers close those, and that is nobody's fault.
    pub async fn alive(&mut self) -> bool {
        self.reusable() && self.wire.silence().await == Silence::Kept
    }

    /// How the server introduced itself.
    pub fn greeting(&self) -> &Reply {
        &self.greeting
    }

    /// How many mails the server took over this connection.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// MAIL, RCPT and DATA, in one write where the server lets them (RFC 2920). Ok once it answered 354: it now waits for
    /// the body, and takes nothing else. `from` is the address bounces go to.
    pub async fn envelope(&mut self, from: &str, to: &Recipient) -> Result<(), Refusal> {
        let steps = steps(from, to, &self.offers, &self.limits)?;
        match std::mem::replace(&mut self.stage, Stage::Spent) {
            Stage::Ready => {}
            Stage::Refused => self.reset().await?,
            Stage::Open | Stage::Spent => return Err(out_of_turn(Phase::MailFrom)),
        }
        let (stage, outcome) = match self.exchange(&steps).await {
            Ok(()) => (Stage::Open, Ok(())),
            Err((refusal, stage)) => (stage, Err(refusal)),
        };
        self.stage = stage;
        outcome
    }

    /// The mail, then its final dot, then the server's receipt. The dot is written only after all of the mail went out
    /// and the server kept silent: an error of [`Phase::Body`] means that no byte of the dot left this process.
    pub async fn body(&mut self, mail: &[u8]) -> Result<Reply, Refusal> {
        if std::mem::replace(&mut self.stage, Stage::Spent) != Stage::Open {
            return Err(out_of_turn(Phase::Body));
        }
        let stuffed = dots::stuff(mail);
        self.wire
            .say(&stuffed, self.limits.write)
            .await
            .map_err(|kind| kind.during(Phase::Body))?;
        match self.wire.silence().await {
            Silence::Kept => {}
            Silence::Spoken => return Err(self.interruption().await.during(Phase::Body)),
            Silence::Closed => return Err(RefusalKind::Broken("the server closed the connection".to_owned()).during(Phase::Body)),
        }
        self.wire
            .say(b".\r\n", self.limits.write)
            .await
            .map_err(|kind| kind.during(Phase::Dot))?;
        let lines = self.wire.hear(self.limits.dot).await.map_err(|kind| kind.during(Phase::Dot))?;
        // Any completion is a receipt, not 250 alone (RFC 5321, section 4.2.1).
        let wanted = if lines.code / 100 == 2 { lines.code } else { 250 };
        let receipt = demand(Phase::Dot, wanted, lines);
        self.stage = match &receipt {
            Ok(_) => Stage::Ready,
            Err(refusal) if refusal.leaves_connection_sound() => Stage::Refused,
            Err(_) => Stage::Spent,
        };
        self.sent += u32::from(receipt.is_ok());
        receipt
    }

    /// Takes leave, where the session is in a state to, and closes the connection. Nothing depends on how it goes. A mail
    /// that is called off between envelope and body ends so too: without its final dot no server takes it.
    pub async fn quit(mut self) {
        if self.reusable() {
            // An error here is the end that was wanted anyway.
            let _ = ask(&mut self.wire, &Quit.to_string(), self.limits.quit, &self.limits).await;
        }
        self.wire.close(self.limits.quit).await;
    }

    /// Clears what the refused mail left behind (RFC 5321, section 4.1.1.5).
    async fn reset(&mut self) -> Result<(), Refusal> {
        let lines = ask(&mut self.wire, &Rset.to_string(), self.limits.ehlo, &self.limits).await;
        demand(Phase::Reset, 250, lines.map_err(|kind| kind.during(Phase::Reset))?).map(|_| ())
    }

    /// Goes through the steps; after a refusal, also what the session can still do.
    async fn exchange(&mut self, steps: &[Step]) -> Result<(), (Refusal, Stage)> {
        let together = self.offers.pipelining;
        if together {
            let all: String = steps.iter().map(|step| step.command.as_str()).collect();
            let written = self.wire.say(all.as_bytes(), self.limits.write).await;
            written.map_err(|kind| (kind.during(Phase::MailFrom), Stage::Spent))?;
        }
        for step in steps {
            let lines = if together {
                self.wire.hear(step.limit).await
            } else {
                ask(&mut self.wire, &step.command, step.limit, &self.limits).await
            };
            let answer = lines
                .map_err(|kind| kind.during(step.phase))
                .and_then(|lines| demand(step.phase, step.wanted, lines));
            if let Err(refusal) = answer {
                let mut sound = refusal.leaves_connection_sound();
                if sound && together && step.phase == Phase::Rcpt {
                    sound = self.refuses_data_too().await;
                }
                return Err((refusal, if sound { Stage::Refused } else { Stage::Spent }));
            }
        }
        Ok(())
    }

    /// After a refused RCPT the DATA of the same write is still to be answered. Should the server ask for a mail to
    /// nobody, the connection is given up: only a mail, be it an empty one, would end that (RFC 2920, section 3.1).
    async fn refuses_data_too(&mut self) -> bool {
        let answer = self.wire.hear(self.limits.data).await;
        answer.is_ok_and(|lines| matches!(lines.code / 100, 4 | 5) && lines.code != 421)
    }

    /// What the server said while it should have listened.
    async fn interruption(&mut self) -> RefusalKind {
        match self.wire.hear(self.limits.quit).await {
            Ok(lines) => refusal_kind(lines),
            Err(kind) => kind,
        }
    }
}

/// One command of the envelope.
struct Step {
    phase: Phase,
    command: String,
    wanted: u16,
    limit: Duration,
}

fn steps(from: &str, to: &Recipient, offers: &Offers, limits: &Timeouts) -> Result<[Step; 3], Refusal> {
    recipient::check(from).map_err(|error| RefusalKind::Unmet(format!("the sender's address: {error}")).during(Phase::MailFrom))?;
    if !from.is_ascii() {
        let text = "the sender's address has letters outside ASCII before the @, which bounces may not find; choose another";
        return Err(RefusalKind::Unmet(text.to_owned()).during(Phase::MailFrom));
    }
    let mut parameters = Vec::new();
    if to.smtputf8() {
        if !offers.smtputf8 {
            let text = "the address needs SMTPUTF8, which the server does not offer; ask the person for another address";
            return Err(RefusalKind::Unmet(text.to_owned()).during(Phase::Rcpt));
        }
        // The address stands in the header too, so the mail is no longer ASCII (RFC 6531, section 3.6).
        parameters = vec![MailParameter::Body(MailBodyParameter::EightBitMime), MailParameter::SmtpUtfEight];
    }
    let mail = Mail::new(Some(recipient::address(from)), parameters).to_string();
    let rcpt = Rcpt::new(to.address(), Vec::new()).to_string();
    Ok([
        Step {
            phase: Phase::MailFrom,
            command: mail,
            wanted: 250,
            limit: limits.mail,
        },
        Step {
            phase: Phase::Rcpt,
            command: rcpt,
            wanted: 250,
            limit: limits.rcpt,
        },
        Step {
            phase: Phase::Data,
            command: Data.to_string(),
            wanted: 354,
            limit: limits.data,
        },
    ])
}

/// The reply when it is the wanted one, else what it means instead. Where 250 is wanted 251 is as good (the server
/// forwards, RFC 5321, section 4.2.3).
fn demand(phase: Phase, wanted: u16, lines: Lines) -> Result<Reply, Refusal> {
    let good = lines.code == wanted || (wanted == 250 && matches!(lines.code, 251 | 252));
    if good {
        Ok(lines.into_reply())
    } else {
        Err(refusal_kind(lines).during(phase))
    }
}

fn refusal_kind(lines: Lines) -> RefusalKind {
    let reply = lines.into_reply();
    match reply.code {
        400..500 => RefusalKind::Transient(reply),
        500..600 => RefusalKind::Permanent(reply),
        _ => RefusalKind::Unexpected(reply),
    }
}

fn out_of_turn(phase: Phase) -> Refusal {
    RefusalKind::Broken("this session had ended before; connect anew".to_owned()).during(phase)
}
