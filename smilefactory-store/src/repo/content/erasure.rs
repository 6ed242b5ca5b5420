//! Taking out what somebody wrote and did, when they are erased.

use smilefactory_core::content::moderation::PostStandingChanged;
use smilefactory_core::content::{ContentDigest, PostDeleted};
use smilefactory_core::id::{AccountId, MediaId, PostId};
use uuid::Uuid;

use crate::error::Result;

/// What became of some of an author's posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedPosts {
    /// Those that keep their place, to be told.
    pub emptied: Vec<PostStandingChanged>,
    /// Those that are gone, to be told.
    pub deleted: Vec<PostDeleted>,
    /// Behind which to go on; nothing at the end.
    pub last: Option<PostId>,
}

/// Takes out what somebody wrote and did. Each method does a batch, says whether there may be more, and may be called
/// again after it was done.
pub trait WriteContentErasure {
    /// Empties up to `most` posts of an author behind one, with all their earlier versions: what was published, or talked
    /// about, keeps its place for what others said; what never was is deleted. Tags that nobody else used are forgotten.
    fn erase_posts(
        &mut self,
        author: AccountId,
        behind: Option<Uuid>,
        most: u16,
    ) -> impl Future<Output = Result<ErasedPosts>> + Send;

    /// Deletes up to `most` of each: reactions, saves, shares and views, votes, followed tags, requests to review. Says
    /// how many there were.
    fn erase_deeds(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Takes what somebody said, and what was said about what they wrote, out of up to `most` reports, log entries and
    /// appeals each, and closes their open cases. Decisions stay, with the reasons that moderators gave. Says how many
    /// there were.
    fn erase_from_moderation(
        &mut self,
        account: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Deletes up to `most` files, and says which, and what their contents were. The contents are to be deleted after the
    /// unit of work, where no other file has them.
    fn erase_files(
        &mut self,
        owner: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<Vec<(MediaId, Option<ContentDigest>)>>> + Send;

    /// Deletes what is counted of an author; `false` when they have written something since it was taken out.
    fn erase_counts(&mut self, author: AccountId) -> impl Future<Output = Result<bool>> + Send;
}
