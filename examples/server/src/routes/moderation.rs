//! What moderators do, and what those they decide about may do.

mod appeal;
mod case;
mod list;

use smilefactory_core::content::moderation::ModerationCase;
use smilefactory_core::id::ModerationCaseId;
use smilefactory_store::Tx;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;

use crate::extract::Viewer;
use crate::problem::{ApiError, Code};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().merge(list::routes()).merge(case::routes()).merge(appeal::routes())
}

/// Refuses who does not moderate.
fn require_staff(viewer: &Viewer) -> Result<(), ApiError> {
    if viewer.role.is_staff() {
        Ok(())
    } else {
        Err(ApiError::new(Code::Forbidden, "to moderate is for staff"))
    }
}

/// The case with this id.
async fn case<Mode>(tx: &mut Tx<Mode>, id: ModerationCaseId) -> Result<ModerationCase, ApiError> {
    tx.moderation_cases().get(id).await?.ok_or_else(|| ApiError::not_found("moderation case"))
}
