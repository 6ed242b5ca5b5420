//! Raising notifications, and noting that they were read.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConversationId, FactId, Id, NotificationId};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};
use uuid::Uuid;

use super::Notifications;
use crate::error::Result;
use crate::repo::messaging::{Raised, WriteNotifications};
use crate::tx::ReadWrite;

impl Notifications<'_, ReadWrite> {
    /// Holds the row of this person, as whoever raises does; how far they have read, if they were ever told anything.
    async fn hold_one(&mut self, account: AccountId) -> Result<Option<Uuid>> {
        let read = sqlx::query_scalar!(
            r#"
            select read_id
            from messaging.notification_reads
            where tenant_id = $1 and account_id = $2
            for no key update
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(read)
    }

    /// Forgets how this person wanted to be told, what they were to be reminded of, and their mails.
    async fn erase_wishes(&mut self, account: AccountId) -> Result<u64> {
        let gone = sqlx::query_scalar!(
            r#"
            with wishes as (
              delete from messaging.notification_preferences where tenant_id = $1 and account_id = $2 returning 1
            ), reminders as (
              delete from messaging.reminders where tenant_id = $1 and account_id = $2 returning 1
            ), mails as (
              delete from messaging.digests where tenant_id = $1 and account_id = $2 returning 1
            )
            select (select count(*) from wishes) + (select count(*) from reminders) + (select count(*) from mails)
              as "count!"
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(gone).unwrap_or_default())
    }
}

impl WriteNotifications for Notifications<'_, ReadWrite> {
    async fn claim_fact(&mut self, fact: FactId) -> Result<bool> {
        let claimed = sqlx::query!(
            "insert into messaging.notified_facts (tenant_id, fact_id) values ($1, $2) on conflict do nothing",
            self.0.scope().tenant.uuid(),
            fact.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(claimed.rows_affected() > 0)
    }

    async fn raise(&mut self, raise: &Raise, to: &[AccountId]) -> Result<Vec<Raised>> {
        self.tell(raise, to).await
    }

    async fn retract(
        &mut self,
        account: AccountId,
        kind: NotificationKind,
        subject: Uuid,
        actor: AccountId,
    ) -> Result<u64> {
        if self.hold_one(account).await?.is_none() {
            return Ok(0);
        }
        let alone = sqlx::query!(
            r#"
            delete from messaging.notifications
            where tenant_id = $1 and account_id = $2 and subject_id = $3 and kind = $4 and read_at is null
              and actors = array[$5::uuid]
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            subject,
            kind.as_str(),
            actor.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        let among = sqlx::query!(
            r#"
            update messaging.notifications
            set actors = array_remove(actors, $5)
            where tenant_id = $1 and account_id = $2 and subject_id = $3 and kind = $4 and read_at is null
              and $5 = any(actors)
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            subject,
            kind.as_str(),
            actor.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(alone.rows_affected() + among.rows_affected())
    }

    async fn read_up_to(&mut self, account: AccountId, place: NotificationId) -> Result<bool> {
        let now = self.0.now();
        let moved = sqlx::query!(
            r#"
            update messaging.notification_reads
            set read_id = least($3, last_id), read_at = $4
            where tenant_id = $1 and account_id = $2 and read_id < least($3, last_id)
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            place.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(moved.rows_affected() > 0)
    }

    async fn read(&mut self, account: AccountId, id: NotificationId) -> Result<Option<bool>> {
        let Some(read) = self.hold_one(account).await? else { return Ok(None) };
        let now = self.0.now();
        let was = sqlx::query_scalar!(
            r#"
            select (n.read_at is not null or n.id <= $4) as "read!"
            from messaging.told_notifications as n
            where n.tenant_id = $1 and n.account_id = $2 and n.id = $3 and n.in_app
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            id.uuid(),
            read,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        if was == Some(false) {
            sqlx::query!(
                r#"
                update messaging.notifications
                set read_at = $4
                where tenant_id = $1 and account_id = $2 and id = $3
                "#,
                self.0.scope().tenant.uuid(),
                account.uuid(),
                id.uuid(),
                now,
            )
            .execute(self.0.conn()?)
            .await?;
        }
        Ok(was.map(|was_read| !was_read))
    }

    async fn read_about(
        &mut self,
        account: AccountId,
        kind: NotificationKind,
        subject: Uuid,
    ) -> Result<Vec<NotificationId>> {
        let Some(read) = self.hold_one(account).await? else { return Ok(Vec::new()) };
        let now = self.0.now();
        let seen = sqlx::query_scalar!(
            r#"
            update messaging.notifications
            set read_at = $6
            where tenant_id = $1 and account_id = $2 and subject_id = $3 and kind = $4 and id > $5 and read_at is null
            returning id
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            subject,
            kind.as_str(),
            read,
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(seen.into_iter().map(NotificationId::from_uuid).collect())
    }

    async fn read_conversation(
        &mut self,
        account: AccountId,
        conversation: ConversationId,
        seq: u64,
    ) -> Result<Vec<NotificationId>> {
        let Some(read) = self.hold_one(account).await? else { return Ok(Vec::new()) };
        let now = self.0.now();
        let seen = sqlx::query_scalar!(
            r#"
            update messaging.notifications as n
            set read_at = $6
            from messaging.conversations as c
            where n.tenant_id = $1
              and n.account_id = $2
              and n.conversation_id = $3
              and n.kind in ('message_received', 'message_requested', 'message_replied', 'messages_unread')
              and n.id > $4
              and n.read_at is null
              and c.tenant_id = n.tenant_id
              and c.id = n.conversation_id
              and c.last_seq <= $5
            returning n.id
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            conversation.uuid(),
            read,
            i64::try_from(seq).unwrap_or(i64::MAX),
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(seen.into_iter().map(NotificationId::from_uuid).collect())
    }

    async fn erase(&mut self, account: AccountId, most: u16) -> Result<u64> {
        // Whoever tells this person something holds it, and sees afterwards that they are erased.
        if self.hold_one(account).await?.is_none() {
            return self.erase_wishes(account).await;
        }
        let told = sqlx::query!(
            r#"
            delete from messaging.notifications
            where tenant_id = $1
              and account_id = $2
              and id = any(array(
                select id from messaging.notifications
                where tenant_id = $1 and account_id = $2
                order by id desc
                limit $3
              ))
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        if told > 0 {
            return Ok(told);
        }
        let read = sqlx::query!(
            "delete from messaging.notification_reads where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        Ok(read + self.erase_wishes(account).await?)
    }

    async fn forget_facts(&mut self, before: DateTime<Utc>, most: u16) -> Result<u64> {
        let gone = sqlx::query!(
            r#"
            delete from messaging.notified_facts
            where tenant_id = $1
              and fact_id = any(array(
                select fact_id from messaging.notified_facts
                where tenant_id = $1 and fact_id < $2
                order by fact_id
                limit $3
              ))
            "#,
            self.0.scope().tenant.uuid(),
            FactId::earliest_at(before).uuid(),
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected())
    }
}
