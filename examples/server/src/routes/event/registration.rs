//! Who comes to an event, as those do it who organise it or come.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::event::{
    CheckIn, CheckInInput, EventInvitation, EventInvitationInput, Registration, RegistrationDraft,
    RegistrationInput, RegistrationState,
};
use smilefactory_core::id::{EventId, RegistrationId};
use smilefactory_core::page::CursorPage;
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::RegistrationFilter;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Filter, Key, Listing, Params, Reader, Valid, optional};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_registrations, register))
        .routes(routes!(invite_to_event))
        .routes(routes!(check_in))
}

/// Which registrations.
#[derive(Debug, Serialize)]
pub(crate) struct Standing {
    state: Option<RegistrationState>,
}

impl Standing {
    pub(crate) const fn filter(&self) -> RegistrationFilter {
        RegistrationFilter { state: self.state, ended: false }
    }
}

impl Filter for Standing {
    fn read(params: &mut Params) -> Self {
        Self { state: params.field("state") }
    }
}

impl IntoParams for Standing {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional(
            "state",
            "Only those in this state; unless said, all but those that are declined or cancelled.",
            RegistrationState::schema(),
        )]
    }
}

/// Register for an event
///
/// Who registers has a seat while there is one and nobody waits for it, or else waits for one, in the order of coming;
/// where organisers must agree, they are asked first. Who may come has no seat. A seat that becomes free is offered
/// to who has waited longest, for a day at most, and then to the next.
#[utoipa::path(
    post, path = "/v1/events/{event_id}/registrations", operation_id = "register", tag = "registrations",
    params(Once), request_body = RegistrationInput,
    responses((status = 200, body = Registration, description = "How the caller stands to the event now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn register(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    submission: Submission<Valid<RegistrationDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let registration = event::register(&mut work.tx, id, viewer.account, &draft).await?;
    work.finish(&state, Reply::ok(&registration)?.version(registration.version)?).await
}

/// List who comes to an event
///
/// For its organisers, who came last first.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/registrations", operation_id = "listRegistrations", tag = "registrations",
    params(Listing<Standing>),
    responses((status = 200, body = CursorPage<Registration>, description = "A page of registrations.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_registrations(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<EventId>,
    list: Listing<Standing>,
) -> Outcome {
    let page = list.page::<RegistrationId>(&state.store, &reader.viewer)?;
    event::require_organiser(&mut reader.tx, id, reader.viewer.account).await?;
    let registrations = reader.tx.registrations().list(id, list.filter.filter(), &page).await?;
    list.reply(registrations, &state.store, &reader.viewer)
}

/// Invite somebody to an event
///
/// By an organiser. Who is invited need not be agreed to, and takes seats that are set apart if they are invited to
/// those.
#[utoipa::path(
    post, path = "/v1/events/{event_id}/invitations", operation_id = "inviteToEvent", tag = "registrations",
    params(Once), request_body = EventInvitationInput,
    responses((status = 200, body = Registration, description = "How they stand to the event now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn invite_to_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    submission: Submission<Valid<EventInvitation>>,
) -> Outcome {
    let Submission { body: Valid(invitation), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let registration = event::invite(&mut work.tx, id, viewer.account, &invitation).await?;
    work.finish(&state, Reply::ok(&registration)?.version(registration.version)?).await
}

/// Let somebody in by their code
///
/// By an organiser, from 12 hours before the event begins until it is over. A code is good once; one that is not good
/// for this event is not there.
#[utoipa::path(
    post, path = "/v1/events/{event_id}/check-in", operation_id = "checkIn", tag = "registrations",
    params(Once), request_body = CheckInInput,
    responses((status = 200, body = Registration, description = "Who came in.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn check_in(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    submission: Submission<Valid<CheckIn>>,
) -> Outcome {
    let Submission { body: Valid(shown), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let registration = event::check_in(&mut work.tx, id, viewer.account, shown.code.as_str()).await?;
    work.finish(&state, Reply::ok(&registration)?.version(registration.version)?).await
}
