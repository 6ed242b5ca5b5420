//! What the two of a completed inquiry say about each other, and how somebody is as a seller.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::id::{AccountId, InquiryId};
use smilefactory_core::marketplace::{ListingReview, SellerStats};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Where a review stands in a list: the last written first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewKey {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// About which inquiry.
    pub id: InquiryId,
}

/// Reads reviews.
pub trait ReadReviews {
    /// What one of the two says about an inquiry.
    fn get(
        &mut self,
        inquiry: InquiryId,
        by: AccountId,
    ) -> impl Future<Output = Result<Option<ListingReview>>> + Send;

    /// What is said about somebody, the last written first; nothing by people whom whoever looks blocked, is blocked by, or
    /// muted.
    fn list_of(
        &mut self,
        account: AccountId,
        page: &PageRequest<ReviewKey>,
    ) -> impl Future<Output = Result<Page<ListingReview, ReviewKey>>> + Send;

    /// What somebody says about others, the last written first.
    fn list_by(
        &mut self,
        account: AccountId,
        page: &PageRequest<ReviewKey>,
    ) -> impl Future<Output = Result<Page<ListingReview, ReviewKey>>> + Send;

    /// How somebody is as a seller. It is the same for everybody.
    fn seller_stats(&mut self, account: AccountId) -> impl Future<Output = Result<SellerStats>> + Send;
}

/// Writes reviews.
pub trait WriteReviews: ReadReviews {
    /// Saves a review, in the place of an earlier one of the same about the same.
    fn save(&mut self, review: &ListingReview) -> impl Future<Output = Result<()>> + Send;

    /// Takes out at most `most` of the reviews about somebody who is erased, and the words of those by them, and says how
    /// many there were; then what is counted of them.
    fn erase(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;
}
