//! Lists of events, and how many there are on each day.

use axum::extract::State;
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::Serialize;
use smilefactory_core::event::{
    EventCategory, EventDoor, EventFacets, EventFormat, EventMonth, EventWindow, ListedEvent, OwnEvents,
    Span, Zone, days_of_month,
};
use smilefactory_core::id::AccountId;
use smilefactory_core::money::Money;
use smilefactory_core::page::CursorPage;
use smilefactory_core::text::{Country, Currency, Line};
use smilefactory_core::validation::Violation;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::{EventFilter, EventKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Query, Reader, optional, price};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_events))
        .routes(routes!(count_event_facets))
        .routes(routes!(count_events))
}

/// What narrows events down, whenever they are.
#[derive(Debug, Serialize)]
pub(crate) struct Kind {
    own: Option<OwnEvents>,
    month: Option<NaiveDate>,
    zone: Zone,
    category: Option<EventCategory>,
    format: Option<EventFormat>,
    city: Option<Line<1, 80>>,
    free: Option<bool>,
    organiser: Option<AccountId>,
    country: Option<Country>,
    door: Option<EventDoor>,
    currency: Option<Currency>,
    price_from: Option<Money>,
    price_to: Option<Money>,
}

impl Kind {
    fn narrow(&self, filter: EventFilter) -> EventFilter {
        let amount = |price: &Money| price.amount();
        filter
            .own(self.own)
            .of_category(self.category)
            .of_format(self.format)
            .in_city(self.city.as_ref().map(ToString::to_string))
            .free(self.free)
            .organised_by(self.organiser)
            .in_country(self.country.clone())
            .with_door(self.door)
            .priced(
                self.currency.clone(),
                self.price_from.as_ref().map(amount),
                self.price_to.as_ref().map(amount),
            )
    }

    /// The time that a month spans.
    fn span_of(&self, month: NaiveDate) -> Span {
        let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
        Span { from: self.zone.day_begins(month), until: Some(self.zone.day_begins(next)) }
    }
}

/// A month as it is written: `2026-03`.
fn month(raw: &str) -> Result<NaiveDate, Violation> {
    let first = NaiveDate::parse_from_str(&format!("{raw}-01"), "%Y-%m-%d").ok();
    let written = first.filter(|first| {
        (2_000..2_100).contains(&chrono::Datelike::year(first)) && first.format("%Y-%m").to_string() == raw
    });
    written.ok_or_else(|| Violation::malformed("a month like 2026-03"))
}

impl Filter for Kind {
    fn read(params: &mut Params) -> Self {
        let currency: Option<Currency> = params.field("currency");
        let mut price = |name| params.take(name, |raw| price(raw, currency.as_ref()));
        let (price_from, price_to) = (price("min_price"), price("max_price"));
        Self {
            own: params.field("own"),
            month: params.take("month", month),
            zone: params.field("zone").unwrap_or(Zone::UTC),
            category: params.field("category"),
            format: params.field("format"),
            city: params.field("city"),
            free: params.truth("free"),
            organiser: params.id("organiser"),
            country: params.field("country"),
            door: params.field("door"),
            currency,
            price_from,
            price_to,
        }
    }
}

impl IntoParams for Kind {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let month = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9]{4}-[0-9]{2}$"))
            .examples([serde_json::json!("2026-03")]);
        let amount = || ObjectBuilder::new().schema_type(Type::String).examples([serde_json::json!("100")]);
        vec![
            optional("own", "Only those that the caller has to do with like this.", OwnEvents::schema()),
            optional("month", "Only those of this month, instead of any other time.", month),
            optional("zone", "Whose days these are; those of UTC unless said.", Zone::schema()),
            optional("category", "Only what people come together for like this.", EventCategory::schema()),
            optional("format", "Only where people come together like this.", EventFormat::schema()),
            optional("city", "Only in this town, in any case.", Line::<1, 80>::schema()),
            optional(
                "free",
                "Only what costs nothing, or only what costs something.",
                ObjectBuilder::new().schema_type(Type::Boolean),
            ),
            optional("organiser", "Only what this account organises.", AccountId::schema()),
            optional("country", "Only in this country.", Country::schema()),
            optional("door", "Only where one can register like this, now.", EventDoor::schema()),
            optional("min_price", "Only what has a price, of at least so much; with `currency`.", amount()),
            optional("max_price", "Only what costs at most so much; with `currency`.", amount()),
            optional("currency", "Only what has a price in this currency.", Currency::schema()),
        ]
    }
}

/// Which events of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    window: EventWindow,
    kind: Kind,
}

impl Filter for Found {
    fn read(params: &mut Params) -> Self {
        let window = params.field("window").unwrap_or(EventWindow::Upcoming);
        Self { window, kind: Kind::read(params) }
    }
}

impl IntoParams for Found {
    fn into_params(provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let window = optional("window", "When they are; `upcoming` unless said.", EventWindow::schema());
        std::iter::once(window).chain(Kind::into_params(provider)).collect()
    }
}

impl Found {
    fn filter(&self, now: DateTime<Utc>) -> EventFilter {
        let span = match self.kind.month {
            Some(month) => Some(self.kind.span_of(month)),
            None => self.window.span(now, self.kind.zone),
        };
        self.kind.narrow(span.map_or_else(EventFilter::past, EventFilter::within))
    }
}

/// List events
///
/// By their beginning: the first first, or the last first of those that are past. One that goes on for days is among
/// those of each of them. Private events are there for their organisers and for whom they invited, and those of
/// people who are blocked or muted are left out.
#[utoipa::path(
    get, path = "/v1/events", operation_id = "listEvents", tag = "events",
    params(Listing<Found>),
    responses((status = 200, body = CursorPage<ListedEvent>, description = "A page of events.")),
)]
async fn list_events(State(state): State<AppState>, mut reader: Reader, list: Listing<Found>) -> Outcome {
    let page = list.page::<EventKey>(&state.store, &reader.viewer)?;
    let filter = list.filter.filter(reader.tx.now());
    let events = reader.tx.events().list(&filter, &page).await?;
    list.reply(events, &state.store, &reader.viewer)
}

/// Count events by what they are
///
/// How many there are of each category and format, in each town and country, how many one can register for, and how
/// many are free, of the first 10,000 that the list with the same parameters would have for the caller. The most frequent first,
/// at most 50 of each.
#[utoipa::path(
    get, path = "/v1/events/facets", operation_id = "countEventFacets", tag = "events",
    params(Found),
    responses((status = 200, body = EventFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_event_facets(mut reader: Reader, Query(found): Query<Found>) -> Outcome {
    let filter = found.filter(reader.tx.now());
    Reply::ok(&reader.tx.events().count_facets(&filter).await?)
}

/// Count the events of a month
///
/// How many there are on each of its days, for a calendar; the events themselves are the list with the same parameters.
#[utoipa::path(
    get, path = "/v1/events/calendar", operation_id = "countEvents", tag = "events",
    params(Kind),
    responses((status = 200, body = EventMonth, description = "The month; this one unless said.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_events(mut reader: Reader, Query(kind): Query<Kind>) -> Outcome {
    let today = kind.zone.date(reader.tx.now());
    let month = kind.month.or_else(|| chrono::Datelike::with_day(&today, 1)).unwrap_or(today);
    let filter = kind.narrow(EventFilter::within(kind.span_of(month)));
    let days = days_of_month(month, kind.zone);
    let days = reader.tx.events().count_by_day(&filter, &days).await?;
    Reply::ok(&EventMonth { month, zone: kind.zone, days })
}
