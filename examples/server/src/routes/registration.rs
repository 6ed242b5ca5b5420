//! Registrations: what becomes of them, by whoever they are of and by organisers.

use axum::extract::State;
use smilefactory_core::event::{CheckInCode, OwnRegistration, Registration};
use smilefactory_core::id::{AccountId, RegistrationId};
use smilefactory_core::page::CursorPage;
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::event::Standing;
use crate::extract::{ActiveViewer, Key, Listing, Nothing, Reader};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_my_registrations))
        .routes(routes!(get_registration))
        .routes(routes!(get_check_in_code))
        .routes(routes!(accept_seat))
        .routes(routes!(decline_seat))
        .routes(routes!(cancel_registration))
        .routes(routes!(approve_registration))
        .routes(routes!(refuse_registration))
        .routes(routes!(take_back_registration))
}

/// List one's registrations
///
/// With what the events are, the last made first.
#[utoipa::path(
    get, path = "/v1/registrations", operation_id = "listMyRegistrations", tag = "registrations",
    params(Listing<Standing>),
    responses((status = 200, body = CursorPage<OwnRegistration>, description = "A page of registrations.")),
)]
async fn list_my_registrations(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Standing>,
) -> Outcome {
    let page = list.page::<RegistrationId>(&state.store, &reader.viewer)?;
    let account = reader.viewer.account;
    let own = reader.tx.registrations().list_of_account(account, list.filter.filter(), &page).await?;
    list.reply(own, &state.store, &reader.viewer)
}

/// Read a registration
///
/// One's own.
#[utoipa::path(
    get, path = "/v1/registrations/{registration_id}", operation_id = "getRegistration", tag = "registrations",
    responses((status = 200, body = OwnRegistration, description = "The registration.")),
)]
async fn get_registration(mut reader: Reader, Key(id): Key<RegistrationId>) -> Outcome {
    let own = reader.tx.registrations().find_own(id, reader.viewer.account).await?;
    let own = own.ok_or_else(|| ApiError::not_found("registration"))?;
    Reply::ok(&own)?.version(own.registration.version)
}

/// Read the code that is shown at the door
///
/// Of one's own registration, while one has a seat. It is good once.
#[utoipa::path(
    get, path = "/v1/registrations/{registration_id}/code", operation_id = "getCheckInCode", tag = "registrations",
    responses((status = 200, body = CheckInCode, description = "The code.")),
    extensions(("x-problem-codes" = json!([Code::StepRefused]))),
)]
async fn get_check_in_code(mut reader: Reader, Key(id): Key<RegistrationId>) -> Outcome {
    let (event, code) = event::code_of(&mut reader.tx, id, reader.viewer.account).await?;
    Reply::ok(&CheckInCode { event, code })
}

/// What a step does with a registration.
macro_rules! steps {
    ($(
        $(#[doc = $doc:tt])*
        $name:ident = $id:tt $path:tt by $step:path [$($code:expr),*];
    )*) => {$(
        $(#[doc = $doc])*
        #[utoipa::path(
            post, path = $path, operation_id = $id, tag = "registrations",
            params(Once),
            responses((status = 200, body = Registration, description = "The registration as it is now.")),
            extensions(("x-problem-codes" = json!([$($code),*]))),
        )]
        async fn $name(
            State(state): State<AppState>,
            ActiveViewer(viewer): ActiveViewer,
            Key(id): Key<RegistrationId>,
            submission: Submission<Nothing>,
        ) -> Outcome {
            let mut work = match submission.once.begin(&state, &viewer.scope).await? {
                Begun::Now(work) => work,
                Begun::Before(reply) => return Ok(reply),
            };
            let who: AccountId = viewer.account;
            let registration = $step(&mut work.tx, id, who).await?;
            work.finish(&state, Reply::ok(&registration)?.version(registration.version)?).await
        }
    )*};
}

steps! {
    /// Take the seat that is kept for one
    ///
    /// Before the offer expires.
    accept_seat = "acceptSeat" "/v1/registrations/{registration_id}/accept" by event::accept
        [Code::Suspended, Code::StepRefused];

    /// Decline
    ///
    /// An invitation, or the seat that is kept for one: it is offered to the next. Who only might have come does not
    /// any more.
    decline_seat = "declineSeat" "/v1/registrations/{registration_id}/decline" by event::decline
        [Code::Suspended, Code::StepRefused];

    /// Come no longer
    ///
    /// The seat is offered to who has waited longest.
    cancel_registration = "cancelRegistration" "/v1/registrations/{registration_id}/cancel" by event::withdraw
        [Code::Suspended, Code::StepRefused];

    /// Agree that somebody comes
    ///
    /// By an organiser, to who asked: they have a seat, or wait for one.
    approve_registration = "approveRegistration" "/v1/registrations/{registration_id}/approve" by event::approve
        [Code::Suspended, Code::Forbidden, Code::StepRefused];

    /// Do not agree that somebody comes
    ///
    /// By an organiser, to who asked.
    refuse_registration = "refuseRegistration" "/v1/registrations/{registration_id}/refuse" by event::refuse
        [Code::Suspended, Code::Forbidden, Code::StepRefused];

    /// Take a registration back
    ///
    /// By an organiser: the seat is offered to who has waited longest.
    take_back_registration = "takeBackRegistration" "/v1/registrations/{registration_id}/take-back" by event::take_back
        [Code::Suspended, Code::Forbidden, Code::StepRefused];
}
