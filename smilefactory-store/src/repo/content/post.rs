//! Posts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{
    FeaturedPost, Post, PostFacets, PostKind, PostMoved, PostState, PostView, ReviewAssignment, ReviewDue,
    StepTaken,
};
use smilefactory_core::id::{AccountId, CategoryId, GroupId, PostId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;

use crate::error::Result;

/// Which published posts a list has; all that are for everybody unless narrowed down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PostFilter {
    pub(crate) author: Option<AccountId>,
    pub(crate) kind: Option<PostKind>,
    pub(crate) tag: Option<String>,
    pub(crate) category: Option<CategoryId>,
    pub(crate) with_those_under: bool,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) featured: bool,
}

impl PostFilter {
    /// All published posts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this author.
    #[must_use]
    pub fn by(mut self, author: AccountId) -> Self {
        self.author = Some(author);
        self
    }

    /// Only those of this kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: PostKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Only those with this tag, in any case, or with one that it is an alias of.
    #[must_use]
    pub fn tagged(mut self, tag: impl Into<String>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// Only those in this category; what is in those under it is not among them.
    #[must_use]
    pub const fn in_category(mut self, category: CategoryId) -> Self {
        self.category = Some(category);
        self
    }

    /// Only those in this category or in one under it.
    #[must_use]
    pub const fn in_tree(mut self, category: CategoryId) -> Self {
        self.category = Some(category);
        self.with_those_under = true;
        self
    }

    /// Only those that were published then or later.
    #[must_use]
    pub const fn published_from(mut self, from: DateTime<Utc>) -> Self {
        self.from = Some(from);
        self
    }

    /// Only those that were published before then.
    #[must_use]
    pub const fn published_before(mut self, until: DateTime<Utc>) -> Self {
        self.until = Some(until);
        self
    }

    /// Only those that are featured, the last of them first.
    #[must_use]
    pub const fn featured(mut self) -> Self {
        self.featured = true;
        self
    }
}

/// Where a published post stands in a list: newest first, equal times by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// When it was first published; of those that are featured, since when they are.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: PostId,
}

/// Where a post stands in a reviewer's list: the soonest due first, equal times by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueKey {
    /// Until when.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: PostId,
}

/// Reads posts. Who may see which is not decided here: `get` and `list_of_author` give posts in any state, and
/// [`Post::is_visible_with`] decides.
pub trait ReadPosts {
    /// The post with this id, in any state.
    fn get(&mut self, id: PostId) -> impl Future<Output = Result<Option<Post>>> + Send;

    /// The posts with these ids, in any state; at most 100 are read.
    fn get_many(&mut self, ids: &[PostId]) -> impl Future<Output = Result<Vec<Post>>> + Send;

    /// Published posts, most lately published first; without those of authors whom the [sight](crate::Sight) of the unit
    /// of work is not shown. Of one author who is asked for, only a block hides them.
    fn list(
        &mut self,
        filter: &PostFilter,
        page: &PageRequest<PublishedKey>,
    ) -> impl Future<Output = Result<Page<Post, PublishedKey>>> + Send;

    /// How many posts there are of what, of those that [`list`](Self::list) would have.
    fn count_facets(&mut self, filter: &PostFilter) -> impl Future<Output = Result<PostFacets>> + Send;

    /// What is published in a group, most lately published first, of one kind or of all; without what was taken off it, and
    /// without those of authors whom the sight of the unit of work is not shown. Whether the group is open to who reads is
    /// not decided here.
    fn list_of_group(
        &mut self,
        group: GroupId,
        kind: Option<PostKind>,
        page: &PageRequest<PublishedKey>,
    ) -> impl Future<Output = Result<Page<Post, PublishedKey>>> + Send;

    /// The posts of one author in any state, or in one; most lately begun first.
    fn list_of_author(
        &mut self,
        author: AccountId,
        state: Option<PostState>,
        page: &PageRequest<PostId>,
    ) -> impl Future<Output = Result<Page<Post, PostId>>> + Send;

