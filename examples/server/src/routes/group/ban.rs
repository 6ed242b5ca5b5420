//! Who may not come to a group.

use axum::extract::State;
use smilefactory_core::community::{
    GroupBanDraft, GroupBanInput, GroupMemberState, GroupMembership, GroupPermission,
};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::CursorPage;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupMemberFilter, GroupMemberKey};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::permitted;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Pair, Reader, Valid};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_group_bans))
        .routes(routes!(ban_from_group, unban_from_group))
}

/// List who may not come to a group
///
/// For whoever has the permission `ban_members`.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/bans", operation_id = "listGroupBans", tag = "groups",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<GroupMembership>, description = "A page of them.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_bans(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<GroupMemberKey>(&state.store, &reader.viewer)?;
    permitted(&mut reader.tx, &reader.viewer, id, GroupPermission::BanMembers).await?;
    let filter = GroupMemberFilter { state: GroupMemberState::Banned, role: None, among: true };
    let people = reader.tx.group_members().list(id, filter, &page).await?;
    list.reply(people, &state.store, &reader.viewer)
}

/// Ban somebody from a group
///
/// By whoever has the permission `ban_members` and stands above them, whether they belong to it or not. They are not
/// told.
#[utoipa::path(
    put, path = "/v1/groups/{group_id}/bans/{account_id}", operation_id = "banFromGroup", tag = "groups",
    request_body = GroupBanInput,
    responses((status = 200, body = GroupMembership, description = "How they belong to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn ban_from_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
    Valid(draft): Valid<GroupBanDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let banned = community::ban(&mut tx, id, viewer.account, who, draft.reason).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&banned)
}

/// Let somebody come to a group again
///
/// By whoever has the permission `ban_members`.
#[utoipa::path(
    delete, path = "/v1/groups/{group_id}/bans/{account_id}", operation_id = "unbanFromGroup", tag = "groups",
    responses((status = 204, description = "They may come again.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn unban_from_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    community::unban(&mut tx, id, viewer.account, who).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
