//! Imports themselves, and what they did not read.

use chrono::{DateTime, Utc};
use smilefactory_core::bulk::ImportKind;
use smilefactory_core::id::{Id, ImportId};
use smilefactory_core::text::Slug;
use uuid::Uuid;

use super::super::row::RowOf;
use crate::bulk::{Import, Skip, Tally};
use crate::error::{Result, StoreError};
use crate::tx::{Tx, WriteTx};

struct ImportRow {
    id: Uuid,
    kind: String,
    source: String,
    state: String,
    digest: Vec<u8>,
    bytes: i64,
    place: i64,
    line: i64,
    inserted: i64,
    updated: i64,
    unchanged: i64,
    skipped: i64,
    version: i64,
    started_at: DateTime<Utc>,
    moved_at: DateTime<Utc>,
}

/// A number that the database holds to be no less than 0.
fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A number as the database has it; a file has fewer bytes than it holds.
fn number(whole: u64) -> i64 {
    i64::try_from(whole).unwrap_or(i64::MAX)
}

impl TryFrom<ImportRow> for Import {
    type Error = StoreError;
    fn try_from(row: ImportRow) -> Result<Self> {
        let of = RowOf { table: "platform.imports", id: row.id };
        let digest = <[u8; 32]>::try_from(row.digest)
            .map_err(|_| StoreError::internal("the digest of a file has another length"))?;
        Ok(Self {
            id: ImportId::from_uuid(row.id),
            kind: of.parse("kind", &row.kind)?,
            source: of.parse("source", &row.source)?,
            state: of.parse("state", &row.state)?,
            digest,
            bytes: whole(row.bytes),
            place: whole(row.place),
            line: whole(row.line),
            tally: Tally {
                inserted: whole(row.inserted),
                updated: whole(row.updated),
                unchanged: whole(row.unchanged),
                skipped: whole(row.skipped),
            },
            started_at: row.started_at,
            moved_at: row.moved_at,
            version: row.version,
        })
    }
}

pub(crate) async fn get<Mode>(tx: &mut Tx<Mode>, import: ImportId) -> Result<Option<Import>> {
    sqlx::query_as!(
        ImportRow,
        r#"
        select id, kind, source as "source!", state, digest, bytes, place, line, inserted, updated, unchanged, skipped,
          version, started_at, moved_at
        from platform.imports
        where tenant_id = $1 and id = $2
        "#,
        tx.scope().tenant.uuid(),
        import.uuid(),
    )
    .fetch_optional(tx.conn()?)
    .await?
    .map(Import::try_from)
    .transpose()
}

/// The import of the last file of a source, locked until the end.
pub(crate) async fn lock_current(
    tx: &mut WriteTx,
    kind: ImportKind,
    source: &Slug,
) -> Result<Option<Import>> {
    sqlx::query_as!(
        ImportRow,
        r#"
        select id, kind, source as "source!", state, digest, bytes, place, line, inserted, updated, unchanged, skipped,
          version, started_at, moved_at
        from platform.imports
        where tenant_id = $1 and kind = $2 and source = $3::text and state <> 'superseded'
        for update
        "#,
        tx.scope().tenant.uuid(),
        kind.as_str(),
        source.as_str(),
    )
    .fetch_optional(tx.conn()?)
    .await?
    .map(Import::try_from)
    .transpose()
}

/// How often an import was saved, locked until the end.
pub(crate) async fn lock_version(tx: &mut WriteTx, import: ImportId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "select version from platform.imports where tenant_id = $1 and id = $2 for update",
        tx.scope().tenant.uuid(),
        import.uuid(),
    )
    .fetch_optional(tx.conn()?)
    .await?)
}

