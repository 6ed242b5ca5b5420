//! Listings: what people offer each other.

use smilefactory_core::content::{MediaUrl, MediaVariant};
use smilefactory_core::id::{AccountId, CategoryId, ListingId, MediaId};
use smilefactory_core::marketplace::{
    Availability, ItemCondition, ListedListing, Listing, ListingFacets, ListingInput, ListingPatch,
    ListingSort, ListingState, ListingStats, ListingType, ListingView, SavedListing, TakingOffInput,
};
use smilefactory_core::money::Money;
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What people offer each other; from [`Client::listings`](crate::Client::listings).
///
/// An edit names the version of the listing it was decided on: given a `&Listing`, its own. When somebody saved since, the
/// error [is stale](crate::Error::is_stale); when the state does not allow a step, it [is
/// refused](crate::Error::is_step_refused).
#[derive(Clone, Copy, Debug)]
pub struct Listings<'a>(pub(crate) &'a Transport);

/// Which version of which listing: a `&Listing` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListingVersion {
    /// The listing.
    pub id: ListingId,
    /// Its version.
    pub version: Version,
}

impl From<&Listing> for ListingVersion {
    fn from(listing: &Listing) -> Self {
        Self { id: listing.id, version: listing.version }
    }
}

impl From<(ListingId, Version)> for ListingVersion {
    fn from((id, version): (ListingId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks the list of listings that are shown.
#[derive(Debug)]
pub enum Offered {}

/// Marks the list of the caller's own listings.
#[derive(Debug)]
pub enum OwnListings {}

impl Listings<'_> {
    /// Drafts a listing, which nobody else sees.
    pub fn draft(&self, input: &ListingInput) -> Call<Listing, Keyed> {
        Call::new(self.0, &op::DRAFT_LISTING).json(input)
    }

    /// What is offered, the newest first unless [`sort`](List::sort) says otherwise.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::marketplace::{ListingSort, ListingType};
    ///
    /// let pumps = client.listings().list().kind(ListingType::Product).words("solar pump");
    /// for listed in pumps.currency("USD").sort(ListingSort::Cheapest).await?.items {
    ///     println!("{}: saved by {}", listed.listing.draft.title, listed.stats.saves);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<ListedListing, Offered> {
        List::new(self.0, &op::LIST_LISTINGS)
    }

    /// How many listings there are of what.
    pub fn count(&self) -> ListingCounts {
        ListingCounts(Call::new(self.0, &op::COUNT_LISTINGS))
    }

    /// The caller's own listings in every state, the last begun first.
    pub fn list_mine(&self) -> List<ListedListing, OwnListings> {
        List::new(self.0, &op::LIST_MY_LISTINGS)
    }

    /// What the caller saved, the last saved first.
    pub fn list_saved(&self) -> List<SavedListing> {
        List::new(self.0, &op::LIST_SAVED_LISTINGS)
    }

    /// A listing as it is shown; one the caller may not see is [not found](crate::Error::is_not_found).
    pub fn get(&self, listing: ListingId) -> Call<ListingView> {
        Call::new(self.0, &op::GET_LISTING).id(listing)
    }

    /// Changes what an own listing says.
    pub fn edit(&self, listing: impl Into<ListingVersion>, patch: &ListingPatch) -> Call<Listing> {
        let listing = listing.into();
        Call::new(self.0, &op::EDIT_LISTING).id(listing.id).if_match(listing.version).json(patch)
    }

    /// Deletes a draft for good.
    pub fn delete(&self, listing: impl Into<ListingVersion>) -> Call<()> {
        let listing = listing.into();
        Call::without_answer(self.0, &op::DELETE_LISTING).id(listing.id).if_match(listing.version)
    }

    /// Publishes an own listing, for the first time or again.
    pub fn publish(&self, listing: ListingId) -> Call<Listing, Keyed> {
        Call::new(self.0, &op::PUBLISH_LISTING).id(listing)
    }

    /// Takes an own listing back; not as long as something is kept for somebody.
    pub fn withdraw(&self, listing: ListingId) -> Call<Listing, Keyed> {
        Call::new(self.0, &op::WITHDRAW_LISTING).id(listing)
    }

    /// Takes a listing off, and says why. For staff.
    pub fn take_off(&self, listing: ListingId, reason: impl Into<String>) -> Call<Listing, Keyed> {
        let input = TakingOffInput { reason: reason.into() };
        Call::new(self.0, &op::TAKE_OFF_LISTING).id(listing).json(&input)
    }

    /// Saves a listing for oneself.
    pub fn save(&self, listing: ListingId) -> Call<ListingStats> {
        Call::new(self.0, &op::SAVE_LISTING).id(listing)
    }

    /// Has a listing saved no more.
    pub fn unsave(&self, listing: ListingId) -> Call<()> {
        Call::without_answer(self.0, &op::UNSAVE_LISTING).id(listing)
    }

    /// Tells that one views a listing; it counts once a day.
    pub fn view(&self, listing: ListingId) -> Call<ListingStats, Keyed> {
        Call::new(self.0, &op::VIEW_LISTING).id(listing)
    }

    /// An address of a picture of a listing, for whoever sees the listing.
    pub fn picture_url(&self, listing: ListingId, picture: MediaId, variant: MediaVariant) -> Call<MediaUrl> {
        Call::new(self.0, &op::LISTING_MEDIA_URL).id(listing).id(picture).query("variant", variant.as_str())
    }
}

/// Counts of listings, to be narrowed down like the list; from [`Listings::count`].
#[must_use = "a call is made when it is sent"]
#[derive(Debug)]
pub struct ListingCounts(Call<ListingFacets>);

impl ListingCounts {
    fn filter(self, name: &'static str, value: impl Into<String>) -> Self {
        Self(self.0.query(name, value))
    }

