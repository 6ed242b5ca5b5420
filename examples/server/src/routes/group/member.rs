//! Who belongs to a group.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::community::{
    GroupMember, GroupMemberState, GroupMembership, GroupRole, GroupRoleChange, GroupRoleChangeInput,
};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupMemberFilter, GroupMemberKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::there;
use crate::extract::{ActiveViewer, Filter, Key, Listing, Pair, Params, Reader, Valid, optional};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_group_members))
        .routes(routes!(remove_from_group))
        .routes(routes!(change_group_role))
}

/// Which members.
#[derive(Debug, Serialize)]
pub(crate) struct As {
    role: Option<GroupRole>,
}

impl Filter for As {
    fn read(params: &mut Params) -> Self {
        Self { role: params.field("role") }
    }
}

impl IntoParams for As {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional("role", "Only those in this role.", GroupRole::schema())]
    }
}

/// List who belongs to a group
///
/// The most senior first. Without those who are blocked; whoever does not belong to a public group sees those only
/// whose profile they see.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/members", operation_id = "listGroupMembers", tag = "groups",
    params(Listing<As>),
    responses((status = 200, body = CursorPage<GroupMember>, description = "A page of members.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_members(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<As>,
) -> Outcome {
    let page = list.page::<GroupMemberKey>(&state.store, &reader.viewer)?;
    let view = there(&mut reader.tx, &reader.viewer, id).await?;
    let own = view.membership.as_ref();
    if !view.group.is_open_to(own) {
        return Err(ApiError::new(Code::Forbidden, "only members see who belongs to a private group"));
    }
    let among = own.is_some_and(GroupMembership::is_member);
    let filter = GroupMemberFilter { state: GroupMemberState::Member, role: list.filter.role, among };
    let Page { items, next } = reader.tx.group_members().list(id, filter, &page).await?;
    let items = items.iter().filter_map(GroupMembership::seen).collect();
    list.reply(Page { items, next }, &state.store, &reader.viewer)
}

/// Take somebody out of a group
///
/// By whoever has the permission `remove_members` and stands above them. They may come again, as the group is joined.
#[utoipa::path(
    delete, path = "/v1/groups/{group_id}/members/{account_id}", operation_id = "removeFromGroup", tag = "groups",
    responses((status = 204, description = "They are out.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn remove_from_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    community::remove(&mut tx, id, viewer.account, who).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Give a member of a group another role
///
/// By whoever has the permission `assign_roles` and stands above them and the role; an owner makes owners too.
/// Everybody may step down themselves, but for the last owner.
#[utoipa::path(
    put, path = "/v1/groups/{group_id}/members/{account_id}/role", operation_id = "changeGroupRole", tag = "groups",
    request_body = GroupRoleChangeInput,
    responses((status = 200, body = GroupMembership, description = "How they belong to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn change_group_role(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
    Valid(change): Valid<GroupRoleChange>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let member = community::change_role(&mut tx, id, viewer.account, who, change.role).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&member)
}
