//! An import from its beginning to its end.

use smilefactory_core::bulk::{BatchImported, ImportFinished, ImportState};
use smilefactory_core::id::{ImportId, TenantId};
use smilefactory_core::scope::Scope;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::kind::Owner;
use super::read::{Batch, Reading};
use super::{BulkError, Import, ImportPlan, Skip, Tally, file};
use crate::error::{Result as StoreResult, StoreError};
use crate::postgres::bulk as sql;
use crate::store::Store;

/// Imports a file into a community, and says what became of its rows; `progress` is called at the beginning and after
/// each batch that was committed.
///
/// The same file again does nothing; one whose import was interrupted is gone on with, behind its last batch. Dropped at
/// any time, it leaves what was committed before. Another file of the same kind and source takes the place of the last one,
/// even of one that was not read to its end.
pub async fn import(
    store: &Store,
    tenant: TenantId,
    plan: &ImportPlan,
    progress: &mut (dyn FnMut(&Import) + Send),
) -> Result<Import, BulkError> {
    if !plan.format.has(plan.kind) {
        let problem = format!("files of this format have no {}", plan.kind);
        return Err(BulkError::Unreadable { path: plan.path.clone(), problem });
    }
    let scope = Scope::system(tenant, store.new_id()?);
    let path = plan.path.clone();
    let (digest, bytes) = blocking(move || file::digest(&path))
        .await?
        .map_err(|source| BulkError::Io { path: plan.path.clone(), source })?;
    let mut import = begin(store, &scope, plan, digest, bytes).await?;
    progress(&import);
    if import.state == ImportState::Finished {
        return Ok(import);
    }
    let reading = Reading {
        plan: plan.clone(),
        owner: Owner { tenant, source: plan.source.clone(), at: import.started_at, zone: plan.zone },
        bytes,
        place: import.place,
        line: import.line,
    };
    let (send, mut batches) = mpsc::channel(1);
    drop(spawn_blocking(move || reading.run(&send)));
    while let Some(batch) = batches.recv().await {
        import = land(store, &scope, import, &batch?).await?;
        progress(&import);
    }
    if import.state == ImportState::Finished {
        Ok(import)
    } else {
        Err(StoreError::internal("whoever reads a file for an import stopped before its end").into())
    }
}

/// The import with this id.
pub async fn get(store: &Store, tenant: TenantId, import: ImportId) -> StoreResult<Option<Import>> {
    let mut tx = store.read(&Scope::system(tenant, store.new_id()?)).await?;
    sql::get(&mut tx, import).await
}

/// The rules that rows of an import broke, in the order of the file: at most a thousand of those behind `after`, a line
/// and the number of the rule.
pub async fn list_skips(
    store: &Store,
    tenant: TenantId,
    import: ImportId,
    after: (u64, u16),
) -> StoreResult<Vec<((u64, u16), Skip)>> {
    let mut tx = store.read(&Scope::system(tenant, store.new_id()?)).await?;
    sql::list_skips(&mut tx, import, after).await
}

/// How many rows of an import broke which rule at which place, most first: pointer, code, how many. Of a row that broke
/// several the first one counts, so that the numbers add up to the rows that were skipped.
pub async fn skips_by_rule(
    store: &Store,
    tenant: TenantId,
    import: ImportId,
) -> StoreResult<Vec<(String, String, u64)>> {
    let mut tx = store.read(&Scope::system(tenant, store.new_id()?)).await?;
    sql::skips_by_rule(&mut tx, import).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, BulkError> {
    spawn_blocking(work).await.map_err(|_| StoreError::internal("a thread that read a file panicked").into())
}

/// The import of this file: one that was begun before, or a new one.
async fn begin(
    store: &Store,
    scope: &Scope,
    plan: &ImportPlan,
    digest: [u8; 32],
    bytes: u64,
) -> Result<Import, BulkError> {
    let mut tx = store.write(scope).await?;
    let current = sql::lock_current(&mut tx, plan.kind, &plan.source).await?;
    match current {
        Some(current) if current.digest == digest => return Ok(current),
        Some(current) => sql::supersede(&mut tx, &current).await?,
        None => {}
    }
    let import = Import {
        id: tx.new_id()?,
        kind: plan.kind,
        source: plan.source.clone(),
        state: ImportState::Running,
        digest,
        bytes,
        place: 0,
        line: 1,
        tally: Tally::default(),
        started_at: tx.now(),
        moved_at: tx.now(),
        version: 1,
    };
    match sql::insert(&mut tx, &import).await {
        Err(error) if error.is_conflict() => return Err(busy(&import)),
        done => done?,
    }
    tx.commit().await?;
    Ok(import)
}

fn busy(import: &Import) -> BulkError {
    BulkError::Busy { kind: import.kind, source_slug: import.source.clone() }
}

/// Writes a batch and how far the import is with it.
async fn land(store: &Store, scope: &Scope, import: Import, batch: &Batch) -> Result<Import, BulkError> {
    let mut tx = store.write(scope).await?;
    // Whoever else goes on with this import waits here, and then learns that it is not theirs.
    if sql::lock_version(&mut tx, import.id).await? != Some(import.version) {
        return Err(busy(&import));
    }
    let landed = sql::land(&mut tx, &import, batch).await?;
    let batch_tally = landed.tally;
    let mut skips = batch.skips.clone();
    skips.extend(landed.refused);
    sql::insert_skips(&mut tx, import.id, &skips).await?;
    let state = if batch.last { ImportState::Finished } else { ImportState::Running };
    let moved = Import {
        state,
        place: batch.place,
        line: batch.line,
        tally: Tally {
            inserted: import.tally.inserted + batch_tally.inserted,
            updated: import.tally.updated + batch_tally.updated,
            unchanged: import.tally.unchanged + batch_tally.unchanged,
            skipped: import.tally.skipped + batch_tally.skipped,
        },
        moved_at: tx.now(),
        version: import.version + 1,
        ..import
    };
    sql::update(&mut tx, &moved).await?;
    if batch_tally.rows() > 0 {
        let Tally { inserted, updated, unchanged, skipped } = batch_tally;
        let (import, kind, source) = (moved.id, moved.kind, moved.source.clone());
        tx.tell(BatchImported { import, kind, source, inserted, updated, unchanged, skipped })?;
    }
    if batch.last {
        tx.tell(ImportFinished { import: moved.id, kind: moved.kind, source: moved.source.clone() })?;
    }
    tx.commit().await?;
    Ok(moved)
}
