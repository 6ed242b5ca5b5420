//! Saying how it was.

use smilefactory_core::id::{AccountId, InquiryId};
use smilefactory_core::marketplace::{ListingReview, ListingReviewDraft};

use super::{MarketplaceError, Result};
use crate::repo::marketplace::{ReadInquiries, ReadReviews, WriteInquiries, WriteReviews};
use crate::repo::social::ReadRelations;
use crate::tx::WriteTx;

/// One of the two of a completed inquiry says how it was, or something else than before.
pub async fn review(
    tx: &mut WriteTx,
    id: InquiryId,
    draft: ListingReviewDraft,
    by: AccountId,
) -> Result<ListingReview> {
    let nothing = || MarketplaceError::NotThere("inquiry");
    let there = tx.inquiries().get(id).await?.filter(|inquiry| inquiry.is_of(by)).ok_or_else(nothing)?;
    if tx.relations().is_barred(there.seller, there.buyer).await? {
        return Err(nothing());
    }
    let inquiry = tx.inquiries().lock(id).await?.ok_or_else(nothing)?;
    let before = tx.reviews().get(id, by).await?;
    let (review, fact) = ListingReview::write(draft, by, &inquiry, before, tx.now())?;
    tx.reviews().save(&review).await?;
    tx.tell(fact)?;
    Ok(review)
}
