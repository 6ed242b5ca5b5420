//! Messages that are found, and those of a thread.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::MessageId;
use smilefactory_core::messaging::{Message, MessageSearch};
use smilefactory_core::page::CursorPage;
use smilefactory_core::text::Line;
use smilefactory_core::validation::Violation;
use smilefactory_store::prelude::*;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::conversation::belonging;
use super::not_found;
use crate::extract::{Everything, Filter, Key, Listing, Params, Reader};
use crate::problem::ApiError;
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(search_messages)).routes(routes!(list_thread))
}

/// What is looked for.
#[derive(Debug, Serialize)]
pub(crate) struct Words {
    q: Option<Line<1, 200>>,
}

impl Filter for Words {
    fn read(params: &mut Params) -> Self {
        Self { q: params.field("q") }
    }
}

impl IntoParams for Words {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let q = ParameterBuilder::new()
            .name("q")
            .parameter_in(ParameterIn::Query)
            .required(Required::True)
            .description(Some("One to ten words, all of which a message must have."))
            .schema(Some(Line::<1, 200>::schema()))
            .build();
        vec![q]
    }
}

/// Search one's messages
///
/// In all conversations the caller takes part in, from where their reading begins, the last message first. Whole words are
/// found, in any case. What is deleted is not found, nor what an edited message said before.
#[utoipa::path(
    get, path = "/v1/messages/search", operation_id = "searchMessages", tag = "messages",
    params(Listing<Words>),
    responses((status = 200, body = CursorPage<Message>, description = "A page of messages.")),
)]
async fn search_messages(State(state): State<AppState>, mut reader: Reader, list: Listing<Words>) -> Outcome {
    let page = list.page::<MessageId>(&state.store, &reader.viewer)?;
    let words = list.filter.q.as_ref().ok_or_else(|| ApiError::invalid("/q", Violation::required()))?;
    let search = MessageSearch::of(words)?;
    let found = reader.tx.messages().search(reader.viewer.account, &search, &page).await?;
    list.reply(found, &state.store, &reader.viewer)
}

/// List a thread
///
/// The messages that belong to the thread of this one, which began it, in the order they were sent.
#[utoipa::path(
    get, path = "/v1/messages/{message_id}/thread", operation_id = "listThread", tag = "messages",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Message>, description = "A page of messages.")),
)]
async fn list_thread(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<MessageId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<u64>(&state.store, &reader.viewer)?;
    let root = reader.tx.messages().get(id, reader.viewer.account).await?.ok_or_else(not_found)?;
    let member = belonging(&mut reader.tx, &reader.viewer, root.conversation).await?;
    let messages = reader.tx.messages().list_thread(&member, root.id, &page).await?;
    list.reply(messages, &state.store, &reader.viewer)
}
