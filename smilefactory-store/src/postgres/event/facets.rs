//! How many events there are of what.

use smilefactory_core::event::{
    EventCategory, EventCount, EventDoor, EventFacets, EventFormat, LONGEST_EVENT, OwnEvents,
};
use smilefactory_core::id::Id;
use smilefactory_core::text::{Country, Currency};

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

/// Counts in one statement: first the events that are there, as the list has them, then what each of them is.
#[expect(clippy::too_many_lines, reason = "one statement")]
async fn counted<Mode>(tx: &mut Tx<Mode>, filter: &EventFilter) -> Result<Vec<Counted>> {
    let (looker, viewer, staff, now) = (tx.looker(), tx.viewer(), tx.sees_all(), tx.now());
    let span = filter.span;
    let rows = sqlx::query_as!(
        Counted,
        r#"
        with seen as materialized (
          select e.category, e.format, lower(e.place_city) as city, e.place_country::text as country,
            coalesce(e.price_amount, 0) = 0 as free,
            event.door(e.state, e.registers_until, $15, s.capacity, s.taken) as door
          from event.events e
          left join lateral (
            select c.capacity, c.taken
            from event.seat_classes c
            where c.tenant_id = $1 and c.event_id = e.id and c.name = ''
            limit 1
          ) s on true
          where e.tenant_id = $1
            and case $10::text
              when 'organising' then exists (
                select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
              )
              when 'registered' then e.state <> 'draft'
                and exists (
                  select
                  from event.registrations r
                  where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2
                    and r.state not in ('declined', 'cancelled')
                )
                and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by and b.blocked
                )
              else e.state <> 'draft'
                and (
                  e.visibility = 'public'
                  or (e.visibility = 'members' and ($4 or $2::uuid is not null))
                  or exists (
                    select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                  )
                  or exists (
                    select
                    from event.registrations r
                    where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2 and r.state <> 'cancelled'
                  )
                )
                and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by
                )
            end
            and ($5::text is null or e.category = $5)
            and ($6::text is null or e.format = $6)
            and ($7::text is null or lower(e.place_city) = lower($7))
            and ($8::boolean is null or (coalesce(e.price_amount, 0) = 0) = $8)
            and ($9::uuid is null or exists (
              select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $9
            ))
            and ($11::text is null or e.place_country = $11::text)
            and ($12::numeric is null or e.price_amount >= $12)
            and ($13::numeric is null or e.price_amount <= $13)
            and ($14::text is null or e.price_currency = $14::text)
            and ($16::text is null or $16 = event.door(e.state, e.registers_until, $15, s.capacity, s.taken))
            and case
              when $17::timestamptz is null then e.ends_at <= $15
              else e.starts_at >= $18 and e.ends_at > $17 and ($19::timestamptz is null or e.starts_at < $19)
            end
          order by abs(extract(epoch from e.starts_at - $15)), e.id
          limit $20
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
        where place <= $21
        order by facet, place
        "#,
        tx.scope().tenant.uuid(),
        looker,
        viewer,
        staff,
        filter.category.map(EventCategory::as_str),
        filter.format.map(EventFormat::as_str),
        filter.city.as_deref(),
        filter.free,
        filter.organiser.map(Id::uuid),
        filter.own.map(OwnEvents::as_str),
        filter.country.as_ref().map(Country::as_str),
        filter.price_from,
        filter.price_to,
        filter.currency.as_ref().map(Currency::as_str),
        now,
        filter.door.map(EventDoor::as_str),
        span.map(|span| span.from),
        span.map(|span| span.from - LONGEST_EVENT),
        span.and_then(|span| span.until),
        i64::from(EventFacets::EVENTS) + 1,
        i64::from(EventFacets::VALUES),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows)
}
