//! Signs of life: who types, and who is there.

mod write;

use chrono::{DateTime, TimeDelta, Utc};
use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::live::{PresencePreferences, Present};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use crate::error::Result;
use crate::repo::messaging::{ReadSignals, Typing};

repository! {
    /// Signs of life: who types, and who is there.
    Signals = signals
}

/// How long somebody is there after they last said so: three times as long as it takes them to say so again.
const FRESH: TimeDelta = TimeDelta::seconds(60);

struct PresentRow {
    account_id: Uuid,
    since: DateTime<Utc>,
}

impl From<PresentRow> for Present {
    fn from(row: PresentRow) -> Self {
        Self { account: AccountId::from_uuid(row.account_id), since: row.since }
    }
}

fn uuids(accounts: &[AccountId]) -> Vec<Uuid> {
    accounts.iter().map(|account| account.uuid()).collect()
}

impl<Mode: Send> ReadSignals for Signals<'_, Mode> {
    async fn typing(&mut self) -> Result<Vec<Typing>> {
        let now = self.0.now();
        let rows = sqlx::query!(
            r#"
            select conversation_id, account_id
            from messaging.typing
            where tenant_id = $1 and until > $2
            order by until, conversation_id, account_id
            limit 1000
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let typing =
            |conversation, account| (ConversationId::from_uuid(conversation), AccountId::from_uuid(account));
        Ok(rows.into_iter().map(|row| typing(row.conversation_id, row.account_id)).collect())
    }

    async fn typing_seen(
        &mut self,
        typing: &[Typing],
        listeners: &[AccountId],
    ) -> Result<Vec<(AccountId, Typing)>> {
        let (conversations, accounts): (Vec<_>, Vec<_>) =
            typing.iter().map(|(conversation, account)| (conversation.uuid(), account.uuid())).unzip();
        let rows = sqlx::query!(
            r#"
            select m.account_id as listener_id, t.conversation_id as "conversation_id!", t.account_id as "account_id!"
            from unnest($2::uuid[], $3::uuid[]) as t (conversation_id, account_id)
            join messaging.members m
              on m.tenant_id = $1 and m.conversation_id = t.conversation_id and m.account_id = any($4)
                and m.state = 'active' and m.account_id <> t.account_id
            where not exists (
              select
              from social.barriers b
              where b.tenant_id = $1 and b.viewer_id = m.account_id and b.other_id = t.account_id and b.blocked
            )
            "#,
            self.0.scope().tenant.uuid(),
            &conversations,
            &accounts,
            &uuids(listeners),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let seen = rows.into_iter().map(|row| {
            let typing =
                (ConversationId::from_uuid(row.conversation_id), AccountId::from_uuid(row.account_id));
            (AccountId::from_uuid(row.listener_id), typing)
        });
        Ok(seen.collect())
    }

    async fn present(&mut self) -> Result<Vec<AccountId>> {
        let fresh = self.0.now() - FRESH;
        let rows = sqlx::query_scalar!(
            r#"
            select p.account_id
            from messaging.presence p
            where p.tenant_id = $1 and p.seen_at > $2
              -- One after the other: most want nothing.
              and coalesce(
                (
                  select wanted.shown
                  from messaging.presence_preferences wanted
                  where wanted.tenant_id = $1 and wanted.account_id = p.account_id
                ),
                true
              )
            order by p.seen_at, p.account_id
            limit 10000
            "#,
            self.0.scope().tenant.uuid(),
            fresh,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(AccountId::from_uuid).collect())
    }

    async fn presence_seen(
        &mut self,
        accounts: &[AccountId],
        listeners: &[AccountId],
    ) -> Result<Vec<(AccountId, AccountId)>> {
        let rows = sqlx::query!(
            r#"
            select known.listener_id as "listener_id!", known.account_id as "account_id!"
            from (
              select t.other_id as listener_id, t.account_id
              from social.ties t
              where t.tenant_id = $1 and t.account_id = any($2) and t.other_id = any($3)
              union
              select o.account_id, m.account_id
              from messaging.members m
              join messaging.conversations c
                on c.tenant_id = $1 and c.id = m.conversation_id and not c.large
              join messaging.members o
                on o.tenant_id = $1 and o.conversation_id = m.conversation_id and o.account_id = any($3)
                  and o.state = 'active' and o.account_id <> m.account_id
              where m.tenant_id = $1 and m.account_id = any($2) and m.state = 'active'
            ) as known
            where not exists (
                select
                from messaging.presence_preferences wanted
                where wanted.tenant_id = $1 and wanted.account_id = known.listener_id and not wanted.shown
              )
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = known.listener_id and b.other_id = known.account_id
                  and b.blocked
              )
            "#,
            self.0.scope().tenant.uuid(),
            &uuids(accounts),
            &uuids(listeners),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let seen = rows.into_iter();
        Ok(seen
            .map(|row| (AccountId::from_uuid(row.listener_id), AccountId::from_uuid(row.account_id)))
            .collect())
    }

    async fn list_present(
        &mut self,
        viewer: AccountId,
        request: &PageRequest<AccountId>,
    ) -> Result<Page<Present, AccountId>> {
        let fresh = self.0.now() - FRESH;
        let rows = sqlx::query_as!(
            PresentRow,
            r#"
            select p.account_id, min(p.since) as "since!"
            from (
              select t.other_id as account_id
              from social.ties t
              where t.tenant_id = $1 and t.account_id = $2 and t.other_id > $3
              union
              select o.account_id
              from messaging.members m
              join messaging.conversations c
                on c.tenant_id = $1 and c.id = m.conversation_id and not c.large
              join messaging.members o
                on o.tenant_id = $1 and o.conversation_id = m.conversation_id and o.account_id > $3
                  and o.state = 'active' and o.account_id <> $2
              where m.tenant_id = $1 and m.account_id = $2 and m.state = 'active'
            ) as known
            join messaging.presence p
              on p.tenant_id = $1 and p.account_id = known.account_id and p.seen_at > $4
            where not exists (
                select
                from messaging.presence_preferences wanted
                where wanted.tenant_id = $1 and wanted.account_id in ($2, known.account_id) and not wanted.shown
              )
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = known.account_id and b.blocked
              )
            group by p.account_id
            order by p.account_id
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            viewer.uuid(),
            // Nobody has this one.
            request.after.map_or(Uuid::nil(), Uuid::from),
            fresh,
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(row.into()), |present: &Present| present.account)
    }

    async fn preferences(&mut self, account: AccountId) -> Result<PresencePreferences> {
        let shown = sqlx::query_scalar!(
            "select shown from messaging.presence_preferences where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(PresencePreferences { shown: shown.unwrap_or(true) })
    }
}
