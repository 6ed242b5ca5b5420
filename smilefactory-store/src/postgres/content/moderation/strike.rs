//! Strikes.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::{Strike, StrikeEnd};
use smilefactory_core::id::{AccountId, Id, ModerationCaseId, StrikeId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::super::repository;
use super::super::super::row::{RowOf, page};
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadStrikes, WriteStrikes};
use crate::tx::ReadWrite;

repository! {
    /// Marks against those who broke the rules.
    Strikes = strikes
}

struct StrikeRow {
    id: Uuid,
    account_id: Uuid,
    case_id: Uuid,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    ending: Option<String>,
}

impl TryFrom<StrikeRow> for Strike {
    type Error = StoreError;
    fn try_from(row: StrikeRow) -> Result<Self> {
        let of = RowOf { table: "content.strikes", id: row.id };
        Ok(Self {
            id: StrikeId::from_uuid(row.id),
            account: AccountId::from_uuid(row.account_id),
            case: ModerationCaseId::from_uuid(row.case_id),
            issued_at: row.issued_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            end: of.parse_opt("ending", row.ending.as_deref())?,
        })
    }
}

impl<Mode> ReadStrikes for Strikes<'_, Mode> {
    async fn find_by_case(&mut self, case: ModerationCaseId) -> Result<Option<Strike>> {
        sqlx::query_as!(
            StrikeRow,
            r#"
            select id, account_id, case_id, issued_at, expires_at, ended_at, ending
            from content.strikes
            where tenant_id = $1 and case_id = $2
            "#,
            self.0.scope().tenant.uuid(),
            case.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Strike::try_from)
        .transpose()
    }

    async fn list_of_account(
        &mut self,
        account: AccountId,
        request: &PageRequest<StrikeId>,
    ) -> Result<Page<Strike, StrikeId>> {
        let rows = sqlx::query_as!(
            StrikeRow,
            r#"
            select id, account_id, case_id, issued_at, expires_at, ended_at, ending
            from content.strikes
            where tenant_id = $1 and account_id = $2 and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Strike::try_from, |strike| strike.id)
    }

    async fn count_live(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<i64> {
        let count = sqlx::query_scalar!(
            r#"
            select count(*) as "count!"
            from content.strikes
            where tenant_id = $1 and account_id = $2 and ended_at is null and expires_at > $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            now,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(count)
    }

    async fn next_due(&mut self, now: DateTime<Utc>) -> Result<Option<Strike>> {
        sqlx::query_as!(
            StrikeRow,
            r#"
            select id, account_id, case_id, issued_at, expires_at, ended_at, ending
            from content.strikes
            where tenant_id = $1 and ended_at is null and expires_at <= $2
            order by expires_at
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Strike::try_from)
        .transpose()
    }
}

impl WriteStrikes for Strikes<'_, ReadWrite> {
    async fn lock_account(&mut self, account: AccountId) -> Result<()> {
        // A lock of its own: the account's row is of another context.
        sqlx::query!(
            "select pg_advisory_xact_lock(hashtextextended('content.strikes ' || $1::text || ' ' || $2::text, 0))",
            self.0.scope().tenant.to_string(),
            account.to_string(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn insert(&mut self, strike: &Strike) -> Result<()> {
        sqlx::query!(
            r#"
            insert into content.strikes (tenant_id, id, account_id, case_id, issued_at, expires_at)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            self.0.scope().tenant.uuid(),
            strike.id.uuid(),
            strike.account.uuid(),
            strike.case.uuid(),
            strike.issued_at,
            strike.expires_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn end(&mut self, strike: &Strike) -> Result<bool> {
        let saved = sqlx::query!(
            r#"
            update content.strikes
            set ended_at = $3, ending = $4
            where tenant_id = $1 and id = $2 and ended_at is null
            "#,
            self.0.scope().tenant.uuid(),
            strike.id.uuid(),
            strike.ended_at,
            strike.end.map(StrikeEnd::as_str),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(saved.rows_affected() > 0)
    }
}
