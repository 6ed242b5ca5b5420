//! Votes in polls.

use smilefactory_core::content::{PollResult, Post, Vote};
use smilefactory_core::id::{AccountId, PostId};

use crate::error::Result;

/// Reads votes.
pub trait ReadVotes {
    /// How the vote on a post stands, as `viewer` sees it; without the votes of people whom the [sight](crate::Sight) of the
    /// unit of work is not shown. A post that is no poll has no answers.
    fn result(&mut self, post: &Post, viewer: AccountId) -> impl Future<Output = Result<PollResult>> + Send;
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
