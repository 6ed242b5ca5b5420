//! Lists of events. What somebody has to do with is read from there, all else by the time at which it begins.

use chrono::{DateTime, NaiveDate, Utc};
use smilefactory_core::event::{
    Event, EventCategory, EventDay, EventDoor, EventFormat, LONGEST_EVENT, ListedEvent, RegistrationState,
};
use smilefactory_core::id::Id;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::{Country, Currency};
use uuid::Uuid;

use super::row::{EventRow, select_events};
use super::source::each_source;
use crate::error::Result;
use crate::postgres::row::RowOf;
use crate::repo::event::{EventFilter, EventKey};
use crate::tx::Tx;

/// What narrows a list down, whichever it is.
macro_rules! narrowed {
    ($source:literal, $time:literal, $end:literal, $($parameter:expr),* $(,)?) => {
        select_events!(
            "where e.tenant_id = $1 and " + $source + r#"
              and ($5::text is null or e.category = $5)
              and ($6::text is null or e.format = $6)
              and ($7::text is null or lower(e.place_city) = lower($7))
              and ($8::boolean is null or (coalesce(e.price_amount, 0) = 0) = $8)
              and ($9::uuid is null or exists (
                select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $9
              ))
              and "# + $time + $end,
            $($parameter),*
        )
    };
}

/// The statement of a list that is read from a source.
macro_rules! from_source {
    ($tx:ident, $filter:ident, $request:ident, $source:literal) => {{
        let (tenant, limit) = ($tx.scope().tenant.uuid(), $request.size.with_one_more());
        let (looker, viewer, staff) = ($tx.looker(), $tx.viewer(), $tx.sees_all());
        let category = $filter.category.map(EventCategory::as_str);
        let format = $filter.format.map(EventFormat::as_str);
        let organiser = $filter.organiser.map(Id::uuid);
        let country = $filter.country.as_ref().map(Country::as_str);
        let currency = $filter.currency.as_ref().map(Currency::as_str);
        let (door, now) = ($filter.door.map(EventDoor::as_str), $tx.now());
        match $filter.span {
            Some(span) => {
                let after =
                    $request.after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |key| (key.at, key.id.uuid()));
                // Nothing that began earlier goes on so long.
                let earliest = (span.from - LONGEST_EVENT).max(after.0);
                narrowed!(
                    $source,
                    r#"
                    e.starts_at >= $10
                    and e.ends_at > $11
                    and ($12::timestamptz is null or e.starts_at < $12)
                    and (e.starts_at, e.id) > ($13, $14)
                    and ($16::text is null or e.place_country = $16::text)
                    and ($17::numeric is null or e.price_amount >= $17)
                    and ($18::numeric is null or e.price_amount <= $18)
                    and ($19::text is null or e.price_currency = $19::text)
                    and ($20::text is null or $20 = event.door(e.state, e.registers_until, $21, s.capacity, s.general))
                    "#,
                    "order by e.starts_at, e.id limit $15",
                    tenant,
                    looker,
                    viewer,
                    staff,
                    category,
                    format,
                    $filter.city.as_deref(),
                    $filter.free,
                    organiser,
                    earliest,
                    span.from,
                    span.until,
                    after.0,
                    after.1,
                    limit,
                    country,
                    $filter.price_from,
                    $filter.price_to,
                    currency,
                    door,
                    now,
                )
                .fetch_all($tx.conn()?)
                .await?
            }
            None => {
                let before = $request.after.map_or((now, Uuid::max()), |key| (key.at, key.id.uuid()));
                narrowed!(
                    $source,
                    r#"
                    e.ends_at <= $10
                    and (e.starts_at, e.id) < ($11, $12)
                    and ($14::text is null or e.place_country = $14::text)
                    and ($15::numeric is null or e.price_amount >= $15)
                    and ($16::numeric is null or e.price_amount <= $16)
                    and ($17::text is null or e.price_currency = $17::text)
                    and ($18::text is null or $18 = event.door(e.state, e.registers_until, $10, s.capacity, s.general))
                    "#,
                    " order by e.starts_at desc, e.id desc limit $13",
                    tenant,
                    looker,
                    viewer,
                    staff,
                    category,
                    format,
                    $filter.city.as_deref(),
                    $filter.free,
                    organiser,
                    now,
                    before.0,
                    before.1,
                    limit,
                    country,
                    $filter.price_from,
                    $filter.price_to,
                    currency,
                    door,
                )
                .fetch_all($tx.conn()?)
                .await?
            }
        }
    }};
}

