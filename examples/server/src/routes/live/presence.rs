//! Who is there, and who wants to be seen.

use axum::extract::State;
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::live::{PresencePreferences, PresencePreferencesInput, Present};
use smilefactory_core::page::CursorPage;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Everything, Listing, Reader, Valid};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_present))
        .routes(routes!(get_presence_preferences, set_presence_preferences))
}

/// List who is there
///
/// Of those the caller knows: connections, and members of shared conversations that are not large. Nobody who does not
/// want to be seen is among them, and whoever does not sees nobody.
#[utoipa::path(
    get, path = "/v1/presence", operation_id = "listPresent", tag = "live",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Present>, description = "A page of people.")),
)]
async fn list_present(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<AccountId>(&state.store, &reader.viewer)?;
    let present = reader.tx.signals().list_present(reader.viewer.account, &page).await?;
    list.reply(present, &state.store, &reader.viewer)
}

/// Read whether one is seen
#[utoipa::path(
    get, path = "/v1/presence/preferences", operation_id = "getPresencePreferences", tag = "live",
    responses((status = 200, body = PresencePreferences, description = "What the caller wants.")),
)]
async fn get_presence_preferences(mut reader: Reader) -> Outcome {
    Reply::ok(&reader.tx.signals().preferences(reader.viewer.account).await?)
}

/// Say whether one wants to be seen
///
/// Whoever does not is not told of others either.
#[utoipa::path(
    put, path = "/v1/presence/preferences", operation_id = "setPresencePreferences", tag = "live",
    request_body = PresencePreferencesInput,
    responses((status = 200, body = PresencePreferences, description = "What the caller wants from now on.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn set_presence_preferences(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Valid(preferences): Valid<PresencePreferences>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.signals().set_preferences(viewer.account, &preferences).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&preferences)
}
