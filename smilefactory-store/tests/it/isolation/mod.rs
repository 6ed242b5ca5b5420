//! Isolation: every table × whose row × every verb, against what is declared; and proof that this would notice.

pub(crate) mod catalogue;
mod matrix;
pub(crate) mod seed;

use std::collections::BTreeMap;

use smilefactory_store::testing::TestDb;
use sqlx::AssertSqlSafe;

use self::catalogue::{Access, declared};
use self::matrix::Matrix;

#[tokio::test]
async fn every_table_is_declared_and_protected() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let found = catalogue::tables(&mut conn).await;
    let undeclared: Vec<_> = found.keys().filter(|name| !declared().contains_key(name.as_str())).collect();
    assert!(undeclared.is_empty(), "declare in isolation/catalogue.rs what may be done with {undeclared:?}");
    let gone: Vec<_> = declared().keys().filter(|name| !found.contains_key(**name)).copied().collect();
    assert!(gone.is_empty(), "{gone:?} are declared and do not exist");

    for (name, table) in &found {
        if declared()[name.as_str()] == Access::SharedReference {
            continue;
        }
        assert!(table.row_security, "{name} has no row-level security");
        assert!(table.forced, "the row-level security of {name} is not forced");
        assert!(table.policies > 0, "{name} has no policy");
        let key = if *name == "tenancy.tenants" { "id" } else { "tenant_id" };
        assert_eq!(table.first_key_column.as_deref(), Some(key), "the primary key of {name}");
        assert!(
            table.foreign_keys_lead_with_tenant,
            "a foreign key of {name} does not start with the tenant: it could point into another"
        );
    }
}

/// The rows of a partition are reached through its table, where the policies are, and in no other way.
#[tokio::test]
async fn every_partition_is_protected_like_its_table() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let (partitions, bad) = catalogue::bad_partitions(&mut conn).await;
    assert!(partitions >= 28, "there are only {partitions}");
    assert_eq!(bad, Vec::<String>::new());
    let month = "messaging.messages_2026_03";
    for (weaken, mend) in [
        ("grant select on {} to smile_messaging", "revoke select on {} from smile_messaging"),
        ("alter table {} disable row level security", "alter table {} enable row level security"),
        ("alter table {} no force row level security", "alter table {} force row level security"),
        ("create policy open on {} using (true)", "drop policy open on {}"),
        ("alter policy of_tenant on {} using (true)", "drop policy of_tenant on {}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(weaken.replace("{}", month))).execute(&mut conn).await.unwrap();
        assert_eq!(catalogue::bad_partitions(&mut conn).await.1, [month], "{weaken}");
        sqlx::raw_sql(AssertSqlSafe(mend.replace("{}", month))).execute(&mut conn).await.unwrap();
    }
}

/// Foreign rows are neither seen nor touched, own rows are as declared, without a tenant there is nothing.
#[tokio::test]
async fn no_cell_of_the_matrix_leaks() {
    let db = TestDb::new().await;
    seed::both_tenants(&db).await;
    let mut matrix = Matrix::new(&db).await;
    let wrong = matrix.wrong_cells().await;
    assert!(wrong.is_empty(), "{} cells: {wrong:#?}", wrong.len());
    assert!(matrix.cells >= 700, "only {} cells were tried", matrix.cells);
}

/// Weakens the policies of each table in turn, in each way there is; the matrix must turn red each time.
#[tokio::test]
async fn the_matrix_notices_every_weakened_policy() {
    let db = TestDb::new().await;
    seed::both_tenants(&db).await;
    let mut matrix = Matrix::new(&db).await;
    let mut unnoticed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut tried = 0;
    for table in matrix.tenant_tables() {
        for (what, weaken) in catalogue::weakenings(matrix.admin(), &table).await {
            tried += 1;
            if !matrix.notices(&table, &weaken).await {
                unnoticed.entry(table.clone()).or_default().push(what);
            }
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
    assert!(tried >= 120, "only {tried} weakenings were tried");
}
