//! Being erased: asked for, thought over.

use axum::extract::State;
use smilefactory_core::identity::Erasure;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Reader, Viewer};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(ask_erasure, get_erasure, withdraw_erasure))
}

/// Ask to be erased
///
/// Whoever asks may change their mind for 7 days, and is erased 30 days after they asked: account, profile, posts,
/// comments, files and what they did. Of what others answered, the place stays. Who asks again has asked once; who is
/// suspended may ask too.
#[utoipa::path(
    put, path = "/v1/me/erasure", operation_id = "askErasure", tag = "accounts",
    responses((status = 200, body = Erasure, description = "When it is too late, and when it is done.")),
)]
async fn ask_erasure(State(state): State<AppState>, viewer: Viewer) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let (erasure, asked) = Erasure::ask(viewer.account, tx.now());
    if tx.erasures().insert(&erasure).await? {
        tx.tell(asked)?;
    }
    let erasure = tx.erasures().get(viewer.account).await?.ok_or_else(|| ApiError::not_found("erasure"))?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&erasure)
}

/// Read when the caller is erased
#[utoipa::path(
    get, path = "/v1/me/erasure", operation_id = "getErasure", tag = "accounts",
    responses((status = 200, body = Erasure, description = "When it is too late, and when it is done.")),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn get_erasure(mut reader: Reader) -> Outcome {
    let erasure = reader.tx.erasures().get(reader.viewer.account).await?;
    Reply::ok(&erasure.ok_or_else(|| ApiError::not_found("erasure"))?)
}

/// Do not be erased after all
///
/// Within 7 days after asking.
#[utoipa::path(
    delete, path = "/v1/me/erasure", operation_id = "withdrawErasure", tag = "accounts",
    responses((status = 204, description = "The caller is not erased.")),
    extensions(("x-problem-codes" = json!([Code::StepRefused]))),
)]
async fn withdraw_erasure(State(state): State<AppState>, viewer: Viewer) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    if let Some(erasure) = tx.erasures().get(viewer.account).await? {
        let withdrawn = erasure.withdraw(tx.now())?;
        if tx.erasures().delete(viewer.account).await? {
            tx.tell(withdrawn)?;
        }
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
