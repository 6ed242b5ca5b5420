//! What is posted in a group.

use chrono::{DateTime, Utc};

use super::{Group, GroupMembership, GroupPermission, GroupPostTakenOff, GroupRefused, GroupVisibility};
use crate::answer::answer;
use crate::content::{Media, Post, PostAudience};
use crate::error::InvalidTransition;
use crate::id::PostId;

answer! {
    /// A file that hangs on a post of a group.
    pub struct GroupFile {
        /// On which post.
        post: PostId,
        /// When that was published.
        published_at: DateTime<Utc>,
        /// The file.
        file: Media,
    }
}

impl Group {
    /// Who sees what is posted in it.
    pub const fn audience(&self) -> PostAudience {
        match self.draft.visibility {
            GroupVisibility::Public => PostAudience::Everybody,
            GroupVisibility::Private | GroupVisibility::Hidden => PostAudience::Members,
        }
    }
}

impl GroupMembership {
    /// They begin a post in the group, if it lets them.
    pub fn post(&self, group: &Group, post: Post) -> Result<Post, GroupRefused> {
        self.require_posting(group)?;
        Ok(Post { group: Some(group.id), audience: group.audience(), ..post })
    }

    /// They take a post off the group; `author` is how its author belongs to it, who is below them or themselves. The
    /// post stays its author's.
    pub fn take_off(
        &self,
        post: Post,
        author: Option<&Self>,
    ) -> Result<(Post, GroupPostTakenOff), GroupRefused> {
        self.require(GroupPermission::ModeratePosts)?;
        if post.author != self.account
            && let Some(author) = author
        {
            self.require_above(author)?;
        }
        if post.audience == PostAudience::Author {
            return Err(InvalidTransition::new("post", "off the group", "take off").into());
        }
        let fact = GroupPostTakenOff { post: post.id, group: self.group, by: self.account };
        Ok((Post { audience: PostAudience::Author, ..post }, fact))
    }
}
