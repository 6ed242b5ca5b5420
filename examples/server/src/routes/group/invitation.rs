//! Invitations to a group.

use axum::extract::State;
use smilefactory_core::community::{GroupMemberState, GroupMembership, GroupPermission};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::CursorPage;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupMemberFilter, GroupMemberKey};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::permitted;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Pair, Reader};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_group_invitations))
        .routes(routes!(invite_to_group, take_back_group_invitation))
}

/// List who is invited to a group
///
/// For whoever has the permission `invite`.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/invitations", operation_id = "listGroupInvitations", tag = "groups",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<GroupMembership>, description = "A page of them.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_invitations(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<GroupMemberKey>(&state.store, &reader.viewer)?;
    permitted(&mut reader.tx, &reader.viewer, id, GroupPermission::Invite).await?;
    let filter = GroupMemberFilter { state: GroupMemberState::Invited, role: None, among: true };
    let people = reader.tx.group_members().list(id, filter, &page).await?;
    list.reply(people, &state.store, &reader.viewer)
}

/// Invite somebody to a group
///
/// By whoever has the permission `invite`. Who asked to be let in is in. Whom one may not write to is not there.
#[utoipa::path(
    put, path = "/v1/groups/{group_id}/invitations/{account_id}", operation_id = "inviteToGroup", tag = "groups",
    responses((status = 200, body = GroupMembership, description = "How they belong to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn invite_to_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let member = community::invite(&mut tx, id, viewer.account, who).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&member)
}

/// Take an invitation to a group back
///
/// By whoever has the permission `invite`.
#[utoipa::path(
    delete, path = "/v1/groups/{group_id}/invitations/{account_id}", operation_id = "takeBackGroupInvitation", tag = "groups",
    responses((status = 204, description = "They are not invited any more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn take_back_group_invitation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    community::uninvite(&mut tx, id, viewer.account, who).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
