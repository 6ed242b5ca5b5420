//! Appeals.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::{Appeal, Ruling};
use smilefactory_core::id::{AccountId, Id, ModerationCaseId};
use uuid::Uuid;

use super::super::super::repository;
use super::super::super::row::RowOf;
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadAppeals, WriteAppeals};
use crate::tx::ReadWrite;

repository! {
    /// What is said against decisions.
    Appeals = appeals
}

struct AppealRow {
    case_id: Uuid,
    author_id: Uuid,
    body: String,
    against_id: Uuid,
    filed_at: DateTime<Utc>,
    ruling: Option<String>,
    ruling_reason: Option<String>,
    ruled_by: Option<Uuid>,
    ruled_at: Option<DateTime<Utc>>,
}

impl TryFrom<AppealRow> for Appeal {
    type Error = StoreError;
    fn try_from(row: AppealRow) -> Result<Self> {
        let of = RowOf { table: "content.appeals", id: row.case_id };
        Ok(Self {
            case: ModerationCaseId::from_uuid(row.case_id),
            author: AccountId::from_uuid(row.author_id),
            text: of.parse("body", &row.body)?,
            against: AccountId::from_uuid(row.against_id),
            filed_at: row.filed_at,
            ruling: of.parse_opt("ruling", row.ruling.as_deref())?,
            ruling_reason: of.parse_opt("ruling_reason", row.ruling_reason.as_deref())?,
            ruled_by: row.ruled_by.map(AccountId::from_uuid),
            ruled_at: row.ruled_at,
        })
    }
}

impl<Mode> ReadAppeals for Appeals<'_, Mode> {
    async fn get_many(&mut self, cases: &[ModerationCaseId]) -> Result<Vec<Appeal>> {
        let cases: Vec<Uuid> = cases.iter().map(|id| id.uuid()).collect();
        sqlx::query_as!(
            AppealRow,
            r#"
            select case_id, author_id, body, against_id, filed_at, ruling, ruling_reason, ruled_by, ruled_at
            from content.appeals
            where tenant_id = $1 and case_id = any($2)
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            &cases,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Appeal::try_from)
        .collect()
    }

    async fn get(&mut self, case: ModerationCaseId) -> Result<Option<Appeal>> {
        Ok(self.get_many(&[case]).await?.pop())
    }
}

impl WriteAppeals for Appeals<'_, ReadWrite> {
    async fn insert(&mut self, appeal: &Appeal) -> Result<()> {
        sqlx::query!(
            r#"
            insert into content.appeals (tenant_id, case_id, author_id, body, against_id, filed_at)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            self.0.scope().tenant.uuid(),
            appeal.case.uuid(),
            appeal.author.uuid(),
            appeal.text.as_str(),
            appeal.against.uuid(),
            appeal.filed_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn rule(&mut self, appeal: &Appeal) -> Result<()> {
        let saved = sqlx::query!(
            r#"
            update content.appeals
            set ruling = $3, ruling_reason = $4, ruled_by = $5, ruled_at = $6
            where tenant_id = $1 and case_id = $2 and ruling is null
            "#,
            self.0.scope().tenant.uuid(),
            appeal.case.uuid(),
            appeal.ruling.map(Ruling::as_str),
            appeal.ruling_reason.as_ref().map(AsRef::as_ref),
            appeal.ruled_by.map(Uuid::from),
            appeal.ruled_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: "appeal", id: appeal.case.uuid() }),
            _ => Ok(()),
        }
    }
}
