//! Comments.

use serde::{Deserialize, Serialize};
use smilefactory_core::content::{Comment, CommentDeleted, CommentSort};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use crate::error::Result;

/// Where a comment stands among those with the same parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentKey {
    /// How good it is; only [`CommentSort::Best`] looks at it.
    pub score: i64,
    /// Which one.
    pub id: CommentId,
}

impl CommentKey {
    /// Before all comments there are: a page after it is the first one.
    pub fn before_all(sort: CommentSort) -> Self {
        let id = match sort {
            CommentSort::Best | CommentSort::Newest => Uuid::max(),
            CommentSort::Oldest => Uuid::nil(),
        };
        Self { score: i64::MAX, id: CommentId::from_uuid(id) }
    }
}

/// A comment with its first replies, those with theirs, and where the rest begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    /// The comment.
    pub comment: Comment,
    /// Its first replies, in the order that was asked for.
    pub replies: Vec<Self>,
    /// The key to ask for its other replies with; `None` when all are here.
    pub more: Option<CommentKey>,
}

/// Reads comments. Who may see which is not decided here: `get` gives comments in any state, and
/// [`Comment::is_visible_with`] decides; nor is it asked whether the post is shown.
///
/// A comment stands in lists while it is shown itself, or while a reply below it is: then it only keeps the place, and
/// [`Comment::seen_with`] takes out what is not to be seen. Those of authors whom the [sight](crate::Sight) of the unit of
/// work is not shown are left out with everything below them, of numbers too; otherwise lists are the same for everybody.
///
/// Pages hold together: put together they have every comment that was there from the first page to the last, and none
/// twice, whatever is written meanwhile. Where scores change meanwhile, this holds for those whose score did not, and
/// the orders by time do not look at scores.
pub trait ReadComments {
    /// The comment with this id, in any state.
    fn get(&mut self, id: CommentId) -> impl Future<Output = Result<Option<Comment>>> + Send;

    /// The comments that answer a post directly, each with its first replies.
    ///
    /// One statement, whatever there is: the page, of each comment the first three replies, and of each reply the first
    /// of its own, at most [`CommentSort::DEPTH`] deep and [`CommentSort::COMMENTS`] in all; larger pages nest less.
    fn list(
        &mut self,
        post: PostId,
        sort: CommentSort,
        page: &PageRequest<CommentKey>,
    ) -> impl Future<Output = Result<Page<Thread, CommentKey>>> + Send;

    /// The direct replies to a comment, each with its own first replies, as [`list`](Self::list) has them.
    fn list_replies(
        &mut self,
        comment: CommentId,
        sort: CommentSort,
        page: &PageRequest<CommentKey>,
    ) -> impl Future<Output = Result<Page<Thread, CommentKey>>> + Send;

    /// The comments of one author in any state, the last written first.
    fn list_of_author(
        &mut self,
        author: AccountId,
        page: &PageRequest<CommentId>,
    ) -> impl Future<Output = Result<Page<Comment, CommentId>>> + Send;

    /// How many comments each of these posts has that are shown themselves; at most 100 posts are counted.
    fn count_of_posts(&mut self, posts: &[PostId])
    -> impl Future<Output = Result<Vec<(PostId, u64)>>> + Send;

    /// Which of up to `limit` posts behind `after`, in the order of their ids, have comments of which some number is not
    /// what counting anew gives; and the last of those that were looked at. What is not added up yet is no drift.
    fn drift(
        &mut self,
        after: Option<PostId>,
        limit: u16,
    ) -> impl Future<Output = Result<(Vec<PostId>, Option<PostId>)>> + Send;
}

/// Writes comments.
///
/// What is counted of a thread (`replies`, who keeps a place, comments of a post) the database keeps in the
/// transaction of the change, whoever writes. It locks the nodes above a comment as far as the change shows in them.
pub trait WriteComments: ReadComments {
    /// Writes a comment, and gives it back with its HTML. A parent of another post, or of another depth than the
    /// comment says, is [`Missing`](crate::StoreError::Missing).
    fn insert(&mut self, comment: &Comment) -> impl Future<Output = Result<Comment>> + Send;

    /// Saves text, standing and deletion of a comment, with its HTML made anew; where it stands never changes.
    fn update(&mut self, comment: &Comment) -> impl Future<Output = Result<Comment>> + Send;

    /// Erases an author from at most `most` of their comments: text and name are gone, replies keep their places.
    ///
    /// Gives a fact for each comment that had a text until then. Nothing is left to be erased when `erased` is 0; doing
    /// it again does no harm.
    fn erase_author(
        &mut self,
        author: AccountId,
        most: u32,
    ) -> impl Future<Output = Result<ErasedComments>> + Send;

    /// Renders anew at most `most` comments that an older version of the rules rendered, and says how many there were;
    /// those that somebody else holds are passed over. Versions stay.
    fn render_anew(&mut self, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Adds up at most `most` changes of the numbers of comments, and says how many there were. The numbers that are
    /// read are the same before and after; several may add up at once.
    fn fold_counts(&mut self, most: u32) -> impl Future<Output = Result<u64>> + Send;

    /// Counts all of a post's comments again, and the reactions to them, and says how many numbers were wrong: 0, unless
    /// somebody wrote past the triggers. Writers of the same thread wait for it.
    fn recount(&mut self, post: PostId) -> impl Future<Output = Result<u64>> + Send;
}

/// What was done to erase an author.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedComments {
    /// How many comments have no author any more.
    pub erased: usize,
    /// Those of them that had a text until then.
    pub deleted: Vec<CommentDeleted>,
}
