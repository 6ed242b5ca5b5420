//! One's events as a calendar reads them, at an address that nobody else knows.

use axum::Extension;
use axum::extract::{Path, State};
use serde::Serialize;
use smilefactory_core::event::icalendar;
use smilefactory_core::id::RequestId;
use smilefactory_core::identity::Token;
use smilefactory_core::scope::Scope;
use smilefactory_store::prelude::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::CALENDAR;
use crate::extract::ActiveViewer;
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(make_event_feed, end_event_feed)).routes(routes!(read_event_feed))
}

/// Where a calendar reads one's events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventFeed {
    /// The address; whoever has it reads what the caller comes to and organises.
    #[schema(
        example = "https://example.org/v1/events/feed/sf_AZVRDKPAcACAAAAAAAAAAAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ"
    )]
    url: String,
}

/// Make an address at which a calendar reads one's events
///
/// It is shown here and never again: a repeated request makes another one, and the one before is good no longer.
/// There is no `Idempotency-Key`, because the address is kept nowhere.
#[utoipa::path(
    post, path = "/v1/events/feed", operation_id = "makeEventFeed", tag = "events",
    responses((status = 201, body = EventFeed, description = "The address.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn make_event_feed(State(state): State<AppState>, ActiveViewer(viewer): ActiveViewer) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let token = Token::new(viewer.scope.tenant, tx.random()?);
    tx.event_feeds().set(viewer.account, &token.digest()).await?;
    tx.commit().await?;
    let path = format!("/v1/events/feed/{}", token.reveal());
    let url = format!("{}{path}", state.options.public_url.as_str().trim_end_matches('/'));
    Reply::created(&EventFeed { url }, &path)
}

/// Take the address back at which a calendar reads one's events
///
/// Whoever has it reads nothing there any more. To take it back when there is none changes nothing.
#[utoipa::path(
    delete, path = "/v1/events/feed", operation_id = "endEventFeed", tag = "events",
    responses((status = 204, description = "There is none any more.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn end_event_feed(State(state): State<AppState>, ActiveViewer(viewer): ActiveViewer) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.event_feeds().delete(viewer.account).await?;
    tx.commit().await?;
    Ok(Reply::no_content())
}

/// Read somebody's events as a calendar does
///
/// An iCalendar file (RFC 5545) with what whoever made the address comes to, may come to and organises, from 90 days
/// ago on. The address is the proof: there is no log-in.
#[utoipa::path(
    get, path = "/v1/events/feed/{token}", operation_id = "readEventFeed", tag = "events",
    responses((status = 200, body = String, content_type = "text/calendar", description = "The file.",
        example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…END:VCALENDAR\r\n"))),
    security(()),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn read_event_feed(
    State(state): State<AppState>,
    Extension(request): Extension<RequestId>,
    Path(token): Path<String>,
) -> Outcome {
    let nothing = || ApiError::not_found("feed");
    let token: Token = token.parse().map_err(|_| nothing())?;
    let scope = Scope::anonymous(token.tenant(), request);
    let mut tx = state.store.read_latest(&scope).await?;
    let account = tx.event_feeds().find_by_token(&token.digest()).await?.ok_or_else(nothing)?;
    let events = tx.event_feeds().list(account).await?;
    Reply::text(CALENDAR, icalendar("Events", &events))
}
