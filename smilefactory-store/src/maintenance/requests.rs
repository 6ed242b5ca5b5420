//! Writes down that requests to connect expired.

use super::Scopes;
use crate::error::StoreError;
use crate::social::{self, SocialError};
use crate::store::Store;

/// How many requests expire in one transaction.
const BATCH: u16 = 100;

/// Writes down in every tenant which requests to connect nobody answered in time, and says how many there were. They
/// count as expired before that, too; this is what tells it.
pub async fn expire_connection_requests(store: &Store) -> Result<u64, StoreError> {
    let (mut expired, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let batch = social::expire_due(&mut tx, BATCH).await.map_err(|error| match error {
                SocialError::Store(error) => error,
                refused => StoreError::internal(format!("a request that is due does not expire: {refused}")),
            })?;
            tx.commit().await?;
            expired += u64::try_from(batch).unwrap_or_default();
            if batch < usize::from(BATCH) {
                break;
            }
        }
    }
    Ok(expired)
}
