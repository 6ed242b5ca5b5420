//! Comments: answers to a post, and to other comments.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::content::{CommentDraft, CommentInput, CommentRights, Post, PostDraft, PostInput, PostState};
//! use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let (tariro, rudo) = (AccountId::at(now, [1; 10]), AccountId::at(now, [2; 10]));
//! let input = PostInput { kind: "post".into(), body: "Our pump runs.".into(), ..PostInput::default() };
//! let (post, _) = PostDraft::from_raw(input)?.begin(PostId::at(now, [3; 10]), tariro, now);
//! let post = Post { state: PostState::Published, ..post };
//!
//! let draft = CommentDraft::from_raw(CommentInput { body: "Ours does not.".into(), parent: None })?;
//! let (comment, written) = draft.write(CommentId::at(now, [4; 10]), &post, None, rudo, now)?;
//! assert_eq!((comment.depth, written.author), (0, rudo));
//! let (deleted, _) = comment.delete(now)?;
//! assert!(deleted.body.is_none() && !deleted.is_visible_with(CommentRights::default()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::{
    CommentDeleted, CommentEdited, CommentWritten, Post, PostState, Reaction, ReactionCounts, Standing,
};
use crate::answer::answer;
use crate::error::InvalidTransition;
use crate::id::{AccountId, CommentId, PostId};
use crate::record::record;
use crate::text::Prose;
use crate::validation::{Field, Violation, Violations, code};
use crate::version::Version;

record! {
    /// What the author of a comment writes.
    pub struct CommentDraft / CommentInput / CommentPatch {
        /// Its text in Markdown.
        body: Prose<1, 10_000>,
        /// The comment it answers; none when it answers the post. It stays what it was when the comment is edited.
        parent: Option<CommentId>,
    }
}

answer! {
    /// A comment. One whose text is gone or taken off keeps its place while it has replies.
    pub struct Comment {
        /// Its id.
        id: CommentId,
        /// The post it belongs to.
        post: PostId,
        /// The comment it answers; `null` when it answers the post.
        parent: Option<CommentId>,
        /// How many comments lie between it and the post.
        depth: u32,
        /// Who wrote it; `null` when its text is gone or taken off.
        author: Option<AccountId>,
        /// Its text in Markdown; `null` when it is gone or taken off.
        body: Option<Prose<1, 10_000>>,
        /// Its text as HTML that is safe to show.
        html: Option<String>,
        /// What moderation thinks of it.
        standing: Standing,
        /// How many replies it has that are shown, those that only keep a place included.
        replies: u32,
        /// How people reacted to it; the best comments have most reactions.
        reactions: ReactionCounts,
        /// How the reader reacted to it.
        own_reaction: Option<Reaction>,
        /// When its text was last changed.
        edited_at: Option<DateTime<Utc>>,
        /// When it was deleted.
        deleted_at: Option<DateTime<Utc>>,
        /// How often it was saved. Neither replies nor reactions are part of that.
        version: Version,
        /// When it was written.
        created_at: DateTime<Utc>,
    }
}

/// What somebody may do with one comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommentRights {
    /// They wrote it.
    pub author: bool,
    /// They moderate.
    pub staff: bool,
}

impl CommentDraft {
    /// The author comments on a post that is shown, or answers a comment of it that is.
    ///
    /// `parent` is the comment that the draft names. The HTML is made when the comment is saved.
    pub fn write(
        self,
        id: CommentId,
        post: &Post,
        parent: Option<&Comment>,
        author: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Comment, CommentWritten), InvalidTransition> {
        if !post.is_shown() {
            let state = match post.state {
                PostState::Published => post.standing.as_str(),
                state => state.as_str(),
            };
            return Err(InvalidTransition::new("post", state, "comment on"));
        }
        if let Some(parent) = parent.filter(|parent| !parent.is_shown() || parent.post != post.id) {
            let state = if parent.is_shown() { "under another post" } else { parent.state() };
            return Err(InvalidTransition::new("comment", state, "reply to"));
        }
        let comment = Comment {
            id,
            post: post.id,
            parent: parent.map(|parent| parent.id),
            depth: parent.map_or(0, |parent| parent.depth.saturating_add(1)),
            author: Some(author),
            body: Some(self.body),
            html: None,
            standing: Standing::Visible,
            replies: 0,
            reactions: ReactionCounts::default(),
            own_reaction: None,
            edited_at: None,
            deleted_at: None,
            version: Version::FIRST,
            created_at: now,
        };
        let written = CommentWritten { comment: id, post: post.id, author, parent: comment.parent };
        Ok((comment, written))
    }
}

impl Comment {
    /// Whether everybody sees its text: it is not deleted, and moderation has nothing against it.
    pub const fn is_shown(&self) -> bool {
        self.deleted_at.is_none() && matches!(self.standing, Standing::Visible)
    }

    /// Whether somebody with these rights finds it: everybody what is shown and what keeps a place for its replies,
    /// author and staff also what moderation took off. What is deleted and has no replies is gone for all.
    pub const fn is_visible_with(&self, rights: CommentRights) -> bool {
        self.is_shown() || self.replies > 0 || self.deleted_at.is_none() && (rights.author || rights.staff)
    }

    /// The comment as somebody with these rights sees it: of one that only keeps a place, that it was there; author and
    /// staff see what moderation took off.
    #[must_use]
    pub fn seen_with(self, rights: CommentRights) -> Self {
        if self.is_shown() || self.deleted_at.is_none() && (rights.author || rights.staff) {
            self
        } else {
            Self {
                author: None,
                body: None,
                html: None,
                edited_at: None,
                reactions: ReactionCounts::default(),
                own_reaction: None,
                ..self
            }
        }
    }

    /// What its author would have written with some fields changed. A comment stays where it is: another parent is a
    /// violation.
    pub fn changed_by(&self, patch: CommentPatch) -> Result<CommentDraft, Violations> {
        let body = self.body.as_ref().map(|body| body.as_str().to_owned()).unwrap_or_default();
        let mut input = CommentInput { body, parent: self.parent.map(Field::into_raw) };
        patch.apply(&mut input);
        let draft = CommentDraft::from_raw(input)?;
        if draft.parent == self.parent {
            Ok(draft)
        } else {
            let moved = Violation::new(code::NOT_ALLOWED, "a comment stays where it was written");
            Err(Violations::one("/parent", moved))
        }
    }

    /// Its author changes the text, as long as it is neither deleted nor removed.
    pub fn edit(
        self,
        draft: CommentDraft,
        now: DateTime<Utc>,
    ) -> Result<(Self, CommentEdited), InvalidTransition> {
        match self.author {
            Some(author) if self.deleted_at.is_none() && self.standing != Standing::Removed => {
                let fact = CommentEdited { comment: self.id, post: self.post, author, parent: self.parent };
                Ok((Self { body: Some(draft.body), html: None, edited_at: Some(now), ..self }, fact))
            }
            _ => Err(InvalidTransition::new("comment", self.state(), "edit")),
        }
    }

    /// Its author or staff delete it: the text is gone for good. While it has replies its place stays.
    pub fn delete(self, now: DateTime<Utc>) -> Result<(Self, CommentDeleted), InvalidTransition> {
        if self.deleted_at.is_some() {
            return Err(InvalidTransition::new("comment", self.state(), "delete"));
        }
        let fact =
            CommentDeleted { comment: self.id, post: self.post, author: self.author, parent: self.parent };
        Ok((Self { body: None, html: None, deleted_at: Some(now), ..self }, fact))
    }

    const fn state(&self) -> &'static str {
        if self.deleted_at.is_some() { "deleted" } else { self.standing.as_str() }
    }
}
