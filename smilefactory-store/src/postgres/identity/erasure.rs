//! Who asked to be erased, and how far that is.

use chrono::{DateTime, TimeDelta, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::identity::Erasure;
use uuid::Uuid;

use super::super::repository;
use crate::error::{Result, StoreError};
use crate::repo::identity::{ErasureProgress, ErasureStage, ReadErasures, WriteErasures, WriteSessions};
use crate::tx::ReadWrite;

repository! {
    /// Who asked to be erased.
    Erasures = erasures
}

/// Longer than any answer is kept.
const ANSWERS: TimeDelta = TimeDelta::hours(25);

struct ErasureRow {
    account_id: Uuid,
    asked_at: DateTime<Utc>,
    revocable_until: DateTime<Utc>,
    due_at: DateTime<Utc>,
}

impl From<ErasureRow> for Erasure {
    fn from(row: ErasureRow) -> Self {
        Self {
            account: AccountId::from_uuid(row.account_id),
            asked_at: row.asked_at,
            revocable_until: row.revocable_until,
            due_at: row.due_at,
        }
    }
}

impl<Mode> ReadErasures for Erasures<'_, Mode> {
    async fn get(&mut self, account: AccountId) -> Result<Option<Erasure>> {
        let row = sqlx::query_as!(
            ErasureRow,
            r#"
            select account_id, asked_at, revocable_until, due_at
            from identity.erasures
            where tenant_id = $1 and account_id = $2 and stage <> 'done'
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(Erasure::from))
    }
}

impl WriteErasures for Erasures<'_, ReadWrite> {
    async fn insert(&mut self, erasure: &Erasure) -> Result<bool> {
        let asked = sqlx::query!(
            r#"
            insert into identity.erasures (tenant_id, account_id, asked_at, revocable_until, due_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, account_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            erasure.account.uuid(),
            erasure.asked_at,
            erasure.revocable_until,
            erasure.due_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(asked.rows_affected() > 0)
    }

    async fn delete(&mut self, account: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from identity.erasures where tenant_id = $1 and account_id = $2 and stage = 'asked'",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn lock_due(&mut self) -> Result<Option<ErasureProgress>> {
        let now = self.0.now();
        let row = sqlx::query!(
            r#"
            select account_id, asked_at, revocable_until, due_at, stage, behind
            from identity.erasures
            where tenant_id = $1 and stage <> 'done' and due_at <= $2
            order by due_at, account_id
            limit 1
            for update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let stage = ErasureStage::ALL.into_iter().find(|stage| stage.as_str() == row.stage);
        let stage = stage.ok_or_else(|| StoreError::internal("an erasure is at an unknown stage"))?;
        let erasure = ErasureRow {
            account_id: row.account_id,
            asked_at: row.asked_at,
            revocable_until: row.revocable_until,
            due_at: row.due_at,
        };
        Ok(Some(ErasureProgress { erasure: erasure.into(), stage, behind: row.behind }))
    }

    async fn advance(&mut self, progress: &ErasureProgress) -> Result<()> {
        let done_at = (progress.stage == ErasureStage::Done).then(|| self.0.now());
        sqlx::query!(
            "update identity.erasures set stage = $3, behind = $4, done_at = $5 where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            progress.erasure.account.uuid(),
            progress.stage.as_str(),
            progress.behind,
            done_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn empty_account(&mut self, account: AccountId) -> Result<()> {
        let (tenant, now) = (self.0.scope().tenant.uuid(), self.0.now());
        self.0.sessions().delete_all(account).await?;
        sqlx::query!(
            "delete from identity.email_verifications where tenant_id = $1 and account_id = $2",
            tenant,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from identity.profile_views where tenant_id = $1 and viewer_id = $2",
            tenant,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from identity.activity_days where tenant_id = $1 and account_id = $2",
            tenant,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            r#"
            update identity.personal_details
            set email = ('erased-' || id || '@erased.invalid')::text, email_verified_at = null, password_hash = '!',
              first_name = 'Erased', last_name = 'Person', phone = null, gender = null, bio = null, role = 'member',
              profile_kind = null, profile_state = 'draft', visibility = 'private', completion = 0, verified_at = null,
              last_login_at = null, extra = '{}', erased_at = $3, version = version + 1, updated_at = $3
            where tenant_id = $1 and id = $2 and erased_at is null
            "#,
            tenant,
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn erase_answers(&mut self, account: AccountId) -> Result<u64> {
        let (tenant, since) = (self.0.scope().tenant.uuid(), self.0.now() - ANSWERS);
        let own = sqlx::query!(
            "delete from platform.idempotency_keys where tenant_id = $1 and actor = $2",
            tenant,
            account.to_string(),
        )
        .execute(self.0.conn()?)
        .await?;
        // Comments of nobody are those of people who were erased.
        let others = sqlx::query!(
            r#"
            update platform.idempotency_keys k
            set body = null
            where k.tenant_id = $1
              and k.created_at >= $2
              and k.status is not null
              and exists (
                select
                from regexp_matches(
                  convert_from(k.body, 'UTF8'), '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'g'
                ) as found (id)
                left join content.posts p on p.tenant_id = $1 and p.id = found.id[1]::uuid and p.author_id = $3
                left join content.comments c on c.tenant_id = $1 and c.id = found.id[1]::uuid and c.author_id is null
                where found.id[1]::uuid = $3 or p.id is not null or c.id is not null
              )
            "#,
            tenant,
            since,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(own.rows_affected() + others.rows_affected())
    }

    async fn erase_from_facts(
        &mut self,
        account: AccountId,
        behind: Option<Uuid>,
        most: u16,
    ) -> Result<Option<Uuid>> {
        let last = sqlx::query_scalar!(
            "select platform.erase_from_outbox($1, $2, $3)",
            account.uuid(),
            behind.unwrap_or(Uuid::nil()),
            i32::from(most),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(last)
    }

    async fn erase_from_trail(
        &mut self,
        account: AccountId,
        behind: Option<Uuid>,
        most: u16,
    ) -> Result<Option<Uuid>> {
        let last = sqlx::query_scalar!(
            "select platform.erase_from_trail($1, $2, $3)",
            account.uuid(),
            behind.unwrap_or(Uuid::nil()),
            i32::from(most),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(last)
    }
}
