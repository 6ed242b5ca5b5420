//! Forgets what is old enough: idempotency keys, what was counted for a day, what was told a month ago.

use std::time::Duration;

use chrono::TimeDelta;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;
use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use tokio::sync::watch;

use crate::telemetry;

/// How long an answer is kept beside its key.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How often to look.
const EVERY: Duration = Duration::from_hours(1);
/// How often the recorder of metrics is tidied.
const UPKEEP: Duration = Duration::from_secs(5);

/// Looks every hour, until it is told to stop.
pub(super) async fn work(store: Store, mut stopped: watch::Receiver<bool>) {
    let mut sweeps = tokio::time::interval(EVERY);
    let mut upkeeps = tokio::time::interval(UPKEEP);
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = sweeps.tick() => {
                match forget_old_keys(&store).await {
                    Ok(0) => {}
                    Ok(count) => tracing::debug!(count, "old idempotency keys were forgotten"),
                    Err(error) => tracing::warn!(%error, "old idempotency keys are still there"),
                }
                if let Err(error) = maintenance::forget_message_counts(&store).await {
                    tracing::warn!(%error, "counts of days that are over are still there");
                }
                if let Err(error) = maintenance::forget_told(&store).await {
                    tracing::warn!(%error, "what was told a month ago is still remembered");
                }
            }
            _ = upkeeps.tick() => telemetry::upkeep(),
        }
    }
}

/// Forgets the idempotency keys of every tenant that are older than a day, and says how many there were.
pub async fn forget_old_keys(store: &Store) -> Result<u64, StoreError> {
    let (mut count, mut page) = (0, PageRequest::first(PageSize::MAX));
    loop {
        let tenants = store.operator().list(&page).await?;
        for tenant in tenants.items {
            let scope = Scope::system(tenant.id, store.new_id()?);
            loop {
                let mut tx = store.write(&scope).await?;
                let before = tx.now() - KEPT;
                let gone = tx.idempotency().forget_before(before).await?;
                tx.commit().await?;
                count += gone;
                if gone == 0 {
                    break;
                }
            }
        }
        let Some(key) = tenants.next else { return Ok(count) };
        page = PageRequest::after(PageSize::MAX, key);
    }
}
