//! Blocks.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::Block;
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use crate::error::Result;
use crate::repo::social::{BarrierKey, ReadBlocks, WriteBlocks};
use crate::tx::ReadWrite;

repository! {
    /// Blocks.
    Blocks = blocks
}

impl<Mode> ReadBlocks for Blocks<'_, Mode> {
    async fn list(
        &mut self,
        account: AccountId,
        request: &PageRequest<BarrierKey>,
    ) -> Result<Page<Block, BarrierKey>> {
        let rows = sqlx::query!(
            r#"
            select other_id, at
            from social.blocks
            where tenant_id = $1 and account_id = $2 and (at, other_id) < ($3, $4)
            order by at desc, other_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.account.uuid()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let rows = rows.into_iter().map(|row| Block { account: AccountId::from_uuid(row.other_id), since: row.at });
        page(rows.collect(), request.size, Ok, |last| BarrierKey { at: last.since, account: last.account })
    }
}

impl WriteBlocks for Blocks<'_, ReadWrite> {
    async fn insert(&mut self, account: AccountId, other: AccountId) -> Result<bool> {
        let now = self.0.now();
        let new = sqlx::query!(
            r#"
            insert into social.blocks (tenant_id, account_id, other_id, at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id, other_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            other.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(new.rows_affected() > 0)
    }

    async fn delete(&mut self, account: AccountId, other: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from social.blocks where tenant_id = $1 and account_id = $2 and other_id = $3",
            self.0.scope().tenant.uuid(),
            account.uuid(),
            other.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}
