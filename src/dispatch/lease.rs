//! The dispatcher's sign of life: renewed by a task of its own, whatever the sessions are waiting for.

use crate::domain::clock::Clock;
use crate::domain::ids::DispatcherId;
use crate::store::transmit::DispatcherHandle;
use crate::store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Six chances within a lease.
const RENEW: Duration = Duration::from_secs(10);

/// A registration that is kept alive.
#[derive(Debug)]
pub(super) struct Lease {
    /// The dispatcher's number.
    pub(super) id: DispatcherId,
    over: CancellationToken,
    task: JoinHandle<DispatcherHandle>,
}

impl Lease {
    /// Registers a dispatcher, and renews its lease from here on.
    pub(super) async fn take(store: &Store, clock: &Arc<dyn Clock>, name: &str, watch: bool) -> Result<Self, StoreError> {
        let handle = store.register_dispatcher(name, watch, clock.now()).await?;
        let id = handle.id;
        let over = CancellationToken::new();
        let task = tokio::spawn(keep(store.clone(), Arc::clone(clock), handle, over.clone()));
        Ok(Self { id, over, task })
    }

    /// Gives back what is in hand, and takes the registration away.
    pub(super) async fn give_up(self, store: &Store, clock: &Arc<dyn Clock>) -> Result<(), StoreError> {
        self.over.cancel();
        match self.task.await {
            Ok(handle) => store.retire_dispatcher(handle, clock.now()).await,
            // The handle is gone with its task, and so is its lock: the next dispatcher recovers what was in hand.
            Err(_) => Ok(()),
        }
    }
}

async fn keep(store: Store, clock: Arc<dyn Clock>, handle: DispatcherHandle, over: CancellationToken) -> DispatcherHandle {
    while over.run_until_cancelled(tokio::time::sleep(RENEW)).await.is_some() {
        // Not fatal: the file lock still proves this dispatcher alive, and marks need a lease that holds.
        if let Err(error) = store.renew_lease(&handle, clock.now()).await {
            tracing::warn!(%error, "the dispatcher's lease could not be renewed");
        }
    }
    handle
}
