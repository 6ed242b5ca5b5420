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

async fn run(db: &TestDb, statements: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut db.superuser().await).await.unwrap();
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

/// Whoever owns a database, a schema or a function can give themselves what they lack.
#[tokio::test]
async fn whoever_can_help_themselves_is_refused() {
    let db = TestDb::new().await;
    let cases = [
        (
            "schema",
            "alter schema content owner to",
            "owns a schema",
            "alter schema content owner to postgres",
        ),
        (
            "function",
            "alter function tenancy.current_tenant owner to",
            "owns functions",
            "alter function tenancy.current_tenant owner to postgres",
        ),
        ("searcher", "grant smile_search to", "may become smile_search", "select"),
        ("eraser", "grant smile_eraser to", "may become smile_eraser", "select"),
        ("referee", "grant smile_referee to", "may become smile_referee", "select"),
    ];
    for (name, give, expected, take) in cases {
        // Roles belong to the server, which tests share.
        let role = format!("test_{name}_{}", std::process::id());
        let statements = format!("create role {role} login noinherit; {give} {role}");
        run(&db, statements).await;
        let text = refusal(db.url_as(&role)).await;
        run(
            &db,
            format!("{take}; revoke smile_search, smile_eraser, smile_referee from {role}; drop role {role}"),
        )
        .await;
        assert!(text.contains(expected), "{name}: {text}");
    }
}

#[tokio::test]
async fn the_owner_of_the_database_is_refused() {
    let db = TestDb::new().await;
    let role = format!("test_landlord_{}", std::process::id());
    run(
        &db,
        format!(
            "create role {role} login noinherit;
         do $$ begin execute format('alter database %I owner to {role}', current_database()); end $$"
        ),
    )
    .await;
    let text = refusal(db.url_as(&role)).await;
    run(
        &db,
        format!(
            "do $$ begin execute format('alter database %I owner to postgres', current_database()); end $$;
         drop role {role}"
        ),
    )
    .await;
    assert!(text.contains("owns the database"), "{text}");
}

/// A service that is a member of a role which sees all tenants would see them in every unit of work.
#[tokio::test]
async fn a_service_that_sees_all_tenants_is_refused() {
    let db = TestDb::new().await;
    for (role, expected) in [
        ("smile_relay", "is a member of smile_relay"),
        ("smile_operator", "is a member of smile_operator"),
        ("smile_search", "may become smile_search"),
    ] {
        // A service and a login of their own, since roles belong to the server that other tests are on.
        let service = format!("test_service_of_{role}_{}", std::process::id());
        let login = format!("{service}_login");
        let make = format!(
            "create role {service}; grant smile_service, {role} to {service};
             create role {login} login noinherit; grant {service}, smile_relay, smile_operator to {login}"
        );
        run(&db, make).await;
        let config = Config::builder()
            .database_url(db.url_as(&login))
            .master_keys(MasterKeys::new(MasterKey::from_random([7; 32])))
            .service_role(&service)
            .build()
            .unwrap();
        let refused = Store::open(&config).await.map(|_| ()).unwrap_err().to_string();
        run(&db, format!("drop role {login}; drop role {service}")).await;
        assert!(refused.contains(expected), "{refused}");
    }
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
