//! Groups, and what is set for them.

mod ban;
mod belonging;
mod code;
mod event;
mod invitation;
mod list;
mod member;
mod post;
mod request;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_core::community::{
    Group, GroupDraft, GroupInput, GroupMembership, GroupPatch, GroupPermission, GroupRefused,
    GroupRolePermissions, GroupView,
};
use smilefactory_core::id::GroupId;
use smilefactory_core::validation::Field;
use smilefactory_store::community::GroupError;
use smilefactory_store::prelude::*;
use smilefactory_store::{Tx, community};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, IfMatch, Key, Nothing, Reader, Sent, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(create_group))
        .routes(routes!(list_group_roles))
        .routes(routes!(get_group, edit_group))
        .routes(routes!(archive_group))
        .routes(routes!(reopen_group))
        .merge(list::routes())
        .merge(belonging::routes())
        .merge(member::routes())
        .merge(request::routes())
        .merge(invitation::routes())
        .merge(ban::routes())
        .merge(code::routes())
        .merge(post::routes())
        .merge(event::routes())
}

fn not_found() -> ApiError {
    ApiError::not_found("group")
}

/// A group that is there for the viewer: all others are not.
async fn there<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: GroupId) -> Result<GroupView, ApiError> {
    tx.groups().view(id, viewer.account).await?.ok_or_else(not_found)
}

/// The same where the viewer may do this.
async fn permitted<Mode>(
    tx: &mut Tx<Mode>,
    viewer: &Viewer,
    id: GroupId,
    permission: GroupPermission,
) -> Result<GroupMembership, ApiError> {
    let own = there(tx, viewer, id).await?.membership;
    let own = own.filter(|own| own.permits(permission));
    own.ok_or_else(|| GroupError::from(GroupRefused::Permission(permission)).into())
}

/// Make a group
///
/// Whoever makes it owns it.
#[utoipa::path(
    post, path = "/v1/groups", operation_id = "createGroup", tag = "groups",
    params(Once), request_body = GroupInput,
    responses((status = 201, body = Group, description = "The group.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Conflict]))),
)]
async fn create_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<GroupDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let group = community::found(&mut work.tx, draft, viewer.account).await?;
    let reply = Reply::created(&group, &format!("/v1/groups/{}", group.id))?.version(group.version)?;
    work.finish(&state, reply).await
}

/// The roles of groups.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct GroupRoles {
    /// Each role with what it may do, the most senior first.
    pub(crate) items: Vec<GroupRolePermissions>,
}

/// List what the roles of groups permit
///
/// The same in every group. Whoever acts on somebody else stands above them.
#[utoipa::path(
    get, path = "/v1/groups/roles", operation_id = "listGroupRoles", tag = "groups",
    responses((status = 200, body = GroupRoles, description = "The roles.")),
)]
async fn list_group_roles(_: Viewer) -> Outcome {
    Reply::ok(&GroupRoles { items: GroupRolePermissions::all() })
}

/// Read a group
///
/// With how the caller belongs to it, and what they may do there. A hidden one is there for its members and for who is
/// invited; of a private one, all others see no more than this.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}", operation_id = "getGroup", tag = "groups",
    responses((status = 200, body = GroupView, description = "The group, as the caller has it.")),
)]
async fn get_group(mut reader: Reader, Key(id): Key<GroupId>) -> Outcome {
    let view = there(&mut reader.tx, &reader.viewer, id).await?;
    Reply::ok(&view)?.version(view.group.version)
}

/// Change a group
///
/// A merge patch (RFC 7396), by whoever has the permission `change_group`.
#[utoipa::path(
    patch, path = "/v1/groups/{group_id}", operation_id = "editGroup", tag = "groups",
    params(IfMatch), request_body = GroupPatch,
    responses((status = 200, body = Group, description = "The group as it is now.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::StepRefused, Code::Conflict
    ]))),
)]
async fn edit_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<GroupId>,
    if_match: IfMatch,
    Sent(patch): Sent<GroupPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let group = there(&mut tx, &viewer, id).await?.group;
    if_match.check(group.version)?;
    let mut input = GroupInput::from(group.draft);
    patch.apply(&mut input);
    let draft = GroupDraft::from_raw(input)?;
    let group = community::change(&mut tx, id, viewer.account, draft, group.version).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&group)?.version(group.version)
}

macro_rules! steps {
    ($( $(#[$doc:meta])* $name:ident = $operation:literal $path:literal $take:path; )*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, operation_id = $operation, tag = "groups",
            params(IfMatch, Once),
            responses((status = 200, body = Group, description = "The group as it is now.")),
            extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
        )]
        async fn $name(
            State(state): State<AppState>,
            ActiveViewer(viewer): ActiveViewer,
            Key(id): Key<GroupId>,
            if_match: IfMatch,
            submission: Submission<Nothing>,
        ) -> Outcome {
            let mut work = match submission.once.begin(&state, &viewer.scope).await? {
                Begun::Now(work) => work,
                Begun::Before(reply) => return Ok(reply),
            };
            let group = there(&mut work.tx, &viewer, id).await?.group;
            if_match.check(group.version)?;
            let group = $take(&mut work.tx, id, viewer.account, group.version).await?;
            let reply = Reply::ok(&group)?.version(group.version)?;
            work.finish(&state, reply).await
        }
    )*};
}

steps! {
    /// Put a group away
    ///
    /// By an owner: it can still be read and left, and nobody joins it or posts in it.
    archive_group = "archiveGroup" "/v1/groups/{group_id}/archive" community::archive;

    /// Open a group again
    ///
    /// By an owner, one that was put away.
    reopen_group = "reopenGroup" "/v1/groups/{group_id}/reopen" community::reopen;
}
