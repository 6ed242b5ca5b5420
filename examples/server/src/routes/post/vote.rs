//! Votes in polls.

use axum::extract::State;
use smilefactory_core::content::{PollResult, Vote, VoteInput};
use smilefactory_core::id::PostId;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::visible;
use crate::extract::{ActiveViewer, Key, Valid};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(vote, withdraw_vote))
}

/// Vote in a poll
///
/// What was chosen before does not count any more. Read the post to see how the vote stands.
#[utoipa::path(
    put, path = "/v1/posts/{post_id}/vote", operation_id = "vote", tag = "posts",
    request_body = VoteInput,
    responses((status = 200, body = PollResult, description = "How the vote stands now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn vote(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
    Valid(vote): Valid<Vote>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    let cast = post.vote(&vote, viewer.account, tx.now())?;
    tx.votes().cast(id, viewer.account, &vote).await?;
    tx.tell(cast)?;
    let result = tx.votes().result(&post, viewer.account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&result)
}

/// Take the own vote back
#[utoipa::path(
    delete, path = "/v1/posts/{post_id}/vote", operation_id = "withdrawVote", tag = "posts",
    responses((status = 204, description = "The caller has not voted.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn withdraw_vote(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    if tx.votes().withdraw(id, viewer.account).await? {
        tx.tell(post.withdraw_vote(viewer.account))?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
