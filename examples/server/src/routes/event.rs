//! Events: what organisers do, and what everybody sees.

mod feed;
mod list;
mod organiser;
mod programme;
mod registration;
mod series;

use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use smilefactory_core::event::{
    Cancellation, CancellationInput, Event, EventDraft, EventInput, EventPatch, EventView, icalendar,
};
use smilefactory_core::id::EventId;
use smilefactory_core::patch::Patch;
use smilefactory_core::validation::{Field, Violation, code};
use smilefactory_store::prelude::*;
use smilefactory_store::{Tx, event};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use self::registration::Standing;
use self::series::Meant;
use crate::completion;
use crate::extract::{ActiveViewer, IfMatch, Key, Nothing, Query, Reader, Sent, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(create_event))
        .routes(routes!(get_event, change_event, delete_event))
        .routes(routes!(publish_event))
        .routes(routes!(cancel_event))
        .routes(routes!(get_event_file))
        .merge(list::routes())
        .merge(organiser::routes())
        .merge(registration::routes())
        .merge(programme::routes())
        .merge(feed::routes())
        .merge(series::routes())
}

/// What a calendar is told it gets.
const CALENDAR: &str = "text/calendar; charset=utf-8";

fn not_found() -> ApiError {
    ApiError::not_found("event")
}

/// An event as whoever looks sees it.
async fn view<Mode>(tx: &mut Tx<Mode>, id: EventId) -> Result<EventView, ApiError> {
    tx.events().view(id).await?.ok_or_else(not_found)
}

/// Prepare an event
///
/// It is a draft, which its organisers see and nobody else, until it is published. It takes a profile that is complete
/// enough. Times are what clocks show in the zone: one that they leave out where they are put forward is refused, and
/// of one that they show twice the first is meant.
///
/// One that `repeats` is more than once: each time is an event of its own, with its own seats and registrations, and
/// the first is answered. They are made a year ahead, and further as time goes by. What is at 18:00 stays at 18:00
/// when clocks change; a time that clocks leave out is later by what was left out.
#[utoipa::path(
    post, path = "/v1/events", operation_id = "createEvent", tag = "events",
    params(Once), request_body = EventInput,
    responses((status = 201, body = Event, description = "The event; of one that repeats, the first.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::CompletionTooLow]))),
)]
async fn create_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<EventDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    completion::require_events(&mut work.tx, &viewer).await?;
    let event = event::create(&mut work.tx, draft, viewer.account).await?;
    let location = format!("/v1/events/{}", event.id);
    let reply = Reply::created(&event, &location)?.version(event.version)?;
    work.finish(&state, reply).await
}

/// Read an event
///
/// With its seats, its organisers, and how the caller stands to it. Where it is joined online is shown to those who
/// have a seat, and to its organisers. A private event is there for its organisers and for whom they invited; one of
/// somebody who is blocked, or blocks the caller, is not there.
#[utoipa::path(
    get, path = "/v1/events/{event_id}", operation_id = "getEvent", tag = "events",
    responses((status = 200, body = EventView, description = "The event.")),
)]
async fn get_event(mut reader: Reader, Key(id): Key<EventId>) -> Outcome {
    let view = view(&mut reader.tx, id).await?;
    Reply::ok(&view)?.version(view.event.version)
}

