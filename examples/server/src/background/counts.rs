//! Keeps counts as new as what they count, and carries merges of tags on.

use std::time::Duration;

use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;
use smilefactory_store::prelude::*;
use tokio::sync::watch;

/// How often to look.
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait after it could not be looked.
const TROUBLE: Duration = Duration::from_secs(2);
/// How often counts are compared with what they count.
const COMPARE: Duration = Duration::from_hours(1);
/// At most how many changes are counted in one transaction.
const FOLDED: u16 = 1_000;
/// At most how many posts or followers go from one tag to another in one transaction.
const MERGED: u16 = 100;
/// How many counts are compared in one transaction.
const COMPARED: u16 = 100;

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
            _ = comparisons.tick() => match mend(&store).await {
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

/// Counts what is not counted yet, and ends the merges that were begun, in every tenant.
pub async fn keep_up(store: &Store) -> Result<(), StoreError> {
    let mut page = PageRequest::first(PageSize::MAX);
    loop {
        let tenants = store.operator().list(&page).await?;
        for tenant in tenants.items {
            let scope = Scope::system(tenant.id, store.new_id()?);
            while merge(store, &scope).await? {}
            while fold(store, &scope).await? {}
        }
        let Some(key) = tenants.next else { return Ok(()) };
        page = PageRequest::after(PageSize::MAX, key);
    }
}

/// One batch of changes; whether there may be more.
async fn fold(store: &Store, scope: &Scope) -> Result<bool, StoreError> {
    let mut tx = store.write(scope).await?;
    let labels = tx.labels().fold(FOLDED).await?;
    let engagement = tx.engagement().fold(FOLDED).await?;
    tx.commit().await?;
    Ok(labels.max(engagement) >= u64::from(FOLDED))
}

/// One batch of each merge; whether there is more to do.
async fn merge(store: &Store, scope: &Scope) -> Result<bool, StoreError> {
    let merging = store.read_latest(scope).await?.tags().list_merging().await?;
    let mut more = false;
    for tag in merging {
        let mut tx = store.write(scope).await?;
        let batch = tx.tags().merge_batch(tag, MERGED).await?;
        more |= !batch.is_idle();
        for edited in batch.edited {
            tx.tell(edited)?;
        }
        if let Some(merged) = batch.finished {
            tx.tell(merged)?;
        }
        tx.commit().await?;
    }
    Ok(more)
}

/// Compares all counts with what they count, mends those that drifted, and says how many did.
pub async fn mend(store: &Store) -> Result<u64, StoreError> {
    let (mut mended, mut page) = (0, PageRequest::first(PageSize::MAX));
    loop {
        let tenants = store.operator().list(&page).await?;
        for tenant in tenants.items {
            let scope = Scope::system(tenant.id, store.new_id()?);
            mended += mend_labels(store, &scope).await?;
            mended += mend_posts(store, &scope).await?;
            mended += mend_authors(store, &scope).await?;
        }
        let Some(key) = tenants.next else { return Ok(mended) };
        page = PageRequest::after(PageSize::MAX, key);
    }
}

async fn mend_labels(store: &Store, scope: &Scope) -> Result<u64, StoreError> {
    let (mut mended, mut after) = (0, None);
    loop {
        let mut tx = store.write(scope).await?;
        let (drifted, last) = tx.labels().drift(after, COMPARED).await?;
        if !drifted.is_empty() {
            let drifted: Vec<_> = drifted.iter().map(|drift| drift.label).collect();
            mended += tx.labels().repair(&drifted).await?;
        }
        tx.commit().await?;
        if last.is_none() {
            return Ok(mended);
        }
        after = last;
    }
}

async fn mend_posts(store: &Store, scope: &Scope) -> Result<u64, StoreError> {
    let (mut mended, mut after) = (0, None);
    loop {
        let mut tx = store.write(scope).await?;
        let (drifted, last) = tx.engagement().drift(after, COMPARED).await?;
        if !drifted.is_empty() {
            mended += tx.engagement().repair(&drifted).await?;
        }
        tx.commit().await?;
        if last.is_none() {
            return Ok(mended);
        }
        after = last;
    }
}

async fn mend_authors(store: &Store, scope: &Scope) -> Result<u64, StoreError> {
    let (mut mended, mut after) = (0, None);
    loop {
        let mut tx = store.write(scope).await?;
        let (drifted, last) = tx.engagement().author_drift(after, COMPARED).await?;
        if !drifted.is_empty() {
            mended += tx.engagement().repair_authors(&drifted).await?;
        }
        tx.commit().await?;
        if last.is_none() {
            return Ok(mended);
        }
        after = last;
    }
}
