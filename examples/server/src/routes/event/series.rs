//! Events that repeat: which of them something is done with, and all there are.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::event::{ListedEvent, SeriesScope};
use smilefactory_core::id::EventId;
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::EventKey;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view;
use crate::extract::{Everything, Filter, Key, Listing, Params, Reader, optional};
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_occurrences))
}

/// Which events of a series.
#[derive(Debug, Serialize)]
pub(crate) struct Meant {
    scope: SeriesScope,
}

impl Meant {
    /// The events beside the one that is named; `None` when it is that one only.
    pub(super) fn several(&self) -> Option<SeriesScope> {
        Some(self.scope).filter(|scope| *scope != SeriesScope::This)
    }
}

impl Filter for Meant {
    fn read(params: &mut Params) -> Self {
        Self { scope: params.field("scope").unwrap_or(SeriesScope::This) }
    }
}

impl IntoParams for Meant {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Of an event that repeats, which of its series are meant; `this` unless said. What was changed \
                     of one of them alone stays as it is.";
        vec![optional("scope", about, SeriesScope::schema())]
    }
}

/// List the events of a series
///
/// All times of an event that repeats, those that were and those to come, by their beginning; of one that does not
/// repeat there is the one. They are made a year ahead, and further as time goes by.
#[utoipa::path(
    get, path = "/v1/events/{event_id}/occurrences", operation_id = "listOccurrences", tag = "events",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<ListedEvent>, description = "A page of events.")),
)]
async fn list_occurrences(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<EventId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<EventKey>(&state.store, &reader.viewer)?;
    let seen = view(&mut reader.tx, id).await?;
    let events = match seen.event.series {
        Some(series) => reader.tx.series().list_occurrences(series, &page).await?,
        None if page.after.is_some() => Page { items: Vec::new(), next: None },
        None => {
            let taken = seen.seats.iter().map(|seats| seats.taken).sum();
            let own = seen.own.map(|own| own.state);
            Page {
                items: vec![ListedEvent { own, taken, event: seen.event.shown_to(own, false) }],
                next: None,
            }
        }
    };
    list.reply(events, &state.store, &reader.viewer)
}
