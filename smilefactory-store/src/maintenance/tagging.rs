//! Carries merges of tags on.

use smilefactory_core::scope::Scope;

use super::Scopes;
use crate::error::Result;
use crate::repo::content::{ReadTags, WriteTags};
use crate::store::Store;

/// At most how many posts or followers go from one tag to another in one transaction.
const BATCH: u16 = 100;

/// Ends the merges that were begun, in every tenant, and says how many batches that took. Interrupted, it goes on where
/// it was.
pub async fn merge_tags(store: &Store) -> Result<u64> {
    let (mut batches, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        while merge(store, &scope).await? {
            batches += 1;
        }
    }
    Ok(batches)
}

/// One batch of each merge; whether there is more to do.
async fn merge(store: &Store, scope: &Scope) -> Result<bool> {
    let merging = store.read_latest(scope).await?.tags().list_merging().await?;
    let mut more = false;
    for tag in merging {
        let mut tx = store.write(scope).await?;
        let batch = tx.tags().merge_batch(tag, BATCH).await?;
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