/// Another file takes its place.
pub(crate) async fn supersede(tx: &mut WriteTx, import: &Import) -> Result<()> {
    sqlx::query!(
        r#"
        update platform.imports
        set state = 'superseded', version = version + 1
        where tenant_id = $1 and id = $2
        "#,
        tx.scope().tenant.uuid(),
        import.id.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Begins one. [`Conflict`](StoreError::Conflict) when somebody else began one of the same source meanwhile.
pub(crate) async fn insert(tx: &mut WriteTx, import: &Import) -> Result<()> {
    sqlx::query!(
        r#"
        insert into platform.imports (tenant_id, id, kind, source, state, digest, bytes, place, line, rows_read, inserted,
          updated, unchanged, skipped, version, started_at, moved_at)
        values ($1, $2, $3, $4::text, $5, $6, $7, 0, 1, 0, 0, 0, 0, 0, $8, $9, $9)
        "#,
        tx.scope().tenant.uuid(),
        import.id.uuid(),
        import.kind.as_str(),
        import.source.as_str(),
        import.state.as_str(),
        &import.digest,
        number(import.bytes),
        import.version,
        import.started_at,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Saves how far it came.
pub(crate) async fn update(tx: &mut WriteTx, import: &Import) -> Result<()> {
    let Tally { inserted, updated, unchanged, skipped } = import.tally;
    sqlx::query!(
        r#"
        update platform.imports
        set state = $3, place = $4, line = $5, rows_read = $6, inserted = $7, updated = $8, unchanged = $9, skipped = $10,
          version = $11, moved_at = $12
        where tenant_id = $1 and id = $2
        "#,
        tx.scope().tenant.uuid(),
        import.id.uuid(),
        import.state.as_str(),
        number(import.place),
        number(import.line),
        number(import.tally.rows()),
        number(inserted),
        number(updated),
        number(unchanged),
        number(skipped),
        import.version,
        import.moved_at,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Keeps what was not read, and why.
pub(crate) async fn insert_skips(tx: &mut WriteTx, import: ImportId, skips: &[Skip]) -> Result<()> {
    if skips.is_empty() {
        return Ok(());
    }
    let lines: Vec<i64> = skips.iter().map(|skip| number(skip.line)).collect();
    let pointers: Vec<String> = skips.iter().map(|skip| skip.pointer.clone()).collect();
    let codes: Vec<String> = skips.iter().map(|skip| skip.code.clone()).collect();
    let messages: Vec<String> = skips.iter().map(|skip| skip.message.clone()).collect();
    sqlx::query!(
        r#"
        insert into platform.import_skips (tenant_id, import_id, line, nth, pointer, code, message)
        select $1, $2, skip.line, row_number() over (partition by skip.line order by skip.place), skip.pointer, skip.code,
          skip.message
        from unnest($3::bigint[], $4::text[], $5::text[], $6::text[])
          with ordinality as skip (line, pointer, code, message, place)
        "#,
        tx.scope().tenant.uuid(),
        import.uuid(),
        &lines,
        &pointers,
        &codes,
        &messages,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub(crate) async fn list_skips<Mode>(
    tx: &mut Tx<Mode>,
    import: ImportId,
    (line, nth): (u64, u16),
) -> Result<Vec<((u64, u16), Skip)>> {
    let rows = sqlx::query!(
        r#"
        select line, nth, pointer, code, message
        from platform.import_skips
        where tenant_id = $1 and import_id = $2 and (line, nth) > ($3, $4)
        order by line, nth
        limit 1000
        "#,
        tx.scope().tenant.uuid(),
        import.uuid(),
        number(line),
        i16::try_from(nth).unwrap_or(i16::MAX),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let skip = |line, pointer, code, message| Skip { line: whole(line), pointer, code, message };
    Ok(rows
        .into_iter()
        .map(|row| {
            let key = (whole(row.line), u16::try_from(row.nth).unwrap_or(0));
            (key, skip(row.line, row.pointer, row.code, row.message))
        })
        .collect())
}

pub(crate) async fn skips_by_rule<Mode>(
    tx: &mut Tx<Mode>,
    import: ImportId,
) -> Result<Vec<(String, String, u64)>> {
    let rows = sqlx::query!(
        r#"
        select pointer, code, count(*) as "rows!"
        from platform.import_skips
        where tenant_id = $1 and import_id = $2 and nth = 1
        group by pointer, code
        order by 3 desc, pointer, code
        limit 1000
        "#,
        tx.scope().tenant.uuid(),
        import.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (row.pointer, row.code, whole(row.rows))).collect())
}
