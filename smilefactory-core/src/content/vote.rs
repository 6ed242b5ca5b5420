//! Votes in polls.

use chrono::{DateTime, Utc};

use super::{Post, PostKind, VoteCast, VoteWithdrawn};
use crate::answer::answer;
use crate::collection::Set;
use crate::error::InvalidTransition;
use crate::id::{AccountId, PostId};
use crate::record::record;
use crate::validation::{Violation, Violations, code};

/// The place of an answer; the first is 0.
pub type Place = crate::collection::Whole<0, 9>;

record! {
    /// What somebody chooses.
    pub struct Vote / VoteInput / VotePatch {
        /// The places of the answers, the first of which is 0: one, or several where the poll allows it.
        choices: Set<Place, 10>,
    }
}

answer! {
    /// Somebody's own vote in a poll.
    pub struct OwnVote: Eq {
        /// The post that has the poll.
        post: PostId,
        /// The places of the answers they chose, the first of which is 0.
        choices: Vec<u8>,
        /// When they voted last.
        voted_at: DateTime<Utc>,
    }
}

/// Why a vote was not taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum VoteRefused {
    /// There is nothing to vote on, or not any more.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// What was chosen is not there to be chosen.
    #[error(transparent)]
    Choices(#[from] Violations),
}

impl Post {
    /// Somebody votes. Who voted before changes their mind; what was chosen before does not count any more.
    pub fn vote(&self, vote: &Vote, voter: AccountId, now: DateTime<Utc>) -> Result<VoteCast, VoteRefused> {
        let refused = |state| VoteRefused::from(InvalidTransition::new("post", state, "vote on"));
        let Some(poll) = &self.draft.poll else { return Err(refused(PostKind::as_str(self.draft.kind))) };
        if !self.is_shown() {
            return Err(refused(self.state.as_str()));
        }
        if !poll.is_open(now) {
            return Err(refused("closed"));
        }
        let options = poll.options.len();
        if vote.choices.is_empty() {
            return Err(Violations::one("/choices", Violation::too_few(1, 0)).into());
        }
        if vote.choices.len() > 1 && !poll.several {
            return Err(Violations::one("/choices", Violation::too_many(1, vote.choices.len())).into());
        }
        let lies_outside = |place: &Place| usize::try_from(place.get()).is_ok_and(|place| place >= options);
        if let Some(n) = vote.choices.iter().position(lies_outside) {
            let violation =
                Violation::new(code::OUT_OF_RANGE, format!("must be the place of one of {options} answers"));
            return Err(Violations::one(format!("/choices/{n}"), violation).into());
        }
        Ok(VoteCast { post: self.id, voter })
    }

    /// Somebody takes their vote back, whatever became of the poll.
    pub const fn withdraw_vote(&self, voter: AccountId) -> VoteWithdrawn {
        VoteWithdrawn { post: self.id, voter }
    }
}
