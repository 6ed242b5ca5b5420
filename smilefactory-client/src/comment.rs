//! Comments: what others say to a post, and to each other.

use smilefactory_core::content::{Comment, CommentInput, CommentPatch, CommentSort, CommentThread};
use smilefactory_core::id::{CommentId, PostId};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What others say to a post, and to each other; from [`Client::comments`](crate::Client::comments).
///
/// A change names the version of the comment it was decided on: given a `&Comment`, its own. When somebody saved since,
/// the error [is stale](crate::Error::is_stale); when the comment's state does not allow it, it [is
/// refused](crate::Error::is_step_refused); when it is for somebody else, it [is
/// forbidden](crate::Error::is_forbidden).
#[derive(Clone, Copy, Debug)]
pub struct Comments<'a>(pub(crate) &'a Transport);

/// Which version of which comment: a `&Comment` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentVersion {
    /// The comment.
    pub id: CommentId,
    /// Its version.
    pub version: Version,
}

impl From<&Comment> for CommentVersion {
    fn from(comment: &Comment) -> Self {
        Self { id: comment.id, version: comment.version }
    }
}

impl From<(CommentId, Version)> for CommentVersion {
    fn from((id, version): (CommentId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks lists of threads.
#[derive(Debug)]
pub enum Threads {}

impl Comments<'_> {
    /// Comments on a post that is shown; with `parent`, replies to a comment of it.
    ///
    /// It takes a profile that is complete enough; until then the error [is
    /// forbidden](crate::Error::is_forbidden) and names what is missing.
    pub fn write(&self, post: PostId, input: &CommentInput) -> Call<Comment, Keyed> {
        Call::new(self.0, &op::WRITE_COMMENT).id(post).json(input)
    }

    /// The comments on a post, the best first unless [`sort`](List::sort) says otherwise, each with its first replies.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client, post: smilefactory_core::id::PostId)
    /// # -> Result<(), smilefactory_client::Error> {
    /// use futures::TryStreamExt;
    /// use smilefactory_core::content::CommentSort;
    ///
    /// for thread in client.comments().list(post).sort(CommentSort::Newest).await?.items {
    ///     if let Some(more) = &thread.more {
    ///         let replies = client.comments().list_replies(thread.comment.id).sort(CommentSort::Newest);
    ///         let rest: Vec<_> = replies.cursor(more).into_stream().try_collect().await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self, post: PostId) -> List<CommentThread, Threads> {
        List::new(self.0, &op::LIST_COMMENTS).of(post)
    }

    /// The replies to a comment, each with its own first replies.
    ///
    /// With the `more` of a [`CommentThread`] as [`cursor`](List::cursor), and in the same order, those that were left
    /// out there.
    pub fn list_replies(&self, comment: CommentId) -> List<CommentThread, Threads> {
        List::new(self.0, &op::LIST_REPLIES).of(comment)
    }

    /// One comment; one the caller may not see is [not found](crate::Error::is_not_found).
    pub fn get(&self, comment: CommentId) -> Call<Comment> {
        Call::new(self.0, &op::GET_COMMENT).id(comment)
    }

    /// Changes the text of a comment of one's own.
    pub fn edit(&self, comment: impl Into<CommentVersion>, patch: &CommentPatch) -> Call<Comment> {
        let comment = comment.into();
        Call::new(self.0, &op::EDIT_COMMENT).id(comment.id).if_match(comment.version).json(patch)
    }

    /// Deletes a comment, for good; while it has replies, its place stays. For its author and staff.
    pub fn delete(&self, comment: impl Into<CommentVersion>) -> Call<()> {
        let comment = comment.into();
        Call::without_answer(self.0, &op::DELETE_COMMENT).id(comment.id).if_match(comment.version)
    }
}

impl List<CommentThread, Threads> {
    /// In this order.
    pub fn sort(self, sort: CommentSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}
