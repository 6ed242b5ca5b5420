//! Conversations, and how one keeps them.

mod code;
mod list;
mod member;

use axum::extract::State;
use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{
    Conversation, GroupSettings, GroupSettingsPatch, InboxEntry, Marks, MarksInput, Membership,
    MembershipSettings, MembershipSettingsPatch, NewGroup, NewGroupInput, Pair, Unread,
};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::{Tx, messaging};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, IfMatch, Key, Nothing, Reader, Sent, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(begin_group))
        .routes(routes!(count_unread))
        .routes(routes!(find_direct_conversation))
        .routes(routes!(get_conversation, change_group))
        .routes(routes!(keep_conversation))
        .routes(routes!(mark_conversation))
        .routes(routes!(accept_conversation))
        .routes(routes!(decline_conversation))
        .routes(routes!(leave_conversation))
        .merge(list::routes())
        .merge(member::routes())
        .merge(code::routes())
}

fn not_found() -> ApiError {
    ApiError::not_found("conversation")
}

/// How the viewer belongs to a conversation that is there for them: all others are not.
pub(super) async fn belonging<Mode>(
    tx: &mut Tx<Mode>,
    viewer: &Viewer,
    id: ConversationId,
) -> Result<Membership, ApiError> {
    tx.members().belonging(id, viewer.account).await?.ok_or_else(not_found)
}

/// Make a group
///
/// Whoever makes it owns it. Of those it is to have from the beginning, who is connected with them is in; all others are
/// asked, and that counts as a message to somebody one is not connected with.
#[utoipa::path(
    post, path = "/v1/conversations", operation_id = "beginGroup", tag = "conversations",
    params(Once), request_body = NewGroupInput,
    responses((status = 201, body = Conversation, description = "The group.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::NotFound, Code::StepRefused, Code::QuotaExceeded
    ]))),
)]
async fn begin_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<NewGroup>>,
) -> Outcome {
    let Submission { body: Valid(new), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let group = messaging::begin(&mut work.tx, new, viewer.account).await?;
    let location = format!("/v1/conversations/{}", group.id);
    let reply = Reply::created(&group, &location)?.version(group.version)?;
    work.finish(&state, reply).await
}

/// Count what one has not read
///
/// In all conversations that are neither put away nor muted.
#[utoipa::path(
    get, path = "/v1/conversations/unread", operation_id = "countUnread", tag = "conversations",
    responses((status = 200, body = Unread, description = "How much that is.")),
)]
async fn count_unread(mut reader: Reader) -> Outcome {
    Reply::ok(&reader.tx.conversations().unread(reader.viewer.account).await?)
}

/// Find the conversation with somebody
///
/// There is one once one of the two wrote to the other.
#[utoipa::path(
    get, path = "/v1/conversations/with/{account_id}", operation_id = "findDirectConversation", tag = "conversations",
    responses((status = 200, body = InboxEntry, description = "The conversation, as the caller has it.")),
)]
async fn find_direct_conversation(mut reader: Reader, Key(other): Key<AccountId>) -> Outcome {
    let viewer = reader.viewer.account;
    let pair = Pair::of(viewer, other).ok_or_else(not_found)?;
    let found = reader.tx.conversations().find_direct(pair).await?.ok_or_else(not_found)?;
    Reply::ok(&reader.tx.conversations().entry(found.id, viewer).await?.ok_or_else(not_found)?)
}

/// Read a conversation
///
/// As the caller has it: with how they belong to it, how much they have not read, and the last message. It is there for
/// whoever takes part or is asked to; one with somebody who is blocked, or blocks the caller, is not there.
#[utoipa::path(
    get, path = "/v1/conversations/{conversation_id}", operation_id = "getConversation", tag = "conversations",
    responses((status = 200, body = InboxEntry, description = "The conversation.")),
)]
async fn get_conversation(mut reader: Reader, Key(id): Key<ConversationId>) -> Outcome {
    let viewer = reader.viewer.account;
    Reply::ok(&reader.tx.conversations().entry(id, viewer).await?.ok_or_else(not_found)?)
}

