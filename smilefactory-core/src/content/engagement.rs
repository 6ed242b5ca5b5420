//! What people do with what others published: react, save, share, view.
//!
//! Of each person and post there is one state; the counts are made from all of them, and are right at once.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    CommentReacted, CommentUnreacted, Post, PostReacted, PostSaved, PostShared, PostState, PostUnreacted,
    PostUnsaved, PostViewed,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, CommentId, PostId};
use crate::record::record;

choices! {
    /// What somebody thinks of a post or comment.
    Reaction {
        /// They like it.
        Like = "like",
        /// They learnt something.
        Insightful = "insightful",
        /// They stand by it.
        Support = "support",
        /// They are glad of it.
        Celebrate = "celebrate",
    }
}

record! {
    /// How somebody reacts.
    pub struct ReactionDraft / ReactionInput / ReactionPatch {
        /// The reaction; another one takes the place of the one before.
        reaction: Reaction,
    }
}

answer! {
    /// How many people reacted how.
    pub struct ReactionCounts: Copy, Eq, Default {
        /// How many like it.
        like: u32,
        /// How many learnt something.
        insightful: u32,
        /// How many stand by it.
        support: u32,
        /// How many are glad of it.
        celebrate: u32,
    }
}

impl ReactionCounts {
    /// How many people reacted at all.
    pub const fn total(self) -> u32 {
        self.like.saturating_add(self.insightful).saturating_add(self.support).saturating_add(self.celebrate)
    }
}

answer! {
    /// What one person did with a post.
    pub struct ViewerState: Copy, Eq, Default {
        /// How they reacted.
        reaction: Option<Reaction>,
        /// When they did.
        reacted_at: Option<DateTime<Utc>>,
        /// When they saved it, if it is saved.
        saved_at: Option<DateTime<Utc>>,
        /// When they last shared it.
        shared_at: Option<DateTime<Utc>>,
        /// The day they last viewed it, in UTC.
        viewed_on: Option<NaiveDate>,
    }
}

answer! {
    /// What people did with a post.
    pub struct PostEngagement: Copy, Eq {
        /// The post.
        post: PostId,
        /// How many people reacted how.
        reactions: ReactionCounts,
        /// How many people have it saved.
        saves: u32,
        /// How many people shared it.
        shares: u32,
        /// How often it was viewed; a person counts once a day.
        views: u32,
        /// How many comments it has that are shown.
        comments: u32,
        /// What the caller did.
        viewer: ViewerState,
    }
}

answer! {
    /// Somebody's reaction to a post.
    pub struct PostReaction: Copy, Eq {
        /// Who reacted.
        account: AccountId,
        /// How.
        reaction: Reaction,
        /// When.
        reacted_at: DateTime<Utc>,
    }
}

answer! {
    /// What one person did with one post.
    pub struct PostAction: Copy, Eq {
        /// The post.
        post: PostId,
        ..
        /// What they did.
        state: ViewerState,
    }
}

answer! {
    /// Somebody's own reaction to a comment.
    pub struct CommentReaction: Copy, Eq {
        /// The comment.
        comment: CommentId,
        /// How they reacted.
        reaction: Reaction,
        /// When.
        reacted_at: DateTime<Utc>,
    }
}

answer! {
    /// A post that somebody saved.
    pub struct SavedPost {
        /// When they did.
        saved_at: DateTime<Utc>,
        /// What people did with it.
        engagement: PostEngagement,
        /// The post.
        post: Post,
    }
}

answer! {
    /// What became of everything somebody published. What is taken off does not count any more.
    pub struct AuthorStats: Copy, Eq {
        /// Who.
        account: AccountId,
        /// How many of their posts are shown; the rest is of these.
        posts: u32,
        /// How many reactions their posts have.
        reactions: u32,
        /// How often they are saved.
        saves: u32,
        /// How many people shared one, once for each post.
        shares: u32,
        /// How often they were viewed; a person counts once a day for each post.
        views: u32,
    }
}

/// What one person does with posts and comments. Who may see what is not decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engaging {
    /// Who does it.
    pub by: AccountId,
}

impl Engaging {
    /// Only what is shown is reacted to, saved, shared and viewed.
    fn shown(post: &Post, step: &'static str) -> Result<PostId, InvalidTransition> {
        if post.is_shown() {
            return Ok(post.id);
        }
        let state = match post.state {
            PostState::Published => post.standing.as_str(),
            state => state.as_str(),
        };
        Err(InvalidTransition::new("post", state, step))
    }

    /// They react to a post.
    pub fn react(self, post: &Post, reaction: Reaction) -> Result<PostReacted, InvalidTransition> {
        Ok(PostReacted { post: Self::shown(post, "react to")?, by: self.by, reaction })
    }

    /// They take the reaction back, whatever became of the post.
    pub const fn unreact(self, post: PostId) -> PostUnreacted {
        PostUnreacted { post, by: self.by }
    }

    /// They save a post.
    pub fn save(self, post: &Post) -> Result<PostSaved, InvalidTransition> {
        Ok(PostSaved { post: Self::shown(post, "save")?, by: self.by })
    }

    /// They save it no more, whatever became of it.
    pub const fn unsave(self, post: PostId) -> PostUnsaved {
        PostUnsaved { post, by: self.by }
    }

    /// They share a post.
    pub fn share(self, post: &Post) -> Result<PostShared, InvalidTransition> {
        Ok(PostShared { post: Self::shown(post, "share")?, by: self.by })
    }

    /// They view a post.
    pub fn view(self, post: &Post) -> Result<PostViewed, InvalidTransition> {
        Ok(PostViewed { post: Self::shown(post, "view")?, by: self.by })
    }

    /// They react to a comment.
    pub const fn react_to_comment(
        self,
        comment: CommentId,
        post: PostId,
        reaction: Reaction,
    ) -> CommentReacted {
        CommentReacted { comment, post, by: self.by, reaction }
    }

    /// They take the reaction to a comment back.
    pub const fn unreact_to_comment(self, comment: CommentId, post: PostId) -> CommentUnreacted {
        CommentUnreacted { comment, post, by: self.by }
    }
}
