//! What of the suite may differ there, once more on the oldest PostgreSQL there is support for. It takes longest, and its
//! name has it begin among the first.

use std::path::Path;
use std::process::Command;

use smilefactory_store::native::Release;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

/// What takes long and says on one release what it would say on another: locks that hold in a thousand rounds and in a
/// crowd, that every list has its index, that no surface of whole communities shows too much, what core and the database
/// judge alike, what a program that is killed leaves, what is in pictures, and what many rows take.
const ONCE: [&str; 15] = [
    "::race",
    "_races::",
    "::rules::",
    "::resuming",
    "timeline::it_is",
    "::crowd",
    "::large",
    "plan::",
    "privacy::",
    "ai::nearest",
    "media::content",
    "media::library",
    "the_matrix_notices",
    "of_very_many",
    "of_two_imports",
];

/// Runs this very program again. Whoever chose a release by the variable wants that one and no other.
#[test]
fn the_suite_passes_on_postgresql_15_too() {
    const CHOICE: &str = "SMILEFACTORY_TEST_POSTGRES";
    if std::env::var_os(CHOICE).is_some() {
        return;
    }
    let again = Command::new(std::env::current_exe().unwrap())
        .args(["--test-threads", "3"])
        .args(ONCE.iter().flat_map(|left_out| ["--skip", left_out]))
        .env(CHOICE, "15")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success(), "on PostgreSQL 15:\n{said}\n{}", String::from_utf8_lossy(&again.stderr));
    assert!(said.contains("isolation::no_cell_of_the_matrix_leaks ... ok"), "{said}");
}

/// All that the macros check against the newest release is understood by the oldest, also what no test above runs there.
#[tokio::test]
async fn every_checked_query_is_one_on_postgresql_15() {
    let mut options = TestOptions::default();
    options.release = Some(Release::Pg15);
    let db = TestDb::with(options).await;
    let mut conn = db.superuser().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let (mut count, mut refused) = (0, Vec::new());
    for file in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::read(file.unwrap().path()).unwrap();
        let checked: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let query = checked["query"].as_str().unwrap().to_owned();
        count += 1;
        if let Err(error) = conn.prepare(AssertSqlSafe(query.clone()).into_sql_str()).await {
            refused.push(format!("{error}: {query}"));
        }
    }
    assert!(count > 500, "{count}");
    assert!(refused.is_empty(), "{refused:#?}");
}
