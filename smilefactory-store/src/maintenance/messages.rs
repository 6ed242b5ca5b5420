//! Forgets what is counted for a day, once the day is over.

use super::Scopes;
use crate::error::Result;
use crate::repo::messaging::WriteConversations;
use crate::store::Store;

/// How many counts are forgotten in one transaction.
const BATCH: u16 = 1000;

/// Forgets, in every tenant, how much people sent to strangers on days that are over, and says how many counts there were.
pub async fn forget_message_counts(store: &Store) -> Result<u64> {
    let (mut forgotten, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let batch = tx.conversations().forget_counts(BATCH).await?;
            tx.commit().await?;
            forgotten += batch;
            if batch < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(forgotten)
}
