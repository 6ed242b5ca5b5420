//! Adds up what is counted change by change.

use super::Scopes;
use crate::error::Result;
use crate::repo::content::WriteComments;
use crate::store::Store;

/// How many changes are added up in one transaction.
const BATCH: u32 = 1000;

/// Adds up the numbers of comments of every post in every tenant, and says how many changes there were. What is read is
/// the same before and after; it takes the longer the more is not added up.
pub async fn fold_comment_counts(store: &Store) -> Result<u64> {
    let (mut folded, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let batch = tx.comments().fold_counts(BATCH).await?;
            tx.commit().await?;
            folded += batch;
            if batch < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(folded)
}
