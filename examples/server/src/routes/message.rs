//! Messages.
//!
//! What is kept beside an `Idempotency-Key` says which message was sent, and not what it says: texts are kept encrypted,
//! and nowhere else.

mod list;
mod reaction;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use smilefactory_core::content::MediaUrl;
use smilefactory_core::id::{ConversationId, MediaId, MessageId};
use smilefactory_core::messaging::{
    DirectDraft, DirectInput, Message, MessageDraft, MessageInput, MessageText, MessageTextInput,
    MessageTextPatch,
};
use smilefactory_core::validation::{Field, Violations};
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::media::{Form, address};
use crate::extract::{ActiveViewer, IfMatch, Key, Pair, Query, Reader, Sent, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission, Work};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(write_to))
        .routes(routes!(send_message))
        .routes(routes!(get_message, edit_message, delete_message))
        .routes(routes!(message_media_url))
        .merge(list::routes())
        .merge(reaction::routes())
}

pub(super) fn not_found() -> ApiError {
    ApiError::not_found("message")
}

/// What is kept of a message that was sent, in the place of the answer.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    message: MessageId,
}

/// A message that was sent, as it is answered.
fn answer(message: &Message) -> Outcome {
    Reply::created(message, &format!("/v1/messages/{}", message.id))?.version(message.version)
}

async fn finish(work: Work, state: &AppState, message: &Message) -> Outcome {
    let kept = Reply::json(StatusCode::CREATED, &Receipt { message: message.id })?;
    work.finish_keeping(state, &kept).await?;
    answer(message)
}

/// The message that was sent the first time, as it is now.
async fn sent_before(state: &AppState, viewer: &Viewer, kept: &Reply) -> Outcome {
    let id = kept.read::<Receipt>()?.message;
    let mut tx = state.store.read_latest(&viewer.scope).await?;
    let message = tx.messages().get(id, viewer.account).await?.ok_or_else(not_found)?;
    answer(&message)?.marked_as_replayed()
}

/// Write to somebody
///
/// In the one conversation the caller has with them, which begins with the first message. Who is not connected with the
/// caller finds it among their requests, and there is a limit of such messages a day. Somebody who blocks the caller, or
/// whose profile is not for them, is not there.
#[utoipa::path(
    post, path = "/v1/messages", operation_id = "writeTo", tag = "messages",
    params(Once), request_body = DirectInput,
    responses((status = 201, body = Message, description = "The message.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::NotFound, Code::StepRefused, Code::Conflict, Code::QuotaExceeded
    ]))),
)]
async fn write_to(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<DirectDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(kept) => return sent_before(&state, &viewer, &kept).await,
    };
    let message = messaging::write_to(&mut work.tx, viewer.account, draft.to, draft.message).await;
    let message = message.map_err(|error| match error {
        MessagingError::Invalid(violations) => within_message(violations).into(),
        other => ApiError::from(other),
    })?;
    finish(*work, &state, &message).await
}

/// What is wrong with the message, where it stands in the body.
fn within_message(violations: Violations) -> Violations {
    violations.within("/message")
}

/// Send a message into a conversation
///
/// For whoever takes part; whoever was asked to a conversation of two takes part by that. With an `id` that the sender
/// made, a message that is sent again is not sent a second time.
#[utoipa::path(
    post, path = "/v1/conversations/{conversation_id}/messages", operation_id = "sendMessage", tag = "messages",
    params(Once), request_body = MessageInput,
    responses((status = 201, body = Message, description = "The message.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::StepRefused, Code::Conflict, Code::QuotaExceeded
    ]))),
)]
async fn send_message(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
    submission: Submission<Valid<MessageDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(kept) => return sent_before(&state, &viewer, &kept).await,
    };
    let message = messaging::reply(&mut work.tx, id, viewer.account, draft).await?;
    finish(*work, &state, &message).await
}

/// Read a message
#[utoipa::path(
    get, path = "/v1/messages/{message_id}", operation_id = "getMessage", tag = "messages",
    responses((status = 200, body = Message, description = "The message.")),
)]
async fn get_message(mut reader: Reader, Key(id): Key<MessageId>) -> Outcome {
    let message = reader.tx.messages().get(id, reader.viewer.account).await?.ok_or_else(not_found)?;
    Reply::ok(&message)?.version(message.version)
}

/// Edit a message
///
/// A merge patch (RFC 7396) by whoever sent it.
#[utoipa::path(
    patch, path = "/v1/messages/{message_id}", operation_id = "editMessage", tag = "messages",
    params(IfMatch), request_body = MessageTextPatch,
    responses((status = 200, body = Message, description = "The message as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn edit_message(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MessageId>,
    if_match: IfMatch,
    Sent(patch): Sent<MessageTextPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let message = tx.messages().get(id, viewer.account).await?.ok_or_else(not_found)?;
    if_match.check(message.version)?;
    let body = message.body.as_ref().map(|body| body.as_str().to_owned()).unwrap_or_default();
    let mut input = MessageTextInput { body };
    patch.apply(&mut input);
    let text = MessageText::from_raw(input)?;
    let edited = messaging::edit(&mut tx, id, viewer.account, text, message.version).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&edited)?.version(edited.version)
}

/// Delete a message
///
/// By whoever sent it, or an owner or admin of the group, for good. Its number stays.
#[utoipa::path(
    delete, path = "/v1/messages/{message_id}", operation_id = "deleteMessage", tag = "messages",
    responses((status = 204, description = "Its text, files and reactions are gone.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn delete_message(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MessageId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    messaging::delete(&mut tx, id, viewer.account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Get an address of a file on a message
///
/// For whoever reads the message. It gives the file to whoever has it, for five minutes.
#[utoipa::path(
    get, path = "/v1/messages/{message_id}/media/{media_id}/url", operation_id = "messageMediaUrl", tag = "media",
    params(Form),
    responses((status = 200, body = MediaUrl, description = "The address.")),
)]
async fn message_media_url(
    State(state): State<AppState>,
    mut reader: Reader,
    Pair(message, media): Pair<MessageId, MediaId>,
    Query(form): Query<Form>,
) -> Outcome {
    let viewer = reader.viewer.account;
    if reader.tx.messages().get(message, viewer).await?.is_none() {
        return Err(not_found());
    }
    let media = reader.tx.messages().attachment(message, media, viewer).await?;
    let media = media.ok_or_else(|| ApiError::not_found("media"))?;
    address(&state, &reader.viewer, &media, form.variant).await
}
