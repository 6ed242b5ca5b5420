//! Whether the server lives, whether it can work, how it fares, and what it offers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use smilefactory_store::partition::Horizon;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::reply::{Outcome, Reply};
use crate::state::AppState;
use crate::{openapi, telemetry};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(metrics))
        .routes(routes!(open_api))
}

/// How something fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    /// It works.
    Ok,
    /// It does, but not for long unless somebody looks after it.
    Short,
    /// It does not.
    Down,
}

/// Whether the server lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Liveness {
    /// `ok`, or there is no answer.
    pub(crate) status: Condition,
}

/// Whether the server can work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether all it needs works.
    pub(crate) status: Condition,
    /// Whether the database answers and has a schema that this version works on.
    pub(crate) database: Condition,
    /// Whether messages and what else is kept by month will have a place for the next two months.
    pub(crate) partitions: Condition,
}

/// Ask whether the server lives
///
/// It does when it answers; nothing else is looked at.
#[utoipa::path(
    get, path = "/health/live", operation_id = "live", tag = "operations",
    responses((status = 200, body = Liveness, description = "It lives.")), security(()),
)]
async fn live() -> Outcome {
    Reply::ok(&Liveness { status: Condition::Ok })
}

/// Ask whether the server can work
#[utoipa::path(
    get, path = "/health/ready", operation_id = "ready", tag = "operations",
    responses(
        (status = 200, body = Readiness, description = "It can."),
        (status = 503, body = Readiness, description = "It cannot right now: send nobody here."),
    ),
    security(()),
)]
async fn ready(State(state): State<AppState>) -> Outcome {
    let database = match state.store.ready().await {
        Ok(()) => Condition::Ok,
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Condition::Down
        }
    };
    let partitions = match database {
        Condition::Ok => partitions(&state).await,
        _ => Condition::Down,
    };
    let status = if database == Condition::Ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Reply::json(status, &Readiness { status: database, database, partitions })
}

/// Too few months are no reason to send nobody here: everything works until the last of them is over.
async fn partitions(state: &AppState) -> Condition {
    match state.store.operator().partition_horizons().await {
        Ok(horizons) if horizons.iter().any(Horizon::is_short) => Condition::Short,
        Ok(_) => Condition::Ok,
        Err(error) => {
            tracing::warn!(%error, "it is not known how many months there are ahead");
            Condition::Down
        }
    }
}

/// Read the metrics
///
/// In the text format of Prometheus. For operators: keep it from the outside world.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "operations",
    responses((status = 200, body = String, content_type = "text/plain", description = "The metrics.",
        example = "database_connections{use=\"busy\"} 1\n")),
    security(()),
)]
async fn metrics(State(state): State<AppState>) -> Outcome {
    Reply::text("text/plain; version=0.0.4; charset=utf-8", telemetry::render(&state.store))
}

/// Read this document
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "openApi", tag = "operations",
    responses((status = 200, body = Object, description = "The OpenAPI document.",
        example = json!({"openapi": "3.1.0", "info": {"title": "SmileFactory"}}))),
    security(()),
)]
async fn open_api() -> Outcome {
    Reply::text("application/json", openapi::text().to_owned())
}
