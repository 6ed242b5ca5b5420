//! Comments on posts, and on other comments.

mod list;

use axum::extract::State;
use smilefactory_core::content::{Comment, CommentDraft, CommentInput, CommentPatch, CommentRights};
use smilefactory_core::id::{CommentId, PostId};
use smilefactory_store::Tx;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::post;
use crate::completion;
use crate::extract::{ActiveViewer, IfMatch, Key, Reader, Sent, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::screening::screen_comment;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(write_comment))
        .routes(routes!(get_comment, edit_comment, delete_comment))
        .merge(list::routes())
}

/// What somebody may do with a comment.
fn rights(viewer: &Viewer, comment: &Comment) -> CommentRights {
    CommentRights { author: comment.author == Some(viewer.account), staff: viewer.role.is_staff() }
}

/// The comment with this id, if the viewer may see it and its post: all others are not there.
async fn visible<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: CommentId) -> Result<Comment, ApiError> {
    let nothing = || ApiError::not_found("comment");
    let comment = tx.comments().get(id).await?.ok_or_else(nothing)?;
    if !comment.is_visible_with(rights(viewer, &comment)) {
        return Err(nothing());
    }
    if let Some(author) = comment.author
        && !viewer.sees_what_is_by(tx, author).await?
    {
        return Err(nothing());
    }
    match post::visible(tx, viewer, comment.post).await {
        Ok(_) => Ok(comment),
        Err(error) if error.code() == Code::NotFound => Err(nothing()),
        Err(error) => Err(error),
    }
}

/// A comment as it is answered to somebody.
fn answer(comment: Comment, viewer: &Viewer) -> Outcome {
    let rights = rights(viewer, &comment);
    let version = comment.version;
    Reply::ok(&comment.seen_with(rights))?.version(version)
}

/// Write a comment
///
/// On a post that is shown, or, with `parent`, in reply to a comment of it that is. It takes a profile that is complete
/// enough.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/comments", operation_id = "writeComment", tag = "comments",
    params(Once), request_body = CommentInput,
    responses((status = 201, body = Comment, description = "The comment.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::CompletionTooLow, Code::StepRefused]))),
)]
async fn write_comment(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(post): Key<PostId>,
    submission: Submission<Valid<CommentDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let tx = &mut work.tx;
    let post = post::visible(tx, &viewer, post).await?;
    let parent = match draft.parent {
        Some(parent) => Some(visible(tx, &viewer, parent).await?),
        None => None,
    };
    // One of another post is not there either.
    if parent.as_ref().is_some_and(|parent| parent.post != post.id) {
        return Err(ApiError::not_found("comment"));
    }
    completion::require_comments(tx, &viewer).await?;
    let (comment, written) = draft.write(tx.new_id()?, &post, parent.as_ref(), viewer.account, tx.now())?;
    let comment = tx.comments().insert(&comment).await?;
    tx.tell(written)?;
    let comment = screen_comment(&state, tx, comment).await?;
    let location = format!("/v1/comments/{}", comment.id);
    let reply = Reply::created(&comment, &location)?.version(comment.version)?;
    work.finish(&state, reply).await
}

/// Read a comment
///
/// Of one that is deleted or taken off, and has replies, only that it was there; its author and staff see what
/// moderation took off.
#[utoipa::path(
    get, path = "/v1/comments/{comment_id}", operation_id = "getComment", tag = "comments",
    responses((status = 200, body = Comment, description = "The comment.")),
)]
async fn get_comment(mut reader: Reader, Key(id): Key<CommentId>) -> Outcome {
    let comment = visible(&mut reader.tx, &reader.viewer, id).await?;
    answer(comment, &reader.viewer)
}

/// Edit a comment
///
/// A merge patch (RFC 7396) by its author. `parent` stays what it is.
#[utoipa::path(
    patch, path = "/v1/comments/{comment_id}", operation_id = "editComment", tag = "comments",
    params(IfMatch), request_body = CommentPatch,
    responses((status = 200, body = Comment, description = "The comment as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn edit_comment(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<CommentId>,
    if_match: IfMatch,
    Sent(patch): Sent<CommentPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let comment = visible(&mut tx, &viewer, id).await?;
    if !rights(&viewer, &comment).author {
        return Err(ApiError::new(Code::Forbidden, "to edit a comment is for its author"));
    }
    if_match.check(comment.version)?;
    let draft = comment.changed_by(patch)?;
    let (edited, fact) = comment.edit(draft, tx.now())?;
    let saved = tx.comments().update(&edited).await?;
    tx.tell(fact)?;
    let saved = screen_comment(&state, &mut tx, saved).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    answer(saved, &viewer)
}

/// Delete a comment
///
/// By its author or staff, for good. While it has replies, its place stays.
#[utoipa::path(
    delete, path = "/v1/comments/{comment_id}", operation_id = "deleteComment", tag = "comments",
    params(IfMatch),
    responses((status = 204, description = "The text is gone.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn delete_comment(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<CommentId>,
    if_match: IfMatch,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let comment = visible(&mut tx, &viewer, id).await?;
    let rights = rights(&viewer, &comment);
    if !rights.author && !rights.staff {
        return Err(ApiError::new(Code::Forbidden, "to delete a comment is for its author and staff"));
    }
    if_match.check(comment.version)?;
    let (deleted, fact) = comment.delete(tx.now())?;
    tx.comments().update(&deleted).await?;
    tx.tell(fact)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
