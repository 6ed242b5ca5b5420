//! Writes events.

use chrono::{DateTime, Utc};
use smilefactory_core::event::{Event, Seats, WallTime};
use smilefactory_core::id::{AccountId, EventId, Id};
use smilefactory_core::text::Slug;

use super::row::{Columns, EventRow, select_events};
use super::{Events, class_of};
use crate::error::{Result, StoreError};
use crate::render;
use crate::repo::event::WriteEvents;
use crate::tx::ReadWrite;

impl WriteEvents for Events<'_, ReadWrite> {
    async fn lock(&mut self, id: EventId) -> Result<Option<Event>> {
        let locked = sqlx::query_scalar!(
            "select id from event.events where tenant_id = $1 and id = $2 for no key update",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        // Read only now: nobody changes it any more.
        match locked {
            Some(_) => crate::repo::event::ReadEvents::get(self, id).await,
            None => Ok(None),
        }
    }

    async fn hold_member(&mut self, id: EventId, account: AccountId) -> Result<()> {
        sqlx::query_scalar!(
            r#"
            select m.account_id
            from event.events e
            join community.members m
              on m.tenant_id = e.tenant_id and m.group_id = e.group_id and m.account_id = $3
            where e.tenant_id = $1 and e.id = $2
            for share of m
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn insert(&mut self, event: &Event) -> Result<()> {
        let Columns { input, starts, ends, register_until } = Columns::of(&event.draft);
        let rendered = render::markdown(&input.description);
        sqlx::query!(
            r#"
            insert into event.events (tenant_id, id, created_by, title, description, html, renderer, category, format,
              place_name, place_address, place_city, place_country, join_at, starts, ends, register_until, zone, starts_at,
              ends_at, registers_until, price_amount, price_currency, approval, visibility, state, published_at,
              cancelled_for, sequence, version, created_at, updated_at, group_id, series_id, recurrence, exception)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text, $14, $15, $16, $17, $18, $19, $20, $21,
              $22::numeric, $23::text, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
            "#,
            self.0.scope().tenant.uuid(),
            event.id.uuid(),
            event.created_by.map(Id::uuid),
            input.title,
            input.description,
            rendered.html,
            rendered.renderer,
            input.category,
            input.format,
            input.place.as_ref().and_then(|place| place.name.as_deref()),
            input.place.as_ref().map(|place| place.address.as_str()),
            input.place.as_ref().and_then(|place| place.city.as_deref()),
            input.place.as_ref().map(|place| place.country.as_str()),
            input.join_at,
            starts,
            ends,
            register_until,
            input.zone,
            event.starts_at,
            event.ends_at,
            event.registers_until,
            input.price.as_ref().map(|price| price.amount),
            input.price.as_ref().map(|price| price.currency.as_str()),
            event.draft.approval,
            event.draft.visibility.as_str(),
            event.state.as_str(),
            event.published_at,
            event.cancelled_for.as_ref().map(AsRef::<str>::as_ref),
            i32::try_from(event.sequence).unwrap_or(i32::MAX),
            event.version.get(),
            event.created_at,
            event.updated_at,
            event.group.map(Id::uuid),
            event.series.map(Id::uuid),
            event.recurrence.map(WallTime::get),
            event.exception,
        )
        .execute(self.0.conn()?)
        .await?;
        self.save_seats(event.id, &event.draft.seats()).await?;
        if let Some(account) = event.created_by {
            self.add_organiser(event.id, account).await?;
        }
        Ok(())
    }

    async fn update(&mut self, event: &Event) -> Result<Event> {
        let next = event.version.next();
        let Columns { input, starts, ends, register_until } = Columns::of(&event.draft);
        let rendered = render::markdown(&input.description);
        let saved = sqlx::query!(
            r#"
            update event.events
            set title = $4, description = $5, html = $6, renderer = $7, category = $8, format = $9, place_name = $10,
              place_address = $11, place_city = $12, place_country = $13::text, join_at = $14, starts = $15, ends = $16,
              register_until = $17, zone = $18, starts_at = $19, ends_at = $20, registers_until = $21,
              price_amount = $22::numeric, price_currency = $23::text, approval = $24, visibility = $25, state = $26,
              published_at = $27, cancelled_for = $28, sequence = $29, version = $30, updated_at = $31, exception = $32
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            event.id.uuid(),
            event.version.get(),
            input.title,
            input.description,
            rendered.html,
            rendered.renderer,
            input.category,
            input.format,
            input.place.as_ref().and_then(|place| place.name.as_deref()),
            input.place.as_ref().map(|place| place.address.as_str()),
            input.place.as_ref().and_then(|place| place.city.as_deref()),
            input.place.as_ref().map(|place| place.country.as_str()),
            input.join_at,
            starts,
            ends,
            register_until,
            input.zone,
            event.starts_at,
            event.ends_at,
            event.registers_until,
            input.price.as_ref().map(|price| price.amount),
            input.price.as_ref().map(|price| price.currency.as_str()),
            event.draft.approval,
            event.draft.visibility.as_str(),
            event.state.as_str(),
            event.published_at,
            event.cancelled_for.as_ref().map(AsRef::<str>::as_ref),
            i32::try_from(event.sequence).unwrap_or(i32::MAX),
            next.get(),
            event.updated_at,
            event.exception,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: EventId::ENTITY, id: event.id.uuid() }),
            _ => Ok(Event { version: next, ..event.clone() }),
        }
    }

    async fn save_seats(&mut self, id: EventId, seats: &[Seats]) -> Result<()> {
        let names: Vec<String> = seats.iter().map(|seats| class_of(seats.name.as_ref()).to_owned()).collect();
        let capacities: Vec<Option<i32>> = seats
            .iter()
            .map(|seats| seats.capacity.and_then(|capacity| i32::try_from(capacity).ok()))
            .collect();
        let closed: Vec<bool> = seats.iter().map(|seats| seats.by_invitation).collect();
        let (tenant, now) = (self.0.scope().tenant.uuid(), self.0.now());
        // Who was only asked, or asks, is so for general seats then.
        sqlx::query!(
            r#"
            update event.registrations
            set class = '', version = version + 1, updated_at = $4
            where tenant_id = $1 and event_id = $2 and class <> '' and class <> all($3)
            "#,
            tenant,
            id.uuid(),
            &names,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from event.seat_classes where tenant_id = $1 and event_id = $2 and name <> all($3)",
            tenant,
            id.uuid(),
            &names,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            r#"
            insert into event.seat_classes as c (tenant_id, event_id, name, capacity, by_invitation, ordinal)
            select $1, $2, s.name, s.capacity, s.by_invitation, (s.place - 1)::smallint
            from unnest($3::text[], $4::integer[], $5::boolean[]) with ordinality
              as s (name, capacity, by_invitation, place)
            on conflict (tenant_id, event_id, name) do update
            set capacity = excluded.capacity, by_invitation = excluded.by_invitation, ordinal = excluded.ordinal
            where (c.capacity, c.by_invitation, c.ordinal)
              is distinct from (excluded.capacity, excluded.by_invitation, excluded.ordinal)
            "#,
            tenant,
            id.uuid(),
            &names,
            &capacities as _,
            &closed,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn next_place(&mut self, id: EventId, class: Option<&Slug>) -> Result<u64> {
        let place = sqlx::query_scalar!(
            r#"
            update event.seat_classes
            set last_place = last_place + 1
            where tenant_id = $1 and event_id = $2 and name = $3
            returning last_place
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            class_of(class),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(place).unwrap_or_default())
    }

    async fn delete(&mut self, id: EventId) -> Result<bool> {
        let now = self.0.now();
        // Files that people were given there stay with their owners for a while.
        sqlx::query!(
            r#"
            update content.media as m
            set unused_since = greatest(m.unused_since, $3)
            from event.resources as r
            where r.tenant_id = $1 and r.event_id = $2 and m.tenant_id = $1 and m.id = r.media_id
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        let deleted = sqlx::query!(
            "delete from event.events where tenant_id = $1 and id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn add_organiser(&mut self, id: EventId, account: AccountId) -> Result<bool> {
        let now = self.0.now();
        let added = sqlx::query!(
            r#"
            insert into event.organisers (tenant_id, event_id, account_id, since)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, event_id, account_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    async fn remove_organiser(&mut self, id: EventId, account: AccountId) -> Result<bool> {
        let removed = sqlx::query!(
            "delete from event.organisers where tenant_id = $1 and event_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            id.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(removed.rows_affected() > 0)
    }

    async fn lock_ended(&mut self) -> Result<Option<Event>> {
        let now = self.0.now();
        let ended = sqlx::query_scalar!(
            r#"
            select id
            from event.events
            where tenant_id = $1 and state = 'published' and ends_at <= $2
            order by ends_at, id
            limit 1
            for no key update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        match ended {
            Some(id) => crate::repo::event::ReadEvents::get(self, EventId::from_uuid(id)).await,
            None => Ok(None),
        }
    }

    async fn render_anew(&mut self, limit: u16) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        let old = sqlx::query!(
            r#"
            select id, description
            from event.events
            where tenant_id = $1 and renderer < $2
            order by id
            limit $3
            for no key update skip locked
            "#,
            tenant,
            render::RENDERER,
            i64::from(limit),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        for row in &old {
            sqlx::query!(
                "update event.events set html = $3, renderer = $4 where tenant_id = $1 and id = $2",
                tenant,
                row.id,
                render::markdown(&row.description).html,
                render::RENDERER,
            )
            .execute(self.0.conn()?)
            .await?;
        }
        Ok(u64::try_from(old.len()).unwrap_or_default())
    }

    async fn list_of_erased(&mut self, account: AccountId, most: u16) -> Result<Vec<EventId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select e.id
            from event.events e
            where e.tenant_id = $1
              and (
                e.created_by = $2
                or e.id in (select o.event_id from event.organisers o where o.tenant_id = $1 and o.account_id = $2)
              )
            order by e.id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(EventId::from_uuid).collect())
    }

    async fn find_abandoned(&mut self, before: DateTime<Utc>) -> Result<Option<Event>> {
        let looker = self.0.looker();
        select_events!(
            r#"
            where e.tenant_id = $1
              and e.created_by is null
              and e.state = 'cancelled'
              and e.updated_at < $3
              and not exists (select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id)
            order by e.id
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            looker,
            before,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Event::try_from)
        .transpose()
    }

    async fn forget_maker(&mut self, id: EventId) -> Result<()> {
        sqlx::query!(
            "update event.events set created_by = null where tenant_id = $1 and id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}
