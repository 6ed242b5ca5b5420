//! What the caller does about their own belonging to a group.

use axum::extract::State;
use smilefactory_core::community::{GroupMembership, GroupRequestDraft, GroupRequestInput};
use smilefactory_core::id::GroupId;
use smilefactory_core::messaging::{InvitationCode, JoinDraft, JoinInput};
use smilefactory_store::community;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Key, Nothing, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(enter_group))
        .routes(routes!(enter_group_with_code))
        .routes(routes!(accept_group_invitation))
        .routes(routes!(decline_group_invitation))
        .routes(routes!(withdraw_group_request))
        .routes(routes!(leave_group))
}

/// Join a group, or ask to
///
/// Whoever comes is in, asks, or is refused, as the group is joined; whoever is invited is in.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/join", operation_id = "enterGroup", tag = "groups",
    params(Once), request_body = GroupRequestInput,
    responses((status = 200, body = GroupMembership, description = "How the caller belongs to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn enter_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<GroupId>,
    submission: Submission<Valid<GroupRequestDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let own = community::enter(&mut work.tx, id, viewer.account, draft.note).await?;
    work.finish(&state, Reply::ok(&own)?).await
}

/// Join a group with a code
///
/// However the group is joined. A code that is not good (any more) is not there.
#[utoipa::path(
    post, path = "/v1/groups/join", operation_id = "enterGroupWithCode", tag = "groups",
    params(Once), request_body = JoinInput,
    responses((status = 200, body = GroupMembership, description = "How the caller belongs to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::NotFound, Code::StepRefused]))),
)]
async fn enter_group_with_code(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<JoinDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let code: InvitationCode = draft.code.as_str().parse().map_err(|_| ApiError::not_found("code"))?;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let own = community::enter_with_code(&mut work.tx, &code, viewer.account).await?;
    work.finish(&state, Reply::ok(&own)?).await
}

/// Accept an invitation to a group
///
/// The caller is a member from then on, whatever the group asks of others who want to join; unless it is full.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/accept", operation_id = "acceptGroupInvitation", tag = "groups",
    params(Once),
    responses((status = 200, body = GroupMembership, description = "How the caller belongs to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn accept_group_invitation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<GroupId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let own = community::accept(&mut work.tx, id, viewer.account).await?;
    work.finish(&state, Reply::ok(&own)?).await
}

macro_rules! partings {
    ($( $(#[$doc:meta])* $name:ident = $operation:literal $path:literal $take:path; )*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, operation_id = $operation, tag = "groups",
            params(Once),
            responses((status = 204, description = "It is so.")),
            extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
        )]
        async fn $name(
            State(state): State<AppState>,
            ActiveViewer(viewer): ActiveViewer,
            Key(id): Key<GroupId>,
            submission: Submission<Nothing>,
        ) -> Outcome {
            let mut work = match submission.once.begin(&state, &viewer.scope).await? {
                Begun::Now(work) => work,
                Begun::Before(reply) => return Ok(reply),
            };
            $take(&mut work.tx, id, viewer.account).await?;
            work.finish(&state, Reply::no_content()).await
        }
    )*};
}

partings! {
    /// Decline an invitation to a group
    ///
    /// The caller has nothing to do with the group any more. Nobody is told.
    decline_group_invitation = "declineGroupInvitation" "/v1/groups/{group_id}/decline" community::decline;

    /// Withdraw a request to be let into a group
    ///
    /// The caller has nothing to do with the group any more, and may ask again.
    withdraw_group_request = "withdrawGroupRequest" "/v1/groups/{group_id}/withdraw" community::withdraw;

    /// Leave a group
    ///
    /// The last owner stays.
    leave_group = "leaveGroup" "/v1/groups/{group_id}/leave" community::leave;
}
