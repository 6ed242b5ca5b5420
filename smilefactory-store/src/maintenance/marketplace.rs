//! Writes down in the marketplace what time does.

use super::Scopes;
use crate::error::StoreError;
use crate::marketplace::{self, MarketplaceError};
use crate::store::Store;

fn of_step(error: MarketplaceError) -> StoreError {
    match error {
        MarketplaceError::Store(error) => error,
        refused => StoreError::internal(format!("what is due in the marketplace is not done: {refused}")),
    }
}

/// Lets go in every tenant of what was kept for somebody for long enough, so that others can have it, and says how much that
/// was.
pub async fn lapse_reservations(store: &Store) -> Result<u64, StoreError> {
    let (mut lapsed, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let done = marketplace::lapse_due(&mut tx).await.map_err(of_step)?;
            tx.commit().await?;
            match done {
                None => break,
                Some(done) => lapsed += u64::from(done),
            }
        }
    }
    Ok(lapsed)
}

/// Writes down in every tenant which listings' time is over, and says how many there were. They are not shown before that,
/// too; this is what tells it.
pub async fn expire_listings(store: &Store) -> Result<u64, StoreError> {
    let (mut expired, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let done = marketplace::expire_due(&mut tx).await.map_err(of_step)?;
            tx.commit().await?;
            if !done {
                break;
            }
            expired += 1;
        }
    }
    Ok(expired)
}
