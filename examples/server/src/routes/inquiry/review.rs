//! What the two of a completed inquiry say about each other.

use axum::extract::State;
use smilefactory_core::id::{AccountId, InquiryId};
use smilefactory_core::marketplace::{ListingReview, ListingReviewDraft, ListingReviewInput, SellerStats};
use smilefactory_core::page::CursorPage;
use smilefactory_store::marketplace;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::marketplace::ReviewKey;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::visible;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Reader, Valid};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_listing_review, review_inquiry))
        .routes(routes!(list_listing_reviews))
        .routes(routes!(get_seller_stats))
}

/// Read the own review of an inquiry
///
/// Whoever bought has at most one of each inquiry that was completed.
#[utoipa::path(
    get, path = "/v1/inquiries/{inquiry_id}/review", operation_id = "getListingReview", tag = "marketplace",
    responses((status = 200, body = ListingReview, description = "What the caller said.")),
)]
async fn get_listing_review(mut reader: Reader, Key(id): Key<InquiryId>) -> Outcome {
    visible(&mut reader.tx, &reader.viewer, id).await?;
    let review = reader.tx.reviews().get(id, reader.viewer.account).await?;
    Reply::ok(&review.ok_or_else(|| ApiError::not_found("review"))?)
}

/// Review a completed inquiry
///
/// Each of the two says once how it was: within 60 days, and changes it for 7 more. Everybody reads it.
#[utoipa::path(
    put, path = "/v1/inquiries/{inquiry_id}/review", operation_id = "reviewInquiry", tag = "marketplace",
    request_body = ListingReviewInput,
    responses((status = 200, body = ListingReview, description = "What the caller says.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn review_inquiry(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<InquiryId>,
    Valid(draft): Valid<ListingReviewDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let review = marketplace::review(&mut tx, id, draft, viewer.account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&review)
}

/// Whether there is somebody with this id for the viewer.
async fn require_person(reader: &mut Reader, id: AccountId) -> Result<(), ApiError> {
    let nobody = || ApiError::not_found("profile");
    reader.tx.accounts().get(id).await?.ok_or_else(nobody)?;
    if reader.viewer.sees_what_is_by(&mut reader.tx, id).await? { Ok(()) } else { Err(nobody()) }
}

/// List what is said about somebody
///
/// As a seller and as a buyer, the last written first.
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}/listing-reviews", operation_id = "listListingReviews",
    tag = "marketplace", params(Listing<Everything>),
    responses((status = 200, body = CursorPage<ListingReview>, description = "A page of reviews.")),
)]
async fn list_listing_reviews(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<AccountId>,
    list: Listing<Everything>,
) -> Outcome {
    let request = list.page::<ReviewKey>(&state.store, &reader.viewer)?;
    require_person(&mut reader, id).await?;
    let page = reader.tx.reviews().list_of(id, &request).await?;
    list.reply(page, &state.store, &reader.viewer)
}

/// Read how somebody is as a seller
///
/// How much they completed, how many stars they got in the mean, and how soon they answer. The same for everybody.
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}/seller-stats", operation_id = "getSellerStats", tag = "marketplace",
    responses((status = 200, body = SellerStats, description = "How they are.")),
)]
async fn get_seller_stats(mut reader: Reader, Key(id): Key<AccountId>) -> Outcome {
    require_person(&mut reader, id).await?;
    Reply::ok(&reader.tx.reviews().seller_stats(id).await?)
}
