//! How many events there are of what.

use smilefactory_core::event::{
    EventCategory, EventCount, EventDoor, EventFacets, EventFormat, LONGEST_EVENT,
};
use smilefactory_core::id::Id;
use smilefactory_core::text::{Country, Currency};

use super::source::each_source;
use crate::error::Result;
use crate::repo::event::EventFilter;
use crate::tx::Tx;

struct Counted {
    facet: String,
    value: String,
    events: i64,
}

/// How many there are of each value.
pub(super) async fn count<Mode>(tx: &mut Tx<Mode>, filter: &EventFilter) -> Result<EventFacets> {
    let mut facets = EventFacets::default();
    for row in counted(tx, filter).await? {
        let events = u32::try_from(row.events).unwrap_or(u32::MAX);
        let count = EventCount { value: row.value, events };
        match row.facet.as_str() {
            "category" => facets.categories.push(count),
            "format" => facets.formats.push(count),
            "city" => facets.cities.push(count),
            "country" => facets.countries.push(count),
            "door" => facets.doors.push(count),
            "free" => facets.free = events,
            _ => facets.counted = events,
        }
    }
    facets.more = facets.counted > u32::from(EventFacets::EVENTS);
    facets.counted = facets.counted.min(u32::from(EventFacets::EVENTS));
    Ok(facets)
}

/// Counts in one statement: first the events that are there, as the list has them and in its order, then what each of
/// them is.
macro_rules! counted {
    ($source:literal, $time:literal, $order:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            Counted,
            r#"
            with seen as materialized (
              select e.category, e.format, lower(e.place_city) as city, e.place_country::text as country,
                coalesce(e.price_amount, 0) = 0 as free,
                event.door(e.state, e.registers_until, $14, s.capacity, s.taken) as door
              from event.events e
              left join lateral (
                select c.capacity, c.taken
                from event.seat_classes c
                where c.tenant_id = $1 and c.event_id = e.id and c.name = ''
                limit 1
              ) s on true
              where e.tenant_id = $1
                and ($5::text is null or e.category = $5)
                and ($6::text is null or e.format = $6)
                and ($7::text is null or lower(e.place_city) = lower($7))
                and ($8::boolean is null or (coalesce(e.price_amount, 0) = 0) = $8)
                and ($9::uuid is null or exists (
                  select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $9
                ))
                and ($10::text is null or e.place_country = $10::text)
                and ($11::numeric is null or e.price_amount >= $11)
                and ($12::numeric is null or e.price_amount <= $12)
                and ($13::text is null or e.price_currency = $13::text)
                and ($15::text is null or $15 = event.door(e.state, e.registers_until, $14, s.capacity, s.taken))
                and "# + $source + " and " + $time + $order + r#"
              limit $16
            ), counted as (
              select 'all' as facet, '' as value, count(*) as events from seen
              union all
              select 'free', '', count(*) from seen where free
              union all
              select 'category', category, count(*) from seen group by category
              union all
              select 'format', format, count(*) from seen group by format
              union all
              select 'city', city, count(*) from seen where city is not null group by city
              union all
              select 'country', country, count(*) from seen where country is not null group by country
              union all
              select 'door', door, count(*) from seen group by door
            ), placed as (
              select facet, value, events,
                row_number() over (partition by facet order by events desc, value collate "C") as place
              from counted
            )
            select facet as "facet!", value as "value!", events as "events!"
            from placed
            where place <= $17
            order by facet, place
            "#,
            $($parameter),*
        )
    };
}

/// The statement of what is counted of a source.
macro_rules! counted_from {
    ($tx:ident, $filter:ident, $source:literal) => {{
        let tenant = $tx.scope().tenant.uuid();
        let (looker, viewer, staff, now) = ($tx.looker(), $tx.viewer(), $tx.sees_all(), $tx.now());
        let category = $filter.category.map(EventCategory::as_str);
        let format = $filter.format.map(EventFormat::as_str);
        let organiser = $filter.organiser.map(Id::uuid);
        let country = $filter.country.as_ref().map(Country::as_str);
        let currency = $filter.currency.as_ref().map(Currency::as_str);
        let door = $filter.door.map(EventDoor::as_str);
        let (events, values) = (i64::from(EventFacets::EVENTS) + 1, i64::from(EventFacets::VALUES));
        match $filter.span {
            Some(span) => {
                counted!(
                    $source,
                    r#"
                    e.starts_at >= $18 and e.ends_at > $19 and ($20::timestamptz is null or e.starts_at < $20)
                    "#,
                    "order by e.starts_at, e.id",
                    tenant,
                    looker,
                    viewer,
                    staff,
                    category,
                    format,
                    $filter.city.as_deref(),
                    $filter.free,
                    organiser,
                    country,
                    $filter.price_from,
                    $filter.price_to,
                    currency,
                    now,
                    door,
                    events,
                    values,
                    span.from - LONGEST_EVENT,
                    span.from,
                    span.until,
                )
                .fetch_all($tx.conn()?)
                .await?
            }
            None => {
                counted!(
                    $source,
                    "e.ends_at <= $14 and e.starts_at <= $14",
                    " order by e.starts_at desc, e.id desc",
                    tenant,
                    looker,
                    viewer,
                    staff,
                    category,
                    format,
                    $filter.city.as_deref(),
                    $filter.free,
                    organiser,
                    country,
                    $filter.price_from,
                    $filter.price_to,
                    currency,
                    now,
                    door,
                    events,
                    values,
                )
                .fetch_all($tx.conn()?)
                .await?
            }
        }
    }};
}

async fn counted<Mode>(tx: &mut Tx<Mode>, filter: &EventFilter) -> Result<Vec<Counted>> {
    Ok(each_source!(filter.own, counted_from!(tx, filter)))
}
