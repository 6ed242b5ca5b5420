//! Offering something.

use smilefactory_core::content::Tab;
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::{AccountId, Id, ListingId};
use smilefactory_core::marketplace::{
    Listing, ListingDraft, ListingSaved, ListingState, ListingUnsaved, ListingViewed, MarketplaceRefused,
    MarketplaceSettings,
};
use smilefactory_core::text::Reason;
use smilefactory_core::validation::{Report, Violation, code};
use smilefactory_core::version::Version;

use super::{MarketplaceError, Result};
use crate::error::StoreError;
use crate::repo::content::ReadCategories;
use crate::repo::marketplace::{ReadListings, WriteListings};
use crate::repo::social::ReadRelations;
use crate::tx::{Tx, WriteTx};

pub(super) const NO_LISTING: MarketplaceError = MarketplaceError::NotThere("listing");

/// The listing with this id, if whoever looks sees it: what is shown, their own, and for staff everything. Nothing is there
/// of whom a block stands between.
pub async fn visible<Mode>(tx: &mut Tx<Mode>, id: ListingId, viewer: AccountId) -> Result<Listing> {
    let listing = tx.listings().get(id).await?.ok_or(NO_LISTING)?;
    let staff = tx.sees_all();
    let seen = listing.seller == viewer || staff || listing.is_shown(tx.now());
    if !seen || !staff && tx.relations().is_barred(viewer, listing.seller).await? {
        return Err(NO_LISTING);
    }
    Ok(listing)
}

/// The own listing with this id, locked. Somebody else's is not theirs, or not there.
async fn own(tx: &mut WriteTx, id: ListingId, by: AccountId) -> Result<Listing> {
    let listing = visible(tx, id, by).await?;
    if listing.seller != by {
        return Err(MarketplaceRefused::NotYours("the listing's seller").into());
    }
    tx.listings().lock(id).await?.ok_or(NO_LISTING)
}

/// Whether a listing may stand in its category.
async fn check_category(tx: &mut WriteTx, draft: &ListingDraft) -> Result<()> {
    let Some(category) = draft.category else { return Ok(()) };
    let there = tx.categories().get(category).await?;
    if there.is_some_and(|there| there.draft.tab == Tab::Marketplace && there.archived_at.is_none()) {
        return Ok(());
    }
    let mut report = Report::new();
    report.field("category", |report| {
        report.add(Violation::new(code::UNKNOWN_VALUE, "must be a category of the marketplace"));
    });
    Ok(report.finish(Some(()))?)
}

/// Hangs its pictures on a listing.
async fn hang(tx: &mut WriteTx, listing: &Listing) -> Result<()> {
    let pictures = &listing.draft.pictures;
    let unfit = tx.listings().set_pictures(listing.id, listing.seller, pictures).await?;
    let mut report = Report::new();
    report.field("pictures", |report| {
        for (n, picture) in pictures.iter().enumerate() {
            if unfit.contains(picture) {
                let unknown = Violation::new(code::UNKNOWN_VALUE, "must be an own picture that is ready");
                report.entry(n, |report| report.add(unknown));
            }
        }
    });
    Ok(report.finish(Some(()))?)
}

/// Somebody begins a listing.
pub async fn draft(tx: &mut WriteTx, draft: ListingDraft, seller: AccountId) -> Result<Listing> {
    check_category(tx, &draft).await?;
    let (listing, fact) = draft.begin(tx.new_id()?, seller, tx.now());
    tx.listings().insert(&listing).await?;
    hang(tx, &listing).await?;
    tx.tell(fact)?;
    Ok(listing)
}

/// Its seller says something else of it: what `change` makes of what it says now. It is
/// [`Stale`](StoreError::Stale) when it is not in the version that they have seen.
pub async fn edit<E>(
    tx: &mut WriteTx,
    id: ListingId,
    by: AccountId,
    change: impl FnOnce(&Listing) -> std::result::Result<ListingDraft, E> + Send,
) -> std::result::Result<Listing, E>
where
    E: From<MarketplaceError> + Send,
{
    let listing = own(tx, id, by).await?;
    let draft = change(&listing)?;
    Ok(edited(tx, listing, draft).await?)
}

