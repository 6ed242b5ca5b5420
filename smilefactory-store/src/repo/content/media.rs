//! Files that people upload, and the posts they hang on. Contents lie elsewhere: see [`blob`](crate::blob).

use chrono::{DateTime, Utc};
use smilefactory_core::content::{ContentDigest, Media};
use smilefactory_core::id::{AccountId, MediaId, PostId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads what is known of files. Who may see which is not decided here: a file is for its owner, and for whoever sees
/// a post it hangs on.
pub trait ReadMedia {
    /// The file with this id, in either state.
    fn get(&mut self, id: MediaId) -> impl Future<Output = Result<Option<Media>>> + Send;

    /// The files of one owner in either state, the last declared first.
    fn list_of_owner(
        &mut self,
        owner: AccountId,
        page: &PageRequest<MediaId>,
    ) -> impl Future<Output = Result<Page<Media, MediaId>>> + Send;

    /// The files that hang on these posts, of at most 100 posts: each post's together, in the order its author gave.
    fn attachments_of(
        &mut self,
        posts: &[PostId],
    ) -> impl Future<Output = Result<Vec<(PostId, Media)>>> + Send;

    /// The posts that a file hangs on, newest first; at most 100 are read.
    fn posts_with(&mut self, id: MediaId) -> impl Future<Output = Result<Vec<PostId>>> + Send;

    /// The posts of which an earlier version names a file, newest first; at most 100 are read. Redacted versions name
    /// nothing.
    fn posts_with_version(&mut self, id: MediaId) -> impl Future<Output = Result<Vec<PostId>>> + Send;
}

/// Writes what is known of files.
pub trait WriteMedia: ReadMedia {
    /// Declares a file.
    fn insert(&mut self, media: &Media) -> impl Future<Output = Result<()>> + Send;

    /// Saves that a declared file is ready: of two who do, one succeeds and the other is `Stale`. The content must have
    /// been [claimed](Self::claim_blob) in an earlier unit of work, and written to the blob store since; if its claim
    /// was collected meanwhile, this is `Missing`.
    fn finalise(&mut self, media: &Media) -> impl Future<Output = Result<()>> + Send;

    /// Deletes the file; `false` when it is gone already. One that hangs on a post, or that an earlier version of one names,
    /// is `Missing`: the post would refer to nothing.
    fn delete(&mut self, id: MediaId) -> impl Future<Output = Result<bool>> + Send;

    /// Hangs these files on a post, in this order, in place of those that hung there; at most five. Gives back those
    /// that cannot be: not ready, or not this owner's. When there are any, nothing is changed.
    ///
    /// Belongs into the unit of work that saves the post, whose version then decides between two writers.
    fn set_attachments(
        &mut self,
        post: PostId,
        owner: AccountId,
        media: &[MediaId],
    ) -> impl Future<Output = Result<Vec<MediaId>>> + Send;

    /// Says that content is about to be written to the blob store. A content that was claimed is not collected until
    /// some time after its last claim, even if no file has it.
    fn claim_blob(&mut self, digest: ContentDigest, size: u32) -> impl Future<Output = Result<()>> + Send;

    /// Contents that no file has, claimed before a time; at most 100 are read, the longest unclaimed first.
    fn orphaned_blobs(
        &mut self,
        before: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<ContentDigest>>> + Send;

    /// Forgets a content that no file has and that was not claimed since; `false` when that is not so (any more).
    ///
    /// Who gets `true` deletes the content from the blob store and commits then: until that, whoever claims the same
    /// content waits, and writes it anew afterwards.
    fn forget_blob(
        &mut self,
        digest: ContentDigest,
        before: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Up to 100 files that are ready and have hung on nothing since before a time, neither on a post nor on an earlier
    /// version of one, the longest unused first; behind the last that was looked at.
    fn unused(
        &mut self,
        before: DateTime<Utc>,
        behind: Option<(DateTime<Utc>, MediaId)>,
    ) -> impl Future<Output = Result<Vec<(MediaId, DateTime<Utc>)>>> + Send;

    /// Deletes a file that has hung on nothing since before a time; `false` when that is not so (any more).
    fn delete_unused(
        &mut self,
        id: MediaId,
        before: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Forgets up to 100 files that were declared before a time and whose content never came, and says which.
    fn forget_awaited(&mut self, before: DateTime<Utc>) -> impl Future<Output = Result<Vec<MediaId>>> + Send;
}
