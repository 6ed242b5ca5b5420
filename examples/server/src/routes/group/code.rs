//! Codes that groups are joined with.

use axum::extract::State;
use smilefactory_core::community::{
    GroupCode, GroupCodeDraft, GroupCodeInput, GroupPermission, MadeGroupCode,
};
use smilefactory_core::id::{GroupCodeId, GroupId};
use smilefactory_core::page::CursorPage;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::permitted;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Pair, Reader, Valid};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_group_codes, make_group_code))
        .routes(routes!(revoke_group_code))
}

/// Make a code that a group is joined with
///
/// By whoever has the permission `make_codes`. The code is shown here and never again: a repeated request makes another
/// one, and there is no `Idempotency-Key`, because the code is kept nowhere.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/codes", operation_id = "makeGroupCode", tag = "groups",
    request_body = GroupCodeInput,
    responses((status = 201, body = MadeGroupCode, description = "The code.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn make_group_code(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<GroupId>,
    Valid(draft): Valid<GroupCodeDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let (made, code) = community::make_code(&mut tx, id, viewer.account, &draft).await?;
    tx.commit().await?;
    Reply::created(&MadeGroupCode { code: code.reveal(), made }, &format!("/v1/groups/{id}/codes"))
}

/// List the codes of a group
///
/// For whoever has the permission `make_codes`, the last made first.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/codes", operation_id = "listGroupCodes", tag = "groups",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<GroupCode>, description = "A page of codes.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_codes(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<GroupCodeId>(&state.store, &reader.viewer)?;
    permitted(&mut reader.tx, &reader.viewer, id, GroupPermission::MakeCodes).await?;
    let codes = reader.tx.group_codes().list(id, &page).await?;
    list.reply(codes, &state.store, &reader.viewer)
}

/// Take a code of a group back
///
/// By whoever has the permission `make_codes`. Who came with it stays.
#[utoipa::path(
    delete, path = "/v1/groups/{group_id}/codes/{group_code_id}", operation_id = "revokeGroupCode", tag = "groups",
    responses((status = 204, description = "The code is good no longer.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused, Code::Stale]))),
)]
async fn revoke_group_code(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, code): Pair<GroupId, GroupCodeId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    community::revoke_code(&mut tx, id, code, viewer.account).await?;
    tx.commit().await?;
    Ok(Reply::no_content())
}
