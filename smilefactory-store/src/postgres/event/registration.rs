//! How people stand to events.

mod row;
mod write;

use smilefactory_core::event::{OwnRegistration, Registration, RegistrationState};
use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use self::row::{OwnRow, RegistrationRow, select_own, select_registrations};
use super::super::repository;
use crate::error::Result;
use crate::postgres::row::page;
use crate::repo::event::{ReadRegistrations, RegistrationFilter};

repository! {
    /// How people stand to events.
    Registrations = registrations
}

/// How many accounts are read at once.
const BATCH: i64 = 1_000;

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
