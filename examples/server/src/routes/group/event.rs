//! Events of a group.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::event::{Event, EventDraft, EventInput, ListedEvent};
use smilefactory_core::id::GroupId;
use smilefactory_core::page::CursorPage;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::EventKey;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::post::open;
use crate::completion;
use crate::extract::{ActiveViewer, Filter, Key, Listing, Params, Reader, Valid, optional};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_group_events, create_group_event))
}

/// Whether they were or will be.
#[derive(Debug, Serialize)]
pub(crate) struct When {
    past: bool,
}

impl Filter for When {
    fn read(params: &mut Params) -> Self {
        Self { past: params.truth("past").unwrap_or_default() }
    }
}

impl IntoParams for When {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Those that are over, instead of those that are not.";
        vec![optional("past", about, ObjectBuilder::new().schema_type(Type::Boolean))]
    }
}

/// List the events of a group
///
/// Those that are not over, the first first; or those that are, the last first. Of a group that is not public, for its
/// members.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/events", operation_id = "listGroupEvents", tag = "groups",
    params(Listing<When>),
    responses((status = 200, body = CursorPage<ListedEvent>, description = "A page of events.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_events(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<When>,
) -> Outcome {
    let page = list.page::<EventKey>(&state.store, &reader.viewer)?;
    open(&mut reader, id).await?;
    let events = reader.tx.events().list_of_group(id, list.filter.past, &page).await?;
    list.reply(events, &state.store, &reader.viewer)
}

/// Prepare an event of a group
///
/// By whoever has the permission `make_events`, with a profile that is complete enough. It is a draft then, and
/// everything else is done with it as with every event. Of a group that is not public only members see it, whatever
/// its visibility says: who leaves the group comes to it no longer, and their seat goes to the next. It stays when
/// the group is archived.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/events", operation_id = "createGroupEvent", tag = "groups",
    params(Once), request_body = EventInput,
    responses((status = 201, body = Event, description = "The event; of one that repeats, the first.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::StepRefused, Code::CompletionTooLow
    ]))),
)]
async fn create_group_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<GroupId>,
    submission: Submission<Valid<EventDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    completion::require_events(&mut work.tx, &viewer).await?;
    let event = community::make_event(&mut work.tx, id, viewer.account, draft).await?;
    let location = format!("/v1/events/{}", event.id);
    let reply = Reply::created(&event, &location)?.version(event.version)?;
    work.finish(&state, reply).await
}
