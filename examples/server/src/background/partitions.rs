//! Looks after months of messages and of what else is large: made ahead, archived, dropped.

use std::time::Duration;

use smilefactory_store::Store;
use smilefactory_store::partition::{Kept, Partitions, SHORT};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::telemetry;

/// How often to look.
const EVERY: Duration = Duration::from_hours(1);

/// Looks every hour, until it is told to stop.
pub(super) async fn work(partitions: Partitions, store: Store, mut stopped: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = looks.tick() => {
                // Stopped in the middle of it, the next process goes on.
                tokio::select! {
                    biased;
                    () = super::until(&mut stopped) => return,
                    () = look(&partitions, &store) => {}
                }
            }
        }
    }
}

async fn look(partitions: &Partitions, store: &Store) {
    match partitions.keep().await {
        Ok(kept) if kept == Kept::default() => {}
        Ok(kept) => tracing::info!(?kept, "months were made or taken away"),
        Err(error) => tracing::warn!(%error, "months were not looked after; trying again"),
    }
    match store.operator().partition_horizons().await {
        Ok(horizons) => {
            for horizon in horizons {
                telemetry::partition_horizon(&horizon);
                if horizon.is_short() {
                    let table = &horizon.table;
                    tracing::error!(%table, months = ?horizon.months, least = SHORT, "there are too few months ahead");
                }
            }
        }
        Err(error) => tracing::warn!(%error, "it is not known how many months there are ahead"),
    }
}
