//! The commands that import and export, and an import that is killed.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use smilefactory_core::bulk::ImportKind;
use smilefactory_core::id::Id;
use smilefactory_store::testing::TestDb;
use tokio::process::Command;

use crate::program::program;

const HEAD: &str = "permalink,name,category_code,funding_total_usd,status,country_code,city,founded_at\n";

fn companies(count: usize) -> String {
    let company = |n: usize| match n % 100 {
        7 => format!("/company/pump-{n},#NAME?,biotech,{n},operating,USA,Boston,2010-01-01\n"),
        _ => format!("/company/pump-{n},Pump {n},biotech,{n},operating,USA,Boston,2010-01-01\n"),
    };
    (0..count).fold(HEAD.to_owned(), |text, n| text + &company(n))
}

/// A command on the database.
fn command(db: &TestDb, arguments: &[&str]) -> Command {
    program(&db.url_as("smile_app"), arguments)
}

/// What it printed, what it complained of, and how it ended.
async fn run(mut command: Command) -> (Option<i32>, String, String) {
    let output = command.output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn lines_of(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_imported_reported_and_exported() {
    let db = TestDb::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, skipped, out) =
        (folder.path().join("c.csv"), folder.path().join("skipped.jsonl"), folder.path().join("out.jsonl"));
    std::fs::write(&file, companies(120)).unwrap();
    let (file, skipped_path) = (file.to_str().unwrap(), skipped.to_str().unwrap());
    let import = ["import", "organisations", file, "--source", "cb", "--skipped", skipped_path, "--tenant"];
    let into = |tenant| command(&db, &[&import[..], &[tenant]].concat());
    let (code, said, complained) = run(into("one")).await;
    assert_eq!(code, Some(3), "{said}{complained}");
    for word in ["imported", "118", "/name", "malformed"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    let lines = lines_of(&skipped);
    let found: Vec<_> = lines.iter().map(|line| (line["line"].as_u64(), line["pointer"].as_str())).collect();
    assert_eq!(found, [(Some(9), Some("/name")), (Some(109), Some("/name"))]);
    assert_eq!(lines[0]["code"], "malformed");
    assert!(lines[0]["message"].as_str().unwrap().contains("spreadsheet"));

    let (code, said, _) = run(into("one")).await;
    assert!(code == Some(3) && said.contains("was imported before"), "{said}");
    let (code, _, complained) = run(into("nowhere")).await;
    assert!(code == Some(1) && complained.contains("no community nowhere"), "{complained}");

    let out_path = out.to_str().unwrap();
    let export = ["export", "organisations", "--source", "cb", "--tenant"];
    let (code, said, _) = run(command(&db, &[&export[..], &["one", "--out", out_path]].concat())).await;
    assert!(code == Some(0) && said.contains("118 organisations in"), "{said}");
    let import = ["import", "organisations", out_path, "--source", "cb", "--tenant", "two"];
    let (code, said, _) = run(command(&db, &import)).await;
    assert_eq!(code, Some(0), "{said}");
    let (_, printed, _) = run(command(&db, &[&export[..], &["two"]].concat())).await;
    assert_eq!(printed, std::fs::read_to_string(&out).unwrap());
}

#[tokio::test]
async fn what_cannot_be_imported_is_told() {
    let db = TestDb::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.csv");
    std::fs::write(&file, "permalink,name\n").unwrap();
    for (path, expected) in [
        (file.to_str().unwrap(), "it has no column"),
        ("nothing.csv", "cannot be read"),
        ("a.xls", "--format"),
    ] {
        let import = ["import", "organisations", path, "--source", "cb", "--tenant", "one"];
        let (code, _, complained) = run(command(&db, &import)).await;
        assert!(code == Some(1) && complained.contains(expected), "{complained}");
    }
}

/// Killed by the operating system in the midst of it, and started again until it comes to its end.
#[cfg(unix)]
#[tokio::test]
async fn an_import_that_is_killed_goes_on_without_doubles_or_losses() {
    let db = TestDb::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.csv");
    let count = 40_000;
    std::fs::write(&file, companies(count)).unwrap();
    let file = file.to_str().unwrap();
    let import = ["import", "organisations", file, "--source", "cb", "--tenant", "one"];
    let mut conn = db.superuser().await;
    let mut killed = 0;
    let mut places = Vec::new();
    loop {
        let mut child = command(&db, &import).spawn().unwrap();
        let ended = tokio::time::timeout(Duration::from_millis(500 + 150 * killed), child.wait()).await;
        let place = sqlx::query_scalar::<_, i64>("select place from platform.imports");
        places.extend(place.fetch_optional(&mut conn).await.unwrap());
        if let Ok(ended) = ended {
            assert_eq!(ended.unwrap().code(), Some(3));
            break;
        }
        // This is SIGKILL.
        child.kill().await.unwrap();
        killed += 1;
    }
    let midway = places.iter().filter(|place| **place > 0).count();
    assert!(killed > 0 && midway > 0, "it was never killed in the midst of it: {places:?}");
    let state: (String, i64, i64, i64) =
        sqlx::query_as("select state, rows_read, inserted, skipped from platform.imports")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    let (all, bad) = (i64::try_from(count).unwrap(), i64::try_from(count / 100).unwrap());
    assert_eq!(state, ("finished".to_owned(), all, all - bad, bad));
    let counted: (i64, i64) = sqlx::query_as(
        "select (select count(*) from identity.organisations), (select count(*) from platform.import_skips)",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(counted, (all - bad, bad));
    let names: i64 = sqlx::query_scalar(
        "select count(*) from identity.organisations where name = 'Pump ' || split_part(slug, '-', 2)",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(names, all - bad);
    let done = sqlx::query_scalar::<_, uuid::Uuid>("select id from platform.imports")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    let import = smilefactory_core::id::ImportId::from_uuid(done);
    let import = smilefactory_store::bulk::get(&db.store, db.one.tenant.id, import).await.unwrap().unwrap();
    assert_eq!(import.kind, ImportKind::Organisations);
}
