//! Events that repeat.

use chrono::{DateTime, NaiveDateTime, Utc};
use smilefactory_core::event::{Event, EventDraft, ListedEvent, Series, WallTime};
use smilefactory_core::id::{AccountId, EventId, Id, SeriesId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::list;
use super::row::select_events;
use crate::error::{Result, StoreError};
use crate::postgres::row::RowOf;
use crate::repo::event::{EventKey, ReadSeries, WriteSeries};
use crate::tx::ReadWrite;

repository! {
    /// Events that repeat.
    SeriesOfEvents = series
}

struct SeriesRow {
    id: Uuid,
    created_by: Option<Uuid>,
    rule: String,
    first: NaiveDateTime,
    template: serde_json::Value,
    published_at: Option<DateTime<Utc>>,
    made_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<SeriesRow> for Series {
    type Error = StoreError;
    fn try_from(row: SeriesRow) -> Result<Self> {
        let of = RowOf { table: "event.series", id: row.id };
        let corrupt = |column| StoreError::corrupt(of.table, column, of.id);
        // Each of its values is valid; what holds over several was checked when it was made, by the zones of that time.
        let template: EventDraft =
            serde_json::from_value(row.template).map_err(|error| corrupt("template")(Box::new(error)))?;
        Ok(Self {
            id: SeriesId::from_uuid(row.id),
            created_by: row.created_by.map(AccountId::from_uuid),
            rule: of.parse("rule", &row.rule)?,
            first: WallTime::new(row.first).ok_or_else(|| corrupt("first")("no wall time".into()))?,
            template,
            published_at: row.published_at,
            made_until: row.made_until,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The template of a series as its column has it.
fn written(template: &EventDraft) -> Result<serde_json::Value> {
    serde_json::to_value(template).map_err(|error| StoreError::internal(format!("no template: {error}")))
}

impl<Mode> ReadSeries for SeriesOfEvents<'_, Mode> {
    async fn get(&mut self, id: SeriesId) -> Result<Option<Series>> {
        sqlx::query_as!(
            SeriesRow,
            r#"
            select id, created_by, rule, first, template, published_at, made_until, created_at, updated_at
            from event.series
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Series::try_from)
        .transpose()
    }

    async fn list_occurrences(
        &mut self,
        id: SeriesId,
        request: &PageRequest<EventKey>,
    ) -> Result<Page<ListedEvent, EventKey>> {
        let (looker, viewer, staff) = (self.0.looker(), self.0.viewer(), self.0.sees_all());
        let after = request.after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |key| (key.at, key.id.uuid()));
        let rows = select_events!(
            r#"
            where e.tenant_id = $1
              and e.series_id = $5
              and (e.starts_at, e.id) > ($6, $7)
              and (
                exists (
                  select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                )
                or (
                  e.state <> 'draft'
                  and (
                    e.visibility = 'public'
                    or (e.visibility = 'members' and ($4 or $2::uuid is not null))
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
                    where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by and b.blocked
                  )
                )
              )
            order by e.starts_at, e.id
            limit $8
            "#,
            self.0.scope().tenant.uuid(),
            looker,
            viewer,
            staff,
            id.uuid(),
            after.0,
            after.1,
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        list::listed(rows, request)
    }

    async fn is_first(&mut self, event: &Event) -> Result<bool> {
        let (Some(series), Some(at)) = (event.series, event.recurrence) else { return Ok(true) };
        let earlier = sqlx::query_scalar!(
            r#"
            select exists (
              select
              from event.events
              where tenant_id = $1 and series_id = $2 and recurrence < $3 and state <> 'draft'
            ) as "earlier!"
            "#,
            self.0.scope().tenant.uuid(),
            series.uuid(),
            at.get(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(!earlier)
    }

    async fn organisers(&mut self, id: SeriesId) -> Result<Vec<AccountId>> {
        let organisers = sqlx::query_scalar!(
            r#"
            select account_id
            from event.organisers
            where tenant_id = $1
              and event_id = (
                select id from event.events where tenant_id = $1 and series_id = $2 order by recurrence desc limit 1
              )
            order by since, account_id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(organisers.into_iter().map(AccountId::from_uuid).collect())
    }
}

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