    /// The posts that wait for a reviewer, longest waiting first.
    fn list_in_review(
        &mut self,
        page: &PageRequest<PostId>,
    ) -> impl Future<Output = Result<Page<Post, PostId>>> + Send;

    /// The posts in review that this reviewer was asked to look at, the soonest due first.
    fn list_to_review(
        &mut self,
        reviewer: AccountId,
        page: &PageRequest<DueKey>,
    ) -> impl Future<Output = Result<Page<ReviewDue, DueKey>>> + Send;

    /// The post with this id, in any state, as it is shown to `viewer`.
    fn view(
        &mut self,
        id: PostId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Option<PostView>>> + Send;

    /// The steps a post took, the last first: who, when, and why.
    fn list_steps(
        &mut self,
        id: PostId,
        page: &PageRequest<Version>,
    ) -> impl Future<Output = Result<Page<StepTaken, Version>>> + Send;

    /// Who was asked to review a post, the soonest due first; at most 20.
    fn reviewers(&mut self, id: PostId) -> impl Future<Output = Result<Vec<ReviewAssignment>>> + Send;
}

/// Writes posts.
pub trait WritePosts: ReadPosts {
    /// Begins a post. Its text is rendered on the way. The files it names are attached in the same unit of work
    /// ([`set_attachments`](super::WriteMedia::set_attachments)), or the commit is refused.
    fn insert(&mut self, post: &Post) -> impl Future<Output = Result<()>> + Send;

    /// Saves the text of a post, and renders it. The database keeps the version before whole. Where the post stands
    /// in the publishing workflow does not change: that is [`take_step`](Self::take_step).
    fn update(&mut self, post: &Post) -> impl Future<Output = Result<Post>> + Send;

    /// Saves where the post stands after a step, and that it was taken: by the actor of the unit of work. The database
    /// refuses a step that the publishing workflow does not have, and one that nobody is said to have taken.
    /// [`Stale`](crate::StoreError::Stale) when somebody saved first.
    fn take_step(&mut self, post: &Post, moved: &PostMoved) -> impl Future<Output = Result<Post>> + Send;

    /// Deletes the post for good, if it is the version that was read.
    fn delete(&mut self, post: &Post) -> impl Future<Output = Result<bool>> + Send;

    /// One of the posts that are scheduled and due by now, the longest due first, locked until the end of the unit of
    /// work; those that another one has locked are passed over.
    fn lock_due(&mut self) -> impl Future<Output = Result<Option<Post>>> + Send;

    /// Saves who sees a post of a group. Its version does not change: it is not its author who does this.
    /// [`Stale`](crate::StoreError::Stale) when it was taken off the group already.
    fn set_audience(&mut self, post: &Post) -> impl Future<Output = Result<()>> + Send;

    /// The posts that are featured, none of which begins or ceases to be until the end of the unit of work but by it.
    fn lock_featured(&mut self) -> impl Future<Output = Result<Vec<FeaturedPost>>> + Send;

    /// Features a post, which is not featured yet. The database has as many places as [`FeaturedPost::MOST`].
    fn feature(&mut self, featured: &FeaturedPost) -> impl Future<Output = Result<()>> + Send;

    /// Features a post no more; `false` when it was not featured.
    fn unfeature(&mut self, id: PostId) -> impl Future<Output = Result<bool>> + Send;

    /// Renders posts anew that an older version of the rules rendered, at most `limit` of them, and says how many there
    /// were. Neither their version nor their text changes.
    fn render_anew(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Asks somebody to review a post, or gives who was asked another time.
    fn ask_reviewer(
        &mut self,
        post: PostId,
        assignment: &ReviewAssignment,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Asks a reviewer no more; `false` when they were not asked.
    fn release_reviewer(
        &mut self,
        post: PostId,
        reviewer: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;
}
