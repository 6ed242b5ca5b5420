//! How series are saved, and their events made.

use chrono::{DateTime, NaiveDateTime, Utc};
use smilefactory_core::event::{Event, Series, WallTime};
use smilefactory_core::id::{AccountId, EventId, Id, SeriesId};
use uuid::Uuid;

use super::super::row::{EventRow, select_events};
use super::{SeriesOfEvents, SeriesRow, written};
use crate::error::{Result, StoreError};
use crate::repo::event::WriteSeries;
use crate::tx::ReadWrite;

impl WriteSeries for SeriesOfEvents<'_, ReadWrite> {
    async fn lock(&mut self, id: SeriesId) -> Result<Option<Series>> {
        sqlx::query_as!(
            SeriesRow,
            r#"
            select id, created_by, rule, first, template, published_at, made_until, created_at, updated_at
            from event.series
            where tenant_id = $1 and id = $2
            for no key update
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Series::try_from)
        .transpose()
    }

    async fn lock_due(&mut self, until: DateTime<Utc>) -> Result<Option<Series>> {
        sqlx::query_as!(
            SeriesRow,
            r#"
            select id, created_by, rule, first, template, published_at, made_until, created_at, updated_at
            from event.series
            where tenant_id = $1 and made_until < $2
            order by made_until, id
            limit 1
            for no key update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            until,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Series::try_from)
        .transpose()
    }

    async fn insert(&mut self, series: &Series) -> Result<()> {
        let template = written(&series.template)?;
        sqlx::query!(
            r#"
            insert into event.series (tenant_id, id, created_by, rule, first, template, published_at, made_until,
              created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            "#,
            self.0.scope().tenant.uuid(),
            series.id.uuid(),
            series.created_by.map(Id::uuid),
            series.rule.to_string(),
            series.first.get(),
            template,
            series.published_at,
            series.made_until,
            series.created_at,
            series.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, series: &Series) -> Result<()> {
        let template = written(&series.template)?;
        let saved = sqlx::query!(
            r#"
            update event.series
            set rule = $3, first = $4, template = $5, published_at = $6, made_until = $7, updated_at = $8
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            series.id.uuid(),
            series.rule.to_string(),
            series.first.get(),
            template,
            series.published_at,
            series.made_until,
            series.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: SeriesId::ENTITY, id: series.id.uuid() }),
            _ => Ok(()),
        }
    }

    async fn lock_occurrences(&mut self, id: SeriesId, from: Option<WallTime>) -> Result<Vec<Event>> {
        let (tenant, from) = (self.0.scope().tenant.uuid(), from.map(WallTime::get));
        sqlx::query_scalar!(
            r#"
            select id
            from event.events
            where tenant_id = $1 and series_id = $2 and ($3::timestamp is null or recurrence >= $3)
            order by id
            for no key update
            "#,
            tenant,
            id.uuid(),
            from,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        // Read only now: nobody changes them any more.
        let looker = self.0.looker();
        let rows = select_events!(
            r#"
            where e.tenant_id = $1 and e.series_id = $3 and ($4::timestamp is null or e.recurrence >= $4)
            order by e.recurrence
            "#,
            tenant,
            looker,
            id.uuid(),
            from,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        rows.into_iter().map(Event::try_from).collect()
    }

    async fn count_of_others(&mut self, events: &[EventId], account: AccountId) -> Result<u64> {
        let events: Vec<Uuid> = events.iter().map(|id| id.uuid()).collect();
        let others = sqlx::query_scalar!(
            r#"
            select count(*) as "others!"
            from unnest($2::uuid[]) as e (id)
            where not exists (
              select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $3
            )
            "#,
            self.0.scope().tenant.uuid(),
            &events,
            account.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(others).unwrap_or_default())
    }

    async fn place(&mut self, id: SeriesId, events: &[(EventId, WallTime)]) -> Result<()> {
        let ids: Vec<Uuid> = events.iter().map(|(id, _)| id.uuid()).collect();
        let times: Vec<NaiveDateTime> = events.iter().map(|(_, at)| at.get()).collect();
        // In one statement: on the way they would have the times of each other.
        sqlx::query!(
            r#"
            update event.events as e
            set series_id = $2, recurrence = p.at
            from unnest($3::uuid[], $4::timestamp[]) as p (id, at)
            where e.tenant_id = $1 and e.id = p.id and (e.series_id, e.recurrence) is distinct from ($2, p.at)
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            &ids,
            &times,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn make_like(&mut self, first: EventId, events: &[Event], organisers: &[AccountId]) -> Result<()> {
        let (tenant, now) = (self.0.scope().tenant.uuid(), self.0.now());
        let ids: Vec<Uuid> = events.iter().map(|event| event.id.uuid()).collect();
        let wall =
            |of: fn(&Event) -> WallTime| events.iter().map(|event| of(event).get()).collect::<Vec<_>>();
        let until: Vec<Option<NaiveDateTime>> =
            events.iter().map(|event| event.draft.register_until.map(WallTime::get)).collect();
        let recurrences: Vec<Option<NaiveDateTime>> =
            events.iter().map(|event| event.recurrence.map(WallTime::get)).collect();
        let states: Vec<String> = events.iter().map(|event| event.state.to_string()).collect();
        let published: Vec<Option<DateTime<Utc>>> = events.iter().map(|event| event.published_at).collect();
        sqlx::query!(
            r#"
            insert into event.events (tenant_id, id, created_by, title, description, html, renderer, category, format,
              place_name, place_address, place_city, place_country, join_at, starts, ends, register_until, zone,
              starts_at, ends_at, registers_until, price_amount, price_currency, approval, visibility, state,
              published_at, sequence, version, created_at, updated_at, group_id, series_id, recurrence)
            select e.tenant_id, m.id, e.created_by, e.title, e.description, e.html, e.renderer, e.category, e.format,
              e.place_name, e.place_address, e.place_city, e.place_country, e.join_at, m.starts, m.ends,
              m.register_until, e.zone, m.starts_at, m.ends_at, m.registers_until, e.price_amount, e.price_currency,
              e.approval,
              e.visibility, m.state, m.published_at, 0, 1, $12, $12, e.group_id, e.series_id, m.recurrence
            from event.events as e
            cross join unnest(
              $3::uuid[], $4::timestamp[], $5::timestamp[], $6::timestamp[], $7::timestamptz[], $8::timestamptz[],
              $9::timestamptz[], $10::timestamp[], $11::text[], $13::timestamptz[]
            ) as m (id, starts, ends, register_until, starts_at, ends_at, registers_until, recurrence, state,
              published_at)
            where e.tenant_id = $1 and e.id = $2
            "#,
            tenant,
            first.uuid(),
            &ids,
            &wall(|event| event.draft.starts),
            &wall(|event| event.draft.ends),
            &until as _,
            &events.iter().map(|event| event.starts_at).collect::<Vec<_>>(),
            &events.iter().map(|event| event.ends_at).collect::<Vec<_>>(),
            &events.iter().map(|event| event.registers_until).collect::<Vec<_>>(),
            &recurrences as _,
            &states,
            now,
            &published as _,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            r#"
            insert into event.seat_classes (tenant_id, event_id, name, capacity, by_invitation, ordinal)
            select c.tenant_id, m.id, c.name, c.capacity, c.by_invitation, c.ordinal
            from event.seat_classes as c
            cross join unnest($3::uuid[]) as m (id)
            where c.tenant_id = $1 and c.event_id = $2
            "#,
            tenant,
            first.uuid(),
            &ids,
        )
        .execute(self.0.conn()?)
        .await?;
        let organisers: Vec<Uuid> = organisers.iter().map(|account| account.uuid()).collect();
        sqlx::query!(
            r#"
            insert into event.organisers (tenant_id, event_id, account_id, since)
            select $1, m.id, o.account_id, $4
            from unnest($2::uuid[]) as m (id)
            cross join unnest($3::uuid[]) as o (account_id)
            on conflict (tenant_id, event_id, account_id) do nothing
            "#,
            tenant,
            &ids,
            &organisers,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn delete_empty(&mut self, id: SeriesId) -> Result<bool> {
        let deleted = sqlx::query!(
            r#"
            delete from event.series as s
            where s.tenant_id = $1
              and s.id = $2
              and not exists (select from event.events e where e.tenant_id = $1 and e.series_id = s.id)
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn forget_maker(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        let theirs = sqlx::query_scalar!(
            r#"
            select id
            from event.series
            where tenant_id = $1 and created_by = $2
            order by id
            limit $3
            for no key update
            "#,
            tenant,
            account.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        // Nobody makes events of them any more: those that have none stay so.
        sqlx::query!(
            r#"
            delete from event.series as s
            where s.tenant_id = $1
              and s.id = any($2)
              and not exists (select from event.events e where e.tenant_id = $1 and e.series_id = s.id)
            "#,
            tenant,
            &theirs,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "update event.series set created_by = null where tenant_id = $1 and id = any($2)",
            tenant,
            &theirs,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(u64::try_from(theirs.len()).unwrap_or_default())
    }
}
