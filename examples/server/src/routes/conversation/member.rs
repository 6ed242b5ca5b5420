//! Who belongs to a conversation, and who read what.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{
    Member, MemberState, NewMember, NewMemberInput, Receipt, RoleChange, RoleChangeInput,
};
use smilefactory_core::page::CursorPage;
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::belonging;
use crate::extract::{ActiveViewer, Filter, Key, Listing, Pair, Params, Reader, Valid, optional};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_members, add_member))
        .routes(routes!(remove_member))
        .routes(routes!(change_member_role))
        .routes(routes!(list_receipts))
}

/// Which members.
#[derive(Debug, Serialize)]
pub(crate) struct In {
    state: MemberState,
}

impl Filter for In {
    fn read(params: &mut Params) -> Self {
        Self { state: params.field("state").unwrap_or(MemberState::Active) }
    }
}

impl IntoParams for In {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional(
            "state",
            "In which state; those who take part unless said. All other states of a group are for its owners and admins.",
            MemberState::schema(),
        )]
    }
}

/// List who belongs to a conversation
///
/// Without those who are blocked. That somebody declined looks as if they had not answered.
#[utoipa::path(
    get, path = "/v1/conversations/{conversation_id}/members", operation_id = "listMembers", tag = "conversations",
    params(Listing<In>),
    responses((status = 200, body = CursorPage<Member>, description = "A page of members.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_members(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<ConversationId>,
    list: Listing<In>,
) -> Outcome {
    let page = list.page::<AccountId>(&state.store, &reader.viewer)?;
    let member = belonging(&mut reader.tx, &reader.viewer, id).await?;
    // Whoever is asked sees who is there, and nothing else of the group.
    if list.filter.state != MemberState::Active {
        member.require_manager().map_err(messaging::MessagingError::from)?;
    }
    // Who declined is told to nobody.
    let wanted = match list.filter.state {
        MemberState::Declined => MemberState::Request,
        wanted => wanted,
    };
    let members = reader.tx.members().list(id, reader.viewer.account, wanted, &page).await?;
    list.reply(members, &state.store, &reader.viewer)
}

/// Add somebody to a group
///
/// By an owner or admin. Who is connected with them is in, who asked to join too; all others are asked, and that counts as
/// a message to somebody one is not connected with. Whom one may not write to is not there.
#[utoipa::path(
    post, path = "/v1/conversations/{conversation_id}/members", operation_id = "addMember", tag = "conversations",
    params(Once), request_body = NewMemberInput,
    responses((status = 200, body = Member, description = "How they belong to it now.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::StepRefused, Code::QuotaExceeded
    ]))),
)]
async fn add_member(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    submission: Submission<Valid<NewMember>>,
) -> Outcome {
    let Submission { body: Valid(new), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let member = messaging::add(&mut work.tx, id, viewer.account, new.account).await?;
    work.finish(&state, Reply::ok(&member)?).await
}

/// Take somebody out of a group
///
/// By an owner, or by an admin who is above them; or refuse somebody who asked to join. They do not come back with a code.
#[utoipa::path(
    delete, path = "/v1/conversations/{conversation_id}/members/{account_id}", operation_id = "removeMember",
    tag = "conversations",
    responses((status = 204, description = "They are out.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn remove_member(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<ConversationId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    messaging::remove(&mut tx, id, viewer.account, who).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Give a member another role
///
/// By an owner, to whoever is no owner; an owner may give up their own, unless they are the last.
#[utoipa::path(
    put, path = "/v1/conversations/{conversation_id}/members/{account_id}/role", operation_id = "changeMemberRole",
    tag = "conversations",
    request_body = RoleChangeInput,
    responses((status = 200, body = Member, description = "How they belong to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn change_member_role(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, who): Pair<ConversationId, AccountId>,
    Valid(change): Valid<RoleChange>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let member = messaging::change_role(&mut tx, id, viewer.account, who, change.role).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&member)
}

/// Who got and read how much.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Receipts {
    /// Everybody of whom the caller may know.
    pub(crate) items: Vec<Receipt>,
}

/// List how far the others got and read
///
/// Of those who take part and do not hide it, for those who do not hide it themselves; nothing in a conversation that ever
/// had more than 100 members, and nothing of whoever has not accepted it yet.
#[utoipa::path(
    get, path = "/v1/conversations/{conversation_id}/receipts", operation_id = "listReceipts", tag = "conversations",
    responses((status = 200, body = Receipts, description = "How far they are.")),
)]
async fn list_receipts(mut reader: Reader, Key(id): Key<ConversationId>) -> Outcome {
    belonging(&mut reader.tx, &reader.viewer, id).await?;
    let items = reader.tx.members().receipts(id, reader.viewer.account).await?;
    Reply::ok(&Receipts { items })
}
