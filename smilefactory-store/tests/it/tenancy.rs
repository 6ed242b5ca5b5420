//! Organisations, and that the database accepts of them, and of the people who join, exactly what core accepts.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::id::{AccountId, Id, TenantId};
use smilefactory_core::identity::{AccountSettingsInput, SignUpInput};
use smilefactory_core::tenancy::{NewTenant, NewTenantInput, TenantSettings};
use smilefactory_core::testing::{self, Spoiled};
use smilefactory_core::text::{Email, Slug};
use smilefactory_core::validation::Field;
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::PgConnection;

/// The same values in every run.
fn samples<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[tokio::test]
async fn a_tenant_is_read_as_it_was_written_and_of_two_writers_one_is_stale() {
    let db = TestDb::new().await;
    let id = db.one.tenant.id;
    let write = async |need_review: bool| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let mut tenant = db.one.tenant.clone();
        tenant.settings.posts_need_review = need_review;
        let saved = tx.tenants().update(&tenant).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(saved)
    };
    let (one, other) = tokio::join!(write(true), write(false));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
    let (saved, lost) = match (one, other) {
        (Ok(saved), Err(lost)) | (Err(lost), Ok(saved)) => (saved, lost),
        both => panic!("{both:?}"),
    };
    assert!(matches!(lost, StoreError::Stale { entity: "tenant", id: of } if of == id.uuid()), "{lost:?}");
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.tenants().get(id).await.unwrap(), Some(saved));
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.tenants().get(id).await.unwrap(), None, "another tenant does not see it");
    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert!(tx.tenants().update(&db.one.tenant).await.unwrap_err().is_stale(), "nor change it");
}

#[tokio::test]
async fn a_name_in_addresses_is_taken_once() {
    let db = TestDb::new().await;
    let again = NewTenantInput { slug: "one".into(), name: "Another".into(), plan: "free".into() };
    let error = db.store.operator().join(NewTenant::from_raw(again).unwrap()).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { entity: "tenant", field: "slug" }), "{error:?}");
}

/// Whether the database accepts it; any other error than a broken rule is a mistake in the test.
fn accepted(outcome: Result<sqlx::postgres::PgQueryResult, sqlx::Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(sqlx::Error::Database(error)) if error.is_check_violation() => false,
        Err(error) => panic!("{error}"),
    }
}

/// Past core, as raw as it comes.
async fn tenant_accepted(db: &TestDb, conn: &mut PgConnection, input: &NewTenantInput) -> bool {
    let id: TenantId = db.store.new_id().unwrap();
    let settings = serde_json::to_value(TenantSettings::default()).unwrap();
    let inserted = sqlx::query(
        "insert into tenancy.tenants (id, slug, name, plan, settings, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 1, now(), now())",
    )
    .bind(id.uuid())
    .bind(&input.slug)
    .bind(&input.name)
    .bind(&input.plan)
    .bind(settings)
    .execute(&mut *conn)
    .await;
    let accepted = accepted(inserted);
    sqlx::query("delete from tenancy.tenants where id = $1").bind(id.uuid()).execute(conn).await.unwrap();
    accepted
}

#[tokio::test]
async fn of_tenants_the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    for input in samples(&testing::new_tenant(), 60) {
        assert!(tenant_accepted(&db, &mut conn, &input).await, "{input:?}");
        for Spoiled { input, pointer, code } in testing::spoiled_tenants(&input) {
            assert!(!tenant_accepted(&db, &mut conn, &input).await, "{pointer} {code}: {input:?}");
        }
    }
    let mut taken = 0;
    for slug in samples(&testing::slug_or_not(), 400) {
        let core = Slug::from_raw(slug.clone()).is_ok_and(|parsed| parsed.into_raw() == slug);
        let input = NewTenantInput { slug, name: "Hub".into(), plan: "free".into() };
        assert_eq!(tenant_accepted(&db, &mut conn, &input).await, core, "{input:?}");
        taken += usize::from(core);
    }
    assert!(taken > 50 && taken < 350, "{taken} of 400 are names");
}

/// Somebody's row, past core, as raw as it comes.
async fn account_accepted(
    db: &TestDb,
    conn: &mut PgConnection,
    email: &str,
    settings: &AccountSettingsInput,
) -> bool {
    let id: AccountId = db.store.new_id().unwrap();
    let inserted = sqlx::query(
        "insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, gender, bio,
           version, created_at, updated_at)
         values ($1, $2, $3, 'x', $4, $5, $6, $7, 1, now(), now())",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(id.uuid())
    .bind(email)
    .bind(&settings.first_name)
    .bind(&settings.last_name)
    .bind(&settings.gender)
    .bind(&settings.bio)
    .execute(&mut *conn)
    .await;
    let accepted = accepted(inserted);
    let forget = "delete from identity.personal_details where id = $1";
    sqlx::query(forget).bind(id.uuid()).execute(conn).await.unwrap();
    accepted
}

#[tokio::test]
async fn of_accounts_the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let named = |sign_up: &SignUpInput| AccountSettingsInput {
        first_name: sign_up.first_name.clone(),
        last_name: sign_up.last_name.clone(),
        ..AccountSettingsInput::default()
    };
    for input in samples(&testing::sign_up(), 60) {
        assert!(account_accepted(&db, &mut conn, &input.email, &named(&input)).await, "{input:?}");
        // Of the password no row has more than a hash.
        let flaws = testing::spoiled_sign_ups(&input).filter(|flaw| flaw.pointer != "/password");
        for Spoiled { input, pointer, code } in flaws {
            let accepted = account_accepted(&db, &mut conn, &input.email, &named(&input)).await;
            assert!(!accepted, "{pointer} {code}: {input:?}");
        }
    }
    for input in samples(&testing::account_settings(), 60) {
        assert!(account_accepted(&db, &mut conn, "a@b.co", &input).await, "{input:?}");
        // The telephone number is encrypted: no rule can look into it.
        let flaws = testing::spoiled_account_settings(&input).filter(|flaw| flaw.pointer != "/phone");
        for Spoiled { input, pointer, code } in flaws {
            assert!(!account_accepted(&db, &mut conn, "a@b.co", &input).await, "{pointer} {code}: {input:?}");
        }
    }
    let (mut taken, nobody) = (
        0,
        AccountSettingsInput {
            first_name: "Tariro".into(),
            last_name: "Moyo".into(),
            ..AccountSettingsInput::default()
        },
    );
    for email in samples(&testing::email_or_not(), 400) {
        let core = Email::from_raw(email.clone()).is_ok_and(|parsed| parsed.into_raw() == email);
        assert_eq!(account_accepted(&db, &mut conn, &email, &nobody).await, core, "{email:?}");
        taken += usize::from(core);
    }
    assert!(taken > 50 && taken < 350, "{taken} of 400 are addresses");
}
