//! Why somebody is suspended.

use smilefactory_core::id::{AccountId, Id, ModerationCaseId};
use uuid::Uuid;

use super::super::super::repository;
use crate::error::Result;
use crate::repo::content::{Cause, WriteSuspensions};
use crate::tx::ReadWrite;

repository! {
    /// Why people are suspended.
    Suspensions = suspensions
}

impl WriteSuspensions for Suspensions<'_, ReadWrite> {
    async fn insert(&mut self, case: ModerationCaseId, account: AccountId, by: Cause) -> Result<()> {
        sqlx::query!(
            r#"
            insert into content.suspensions (tenant_id, case_id, account_id, cause, suspended_at)
            values ($1, $2, $3, $4, $5)
            "#,
            self.0.scope().tenant.uuid(),
            case.uuid(),
            account.uuid(),
            by.as_str(),
            self.0.now(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn count(&mut self, account: AccountId, by: Cause) -> Result<i64> {
        let count = sqlx::query_scalar!(
            r#"
            select count(*) as "count!"
            from content.suspensions
            where tenant_id = $1 and account_id = $2 and cause = $3 and lifted_at is null
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            by.as_str(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(count)
    }

    async fn lift(&mut self, account: AccountId, by: Cause, case: Option<ModerationCaseId>) -> Result<u64> {
        let lifted = sqlx::query!(
            r#"
            update content.suspensions
            set lifted_at = $5
            where tenant_id = $1 and account_id = $2 and cause = $3 and ($4::uuid is null or case_id = $4)
              and lifted_at is null
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            by.as_str(),
            case.map(Uuid::from),
            self.0.now(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(lifted.rows_affected())
    }
}
