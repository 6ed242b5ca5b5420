//! Connections: one's own, and those of others as far as one sees them.

mod list;
mod request;

use axum::extract::State;
use smilefactory_core::id::AccountId;
use smilefactory_core::social::{
    Acquaintance, Asked, AskedAnswer, Connection, ConnectionRequestDraft, ConnectionRequestInput, Pair,
};
use smilefactory_store::Tx;
use smilefactory_store::prelude::*;
use smilefactory_store::social;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{ActiveViewer, Key, Reader, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(ask_to_connect))
        .routes(routes!(get_connection, remove_connection))
        .merge(list::routes())
        .merge(request::routes())
}

/// The other one of a connection, as the caller sees them.
async fn acquaintance<Mode>(
    tx: &mut Tx<Mode>,
    viewer: &Viewer,
    connection: Connection,
) -> Result<Acquaintance, ApiError> {
    let nobody = || ApiError::not_found("connection");
    let other = connection.pair.other_than(viewer.account).ok_or_else(nobody)?;
    let account = tx.accounts().get(other).await?.ok_or_else(nobody)?;
    let strength = tx.network().strength(connection.pair).await?.key().at(tx.now());
    Ok(Acquaintance {
        account: other,
        first_name: account.settings.first_name,
        last_name: account.settings.last_name,
        kind: connection.kind,
        since: connection.since,
        strength: Some(strength),
    })
}

/// Ask somebody to connect
///
/// Whose profile one sees, with a message of 20 characters at least. They have 30 days to answer; who declines is not
/// asked again by the same person for 30 days. How many people one may ask within a month grows with one's own profile
/// (50, from 31 % on 100, from 61 % on 200, unless the community sets other numbers), and at most 10 of one kind are asked
/// within a week before they answer. Who was asked already and asks back is connected at once.
#[utoipa::path(
    post, path = "/v1/connections", operation_id = "askToConnect", tag = "connections",
    params(Once), request_body = ConnectionRequestInput,
    responses((status = 201, body = AskedAnswer, description = "The request, or the connection.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::NotFound, Code::StepRefused, Code::QuotaExceeded
    ]))),
)]
async fn ask_to_connect(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<ConnectionRequestDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let settings = completion::settings(&mut work.tx).await?;
    // Who has no profile yet may ask as many as who has just begun one.
    let complete = work.tx.profiles().get(viewer.account).await?.map_or(0, |profile| profile.completion);
    let quota = settings.request_quota(complete);
    let to = draft.to;
    let (answer, location) = match social::ask(&mut work.tx, draft, viewer.account, quota).await? {
        Asked::Requested(request) => {
            let location = format!("/v1/connections/requests/{}", request.id);
            (AskedAnswer { request: Some(request), connection: None }, location)
        }
        Asked::Connected(connection) => {
            let connection = acquaintance(&mut work.tx, &viewer, connection).await?;
            (AskedAnswer { request: None, connection: Some(connection) }, format!("/v1/connections/{to}"))
        }
    };
    let reply = Reply::created(&answer, &location)?;
    work.finish(&state, reply).await
}

/// Read a connection
///
/// One's own with somebody.
#[utoipa::path(
    get, path = "/v1/connections/{account_id}", operation_id = "getConnection", tag = "connections",
    responses((status = 200, body = Acquaintance, description = "Whom one is connected with.")),
)]
async fn get_connection(mut reader: Reader, Key(other): Key<AccountId>) -> Outcome {
    let nobody = || ApiError::not_found("connection");
    let pair = Pair::new(reader.viewer.account, other).ok_or_else(nobody)?;
    let connection = reader.tx.connections().get(pair).await?.ok_or_else(nobody)?;
    // It is there for who sees the other, as in the list.
    let class = reader.viewer.class_for(&mut reader.tx, other).await?;
    let profile = reader.tx.profiles().get(other).await?;
    if !profile.is_some_and(|profile| profile.is_seen_by(class)) {
        return Err(nobody());
    }
    Reply::ok(&acquaintance(&mut reader.tx, &reader.viewer, connection).await?)
}

/// End a connection
///
/// By either of the two.
#[utoipa::path(
    delete, path = "/v1/connections/{account_id}", operation_id = "removeConnection", tag = "connections",
    responses((status = 204, description = "The two are connected no more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn remove_connection(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(other): Key<AccountId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    if other == viewer.account {
        return Err(ApiError::not_found("connection"));
    }
    social::remove(&mut tx, viewer.account, other).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
