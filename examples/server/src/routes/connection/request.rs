//! Requests to connect.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::ConnectionRequestId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::profile::ProfileState;
use smilefactory_core::social::{Acquaintance, ConnectionRequest, Pair, RequestState};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::{Direction, RequestFilter};
use smilefactory_store::social;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::acquaintance;
use crate::extract::{ActiveViewer, Filter, Key, Listing, Nothing, Params, Reader, optional};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_requests))
        .routes(routes!(get_request))
        .routes(routes!(accept_request))
        .routes(routes!(decline_request))
        .routes(routes!(withdraw_request))
}

/// Which of the own requests.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted {
    outgoing: bool,
    state: Option<RequestState>,
}

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        let directions = ["incoming", "outgoing"];
        let outgoing = params.take("direction", |raw| match raw {
            "incoming" => Ok(false),
            "outgoing" => Ok(true),
            _ => Err(smilefactory_core::validation::Violation::unknown_value(&directions)),
        });
        Self { outgoing: outgoing.unwrap_or(false), state: params.field("state") }
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let direction =
            ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["incoming", "outgoing"]));
        vec![
            optional("direction", "Those one got, unless one asks for those one sent.", direction),
            optional("state", "Only those in this state.", RequestState::schema()),
        ]
    }
}

/// List requests to connect
///
/// Those to the caller, or from them; the last sent first.
#[utoipa::path(
    get, path = "/v1/connections/requests", operation_id = "listConnectionRequests", tag = "connections",
    params(Listing<Wanted>),
    responses((status = 200, body = CursorPage<ConnectionRequest>, description = "A page of requests.")),
)]
async fn list_requests(State(state): State<AppState>, mut reader: Reader, list: Listing<Wanted>) -> Outcome {
    let page = list.page::<ConnectionRequestId>(&state.store, &reader.viewer)?;
    let direction = if list.filter.outgoing { Direction::Outgoing } else { Direction::Incoming };
    let filter = RequestFilter { direction, state: list.filter.state };
    let requests = reader.tx.connection_requests().list(reader.viewer.account, filter, &page).await?;
    list.reply(requests, &state.store, &reader.viewer)
}

/// Read a request to connect
///
/// By either of the two whom it is about.
#[utoipa::path(
    get, path = "/v1/connections/requests/{request_id}", operation_id = "getConnectionRequest", tag = "connections",
    responses((status = 200, body = ConnectionRequest, description = "The request.")),
)]
async fn get_request(mut reader: Reader, Key(id): Key<ConnectionRequestId>) -> Outcome {
    let nothing = || ApiError::not_found("connection request");
    let request = reader.tx.connection_requests().get(id).await?.ok_or_else(nothing)?;
    let pair = Pair::new(request.from, request.to).ok_or_else(nothing)?;
    let other = pair.other_than(reader.viewer.account).ok_or_else(nothing)?;
    if reader.tx.relations().is_barred(reader.viewer.account, other).await? {
        return Err(nothing());
    }
    let profile = reader.tx.profiles().get(other).await?;
    if profile.is_some_and(|profile| profile.state == ProfileState::Suspended) {
        return Err(nothing());
    }
    Reply::ok(&request)
}

/// Accept a request to connect
///
/// By whoever was asked.
#[utoipa::path(
    post, path = "/v1/connections/requests/{request_id}/accept", operation_id = "acceptConnectionRequest",
    tag = "connections", params(Once),
    responses((status = 200, body = Acquaintance, description = "Whom one is connected with since.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn accept_request(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConnectionRequestId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let connection = social::accept(&mut work.tx, id, viewer.account).await?;
    let reply = Reply::ok(&acquaintance(&mut work.tx, &viewer, connection).await?)?;
    work.finish(&state, reply).await
}

/// Decline a request to connect
///
/// By whoever was asked; the same person does not ask again for 30 days.
#[utoipa::path(
    post, path = "/v1/connections/requests/{request_id}/decline", operation_id = "declineConnectionRequest",
    tag = "connections", params(Once),
    responses((status = 200, body = ConnectionRequest, description = "The request as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn decline_request(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConnectionRequestId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let reply = Reply::ok(&social::decline(&mut work.tx, id, viewer.account).await?)?;
    work.finish(&state, reply).await
}

/// Withdraw a request to connect
///
/// By whoever sent it.
#[utoipa::path(
    post, path = "/v1/connections/requests/{request_id}/withdraw", operation_id = "withdrawConnectionRequest",
    tag = "connections", params(Once),
    responses((status = 200, body = ConnectionRequest, description = "The request as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn withdraw_request(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConnectionRequestId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let reply = Reply::ok(&social::withdraw(&mut work.tx, id, viewer.account).await?)?;
    work.finish(&state, reply).await
}
