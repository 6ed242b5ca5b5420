//! Following people.

use axum::extract::State;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::social::Follow;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::FollowKey;
use smilefactory_store::social;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Everything, Key, Listing, Reader};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_follows))
        .routes(routes!(list_followers))
        .routes(routes!(follow, unfollow))
}

/// List whom one follows
///
/// The last followed first; without those whom one may not see at the moment.
#[utoipa::path(
    get, path = "/v1/follows", operation_id = "listFollows", tag = "connections",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Follow>, description = "A page of people.")),
)]
async fn list_follows(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<FollowKey>(&state.store, &reader.viewer)?;
    let follows = reader.tx.follows().list(reader.viewer.account, &page).await?;
    list.reply(follows, &state.store, &reader.viewer)
}

/// List who follows one
///
/// The last to follow first; without those whom one may not see at the moment.
#[utoipa::path(
    get, path = "/v1/followers", operation_id = "listFollowers", tag = "connections",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Follow>, description = "A page of people.")),
)]
async fn list_followers(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<FollowKey>(&state.store, &reader.viewer)?;
    let followers = reader.tx.follows().list_followers(reader.viewer.account, &page).await?;
    list.reply(followers, &state.store, &reader.viewer)
}

/// Follow somebody
///
/// Whose profile one sees; they are not asked. Who follows them already keeps the time since when.
#[utoipa::path(
    put, path = "/v1/follows/{account_id}", operation_id = "follow", tag = "connections",
    responses((status = 200, body = Follow, description = "Whom one follows, and since when.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn follow(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let followed = social::follow(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&followed)
}

/// Follow somebody no more
///
/// It is answered the same whether one did or not.
#[utoipa::path(
    delete, path = "/v1/follows/{account_id}", operation_id = "unfollow", tag = "connections",
    responses((status = 204, description = "They are not followed.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unfollow(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    social::unfollow(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
