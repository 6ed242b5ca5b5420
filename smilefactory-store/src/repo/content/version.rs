//! Earlier versions of posts.

use smilefactory_core::content::{PostVersion, VersionRedacted};
use smilefactory_core::id::PostId;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;

use crate::error::Result;

/// Reads earlier versions of posts. The text a post has now is not among them.
pub trait ReadVersions {
    /// The version of a post with this number.
    fn get(
        &mut self,
        post: PostId,
        number: Version,
    ) -> impl Future<Output = Result<Option<PostVersion>>> + Send;

    /// The versions of a post, the last first.
    fn list(
        &mut self,
        post: PostId,
        page: &PageRequest<Version>,
    ) -> impl Future<Output = Result<Page<PostVersion, Version>>> + Send;
}

/// Writes earlier versions of posts: the database makes them itself, with every change of a text.
pub trait WriteVersions: ReadVersions {
    /// Takes the text of a version away for good, as [`PostVersion::redact`] did; and wherever else it was kept: in reports
    /// that quote it, and in answers that are kept to be given again.
    /// [`Stale`](crate::StoreError::Stale) when it was redacted already.
    fn redact(
        &mut self,
        version: &PostVersion,
        fact: &VersionRedacted,
    ) -> impl Future<Output = Result<()>> + Send;
}
