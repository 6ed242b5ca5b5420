//! The trail of changes, and keys that make a repeated request have one effect.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use smilefactory_core::id::{AuditId, Id, RequestId};
use smilefactory_core::page::{Page, PageRequest};
use sqlx::types::Json;
use uuid::Uuid;

use super::repository;
use super::row::page;
use crate::error::{Result, StoreError};
use crate::repo::platform::{AuditEntry, Claim, ReadAudit, StoredResponse, WriteIdempotency};
use crate::tx::{ReadWrite, actor_text};

repository! {
    /// The audit trail: every change of every row.
    Audit = audit
}

repository! {
    /// Keys that make a repeated request have one effect.
    Idempotency = idempotency
}

struct AuditRow {
    id: Uuid,
    at: DateTime<Utc>,
    actor: String,
    request_id: Option<Uuid>,
    table_name: String,
    row_key: String,
    action: String,
    before: Option<Value>,
    after: Option<Value>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: AuditId::from_uuid(row.id),
            at: row.at,
            actor: row.actor,
            request: row.request_id.map(RequestId::from_uuid),
            table: row.table_name,
            row: row.row_key,
            action: row.action,
            before: row.before,
            after: row.after,
        }
    }
}

impl<Mode> ReadAudit for Audit<'_, Mode> {
    async fn list_of_row(
        &mut self,
        table: &str,
        row: &str,
        request: &PageRequest<AuditId>,
    ) -> Result<Page<AuditEntry, AuditId>> {
        let rows = sqlx::query_as!(
            AuditRow,
            r#"
            select id, at, actor, request_id, table_name, row_key, action, before, after
            from platform.audit
            where tenant_id = $1 and table_name = $2 and row_key = $3 and ($4::uuid is null or id < $4)
            order by id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            table,
            row,
            request.after.map(Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(row.into()), |entry: &AuditEntry| entry.id)
    }

    async fn list(&mut self, request: &PageRequest<AuditId>) -> Result<Page<AuditEntry, AuditId>> {
        let rows = sqlx::query_as!(
            AuditRow,
            r#"
            select id, at, actor, request_id, table_name, row_key, action, before, after
            from platform.audit
            where tenant_id = $1 and ($2::uuid is null or id < $2)
            order by id desc
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            request.after.map(Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(row.into()), |entry: &AuditEntry| entry.id)
    }
}

impl WriteIdempotency for Idempotency<'_, ReadWrite> {
    async fn claim(&mut self, key: &str, fingerprint: [u8; 32]) -> Result<Claim> {
        let scope = *self.0.scope();
        let now = self.0.now();
        // Waits for whoever holds the same key; when they undo their work, the key is free again.
        let claimed = sqlx::query!(
            r#"
            insert into platform.idempotency_keys (tenant_id, actor, key, fingerprint, created_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, actor, key) do nothing
            "#,
            scope.tenant.uuid(),
            actor_text(scope.actor),
            key,
            fingerprint.as_slice(),
            now,
        )
        .execute(self.0.conn()?)
        .await;
        match claimed {
            Ok(claimed) if claimed.rows_affected() > 0 => return Ok(Claim::New),
            Ok(_) => {}
            Err(sqlx::Error::Database(refused)) if refused.code().as_deref() == Some("55P03") => {
                return Ok(Claim::InFlight);
            }
            Err(error) => return Err(error.into()),
        }
        let earlier = sqlx::query!(
            r#"
            select fingerprint, status, body, headers as "headers: Json<Vec<(String, String)>>"
            from platform.idempotency_keys
            where tenant_id = $1 and actor = $2 and key = $3
            "#,
            scope.tenant.uuid(),
            actor_text(scope.actor),
            key,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        if earlier.fingerprint != fingerprint {
            return Ok(Claim::OtherRequest);
        }
        match (earlier.status.and_then(|status| u16::try_from(status).ok()), earlier.body) {
            (Some(status), Some(body)) => {
                Ok(Claim::Done(StoredResponse { status, headers: earlier.headers.0, body }))
            }
            (Some(_), None) => Ok(Claim::Erased),
            _ => Err(StoreError::internal("an idempotency key was kept without its response")),
        }
    }

    async fn finish(&mut self, key: &str, response: &StoredResponse) -> Result<()> {
        let scope = *self.0.scope();
        let status = i16::try_from(response.status)
            .map_err(|_| StoreError::internal("a status code is out of range"))?;
        sqlx::query!(
            r#"
            update platform.idempotency_keys
            set status = $4, body = $5, headers = $6
            where tenant_id = $1 and actor = $2 and key = $3
            "#,
            scope.tenant.uuid(),
            actor_text(scope.actor),
            key,
            status,
            &response.body,
            Json(&response.headers) as _,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn erase_about(&mut self, id: Uuid, since: DateTime<Utc>) -> Result<u64> {
        let since = since.max(self.0.now() - TimeDelta::hours(25));
        let erased = sqlx::query!(
            r#"
            update platform.idempotency_keys
            set body = null
            where tenant_id = $1
              and created_at >= $2
              and status is not null
              and position(convert_to($3::text, 'UTF8') in body) > 0
            "#,
            self.0.scope().tenant.uuid(),
            since,
            id.to_string(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(erased.rows_affected())
    }

    async fn forget_before(&mut self, time: DateTime<Utc>) -> Result<u64> {
        let gone = sqlx::query!(
            r#"
            delete from platform.idempotency_keys
            where (tenant_id, actor, key) in (
              select tenant_id, actor, key from platform.idempotency_keys
              where tenant_id = $1 and created_at < $2
              limit 1000
            )
            "#,
            self.0.scope().tenant.uuid(),
            time,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected())
    }
}
