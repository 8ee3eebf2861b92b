//! What follows from the end of a mail, for the connection, the others in hand, and all dispatchers.

use super::{A_WHILE, FAR, Run};
use crate::dispatch::DispatchError;
use crate::dispatch::deliver::{Done, End, own_words};
use crate::domain::actor::Actor;
use crate::domain::delivery::DeliveryEvent;
use crate::domain::filter::Via;
use crate::domain::time::Moment;
use crate::domain::transmission::{Wait, group_words};
use crate::store::StoreError;
use crate::store::transmit::{Answer, ClaimedMail, Pause, Record};
use std::sync::Arc;
use tokio::time::Instant;

impl Run {
    /// Draws the conclusions from a mail's end.
    pub(super) async fn settle(&mut self, done: Done) -> Result<(), DispatchError> {
        match done.session {
            Some(session) if self.line.as_ref().is_some_and(|line| Arc::ptr_eq(line, &done.line)) => self.pool.put(session),
            Some(session) => self.pool.dismiss(session),
            None => {}
        }
        // What is no longer in flight may have been what held the others back.
        if matches!(self.why, Some(Wait::Batch { until } | Wait::DailyCap { until }) if until == FAR) || self.why == Some(Wait::Rate) {
            self.ask_at = Moment(i64::MIN);
        }
        match done.end {
            End::Taken => self.taken().await?,
            End::Deferred { route } => {
                self.summary.deferred += 1;
                if let Some(reason) = route {
                    self.trip(&reason).await?;
                }
            }
            End::Failed(reply) => {
                self.summary.failed += 1;
                if reply.is_some() {
                    self.route_works().await?;
                }
                let words = reply.as_ref().map(|reply| group_words(&reply.to_string())).unwrap_or_default();
                if let Some(reason) = reply.and_then(|reply| self.refusals.refused(&reply, &words)) {
                    self.pause(&reason).await?;
                }
            }
            End::InDoubt => {
                self.summary.in_doubt += 1;
                self.house.store.settle_by_setting(self.now()).await?;
            }
            // What called one mail off may have called off all of them: those still there are claimed again.
            End::CalledOff => self.give_back().await?,
            End::GivenBack => {}
            End::RouteFault { reason, fresh } => {
                self.route_fault(&reason, fresh).await?;
                self.give_back_one(&done.mail, DeliveryEvent::RouteFault(done.mail.attempt), &reason)
                    .await?;
            }
            End::OurFault(reason) => {
                self.house.post.templates.reload();
                self.pause(&reason).await?;
                self.give_back_one(&done.mail, DeliveryEvent::OwnerLost(done.mail.attempt), &reason)
                    .await?;
            }
            End::NotRecorded(words) => return Err(DispatchError::NotRecorded(words)),
        }
        Ok(())
    }

    async fn taken(&mut self) -> Result<(), StoreError> {
        self.summary.sent += 1;
        self.refusals.taken();
        self.last_taken = Some(Instant::now());
        self.route_works().await
    }

    /// The server speaks to us: what it says of one mail does not matter here.
    async fn route_works(&mut self) -> Result<(), StoreError> {
        if self.probing {
            self.probing = false;
            self.house.store.set_breaker(None).await?;
            self.ask_at = Moment(i64::MIN);
        }
        Ok(())
    }

    /// A connection that was used up says nothing about the route. A new one that fails while others work says that there are too many.
    async fn route_fault(&mut self, reason: &str, fresh: bool) -> Result<(), DispatchError> {
        self.ask_at = Moment(i64::MIN);
        if !fresh {
            return Ok(());
        }
        let works = self.last_taken.is_some_and(|at| at.elapsed() < A_WHILE);
        if works && self.connections() > 1 && !self.probing {
            self.ceiling = Some((self.connections() - 1, Instant::now() + A_WHILE));
            tracing::info!(connections = self.connections(), "the server takes fewer connections");
            return Ok(());
        }
        self.trip(reason).await
    }

    async fn trip(&mut self, reason: &str) -> Result<(), DispatchError> {
        let breaker = self.house.store.trip_breaker(reason, self.now()).await?;
        tracing::warn!(
            reason = group_words(reason),
            failures = breaker.failures,
            "the mail route is broken"
        );
        Ok(())
    }

    async fn pause(&mut self, reason: &str) -> Result<(), DispatchError> {
        // Several mails meet the same fault at once: the first has said it.
        if self.house.store.paused().await?.is_none() {
            let now = self.now();
            let pause = Pause {
                by: Actor::Dispatcher.to_string(),
                reason: reason.to_owned(),
                since: now.0,
            };
            self.house.store.set_pause(Some(&pause), &Actor::Dispatcher, now).await?;
            tracing::warn!(reason = group_words(reason), "the dispatch is paused");
        }
        self.give_back().await
    }

    /// Gives back the mail that met a fault: after the fault is known to all dispatchers, or they would claim it at once.
    async fn give_back_one(&mut self, mail: &ClaimedMail, event: DeliveryEvent, reason: &str) -> Result<(), DispatchError> {
        let (invitation, at) = (mail.invitation, self.now());
        let record = Record {
            invitation,
            event,
            answer: own_words(reason),
            via: Via::Folder,
            at,
            luck: 0.5,
        };
        self.room.recorder.write(record).await.map_err(DispatchError::NotRecorded)?;
        Ok(())
    }

    /// Gives back what is claimed and has not begun.
    pub(super) async fn give_back(&mut self) -> Result<(), DispatchError> {
        self.ask_at = Moment(i64::MIN);
        let at = self.now();
        let returning = self.hand.drain(..).map(|mail| {
            let event = DeliveryEvent::OwnerLost(mail.attempt);
            let record = Record {
                invitation: mail.invitation,
                event,
                answer: Answer::default(),
                via: Via::Folder,
                at,
                luck: 0.5,
            };
            self.room.recorder.write(record)
        });
        for written in futures::future::join_all(returning).await {
            written.map_err(DispatchError::NotRecorded)?;
        }
        Ok(())
    }

    /// The same where something else is under way; what could not be given back is so when this dispatcher retires.
    pub(super) async fn give_back_quietly(&mut self) {
        if let Err(error) = self.give_back().await {
            tracing::warn!(%error, "mails could not be given back");
        }
    }
}
