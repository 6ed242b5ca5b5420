//! Log-ins.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id, SessionId};
use smilefactory_core::identity::{Session, TokenDigest};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::Result;
use crate::repo::identity::{OpenSession, ReadSessions, WriteSessions};
use crate::tx::ReadWrite;

repository! {
    /// Log-ins that last.
    Sessions = sessions
}

struct SessionRow {
    id: Uuid,
    account_id: Uuid,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: SessionId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

impl<Mode> ReadSessions for Sessions<'_, Mode> {
    async fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<OpenSession>> {
        let now = self.0.now();
        let row = sqlx::query!(
            r#"
            select s.id, s.account_id, s.created_at, s.expires_at, a.role, a.profile_state
            from identity.sessions s
            join identity.personal_details a on a.tenant_id = s.tenant_id and a.id = s.account_id
            where s.tenant_id = $1 and s.token_digest = $2 and s.expires_at > $3
            "#,
            self.0.scope().tenant.uuid(),
            token.0.as_slice(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let account = RowOf { table: "identity.personal_details", id: row.account_id };
        Ok(Some(OpenSession {
            role: account.parse("role", &row.role)?,
            suspended: row.profile_state == "suspended",
            session: Session {
                id: SessionId::from_uuid(row.id),
                account: AccountId::from_uuid(row.account_id),
                created_at: row.created_at,
                expires_at: row.expires_at,
            },
        }))
    }

    async fn list(
        &mut self,
        account: AccountId,
        request: &PageRequest<SessionId>,
    ) -> Result<Page<Session, SessionId>> {
        let now = self.0.now();
        let rows = sqlx::query_as!(
            SessionRow,
            r#"
            select id, account_id, created_at, expires_at
            from identity.sessions
            where tenant_id = $1 and account_id = $2 and expires_at > $3 and ($4::uuid is null or id < $4)
            order by id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            now,
            request.after.map(Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(row.into()), |session: &Session| session.id)
    }
}

impl WriteSessions for Sessions<'_, ReadWrite> {
    async fn insert(&mut self, session: &Session, token: &TokenDigest) -> Result<()> {
        sqlx::query!(
            r#"
            insert into identity.sessions (tenant_id, id, account_id, token_digest, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            self.0.scope().tenant.uuid(),
            session.id.uuid(),
            session.account.uuid(),
            token.0.as_slice(),
            session.created_at,
            session.expires_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn delete(&mut self, account: AccountId, id: SessionId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from identity.sessions where tenant_id = $1 and account_id = $2 and id = $3",
            self.0.scope().tenant.uuid(),
            account.uuid(),
            id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn delete_all(&mut self, account: AccountId) -> Result<u64> {
        let gone = sqlx::query!(
            "delete from identity.sessions where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected())
    }
}
