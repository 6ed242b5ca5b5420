//! Tags.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{PostEdited, Tag, TagMerged};
use smilefactory_core::id::{AccountId, TagId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Where a tag stands in a list by name: its folded form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagNameKey(pub String);

/// Where a tag stands in a list of the most used: most posts first, equal numbers by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopularTagKey {
    /// How many posts it has.
    pub posts: u32,
    /// Which one.
    pub id: TagId,
}

/// Where a tag stands in the list of those somebody follows: last followed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedTagKey {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: TagId,
}

/// What one batch of a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeBatch {
    /// The posts whose tags were rewritten, to be told.
    pub edited: Vec<PostEdited>,
    /// How many followers follow the other tag now.
    pub followers: u64,
    /// That the merge came to its end, to be told.
    pub finished: Option<TagMerged>,
}

impl MergeBatch {
    /// Whether there was nothing to do: somebody else works at the merge, or others must end before it.
    pub const fn is_idle(&self) -> bool {
        self.edited.is_empty() && self.followers == 0 && self.finished.is_none()
    }
}

/// Reads tags. How many posts and followers they have is as new as the last [fold](super::WriteLabels::fold).
pub trait ReadTags {
    /// The tag with this id, alias or not.
    fn get(&mut self, id: TagId) -> impl Future<Output = Result<Option<Tag>>> + Send;

    /// The tag that is meant by a word, however it is written: of an alias, the tag behind it.
    fn find_by_name(&mut self, name: &str) -> impl Future<Output = Result<Option<Tag>>> + Send;

    /// Tags that shown posts have, whose name begins like `prefix`, by name. Aliases are not among them.
    fn list_by_name(
        &mut self,
        prefix: &str,
        page: &PageRequest<TagNameKey>,
    ) -> impl Future<Output = Result<Page<Tag, TagNameKey>>> + Send;

    /// The same, most used first.
    fn list_popular(
        &mut self,
        prefix: &str,
        page: &PageRequest<PopularTagKey>,
    ) -> impl Future<Output = Result<Page<Tag, PopularTagKey>>> + Send;

    /// The tags somebody follows, last followed first.
    fn list_followed(
        &mut self,
        account: AccountId,
        page: &PageRequest<FollowedTagKey>,
    ) -> impl Future<Output = Result<Page<Tag, FollowedTagKey>>> + Send;

    /// Which tags are being merged; at most 100.
    fn list_merging(&mut self) -> impl Future<Output = Result<Vec<TagId>>> + Send;
}

/// Writes tags. The words of posts become tags by themselves, when a post is saved.
pub trait WriteTags: ReadTags {
    /// The tags with these ids, locked until the end of the unit of work against being merged or given aliases.
    fn lock(&mut self, ids: &[TagId]) -> impl Future<Output = Result<Vec<Tag>>> + Send;

    /// Adds a tag or an alias. [`Conflict`](crate::StoreError::Conflict) of `name` when the word is a tag already.
    fn insert(&mut self, tag: &Tag) -> impl Future<Output = Result<()>> + Send;

    /// Marks the tag as being merged, as [`Tag::begin_merge`] left it. From now on whoever writes it, or follows it, has
    /// written or followed the other one.
    fn begin_merge(&mut self, tag: &Tag) -> impl Future<Output = Result<()>> + Send;

    /// Carries a merge on: up to `limit` posts and followers become the other tag's, and when there are none left, the
    /// tag and its aliases become aliases of the other one. Doing so again after a crash goes on where it ended; while
    /// somebody else does it, nothing is done. A post that was rewritten has a new version.
    fn merge_batch(&mut self, tag: TagId, limit: u16) -> impl Future<Output = Result<MergeBatch>> + Send;

    /// Somebody follows the tag, or the one it is an alias of. `None` when there is no such tag; else the tag that is
    /// followed now, and whether it was not before.
    fn follow(
        &mut self,
        account: AccountId,
        tag: TagId,
    ) -> impl Future<Output = Result<Option<(TagId, bool)>>> + Send;

    /// Somebody follows it no more. `None` when there is no such tag; else the tag that was meant, and whether it was
    /// followed.
    fn unfollow(
        &mut self,
        account: AccountId,
        tag: TagId,
    ) -> impl Future<Output = Result<Option<(TagId, bool)>>> + Send;
}
