//! Imports and exports.

mod dirty;
mod events;
mod innovators;
mod reading;
mod resuming;
mod round_trip;

use std::path::{Path, PathBuf};

use smilefactory_core::bulk::ImportKind;
use smilefactory_core::id::{Id, TenantId};
use smilefactory_store::bulk::{self, BulkError, Format, Import, ImportPlan, Skip, Tally};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestTenant};
use tempfile::TempDir;

/// A folder with files.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Organisations `0..count`, an object a line.
    fn organisations(&self, name: &str, count: usize) -> PathBuf {
        self.write(name, (0..count).map(|n| organisation(n, "Pump")).collect::<String>())
    }
}

/// A line with an organisation.
fn organisation(n: usize, name: &str) -> String {
    format!(
        "{{\"external_id\": \"pump-{n}\", \"slug\": \"pump-{n}\", \"name\": \"{name} {n}\", \"status\": \"operating\"}}\n"
    )
}

fn plan(kind: ImportKind, path: impl Into<PathBuf>) -> ImportPlan {
    let path = path.into();
    let is_csv = path.extension().is_some_and(|ending| ending == "csv");
    let format = if is_csv { Format::CrunchbaseCsv } else { Format::JsonLines };
    ImportPlan::new(kind, "list".parse().unwrap(), path, format)
}

async fn run(store: &Store, tenant: &TestTenant, plan: &ImportPlan) -> Result<Import, BulkError> {
    bulk::import(store, tenant.tenant.id, plan, &mut |_| ()).await
}

/// Imports all of a file.
async fn import(db: &TestDb, tenant: &TestTenant, plan: &ImportPlan) -> Import {
    run(&db.store, tenant, plan).await.unwrap()
}

fn tally(inserted: u64, updated: u64, unchanged: u64, skipped: u64) -> Tally {
    Tally { inserted, updated, unchanged, skipped }
}

/// What was skipped: line, pointer, code.
async fn skips(db: &TestDb, tenant: &TestTenant, import: &Import) -> Vec<(u64, String, String)> {
    let skips = bulk::list_skips(&db.store, tenant.tenant.id, import.id, (0, 0)).await.unwrap();
    skips.into_iter().map(|(_, Skip { line, pointer, code, .. })| (line, pointer, code)).collect()
}

/// What a tenant has, as it is exported.
async fn exported(db: &TestDb, tenant: &TestTenant, kind: ImportKind) -> String {
    let mut out = Vec::new();
    bulk::export(&db.store, tenant.tenant.id, kind, &"list".parse().unwrap(), &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// How many rows there are of a tenant, past all policies.
async fn rows(db: &TestDb, tenant: TenantId, table: &str) -> i64 {
    let count = format!("select count(*) from {table} where tenant_id = $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(count))
        .bind(tenant.uuid())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap()
}
