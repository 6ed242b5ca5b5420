//! Codes that groups are joined with.

use chrono::{DateTime, Utc};
use smilefactory_core::community::GroupCode;
use smilefactory_core::id::{AccountId, GroupCodeId, GroupId, Id};
use smilefactory_core::identity::TokenDigest;
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use super::{from_count, to_count};
use crate::error::{Result, StoreError};
use crate::repo::community::{ReadGroupCodes, WriteGroupCodes};
use crate::tx::ReadWrite;

repository! {
    /// Codes that groups are joined with.
    GroupCodes = group_codes
}

struct CodeRow {
    id: Uuid,
    group_id: Uuid,
    made_by: Uuid,
    max_uses: i32,
    uses: i32,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<CodeRow> for GroupCode {
    fn from(row: CodeRow) -> Self {
        Self {
            id: GroupCodeId::from_uuid(row.id),
            group: GroupId::from_uuid(row.group_id),
            made_by: AccountId::from_uuid(row.made_by),
            max_uses: to_count(row.max_uses),
            uses: to_count(row.uses),
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

impl<Mode> ReadGroupCodes for GroupCodes<'_, Mode> {
    async fn get(&mut self, id: GroupCodeId) -> Result<Option<GroupCode>> {
        let row = sqlx::query_as!(
            CodeRow,
            r#"
            select id, group_id, made_by, max_uses, uses, created_at, expires_at, revoked_at
            from community.codes
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(GroupCode::from))
    }

    async fn list(
        &mut self,
        group: GroupId,
        request: &PageRequest<GroupCodeId>,
    ) -> Result<Page<GroupCode, GroupCodeId>> {
        let rows = sqlx::query_as!(
            CodeRow,
            r#"
            select id, group_id, made_by, max_uses, uses, created_at, expires_at, revoked_at
            from community.codes
            where tenant_id = $1 and group_id = $2 and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            group.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(row.into()), |code: &GroupCode| code.id)
    }

    async fn find_by_code(&mut self, digest: &TokenDigest) -> Result<Option<GroupCode>> {
        let row = sqlx::query_as!(
            CodeRow,
            r#"
            select id, group_id, made_by, max_uses, uses, created_at, expires_at, revoked_at
            from community.codes
            where tenant_id = $1 and code_digest = $2
            "#,
            self.0.scope().tenant.uuid(),
            digest.0.as_slice(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(GroupCode::from))
    }
}

impl WriteGroupCodes for GroupCodes<'_, ReadWrite> {
    async fn insert(&mut self, code: &GroupCode, digest: &TokenDigest) -> Result<()> {
        sqlx::query!(
            r#"
            insert into community.codes (tenant_id, id, group_id, made_by, code_digest, max_uses, uses,
              created_at, expires_at, revoked_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            "#,
            self.0.scope().tenant.uuid(),
            code.id.uuid(),
            code.group.uuid(),
            code.made_by.uuid(),
            digest.0.as_slice(),
            from_count(code.max_uses),
            from_count(code.uses),
            code.created_at,
            code.expires_at,
            code.revoked_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn revoke(&mut self, code: &GroupCode) -> Result<()> {
        let saved = sqlx::query!(
            r#"
            update community.codes
            set revoked_at = $3
            where tenant_id = $1 and id = $2 and revoked_at is null
            "#,
            self.0.scope().tenant.uuid(),
            code.id.uuid(),
            code.revoked_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: GroupCodeId::ENTITY, id: code.id.uuid() }),
            _ => Ok(()),
        }
    }

    async fn count_use(&mut self, id: GroupCodeId) -> Result<bool> {
        let now = self.0.now();
        let counted = sqlx::query!(
            r#"
            update community.codes
            set uses = uses + 1
            where tenant_id = $1 and id = $2 and uses < max_uses and revoked_at is null and expires_at > $3
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(counted.rows_affected() > 0)
    }
}
