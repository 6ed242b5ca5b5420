//! Who organises an event.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::event::Organiser;
use smilefactory_core::id::{AccountId, EventId};
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view;
use crate::extract::{ActiveViewer, Key, Pair, Reader};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_organisers)).routes(routes!(add_organiser, remove_organiser))
}

/// All who organise an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organisers {
    /// Each of them, the first first.
    items: Vec<Organiser>,
}

/// List who organises an event
///
/// Whoever sees the event sees them; whoever made it is the first.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/organisers", operation_id = "listOrganisers", tag = "events",
    responses((status = 200, body = Organisers, description = "All of them.")),
)]
async fn list_organisers(mut reader: Reader, Key(id): Key<EventId>) -> Outcome {
    view(&mut reader.tx, id).await?;
    Reply::ok(&Organisers { items: reader.tx.events().organisers(id).await? })
}

/// Let somebody organise an event
///
/// By an organiser. They may then do everything that the first one may.
#[utoipa::path(
    put, path = "/v1/events/{event_id}/organisers/{account_id}", operation_id = "addOrganiser", tag = "events",
    responses((status = 200, body = Organisers, description = "All who organise it now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn add_organiser(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, account): Pair<EventId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let items = event::add_organiser(&mut tx, id, viewer.account, account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&Organisers { items })
}

/// Have somebody organise an event no longer
///
/// By an organiser, of themselves or another. The last one stays.
#[utoipa::path(
    delete, path = "/v1/events/{event_id}/organisers/{account_id}", operation_id = "removeOrganiser", tag = "events",
    responses((status = 204, description = "They do not organise it any more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn remove_organiser(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, account): Pair<EventId, AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    event::remove_organiser(&mut tx, id, viewer.account, account).await?;
    tx.commit().await?;
    Ok(Reply::no_content())
}
