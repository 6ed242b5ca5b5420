//! Looks at posts and comments before everybody does.

use smilefactory_core::content::moderation::{Evidence, Verdict};
use smilefactory_core::content::{Comment, Post, PostState, Standing};
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use smilefactory_store::screening::parts_of_post;

use crate::completion::settings;
use crate::problem::ApiError;
use crate::state::AppState;

/// Screens a post that was just saved, and gives it back as it is then: what is published, or will be at a set time,
/// is refused or held for a moderator. A post that moderation has taken off already stays as it is.
pub(crate) async fn screen_post(state: &AppState, tx: &mut WriteTx, post: Post) -> Result<Post, ApiError> {
    if !matches!(post.state, PostState::Published | PostState::Scheduled) {
        return Ok(post);
    }
    let rules = settings(tx).await?.screening;
    let verdict = state.screener.screen(&rules, &parts_of_post(&post)).await;
    match verdict.map_err(ApiError::unavailable)? {
        Verdict::Refuse(violations) => Err(violations.into()),
        Verdict::Hold(findings) if post.standing == Standing::Visible => {
            moderation::hold(tx, &Evidence::of_post(&post), &findings).await?;
            tx.posts().get(post.id).await?.ok_or_else(|| ApiError::not_found("post"))
        }
        Verdict::Pass | Verdict::Hold(_) => Ok(post),
    }
}

/// Screens a comment that was just saved, and gives it back as it is then.
pub(crate) async fn screen_comment(
    state: &AppState,
    tx: &mut WriteTx,
    comment: Comment,
) -> Result<Comment, ApiError> {
    let Some(evidence) = Evidence::of_comment(&comment) else { return Ok(comment) };
    let rules = settings(tx).await?.screening;
    let verdict = state.screener.screen(&rules, &[("/body", &evidence.text)]).await;
    match verdict.map_err(ApiError::unavailable)? {
        Verdict::Refuse(violations) => Err(violations.into()),
        Verdict::Hold(findings) if comment.standing == Standing::Visible => {
            moderation::hold(tx, &evidence, &findings).await?;
            tx.comments().get(comment.id).await?.ok_or_else(|| ApiError::not_found("comment"))
        }
        Verdict::Pass | Verdict::Hold(_) => Ok(comment),
    }
}
