//! Lists: of one's conversations, and of what was said in one.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::ConversationId;
use smilefactory_core::messaging::{InboxEntry, InboxFilter, Message, MessageOrder};
use smilefactory_core::page::CursorPage;
use smilefactory_core::validation::Violation;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::InboxKey;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::belonging;
use crate::extract::{Filter, Key, Listing, Params, Reader, optional};
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_conversations)).routes(routes!(list_messages))
}

/// Which of one's conversations.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    show: InboxFilter,
}

impl Filter for Shown {
    fn read(params: &mut Params) -> Self {
        Self { show: params.field("show").unwrap_or(InboxFilter::Inbox) }
    }
}

impl IntoParams for Shown {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional("show", "Which ones; `inbox` unless said.", InboxFilter::schema())]
    }
}

/// List one's conversations
///
/// Pinned ones first, then those in which something happened last. Those with somebody who is blocked are left out.
#[utoipa::path(
    get, path = "/v1/conversations", operation_id = "listConversations", tag = "conversations",
    params(Listing<Shown>),
    responses((status = 200, body = CursorPage<InboxEntry>, description = "A page of conversations.")),
)]
async fn list_conversations(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Shown>,
) -> Outcome {
    let page = list.page::<InboxKey>(&state.store, &reader.viewer)?;
    let entries = reader.tx.conversations().inbox(reader.viewer.account, list.filter.show, &page).await?;
    list.reply(entries, &state.store, &reader.viewer)
}

/// In which direction messages are read, and from which on.
#[derive(Debug, Serialize)]
pub(crate) struct Read {
    order: MessageOrder,
    from: Option<u64>,
}

impl Filter for Read {
    fn read(params: &mut Params) -> Self {
        let number = |raw: &str| raw.parse().map_err(|_| Violation::malformed("the number of a message"));
        Self {
            order: params.field("order").unwrap_or(MessageOrder::Newest),
            from: params.take("from", number),
        }
    }
}

impl IntoParams for Read {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1.0));
        vec![
            optional(
                "order",
                "In which direction; from the last one back unless said.",
                MessageOrder::schema(),
            ),
            optional(
                "from",
                "The number of the message to begin with, which is the first of the list.",
                number,
            ),
        ]
    }
}

/// List the messages of a conversation
///
/// Those that are for the caller, by their numbers, in either direction. Numbers have gaps where a message is of somebody
/// who is blocked; one that is deleted is there without its text.
#[utoipa::path(
    get, path = "/v1/conversations/{conversation_id}/messages", operation_id = "listMessages", tag = "messages",
    params(Listing<Read>),
    responses((status = 200, body = CursorPage<Message>, description = "A page of messages.")),
)]
async fn list_messages(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<ConversationId>,
    list: Listing<Read>,
) -> Outcome {
    let page = list.page::<u64>(&state.store, &reader.viewer)?;
    let member = belonging(&mut reader.tx, &reader.viewer, id).await?;
    let messages = reader.tx.messages().list(&member, list.filter.order, list.filter.from, &page).await?;
    list.reply(messages, &state.store, &reader.viewer)
}
