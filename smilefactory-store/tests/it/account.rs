//! Accounts: opened once an address, encrypted where personal, changed by one writer at a time.

use smilefactory_core::identity::{AccountSettings, AccountSettingsInput};
use smilefactory_core::text::Email;
use smilefactory_core::validation::Field;
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::Row;

fn settings(phone: &str) -> AccountSettings {
    AccountSettings::from_raw(AccountSettingsInput {
        first_name: "Tariro".into(),
        last_name: "Moyo".into(),
        phone: Some(phone.into()),
        gender: None,
        bio: Some("Builds solar pumps.\nLikes rain.".into()),
    })
    .unwrap()
}

#[tokio::test]
async fn an_account_is_read_as_it_was_written() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;

    let mut tx = db.store.write(&db.one.scope_of(account.id)).await.unwrap();
    let (changed, fact) = account.change(settings("+263772123456"), tx.now());
    let saved = tx.accounts().update(&changed).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.accounts().get(saved.id).await.unwrap(), Some(saved.clone()));
    let email: Email = "TARIRO@example.org".parse().unwrap();
    assert_eq!(tx.accounts().find_by_email(&email).await.unwrap(), Some(saved));
}

#[tokio::test]
async fn a_telephone_number_is_nowhere_to_be_read() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (changed, _) = account.change(settings("+263772123456"), tx.now());
    tx.accounts().update(&changed).await.unwrap();
    tx.commit().await.unwrap();

    let mut conn = db.superuser().await;
    let everything: Vec<String> = sqlx::query(
        "select row_to_json(d)::text as line from identity.personal_details d
         union all select row_to_json(a)::text from platform.audit a
         union all select row_to_json(o)::text from platform.outbox o",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap()
    .into_iter()
    .map(|row| row.get("line"))
    .collect();
    assert!(everything.iter().any(|line| line.contains("solar pumps")));
    let hex: String = "+263772123456".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(everything.iter().all(|line| !line.contains("263772123456") && !line.contains(&hex)));
}

#[tokio::test]
async fn an_address_has_one_account_in_a_tenant_and_may_have_one_in_another() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    db.two.person("tariro").await;

    let mut tx = db.store.write(&db.one.anonymous()).await.unwrap();
    let again = smilefactory_core::identity::Account { id: tx.new_id().unwrap(), ..account };
    let error = tx.accounts().insert(&again, "hash").await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { entity: "account", field: "email" }), "{error:?}");
}

#[tokio::test]
async fn of_two_writers_one_is_stale() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let write = async |phone: &str| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let (changed, _) = account.clone().change(settings(phone), tx.now());
        tx.accounts().update(&changed).await?;
        tx.commit().await
    };
    let (a, b) = tokio::join!(write("+263772123456"), write("+263772123457"));
    let outcomes = [a.is_ok(), b.is_ok()];
    assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    assert!(a.err().or(b.err()).unwrap().is_stale());
}

#[tokio::test]
async fn another_tenant_sees_nothing() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await;
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.accounts().get(account.id).await.unwrap(), None);
    assert_eq!(tx.accounts().find_by_email(&account.email).await.unwrap(), None);
    assert!(tx.accounts().credentials(&account.email).await.unwrap().is_none());
}
