//! What the community has set for its members.

use axum::extract::State;
use serde_json::Value;
use smilefactory_core::identity::Role;
use smilefactory_core::tenancy::{CommunitySettings, Tenant, TenantSettings};
use smilefactory_store::Tx;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, IfMatch, Reader, Sent, Viewer};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(get_settings, change_settings))
}

/// The caller's community, for who runs it.
async fn run_by<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer) -> Result<Tenant, ApiError> {
    if viewer.role != Role::Admin {
        return Err(ApiError::new(Code::Forbidden, "the settings are for admins"));
    }
    tx.tenants().get(viewer.scope.tenant).await?.ok_or_else(|| ApiError::not_found("community"))
}

fn answer(tenant: &Tenant) -> Outcome {
    Reply::ok(&tenant.community_settings())?.version(tenant.version)
}

/// Read the settings of the community
///
/// For admins: whether posts are reviewed, what is screened, what completion opens, how large files may be, what the feed is
/// weighed by, and what bounds groups, messages and listings.
#[utoipa::path(
    get, path = "/v1/settings", operation_id = "getSettings", tag = "settings",
    responses((status = 200, body = CommunitySettings, description = "The settings.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn get_settings(mut reader: Reader, headers: axum::http::HeaderMap) -> Outcome {
    let tenant = run_by(&mut reader.tx, &reader.viewer).await?;
    Ok(answer(&tenant)?.unless_known(&headers))
}

/// Change the settings of the community
///
/// By admins: a merge patch (RFC 7396) of the settings. What it leaves out stays, and `null` stands for what every
/// community begins with.
#[utoipa::path(
    patch, path = "/v1/settings", operation_id = "changeSettings", tag = "settings",
    params(IfMatch), request_body = TenantSettings,
    responses((status = 200, body = CommunitySettings, description = "The settings as they are now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden]))),
)]
async fn change_settings(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    if_match: IfMatch,
    Sent(patch): Sent<Value>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let tenant = run_by(&mut tx, &viewer).await?;
    if_match.check(tenant.version)?;
    let settings = tenant.settings.changed_by(&patch)?;
    let now = tx.now();
    let (changed, fact) = tenant.set(settings, now);
    let saved = tx.tenants().update(&changed).await?;
    tx.tell(fact)?;
    tx.commit().await?;
    state.told.notify_waiters();
    answer(&saved)
}