pub(super) async fn rows<Mode>(
    tx: &mut Tx<Mode>,
    filter: &EventFilter,
    request: &PageRequest<EventKey>,
) -> Result<Vec<EventRow>> {
    Ok(each_source!(filter.own, from_source!(tx, filter, request)))
}

/// The events of a list as whoever looks is shown them.
pub(super) fn listed(
    rows: Vec<EventRow>,
    request: &PageRequest<EventKey>,
) -> Result<Page<ListedEvent, EventKey>> {
    let listed = |row: EventRow| {
        let of = RowOf { table: "event.registrations", id: row.id };
        let own: Option<RegistrationState> = of.parse_opt("state", row.own.as_deref())?;
        let taken = u32::try_from(row.taken).unwrap_or(u32::MAX);
        let event = Event::try_from(row)?;
        Ok(ListedEvent { own, taken, event: event.shown_to(own, false) })
    };
    crate::postgres::row::page(rows, request.size, listed, |last| EventKey {
        at: last.event.starts_at,
        id: last.event.id,
    })
}

/// The statement of how many events of a source there are on each day.
macro_rules! by_day_from {
    ($tx:ident, $filter:ident, $dates:ident, $begin:ident, $end:ident, $whole:ident, $source:literal) => {
        sqlx::query_as!(
            Counted,
            r#"
            select d.date as "date!", count(*) as "events!"
            from unnest($10::date[], $11::timestamptz[], $12::timestamptz[]) as d (date, begins, ends)
            join event.events e
              on e.tenant_id = $1
              and e.starts_at >= d.begins - interval '31 days'
              and e.starts_at < d.ends
              and e.ends_at > d.begins
              -- Of all the days, for the index.
              and e.starts_at >= $19
              and e.starts_at < $20
            left join lateral (
              select c.capacity, c.taken
              from event.seat_classes c
              where c.tenant_id = $1 and c.event_id = e.id and c.name = ''
              limit 1
            ) s on true
            where "# + $source + r#"
              and ($5::text is null or e.category = $5)
              and ($6::text is null or e.format = $6)
              and ($7::text is null or lower(e.place_city) = lower($7))
              and ($8::boolean is null or (coalesce(e.price_amount, 0) = 0) = $8)
              and ($9::uuid is null or exists (
                select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $9
              ))
              and ($13::text is null or e.place_country = $13::text)
              and ($14::numeric is null or e.price_amount >= $14)
              and ($15::numeric is null or e.price_amount <= $15)
              and ($16::text is null or e.price_currency = $16::text)
              and ($17::text is null or $17 = event.door(e.state, e.registers_until, $18, s.capacity, s.taken))
            group by d.date
            order by d.date
            "#,
            $tx.scope().tenant.uuid(),
            $tx.looker(),
            $tx.viewer(),
            $tx.sees_all(),
            $filter.category.map(EventCategory::as_str),
            $filter.format.map(EventFormat::as_str),
            $filter.city.as_deref(),
            $filter.free,
            $filter.organiser.map(Id::uuid),
            $dates,
            $begin,
            $end,
            $filter.country.as_ref().map(Country::as_str),
            $filter.price_from,
            $filter.price_to,
            $filter.currency.as_ref().map(Currency::as_str),
            $filter.door.map(EventDoor::as_str),
            $tx.now(),
            $whole.0,
            $whole.1,
        )
        .fetch_all($tx.conn()?)
        .await?
    };
}

struct Counted {
    date: NaiveDate,
    events: i64,
}

pub(super) async fn count_by_day<Mode>(
    tx: &mut Tx<Mode>,
    filter: &EventFilter,
    days: &[(NaiveDate, DateTime<Utc>, DateTime<Utc>)],
) -> Result<Vec<EventDay>> {
    let dates = &days.iter().map(|(date, ..)| *date).collect::<Vec<_>>();
    let begin = &days.iter().map(|(_, begins, _)| *begins).collect::<Vec<_>>();
    let end = &days.iter().map(|(_, _, ends)| *ends).collect::<Vec<_>>();
    let (Some(first), Some(last)) = (begin.iter().min(), end.iter().max()) else { return Ok(Vec::new()) };
    let whole = (*first - LONGEST_EVENT, *last);
    let rows = each_source!(filter.own, by_day_from!(tx, filter, dates, begin, end, whole));
    let day =
        |row: Counted| EventDay { date: row.date, events: u32::try_from(row.events).unwrap_or(u32::MAX) };
    Ok(rows.into_iter().map(day).collect())
}