async fn edited(tx: &mut WriteTx, listing: Listing, draft: ListingDraft) -> Result<Listing> {
    if draft.category != listing.draft.category {
        check_category(tx, &draft).await?;
    }
    let (listing, fact) = listing.edit(draft, tx.now())?;
    let listing = tx.listings().update(&listing).await?;
    hang(tx, &listing).await?;
    tx.tell(fact)?;
    Ok(listing)
}

/// Its seller deletes a draft for good.
pub async fn delete(tx: &mut WriteTx, id: ListingId, by: AccountId, seen: Option<Version>) -> Result<()> {
    let listing = own(tx, id, by).await?;
    if seen.is_some_and(|seen| seen != listing.version) {
        return Err(stale(id));
    }
    let fact = listing.delete()?;
    if !tx.listings().delete(&listing).await? {
        return Err(stale(id));
    }
    tx.tell(fact)?;
    Ok(())
}

fn stale(id: ListingId) -> MarketplaceError {
    StoreError::Stale { entity: ListingId::ENTITY, id: id.uuid() }.into()
}

/// Its seller publishes it, for the first time or again.
pub async fn publish(
    tx: &mut WriteTx,
    id: ListingId,
    by: AccountId,
    settings: &MarketplaceSettings,
) -> Result<Listing> {
    let (listing, fact) = own(tx, id, by).await?.publish(settings, tx.now())?;
    let listing = tx.listings().update(&listing).await?;
    tx.tell(fact)?;
    Ok(listing)
}

/// Its seller takes it back. Not as long as something is kept for somebody.
pub async fn withdraw(tx: &mut WriteTx, id: ListingId, by: AccountId) -> Result<Listing> {
    let (listing, fact) = own(tx, id, by).await?.withdraw(tx.now())?;
    let listing = tx.listings().update(&listing).await?;
    tx.tell(fact)?;
    Ok(listing)
}

/// Staff take it off, and say why.
pub async fn take_off(tx: &mut WriteTx, id: ListingId, reason: Reason) -> Result<Listing> {
    let listing = tx.listings().lock(id).await?.ok_or(NO_LISTING)?;
    let (listing, fact) = listing.take_off(reason, tx.now())?;
    let listing = tx.listings().update(&listing).await?;
    tx.tell(fact)?;
    Ok(listing)
}

/// Whether something is done with a listing that is shown, or that is not shown any more.
fn require_shown<Mode>(tx: &Tx<Mode>, listing: &Listing, step: &'static str) -> Result<()> {
    if listing.is_shown(tx.now()) {
        return Ok(());
    }
    let state = match listing.state {
        // Its time is over, and nobody wrote it down yet.
        ListingState::Published => ListingState::Expired,
        state => state,
    };
    Err(InvalidTransition::new("listing", state.as_str(), step).into())
}

/// Somebody saves a listing that is shown; `false` when they had it saved.
pub async fn save(tx: &mut WriteTx, id: ListingId, by: AccountId) -> Result<bool> {
    let listing = visible(tx, id, by).await?;
    require_shown(tx, &listing, "save")?;
    let saved = tx.listings().save(id, by).await?;
    if saved {
        tx.tell(ListingSaved { listing: id, by })?;
    }
    Ok(saved)
}

/// Somebody has a listing saved no more, whatever became of it; `false` when they had not.
pub async fn unsave(tx: &mut WriteTx, id: ListingId, by: AccountId) -> Result<bool> {
    let unsaved = tx.listings().unsave(id, by).await?;
    if unsaved {
        tx.tell(ListingUnsaved { listing: id, by })?;
    }
    Ok(unsaved)
}

/// Somebody views a listing of another that is shown; that counts once a day.
pub async fn view(tx: &mut WriteTx, id: ListingId, by: AccountId) -> Result<()> {
    let listing = visible(tx, id, by).await?;
    require_shown(tx, &listing, "view")?;
    if listing.seller != by && tx.listings().view(id, by).await? {
        tx.tell(ListingViewed { listing: id, by })?;
    }
    Ok(())
}

/// Writes down of one listing that its time is over; `false` when there is none.
pub async fn expire_due(tx: &mut WriteTx) -> Result<bool> {
    let Some(listing) = tx.listings().lock_due().await? else { return Ok(false) };
    let (listing, fact) = listing.expire(tx.now())?;
    tx.listings().update(&listing).await?;
    tx.tell(fact)?;
    Ok(true)
}
