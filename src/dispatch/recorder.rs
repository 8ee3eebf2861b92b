//! One task writes what all connections have to tell: whatever waits shares one transaction, and each is answered when it is on disk.

use crate::store::transmit::{Record, Written};
use crate::store::{Store, StoreError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// The most records of one transaction: others write to the database, too.
const TOGETHER: usize = 256;

/// How long the database may fail before the dispatch ends: a disk that is full for a moment puts no mail in doubt.
const PATIENCE: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

type Ask = (Record, oneshot::Sender<Result<Written, String>>);

/// Where records are handed in. Clones share the task.
#[derive(Debug, Clone)]
pub(super) struct Recorder(mpsc::UnboundedSender<Ask>);

impl Recorder {
    /// Starts the task; it ends with the last clone.
    pub(super) fn start(store: Store) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), tokio::spawn(serve(store, receiver)))
    }

    /// What the record did, once it is on disk; the database's words when it took nothing for a while.
    pub(super) async fn write(&self, record: Record) -> Result<Written, String> {
        let (answer, written) = oneshot::channel();
        let ended = || "the recorder has ended".to_owned();
        self.0.send((record, answer)).map_err(|_| ended())?;
        written.await.map_err(|_| ended())?
    }
}

async fn serve(store: Store, mut asks: mpsc::UnboundedReceiver<Ask>) {
    let mut waiting = Vec::new();
    while asks.recv_many(&mut waiting, TOGETHER).await > 0 {
        let (records, answers): (Vec<Record>, Vec<_>) = waiting.drain(..).unzip();
        let outcome = write_with_patience(&store, &records).await;
        for (place, answer) in answers.into_iter().enumerate() {
            let written = match &outcome {
                Ok(written) => Ok(written.get(place).copied().unwrap_or(Written::Stale)),
                Err(error) => Err(error.to_string()),
            };
            // Whoever asked may have gone meanwhile.
            let _ = answer.send(written);
        }
    }
}

async fn write_with_patience(store: &Store, records: &[Record]) -> Result<Vec<Written>, StoreError> {
    for wait in PATIENCE {
        match store.record(records).await {
            Ok(written) => return Ok(written),
            Err(error) => tracing::warn!(%error, "the outcome of a mail could not be written yet"),
        }
        tokio::time::sleep(wait).await;
    }
    store.record(records).await
}
