//! Where the files are, whose they are, and when they go.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use smilefactory_store::embedded::Embedded;
use sqlx::Connection as _;

use crate::{connect, count, run};

#[tokio::test]
async fn a_folder_keeps_its_data_and_a_temporary_database_vanishes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not/yet/there");

    let database = Embedded::folder(&path).await.unwrap();
    let mut conn = connect(&database).await;
    run(&mut conn, "create table kept (n int); insert into kept values (7)").await;
    conn.close().await.unwrap();
    database.stop().await;

    let database = Embedded::folder(&path).await.unwrap();
    let mut conn = connect(&database).await;
    assert_eq!(count(&mut conn, "select n::bigint from kept").await, 7);
    conn.close().await.unwrap();
    database.stop().await;

    let database = Embedded::temporary().await.unwrap();
    let sockets = database.options().get_socket().unwrap().clone();
    assert!(sockets.exists());
    database.stop().await;
    assert!(!sockets.exists());
}

#[tokio::test]
async fn nobody_else_may_look_in() {
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let database = Embedded::folder(&path).await.unwrap();
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(database.options().get_socket().unwrap()), 0o700);
    database.stop().await;
}

#[tokio::test]
async fn a_folder_in_use_is_refused_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let first = Embedded::folder(folder.path()).await.unwrap();
    let refusal = Embedded::folder(folder.path()).await.unwrap_err().to_string();
    assert!(refusal.contains(&format!("in use by process {}", std::process::id())), "{refusal}");
    assert!(refusal.contains(&folder.path().display().to_string()), "{refusal}");
    assert!(refusal.contains("SMILEFACTORY_DATA"), "{refusal}");
    first.stop().await;
    Embedded::folder(folder.path()).await.unwrap().stop().await;
}

#[tokio::test]
async fn dropping_stops_too() {
    let folder = tempfile::tempdir().unwrap();
    let database = Embedded::folder(folder.path()).await.unwrap();
    let mut conn = connect(&database).await;
    run(&mut conn, "create table kept ()").await;
    drop(database);
    let again = Embedded::folder(folder.path()).await.unwrap();
    assert_eq!(
        count(&mut connect(&again).await, "select count(*) from pg_class where relname = 'kept'").await,
        1
    );
    again.stop().await;
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refusal = Embedded::folder(file.path()).await.unwrap_err().to_string();
    assert!(refusal.contains("cannot be"), "{refusal}");
}
