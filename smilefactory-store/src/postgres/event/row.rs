//! Rows of events into values.

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use smilefactory_core::collection::List;
use smilefactory_core::event::{Event, EventDraft, EventPlace, Repeats, SeatClass, WallTime, Zone};
use smilefactory_core::id::{AccountId, EventId, GroupId, Id, SeriesId};
use smilefactory_core::money::MoneyInput;
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::postgres::row::RowOf;

pub(super) struct EventRow {
    pub(super) id: Uuid,
    pub(super) created_by: Option<Uuid>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) html: String,
    pub(super) category: String,
    pub(super) format: String,
    pub(super) place_name: Option<String>,
    pub(super) place_address: Option<String>,
    pub(super) place_city: Option<String>,
    pub(super) place_country: Option<String>,
    pub(super) join_at: Option<String>,
    pub(super) starts: NaiveDateTime,
    pub(super) ends: NaiveDateTime,
    pub(super) register_until: Option<NaiveDateTime>,
    pub(super) zone: String,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) registers_until: DateTime<Utc>,
    pub(super) price_amount: Option<Decimal>,
    pub(super) price_currency: Option<String>,
    pub(super) approval: bool,
    pub(super) visibility: String,
    pub(super) state: String,
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) cancelled_for: Option<String>,
    pub(super) group_id: Option<Uuid>,
    pub(super) series_id: Option<Uuid>,
    pub(super) rule: Option<String>,
    pub(super) recurrence: Option<NaiveDateTime>,
    pub(super) exception: bool,
    pub(super) sequence: i32,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) capacity: Option<i32>,
    pub(super) class_names: Vec<String>,
    pub(super) class_capacities: Vec<i32>,
    pub(super) class_closed: Vec<bool>,
    pub(super) taken: i64,
    pub(super) own: Option<String>,
}

/// Reads events: what follows `from event.events e` and its seats, and its parameters. The first two are the tenant and
/// whoever looks.
macro_rules! select_events {
    ($tail:literal $(+ $more:literal)*, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            EventRow,
            r#"
            select e.id, e.created_by, e.title, e.description, e.html, e.category, e.format, e.place_name, e.place_address,
              e.place_city, e.place_country as "place_country: String", e.join_at, e.starts, e.ends, e.register_until, e.zone,
              e.starts_at, e.ends_at, e.registers_until, e.price_amount as "price_amount: rust_decimal::Decimal",
              e.price_currency as "price_currency: String", e.approval, e.visibility, e.state, e.published_at,
              e.cancelled_for, e.group_id, e.series_id, e.recurrence, e.exception, e.sequence, e.version, e.created_at,
              e.updated_at,
              s.capacity as "capacity?", s.names as "class_names!", s.capacities as "class_capacities!",
              s.closed as "class_closed!", s.taken as "taken!",
              (
                select r.state
                from event.registrations r
                where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2
              ) as "own?",
              (select d.rule from event.series d where d.tenant_id = $1 and d.id = e.series_id) as "rule?"
            from event.events e
            cross join lateral (
              select
                max(c.capacity) filter (where c.ordinal = 0) as capacity,
                max(c.taken) filter (where c.ordinal = 0) as general,
                coalesce(array_agg(c.name order by c.ordinal) filter (where c.ordinal > 0), '{}') as names,
                coalesce(array_agg(c.capacity order by c.ordinal) filter (where c.ordinal > 0), '{}') as capacities,
                coalesce(array_agg(c.by_invitation order by c.ordinal) filter (where c.ordinal > 0), '{}') as closed,
                coalesce(sum(c.taken), 0) as taken
              from event.seat_classes c
              where c.tenant_id = $1 and c.event_id = e.id
            ) s
            "# + $tail $(+ $more)*,
            $($parameter),*
        )
    };
}
pub(super) use select_events;

impl EventRow {
    fn draft(&self, of: RowOf) -> Result<EventDraft> {
        let wall = |column: &'static str, shown: NaiveDateTime| {
            WallTime::new(shown)
                .ok_or_else(|| StoreError::corrupt("event.events", column, of.id)("no wall time".into()))
        };
        let place = match (&self.place_address, &self.place_country) {
            (Some(address), Some(country)) => Some(EventPlace {
                name: of.parse_opt("place_name", self.place_name.as_deref())?,
                address: of.parse("place_address", address)?,
                city: of.parse_opt("place_city", self.place_city.as_deref())?,
                country: of.parse("place_country", country)?,
            }),
            _ => None,
        };
        let price = match (self.price_amount, &self.price_currency) {
            (Some(amount), Some(currency)) => {
                Some(of.field("price_amount", MoneyInput { amount, currency: currency.clone() })?)
            }
            _ => None,
        };
        let classes = self.class_names.iter().zip(&self.class_capacities).zip(&self.class_closed);
        let class = |((name, capacity), closed): ((&String, &i32), &bool)| {
            Ok(SeatClass {
                name: of.parse("class", name)?,
                capacity: of.field("capacity", i64::from(*capacity))?,
                by_invitation: *closed,
            })
        };
        let classes = classes.map(class).collect::<Result<Vec<_>>>()?;
        let zone: Zone = of.parse("zone", &self.zone)?;
        Ok(EventDraft {
            title: of.parse("title", &self.title)?,
            description: of.parse("description", &self.description)?,
            category: of.parse("category", &self.category)?,
            format: of.parse("format", &self.format)?,
            place,
            join_at: of.parse_opt("join_at", self.join_at.as_deref())?,
            starts: wall("starts", self.starts)?,
            ends: wall("ends", self.ends)?,
            zone,
            register_until: self.register_until.map(|until| wall("register_until", until)).transpose()?,
            capacity: self.capacity.map(|capacity| of.field("capacity", i64::from(capacity))).transpose()?,
            classes: List::try_from(classes)
                .map_err(|error| StoreError::corrupt("event.events", "classes", of.id)(Box::new(error)))?,
            price,
            approval: self.approval,
            visibility: of.parse("visibility", &self.visibility)?,
            repeats: of.parse_opt("rule", self.rule.as_deref())?.map(|rule| Repeats { rule }),
        })
    }
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;
    fn try_from(row: EventRow) -> Result<Self> {
        let of = RowOf { table: "event.events", id: row.id };
        Ok(Self {
            id: EventId::from_uuid(row.id),
            state: of.parse("state", &row.state)?,
            created_by: row.created_by.map(AccountId::from_uuid),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            registers_until: row.registers_until,
            published_at: row.published_at,
            cancelled_for: of.parse_opt("cancelled_for", row.cancelled_for.as_deref())?,
            group: row.group_id.map(GroupId::from_uuid),
            series: row.series_id.map(SeriesId::from_uuid),
            recurrence: row.recurrence.and_then(WallTime::new),
            exception: row.exception,
            sequence: super::to_count(row.sequence),
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
            draft: row.draft(of)?,
        })
    }
}

/// The columns of what organisers say of an event.
pub(super) struct Columns {
    pub(super) input: smilefactory_core::event::EventInput,
    pub(super) starts: NaiveDateTime,
    pub(super) ends: NaiveDateTime,
    pub(super) register_until: Option<NaiveDateTime>,
}

impl Columns {
    pub(super) fn of(draft: &EventDraft) -> Self {
        Self {
            starts: draft.starts.get(),
            ends: draft.ends.get(),
            register_until: draft.register_until.map(WallTime::get),
            input: draft.clone().into_raw(),
        }
    }
}
