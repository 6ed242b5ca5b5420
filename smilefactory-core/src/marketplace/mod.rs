//! What people offer each other, what they ask about it, and what comes of that.
//!
//! A [`Listing`] is what somebody offers. Who wants it makes an [`Inquiry`]; the two bargain, and when both agree to the
//! same price one of what there is is kept for the buyer. What is completed is sold, and the two say how it was.

mod inquiry;
mod listing;
mod refused;
mod review;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use self::inquiry::{
    AgreementDraft, AgreementInput, AgreementPatch, Inquiry, InquiryCancellationDraft,
    InquiryCancellationInput, InquiryCancellationPatch, InquiryDraft, InquiryEntry, InquiryInput,
    InquiryPatch, InquiryState, InquiryStep, OwnInquiryEntry, RemarkDraft, RemarkInput, RemarkPatch,
    StepOfInquiry,
};
pub use self::listing::{
    ItemCondition, Listing, ListingDraft, ListingInput, ListingPatch, ListingType, MAX_PICTURES,
    TakingOffDraft, TakingOffInput, TakingOffPatch,
};
pub use self::refused::MarketplaceRefused;
pub use self::review::{
    ListingReview, ListingReviewDraft, ListingReviewInput, ListingReviewPatch, SellerStats,
};
pub use self::settings::MarketplaceSettings;
pub use self::state::{Availability, ListingState, ListingStep};
pub use self::view::{
    ListedListing, ListingCount, ListingFacets, ListingSort, ListingStats, ListingView, SavedListing,
};
use crate::fact::facts;
use crate::id::{AccountId, InquiryId, ListingId};

facts! {
    /// Somebody began a listing.
    ListingDrafted = "marketplace.listing.drafted" v 1 of listing: ListingId {
        /// Whose it is.
        seller: AccountId,
    }

    /// What a listing says changed.
    ListingEdited = "marketplace.listing.edited" v 1 of listing: ListingId {
        /// Whose it is.
        seller: AccountId,
        /// The state it was edited in.
        state: ListingState,
    }

    /// A draft of a listing was deleted for good.
    ListingDeleted = "marketplace.listing.deleted" v 1 of listing: ListingId {
        /// Whose it was.
        seller: AccountId,
    }

    /// A listing took a step; the state may be the same as before.
    ListingMoved = "marketplace.listing.moved" v 1 of listing: ListingId {
        /// Whose it is.
        seller: AccountId,
        /// The step.
        step: ListingStep,
        /// The state it was in.
        from: ListingState,
        /// The state it is in now.
        to: ListingState,
    }

    /// Somebody saved a listing.
    ListingSaved = "marketplace.listing.saved" v 1 of listing: ListingId {
        /// Who.
        by: AccountId,
    }

    /// Somebody has a listing saved no more.
    ListingUnsaved = "marketplace.listing.unsaved" v 1 of listing: ListingId {
        /// Who.
        by: AccountId,
    }

    /// Somebody viewed a listing for the first time.
    ListingViewed = "marketplace.listing.viewed" v 1 of listing: ListingId {
        /// Who.
        by: AccountId,
    }

    /// An inquiry was begun, or took a step.
    InquiryMoved = "marketplace.inquiry.moved" v 1 of inquiry: InquiryId {
        /// What it is about.
        listing: ListingId,
        /// Whose that is.
        seller: AccountId,
        /// Who asks.
        buyer: AccountId,
        /// The step.
        step: InquiryStep,
        /// Who took it; nobody, if it was the platform.
        by: Option<AccountId>,
        /// The state it is in now.
        to: InquiryState,
    }

    /// One of the two of a completed inquiry said how it was, or something else than before.
    ReviewWritten = "marketplace.review.written" v 1 of inquiry: InquiryId {
        /// Who.
        by: AccountId,
        /// About whom.
        of: AccountId,
    }
}
