//! How it is saved how people stand to events.

use smilefactory_core::event::Registration;
use smilefactory_core::id::{AccountId, EventId, GroupId, Id, RegistrationId};
use smilefactory_core::text::Slug;
use smilefactory_core::version::Version;

use super::Registrations;
use super::row::{RegistrationRow, select_registrations};
use crate::error::{Result, StoreError};
use crate::postgres::event::class_of;
use crate::repo::event::WriteRegistrations;
use crate::tx::ReadWrite;

impl WriteRegistrations for Registrations<'_, ReadWrite> {
    async fn save(&mut self, registration: &Registration) -> Result<Registration> {
        let next = registration.version.next();
        let place = registration.place.and_then(|place| i64::try_from(place).ok());
        let saved = sqlx::query_scalar!(
            r#"
            insert into event.registrations as r (tenant_id, id, event_id, account_id, class, state, place, offered_until,
              seated_at, checked_in_at, invited_by, version, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (tenant_id, id) do update
            set class = excluded.class, state = excluded.state, place = excluded.place,
              offered_until = excluded.offered_until, seated_at = excluded.seated_at,
              checked_in_at = excluded.checked_in_at, invited_by = excluded.invited_by, version = $15,
              updated_at = excluded.updated_at
            where r.version = $12
            returning r.version
            "#,
            self.0.scope().tenant.uuid(),
            registration.id.uuid(),
            registration.event.uuid(),
            registration.account.uuid(),
            class_of(registration.class.as_ref()),
            registration.state.as_str(),
            place,
            registration.offered_until,
            registration.seated_at,
            registration.checked_in_at,
            registration.invited_by.map(Id::uuid),
            registration.version.get(),
            registration.created_at,
            registration.updated_at,
            next.get(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        match saved {
            Some(version) => Ok(Registration { version: Version::new(version), ..registration.clone() }),
            None => Err(StoreError::Stale { entity: RegistrationId::ENTITY, id: registration.id.uuid() }),
        }
    }

    async fn waiting(
        &mut self,
        event: EventId,
        class: Option<&Slug>,
        most: u32,
    ) -> Result<Vec<Registration>> {
        select_registrations!(
            r#"
            where r.tenant_id = $1 and r.event_id = $2 and r.class = $3 and r.state = 'waitlisted'
            order by r.place
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            class_of(class),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Registration::try_from)
        .collect()
    }

    async fn lapsed(&mut self, event: EventId) -> Result<Vec<Registration>> {
        let now = self.0.now();
        select_registrations!(
            r#"
            where r.tenant_id = $1 and r.event_id = $2 and r.state = 'offered' and r.offered_until <= $3
            order by r.place
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Registration::try_from)
        .collect()
    }

    async fn find_lapsed(&mut self) -> Result<Option<EventId>> {
        let now = self.0.now();
        let event = sqlx::query_scalar!(
            r#"
            select event_id
            from event.registrations
            where tenant_id = $1 and state = 'offered' and offered_until <= $2
            order by offered_until
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(event.map(EventId::from_uuid))
    }

    async fn missing(&mut self, event: EventId, most: u16) -> Result<Vec<Registration>> {
        select_registrations!(
            r#"
            where r.tenant_id = $1
              and r.event_id = $2
              and r.state = 'going'
              and exists (
                select from event.registrations s where s.tenant_id = $1 and s.event_id = $2 and s.state = 'checked_in'
              )
            order by r.id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Registration::try_from)
        .collect()
    }

    async fn list_in_group(&mut self, group: GroupId, account: AccountId) -> Result<Vec<RegistrationId>> {
        let now = self.0.now();
        let ids = sqlx::query_scalar!(
            r#"
            select r.id
            from event.registrations r
            join event.events e on e.tenant_id = r.tenant_id and e.id = r.event_id
            where r.tenant_id = $1
              and r.account_id = $3
              and r.state in ('invited', 'requested', 'going', 'maybe', 'waitlisted', 'offered')
              and e.group_id = $2
              and e.ends_at > $4
            order by e.id
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            account.uuid(),
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(RegistrationId::from_uuid).collect())
    }

    async fn list_of_erased(
        &mut self,
        account: AccountId,
        most: u16,
    ) -> Result<Vec<(RegistrationId, EventId)>> {
        let rows = sqlx::query!(
            r#"
            select id, event_id
            from event.registrations
            where tenant_id = $1 and account_id = $2
            order by event_id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let found = |id, event| (RegistrationId::from_uuid(id), EventId::from_uuid(event));
        Ok(rows.into_iter().map(|row| found(row.id, row.event_id)).collect())
    }

    async fn delete(&mut self, id: RegistrationId) -> Result<bool> {
        let deleted = sqlx::query!(
            "delete from event.registrations where tenant_id = $1 and id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn forget_inviter(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let forgotten = sqlx::query!(
            r#"
            update event.registrations
            set invited_by = null
            where tenant_id = $1
              and id in (
                select r.id from event.registrations r
                where r.tenant_id = $1 and r.invited_by = $2
                order by r.id
                limit $3
              )
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(forgotten.rows_affected())
    }
}
