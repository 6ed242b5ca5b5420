//! Who reacted, what one saved, and what became of somebody's posts.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::{AuthorStats, PostReaction, SavedPost};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::CursorPage;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{ReactionKey, SavedKey};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::post::visible;
use crate::extract::{Filter, Key, Listing, Params, Reader};
use crate::problem::ApiError;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_reactions))
        .routes(routes!(list_saved_posts))
        .routes(routes!(get_author_stats))
}

/// Nothing narrows these lists down.
#[derive(Debug, Serialize)]
pub(crate) struct All;

impl Filter for All {
    fn read(_: &mut Params) -> Self {
        Self
    }
}

impl IntoParams for All {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// List who reacted to a post
///
/// The last first.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/reactions", operation_id = "listReactions", tag = "engagement",
    params(Listing<All>),
    responses((status = 200, body = CursorPage<PostReaction>, description = "A page of reactions.")),
)]
async fn list_reactions(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<PostId>,
    list: Listing<All>,
) -> Outcome {
    let page = list.page::<ReactionKey>(&state.store, &reader.viewer)?;
    let post = visible(&mut reader.tx, &reader.viewer, id).await?;
    let reactions = reader.tx.engagement().list_reactions(post.id, &page).await?;
    list.reply(reactions, &state.store, &reader.viewer)
}

/// List the posts one saved
///
/// Those that are shown, the last saved first.
#[utoipa::path(
    get, path = "/v1/me/saved", operation_id = "listSavedPosts", tag = "engagement",
    params(Listing<All>),
    responses((status = 200, body = CursorPage<SavedPost>, description = "A page of posts.")),
)]
async fn list_saved_posts(State(state): State<AppState>, mut reader: Reader, list: Listing<All>) -> Outcome {
    let page = list.page::<SavedKey>(&state.store, &reader.viewer)?;
    let saved = reader.tx.engagement().list_saved(reader.viewer.account, &page).await?;
    list.reply(saved, &state.store, &reader.viewer)
}

/// Read what became of somebody's posts
///
/// Of whose profile one may see. The counts are a moment behind.
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}/stats", operation_id = "getAuthorStats", tag = "engagement",
    responses((status = 200, body = AuthorStats, description = "The counts of all their posts.")),
)]
async fn get_author_stats(mut reader: Reader, Key(id): Key<AccountId>) -> Outcome {
    let profile = reader.tx.profiles().get(id).await?;
    let class = reader.viewer.class_for(&mut reader.tx, id).await?;
    if !profile.is_some_and(|profile| profile.is_seen_by(class)) {
        return Err(ApiError::not_found("profile"));
    }
    Reply::ok(&reader.tx.engagement().author_stats(id).await?)
}
