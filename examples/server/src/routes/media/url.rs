//! Addresses of files, each for one who may see it.

use axum::extract::State;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::Serialize;
use smilefactory_core::content::{Media, MediaUrl, MediaVariant};
use smilefactory_core::id::{MediaId, PostId};
use smilefactory_store::media::Address;
use smilefactory_store::prelude::*;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own;
use crate::extract::{Filter, Key, Pair, Params, Query, Reader, Viewer, optional};
use crate::problem::ApiError;
use crate::reply::{Outcome, Reply};
use crate::routes::post;
use crate::state::AppState;

/// How long an address works.
const LASTS: TimeDelta = TimeDelta::minutes(5);

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(media_url)).routes(routes!(post_media_url))
}

/// Which form of a file.
#[derive(Debug, Serialize)]
pub(in crate::routes) struct Form {
    pub(in crate::routes) variant: MediaVariant,
}

impl Filter for Form {
    fn read(params: &mut Params) -> Self {
        Self { variant: params.field("variant").unwrap_or(MediaVariant::Original) }
    }
}

impl IntoParams for Form {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional("variant", "Which form of it; the original unless said.", MediaVariant::schema())]
    }
}

/// Get an address of an own file
///
/// It gives the file to whoever has it, for five minutes.
#[utoipa::path(
    get, path = "/v1/media/{media_id}/url", operation_id = "mediaUrl", tag = "media",
    params(Form),
    responses((status = 200, body = MediaUrl, description = "The address.")),
)]
async fn media_url(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<MediaId>,
    Query(form): Query<Form>,
) -> Outcome {
    let media = own(&mut reader.tx, &reader.viewer, id).await?;
    address(&state, &reader.viewer, &media, form.variant).await
}

/// Get an address of a file that hangs on a post
///
/// For whoever sees the post; for its author and staff also what an earlier version of it names. It gives the file to
/// whoever has it, for five minutes.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/media/{media_id}/url", operation_id = "postMediaUrl", tag = "media",
    params(Form),
    responses((status = 200, body = MediaUrl, description = "The address.")),
)]
async fn post_media_url(
    State(state): State<AppState>,
    mut reader: Reader,
    Pair(post, id): Pair<PostId, MediaId>,
    Query(form): Query<Form>,
) -> Outcome {
    let post = post::visible(&mut reader.tx, &reader.viewer, post).await?;
    let attached = reader.tx.media().attachments_of(&[post.id]).await?;
    let mut media = attached.into_iter().map(|(_, media)| media).find(|media| media.id == id);
    let behind_the_scenes = post.author == reader.viewer.account || reader.viewer.role.is_staff();
    if media.is_none() && behind_the_scenes {
        let named = reader.tx.media().posts_with_version(id).await?.contains(&post.id);
        media = if named { reader.tx.media().get(id).await? } else { None };
    }
    let media = media.ok_or_else(|| ApiError::not_found("media"))?;
    address(&state, &reader.viewer, &media, form.variant).await
}

pub(in crate::routes) async fn address(
    state: &AppState,
    viewer: &Viewer,
    media: &Media,
    variant: MediaVariant,
) -> Outcome {
    let expires_at: DateTime<Utc> = (state.store.now() + LASTS).trunc_subsecs(0);
    let address = state.media.address(viewer.scope.tenant, media, variant, expires_at).await?;
    let url = match address.ok_or_else(|| ApiError::not_found("form of this file"))? {
        Address::Direct(url) => url.into(),
        Address::Ticket(ticket) => format!("{}/v1/blobs/{ticket}", state.options.public_url),
    };
    Reply::ok(&MediaUrl { url, expires_at })
}
