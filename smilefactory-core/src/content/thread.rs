//! How comments are read: as threads, a page at a time at every comment.

use super::Comment;
use crate::answer::answer;
use crate::choice::choices;
use crate::page::Cursor;

choices! {
    /// In which order comments with the same parent come.
    CommentSort {
        /// The best first; of equally good ones the newest.
        Best = "best",
        /// The newest first.
        Newest = "newest",
        /// The oldest first.
        Oldest = "oldest",
    }
}

impl CommentSort {
    /// How deep replies nest within one answer; deeper ones are reached through [`CommentThread::more`].
    pub const DEPTH: usize = 8;
    /// How many comments one answer has at most.
    pub const COMMENTS: usize = 500;
}

answer! {
    /// A comment with its first replies, those with theirs, and where the rest is.
    pub struct CommentThread {
        /// The comment.
        comment: Comment,
        /// Its first replies.
        replies: Vec<CommentThread>,
        /// The `cursor` to read its other replies with, in the same order; `null` when all are here.
        more: Option<Cursor>,
    }
}

impl CommentThread {
    /// How many comments are here, itself included.
    pub fn count(&self) -> usize {
        self.replies.iter().map(Self::count).sum::<usize>() + 1
    }
}
