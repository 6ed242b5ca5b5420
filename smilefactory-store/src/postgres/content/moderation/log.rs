//! The log of moderation.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::{ModerationEntry, ModerationStep};
use smilefactory_core::id::{AccountId, Id, ModerationCaseId, ModerationEntryId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::super::repository;
use super::super::super::row::{RowOf, page};
use super::number;
use crate::error::{Result, StoreError};
use crate::repo::content::{LogKey, ReadModerationLog, WriteModerationLog};
use crate::tx::ReadWrite;

repository! {
    /// What happened in moderation, in order.
    ModerationLog = moderation_log
}

/// The longest note, in characters.
const MAX_NOTE: usize = 2_000;

struct EntryRow {
    id: Uuid,
    case_id: Uuid,
    number: i32,
    step: String,
    actor_id: Option<Uuid>,
    detail: Option<String>,
    note: Option<String>,
    at: DateTime<Utc>,
}

impl TryFrom<EntryRow> for ModerationEntry {
    type Error = StoreError;
    fn try_from(row: EntryRow) -> Result<Self> {
        let of = RowOf { table: "content.moderation_log", id: row.id };
        Ok(Self {
            id: ModerationEntryId::from_uuid(row.id),
            case: ModerationCaseId::from_uuid(row.case_id),
            number: number(of, "number", row.number)?,
            step: of.parse("step", &row.step)?,
            actor: row.actor_id.map(AccountId::from_uuid),
            detail: row.detail,
            note: row.note,
            at: row.at,
        })
    }
}

fn key(entry: &ModerationEntry) -> LogKey {
    LogKey { at: entry.at, number: entry.number, id: entry.id }
}

impl<Mode> ReadModerationLog for ModerationLog<'_, Mode> {
    async fn list(
        &mut self,
        case: Option<ModerationCaseId>,
        request: &PageRequest<LogKey>,
    ) -> Result<Page<ModerationEntry, LogKey>> {
        // The first page begins after what comes later than everything.
        let at = request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at).min(LATEST);
        let place = request.after.map_or(i32::MAX, |key| i32::from(key.number));
        let id = request.after.map_or(Uuid::max(), |key| key.id.uuid());
        let tenant = self.0.scope().tenant.uuid();
        let size = request.size.with_one_more();
        let rows = match case {
            None => {
                sqlx::query_as!(
                    EntryRow,
                    r#"
                    select id, case_id, number, step, actor_id, detail, note, at
                    from content.moderation_log
                    where tenant_id = $1 and (at, number, id) < ($2, $3, $4)
                    order by at desc, number desc, id desc
                    limit $5
                    "#,
                    tenant,
                    at,
                    place,
                    id,
                    size,
                )
                .fetch_all(self.0.conn()?)
                .await?
            }
            Some(case) => {
                sqlx::query_as!(
                    EntryRow,
                    r#"
                    select id, case_id, number, step, actor_id, detail, note, at
                    from content.moderation_log
                    where tenant_id = $1 and case_id = $2 and number < $3
                    order by number desc
                    limit $4
                    "#,
                    tenant,
                    case.uuid(),
                    place,
                    size,
                )
                .fetch_all(self.0.conn()?)
                .await?
            }
        };
        page(rows, request.size, ModerationEntry::try_from, key)
    }
}

/// Later than anything that happens: 1 January 2200.
const LATEST: DateTime<Utc> = match DateTime::from_timestamp(7_258_118_400, 0) {
    Some(latest) => latest,
    None => DateTime::UNIX_EPOCH,
};

impl WriteModerationLog for ModerationLog<'_, ReadWrite> {
    async fn append(
        &mut self,
        case: ModerationCaseId,
        step: ModerationStep,
        detail: Option<&str>,
        note: Option<&str>,
    ) -> Result<()> {
        let note = note.map(|note| note.chars().take(MAX_NOTE).collect::<String>());
        let id: ModerationEntryId = self.0.new_id()?;
        sqlx::query!(
            r#"
            insert into content.moderation_log (tenant_id, id, case_id, number, step, actor_id, detail, note, at)
            select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7, $8
            from content.moderation_log
            where tenant_id = $1 and case_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            case.uuid(),
            step.as_str(),
            self.0.scope().actor.account().map(Uuid::from),
            detail,
            note.as_deref().map(str::trim).filter(|note| !note.is_empty()),
            self.0.now(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}
