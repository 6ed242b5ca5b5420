//! Listings.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::{AccountId, CategoryId, ListingId, MediaId};
use smilefactory_core::marketplace::{
    Availability, ItemCondition, Listing, ListingFacets, ListingSort, ListingState, ListingStats, ListingType,
};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::{Country, Currency};

use crate::error::Result;

/// Which shown listings a list has; all of them unless narrowed down.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListingFilter {
    /// Only those of this kind.
    pub kind: Option<ListingType>,
    /// Only those in this category, or in one under it.
    pub category: Option<CategoryId>,
    /// Only those that cost at least so much.
    pub price_from: Option<Decimal>,
    /// Only those that cost at most so much.
    pub price_to: Option<Decimal>,
    /// Only those with a price in this currency.
    pub currency: Option<Currency>,
    /// Only those in this country.
    pub country: Option<Country>,
    /// Only those in this city, in any case.
    pub city: Option<String>,
    /// Only those that can be had from anywhere, or only the others.
    pub remote: Option<bool>,
    /// Only those of which one can have something, or not.
    pub availability: Option<Availability>,
    /// Only those in this condition.
    pub condition: Option<ItemCondition>,
    /// Only those of this seller.
    pub seller: Option<AccountId>,
    /// Only those that this account saved.
    pub saved_by: Option<AccountId>,
    /// Only those with these words, of the newest 1,000 that have them.
    pub words: Option<String>,
}

/// Where a listing stands in a list, equal ones by id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ListingKey {
    /// By when it was published, or when its time is over.
    At(DateTime<Utc>, ListingId),
    /// By its price.
    Price(Decimal, ListingId),
    /// By how many people saved it.
    Saves(i64, ListingId),
}

/// Where a saved listing stands: the last saved first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedListingKey {
    /// When it was saved.
    pub at: DateTime<Utc>,
    /// Which.
    pub id: ListingId,
}

/// Reads listings. Who may see one is not decided by what reads it by its id.
pub trait ReadListings {
    /// The listing with this id.
    fn get(&mut self, id: ListingId) -> impl Future<Output = Result<Option<Listing>>> + Send;

    /// What people did with each of these listings, and this account; those that are not there are left out.
    fn stats(
        &mut self,
        ids: &[ListingId],
        viewer: AccountId,
    ) -> impl Future<Output = Result<Vec<(ListingId, ListingStats)>>> + Send;

    /// The listings that are shown, in this order; none of people whom whoever looks blocked, is blocked by, or muted. Who
    /// asks for one seller is shown them though they muted them. Prices compare in one currency: an order by them has those
    /// in the filter's, and none without one.
    fn list(
        &mut self,
        filter: &ListingFilter,
        sort: ListingSort,
        page: &PageRequest<ListingKey>,
    ) -> impl Future<Output = Result<Page<Listing, ListingKey>>> + Send;

    /// Somebody's listings in every state, or in this one; the last begun first.
    fn list_of_seller(
        &mut self,
        seller: AccountId,
        state: Option<ListingState>,
        page: &PageRequest<ListingId>,
    ) -> impl Future<Output = Result<Page<Listing, ListingId>>> + Send;

    /// What somebody saved and may still look at, the last saved first: nothing that was taken back or off, or expired, unless
    /// it is their own; nothing of whom they blocked or are blocked by, and nothing that was erased.
    fn list_saved(
        &mut self,
        account: AccountId,
        page: &PageRequest<SavedListingKey>,
    ) -> impl Future<Output = Result<Page<(DateTime<Utc>, Listing), SavedListingKey>>> + Send;

    /// How many listings there are of what, of those that [`list`](Self::list) would have.
    fn count_facets(&mut self, filter: &ListingFilter) -> impl Future<Output = Result<ListingFacets>> + Send;

    /// Whether a file is a picture of a listing that whoever looks sees.
    fn sees_picture(&mut self, file: MediaId) -> impl Future<Output = Result<bool>> + Send;

    /// Whether a file is a picture of a listing.
    fn has_picture(&mut self, file: MediaId) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes listings. Whoever takes a step [locks](Self::lock) the listing before they look.
pub trait WriteListings: ReadListings {
    /// Begins a listing. Its pictures are to be hung on it in the same unit of work.
    fn insert(&mut self, listing: &Listing) -> impl Future<Output = Result<()>> + Send;

    /// Saves everything that a listing says, and where it is.
    fn update(&mut self, listing: &Listing) -> impl Future<Output = Result<Listing>> + Send;

    /// Deletes a draft for good, and lets its pictures go; `false` when it is not there in this version.
    fn delete(&mut self, listing: &Listing) -> impl Future<Output = Result<bool>> + Send;

    /// The listing, locked until the end of the unit of work: nobody else takes a step with it or an inquiry about it.
    fn lock(&mut self, id: ListingId) -> impl Future<Output = Result<Option<Listing>>> + Send;

    /// Hangs pictures on a listing, in this order, in the place of those before. Gives back those that do not fit, and hangs
    /// none then: what is not there, is not its seller's, is no picture, or is not ready.
    fn set_pictures(
        &mut self,
        listing: ListingId,
        owner: AccountId,
        pictures: &[MediaId],
    ) -> impl Future<Output = Result<Vec<MediaId>>> + Send;

    /// A published listing whose time is over and of which nothing is kept, locked; those that somebody else holds are passed
    /// over.
    fn lock_due(&mut self) -> impl Future<Output = Result<Option<Listing>>> + Send;

    /// Somebody saves a listing; `false` when they had it saved.
    fn save(&mut self, id: ListingId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody has a listing saved no more; `false` when they had not.
    fn unsave(&mut self, id: ListingId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody views a listing, which counts once a day; `true` when it is the first time ever.
    fn view(&mut self, id: ListingId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Adds at most `limit` changes to the counts, and says how many there were. Of several who do so at once in a tenant,
    /// one does.
    fn fold(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Takes out at most `most` of what somebody who is erased offered, saved and viewed, and says how much that was. What
    /// somebody else asked about is emptied, the rest is deleted. Open inquiries are to be ended before.
    fn erase(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;
}
