//! Takes a person out of the archive.

use chrono::NaiveDate;
use serde_json::Value;
use smilefactory_core::content::ContentDigest;
use smilefactory_core::id::{AccountId, Id, TenantId};
use uuid::Uuid;

use super::archive::ArchivedPart;
use super::{ArchivedTable, PartitionError, Partitions, month};
use crate::blob::BlobKey;
use crate::error::{Result as StoreResult, StoreError};
use crate::tx::Door;

const TABLE: ArchivedTable = ArchivedTable::Messages;

impl Partitions {
    /// Puts the months of messages back that are in no table and not dropped, and says whether there were any.
    pub(crate) async fn put_back_messages(&self) -> Result<bool, PartitionError> {
        let mut any = false;
        for month in month::detached(&self.store, TABLE.name()).await? {
            any |= month::put_back(&self.store, TABLE.name(), month).await?;
        }
        Ok(any)
    }

    /// Takes what somebody said and did out of the next part of their tenant's archive of messages behind one, as it is
    /// taken out of the tables. Says which part that was, by its last row, or nothing at the end.
    ///
    /// A part that is damaged is passed over: nobody reads it any more.
    pub(crate) async fn erase_from_part(
        &self,
        tenant: TenantId,
        account: AccountId,
        behind: Option<Uuid>,
    ) -> Result<Option<Uuid>, PartitionError> {
        let Some((month, part, last)) = self.part_behind(tenant, behind).await? else { return Ok(None) };
        let lines = match self.read_part(TABLE, month, &part).await {
            Err(error @ PartitionError::Damaged { .. }) => {
                tracing::error!(%error, %account, "an erased person may be left in it");
                return Ok(Some(last));
            }
            read => read?,
        };
        let mut without = Vec::new();
        let mut any = false;
        for line in lines {
            let mut row: Value = serde_json::from_str(&line).map_err(unreadable)?;
            any |= take_out(&mut row, &account.to_string());
            without.push(row.to_string());
        }
        if any {
            // The sum of the rows stays what it was: it was compared for the last time when they were dropped.
            let (digest, bytes) = self.put_part(tenant, TABLE, month, &without).await?;
            let replaced = self.replace(month, &part, digest, bytes).await?;
            let useless = if replaced { part.digest } else { digest };
            self.blobs.delete(BlobKey::Archive { tenant, table: TABLE, month, digest: useless }).await?;
            if !replaced {
                // Somebody else was taken out of it meanwhile; the next step reads what they left.
                return Err(StoreError::Stale { entity: "part of an archive", id: last }.into());
            }
        }
        Ok(Some(last))
    }

    /// The part that comes next behind a row, of a month that is nowhere else.
    async fn part_behind(
        &self,
        tenant: TenantId,
        behind: Option<Uuid>,
    ) -> StoreResult<Option<(NaiveDate, ArchivedPart, Uuid)>> {
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        let row = sqlx::query!(
            r#"
            select a.month, a.part, a.lines, a.digest, a.verified_at, a.last_id
            from platform.partition_archives a
            join platform.partition_months m on m.table_name = a.table_name and m.month = a.month
            where a.table_name = $1
              and a.tenant_id = $2
              and m.dropped_at is not null
              and ($3::uuid is null or a.last_id > $3)
            order by a.last_id
            limit 1
            "#,
            TABLE.name(),
            tenant.uuid(),
            behind,
        )
        .fetch_optional(conn.get()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let part = ArchivedPart::read(tenant, row.part, row.lines, row.digest, row.verified_at)?;
        Ok(Some((row.month, part, row.last_id)))
    }

    /// The part lies in another file from now on; `false` when it lies elsewhere than it did already.
    async fn replace(
        &self,
        month: NaiveDate,
        part: &ArchivedPart,
        digest: ContentDigest,
        bytes: i64,
    ) -> StoreResult<bool> {
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        let replaced = sqlx::query!(
            r#"
            update platform.partition_archives
            set digest = $5, bytes = $6
            where table_name = $1 and month = $2 and tenant_id = $3 and part = $4 and digest = $7
            "#,
            TABLE.name(),
            month,
            part.tenant.uuid(),
            part.part,
            &digest.0,
            bytes,
            &part.digest.0,
        )
        .execute(conn.get()?)
        .await?;
        conn.commit().await?;
        Ok(replaced.rows_affected() == 1)
    }
}

fn unreadable(error: serde_json::Error) -> PartitionError {
    StoreError::Internal("a row of an archive cannot be read".into(), Some(Box::new(error))).into()
}

/// Empties a message of theirs, and takes back what they did to another; says whether anything changed.
fn take_out(row: &mut Value, account: &str) -> bool {
    let Some(row) = row.as_object_mut() else { return false };
    if row.get("sender_id").and_then(Value::as_str) == Some(account) {
        if row.get("deleted_at").is_none_or(Value::is_null) {
            let sent_at = row.get("sent_at").cloned().unwrap_or_default();
            row.insert("deleted_at".to_owned(), sent_at);
        }
        for emptied in ["sender_id", "body", "attachments", "reactions"] {
            row.insert(emptied.to_owned(), Value::Null);
        }
        row.insert("files".to_owned(), 0.into());
        return true;
    }
    let Some(reactions) = row.get_mut("reactions").and_then(Value::as_array_mut) else { return false };
    let before = reactions.len();
    reactions.retain(|reaction| reaction.get("account_id").and_then(Value::as_str) != Some(account));
    reactions.len() < before
}
