//! A store that would leak or break does not start, and says what to do.

use smilefactory_store::crypto::{MasterKey, MasterKeys};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

async fn refusal(url: String) -> String {
    let config = Config::builder()
        .database_url(url)
        .master_keys(MasterKeys::new(MasterKey::from_random([7; 32])))
        .build()
        .unwrap();
    match Store::open(&config).await {
        Ok(_) => panic!("the store opened"),
        Err(error) => error.to_string(),
    }
}

async fn execute(db: &TestDb, statements: &'static str) {
    sqlx::raw_sql(statements).execute(&mut db.superuser().await).await.unwrap();
}

#[tokio::test]
async fn a_superuser_is_refused() {
    let db = TestDb::new().await;
    let text = refusal(db.url_as("postgres")).await;
    assert!(text.contains("postgres is a superuser") && text.contains("CREATE ROLE"), "{text}");
}

#[tokio::test]
async fn who_bypasses_row_level_security_is_refused() {
    let db = TestDb::new().await;
    execute(&db, "drop role if exists test_bypass; create role test_bypass login noinherit bypassrls").await;
    let text = refusal(db.url_as("test_bypass")).await;
    execute(&db, "drop role test_bypass").await;
    assert!(text.contains("has BYPASSRLS"), "{text}");
}

#[tokio::test]
async fn an_owner_and_an_heir_are_refused() {
    let db = TestDb::new().await;
    execute(&db, "create role test_owner login noinherit; alter table content.posts owner to test_owner")
        .await;
    let owner = refusal(db.url_as("test_owner")).await;
    execute(&db, "alter table content.posts owner to postgres; drop role test_owner").await;
    assert!(owner.contains("owns tables"), "{owner}");

    execute(&db, "create role test_heir login inherit; grant smile_service, smile_relay to test_heir").await;
    let heir = refusal(db.url_as("test_heir")).await;
    execute(&db, "drop role test_heir").await;
    assert!(heir.contains("NOINHERIT"), "{heir}");
}

#[tokio::test]
async fn a_login_without_the_platforms_roles_is_refused() {
    let db = TestDb::new().await;
    execute(&db, "create role test_stranger login noinherit").await;
    let text = refusal(db.url_as("test_stranger")).await;
    execute(&db, "drop role test_stranger").await;
    assert!(text.contains("GRANT smile_service"), "{text}");
}

#[tokio::test]
async fn a_missing_extension_is_refused() {
    let db = TestDb::new().await;
    execute(&db, "drop extension unaccent cascade").await;
    let text = refusal(db.url_as("smile_app")).await;
    assert!(text.contains("CREATE EXTENSION unaccent"), "{text}");
}

#[tokio::test]
async fn a_schema_too_new_too_old_or_missing_is_refused() {
    let db = TestDb::new().await;
    execute(
        &db,
        "insert into platform.schema_migrations (version, description, success, checksum, execution_time)
         values (9999, 'of another time', true, '', 0)",
    )
    .await;
    let new = refusal(db.url_as("smile_app")).await;
    assert!(new.contains("schema 9999") && new.contains("deploy the version"), "{new}");

    execute(&db, "delete from platform.schema_migrations where version > 3").await;
    let old = refusal(db.url_as("smile_app")).await;
    assert!(old.contains("schema 3") && old.contains("migrate"), "{old}");

    execute(&db, "drop schema platform cascade").await;
    let none = refusal(db.url_as("smile_app")).await;
    assert!(none.contains("no schema of this platform") && none.contains("migrate"), "{none}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let text = refusal("postgres://nobody@127.0.0.1:1/nowhere".to_owned()).await;
    assert!(text.contains("127.0.0.1:1") && text.contains("SMILEFACTORY_DATABASE_URL"), "{text}");
}
