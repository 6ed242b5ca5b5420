//! Codes that groups are joined with.

use axum::extract::State;
use smilefactory_core::id::{ConversationId, InvitationId};
use smilefactory_core::messaging::{
    GroupInvitation, GroupInvitationDraft, GroupInvitationInput, InvitationCode, JoinDraft, JoinInput,
    MadeInvitation, Membership,
};
use smilefactory_core::page::CursorPage;
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::belonging;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Pair, Reader, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_invitations, make_invitation))
        .routes(routes!(revoke_invitation))
        .routes(routes!(join_group))
}

/// Make a code that a group is joined with
///
/// By an owner or admin. The code is shown here and never again: a repeated request makes another one, and there is no
/// `Idempotency-Key`, because the code is kept nowhere.
#[utoipa::path(
    post, path = "/v1/conversations/{conversation_id}/invitations", operation_id = "makeInvitation",
    tag = "conversations",
    request_body = GroupInvitationInput,
    responses((status = 201, body = MadeInvitation, description = "The code.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn make_invitation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    Valid(draft): Valid<GroupInvitationDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let (invitation, code) = messaging::invite(&mut tx, id, viewer.account, &draft).await?;
    tx.commit().await?;
    let location = format!("/v1/conversations/{id}/invitations");
    Reply::created(&MadeInvitation { code: code.reveal(), invitation }, &location)
}

/// List the codes of a group
///
/// For its owners and admins, the last made first.
#[utoipa::path(
    get, path = "/v1/conversations/{conversation_id}/invitations", operation_id = "listInvitations",
    tag = "conversations",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<GroupInvitation>, description = "A page of codes.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_invitations(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<ConversationId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<InvitationId>(&state.store, &reader.viewer)?;
    let member = belonging(&mut reader.tx, &reader.viewer, id).await?;
    member.require_manager().map_err(MessagingError::from)?;
    let codes = reader.tx.invitations().list(id, &page).await?;
    list.reply(codes, &state.store, &reader.viewer)
}

/// Take a code back
///
/// By an owner or admin. Who came with it stays.
#[utoipa::path(
    delete, path = "/v1/conversations/{conversation_id}/invitations/{invitation_id}",
    operation_id = "revokeInvitation", tag = "conversations",
    responses((status = 204, description = "The code is good no longer.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused, Code::Stale]))),
)]
async fn revoke_invitation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, invitation): Pair<ConversationId, InvitationId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    messaging::revoke(&mut tx, id, invitation, viewer.account).await?;
    tx.commit().await?;
    Ok(Reply::no_content())
}

/// Join a group with a code
///
/// Whoever comes is in, or asks, as the group says. A code that is not good (any more) is not there.
#[utoipa::path(
    post, path = "/v1/conversations/join", operation_id = "joinGroup", tag = "conversations",
    params(Once), request_body = JoinInput,
    responses((status = 200, body = Membership, description = "How the caller belongs to the group now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::NotFound, Code::StepRefused]))),
)]
async fn join_group(
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
    let member = messaging::join(&mut work.tx, &code, viewer.account).await?;
    work.finish(&state, Reply::ok(&member)?).await
}