    /// Counts.
    pub async fn send(self) -> Result<ListingFacets, crate::Error> {
        self.0.await
    }
}

impl List<ListedListing, Offered> {
    /// In this order; those by price take a [`currency`](Self::currency).
    pub fn sort(self, sort: ListingSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}

impl List<ListedListing, OwnListings> {
    /// Only those in this state.
    pub fn state(self, state: ListingState) -> Self {
        self.filter("state", state.as_str())
    }
}

macro_rules! filters {
    ($([$($of:tt)+])*) => {$(
        impl $($of)+ {
            /// Only those of this kind.
            pub fn kind(self, kind: ListingType) -> Self {
                self.filter("kind", kind.as_str())
            }

            /// Only those in this category, or in one under it.
            pub fn category(self, category: CategoryId) -> Self {
                self.filter("category", category.to_string())
            }

            /// Only those that cost at least so much, in its currency.
            pub fn price_from(self, price: &Money) -> Self {
                self.filter("min_price", price.amount().to_string()).currency(price.currency().as_str())
            }

            /// Only those that cost at most so much, in its currency.
            pub fn price_to(self, price: &Money) -> Self {
                self.filter("max_price", price.amount().to_string()).currency(price.currency().as_str())
            }

            /// Only those with a price in this currency.
            pub fn currency(self, currency: impl Into<String>) -> Self {
                self.filter("currency", currency)
            }

            /// Only those in this country, as ISO 3166-1 writes it.
            pub fn country(self, country: impl Into<String>) -> Self {
                self.filter("country", country)
            }

            /// Only those in this city, in any case.
            pub fn city(self, city: impl Into<String>) -> Self {
                self.filter("city", city)
            }

            /// Only those that can be had from anywhere, or only the others.
            pub fn remote(self, remote: bool) -> Self {
                self.filter("remote", remote.to_string())
            }

            /// Only those of which one can have something, or not.
            pub fn availability(self, availability: Availability) -> Self {
                self.filter("availability", availability.as_str())
            }

            /// Only those in this condition.
            pub fn condition(self, condition: ItemCondition) -> Self {
                self.filter("condition", condition.as_str())
            }

            /// Only those of this seller.
            pub fn seller(self, seller: AccountId) -> Self {
                self.filter("seller", seller.to_string())
            }

            /// Only those that the caller saved.
            pub fn saved(self) -> Self {
                self.filter("saved", "true")
            }

            /// Only those with these words; quotes, `or` and `-` mean what they mean on the web.
            pub fn words(self, words: impl Into<String>) -> Self {
                self.filter("q", words)
            }
        }
    )*};
}
filters! { [List<ListedListing, Offered>] [ListingCounts] }
