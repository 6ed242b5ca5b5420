//! What is written to the archive, and read back from it.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures::StreamExt as _;
use futures::stream;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use smilefactory_core::content::ContentDigest;
use smilefactory_core::id::{FactId, Id, TenantId};
use smilefactory_core::scope::Scope;
use uuid::Uuid;

use super::{ArchivedTable, PartitionError, Partitions};
use crate::blob::BlobKey;
use crate::error::{Result as StoreResult, StoreError};
use crate::maintenance::Scopes;
use crate::tx::Door;

/// A part of the archive is ended before it has more bytes than this, before they are compressed.
const PART_BYTES: usize = 32 * 1024 * 1024;
/// How many rows are read at once.
const READ: u16 = 500;
/// No part is larger than this, compressed or not: one row has less than a mebibyte.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A part of the archive of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedPart {
    /// Whose.
    pub tenant: TenantId,
    /// Which part; they are counted from 1.
    pub part: i32,
    /// How many rows it has.
    pub lines: i64,
    /// The SHA-256 of the file.
    pub digest: ContentDigest,
    /// When it was read back and found to be what was written.
    pub verified_at: Option<DateTime<Utc>>,
}

impl ArchivedPart {
    pub(super) fn read(
        tenant: TenantId,
        part: i32,
        lines: i64,
        digest: Vec<u8>,
        verified_at: Option<DateTime<Utc>>,
    ) -> StoreResult<Self> {
        let digest = <[u8; 32]>::try_from(digest)
            .map_err(|_| StoreError::internal("the digest of a part of an archive has another length"))?;
        Ok(Self { tenant, part, lines, digest: ContentDigest(digest), verified_at })
    }
}

struct Row {
    id: Uuid,
    line: String,
    fingerprint: Decimal,
}

/// A part that is being made.
struct Part {
    file: GzEncoder<Vec<u8>>,
    raw: usize,
    lines: i64,
    last: Uuid,
    fingerprint: Decimal,
}

impl Part {
    fn after(last: Uuid) -> Self {
        let file = GzEncoder::new(Vec::new(), Compression::default());
        Self { file, raw: 0, lines: 0, last, fingerprint: Decimal::ZERO }
    }

    fn add(&mut self, line: &Row) -> std::io::Result<()> {
        self.file.write_all(line.line.as_bytes())?;
        self.file.write_all(b"\n")?;
        self.raw += line.line.len() + 1;
        self.lines += 1;
        self.last = line.id;
        self.fingerprint += line.fingerprint;
        Ok(())
    }
}

fn packed(error: std::io::Error) -> PartitionError {
    StoreError::Internal("an archive cannot be packed".into(), Some(Box::new(error))).into()
}

/// The smallest ids of a month and of the one after it.
fn bounds(month: NaiveDate) -> (Uuid, Uuid) {
    let earliest = |day: NaiveDate| FactId::earliest_at(day.and_time(NaiveTime::MIN).and_utc()).uuid();
    (earliest(month), earliest(month.checked_add_months(Months::new(1)).unwrap_or(month)))
}

impl Partitions {
    /// Archives all of a month, in every tenant, and reads it back; says how many parts were written. What was written
    /// and read back before is not written or read again.
    pub(super) async fn archive(
        &self,
        table: ArchivedTable,
        month: NaiveDate,
    ) -> Result<u32, PartitionError> {
        let (mut written, mut scopes) = (0, Scopes::of(&self.store));
        while let Some(scope) = scopes.next().await? {
            while self.write_part(&scope, table, month).await? {
                written += 1;
            }
            for part in self.parts(table, month, scope.tenant).await? {
                if part.verified_at.is_some() {
                    continue;
                }
                if let Err(error) = self.verify(table, month, &part).await {
                    if matches!(error, PartitionError::Damaged { .. }) {
                        // The rows are there still: they are written again the next time.
                        self.forget_from(table, month, &part).await?;
                    }
                    return Err(error);
                }
            }
        }
        Ok(written)
    }

    /// The parts of a tenant's archive of a month.
    pub async fn parts(
        &self,
        table: ArchivedTable,
        month: NaiveDate,
        tenant: TenantId,
    ) -> StoreResult<Vec<ArchivedPart>> {
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        let rows = sqlx::query!(
            r#"
            select part, lines, digest, verified_at
            from platform.partition_archives
            where table_name = $1 and month = $2 and tenant_id = $3
            order by part
            "#,
            table.name(),
            month,
            tenant.uuid(),
        )
        .fetch_all(conn.get()?)
        .await?;
        rows.into_iter()
            .map(|row| ArchivedPart::read(tenant, row.part, row.lines, row.digest, row.verified_at))
            .collect()
    }

    /// The rows of a part, each as JSON, in the order of their ids. A file that is gone, or is not what was written, is
    /// [`Damaged`](PartitionError::Damaged).
    pub async fn read_part(
        &self,
        table: ArchivedTable,
        month: NaiveDate,
        part: &ArchivedPart,
    ) -> Result<Vec<String>, PartitionError> {
        let damaged = || PartitionError::Damaged { table, month, tenant: part.tenant, part: part.part };
        let key = BlobKey::Archive { tenant: part.tenant, table, month, digest: part.digest };
        let file = self.blobs.get(key).await?.ok_or_else(damaged)?.read(LARGEST).await?;
        if <[u8; 32]>::from(Sha256::digest(&file)) != part.digest.0 {
            return Err(damaged());
        }
        let mut text = String::new();
        GzDecoder::new(&*file).take(LARGEST).read_to_string(&mut text).map_err(|_| damaged())?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        match i64::try_from(lines.len()) {
            Ok(count) if count == part.lines => Ok(lines),
            _ => Err(damaged()),
        }
    }

