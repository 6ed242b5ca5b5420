//! Muting people.

use axum::extract::State;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::social::Mute;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::BarrierKey;
use smilefactory_store::social;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Everything, Key, Listing, Reader};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_mutes)).routes(routes!(mute, unmute))
}

/// List whom one muted
///
/// For oneself, the last first.
#[utoipa::path(
    get, path = "/v1/mutes", operation_id = "listMutes", tag = "connections",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Mute>, description = "A page of people.")),
)]
async fn list_mutes(State(state): State<AppState>, mut reader: Reader, list: Listing<Everything>) -> Outcome {
    let page = list.page::<BarrierKey>(&state.store, &reader.viewer)?;
    let mutes = reader.tx.mutes().list(reader.viewer.account, &page).await?;
    list.reply(mutes, &state.store, &reader.viewer)
}

/// Mute somebody
///
/// What they do is not in lists, searches, matches and threads any more that are made for the caller, who still reads it
/// by asking for it. They do not learn of it. To mute somebody twice changes nothing.
#[utoipa::path(
    put, path = "/v1/mutes/{account_id}", operation_id = "mute", tag = "connections",
    responses((status = 204, description = "They are muted.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn mute(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    social::mute(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Mute somebody no more
///
/// It is answered the same whether they were muted or not.
#[utoipa::path(
    delete, path = "/v1/mutes/{account_id}", operation_id = "unmute", tag = "connections",
    responses((status = 204, description = "They are not muted.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unmute(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    social::unmute(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
