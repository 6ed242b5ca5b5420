//! What people offer.

mod list;
mod step;

use axum::extract::State;
use smilefactory_core::content::MediaUrl;
use smilefactory_core::id::{ListingId, MediaId};
use smilefactory_core::marketplace::{
    Listing as Offer, ListingDraft, ListingInput, ListingPatch, ListingStats, ListingView,
};
use smilefactory_core::validation::Field;
use smilefactory_store::Tx;
use smilefactory_store::marketplace;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::media;
use crate::extract::{ActiveViewer, IfMatch, Key, Pair, Query, Reader, Sent, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(draft_listing))
        .routes(routes!(get_listing, edit_listing, delete_listing))
        .routes(routes!(listing_media_url))
        .merge(list::routes())
        .merge(step::routes())
}

/// What people did with a listing.
async fn stats<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: ListingId) -> Result<ListingStats, ApiError> {
    let stats = tx.listings().stats(&[id], viewer.account).await?;
    Ok(stats.first().map(|(_, stats)| *stats).unwrap_or_default())
}

/// Draft a listing
///
/// It is a draft then, which nobody else sees. What belongs to which kind: a product has a condition, products and jobs may
/// say how many there are, jobs have a salary and all others a price; without one, products and services are negotiable.
#[utoipa::path(
    post, path = "/v1/listings", operation_id = "draftListing", tag = "marketplace",
    params(Once), request_body = ListingInput,
    responses((status = 201, body = Offer, description = "The draft.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn draft_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<ListingDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let listing = marketplace::draft(&mut work.tx, draft, viewer.account).await?;
    let reply =
        Reply::created(&listing, &format!("/v1/listings/{}", listing.id))?.version(listing.version)?;
    work.finish(&state, reply).await
}

/// Read a listing
///
/// What is published, reserved or sold is for everybody, all else for its seller and staff. It comes with its description as
/// HTML that is safe to show, and with what people did with it.
#[utoipa::path(
    get, path = "/v1/listings/{listing_id}", operation_id = "getListing", tag = "marketplace",
    responses((status = 200, body = ListingView, description = "The listing, as it is shown.")),
)]
async fn get_listing(mut reader: Reader, Key(id): Key<ListingId>) -> Outcome {
    let listing = marketplace::visible(&mut reader.tx, id, reader.viewer.account).await?;
    let stats = stats(&mut reader.tx, &reader.viewer, id).await?;
    let version = listing.version;
    let html = smilefactory_store::render::markdown(listing.draft.description.as_str()).html;
    let availability = listing.availability(reader.tx.now());
    // People save and view it without its being saved: it is always answered whole.
    Reply::ok(&ListingView { html, availability, stats, listing })?.version(version)
}

/// Edit a listing
///
/// A merge patch (RFC 7396) by its seller. What is reserved or sold does not change; what was published stays of its kind,
/// and there stays something left of it.
#[utoipa::path(
    patch, path = "/v1/listings/{listing_id}", operation_id = "editListing", tag = "marketplace",
    params(IfMatch), request_body = ListingPatch,
    responses((status = 200, body = Offer, description = "The listing as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn edit_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    if_match: IfMatch,
    Sent(patch): Sent<ListingPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.look_as(viewer.sight());
    let change = |listing: &Offer| {
        if_match.check(listing.version)?;
        let mut input = ListingInput::from(listing.draft.clone());
        patch.apply(&mut input);
        Ok::<_, ApiError>(ListingDraft::from_raw(input)?)
    };
    let listing = marketplace::edit(&mut tx, id, viewer.account, change).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&listing)?.version(listing.version)
}

/// Delete a draft of a listing
///
/// By its seller, for good. What was ever published is withdrawn instead.
#[utoipa::path(
    delete, path = "/v1/listings/{listing_id}", operation_id = "deleteListing", tag = "marketplace",
    params(IfMatch),
    responses((status = 204, description = "The draft is gone.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn delete_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    if_match: IfMatch,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.look_as(viewer.sight());
    let listing = marketplace::visible(&mut tx, id, viewer.account).await?;
    if listing.seller == viewer.account {
        if_match.check(listing.version)?;
    }
    marketplace::delete(&mut tx, id, viewer.account, Some(listing.version)).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Get an address of a picture of a listing
///
/// For whoever sees the listing. It gives the picture to whoever has it, for five minutes.
#[utoipa::path(
    get, path = "/v1/listings/{listing_id}/media/{media_id}/url", operation_id = "listingMediaUrl",
    tag = "marketplace", params(media::Form),
    responses((status = 200, body = MediaUrl, description = "The address.")),
)]
async fn listing_media_url(
    State(state): State<AppState>,
    mut reader: Reader,
    Pair(listing, id): Pair<ListingId, MediaId>,
    Query(form): Query<media::Form>,
) -> Outcome {
    let listing = marketplace::visible(&mut reader.tx, listing, reader.viewer.account).await?;
    let named = listing.draft.pictures.contains(&id);
    let picture = if named { reader.tx.media().get(id).await? } else { None };
    let picture = picture.ok_or_else(|| ApiError::not_found("media"))?;
    media::address(&state, &reader.viewer, &picture, form.variant).await
}