/// Change what is set for a group
///
/// A merge patch (RFC 7396) by an owner or admin. What those read who joined before stays.
#[utoipa::path(
    patch, path = "/v1/conversations/{conversation_id}", operation_id = "changeGroup", tag = "conversations",
    params(IfMatch), request_body = GroupSettingsPatch,
    responses((status = 200, body = Conversation, description = "The group as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn change_group(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    if_match: IfMatch,
    Sent(patch): Sent<GroupSettingsPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    belonging(&mut tx, &viewer, id).await?;
    let group = tx.conversations().get(id).await?.ok_or_else(not_found)?;
    if_match.check(group.version)?;
    let mut settings = group.settings();
    patch.apply(&mut settings);
    if group.is_direct() {
        // It has no title, and is refused for what it is.
        "-".clone_into(&mut settings.title);
    }
    let settings = GroupSettings::from_raw(settings)?;
    let group = messaging::change(&mut tx, id, viewer.account, settings, group.version).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&group)?.version(group.version)
}

/// Keep a conversation in another way
///
/// A merge patch (RFC 7396) of what the caller has set for themselves: whether it is muted, put away, before others, and
/// whether others see how far they have read.
#[utoipa::path(
    patch, path = "/v1/conversations/{conversation_id}/membership", operation_id = "keepConversation",
    tag = "conversations",
    request_body = MembershipSettingsPatch,
    responses((status = 200, body = Membership, description = "How the caller belongs to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn keep_conversation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    Sent(patch): Sent<MembershipSettingsPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let member = belonging(&mut tx, &viewer, id).await?;
    let mut settings = member.settings();
    patch.apply(&mut settings);
    let settings = MembershipSettings::from_raw(settings)?;
    let now = tx.now();
    let kept = member.keep(&settings, now);
    tx.members().keep(&kept).await?;
    tx.commit().await?;
    Reply::ok(&kept)
}

/// Say how far one got and read
///
/// What was said before stays: nothing moves back. Others see it unless the caller hides it, has not accepted the
/// conversation, or the conversation is large.
#[utoipa::path(
    put, path = "/v1/conversations/{conversation_id}/read", operation_id = "markConversation", tag = "conversations",
    request_body = MarksInput,
    responses((status = 200, body = Membership, description = "How the caller belongs to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn mark_conversation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    Valid(marks): Valid<Marks>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let member = messaging::mark(&mut tx, id, viewer.account, &marks).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&member)
}

/// Accept a request
///
/// Of somebody one is not connected with, to write or to join a group.
#[utoipa::path(
    post, path = "/v1/conversations/{conversation_id}/accept", operation_id = "acceptConversation",
    tag = "conversations",
    params(Once),
    responses((status = 200, body = Membership, description = "How the caller belongs to it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn accept_conversation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let member = messaging::accept(&mut work.tx, id, viewer.account).await?;
    work.finish(&state, Reply::ok(&member)?).await
}

/// Decline a request
///
/// The conversation is there for the caller no longer. Nobody is told.
#[utoipa::path(
    post, path = "/v1/conversations/{conversation_id}/decline", operation_id = "declineConversation",
    tag = "conversations",
    params(Once),
    responses((status = 204, description = "It is declined.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn decline_conversation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    messaging::decline(&mut work.tx, id, viewer.account).await?;
    work.finish(&state, Reply::no_content()).await
}

/// Leave a group
///
/// The last owner stays while there are other members.
#[utoipa::path(
    post, path = "/v1/conversations/{conversation_id}/leave", operation_id = "leaveConversation",
    tag = "conversations",
    params(Once),
    responses((status = 204, description = "The caller left.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn leave_conversation(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    messaging::leave(&mut work.tx, id, viewer.account).await?;
    work.finish(&state, Reply::no_content()).await
}
