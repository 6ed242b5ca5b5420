//! Reviewers, and until when they are asked to look.

use chrono::{DateTime, Utc};

use super::{Post, PostState, PublishingRights, ReviewerAsked, ReviewerReleased};
use crate::answer::answer;
use crate::error::InvalidTransition;
use crate::id::AccountId;

answer! {
    /// Somebody of the staff is asked to look at a post.
    pub struct ReviewAssignment {
        /// Who is to look.
        reviewer: AccountId,
        /// Who asked; may be the same.
        asked_by: AccountId,
        /// When they were asked.
        asked_at: DateTime<Utc>,
        /// Until when they are to look.
        due_at: DateTime<Utc>,
    }
}

answer! {
    /// A post that somebody was asked to review.
    pub struct ReviewDue {
        /// Until when.
        due_at: DateTime<Utc>,
        ..
        /// The post.
        post: Post,
    }
}

/// An assignment, and the fact of it.
pub type ReviewAssigned = (ReviewAssignment, ReviewerAsked);

/// Why a reviewer was not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefused {
    /// Nothing is to be reviewed.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// Somebody who is no staff, or wrote the post.
    #[error("a post is reviewed by staff other than its author")]
    NoReviewer,
    /// A time that has passed already.
    #[error("the time to review until must lie in the future")]
    TimeHasPassed,
}

impl Post {
    /// Somebody with these rights is asked to review it until then.
    pub fn ask_reviewer(
        &self,
        reviewer: AccountId,
        rights: PublishingRights,
        asked_by: AccountId,
        due_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<ReviewAssigned, ReviewRefused> {
        if self.state != PostState::InReview {
            return Err(InvalidTransition::new("post", self.state.as_str(), "ask a reviewer of").into());
        }
        if !rights.staff || rights.author {
            return Err(ReviewRefused::NoReviewer);
        }
        if due_at <= now {
            return Err(ReviewRefused::TimeHasPassed);
        }
        let fact = ReviewerAsked { post: self.id, reviewer, due_at };
        Ok((ReviewAssignment { reviewer, asked_by, asked_at: now, due_at }, fact))
    }

    /// A reviewer is asked no more, whatever became of the post.
    pub const fn release_reviewer(&self, reviewer: AccountId) -> ReviewerReleased {
        ReviewerReleased { post: self.id, reviewer }
    }
}
