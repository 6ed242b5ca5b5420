//! How people stand to events.

use chrono::{DateTime, Utc};
use smilefactory_core::event::{OwnRegistration, Registration, RegistrationState};
use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::Slug;
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::class_of;
use crate::error::{Result, StoreError};
use crate::postgres::row::{RowOf, page};
use crate::repo::event::{ReadRegistrations, RegistrationFilter, WriteRegistrations};
use crate::tx::ReadWrite;

repository! {
    /// How people stand to events.
    Registrations = registrations
}

/// How many accounts are read at once.
const BATCH: i64 = 1_000;

struct RegistrationRow {
    id: Uuid,
    event_id: Uuid,
    account_id: Uuid,
    class: String,
    state: String,
    place: Option<i64>,
    offered_until: Option<DateTime<Utc>>,
    seated_at: Option<DateTime<Utc>>,
    checked_in_at: Option<DateTime<Utc>>,
    invited_by: Option<Uuid>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<RegistrationRow> for Registration {
    type Error = StoreError;
    fn try_from(row: RegistrationRow) -> Result<Self> {
        let of = RowOf { table: "event.registrations", id: row.id };
        Ok(Self {
            id: RegistrationId::from_uuid(row.id),
            event: EventId::from_uuid(row.event_id),
            account: AccountId::from_uuid(row.account_id),
            class: of.parse_opt("class", Some(row.class.as_str()).filter(|class| !class.is_empty()))?,
            state: of.parse("state", &row.state)?,
            place: row.place.and_then(|place| u64::try_from(place).ok()),
            offered_until: row.offered_until,
            seated_at: row.seated_at,
            checked_in_at: row.checked_in_at,
            invited_by: row.invited_by.map(AccountId::from_uuid),
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

struct OwnRow {
    registration: RegistrationRow,
    title: String,
    event_state: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl TryFrom<OwnRow> for OwnRegistration {
    type Error = StoreError;
    fn try_from(row: OwnRow) -> Result<Self> {
        let of = RowOf { table: "event.events", id: row.registration.event_id };
        Ok(Self {
            title: row.title,
            event_state: of.parse("state", &row.event_state)?,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            registration: row.registration.try_into()?,
        })
    }
}

/// Reads registrations: what follows `from event.registrations r`, and its parameters.
macro_rules! select_registrations {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            RegistrationRow,
            r#"
            select r.id, r.event_id, r.account_id, r.class, r.state, r.place, r.offered_until, r.seated_at, r.checked_in_at,
              r.invited_by, r.version, r.created_at, r.updated_at
            from event.registrations r
            "# + $tail,
            $($parameter),*
        )
    };
}

/// The same with what the events are.
macro_rules! select_own {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query!(
            r#"
            select r.id, r.event_id, r.account_id, r.class, r.state, r.place, r.offered_until, r.seated_at, r.checked_in_at,
              r.invited_by, r.version, r.created_at, r.updated_at, e.title, e.state as event_state, e.starts_at, e.ends_at
            from event.registrations r
            join event.events e on e.tenant_id = r.tenant_id and e.id = r.event_id
            "# + $tail,
            $($parameter),*
        )
        .map(|row| OwnRow {
            registration: RegistrationRow {
                id: row.id,
                event_id: row.event_id,
                account_id: row.account_id,
                class: row.class,
                state: row.state,
                place: row.place,
                offered_until: row.offered_until,
                seated_at: row.seated_at,
                checked_in_at: row.checked_in_at,
                invited_by: row.invited_by,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            },
            title: row.title,
            event_state: row.event_state,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    };
}

impl<Mode> ReadRegistrations for Registrations<'_, Mode> {
    async fn get(&mut self, id: RegistrationId) -> Result<Option<Registration>> {
        select_registrations!(
            "where r.tenant_id = $1 and r.id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Registration::try_from)
        .transpose()
    }

    async fn find_by_account(&mut self, event: EventId, account: AccountId) -> Result<Option<Registration>> {
        select_registrations!(
            "where r.tenant_id = $1 and r.event_id = $2 and r.account_id = $3",
            self.0.scope().tenant.uuid(),
            event.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Registration::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        event: EventId,
        filter: RegistrationFilter,
        request: &PageRequest<RegistrationId>,
    ) -> Result<Page<Registration, RegistrationId>> {
        let viewer = self.0.viewer();
        let rows = select_registrations!(
            r#"
            where r.tenant_id = $1
              and r.event_id = $2
              and r.id < $3
              and case when $4::text is null then $7 or r.state not in ('declined', 'cancelled') else r.state = $4 end
              and not exists (
                select from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = r.account_id and b.blocked
              )
            order by r.id desc
            limit $6
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            request.after.map_or(Uuid::max(), Id::uuid),
            filter.state.map(RegistrationState::as_str),
            viewer,
            request.size.with_one_more(),
            filter.ended,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Registration::try_from, |last| last.id)
    }

    async fn list_of_account(
        &mut self,
        account: AccountId,
        filter: RegistrationFilter,
        request: &PageRequest<RegistrationId>,
    ) -> Result<Page<OwnRegistration, RegistrationId>> {
        let rows = select_own!(
            r#"
            where r.tenant_id = $1
              and r.account_id = $2
              and r.id < $3
              and case when $4::text is null then $6 or r.state not in ('declined', 'cancelled') else r.state = $4 end
            order by r.id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::max(), Id::uuid),
            filter.state.map(RegistrationState::as_str),
            request.size.with_one_more(),
            filter.ended,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, OwnRegistration::try_from, |last| last.registration.id)
    }

    async fn find_own(&mut self, id: RegistrationId, account: AccountId) -> Result<Option<OwnRegistration>> {
        select_own!(
            "where r.tenant_id = $1 and r.id = $2 and r.account_id = $3",
            self.0.scope().tenant.uuid(),
            id.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(OwnRegistration::try_from)
        .transpose()
    }

    async fn list_accounts(
        &mut self,
        event: EventId,
        states: &[RegistrationState],
        after: Option<AccountId>,
    ) -> Result<Vec<AccountId>> {
        let states: Vec<String> = states.iter().map(ToString::to_string).collect();
        let accounts = sqlx::query_scalar!(
            r#"
            select account_id
            from event.registrations
            where tenant_id = $1 and event_id = $2 and state = any($3) and account_id > $4
            order by account_id
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            event.uuid(),
            &states,
            after.map_or(Uuid::nil(), Id::uuid),
            BATCH,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(accounts.into_iter().map(AccountId::from_uuid).collect())
    }
}

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
