//! Files that people upload, and hang on their posts.

mod content;
mod url;

pub(super) use self::url::{Form, address};

use axum::extract::State;
use smilefactory_core::content::{
    DeclaredMedia, HeaderField, Media, MediaInput, MediaState, MediaUpload, Post, PublishingRights,
    UploadTarget,
};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::{Id, MediaId};
use smilefactory_core::page::CursorPage;
use smilefactory_core::validation::{Report, Violation, code};
use smilefactory_store::Tx;
use smilefactory_store::media::MediaError;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{ActiveViewer, Everything, Key, Listing, Nothing, Reader, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(declare_media))
        .routes(routes!(get_media, delete_media))
        .routes(routes!(finalise_media))
        .routes(routes!(list_my_media))
        .merge(content::routes())
        .merge(url::routes())
}

/// How long the content of a file can be sent straight to the blob store.
const DIRECT_UPLOAD: std::time::Duration = std::time::Duration::from_mins(15);

/// The file with this id, if it is the viewer's: all others are not there.
async fn own<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: MediaId) -> Result<Media, ApiError> {
    let media = tx.media().get(id).await?;
    media.filter(|media| media.owner == viewer.account).ok_or_else(|| ApiError::not_found("media"))
}

/// Whether somebody sees one of the posts that a file hangs on.
async fn hangs_in_sight<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: MediaId) -> Result<bool, ApiError> {
    let posts = tx.media().posts_with(id).await?;
    let posts = tx.posts().get_many(&posts).await?;
    let rights = |post: &Post| PublishingRights {
        author: post.author == viewer.account,
        staff: viewer.role.is_staff(),
        ..PublishingRights::default()
    };
    for post in posts.iter().filter(|post| post.is_visible_with(rights(post))) {
        if super::post::in_sight(tx, viewer, post).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Hangs on a post the files that its author named: each must be ready, and theirs.
pub(super) async fn attach(tx: &mut WriteTx, post: &Post) -> Result<(), ApiError> {
    let named = &post.draft.attachments;
    let unfit = tx.media().set_attachments(post.id, post.author, named).await?;
    let mut report = Report::new();
    report.field("attachments", |report| {
        for (place, _) in named.iter().enumerate().filter(|(_, id)| unfit.contains(id)) {
            let violation = Violation::new(code::NOT_ALLOWED, "must be a file of the author's that is ready");
            report.entry(place, |report| report.add(violation));
        }
    });
    Ok(report.finish(Some(()))?)
}

/// Declare a file
///
/// Its name, type and size; the answer says where its content goes. It is then finalised, within a day.
#[utoipa::path(
    post, path = "/v1/media", operation_id = "declareMedia", tag = "media",
    params(Once), request_body = MediaInput,
    responses((status = 201, body = DeclaredMedia, description = "The file, and how its content is sent.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn declare_media(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<MediaUpload>>,
) -> Outcome {
    let Submission { body: Valid(upload), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let most = completion::settings(&mut work.tx).await?.max_media_bytes;
    let media = upload.begin(work.tx.new_id()?, viewer.account, most, work.tx.now())?;
    work.tx.media().insert(&media).await?;
    let upload = target(&state, &viewer, &media).await?;
    let location = format!("/v1/media/{}", media.id);
    let reply = Reply::created(&DeclaredMedia { media, upload }, &location)?;
    work.finish(&state, reply).await
}

/// Where the content of a declared file goes: to the blob store, or through this server.
async fn target(state: &AppState, viewer: &Viewer, media: &Media) -> Result<UploadTarget, ApiError> {
    let direct = state.media.upload_url(viewer.scope.tenant, media, DIRECT_UPLOAD).await?;
    let expires_at = match direct {
        Some(_) => media.created_at + DIRECT_UPLOAD,
        None => media.created_at + Media::AWAITED,
    };
    let content_type = media.upload.media_type.to_string();
    Ok(UploadTarget {
        method: "PUT".to_owned(),
        direct: direct.is_some(),
        url: direct.map_or_else(
            || format!("{}/v1/media/{}/content", state.options.public_url, media.id),
            String::from,
        ),
        headers: vec![HeaderField { name: "Content-Type".to_owned(), value: content_type }],
        expires_at,
    })
}

/// Finalise a file
///
/// Its content is looked into. What is something else than was declared, broken, incomplete or too large in pixels is
/// refused, and the file is gone then. Of a picture, what tells about its maker is taken out: place, time, camera,
/// remarks.
#[utoipa::path(
    post, path = "/v1/media/{media_id}/finalise", operation_id = "finaliseMedia", tag = "media",
    params(Once),
    responses((status = 200, body = Media, description = "The file, ready to hang on posts.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused, Code::Stale, Code::Conflict]))),
)]
async fn finalise_media(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MediaId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let media = {
        let mut tx = state.store.read_latest(&viewer.scope).await?;
        own(&mut tx, &viewer, id).await?
    };
    // Before the unit of work: no connection is held while the content is looked into.
    let found = match media.state {
        MediaState::Ready => None,
        MediaState::Pending => match state.media.prepare(&viewer.scope, &media).await {
            Ok(found) => Some(found),
            // Somebody may have finalised it meanwhile: what the key knows, or the file, says so below.
            Err(MediaError::NothingUploaded) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let media = own(&mut work.tx, &viewer, id).await?;
    let Some(found) = found else {
        return Err(match media.state {
            MediaState::Ready => InvalidTransition::new(MediaId::ENTITY, "ready", "finalise").into(),
            MediaState::Pending => MediaError::NothingUploaded.into(),
        });
    };
    let (ready, uploaded) = media.finalise(found, work.tx.now())?;
    work.tx.media().finalise(&ready).await?;
    work.tx.tell(uploaded)?;
    let reply = work.finish(&state, Reply::ok(&ready)?).await?;
    state.media.forget_upload(viewer.scope.tenant, &ready).await;
    Ok(reply)
}

/// Read what is known of a file
///
/// For its owner, for whoever sees a post or listing or reads a message it hangs on or is given it at an event, and
/// for staff as long as an earlier version of a post names it.
#[utoipa::path(
    get, path = "/v1/media/{media_id}", operation_id = "getMedia", tag = "media",
    responses((status = 200, body = Media, description = "The file.")),
)]
async fn get_media(mut reader: Reader, Key(id): Key<MediaId>) -> Outcome {
    let media = reader.tx.media().get(id).await?.ok_or_else(|| ApiError::not_found("media"))?;
    let tx = &mut reader.tx;
    let seen = media.owner == reader.viewer.account
        || hangs_in_sight(tx, &reader.viewer, id).await?
        || tx.messages().sees_file(id, reader.viewer.account).await?
        || tx.listings().sees_picture(id).await?
        || smilefactory_store::event::gives_file(tx, id, reader.viewer.account).await?
        || reader.viewer.role.is_staff() && !tx.media().posts_with_version(id).await?.is_empty();
    if !seen {
        return Err(ApiError::not_found("media"));
    }
    Reply::ok(&media)
}

/// Delete a file
///
/// By its owner, for good; not while it hangs on a post, a listing or a message, people at an event are given it, or an
/// earlier version of a post names it.
#[utoipa::path(
    delete, path = "/v1/media/{media_id}", operation_id = "deleteMedia", tag = "media",
    responses((status = 204, description = "The file is gone.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused, Code::Conflict]))),
)]
async fn delete_media(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<MediaId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let media = own(&mut tx, &viewer, id).await?;
    // An earlier version of a post keeps what it names, so that it can be brought back whole.
    let attached = !tx.media().posts_with(id).await?.is_empty()
        || !tx.media().posts_with_version(id).await?.is_empty()
        || tx.messages().has_file(id).await?
        || tx.listings().has_picture(id).await?
        || !tx.programmes().events_with(id).await?.is_empty();
    let deleted = media.delete(attached)?;
    if !tx.media().delete(id).await? {
        return Err(ApiError::not_found("media"));
    }
    tx.tell(deleted)?;
    tx.commit().await?;
    state.told.notify_waiters();
    if media.state == MediaState::Pending {
        state.media.forget_upload(viewer.scope.tenant, &media).await;
    }
    Ok(Reply::no_content())
}

/// List the own files
///
/// Declared or ready, the last declared first.
#[utoipa::path(
    get, path = "/v1/me/media", operation_id = "listMyMedia", tag = "media",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Media>, description = "A page of files.")),
)]
async fn list_my_media(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<MediaId>(&state.store, &reader.viewer)?;
    let files = reader.tx.media().list_of_owner(reader.viewer.account, &page).await?;
    list.reply(files, &state.store, &reader.viewer)
}
