//! Reports.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::{Reliability, Report, ReportState};
use smilefactory_core::id::{AccountId, Id, ModerationCaseId, ReportId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::super::repository;
use super::super::super::row::{RowOf, page};
use super::{Arcs, number};
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadReports, WriteReports};
use crate::tx::ReadWrite;

repository! {
    /// What was reported.
    Reports = reports
}

struct ReportRow {
    id: Uuid,
    case_id: Uuid,
    reporter_id: Uuid,
    post_id: Option<Uuid>,
    comment_id: Option<Uuid>,
    profile_id: Option<Uuid>,
    reason: String,
    note: Option<String>,
    text_as_reported: String,
    weight: i32,
    filed_at: DateTime<Utc>,
    state: String,
}

impl TryFrom<ReportRow> for Report {
    type Error = StoreError;
    fn try_from(row: ReportRow) -> Result<Self> {
        let of = RowOf { table: "content.reports", id: row.id };
        let arcs = Arcs { post: row.post_id, comment: row.comment_id, profile: row.profile_id };
        Ok(Self {
            id: ReportId::from_uuid(row.id),
            case: ModerationCaseId::from_uuid(row.case_id),
            reporter: AccountId::from_uuid(row.reporter_id),
            subject: arcs.subject(of)?,
            reason: of.parse("reason", &row.reason)?,
            note: of.parse_opt("note", row.note.as_deref())?,
            text_as_reported: row.text_as_reported,
            weight: number(of, "weight", row.weight)?,
            state: of.parse("state", &row.state)?,
            filed_at: row.filed_at,
        })
    }
}

impl<Mode> ReadReports for Reports<'_, Mode> {
    async fn get(&mut self, id: ReportId) -> Result<Option<Report>> {
        sqlx::query_as!(
            ReportRow,
            r#"
            select id, case_id, reporter_id, post_id, comment_id, profile_id, reason, note, text_as_reported, weight,
              filed_at, state
            from content.reports
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Report::try_from)
        .transpose()
    }

    async fn list_of_reporter(
        &mut self,
        reporter: AccountId,
        request: &PageRequest<ReportId>,
    ) -> Result<Page<Report, ReportId>> {
        let rows = sqlx::query_as!(
            ReportRow,
            r#"
            select id, case_id, reporter_id, post_id, comment_id, profile_id, reason, note, text_as_reported, weight,
              filed_at, state
            from content.reports
            where tenant_id = $1 and reporter_id = $2 and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            reporter.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Report::try_from, |report| report.id)
    }

    async fn list_of_case(
        &mut self,
        case: ModerationCaseId,
        request: &PageRequest<ReportId>,
    ) -> Result<Page<Report, ReportId>> {
        let rows = sqlx::query_as!(
            ReportRow,
            r#"
            select id, case_id, reporter_id, post_id, comment_id, profile_id, reason, note, text_as_reported, weight,
              filed_at, state
            from content.reports
            where tenant_id = $1 and case_id = $2 and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            case.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Report::try_from, |report| report.id)
    }

    async fn reliability(&mut self, reporter: AccountId) -> Result<Reliability> {
        let found = sqlx::query!(
            r#"
            select count(*) filter (where state = 'upheld') as "upheld!", count(*) as "decided!"
            from content.reports
            where tenant_id = $1 and reporter_id = $2 and state in ('upheld', 'dismissed')
            "#,
            self.0.scope().tenant.uuid(),
            reporter.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Reliability { upheld: count(found.upheld), decided: count(found.decided) })
    }

    async fn tally(&mut self, case: ModerationCaseId) -> Result<(u16, u16)> {
        let found = sqlx::query!(
            r#"
            select count(*) as "reports!", coalesce(sum(weight), 0)::bigint as "weight!"
            from content.reports
            where tenant_id = $1 and case_id = $2 and state = 'open'
            "#,
            self.0.scope().tenant.uuid(),
            case.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        let count = |count| u16::try_from(count).unwrap_or(u16::MAX);
        Ok((count(found.reports), count(found.weight)))
    }

    async fn is_reporter(&mut self, case: ModerationCaseId, account: AccountId) -> Result<bool> {
        let found = sqlx::query_scalar!(
            r#"
            select exists (
              select from content.reports
              where tenant_id = $1 and case_id = $2 and reporter_id = $3 and state <> 'retracted'
            ) as "found!"
            "#,
            self.0.scope().tenant.uuid(),
            case.uuid(),
            account.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(found)
    }
}

impl WriteReports for Reports<'_, ReadWrite> {
    async fn insert(&mut self, report: &Report) -> Result<()> {
        let arcs = Arcs::from(report.subject);
        sqlx::query!(
            r#"
            insert into content.reports (tenant_id, id, case_id, reporter_id, post_id, comment_id, profile_id, reason,
              note, text_as_reported, weight, filed_at, state)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            "#,
            self.0.scope().tenant.uuid(),
            report.id.uuid(),
            report.case.uuid(),
            report.reporter.uuid(),
            arcs.post,
            arcs.comment,
            arcs.profile,
            report.reason.as_str(),
            report.note.as_ref().map(AsRef::as_ref),
            report.text_as_reported,
            i32::from(report.weight),
            report.filed_at,
            report.state.as_str(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn retract(&mut self, report: &Report) -> Result<()> {
        let saved = sqlx::query!(
            "update content.reports set state = 'retracted' where tenant_id = $1 and id = $2 and state = 'open'",
            self.0.scope().tenant.uuid(),
            report.id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: ReportId::ENTITY, id: report.id.uuid() }),
            _ => Ok(()),
        }
    }

    async fn move_all(&mut self, case: ModerationCaseId, from: ReportState, to: ReportState) -> Result<u64> {
        let saved = sqlx::query!(
            "update content.reports set state = $4 where tenant_id = $1 and case_id = $2 and state = $3",
            self.0.scope().tenant.uuid(),
            case.uuid(),
            from.as_str(),
            to.as_str(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(saved.rows_affected())
    }
}
