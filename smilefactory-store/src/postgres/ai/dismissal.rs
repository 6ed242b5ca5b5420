//! Whom people do not want to be shown again.

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use crate::error::Result;
use crate::repo::ai::{ReadDismissals, WriteDismissals};
use crate::tx::ReadWrite;

repository! {
    /// Whom people do not want to be shown again.
    Dismissals = dismissals
}

impl<Mode> ReadDismissals for Dismissals<'_, Mode> {
    async fn list(
        &mut self,
        account: AccountId,
        request: &PageRequest<AccountId>,
    ) -> Result<Page<AccountId, AccountId>> {
        let rows = sqlx::query_scalar!(
            r#"
            select candidate_id
            from ai.dismissals
            where tenant_id = $1 and account_id = $2 and candidate_id < $3
            order by candidate_id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::max(), Id::uuid),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |id| Ok(AccountId::from_uuid(id)), |id| *id)
    }

    async fn among(&mut self, account: AccountId, candidates: &[AccountId]) -> Result<Vec<AccountId>> {
        let candidates: Vec<Uuid> = candidates.iter().map(|candidate| candidate.uuid()).collect();
        let rows = sqlx::query_scalar!(
            r#"
            select candidate_id
            from ai.dismissals
            where tenant_id = $1 and account_id = $2 and candidate_id = any($3)
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            &candidates,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(AccountId::from_uuid).collect())
    }
}

impl WriteDismissals for Dismissals<'_, ReadWrite> {
    async fn insert(&mut self, account: AccountId, candidate: AccountId) -> Result<bool> {
        let now = self.0.now();
        let new = sqlx::query!(
            r#"
            insert into ai.dismissals (tenant_id, account_id, candidate_id, at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id, candidate_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            candidate.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(new.rows_affected() > 0)
    }

    async fn erase(&mut self, account: AccountId) -> Result<u64> {
        let gone = sqlx::query!(
            "delete from ai.dismissals where tenant_id = $1 and (account_id = $2 or candidate_id = $2)",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected())
    }

    async fn delete(&mut self, account: AccountId, candidate: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from ai.dismissals where tenant_id = $1 and account_id = $2 and candidate_id = $3",
            self.0.scope().tenant.uuid(),
            account.uuid(),
            candidate.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}
