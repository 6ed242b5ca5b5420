//! Whom people are connected with.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::social::{
    Acquaintance, AcquaintanceSort, ConnectionCounts, ConnectionKind, ConnectionSort,
};
use smilefactory_store::ReadTx;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::{ConnectionFilter, ConnectionKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Everything, Filter, Key, Listing, Params, Reader, Viewer, optional};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_connections))
        .routes(routes!(list_connections_of))
        .routes(routes!(list_mutual_connections))
        .routes(routes!(count_connections))
}

/// Which connections, and in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Sorted {
    kind: Option<ConnectionKind>,
    sort: ConnectionSort,
}

impl Filter for Sorted {
    fn read(params: &mut Params) -> Self {
        Self { kind: params.field("kind"), sort: params.field("sort").unwrap_or(ConnectionSort::Newest) }
    }
}

impl IntoParams for Sorted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            optional("kind", "Only those of this kind.", ConnectionKind::schema()),
            optional(
                "sort",
                "In which order; `newest` unless something else is asked for.",
                ConnectionSort::schema(),
            ),
        ]
    }
}

/// Which of somebody else's connections, and in which order.
#[derive(Debug, Serialize)]
pub(crate) struct SortedOf {
    kind: Option<ConnectionKind>,
    sort: AcquaintanceSort,
}

impl Filter for SortedOf {
    fn read(params: &mut Params) -> Self {
        Self { kind: params.field("kind"), sort: params.field("sort").unwrap_or(AcquaintanceSort::Newest) }
    }
}

impl IntoParams for SortedOf {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            optional("kind", "Only those of this kind.", ConnectionKind::schema()),
            optional(
                "sort",
                "In which order; `newest` unless something else is asked for.",
                AcquaintanceSort::schema(),
            ),
        ]
    }
}

fn filter(kind: Option<ConnectionKind>, sort: ConnectionSort) -> ConnectionFilter {
    let filter = ConnectionFilter::new().sorted(sort);
    kind.map_or(filter, |kind| filter.of_kind(kind))
}

/// Whether the viewer sees the list of somebody whose profile they see; who is not seen is not there.
async fn sees_list(tx: &mut ReadTx, viewer: &Viewer, of: AccountId) -> Result<bool, ApiError> {
    let class = viewer.class_for(tx, of).await?;
    let profile = tx.profiles().get(of).await?.filter(|profile| profile.is_seen_by(class));
    let profile = profile.ok_or_else(|| ApiError::not_found("profile"))?;
    Ok(profile.content.field_visibility.connections.shows_to(class))
}

/// The same for who asks for the list itself.
async fn require_list(tx: &mut ReadTx, viewer: &Viewer, of: AccountId) -> Result<(), ApiError> {
    if sees_list(tx, viewer, of).await? {
        Ok(())
    } else {
        Err(ApiError::new(Code::Forbidden, "they do not show whom they are connected with"))
    }
}

/// List the own connections
///
/// Without those whose profile is not shown to the caller at the moment. Each is as strong as what the two did with each
/// other, the older the less: half as much after 90 days.
#[utoipa::path(
    get, path = "/v1/connections", operation_id = "listConnections", tag = "connections",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<Acquaintance>, description = "A page of people.")),
)]
async fn list_connections(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Sorted>,
) -> Outcome {
    let page = list.page::<ConnectionKey>(&state.store, &reader.viewer)?;
    let account = reader.viewer.account;
    let filter = filter(list.filter.kind, list.filter.sort);
    let connections = reader.tx.connections().list(account, &filter, &page).await?;
    list.reply(connections, &state.store, &reader.viewer)
}

/// List somebody's connections
///
/// Whoever hides their own list does not show in it, nor do people whom the caller may not see. How strong somebody else's
/// connections are is not told, and not sorted by.
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}/connections", operation_id = "listConnectionsOf", tag = "connections",
    params(Listing<SortedOf>),
    responses((status = 200, body = CursorPage<Acquaintance>, description = "A page of people.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_connections_of(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(of): Key<AccountId>,
    list: Listing<SortedOf>,
) -> Outcome {
    let page = list.page::<ConnectionKey>(&state.store, &reader.viewer)?;
    require_list(&mut reader.tx, &reader.viewer, of).await?;
    let filter = filter(list.filter.kind, list.filter.sort.into());
    let connections = reader.tx.connections().list(of, &filter, &page).await?;
    list.reply(connections, &state.store, &reader.viewer)
}

/// List whom one and somebody else are both connected with
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}/mutual-connections", operation_id = "listMutualConnections",
    tag = "connections", params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Acquaintance>, description = "A page of people.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_mutual_connections(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(other): Key<AccountId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<AccountId>(&state.store, &reader.viewer)?;
    require_list(&mut reader.tx, &reader.viewer, other).await?;
    let account = reader.viewer.account;
    let mutual = reader.tx.connections().list_mutual(account, other, &page).await?;
    list.reply(mutual, &state.store, &reader.viewer)
}

/// Count somebody's connections
///
/// As many as the caller may see, and how many of them are the caller's too.
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}/connections/count", operation_id = "countConnections", tag = "connections",
    responses((status = 200, body = ConnectionCounts, description = "The counts.")),
)]
async fn count_connections(mut reader: Reader, Key(account): Key<AccountId>) -> Outcome {
    let (tx, me) = (&mut reader.tx, reader.viewer.account);
    if !sees_list(tx, &reader.viewer, account).await? {
        return Reply::ok(&ConnectionCounts { account, connections: None, mutual: None });
    }
    let counted = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let connections = Some(counted(tx.connections().count(account).await?));
    let mutual = if account == me {
        None
    } else {
        let mutual = tx.connections().count_mutual(me, &[account]).await?;
        Some(counted(mutual.first().map_or(0, |(_, count)| *count)))
    };
    Reply::ok(&ConnectionCounts { account, connections, mutual })
}
