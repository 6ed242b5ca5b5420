//! What people are reminded of.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use crate::error::Result;
use crate::repo::messaging::{Reminder, WriteReminders};
use crate::tx::ReadWrite;

repository! {
    /// What people are reminded of.
    Reminders = reminders
}

impl WriteReminders for Reminders<'_, ReadWrite> {
    async fn insert(&mut self, reminders: &[Reminder]) -> Result<()> {
        let accounts: Vec<Uuid> = reminders.iter().map(|reminder| reminder.account.uuid()).collect();
        let kinds: Vec<String> = reminders.iter().map(|reminder| reminder.kind.to_string()).collect();
        let subjects: Vec<Uuid> = reminders.iter().map(|reminder| reminder.subject).collect();
        let due: Vec<DateTime<Utc>> = reminders.iter().map(|reminder| reminder.due_at).collect();
        sqlx::query!(
            r#"
            insert into messaging.reminders (tenant_id, account_id, kind, subject_id, due_at)
            select $1, due.account_id, due.kind, due.subject_id, due.due_at
            from unnest($2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[])
              as due (account_id, kind, subject_id, due_at)
            order by due.account_id
            on conflict (tenant_id, account_id, kind, subject_id) do update
            set due_at = least(messaging.reminders.due_at, excluded.due_at)
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            &kinds,
            &subjects,
            &due,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn take_due(&mut self) -> Result<Option<Reminder>> {
        let now = self.0.now();
        let row = sqlx::query!(
            r#"
            with due as (
              select account_id, kind, subject_id
              from messaging.reminders
              where tenant_id = $1 and due_at <= $2
              order by due_at, account_id, kind, subject_id
              limit 1
              for update skip locked
            )
            delete from messaging.reminders as r
            using due
            where r.tenant_id = $1 and r.account_id = due.account_id and r.kind = due.kind and r.subject_id = due.subject_id
            returning r.account_id, r.kind, r.subject_id, r.due_at
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let of = RowOf { table: "messaging.reminders", id: row.subject_id };
        Ok(Some(Reminder {
            account: AccountId::from_uuid(row.account_id),
            kind: of.parse("kind", &row.kind)?,
            subject: row.subject_id,
            due_at: row.due_at,
        }))
    }

    async fn unread_since(
        &mut self,
        account: AccountId,
        conversation: Uuid,
    ) -> Result<Option<DateTime<Utc>>> {
        let now = self.0.now();
        let first = sqlx::query_scalar!(
            r#"
            select said.sent_at
            from messaging.members as m
            join messaging.messages as said on said.tenant_id = m.tenant_id and said.conversation_id = m.conversation_id
            where m.tenant_id = $1
              and m.conversation_id = $2
              and m.account_id = $3
              and m.state = 'active'
              and (m.muted_until is null or m.muted_until <= $4)
              and said.seq > greatest(m.read_seq, m.from_seq - 1)
              and said.deleted_at is null
              and said.sender_id <> m.account_id
              and not exists (
                select
                from social.barriers as b
                where b.tenant_id = m.tenant_id and b.viewer_id = m.account_id and b.other_id = said.sender_id
              )
            order by said.seq
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            conversation,
            account.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(first)
    }
}
