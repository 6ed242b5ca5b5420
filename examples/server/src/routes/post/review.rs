//! Reviewers, and the steps that were taken.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{ReviewAssignment, ReviewDue, StepTaken};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::CursorPage;
use smilefactory_core::validation::{Field, Report};
use smilefactory_core::version::Version;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::DueKey;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{rights, visible};
use crate::completion::settings;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Pair, Reader, Sent, Viewer};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_reviewers))
        .routes(routes!(ask_reviewer, release_reviewer))
        .routes(routes!(list_my_reviews))
        .routes(routes!(list_steps))
}

fn require_staff(viewer: &Viewer) -> Result<(), ApiError> {
    if viewer.role.is_staff() {
        Ok(())
    } else {
        Err(ApiError::new(Code::Forbidden, "to review posts is for staff"))
    }
}

/// Until when somebody is to review a post.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReviewBy {
    /// A time that is still to come.
    #[schema(format = DateTime, example = "2026-12-01T08:00:00Z")]
    pub(crate) due_at: String,
}

/// The reviewers of a post.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reviewers {
    /// The soonest due first; at most 20.
    pub(crate) items: Vec<ReviewAssignment>,
}

/// Ask somebody to review a post
///
/// By staff, of a post in review: staff other than its author. Asked again, they have another time.
#[utoipa::path(
    put, path = "/v1/posts/{post_id}/reviewers/{account_id}", operation_id = "askReviewer", tag = "posts",
    request_body = ReviewBy,
    responses((status = 200, body = ReviewAssignment, description = "Who is to look, and until when.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn ask_reviewer(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, reviewer): Pair<PostId, AccountId>,
    Sent(by): Sent<ReviewBy>,
) -> Outcome {
    let mut report = Report::new();
    let due_at = report.field("due_at", |report| DateTime::<Utc>::parse(by.due_at, report));
    let due_at = report.finish(due_at)?;
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    require_staff(&viewer)?;
    let account = tx.accounts().get(reviewer).await?.ok_or_else(|| ApiError::not_found("account"))?;
    let theirs = Viewer { account: reviewer, role: account.role, ..viewer.clone() };
    let rights = rights(&theirs, &post, &settings(&mut tx).await?);
    let (assignment, asked) = post.ask_reviewer(reviewer, rights, viewer.account, due_at, tx.now())?;
    tx.posts().ask_reviewer(id, &assignment).await?;
    tx.tell(asked)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&assignment)
}

/// Ask a reviewer no more
///
/// By staff.
#[utoipa::path(
    delete, path = "/v1/posts/{post_id}/reviewers/{account_id}", operation_id = "releaseReviewer", tag = "posts",
    responses((status = 204, description = "They are not asked any more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden]))),
)]
async fn release_reviewer(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, reviewer): Pair<PostId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    require_staff(&viewer)?;
    if !tx.posts().release_reviewer(id, reviewer).await? {
        return Err(ApiError::not_found("reviewer"));
    }
    tx.tell(post.release_reviewer(reviewer))?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// List the reviewers of a post
///
/// For its author and staff.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/reviewers", operation_id = "listReviewers", tag = "posts",
    responses((status = 200, body = Reviewers, description = "Who was asked, and until when.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_reviewers(mut reader: Reader, Key(id): Key<PostId>) -> Outcome {
    super::behind_the_scenes(&mut reader.tx, &reader.viewer, id).await?;
    Reply::ok(&Reviewers { items: reader.tx.posts().reviewers(id).await? })
}

/// List the posts the caller is asked to review
///
/// The soonest due first, as long as they are in review.
#[utoipa::path(
    get, path = "/v1/me/reviews", operation_id = "listMyReviews", tag = "posts",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<ReviewDue>, description = "A page of posts.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_my_reviews(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<DueKey>(&state.store, &reader.viewer)?;
    // Who is no staff any more reviews nothing any more.
    require_staff(&reader.viewer)?;
    let due = reader.tx.posts().list_to_review(reader.viewer.account, &page).await?;
    list.reply(due, &state.store, &reader.viewer)
}

/// List the steps a post took
///
/// Who took which, when and why; the last first. For its author and staff.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/steps", operation_id = "listSteps", tag = "posts",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<StepTaken>, description = "A page of steps.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_steps(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<PostId>,
    list: Listing<Everything>,
) -> Outcome {
    super::behind_the_scenes(&mut reader.tx, &reader.viewer, id).await?;
    let page = list.page::<Version>(&state.store, &reader.viewer)?;
    let steps = reader.tx.posts().list_steps(id, &page).await?;
    list.reply(steps, &state.store, &reader.viewer)
}
