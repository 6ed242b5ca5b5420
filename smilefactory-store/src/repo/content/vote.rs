//! Votes in polls.

use smilefactory_core::content::{OwnVote, PollResult, Post, Vote};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads votes.
pub trait ReadVotes {
    /// How the vote on a post stands, as `viewer` sees it; without the votes of people whom the [sight](crate::Sight) of the
    /// unit of work is not shown. A post that is no poll has no answers.
    fn result(&mut self, post: &Post, viewer: AccountId) -> impl Future<Output = Result<PollResult>> + Send;

    /// How somebody voted, by the ids of the posts, the last begun first: for the copy of their data.
    fn list_of_voter(
        &mut self,
        voter: AccountId,
        page: &PageRequest<PostId>,
    ) -> impl Future<Output = Result<Page<OwnVote, PostId>>> + Send;
}

/// Writes votes.
pub trait WriteVotes: ReadVotes {
    /// What somebody chose, in the place of what they chose before.
    fn cast(
        &mut self,
        post: PostId,
        voter: AccountId,
        vote: &Vote,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Somebody takes their vote back; `false` when they had not voted.
    fn withdraw(&mut self, post: PostId, voter: AccountId) -> impl Future<Output = Result<bool>> + Send;
}
