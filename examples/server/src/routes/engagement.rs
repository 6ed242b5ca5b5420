//! What people do with posts and comments.

mod comment;
mod list;

use axum::extract::State;
use smilefactory_core::content::{Engaging, PostEngagement, ReactionDraft, ReactionInput, ViewerState};
use smilefactory_core::id::PostId;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::post::visible;
use crate::extract::{ActiveViewer, Key, Nothing, Reader, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_engagement))
        .routes(routes!(react_to_post, unreact_to_post))
        .routes(routes!(save_post, unsave_post))
        .routes(routes!(share_post))
        .routes(routes!(view_post))
        .merge(list::routes())
        .merge(comment::routes())
}

/// Read what people did with a post
///
/// How many reacted, saved, shared, viewed and commented, and what the caller did.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/engagement", operation_id = "getPostEngagement", tag = "engagement",
    responses((status = 200, body = PostEngagement, description = "What people did with it.")),
)]
async fn get_engagement(mut reader: Reader, Key(id): Key<PostId>) -> Outcome {
    let post = visible(&mut reader.tx, &reader.viewer, id).await?;
    Reply::ok(&reader.tx.engagement().get(post.id, reader.viewer.account).await?)
}

/// React to a post
///
/// Another reaction takes the place of the one before; the same one again changes nothing.
#[utoipa::path(
    put, path = "/v1/posts/{post_id}/reaction", operation_id = "reactToPost", tag = "engagement",
    request_body = ReactionInput,
    responses((status = 200, body = ViewerState, description = "What the caller did with the post.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn react_to_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
    Valid(draft): Valid<ReactionDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    let fact = Engaging { by: viewer.account }.react(&post, draft.reaction)?;
    if tx.engagement().react(post.id, viewer.account, draft.reaction).await? {
        tx.tell(fact)?;
    }
    let reply = Reply::ok(&tx.engagement().state(post.id, viewer.account).await?)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(reply)
}

/// Take a reaction to a post back
#[utoipa::path(
    delete, path = "/v1/posts/{post_id}/reaction", operation_id = "unreactToPost", tag = "engagement",
    responses((status = 204, description = "There is no reaction of the caller.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unreact_to_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    if tx.engagement().unreact(post.id, viewer.account).await? {
        tx.tell(Engaging { by: viewer.account }.unreact(post.id))?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Save a post
///
/// For oneself: nobody else sees who saved it.
#[utoipa::path(
    put, path = "/v1/posts/{post_id}/save", operation_id = "savePost", tag = "engagement",
    responses((status = 200, body = ViewerState, description = "What the caller did with the post.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn save_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    let fact = Engaging { by: viewer.account }.save(&post)?;
    if tx.engagement().save(post.id, viewer.account).await? {
        tx.tell(fact)?;
    }
    let reply = Reply::ok(&tx.engagement().state(post.id, viewer.account).await?)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(reply)
}

/// Save a post no more
#[utoipa::path(
    delete, path = "/v1/posts/{post_id}/save", operation_id = "unsavePost", tag = "engagement",
    responses((status = 204, description = "The post is not saved.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unsave_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = visible(&mut tx, &viewer, id).await?;
    if tx.engagement().unsave(post.id, viewer.account).await? {
        tx.tell(Engaging { by: viewer.account }.unsave(post.id))?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Tell that one shared a post
///
/// A person counts once for each post.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/share", operation_id = "sharePost", tag = "engagement",
    params(Once),
    responses((status = 200, body = ViewerState, description = "What the caller did with the post.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn share_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let post = visible(&mut work.tx, &viewer, id).await?;
    let fact = Engaging { by: viewer.account }.share(&post)?;
    if work.tx.engagement().share(post.id, viewer.account).await? {
        work.tx.tell(fact)?;
    }
    let reply = Reply::ok(&work.tx.engagement().state(post.id, viewer.account).await?)?;
    work.finish(&state, reply).await
}

/// Tell that one viewed a post
///
/// A person counts once a day, in UTC.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/view", operation_id = "viewPost", tag = "engagement",
    params(Once),
    responses((status = 204, description = "The view is counted, if it is the first one today.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn view_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let post = visible(&mut work.tx, &viewer, id).await?;
    let fact = Engaging { by: viewer.account }.view(&post)?;
    if work.tx.engagement().view(post.id, viewer.account).await? {
        work.tx.tell(fact)?;
    }
    work.finish(&state, Reply::no_content()).await
}
