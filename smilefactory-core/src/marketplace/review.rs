//! What the two of a completed inquiry say about each other.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Inquiry, InquiryState, MarketplaceRefused, ReviewWritten};
use crate::answer::answer;
use crate::collection::Whole;
use crate::error::InvalidTransition;
use crate::id::{AccountId, InquiryId, ListingId};
use crate::record::record;
use crate::text::Prose;

record! {
    /// What one of the two says.
    pub struct ListingReviewDraft / ListingReviewInput / ListingReviewPatch {
        /// How good it was: 1 is the worst, 5 the best.
        stars: Whole<1, 5>,
        /// Why.
        text: Option<Prose<1, 2_000>>,
    }
}

answer! {
    /// What one of the two of a completed inquiry says about the other.
    pub struct ListingReview {
        /// What was completed.
        inquiry: InquiryId,
        /// What it was about.
        listing: ListingId,
        /// Who says it.
        by: AccountId,
        /// About whom.
        of: AccountId,
        /// Whether it is about the seller; otherwise it is about the buyer.
        of_seller: bool,
        /// Until when it can be changed.
        editable_until: DateTime<Utc>,
        /// When it was written.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
        ..
        /// What they say.
        draft: ListingReviewDraft,
    }
}

answer! {
    /// How somebody is as a seller.
    pub struct SellerStats: Default {
        /// How many inquiries about their listings were completed.
        completed: u32,
        /// How many buyers reviewed them.
        reviews: u32,
        /// How many stars they got in the mean, 1 to 5; nothing without a review.
        rating: Option<f64>,
        /// How many inquiries they answered.
        answered: u32,
        /// After how many seconds they answered in the mean; nothing when they answered none.
        answer_seconds: Option<u32>,
    }
}

impl ListingReview {
    /// How long after it was completed one may begin to review.
    pub const BEGUN_WITHIN: TimeDelta = TimeDelta::days(60);
    /// How long a review can be changed.
    pub const EDITABLE: TimeDelta = TimeDelta::days(7);

    /// One of the two says how it was, or something else than `before`.
    pub fn write(
        draft: ListingReviewDraft,
        by: AccountId,
        inquiry: &Inquiry,
        before: Option<Self>,
        now: DateTime<Utc>,
    ) -> Result<(Self, ReviewWritten), MarketplaceRefused> {
        if !inquiry.is_of(by) {
            return Err(MarketplaceRefused::NotYours("the seller and who asks"));
        }
        let completed = inquiry.closed_at.filter(|_| inquiry.state == InquiryState::Completed);
        let Some(completed) = completed else {
            return Err(InvalidTransition::new("inquiry", inquiry.state.as_str(), "review").into());
        };
        let until = before.as_ref().map_or(completed + Self::BEGUN_WITHIN, |before| before.editable_until);
        if until <= now {
            return Err(MarketplaceRefused::TooLate);
        }
        let review = Self {
            inquiry: inquiry.id,
            listing: inquiry.listing,
            by,
            of: inquiry.other_than(by),
            of_seller: by == inquiry.buyer,
            editable_until: before.as_ref().map_or(now + Self::EDITABLE, |before| before.editable_until),
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
            draft,
        };
        let fact = ReviewWritten { inquiry: inquiry.id, by, of: review.of };
        Ok((review, fact))
    }
}