/// Change an event
///
/// A merge patch (RFC 7396) by an organiser. Those who have to do with it are told when it is at another time or place.
/// There are never fewer seats than are taken; more of them are offered at once to those who wait.
///
/// An event that repeats is changed alone, as an exception that stays as it is when its series changes; or with those
/// that follow, which are a series of their own then; or with all of its series that have not begun. Their times move
/// by as much as this one's does. Another rule in `repeats` takes `following` or `all`: events whose day it names
/// stay, with who is registered for them, and others are cancelled.
#[utoipa::path(
    patch, path = "/v1/events/{event_id}", operation_id = "changeEvent", tag = "events",
    params(IfMatch, Meant), request_body = EventPatch,
    responses((status = 200, body = Event, description = "The event as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn change_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    if_match: IfMatch,
    Query(meant): Query<Meant>,
    Sent(patch): Sent<EventPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    event::require_organiser(&mut tx, id, viewer.account).await?;
    let there = tx.events().get(id).await?.ok_or_else(not_found)?;
    if_match.check(there.version)?;
    let several = meant.several();
    let like = match several {
        // Of several, all that one of them alone was changed to is left out.
        Some(_) => event::template_of(&mut tx, &there).await?.unwrap_or_else(|| there.draft.clone()),
        None => there.draft.clone(),
    };
    // By what it repeats is the series' own; it is said only to be another.
    let mut input = EventInput { repeats: None, ..like.into_raw() };
    if matches!(patch.repeats, Patch::Clear) {
        let message = "does not end like this: cancel this event and those that follow it";
        return Err(ApiError::invalid("/repeats", Violation::new(code::NOT_ALLOWED, message)));
    }
    patch.apply(&mut input);
    let draft = EventDraft::from_raw(input)?;
    let event = match several {
        None => event::change(&mut tx, id, viewer.account, draft, there.version).await?,
        Some(scope) => {
            event::change_several(&mut tx, id, viewer.account, scope, draft, there.version).await?
        }
    };
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&event)?.version(event.version)
}

/// Throw a draft away
///
/// By an organiser. An event that others know of is cancelled instead. With `following` or `all`, no more events are
/// made of its series.
#[utoipa::path(
    delete, path = "/v1/events/{event_id}", operation_id = "deleteEvent", tag = "events",
    params(Meant),
    responses((status = 204, description = "It is gone.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn delete_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    Query(meant): Query<Meant>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    match meant.several() {
        None => event::delete(&mut tx, id, viewer.account).await?,
        Some(scope) => event::delete_several(&mut tx, id, viewer.account, scope).await?,
    }
    tx.commit().await?;
    Ok(Reply::no_content())
}

/// Publish an event
///
/// By an organiser: from now on it is found as its visibility says, and people register for it. With `following` or
/// `all`, what is made of its series later is published, too.
#[utoipa::path(
    post, path = "/v1/events/{event_id}/publish", operation_id = "publishEvent", tag = "events",
    params(Once, Meant),
    responses((status = 200, body = Event, description = "The event as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn publish_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    Query(meant): Query<Meant>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let event = match meant.several() {
        None => event::publish(&mut work.tx, id, viewer.account).await?,
        Some(scope) => event::publish_several(&mut work.tx, id, viewer.account, scope).await?,
    };
    let reply = Reply::ok(&event)?.version(event.version)?;
    work.finish(&state, reply).await
}

/// Cancel an event
///
/// By an organiser. Those who have to do with it are told, with the reason. With `following` or `all`, so are those
/// of the other events, drafts among them are thrown away, and no more are made.
#[utoipa::path(
    post, path = "/v1/events/{event_id}/cancel", operation_id = "cancelEvent", tag = "events",
    params(Once, Meant), request_body = CancellationInput,
    responses((status = 200, body = Event, description = "The event as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn cancel_event(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<EventId>,
    Query(meant): Query<Meant>,
    submission: Submission<Valid<Cancellation>>,
) -> Outcome {
    let Submission { body: Valid(cancellation), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let (who, reason) = (viewer.account, cancellation.reason);
    let event = match meant.several() {
        None => event::cancel(&mut work.tx, id, who, reason).await?,
        Some(scope) => event::cancel_several(&mut work.tx, id, who, scope, reason).await?,
    };
    let reply = Reply::ok(&event)?.version(event.version)?;
    work.finish(&state, reply).await
}

/// Read an event as a calendar does
///
/// An iCalendar file (RFC 5545) with the one event. A calendar that has it already replaces it. Each event of a
/// series is one of its own there: calendars read a single time of something that repeats only when they have all of
/// it.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/calendar.ics", operation_id = "getEventFile", tag = "events",
    responses((status = 200, body = String, content_type = "text/calendar", description = "The file.",
        example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…END:VCALENDAR\r\n"))),
)]
async fn get_event_file(mut reader: Reader, Key(id): Key<EventId>) -> Outcome {
    let event = view(&mut reader.tx, id).await?.event;
    let file = icalendar(event.draft.title.as_str(), [&event]);
    Reply::text(CALENDAR, file)?.with(CONTENT_DISPOSITION, "attachment; filename=\"event.ics\"")
}
