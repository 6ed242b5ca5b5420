//! Tells operators how the readers of the outbox stand.

use std::time::Duration;

use smilefactory_store::{Store, StoreError};
use tokio::sync::watch;

use crate::telemetry;

/// How often to look.
const EVERY: Duration = Duration::from_secs(15);

/// Looks until it is told to stop.
pub(super) async fn work(store: Store, mut stopped: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = looks.tick() => if let Err(error) = tell_readers(&store).await {
                tracing::warn!(%error, "it is not known how the readers of the outbox stand");
            },
        }
    }
}

/// Notes in the metrics how far every reader of the outbox is, and how many facts it gave up.
pub async fn tell_readers(store: &Store) -> Result<(), StoreError> {
    let now = store.now();
    for reader in store.outbox().readers().await? {
        let lag = reader.waits_since.map(|since| now - since).and_then(|lag| lag.to_std().ok());
        telemetry::outbox_reader(&reader.name, reader.status, lag.unwrap_or_default());
    }
    Ok(())
}
