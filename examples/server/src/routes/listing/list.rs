//! Lists of listings.

use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use smilefactory_core::id::{AccountId, CategoryId, ListingId};
use smilefactory_core::marketplace::{
    Availability, ItemCondition, ListedListing, Listing as Offer, ListingFacets, ListingSort, ListingState,
    ListingType, SavedListing,
};
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_core::text::{Country, Currency, Line};
use smilefactory_core::validation::Violation;
use smilefactory_store::ReadTx;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::marketplace::{ListingFilter, ListingKey, SavedListingKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Everything, Filter, Listing, Params, Query, Reader, Viewer, optional, price};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_listings))
        .routes(routes!(count_listings))
        .routes(routes!(list_my_listings))
        .routes(routes!(list_saved_listings))
}

/// Which listings.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted {
    filter: ListingFilter,
    saved: bool,
}

/// Which listings, and in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Sorted {
    wanted: Wanted,
    sort: ListingSort,
}

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        let currency: Option<Currency> = params.field("currency");
        let mut price =
            |name| params.take(name, |raw| price(raw, currency.as_ref())).map(|price| price.amount());
        let (price_from, price_to) = (price("min_price"), price("max_price"));
        let city: Option<Line<1, 80>> = params.field("city");
        let words: Option<Line<1, 200>> = params.field("q");
        let filter = ListingFilter {
            kind: params.field("kind"),
            category: params.id::<CategoryId>("category"),
            price_from,
            price_to,
            currency,
            country: params.field("country"),
            city: city.map(Into::into),
            remote: params.truth("remote"),
            availability: params.field("availability"),
            condition: params.field("condition"),
            seller: params.id::<AccountId>("seller"),
            saved_by: None,
            words: words.map(Into::into),
        };
        Self { filter, saved: params.truth("saved").unwrap_or(false) }
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let truth = || ObjectBuilder::new().schema_type(Type::Boolean);
        let amount = || ObjectBuilder::new().schema_type(Type::String).examples([json!("100")]);
        vec![
            optional("kind", "Only those of this kind.", ListingType::schema()),
            optional("category", "Only those in this category, or in one under it.", CategoryId::schema()),
            optional("min_price", "Only those that cost at least so much; with `currency`.", amount()),
            optional("max_price", "Only those that cost at most so much; with `currency`.", amount()),
            optional("currency", "Only those with a price in this currency.", Currency::schema()),
            optional("country", "Only those in this country.", Country::schema()),
            optional("city", "Only those in this city, in any case.", Line::<1, 80>::schema()),
            optional("remote", "Only those that can be had from anywhere, or only the others.", truth()),
            optional(
                "availability",
                "Only those of which one can have something, or not.",
                Availability::schema(),
            ),
            optional("condition", "Only those in this condition.", ItemCondition::schema()),
            optional("seller", "Only those of this seller.", AccountId::schema()),
            optional("saved", "Only those that the caller saved.", truth()),
            optional(
                "q",
                "Only those with these words, of the newest 1,000 that have them.",
                Line::<1, 200>::schema(),
            ),
        ]
    }
}

impl Wanted {
    fn filter(&self, viewer: &Viewer) -> ListingFilter {
        ListingFilter { saved_by: self.saved.then_some(viewer.account), ..self.filter.clone() }
    }
}

impl Filter for Sorted {
    fn read(params: &mut Params) -> Self {
        let wanted = Wanted::read(params);
        let in_one_currency = wanted.filter.currency.is_some();
        let sort = params.take("sort", |raw| match raw.parse() {
            Ok(ListingSort::Cheapest | ListingSort::Dearest) if !in_one_currency => {
                Err(Violation::malformed("given with a `currency`"))
            }
            Ok(sort) => Ok(sort),
            Err(_) => Err(Violation::unknown_value(ListingSort::WORDS)),
        });
        Self { wanted, sort: sort.unwrap_or(ListingSort::Newest) }
    }
}

impl IntoParams for Sorted {
    fn into_params(provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut params = Wanted::into_params(provider);
        params.push(optional(
            "sort",
            "In which order; `newest` unless something else is asked for. Those by price take a `currency`.",
            ListingSort::schema(),
        ));
        params
    }
}

