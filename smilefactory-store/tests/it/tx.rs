//! Units of work: all or nothing, and never a connection that remembers a tenant.

use std::time::Duration;

use smilefactory_core::text::Email;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::Row;

/// What a connection of the pool remembers when it is handed out: role, tenant, and whether a transaction runs.
async fn remembered(store: &Store) -> (String, String) {
    #[expect(clippy::disallowed_methods, reason = "looks at what the pool hands out")]
    let mut conn = store.raw_pool().acquire().await.unwrap();
    let row = sqlx::query(
        "select current_user::text as role, coalesce(current_setting('smile.tenant', true), '') as tenant",
    )
    .fetch_one(&mut *conn)
    .await
    .unwrap();
    (row.get("role"), row.get("tenant"))
}

fn one_connection() -> TestOptions {
    let mut options = TestOptions::default();
    options.max_connections = 1;
    options
}

#[tokio::test]
async fn what_is_dropped_was_never_done() {
    let db = TestDb::with(one_connection()).await;
    let account = db.one.person("tariro").await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.accounts().set_role(account.id, smilefactory_core::identity::Role::Admin).await.unwrap());
    drop(tx);
    assert_eq!(remembered(&db.store).await, ("smile_app".to_owned(), String::new()));
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.accounts().get(account.id).await.unwrap().unwrap().role.as_str(), "member");
}

/// A future that is dropped at any of its awaits: the connection comes back clean, or not at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_future_dropped_anywhere_leaves_no_context_behind() {
    let db = TestDb::with(one_connection()).await;
    let account = db.one.person("tariro").await;
    for micros in (0..4_000).step_by(40) {
        let work = async {
            let mut tx = db.store.write(&db.one.scope).await?;
            tx.accounts().note_log_in(account.id).await?;
            tx.accounts().get(account.id).await?;
            tx.commit().await
        };
        _ = tokio::time::timeout(Duration::from_micros(micros), work).await;
        assert_eq!(remembered(&db.store).await, ("smile_app".to_owned(), String::new()), "after {micros} µs");
    }
}

#[tokio::test]
async fn a_commit_after_a_failed_statement_says_so() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let again = smilefactory_core::identity::Account { id: tx.new_id().unwrap(), ..account };
    tx.accounts().insert(&again, "hash").await.unwrap_err();
    assert!(tx.commit().await.is_err());
}

#[tokio::test]
async fn a_read_cannot_write() {
    let db = TestDb::new().await;
    let tx = db.store.read(&db.one.scope).await.unwrap();
    drop(tx);
    // There is no `accounts().insert` on a read; and behind its back the database refuses too.
    let mut conn = db.superuser().await;
    sqlx::query("select 1").execute(&mut conn).await.unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let email: Email = "nobody@example.org".parse().unwrap();
    assert!(tx.accounts().find_by_email(&email).await.unwrap().is_none());
}

#[tokio::test]
async fn a_killed_connection_is_unavailable_and_leaves_nothing() {
    let db = TestDb::with(one_connection()).await;
    let account = db.one.person("tariro").await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.accounts().set_role(account.id, smilefactory_core::identity::Role::Admin).await.unwrap();
    let mut conn = db.superuser().await;
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'smile_app' and datname = current_database()")
        .execute(&mut conn)
        .await
        .unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.accounts().get(account.id).await.unwrap().unwrap().role.as_str(), "member");
}

/// A restart of the server breaks every idle connection; whoever comes next must not notice.
#[tokio::test]
async fn connections_that_broke_while_idle_are_replaced() {
    let db = TestDb::new().await;
    let open = futures::future::join_all((0..5).map(|_| db.store.read(&db.one.scope))).await;
    drop(open);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut conn = db.superuser().await;
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'smile_app' and datname = current_database()")
        .execute(&mut conn)
        .await
        .unwrap();
    for _ in 0..10 {
        drop(db.store.read(&db.one.scope).await.unwrap());
    }
}
