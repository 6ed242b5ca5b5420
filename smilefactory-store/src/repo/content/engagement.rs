//! What people do with posts and comments.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{
    AuthorStats, CommentReaction, ListedPost, Post, PostAction, PostEngagement, PostReaction, Reaction,
    SavedPost, ViewerState,
};
use smilefactory_core::id::{AccountId, CommentId, PostId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Where a reaction stands in the list of a post's: last reacted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionKey {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose.
    pub account: AccountId,
}

/// Where a post stands in the list of those somebody saved: last saved first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedKey {
    /// When it was saved.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: PostId,
}

/// Reads what people do with posts and comments. Who may see which post is not decided here, but for the list of saved
/// ones. Counts are right at once: what is not [folded](WriteEngagement::fold) yet is added. Lists,
/// and the counts of a post, are without what people do whom the [sight](crate::Sight) of the unit of work is not shown;
/// the totals of an author are the same for everybody.
pub trait ReadEngagement {
    /// The counts of a post, and what `viewer` did with it.
    fn get(&mut self, post: PostId, viewer: AccountId)
    -> impl Future<Output = Result<PostEngagement>> + Send;

    /// The same of several posts, in their order, in one statement; at most 101 are read.
    fn get_many(
        &mut self,
        posts: &[PostId],
        viewer: AccountId,
    ) -> impl Future<Output = Result<Vec<PostEngagement>>> + Send;

    /// These posts, each with its counts and what `viewer` did with it, in one statement more; at most 101.
    fn of_listed(
        &mut self,
        posts: Vec<Post>,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Vec<ListedPost>>> + Send;

    /// What somebody did with a post.
    fn state(&mut self, post: PostId, account: AccountId)
    -> impl Future<Output = Result<ViewerState>> + Send;

    /// Who reacted to a post, last first.
    fn list_reactions(
        &mut self,
        post: PostId,
        page: &PageRequest<ReactionKey>,
    ) -> impl Future<Output = Result<Page<PostReaction, ReactionKey>>> + Send;

    /// The posts somebody saved that are shown, last saved first.
    fn list_saved(
        &mut self,
        account: AccountId,
        page: &PageRequest<SavedKey>,
    ) -> impl Future<Output = Result<Page<SavedPost, SavedKey>>> + Send;

    /// Everything that somebody did with posts in any state, by the ids of the posts, the last first.
    fn list_of_account(
        &mut self,
        account: AccountId,
        page: &PageRequest<PostId>,
    ) -> impl Future<Output = Result<Page<PostAction, PostId>>> + Send;

    /// Everything that somebody did with comments in any state, by the ids of the comments, the last first.
    fn list_comment_reactions(
        &mut self,
        account: AccountId,
        page: &PageRequest<CommentId>,
    ) -> impl Future<Output = Result<Page<CommentReaction, CommentId>>> + Send;

    /// How somebody reacted to a comment.
    fn comment_reaction(
        &mut self,
        comment: CommentId,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<Reaction>>> + Send;

    /// How somebody reacted to these comments, to each that they did, in one statement; at most 500 are looked at.
    fn comment_reactions(
        &mut self,
        comments: &[CommentId],
        account: AccountId,
    ) -> impl Future<Output = Result<Vec<(CommentId, Reaction)>>> + Send;

    /// What became of everything somebody published, as far as it is shown.
    fn author_stats(&mut self, author: AccountId) -> impl Future<Output = Result<AuthorStats>> + Send;

    /// Which of up to `limit` posts behind `after`, in the order of their ids, have counts that are not what counting
    /// anew gives; and the last of those that were looked at. What is not folded yet is no drift.
    fn drift(
        &mut self,
        after: Option<PostId>,
        limit: u16,
    ) -> impl Future<Output = Result<(Vec<PostId>, Option<PostId>)>> + Send;

    /// The same of authors, with or without counts so far.
    fn author_drift(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> impl Future<Output = Result<(Vec<AccountId>, Option<AccountId>)>> + Send;
}

/// Writes what people do. Each method says whether anything changed; a person has one state for each post, so that who
/// does the same twice, or at once from two devices, has done it once. Nobody waits for somebody else who reacts to the
/// same post; whoever takes a post off waits for those who react to it, and they for them. A post or comment that does not exist is [`Missing`](crate::StoreError::Missing).
pub trait WriteEngagement: ReadEngagement {
    /// Somebody reacts to a post; another reaction takes the place of the one before.
    fn react(
        &mut self,
        post: PostId,
        account: AccountId,
        reaction: Reaction,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody takes the reaction back.
    fn unreact(&mut self, post: PostId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody saves a post. It keeps the time it was first saved.
    fn save(&mut self, post: PostId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody saves it no more.
    fn unsave(&mut self, post: PostId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody shares a post; `true` the first time, which is what counts.
    fn share(&mut self, post: PostId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody views a post, which counts once a day in UTC; `true` the first time ever.
    fn view(&mut self, post: PostId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody reacts to a comment.
    fn react_to_comment(
        &mut self,
        comment: CommentId,
        account: AccountId,
        reaction: Reaction,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody takes the reaction to a comment back.
    fn unreact_to_comment(
        &mut self,
        comment: CommentId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Adds up to `limit` changes to the counts of posts and authors, and as many to the scores of comments, and says how
    /// many there were. While somebody else does, nothing is done. A change is counted once, whatever is killed. The
    /// score of a comment that somebody replies to at this moment is left for the next time.
    fn fold(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Counts these posts anew, and says how many were wrong. Waits for whoever folds.
    fn repair(&mut self, posts: &[PostId]) -> impl Future<Output = Result<u64>> + Send;

    /// The same of authors.
    fn repair_authors(&mut self, authors: &[AccountId]) -> impl Future<Output = Result<u64>> + Send;
}
