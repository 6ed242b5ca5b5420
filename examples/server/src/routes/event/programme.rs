//! What happens at an event, and what people there are given.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::MediaUrl;
use smilefactory_core::event::{
    EventProgramme, Programme, ProgrammeInput, Resource, ResourceDraft, ResourceInput,
};
use smilefactory_core::id::{EventId, ResourceId};
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view;
use crate::extract::{ActiveViewer, IfMatch, Key, Pair, Query, Reader, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::routes::media;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_programme, set_programme))
        .routes(routes!(list_resources, add_resource))
        .routes(routes!(remove_resource))
        .routes(routes!(resource_url))
}

/// Read what happens at an event
///
/// Its sessions, who speaks, and who pays for it.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/programme", operation_id = "getProgramme", tag = "events",
    responses((status = 200, body = EventProgramme, description = "The programme; it may be empty.")),
)]
async fn get_programme(mut reader: Reader, Key(id): Key<EventId>) -> Outcome {
    let version = view(&mut reader.tx, id).await?.event.version;
    let programme = reader.tx.programmes().get(id).await?;
    Reply::ok(&EventProgramme { event: id, version, programme })?.version(version)
}

/// Say what happens at an event
///
/// By an organiser, the whole programme at once; it is saved with the event, whose version it names. Sessions lie
/// within the event, and who speaks in one is among the speakers.
#[utoipa::path(
    put, path = "/v1/events/{event_id}/programme", operation_id = "setProgramme", tag = "events",
    params(IfMatch), request_body = ProgrammeInput,
    responses((status = 200, body = EventProgramme, description = "The programme as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn set_programme(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    if_match: IfMatch,
    Valid(programme): Valid<Programme>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    event::require_organiser(&mut tx, id, viewer.account).await?;
    let there = tx.events().get(id).await?.ok_or_else(super::not_found)?;
    if_match.check(there.version)?;
    let programme = event::set_programme(&mut tx, id, viewer.account, programme, there.version).await?;
    tx.commit().await?;
    let version = programme.version;
    Reply::ok(&programme)?.version(version)
}

/// What people at an event are given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Resources {
    /// Each of it, what was added first first.
    items: Vec<Resource>,
}

/// List what people at an event are given
///
/// What is for the caller by now; organisers read all of it.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/resources", operation_id = "listResources", tag = "events",
    responses((status = 200, body = Resources, description = "What the caller is given.")),
)]
async fn list_resources(mut reader: Reader, Key(id): Key<EventId>) -> Outcome {
    let items = event::resources_for(&mut reader.tx, id, reader.viewer.account).await?;
    Reply::ok(&Resources { items })
}

/// Give people at an event something
///
/// By an organiser: for before, during or after it, and for everyone, those who come or may come, or those who were
/// there. It is somewhere else, or a file of the organiser's own.
#[utoipa::path(
    post, path = "/v1/events/{event_id}/resources", operation_id = "addResource", tag = "events",
    params(Once), request_body = ResourceInput,
    responses((status = 201, body = Resource, description = "What they are given.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn add_resource(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    submission: Submission<Valid<ResourceDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let resource = event::add_resource(&mut work.tx, id, viewer.account, draft).await?;
    let reply = Reply::created(&resource, &format!("/v1/events/{id}/resources"))?;
    work.finish(&state, reply).await
}

/// Get an address of a file that people at an event are given
///
/// For whom it is by now, and for organisers. It gives the file to whoever has it, for five minutes.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/resources/{resource_id}/url", operation_id = "resourceUrl", tag = "events",
    params(media::Form),
    responses((status = 200, body = MediaUrl, description = "The address.")),
)]
async fn resource_url(
    State(state): State<AppState>,
    mut reader: Reader,
    Pair(id, resource): Pair<EventId, ResourceId>,
    Query(form): Query<media::Form>,
) -> Outcome {
    let given = event::resources_for(&mut reader.tx, id, reader.viewer.account).await?;
    let file = given.into_iter().find(|given| given.id == resource).and_then(|given| given.draft.file);
    let file = match file {
        Some(file) => reader.tx.media().get(file).await?,
        None => None,
    };
    let file = file.ok_or_else(|| ApiError::not_found("resource"))?;
    media::address(&state, &reader.viewer, &file, form.variant).await
}

/// Give people at an event something no longer
///
/// By an organiser.
#[utoipa::path(
    delete, path = "/v1/events/{event_id}/resources/{resource_id}", operation_id = "removeResource", tag = "events",
    responses((status = 204, description = "They are not given it any more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden]))),
)]
async fn remove_resource(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, resource): Pair<EventId, ResourceId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    event::remove_resource(&mut tx, id, viewer.account, resource).await?;
    tx.commit().await?;
    Ok(Reply::no_content())
}
