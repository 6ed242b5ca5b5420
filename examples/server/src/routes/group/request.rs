//! Requests to be let into a group.

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
use crate::extract::{ActiveViewer, Everything, Key, Listing, Nothing, Pair, Reader};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_group_requests))
        .routes(routes!(approve_group_request))
        .routes(routes!(decline_group_request))
}

/// List who asks to be let into a group
///
/// For whoever has the permission `approve_members`.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/requests", operation_id = "listGroupRequests", tag = "groups",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<GroupMembership>, description = "A page of them.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_requests(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<GroupMemberKey>(&state.store, &reader.viewer)?;
    permitted(&mut reader.tx, &reader.viewer, id, GroupPermission::ApproveMembers).await?;
    let filter = GroupMemberFilter { state: GroupMemberState::Requested, role: None, among: true };
    let people = reader.tx.group_members().list(id, filter, &page).await?;
    list.reply(people, &state.store, &reader.viewer)
}

/// Let somebody into a group
///
/// Who asked, by whoever has the permission `approve_members`.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/requests/{account_id}/approve", operation_id = "approveGroupRequest",
    tag = "groups",
    params(Once),
    responses((status = 200, body = GroupMembership, description = "How they belong to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn approve_group_request(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let member = community::approve(&mut work.tx, id, viewer.account, who).await?;
    work.finish(&state, Reply::ok(&member)?).await
}

/// Do not let somebody into a group
///
/// Who asked, by whoever has the permission `approve_members`. They are not told, and may ask again.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/requests/{account_id}/decline", operation_id = "declineGroupRequest",
    tag = "groups",
    params(Once),
    responses((status = 204, description = "It is declined.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn decline_group_request(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<GroupId, AccountId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    community::refuse(&mut work.tx, id, viewer.account, who).await?;
    work.finish(&state, Reply::no_content()).await
}
