//! What people do with posts and comments.

use smilefactory_core::content::{
    AuthorStats, PostEngagement, PostReaction, Reaction, ReactionInput, SavedPost, ViewerState,
};
use smilefactory_core::id::{AccountId, CommentId, PostId};

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::post::Mine;
use crate::request::Transport;

/// What people do with posts and comments; from [`Client::engagement`](crate::Client::engagement).
///
/// What was done twice was done once. Counts are right at once.
#[derive(Clone, Copy, Debug)]
pub struct Engagement<'a>(pub(crate) &'a Transport);

fn input(reaction: Reaction) -> ReactionInput {
    ReactionInput { reaction: reaction.as_str().to_owned() }
}

impl Engagement<'_> {
    /// How many people did what with a post, and what the caller did.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client, post: smilefactory_core::id::PostId)
    /// # -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::content::Reaction;
    ///
    /// client.engagement().react(post, Reaction::Insightful).await?;
    /// let engagement = client.engagement().get(post).await?;
    /// println!("{} reactions, {} views", engagement.reactions.total(), engagement.views);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, post: PostId) -> Call<PostEngagement> {
        Call::new(self.0, &op::GET_POST_ENGAGEMENT).id(post)
    }

    /// Who reacted to a post, last first.
    pub fn list_reactions(&self, post: PostId) -> List<PostReaction> {
        List::new(self.0, &op::LIST_REACTIONS).of(post)
    }

    /// Reacts to a post; another reaction takes the place of the one before.
    pub fn react(&self, post: PostId, reaction: Reaction) -> Call<ViewerState> {
        Call::new(self.0, &op::REACT_TO_POST).id(post).json(&input(reaction))
    }

    /// Takes the reaction to a post back.
    pub fn unreact(&self, post: PostId) -> Call<()> {
        Call::without_answer(self.0, &op::UNREACT_TO_POST).id(post)
    }

    /// Saves a post, for oneself.
    pub fn save(&self, post: PostId) -> Call<ViewerState> {
        Call::new(self.0, &op::SAVE_POST).id(post)
    }

    /// Saves a post no more.
    pub fn unsave(&self, post: PostId) -> Call<()> {
        Call::without_answer(self.0, &op::UNSAVE_POST).id(post)
    }

    /// The posts the caller saved that are shown, last saved first.
    pub fn list_saved(&self) -> List<SavedPost, Mine> {
        List::new(self.0, &op::LIST_SAVED_POSTS)
    }

    /// Tells that the caller shared a post.
    pub fn share(&self, post: PostId) -> Call<ViewerState, Keyed> {
        Call::new(self.0, &op::SHARE_POST).id(post)
    }

    /// Tells that the caller viewed a post; counted once a day.
    pub fn view(&self, post: PostId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::VIEW_POST).id(post)
    }

    /// Reacts to a comment.
    pub fn react_to_comment(&self, comment: CommentId, reaction: Reaction) -> Call<()> {
        Call::without_answer(self.0, &op::REACT_TO_COMMENT).id(comment).json(&input(reaction))
    }

    /// Takes the reaction to a comment back.
    pub fn unreact_to_comment(&self, comment: CommentId) -> Call<()> {
        Call::without_answer(self.0, &op::UNREACT_TO_COMMENT).id(comment)
    }

    /// What became of everything somebody published.
    pub fn author_stats(&self, author: AccountId) -> Call<AuthorStats> {
        Call::new(self.0, &op::GET_AUTHOR_STATS).id(author)
    }
}
