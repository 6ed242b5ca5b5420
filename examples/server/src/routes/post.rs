//! Posts, and the publishing workflow.

mod featured;
mod list;
mod review;
mod search;
mod step;
mod version;
mod vote;

use axum::extract::State;
use smilefactory_core::content::{
    Post, PostDraft, PostInput, PostKind, PostPatch, PostState, PostView, PublishingRights,
};
use smilefactory_core::id::PostId;
use smilefactory_core::tenancy::TenantSettings;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::{Tx, community};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{ActiveViewer, IfMatch, Key, Reader, Sent, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::routes::media;
use crate::screening::screen_post;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(draft_post))
        .routes(routes!(get_post, edit_post, delete_post))
        .merge(list::routes())
        .merge(featured::routes())
        .merge(step::routes())
        .merge(review::routes())
        .merge(search::routes())
        .merge(version::routes())
        .merge(vote::routes())
}

/// What somebody may do with a post.
fn rights(viewer: &Viewer, post: &Post, settings: &TenantSettings) -> PublishingRights {
    PublishingRights {
        author: post.author == viewer.account,
        staff: viewer.role.is_staff(),
        // What is posted in a group is looked after by the group.
        review_needed: settings.posts_need_review && post.group.is_none(),
        system: false,
    }
}

/// The post with this id, if the viewer may see it: all others are not there.
pub(super) async fn visible<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: PostId) -> Result<Post, ApiError> {
    let post = tx.posts().get(id).await?;
    // Who sees what does not depend on the settings.
    let post = post.filter(|post| post.is_visible_with(rights(viewer, post, &TenantSettings::default())));
    match post {
        Some(post) if in_sight(tx, viewer, &post).await? => Ok(post),
        _ => Err(ApiError::not_found("post")),
    }
}

/// Whether a post is for the viewer as far as its group and its author are: what is posted in a group that is not public is
/// for its members, and for staff only while its author wants it reviewed.
pub(super) async fn in_sight<Mode>(
    tx: &mut Tx<Mode>,
    viewer: &Viewer,
    post: &Post,
) -> Result<bool, ApiError> {
    let reviewed = viewer.role.is_staff() && post.state == PostState::InReview;
    let for_them = reviewed || community::is_in_audience(tx, post, viewer.account).await?;
    Ok(for_them && viewer.sees_what_is_by(tx, post.author).await?)
}

/// The post with this id, if the viewer wrote it.
async fn own<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: PostId, what: &str) -> Result<Post, ApiError> {
    let post = visible(tx, viewer, id).await?;
    if post.author == viewer.account {
        Ok(post)
    } else {
        Err(ApiError::new(Code::Forbidden, format!("to {what} a post is for its author")))
    }
}

/// The post with this id, for those who see how it came about: its author and staff.
async fn behind_the_scenes<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: PostId) -> Result<Post, ApiError> {
    let post = visible(tx, viewer, id).await?;
    if post.author == viewer.account || viewer.role.is_staff() {
        Ok(post)
    } else {
        Err(ApiError::new(Code::Forbidden, "this is for the post's author and staff"))
    }
}

/// Draft a post
///
/// It is a draft then, which its author and staff see. Articles take a profile that is complete enough.
#[utoipa::path(
    post, path = "/v1/posts", operation_id = "draftPost", tag = "posts",
    params(Once), request_body = PostInput,
    responses((status = 201, body = Post, description = "The draft.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::CompletionTooLow]))),
)]
async fn draft_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<PostDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    if draft.kind == PostKind::Article {
        completion::require_articles(&mut work.tx, &viewer).await?;
    }
    let (post, drafted) = draft.begin(work.tx.new_id()?, viewer.account, work.tx.now());
    work.tx.posts().insert(&post).await?;
    media::attach(&mut work.tx, &post).await?;
    work.tx.tell(drafted)?;
    let reply = Reply::created(&post, &format!("/v1/posts/{}", post.id))?.version(post.version)?;
    work.finish(&state, reply).await
}

/// Read a post
///
/// Published ones are for everybody, the others for their author and staff. It comes with its text as HTML that is safe
/// to show, and with what people did with it. Of one whose author was erased there is the place, so that the comments on
/// it are found.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}", operation_id = "getPost", tag = "posts",
    responses((status = 200, body = PostView, description = "The post, as it is shown.")),
)]
async fn get_post(mut reader: Reader, Key(id): Key<PostId>) -> Outcome {
    visible(&mut reader.tx, &reader.viewer, id).await?;
    let view = reader.tx.posts().view(id, reader.viewer.account).await?;
    let view = view.ok_or_else(|| ApiError::not_found("post"))?;
    // People react, comment and vote without the post being saved, so that its version does not tell one count from
    // another: it is always answered whole.
    Reply::ok(&view)?.version(view.post.version)
}

/// Edit a post
///
/// A merge patch (RFC 7396) by its author, of a draft, of what was sent back, or of what is published.
#[utoipa::path(
    patch, path = "/v1/posts/{post_id}", operation_id = "editPost", tag = "posts",
    params(IfMatch), request_body = PostPatch,
    responses((status = 200, body = Post, description = "The post as it is now.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::CompletionTooLow, Code::StepRefused
    ]))),
)]
async fn edit_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
    if_match: IfMatch,
    Sent(patch): Sent<PostPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = own(&mut tx, &viewer, id, "edit").await?;
    if_match.check(post.version)?;
    if post.is_in_group() {
        community::require_posting(&mut tx, &post).await?;
    }
    let kind = post.draft.kind;
    let mut input = PostInput::from(post.draft.clone());
    patch.apply(&mut input);
    let draft = PostDraft::from_raw(input)?;
    if draft.kind == PostKind::Article && kind != PostKind::Article {
        completion::require_articles(&mut tx, &viewer).await?;
    }
    let (edited, fact) = post.edit(draft, tx.now())?;
    let saved = tx.posts().update(&edited).await?;
    media::attach(&mut tx, &saved).await?;
    tx.tell(fact)?;
    let saved = screen_post(&state, &mut tx, saved).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&saved)?.version(saved.version)
}

/// Delete a draft
///
/// By its author, for good. What was ever submitted or published is archived instead.
#[utoipa::path(
    delete, path = "/v1/posts/{post_id}", operation_id = "deletePost", tag = "posts",
    params(IfMatch),
    responses((status = 204, description = "The draft is gone.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn delete_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
    if_match: IfMatch,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let post = own(&mut tx, &viewer, id, "delete").await?;
    if_match.check(post.version)?;
    let deleted = post.delete()?;
    if !tx.posts().delete(&post).await? {
        return Err(ApiError::stale(None));
    }
    tx.tell(deleted)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
