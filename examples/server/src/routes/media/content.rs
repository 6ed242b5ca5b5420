//! Contents on their way in and out, in pieces.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::response::Response;
use futures::{StreamExt, TryStreamExt};
use smilefactory_core::content::{Media, MediaState};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::{Id, MediaId, RequestId};
use smilefactory_core::scope::Scope;
use smilefactory_core::validation::Violation;
use smilefactory_store::media::content_disposition;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::own;
use crate::extract::{ActiveViewer, Key};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

/// What is sent when nobody says what it is; the declaration does.
const BYTES: &str = "application/octet-stream";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(upload_media)).routes(routes!(get_blob))
}

/// Upload the content of a file
///
/// As bytes, of the declared type or as `application/octet-stream`, and exactly as many as were declared. It may be sent
/// again until the file is finalised.
#[utoipa::path(
    put, path = "/v1/media/{media_id}/content", operation_id = "uploadMedia", tag = "media",
    request_body(content = String, content_type = "application/octet-stream", description = "The content.",
        example = "GIF89a…"),
    responses((status = 204, description = "The content is there, to be finalised.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn upload_media(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MediaId>,
    request: Request,
) -> Outcome {
    let media = {
        let mut tx = state.store.read_latest(&viewer.scope).await?;
        own(&mut tx, &viewer, id).await?
    };
    if media.state == MediaState::Ready {
        return Err(InvalidTransition::new(MediaId::ENTITY, media.state.as_str(), "upload").into());
    }
    fits(&media, request.headers())?;
    let content = request.into_body().into_data_stream().map_err(Into::into).boxed();
    state.media.stage(viewer.scope.tenant, &media, content).await?;
    Ok(Reply::no_content())
}

/// Whether the headers say what was declared: nothing is read of what will be refused.
fn fits(media: &Media, headers: &HeaderMap) -> Result<(), ApiError> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = media.upload.media_type.as_str();
    let kind = header(CONTENT_TYPE).unwrap_or(BYTES).to_ascii_lowercase();
    if kind != media_type && kind != BYTES {
        let detail = format!("send `Content-Type: {media_type}`, as was declared");
        return Err(ApiError::new(Code::UnsupportedMediaType, detail));
    }
    let declared = media.upload.size.get();
    let Some(length) = header(CONTENT_LENGTH) else {
        return Err(ApiError::invalid("/Content-Length", Violation::required()));
    };
    match length.parse::<u64>() {
        Ok(length) if length == u64::from(declared) => Ok(()),
        Ok(length) if length > u64::from(declared) => {
            Err(ApiError::new(Code::TooLarge, format!("{declared} bytes were declared")))
        }
        _ => Err(ApiError::invalid("/Content-Length", Violation::out_of_range(declared, declared))),
    }
}

/// Fetch a file
///
/// By the address that was given for it: whoever has the address gets the file, for a while.
#[utoipa::path(
    get, path = "/v1/blobs/{ticket}", operation_id = "getBlob", tag = "media",
    responses((status = 200, body = String, content_type = "application/octet-stream",
        description = "The content, under its own type.", example = "GIF89a…")),
    security(()),
)]
async fn get_blob(
    State(state): State<AppState>,
    Extension(request): Extension<RequestId>,
    Path(ticket): Path<String>,
) -> Result<Response, ApiError> {
    let nothing = || ApiError::not_found("file");
    let ticket = state.store.ticket_key().open(&ticket, state.store.now()).ok_or_else(nothing)?;
    let media = {
        let mut tx = state.store.read(&Scope::anonymous(ticket.tenant, request)).await?;
        tx.media().get(ticket.media).await?.ok_or_else(nothing)?
    };
    let found = state.media.content(ticket.tenant, &media, ticket.variant).await?;
    let (blob, media_type) = found.ok_or_else(nothing)?;
    Response::builder()
        .header(CONTENT_TYPE, media_type.as_str())
        .header(CONTENT_LENGTH, blob.size)
        .header(CONTENT_DISPOSITION, content_disposition(&media, ticket.variant))
        // Whatever is in it: it loads nothing, runs nothing, and is of no origin.
        .header(CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
        .header(CACHE_CONTROL, "private, max-age=300, immutable")
        .body(Body::from_stream(blob.content))
        .map_err(ApiError::internal)
}
