//! How signs of life are given, and forgotten.

use smilefactory_core::id::{AccountId, ConversationId, Id, StreamId};
use smilefactory_core::messaging::live::{PresencePreferences, TYPING_LASTS};
use uuid::Uuid;

use super::{FRESH, Signals};
use crate::error::Result;
use crate::repo::messaging::WriteSignals;
use crate::tx::ReadWrite;

impl WriteSignals for Signals<'_, ReadWrite> {
    async fn start_typing(&mut self, conversation: ConversationId, account: AccountId) -> Result<bool> {
        let until = self.0.now() + TYPING_LASTS;
        let typing = sqlx::query!(
            r#"
            insert into messaging.typing (tenant_id, conversation_id, account_id, until)
            select $1, m.conversation_id, m.account_id, $4
            from messaging.members m
            join messaging.conversations c on c.tenant_id = $1 and c.id = m.conversation_id
            where m.tenant_id = $1 and m.conversation_id = $2 and m.account_id = $3 and m.state = 'active'
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id in (c.low_id, c.high_id) and b.blocked
              )
            on conflict (tenant_id, conversation_id, account_id) do update set until = excluded.until
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            account.uuid(),
            until,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(typing.rows_affected() > 0)
    }

    async fn stop_typing(&mut self, conversation: ConversationId, account: AccountId) -> Result<bool> {
        let stopped = sqlx::query!(
            "delete from messaging.typing where tenant_id = $1 and conversation_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(stopped.rows_affected() > 0)
    }

    async fn enter(&mut self, stream: StreamId, account: AccountId, most: u16) -> Result<bool> {
        let (tenant, now) = (self.0.scope().tenant.uuid(), self.0.now());
        sqlx::query!(
            "select pg_advisory_xact_lock(hashtextextended('messaging.presence ' || $1::text || ' ' || $2::text, 0))",
            tenant.to_string(),
            account.to_string(),
        )
        .execute(self.0.conn()?)
        .await?;
        let entered = sqlx::query!(
            r#"
            insert into messaging.presence (tenant_id, account_id, stream_id, since, seen_at)
            select $1, $2, $3, $4, $4
            where (
              select count(*) from messaging.presence p
              where p.tenant_id = $1 and p.account_id = $2 and p.seen_at > $5
            ) < $6
            "#,
            tenant,
            account.uuid(),
            stream.uuid(),
            now,
            now - FRESH,
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(entered.rows_affected() > 0)
    }

    async fn beat(&mut self, streams: &[(AccountId, StreamId)]) -> Result<()> {
        let now = self.0.now();
        let (accounts, streams) = columns(streams);
        sqlx::query!(
            r#"
            insert into messaging.presence (tenant_id, account_id, stream_id, since, seen_at)
            select $1, here.account_id, here.stream_id, $4, $4
            from unnest($2::uuid[], $3::uuid[]) as here (account_id, stream_id)
            order by here.account_id, here.stream_id
            on conflict (tenant_id, account_id, stream_id) do update set seen_at = excluded.seen_at
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            &streams,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn leave(&mut self, streams: &[(AccountId, StreamId)]) -> Result<()> {
        let (accounts, streams) = columns(streams);
        sqlx::query!(
            r#"
            delete from messaging.presence p
            using unnest($2::uuid[], $3::uuid[]) as gone (account_id, stream_id)
            where p.tenant_id = $1 and p.account_id = gone.account_id and p.stream_id = gone.stream_id
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            &streams,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn erase(&mut self, account: AccountId) -> Result<bool> {
        let (tenant, account) = (self.0.scope().tenant.uuid(), account.uuid());
        sqlx::query!(
            "delete from messaging.presence where tenant_id = $1 and account_id = $2",
            tenant,
            account
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from messaging.typing where tenant_id = $1 and account_id = $2",
            tenant,
            account
        )
        .execute(self.0.conn()?)
        .await?;
        let wanted = sqlx::query!(
            "delete from messaging.presence_preferences where tenant_id = $1 and account_id = $2",
            tenant,
            account,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(wanted.rows_affected() > 0)
    }

    async fn trim(&mut self) -> Result<u64> {
        let (tenant, now) = (self.0.scope().tenant.uuid(), self.0.now());
        let gone = sqlx::query!(
            "delete from messaging.presence where tenant_id = $1 and seen_at <= $2",
            tenant,
            now - FRESH,
        )
        .execute(self.0.conn()?)
        .await?;
        let still =
            sqlx::query!("delete from messaging.typing where tenant_id = $1 and until <= $2", tenant, now)
                .execute(self.0.conn()?)
                .await?;
        Ok(gone.rows_affected() + still.rows_affected())
    }

    async fn set_preferences(&mut self, account: AccountId, preferences: &PresencePreferences) -> Result<()> {
        let now = self.0.now();
        sqlx::query!(
            r#"
            insert into messaging.presence_preferences (tenant_id, account_id, shown, updated_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id) do update set shown = excluded.shown, updated_at = excluded.updated_at
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            preferences.shown,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}

fn columns(streams: &[(AccountId, StreamId)]) -> (Vec<Uuid>, Vec<Uuid>) {
    streams.iter().map(|(account, stream)| (account.uuid(), stream.uuid())).unzip()
}
