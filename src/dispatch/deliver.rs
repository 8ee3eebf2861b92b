//! The way of one mail: written, offered, marked, sent, recorded. Each step is durable before the next may have an effect.

use super::letter::{Letter, LetterError, write_letter};
use super::line::{Line, Post};
use super::recorder::Recorder;
use super::shop::Shop;
use crate::domain::clock::Clock;
use crate::domain::code::LinkKey;
use crate::domain::delivery::{Delivery, DeliveryEvent};
use crate::domain::filter::Via;
use crate::domain::transmission::group_words;
use crate::mail::folder;
use crate::mail::route::Route;
use crate::mail::smtp::{Fault, Refusal, Reply, Session};
use crate::store::transmit::{Answer, ClaimedMail, Record, Written};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What every mail of one run goes out with.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) key: LinkKey,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) post: Arc<Post>,
    pub(super) recorder: Recorder,
    /// Mails whose body has not begun are given back once this is cancelled.
    pub(super) stop: CancellationToken,
}

/// What became of a mail, and of the connection it was lent.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) session: Option<Session>,
    /// By which line it went: connections of another one are not kept.
    pub(super) line: Arc<Line>,
    pub(super) mail: ClaimedMail,
    pub(super) end: End,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum End {
    /// The server, or the folder, has it.
    Taken,
    /// Refused for now; `route` says so where every mail would meet the same.
    Deferred {
        /// What is wrong with the route, if it is the route.
        route: Option<String>,
    },
    /// Refused for good: by this reply, or else by a fault of its own.
    Failed(Option<Reply>),
    /// Nobody knows.
    InDoubt,
    /// It was cancelled, discarded or suppressed meanwhile, or in another hand: nothing of it went out.
    CalledOff,
    /// Given back, since the dispatcher stops.
    GivenBack,
    /// The route is broken; the mail is to be given back once that is known to all. `fresh` where the connection had sent nothing before, so that no other may fare better.
    RouteFault {
        /// What is wrong.
        reason: String,
        /// Whether it is the route rather than a connection that was used up.
        fresh: bool,
    },
    /// No mail can be written, and staff must mend it; the mail is to be given back once that is known to all.
    OurFault(String),
    /// The database took nothing.
    NotRecorded(String),
}

/// Handing one mail over.
struct Delivering<'a> {
    room: &'a Room,
    line: &'a Line,
    mail: ClaimedMail,
}

/// Carries `mail` as far as it goes.
pub(super) async fn deliver(room: Arc<Room>, line: Arc<Line>, shop: Arc<Shop>, mail: ClaimedMail, mut session: Option<Session>) -> Done {
    let written = write_letter(&shop, &room.post.templates, &mail, &room.key, room.clock.now());
    let this = Delivering {
        room: &room,
        line: &line,
        mail,
    };
    let carried = match written {
        Ok(letter) => match &line.route {
            Route::Folder(folder) => this.file(folder, letter).await,
            Route::Smtp(_) => this.send(&letter, &mut session).await,
        },
        Err(LetterError::Ours(reason)) => Ok(End::OurFault(reason)),
        Err(LetterError::This(why)) => this.fail(why, None).await,
    };
    let end = carried.unwrap_or_else(End::NotRecorded);
    let mail = this.mail;
    Done { session, line, mail, end }
}

