//! Cases.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::{CaseState, Decision, ModerationCase, ReportSubject};
use smilefactory_core::id::{AccountId, Id, ModerationCaseId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::super::repository;
use super::super::super::row::{RowOf, page};
use super::{Arcs, number};
use crate::error::{Result, StoreError};
use crate::repo::content::{Backlog, CaseFilter, CaseKey, ReadModerationCases, WriteModerationCases};
use crate::tx::ReadWrite;

repository! {
    /// What moderators look into.
    ModerationCases = moderation_cases
}

struct CaseRow {
    id: Uuid,
    post_id: Option<Uuid>,
    comment_id: Option<Uuid>,
    profile_id: Option<Uuid>,
    author_id: Uuid,
    origin: String,
    state: String,
    reports: i32,
    weight: i32,
    assignee_id: Option<Uuid>,
    decision: Option<String>,
    decision_reason: Option<String>,
    decided_by: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    opened_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    version: i64,
}

impl TryFrom<CaseRow> for ModerationCase {
    type Error = StoreError;
    fn try_from(row: CaseRow) -> Result<Self> {
        let of = RowOf { table: "content.moderation_cases", id: row.id };
        let arcs = Arcs { post: row.post_id, comment: row.comment_id, profile: row.profile_id };
        Ok(Self {
            id: ModerationCaseId::from_uuid(row.id),
            subject: arcs.subject(of)?,
            author: AccountId::from_uuid(row.author_id),
            origin: of.parse("origin", &row.origin)?,
            state: of.parse("state", &row.state)?,
            reports: number(of, "reports", row.reports)?,
            weight: number(of, "weight", row.weight)?,
            assignee: row.assignee_id.map(AccountId::from_uuid),
            decision: of.parse_opt("decision", row.decision.as_deref())?,
            decision_reason: of.parse_opt("decision_reason", row.decision_reason.as_deref())?,
            decided_by: row.decided_by.map(AccountId::from_uuid),
            decided_at: row.decided_at,
            opened_at: row.opened_at,
            due_at: row.due_at,
            version: Version::new(row.version),
        })
    }
}

/// No priority comes before this one, so that every case comes after it.
const BEFORE_ALL: i16 = -1;

impl<Mode> ReadModerationCases for ModerationCases<'_, Mode> {
    async fn get(&mut self, id: ModerationCaseId) -> Result<Option<ModerationCase>> {
        sqlx::query_as!(
            CaseRow,
            r#"
            select id, post_id, comment_id, profile_id, author_id, origin, state, reports, weight, assignee_id, decision,
              decision_reason, decided_by, decided_at, opened_at, due_at, version
            from content.moderation_cases
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(ModerationCase::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        filter: &CaseFilter,
        request: &PageRequest<CaseKey>,
    ) -> Result<Page<ModerationCase, CaseKey>> {
        let rows = sqlx::query_as!(
            CaseRow,
            r#"
            select id, post_id, comment_id, profile_id, author_id, origin, state, reports, weight, assignee_id, decision,
              decision_reason, decided_by, decided_at, opened_at, due_at, version
            from content.moderation_cases
            where tenant_id = $1
              and state = $2
              and ($3::uuid is null or assignee_id = $3)
              and ($4::timestamptz is null or due_at <= $4)
              and (band, due_at, id) > ($5, $6, $7)
            order by band, due_at, id
            limit $8
            "#,
            self.0.scope().tenant.uuid(),
            filter.state.as_str(),
            filter.assignee.map(Uuid::from),
            filter.due_by,
            request.after.map_or(BEFORE_ALL, |key| key.band),
            request.after.map_or(DateTime::UNIX_EPOCH, |key| key.due_at),
            request.after.map_or(Uuid::nil(), |key| key.id.uuid()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, ModerationCase::try_from, |case| CaseKey {
            band: case.priority().band(),
            due_at: case.due_at,
            id: case.id,
        })
    }

    async fn list_of_author(
        &mut self,
        author: AccountId,
        request: &PageRequest<ModerationCaseId>,
    ) -> Result<Page<ModerationCase, ModerationCaseId>> {
        let rows = sqlx::query_as!(
            CaseRow,
            r#"
            select id, post_id, comment_id, profile_id, author_id, origin, state, reports, weight, assignee_id, decision,
              decision_reason, decided_by, decided_at, opened_at, due_at, version
            from content.moderation_cases
            where tenant_id = $1 and author_id = $2 and decision in ('remove', 'warn', 'suspend') and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            author.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, ModerationCase::try_from, |case| case.id)
    }

    async fn backlog(&mut self, now: DateTime<Utc>) -> Result<Backlog> {
        let found = sqlx::query!(
            r#"
            select count(*) as "waiting!", count(*) filter (where due_at <= $2) as "overdue!"
            from content.moderation_cases
            where tenant_id = $1 and state in ('open', 'appealed')
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        let count = |count| u64::try_from(count).unwrap_or(0);
        Ok(Backlog { waiting: count(found.waiting), overdue: count(found.overdue) })
    }
}

impl WriteModerationCases for ModerationCases<'_, ReadWrite> {
    async fn insert_unless_open(&mut self, case: &ModerationCase) -> Result<bool> {
        let arcs = Arcs::from(case.subject);
        let opened = sqlx::query!(
            r#"
            insert into content.moderation_cases (tenant_id, id, post_id, comment_id, profile_id, author_id, origin,
              state, reports, weight, opened_at, due_at, version)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict do nothing
            "#,
            self.0.scope().tenant.uuid(),
            case.id.uuid(),
            arcs.post,
            arcs.comment,
            arcs.profile,
            case.author.uuid(),
            case.origin.as_str(),
            case.state.as_str(),
            i32::from(case.reports),
            i32::from(case.weight),
            case.opened_at,
            case.due_at,
            case.version.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(opened.rows_affected() > 0)
    }

    async fn lock_open(&mut self, subject: ReportSubject) -> Result<Option<ModerationCase>> {
        let arcs = Arcs::from(subject);
        sqlx::query_as!(
            CaseRow,
            r#"
            select id, post_id, comment_id, profile_id, author_id, origin, state, reports, weight, assignee_id, decision,
              decision_reason, decided_by, decided_at, opened_at, due_at, version
            from content.moderation_cases
            where tenant_id = $1 and state = $5 and (post_id = $2 or comment_id = $3 or profile_id = $4)
            for update
            "#,
            self.0.scope().tenant.uuid(),
            arcs.post,
            arcs.comment,
            arcs.profile,
            CaseState::Open.as_str(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(ModerationCase::try_from)
        .transpose()
    }

    async fn lock(&mut self, id: ModerationCaseId) -> Result<Option<ModerationCase>> {
        sqlx::query_as!(
            CaseRow,
            r#"
            select id, post_id, comment_id, profile_id, author_id, origin, state, reports, weight, assignee_id, decision,
              decision_reason, decided_by, decided_at, opened_at, due_at, version
            from content.moderation_cases
            where tenant_id = $1 and id = $2
            for update
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(ModerationCase::try_from)
        .transpose()
    }

    async fn update(&mut self, case: &ModerationCase) -> Result<ModerationCase> {
        let next = case.version.next();
        let saved = sqlx::query!(
            r#"
            update content.moderation_cases
            set origin = $4, state = $5, reports = $6, weight = $7, assignee_id = $8, decision = $9,
              decision_reason = $10, decided_by = $11, decided_at = $12, due_at = $13, version = $14
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            case.id.uuid(),
            case.version.get(),
            case.origin.as_str(),
            case.state.as_str(),
            i32::from(case.reports),
            i32::from(case.weight),
            case.assignee.map(Uuid::from),
            case.decision.map(Decision::as_str),
            case.decision_reason.as_ref().map(AsRef::as_ref),
            case.decided_by.map(Uuid::from),
            case.decided_at,
            case.due_at,
            next.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: ModerationCaseId::ENTITY, id: case.id.uuid() }),
            _ => Ok(ModerationCase { version: next, ..case.clone() }),
        }
    }
}
