//! Blocking people.

use axum::extract::State;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::social::Block;
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
    OpenApiRouter::default().routes(routes!(list_blocks)).routes(routes!(block, unblock))
}

/// List whom one blocked
///
/// For oneself, the last first.
#[utoipa::path(
    get, path = "/v1/blocks", operation_id = "listBlocks", tag = "connections",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Block>, description = "A page of people.")),
)]
async fn list_blocks(State(state): State<AppState>, mut reader: Reader, list: Listing<Everything>) -> Outcome {
    let page = list.page::<BarrierKey>(&state.store, &reader.viewer)?;
    let blocks = reader.tx.blocks().list(reader.viewer.account, &page).await?;
    list.reply(blocks, &state.store, &reader.viewer)
}

/// Block somebody
///
/// The two are not there for each other from then on: neither finds, reads or reaches anything of the other. Their
/// connection, what they asked each other and their follows end. To block somebody twice changes nothing.
#[utoipa::path(
    put, path = "/v1/blocks/{account_id}", operation_id = "block", tag = "connections",
    responses((status = 204, description = "They are blocked.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn block(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    social::block(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Block somebody no more
///
/// What the block ended does not come back. It is answered the same whether they were blocked or not.
#[utoipa::path(
    delete, path = "/v1/blocks/{account_id}", operation_id = "unblock", tag = "connections",
    responses((status = 204, description = "They are not blocked.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unblock(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    social::unblock(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
