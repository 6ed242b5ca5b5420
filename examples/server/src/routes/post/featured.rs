//! Posts that staff feature.

use axum::extract::State;
use smilefactory_core::content::FeaturedPost;
use smilefactory_core::id::PostId;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::visible;
use crate::extract::{ActiveViewer, Key, Viewer};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(feature_post, unfeature_post))
}

fn require_staff(viewer: &Viewer) -> Result<(), ApiError> {
    if viewer.role.is_staff() {
        Ok(())
    } else {
        Err(ApiError::new(Code::Forbidden, "to feature posts is for staff"))
    }
}

/// Feature a post
///
/// By staff, of what is published for everybody; at most 20 at a time. It is featured until staff let it go or it is
/// not for everybody any more. Featured again, it stays where it is.
#[utoipa::path(
    put, path = "/v1/posts/{post_id}/featured", operation_id = "featurePost", tag = "posts",
    responses((status = 200, body = FeaturedPost, description = "Since when it is featured, and by whom.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn feature_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    visible(&mut tx, &viewer, id).await?;
    require_staff(&viewer)?;
    let before = tx.posts().lock_featured().await?;
    // Read only now: it may have been taken off meanwhile.
    let post = visible(&mut tx, &viewer, id).await?;
    let (featured, fact) = post.feature(viewer.account, &before, tx.now())?;
    if let Some(fact) = fact {
        tx.posts().feature(&featured).await?;
        tx.tell(fact)?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&featured)
}

/// Feature a post no more
///
/// By staff.
#[utoipa::path(
    delete, path = "/v1/posts/{post_id}/featured", operation_id = "unfeaturePost", tag = "posts",
    responses((status = 204, description = "It is not featured any more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden]))),
)]
async fn unfeature_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<PostId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    visible(&mut tx, &viewer, id).await?;
    require_staff(&viewer)?;
    let featured = tx.posts().lock_featured().await?.into_iter().find(|featured| featured.post == id);
    if let Some(featured) = featured {
        tx.posts().unfeature(id).await?;
        tx.tell(featured.end(viewer.account))?;
        tx.commit().await?;
        state.told.notify_waiters();
    }
    Ok(Reply::no_content())
}
