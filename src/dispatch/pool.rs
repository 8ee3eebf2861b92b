//! Connections between two mails: kept for a while, and taken leave of in time.

use crate::mail::smtp::Session;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Servers count what comes over one connection, and like it to be little.
const MAILS: u32 = 100;

/// Longer than that a connection is not worth a server's while.
const IDLE: Duration = Duration::from_mins(1);

/// The connections that no mail uses now.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Vec<(Session, Instant)>,
    leaving: JoinSet<()>,
}

impl Pool {
    /// The one used last, which is the likeliest to be alive.
    pub(super) fn take(&mut self) -> Option<Session> {
        self.idle.pop().map(|(session, _)| session)
    }

    /// Keeps a connection, or takes leave where it has served its time or broke off within a mail.
    pub(super) fn put(&mut self, session: Session) {
        if session.reusable() && session.sent() < MAILS {
            self.idle.push((session, Instant::now()));
        } else {
            self.dismiss(session);
        }
    }

    /// Takes leave of a connection that serves no more.
    pub(super) fn dismiss(&mut self, session: Session) {
        self.leaving.spawn(session.quit());
    }

    /// Takes leave of what stood idle for too long; reaps what has left.
    pub(super) fn tidy(&mut self) {
        let now = Instant::now();
        let stale = self.idle.extract_if(.., |(_, since)| now.duration_since(*since) >= IDLE);
        for (session, _) in stale {
            self.leaving.spawn(session.quit());
        }
        while self.leaving.try_join_next().is_some() {}
    }

    /// Takes leave of all; returns when it is done, or after the few seconds that each may take.
    pub(super) async fn close(&mut self) {
        for (session, _) in self.idle.drain(..) {
            self.leaving.spawn(session.quit());
        }
        while self.leaving.join_next().await.is_some() {}
    }
}