/// The listings with what people did with them.
async fn with_stats<K>(
    tx: &mut ReadTx,
    viewer: &Viewer,
    page: Page<Offer, K>,
) -> Result<Page<ListedListing, K>, ApiError> {
    let ids: Vec<ListingId> = page.items.iter().map(|listing| listing.id).collect();
    let stats = tx.listings().stats(&ids, viewer.account).await?;
    let now = tx.now();
    Ok(page.map(|listing| ListedListing {
        availability: listing.availability(now),
        stats: stats.iter().find(|(id, _)| *id == listing.id).map(|(_, stats)| *stats).unwrap_or_default(),
        listing,
    }))
}

/// List listings
///
/// Those that are published, reserved or sold. Nothing of people whom the caller blocked, is blocked by, or muted.
#[utoipa::path(
    get, path = "/v1/listings", operation_id = "listListings", tag = "marketplace",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<ListedListing>, description = "A page of listings.")),
)]
async fn list_listings(State(state): State<AppState>, mut reader: Reader, list: Listing<Sorted>) -> Outcome {
    let request = list.page::<ListingKey>(&state.store, &reader.viewer)?;
    let filter = list.filter.wanted.filter(&reader.viewer);
    let page = reader.tx.listings().list(&filter, list.filter.sort, &request).await?;
    let page = with_stats(&mut reader.tx, &reader.viewer, page).await?;
    list.reply(page, &state.store, &reader.viewer)
}

/// Count listings by what they are
///
/// How many there are of each kind, in each category and country, and how many one can have, of the newest 10,000 that the list
/// with the same parameters would have. The most frequent first, at most 50 of each.
#[utoipa::path(
    get, path = "/v1/listings/facets", operation_id = "countListings", tag = "marketplace",
    params(Wanted),
    responses((status = 200, body = ListingFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_listings(mut reader: Reader, Query(wanted): Query<Wanted>) -> Outcome {
    let filter = wanted.filter(&reader.viewer);
    Reply::ok(&reader.tx.listings().count_facets(&filter).await?)
}

/// Which of the own listings.
#[derive(Debug, Serialize)]
pub(crate) struct InState {
    state: Option<ListingState>,
}

impl Filter for InState {
    fn read(params: &mut Params) -> Self {
        Self { state: params.field("state") }
    }
}

impl IntoParams for InState {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional("state", "Only those in this state.", ListingState::schema())]
    }
}

/// List the own listings
///
/// In every state, the last begun first.
#[utoipa::path(
    get, path = "/v1/me/listings", operation_id = "listMyListings", tag = "marketplace",
    params(Listing<InState>),
    responses((status = 200, body = CursorPage<ListedListing>, description = "A page of listings.")),
)]
async fn list_my_listings(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<InState>,
) -> Outcome {
    let request = list.page::<ListingId>(&state.store, &reader.viewer)?;
    let account = reader.viewer.account;
    let page = reader.tx.listings().list_of_seller(account, list.filter.state, &request).await?;
    let page = with_stats(&mut reader.tx, &reader.viewer, page).await?;
    list.reply(page, &state.store, &reader.viewer)
}

/// List what one saved
///
/// The last saved first, of what is still shown.
#[utoipa::path(
    get, path = "/v1/me/saved-listings", operation_id = "listSavedListings", tag = "marketplace",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<SavedListing>, description = "A page of listings.")),
)]
async fn list_saved_listings(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let request = list.page::<SavedListingKey>(&state.store, &reader.viewer)?;
    let saved = reader.tx.listings().list_saved(reader.viewer.account, &request).await?;
    let (times, items): (Vec<_>, Vec<_>) = saved.items.into_iter().unzip();
    let page = with_stats(&mut reader.tx, &reader.viewer, Page { items, next: saved.next }).await?;
    let entries = times.into_iter().zip(page.items).map(|(saved_at, listed)| SavedListing {
        saved_at,
        availability: listed.availability,
        stats: listed.stats,
        listing: listed.listing,
    });
    let page = Page { items: entries.collect(), next: page.next };
    list.reply::<SavedListing, SavedListingKey>(page, &state.store, &reader.viewer)
}
