//! Asking about what somebody offers, and what comes of it.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, InquiryId, ListingId};
use smilefactory_core::marketplace::{
    AgreementDraft, Inquiry, InquiryCancellationDraft, InquiryDraft, Listing, MarketplaceRefused,
    MarketplaceSettings, RemarkDraft, StepOfInquiry,
};
use smilefactory_core::social::Pair;

use super::listing::{NO_LISTING, visible};
use super::{MarketplaceError, Result};
use crate::repo::marketplace::{ReadInquiries, WriteInquiries, WriteListings};
use crate::repo::social::{ReadRelations, WriteRelations};
use crate::tx::WriteTx;

const NO_INQUIRY: MarketplaceError = MarketplaceError::NotThere("inquiry");

/// Somebody asks about a listing that they see.
pub async fn ask(
    tx: &mut WriteTx,
    id: ListingId,
    draft: InquiryDraft,
    buyer: AccountId,
    settings: &MarketplaceSettings,
) -> Result<Inquiry> {
    tx.inquiries().lock_quota(buyer).await?;
    let seller = visible(tx, id, buyer).await?.seller;
    let pair = Pair::new(seller, buyer).ok_or(MarketplaceRefused::Oneself)?;
    tx.relations().lock_pair(pair).await?;
    if tx.relations().is_barred(seller, buyer).await? {
        return Err(NO_LISTING);
    }
    let listing = tx.listings().lock(id).await?.ok_or(NO_LISTING)?;
    if tx.inquiries().find_open(id, buyer).await?.is_some() {
        return Err(MarketplaceRefused::AlreadyAsked.into());
    }
    let since = tx.now() - TimeDelta::days(1);
    let today = tx.inquiries().count_begun(buyer, since).await?;
    if today >= u32::from(settings.inquiries_a_day) {
        return Err(MarketplaceRefused::TooManyToday(settings.inquiries_a_day).into());
    }
    let step = draft.ask(tx.new_id()?, buyer, &listing, tx.now())?;
    tx.inquiries().insert(&step).await?;
    tx.tell(step.fact)?;
    Ok(step.inquiry)
}

/// One of the two says something, or offers another price.
pub async fn say(tx: &mut WriteTx, id: InquiryId, remark: RemarkDraft, by: AccountId) -> Result<Inquiry> {
    let (inquiry, listing) = held(tx, id, by).await?;
    let step = inquiry.say(remark, by, &listing, tx.now())?;
    save(tx, step).await
}

/// One of the two agrees to the price on the table. When both do, one is kept for the buyer.
pub async fn agree(
    tx: &mut WriteTx,
    id: InquiryId,
    agreement: AgreementDraft,
    by: AccountId,
    settings: &MarketplaceSettings,
) -> Result<Inquiry> {
    let (inquiry, listing) = held(tx, id, by).await?;
    let step = inquiry.agree(agreement, by, listing, settings, tx.now())?;
    save(tx, step).await
}

/// One of the two says that what they agreed on is done.
pub async fn complete(tx: &mut WriteTx, id: InquiryId, by: AccountId) -> Result<Inquiry> {
    let (inquiry, listing) = held(tx, id, by).await?;
    let step = inquiry.complete(by, listing, tx.now())?;
    save(tx, step).await
}

/// One of the two wants no more of it, and says why.
pub async fn cancel(
    tx: &mut WriteTx,
    id: InquiryId,
    cancellation: InquiryCancellationDraft,
    by: AccountId,
) -> Result<Inquiry> {
    let (inquiry, listing) = held(tx, id, by).await?;
    let step = inquiry.cancel(Some(cancellation.reason), by, listing, tx.now())?;
    save(tx, step).await
}

/// Lets go of what was kept for long enough, of one inquiry; `None` when nothing is due, and whether it was this that let go
/// of it. To be called, each in a unit of work of its own, until then.
pub async fn lapse_due(tx: &mut WriteTx) -> Result<Option<bool>> {
    match tx.inquiries().lapsing(1).await?.first() {
        Some(id) => lapse(tx, *id).await.map(Some),
        None => Ok(None),
    }
}

/// Lets go of what was kept for this inquiry, if it is due; `false` when one of the two was faster.
pub async fn lapse(tx: &mut WriteTx, id: InquiryId) -> Result<bool> {
    let (inquiry, listing) = locked(tx, id).await?;
    match inquiry.lapse(listing, tx.now()) {
        Ok(step) => save(tx, step).await.map(|_| true),
        Err(_) => Ok(false),
    }
}

/// Ends an open inquiry of somebody who is erased.
pub(super) async fn end_for(tx: &mut WriteTx, id: InquiryId, account: AccountId) -> Result<()> {
    let (inquiry, listing) = locked(tx, id).await?;
    if inquiry.closed_at.is_none() {
        let step = inquiry.cancel(None, account, listing, tx.now())?;
        save(tx, step).await?;
    }
    Ok(())
}

/// The inquiry and its listing as they stand while both are locked, the listing first.
async fn locked(tx: &mut WriteTx, id: InquiryId) -> Result<(Inquiry, Listing)> {
    let listing = tx.inquiries().get(id).await?.ok_or(NO_INQUIRY)?.listing;
    let listing = tx.listings().lock(listing).await?.ok_or(NO_INQUIRY)?;
    let inquiry = tx.inquiries().lock(id).await?.ok_or(NO_INQUIRY)?;
    Ok((inquiry, listing))
}

/// The same for one of the two, unless one of them blocked the other.
async fn held(tx: &mut WriteTx, id: InquiryId, by: AccountId) -> Result<(Inquiry, Listing)> {
    let inquiry = tx.inquiries().get(id).await?.filter(|inquiry| inquiry.is_of(by)).ok_or(NO_INQUIRY)?;
    let pair = Pair::new(inquiry.seller, inquiry.buyer).ok_or(NO_INQUIRY)?;
    tx.relations().lock_pair(pair).await?;
    if tx.relations().is_barred(inquiry.seller, inquiry.buyer).await? {
        return Err(NO_INQUIRY);
    }
    locked(tx, id).await
}

/// Saves a step: the listing, the inquiry, what is written down and told of both.
async fn save(tx: &mut WriteTx, step: StepOfInquiry) -> Result<Inquiry> {
    if let Some((listing, moved)) = &step.listing {
        tx.listings().update(listing).await?;
        tx.tell(moved.clone())?;
    }
    let inquiry = tx.inquiries().update(&step).await?;
    tx.tell(step.fact)?;
    Ok(inquiry)
}
