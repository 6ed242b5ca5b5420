//! Where calendars read somebody's events.

use chrono::TimeDelta;
use smilefactory_core::event::Event;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::identity::TokenDigest;

use super::super::repository;
use super::row::{EventRow, select_events};
use crate::error::Result;
use crate::postgres::row::RowOf;
use crate::repo::event::{ReadEventFeeds, WriteEventFeeds};
use crate::tx::ReadWrite;

repository! {
    /// Where calendars read somebody's events.
    EventFeeds = event_feeds
}

/// How long ago something may have been that a calendar is told.
const RECENT: TimeDelta = TimeDelta::days(90);

impl<Mode> ReadEventFeeds for EventFeeds<'_, Mode> {
    async fn find_by_token(&mut self, digest: &TokenDigest) -> Result<Option<AccountId>> {
        let account = sqlx::query_scalar!(
            "select account_id from event.feeds where tenant_id = $1 and token_digest = $2",
            self.0.scope().tenant.uuid(),
            digest.0.as_slice(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(account.map(AccountId::from_uuid))
    }

    async fn list(&mut self, account: AccountId) -> Result<Vec<Event>> {
        let since = self.0.now() - RECENT;
        let rows = select_events!(
            r#"
            where e.tenant_id = $1
              and e.state <> 'draft'
              and e.ends_at > $3
              and (
                exists (
                  select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                )
                or not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = e.created_by and b.blocked
                )
              )
              and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
              and e.id in (
                select o.event_id from event.organisers o where o.tenant_id = $1 and o.account_id = $2
                union
                select r.event_id
                from event.registrations r
                where r.tenant_id = $1 and r.account_id = $2 and r.state in ('going', 'maybe', 'offered', 'checked_in')
              )
            order by e.starts_at, e.id
            limit 500
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            since,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let shown = |row: EventRow| {
            let of = RowOf { table: "event.registrations", id: row.id };
            let own = of.parse_opt("state", row.own.as_deref())?;
            Ok(Event::try_from(row)?.shown_to(own, false))
        };
        rows.into_iter().map(shown).collect()
    }
}

impl WriteEventFeeds for EventFeeds<'_, ReadWrite> {
    async fn set(&mut self, account: AccountId, digest: &TokenDigest) -> Result<()> {
        let now = self.0.now();
        sqlx::query!(
            r#"
            insert into event.feeds (tenant_id, account_id, token_digest, created_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id) do update
            set token_digest = excluded.token_digest, created_at = excluded.created_at
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            digest.0.as_slice(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn delete(&mut self, account: AccountId) -> Result<bool> {
        let deleted = sqlx::query!(
            "delete from event.feeds where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(deleted.rows_affected() > 0)
    }
}
