//! Keeps counts as new as what they count and timelines filled, and carries merges of tags on.

use std::time::Duration;

use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use tokio::sync::watch;

/// How often to look.
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait after it could not be looked.
const TROUBLE: Duration = Duration::from_secs(2);
/// How often counts are compared with what they count.
const COMPARE: Duration = Duration::from_hours(1);

/// Looks every now and then, until it is told to stop.
pub(super) async fn work(store: Store, mut stopped: watch::Receiver<bool>) {
    let mut comparisons = tokio::time::interval(COMPARE);
    // The first tick is at once, and there is no need yet.
    comparisons.tick().await;
    let mut pause = EVERY;
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = comparisons.tick() => match maintenance::mend_counts(&store).await {
                Ok(0) => {}
                Ok(count) => tracing::warn!(count, "counts had drifted and were mended"),
                Err(error) => tracing::warn!(%error, "counts are not compared"),
            },
            () = tokio::time::sleep(pause) => {
                pause = match keep_up(&store).await {
                    Ok(()) => EVERY,
                    Err(error) => {
                        tracing::warn!(%error, "counts and merges stay behind; trying again");
                        TROUBLE
                    }
                };
            }
        }
    }
}

/// Adds up what is counted, fills timelines, and ends the merges that were begun, in every tenant.
pub async fn keep_up(store: &Store) -> Result<(), StoreError> {
    maintenance::merge_tags(store).await?;
    maintenance::fold_counts(store).await?;
    maintenance::fill_timelines(store).await?;
    Ok(())
}
