//! What people think of a message.

use axum::extract::State;
use smilefactory_core::content::{ReactionDraft, ReactionInput};
use smilefactory_core::id::MessageId;
use smilefactory_core::messaging::MessageReaction;
use smilefactory_core::page::CursorPage;
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::ReactionKey;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::not_found;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Reader, Valid};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(react_to_message, unreact_to_message))
        .routes(routes!(list_message_reactions))
}

/// React to a message
///
/// Another reaction takes the place of the one before.
#[utoipa::path(
    put, path = "/v1/messages/{message_id}/reaction", operation_id = "reactToMessage", tag = "messages",
    request_body = ReactionInput,
    responses((status = 204, description = "The reaction is there.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn react_to_message(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MessageId>,
    Valid(draft): Valid<ReactionDraft>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    messaging::react(&mut tx, id, viewer.account, draft.reaction).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Take a reaction to a message back
#[utoipa::path(
    delete, path = "/v1/messages/{message_id}/reaction", operation_id = "unreactToMessage", tag = "messages",
    responses((status = 204, description = "There is no reaction of the caller.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unreact_to_message(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MessageId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    messaging::unreact(&mut tx, id, viewer.account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// List who reacted to a message
///
/// The last first.
#[utoipa::path(
    get, path = "/v1/messages/{message_id}/reactions", operation_id = "listMessageReactions", tag = "messages",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<MessageReaction>, description = "A page of reactions.")),
)]
async fn list_message_reactions(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<MessageId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<ReactionKey>(&state.store, &reader.viewer)?;
    let viewer = reader.viewer.account;
    let message = reader.tx.messages().get(id, viewer).await?.ok_or_else(not_found)?;
    let reactions = reader.tx.messages().list_reactions(message.id, viewer, &page).await?;
    list.reply(reactions, &state.store, &reader.viewer)
}