impl Delivering<'_> {
    async fn send(&self, letter: &Letter, session: &mut Option<Session>) -> Result<End, String> {
        let stopping = || self.give_back(DeliveryEvent::OwnerLost(self.mail.attempt), End::GivenBack);
        let stop = &self.room.stop;
        // What is dropped here has not begun its body: no server takes it.
        let mut open = match stop.run_until_cancelled(self.connected(session.take())).await {
            None => return stopping().await,
            Some(Ok(open)) => open,
            Some(Err(reason)) => return Ok(End::RouteFault { reason, fresh: true }),
        };
        let fresh = open.sent() == 0;
        let envelope = stop
            .run_until_cancelled(open.envelope(&letter.mail.from_address, &letter.mail.to))
            .await;
        match envelope {
            None => return stopping().await,
            Some(Ok(())) => {}
            Some(Err(refusal)) => {
                *session = Some(open);
                return self.refused(refusal, fresh).await;
            }
        }
        if stop.is_cancelled() {
            return stopping().await;
        }
        if !self.mark().await? {
            return self.give_back(DeliveryEvent::OwnerLost(self.mail.attempt), End::CalledOff).await;
        }
        let receipt = open.body(&letter.bytes).await;
        *session = Some(open);
        match receipt {
            Ok(reply) => self.taken(answer_of(&reply), Via::Smtp).await,
            Err(refusal) => self.refused(refusal, fresh).await,
        }
    }

    /// The connection it was lent, while it is good for another mail, else a new one.
    async fn connected(&self, lent: Option<Session>) -> Result<Session, String> {
        if let Some(mut session) = lent
            && session.alive().await
        {
            return Ok(session);
        }
        self.line.connect(&self.room.post).await
    }

    async fn file(&self, folder: &Path, letter: Letter) -> Result<End, String> {
        if self.room.stop.is_cancelled() {
            return self.give_back(DeliveryEvent::OwnerLost(self.mail.attempt), End::GivenBack).await;
        }
        if let Err(reason) = reach_folder(folder.to_owned()).await {
            return Ok(End::RouteFault { reason, fresh: true });
        }
        if !self.mark().await? {
            return self.give_back(DeliveryEvent::OwnerLost(self.mail.attempt), End::CalledOff).await;
        }
        let (folder, invitation, message_id) = (folder.to_owned(), self.mail.invitation, self.mail.message_id.clone());
        let filing = tokio::task::spawn_blocking(move || folder::file(&folder, invitation, &message_id, &letter.bytes));
        match filing.await {
            Ok(Ok(filed)) => {
                let text = filed.reply();
                self.taken(
                    Answer {
                        code: None,
                        words: group_words(&text),
                        text,
                    },
                    Via::Folder,
                )
                .await
            }
            // The file is there whole or not at all, and another try replaces it: no doubt is left.
            Ok(Err(error)) => self.refuse_folder(error.to_string()).await,
            Err(error) => self.refuse_folder(format!("the mail could not be filed: {error}")).await,
        }
    }

    async fn refuse_folder(&self, reason: String) -> Result<End, String> {
        let answer = own_words(&reason);
        let written = self.record(DeliveryEvent::Refused(self.mail.attempt), answer, Via::Folder).await?;
        Ok(after(written, End::Deferred { route: Some(reason) }))
    }

    /// Marks that the body is about to go; false where it must not.
    async fn mark(&self) -> Result<bool, String> {
        let written = self
            .record(DeliveryEvent::BodyStarts(self.mail.attempt), Answer::default(), Via::Folder)
            .await?;
        Ok(written == Written::Now(Delivery::Sending))
    }

    async fn taken(&self, answer: Answer, via: Via) -> Result<End, String> {
        self.record(DeliveryEvent::Taken(self.mail.attempt), answer, via).await?;
        Ok(End::Taken)
    }

    /// What a refusal means for the mail: whose fault it is, whether it is for good, and whether it may have gone all the same.
    async fn refused(&self, refusal: Refusal, fresh: bool) -> Result<End, String> {
        if refusal.fault() == Fault::Route {
            let reason = refusal.to_string();
            return Ok(End::RouteFault { reason, fresh });
        }
        let answer = match refusal.reply() {
            Some(reply) => answer_of(reply),
            None => own_words(&refusal.to_string()),
        };
        let attempt = self.mail.attempt;
        if refusal.after_dot() {
            let written = self.record(DeliveryEvent::NoAnswer(attempt), answer, Via::Smtp).await?;
            return Ok(after(written, End::InDoubt));
        }
        if refusal.permanent() {
            return self.fail(answer.text.clone(), refusal.reply().cloned()).await;
        }
        let written = self.record(DeliveryEvent::Refused(attempt), answer, Via::Smtp).await?;
        Ok(after(written, End::Deferred { route: None }))
    }

    async fn fail(&self, why: String, reply: Option<Reply>) -> Result<End, String> {
        let answer = match &reply {
            Some(reply) => answer_of(reply),
            None => own_words(&why),
        };
        let written = self.record(DeliveryEvent::Rejected(self.mail.attempt), answer, Via::Smtp).await?;
        Ok(after(written, End::Failed(reply)))
    }

    async fn give_back(&self, event: DeliveryEvent, end: End) -> Result<End, String> {
        self.record(event, Answer::default(), Via::Folder).await?;
        Ok(end)
    }

    async fn record(&self, event: DeliveryEvent, answer: Answer, via: Via) -> Result<Written, String> {
        let invitation = self.mail.invitation;
        let record = Record {
            invitation,
            event,
            answer,
            via,
            at: self.room.clock.now(),
            luck: luck(),
        };
        self.room.recorder.write(record).await
    }
}

/// What a record did, where it is the state that counts: closed mails end otherwise, and others may have settled it.
fn after(written: Written, end: End) -> End {
    match (written, end) {
        (Written::Now(Delivery::Failed), End::Deferred { .. }) => End::Failed(None),
        (Written::Stale, End::Deferred { route: None } | End::Failed(None) | End::InDoubt) => End::CalledOff,
        (_, end) => end,
    }
}

fn answer_of(reply: &Reply) -> Answer {
    let text = reply.to_string();
    Answer {
        code: Some(reply.code),
        words: group_words(&text),
        text,
    }
}

pub(super) fn own_words(text: &str) -> Answer {
    Answer {
        code: None,
        text: text.to_owned(),
        words: group_words(text),
    }
}

/// Makes the folder where it is missing, before anything is marked.
async fn reach_folder(folder: PathBuf) -> Result<(), String> {
    let made = tokio::task::spawn_blocking(move || {
        let told = |error| {
            format!(
                "the outbox folder {} cannot be used: {error}; make it writable, or set another mail route",
                folder.display()
            )
        };
        std::fs::create_dir_all(&folder).map_err(told)
    });
    made.await.unwrap_or_else(|error| Err(error.to_string()))
}

/// Where within its spread a retry falls, so that mails refused together do not come back together.
fn luck() -> f64 {
    let mut bytes = [0; 2];
    // Without randomness they do come back together, which is no harm worth a stop.
    if getrandom::fill(&mut bytes).is_err() {
        return 0.5;
    }
    f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX)
}
