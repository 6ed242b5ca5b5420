//! Publishes what is scheduled, when its time has come.

use smilefactory_core::scope::Scope;

use super::Scopes;
use crate::error::{Result, StoreError};
use crate::repo::content::WritePosts;
use crate::store::Store;

/// Publishes every post of every tenant whose time has come, and says how many there were.
///
/// Each is published once, whoever else does the same at the same time: it is locked, moved and told in one
/// transaction of its own.
pub async fn publish_due(store: &Store) -> Result<u64> {
    let (mut published, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        while publish_one(store, &scope).await? {
            published += 1;
        }
    }
    Ok(published)
}

/// Publishes the post that is longest due; `false` when there is none.
async fn publish_one(store: &Store, scope: &Scope) -> Result<bool> {
    let mut tx = store.write(scope).await?;
    let Some(post) = tx.posts().lock_due().await? else { return Ok(false) };
    let (published, moved) = post
        .publish_due(tx.now())
        .map_err(|refused| StoreError::internal(format!("a post that is due is not published: {refused}")))?;
    tx.posts().take_step(&published, &moved).await?;
    tx.tell(moved)?;
    tx.commit().await?;
    Ok(true)
}
