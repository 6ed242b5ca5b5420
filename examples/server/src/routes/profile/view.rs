//! Who looks at profiles.

use axum::extract::State;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::ProfileViews;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{ActiveViewer, Key, Nothing, Reader};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(view_profile)).routes(routes!(my_profile_views))
}

/// Tell that one looked at a profile
///
/// A person counts once a day, in UTC; the owner does not count.
#[utoipa::path(
    post, path = "/v1/profiles/{account_id}/view", operation_id = "viewProfile", tag = "profiles",
    params(Once),
    responses((status = 204, description = "The view is counted, if it is the first one today.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn view_profile(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<AccountId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let profile = work.tx.profiles().get(id).await?;
    let class = viewer.class_for(&mut work.tx, id).await?;
    let seen = profile.filter(|profile| profile.is_seen_by(class));
    let profile = seen.ok_or_else(|| ApiError::not_found("profile"))?;
    if let Some(viewed) = profile.viewed_by(viewer.account)
        && work.tx.profile_views().view(id, viewer.account).await?
    {
        work.tx.tell(viewed)?;
    }
    work.finish(&state, Reply::no_content()).await
}

/// Ask how often others looked at the own profile
#[utoipa::path(
    get, path = "/v1/me/profile/views", operation_id = "myProfileViews", tag = "profiles",
    responses((status = 200, body = ProfileViews, description = "How many people looked, and how often.")),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn my_profile_views(mut reader: Reader) -> Outcome {
    let profile = completion::profile(&mut reader.tx, &reader.viewer).await?;
    Reply::ok(&reader.tx.profile_views().count(profile.account).await?)
}
