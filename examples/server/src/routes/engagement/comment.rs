//! Reactions to comments.

use axum::extract::State;
use smilefactory_core::content::{Comment, CommentRights, Engaging, ReactionDraft, ReactionInput};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::CommentId;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::post;
use crate::extract::{ActiveViewer, Key, Valid, Viewer};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(react_to_comment, unreact_to_comment))
}

/// The comment with this id, if the viewer may see it and its post: all others are not there.
async fn visible(tx: &mut WriteTx, viewer: &Viewer, id: CommentId) -> Result<Comment, ApiError> {
    let nothing = || ApiError::not_found("comment");
    let comment = tx.comments().get(id).await?.ok_or_else(nothing)?;
    let rights =
        CommentRights { author: comment.author == Some(viewer.account), staff: viewer.role.is_staff() };
    if !comment.is_visible_with(rights) {
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

/// React to a comment
///
/// Another reaction takes the place of the one before. The best comments are those that most people reacted to.
#[utoipa::path(
    put, path = "/v1/comments/{comment_id}/reaction", operation_id = "reactToComment", tag = "engagement",
    request_body = ReactionInput,
    responses((status = 204, description = "The reaction is kept.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn react_to_comment(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<CommentId>,
    Valid(draft): Valid<ReactionDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let comment = visible(&mut tx, &viewer, id).await?;
    if !comment.is_shown() {
        return Err(InvalidTransition::new("comment", "not shown", "react to").into());
    }
    if tx.engagement().react_to_comment(id, viewer.account, draft.reaction).await? {
        let by = Engaging { by: viewer.account };
        tx.tell(by.react_to_comment(id, comment.post, draft.reaction))?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Take a reaction to a comment back
#[utoipa::path(
    delete, path = "/v1/comments/{comment_id}/reaction", operation_id = "unreactToComment", tag = "engagement",
    responses((status = 204, description = "There is no reaction of the caller.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unreact_to_comment(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<CommentId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let comment = visible(&mut tx, &viewer, id).await?;
    if tx.engagement().unreact_to_comment(id, viewer.account).await? {
        tx.tell(Engaging { by: viewer.account }.unreact_to_comment(id, comment.post))?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