    /// Writes the part after those that are there; `false` when there are no more rows.
    ///
    /// Its file is written first: killed in between, it is written again under the same name, or, if a row was changed
    /// meanwhile, under another.
    async fn write_part(
        &self,
        scope: &Scope,
        table: ArchivedTable,
        month: NaiveDate,
    ) -> Result<bool, PartitionError> {
        let (number, after) = self.last_part(table, month, scope.tenant).await?;
        let mut part = Part::after(after);
        while part.lines < i64::from(self.part) && part.raw < PART_BYTES {
            let left = i64::from(self.part) - part.lines;
            let lines = self.lines(scope, table, part.last, month, left.min(i64::from(READ))).await?;
            if lines.is_empty() {
                break;
            }
            for line in &lines {
                part.add(line).map_err(packed)?;
            }
        }
        if part.lines == 0 {
            return Ok(false);
        }
        let Part { file, lines, last, fingerprint, .. } = part;
        let (digest, bytes) = self.put(scope.tenant, table, month, file).await?;
        let now = self.store.now();
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        // Somebody else may have written the same one; then theirs counts.
        sqlx::query!(
            r#"
            insert into platform.partition_archives
              (table_name, month, tenant_id, part, last_id, lines, fingerprint, bytes, digest, written_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (table_name, month, tenant_id, part) do nothing
            "#,
            table.name(),
            month,
            scope.tenant.uuid(),
            number + 1,
            last,
            lines,
            fingerprint,
            bytes,
            &digest.0,
            now,
        )
        .execute(conn.get()?)
        .await
        .map_err(StoreError::from)?;
        conn.commit().await?;
        Ok(true)
    }

    /// Writes the file of a part, and says under which digest it lies and how large it is.
    async fn put(
        &self,
        tenant: TenantId,
        table: ArchivedTable,
        month: NaiveDate,
        file: GzEncoder<Vec<u8>>,
    ) -> Result<(ContentDigest, i64), PartitionError> {
        let file = Bytes::from(file.finish().map_err(packed)?);
        let digest = ContentDigest(<[u8; 32]>::from(Sha256::digest(&file)));
        let size = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let key = BlobKey::Archive { tenant, table, month, digest };
        self.blobs.put_stream(key, stream::iter([Ok(file)]).boxed(), size).await?;
        Ok((digest, i64::try_from(size).unwrap_or(i64::MAX)))
    }

    /// Writes these lines as the file of a part.
    pub(super) async fn put_part(
        &self,
        tenant: TenantId,
        table: ArchivedTable,
        month: NaiveDate,
        lines: &[String],
    ) -> Result<(ContentDigest, i64), PartitionError> {
        let mut file = GzEncoder::new(Vec::new(), Compression::default());
        for line in lines {
            writeln!(file, "{line}").map_err(packed)?;
        }
        self.put(tenant, table, month, file).await
    }

    /// Forgets a part and those behind it, which begin where it ends.
    async fn forget_from(
        &self,
        table: ArchivedTable,
        month: NaiveDate,
        part: &ArchivedPart,
    ) -> StoreResult<()> {
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        sqlx::query!(
            r#"
            delete from platform.partition_archives
            where table_name = $1 and month = $2 and tenant_id = $3 and part >= $4
            "#,
            table.name(),
            month,
            part.tenant.uuid(),
            part.part,
        )
        .execute(conn.get()?)
        .await?;
        conn.commit().await
    }

    /// The number of the last part that is there, and the last row in it.
    async fn last_part(
        &self,
        table: ArchivedTable,
        month: NaiveDate,
        tenant: TenantId,
    ) -> StoreResult<(i32, Uuid)> {
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        let last = sqlx::query!(
            r#"
            select part, last_id
            from platform.partition_archives
            where table_name = $1 and month = $2 and tenant_id = $3
            order by part desc
            limit 1
            "#,
            table.name(),
            month,
            tenant.uuid(),
        )
        .fetch_optional(conn.get()?)
        .await?;
        // No id is as small as the smallest of its month: it would have no random bits.
        Ok(last.map_or_else(|| (0, bounds(month).0), |last| (last.part, last.last_id)))
    }

    async fn lines(
        &self,
        scope: &Scope,
        table: ArchivedTable,
        after: Uuid,
        month: NaiveDate,
        most: i64,
    ) -> StoreResult<Vec<Row>> {
        let mut tx = self.store.read_latest(scope).await?;
        Ok(sqlx::query_as!(
            Row,
            r#"
            select id as "id!", line as "line!", fingerprint as "fingerprint!"
            from platform.archive_lines($1, $2, $3, $4)
            "#,
            table.name(),
            after,
            bounds(month).1,
            i32::try_from(most).unwrap_or(i32::MAX),
        )
        .fetch_all(tx.conn()?)
        .await?)
    }

    /// Reads a part back, and notes that it is what was written.
    async fn verify(
        &self,
        table: ArchivedTable,
        month: NaiveDate,
        part: &ArchivedPart,
    ) -> Result<(), PartitionError> {
        self.read_part(table, month, part).await?;
        let now = self.store.now();
        let mut conn = self.store.begin_as(Door::Operator, None).await?;
        sqlx::query!(
            r#"
            update platform.partition_archives
            set verified_at = $6
            where table_name = $1 and month = $2 and tenant_id = $3 and part = $4 and digest = $5
            "#,
            table.name(),
            month,
            part.tenant.uuid(),
            part.part,
            &part.digest.0,
            now,
        )
        .execute(conn.get()?)
        .await
        .map_err(StoreError::from)?;
        conn.commit().await?;
        Ok(())
    }
}
