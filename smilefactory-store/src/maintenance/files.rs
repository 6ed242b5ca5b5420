//! Collects files that nobody will miss.

use super::Scopes;
use crate::media::{MediaError, MediaLibrary};
use crate::store::Store;

/// Collects in every tenant what [`MediaLibrary::collect`] does, and says how many rows, uploads and contents there
/// were.
pub async fn collect_files(store: &Store, library: &MediaLibrary) -> Result<usize, MediaError> {
    let (mut count, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        let collected = library.collect(&scope).await?;
        count += collected.awaited + collected.staged + collected.unused + collected.blobs;
    }
    Ok(count)
}
