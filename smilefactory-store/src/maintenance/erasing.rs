//! Erases people whose time has come.

use super::Scopes;
use crate::erasure;
use crate::media::{MediaError, MediaLibrary};
use crate::store::Store;

/// Erases everybody in every tenant who asked for it long enough ago, and says how many steps that took. Interrupted, it
/// goes on where it was; several may do it at once.
pub async fn erase_due(store: &Store, library: &MediaLibrary) -> Result<u64, MediaError> {
    let (mut steps, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        while erasure::next_step(store, library, &scope).await? {
            steps += 1;
        }
    }
    Ok(steps)
}
