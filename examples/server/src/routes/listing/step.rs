//! What people do with a listing.

use axum::extract::State;
use smilefactory_core::id::ListingId;
use smilefactory_core::marketplace::{Listing as Offer, ListingStats, TakingOffDraft, TakingOffInput};
use smilefactory_store::marketplace;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::stats;
use crate::completion;
use crate::extract::{ActiveViewer, Key, Nothing, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(publish_listing))
        .routes(routes!(withdraw_listing))
        .routes(routes!(take_off_listing))
        .routes(routes!(save_listing, unsave_listing))
        .routes(routes!(view_listing))
}

/// Publish a listing
///
/// By its seller: a draft, or again what expired or was withdrawn. It is shown for as many days as it says, or as the
/// community sets.
#[utoipa::path(
    post, path = "/v1/listings/{listing_id}/publish", operation_id = "publishListing", tag = "marketplace",
    params(Once),
    responses((status = 200, body = Offer, description = "The listing as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn publish_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    work.tx.look_as(viewer.sight());
    let settings = completion::settings(&mut work.tx).await?.marketplace;
    let listing = marketplace::publish(&mut work.tx, id, viewer.account, &settings).await?;
    let reply = Reply::ok(&listing)?.version(listing.version)?;
    work.finish(&state, reply).await
}

/// Withdraw a listing
///
/// By its seller; not as long as something is kept for somebody.
#[utoipa::path(
    post, path = "/v1/listings/{listing_id}/withdraw", operation_id = "withdrawListing", tag = "marketplace",
    params(Once),
    responses((status = 200, body = Offer, description = "The listing as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn withdraw_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    work.tx.look_as(viewer.sight());
    let listing = marketplace::withdraw(&mut work.tx, id, viewer.account).await?;
    let reply = Reply::ok(&listing)?.version(listing.version)?;
    work.finish(&state, reply).await
}

/// Take a listing off
///
/// By staff, with a reason, which its seller reads. It is not published again; what was agreed about it stands.
#[utoipa::path(
    post, path = "/v1/listings/{listing_id}/take-off", operation_id = "takeOffListing", tag = "marketplace",
    params(Once), request_body = TakingOffInput,
    responses((status = 200, body = Offer, description = "The listing as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn take_off_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    submission: Submission<Valid<TakingOffDraft>>,
) -> Outcome {
    let Submission { body: Valid(taking), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    work.tx.look_as(viewer.sight());
    marketplace::visible(&mut work.tx, id, viewer.account).await?;
    if !viewer.role.is_staff() {
        return Err(ApiError::new(Code::Forbidden, "to take a listing off is for staff"));
    }
    let listing = marketplace::take_off(&mut work.tx, id, taking.reason).await?;
    let reply = Reply::ok(&listing)?.version(listing.version)?;
    work.finish(&state, reply).await
}

/// Save a listing
///
/// For oneself: nobody else sees who saved it.
#[utoipa::path(
    put, path = "/v1/listings/{listing_id}/save", operation_id = "saveListing", tag = "marketplace",
    responses((status = 200, body = ListingStats, description = "What people did with it.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn save_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.look_as(viewer.sight());
    marketplace::save(&mut tx, id, viewer.account).await?;
    let reply = Reply::ok(&stats(&mut tx, &viewer, id).await?)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(reply)
}

/// Save a listing no more
///
/// One that was not saved stays so.
#[utoipa::path(
    delete, path = "/v1/listings/{listing_id}/save", operation_id = "unsaveListing", tag = "marketplace",
    responses((status = 204, description = "The listing is not saved.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unsave_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    // Also what is not there any more is saved no more; and what is somebody else's is not there.
    marketplace::unsave(&mut tx, id, viewer.account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Tell that one views a listing
///
/// A person counts once a day, and its seller never.
#[utoipa::path(
    post, path = "/v1/listings/{listing_id}/view", operation_id = "viewListing", tag = "marketplace",
    params(Once),
    responses((status = 200, body = ListingStats, description = "What people did with it.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn view_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    work.tx.look_as(viewer.sight());
    marketplace::view(&mut work.tx, id, viewer.account).await?;
    let reply = Reply::ok(&stats(&mut work.tx, &viewer, id).await?)?;
    work.finish(&state, reply).await
}
