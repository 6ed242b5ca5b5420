//! The store on the database inside the process: the same migrations, the same rules.

use std::path::Path;
use std::time::Duration;

use smilefactory_core::content::{PostDraft, PostInput, PostKind};
use smilefactory_core::identity::{Account, SignUp, SignUpInput};
use smilefactory_core::scope::Scope;
use smilefactory_core::tenancy::{NewTenant, NewTenantInput, Plan};
use smilefactory_core::validation::Field as _;
use smilefactory_store::config::Database;
use smilefactory_store::embedded::Embedded;
use smilefactory_store::prelude::*;

use crate::{connect, count};

pub(crate) async fn open(folder: Option<&Path>) -> Store {
    let database =
        folder.map_or(Database::EmbeddedTemporary, |folder| Database::EmbeddedFolder(folder.to_owned()));
    Store::open(&Config::builder().database(database).build().unwrap()).await.unwrap()
}

pub(crate) async fn tenant(store: &Store, slug: &str) -> Scope {
    let input = NewTenantInput { slug: slug.to_owned(), name: slug.to_owned(), plan: Plan::Free.to_string() };
    let tenant = store.operator().join(NewTenant::from_raw(input).unwrap()).await.unwrap();
    Scope::system(tenant.id, store.new_id().unwrap())
}

async fn person(store: &Store, scope: &Scope, name: &str) -> Account {
    let sign_up = SignUp::from_raw(SignUpInput {
        email: format!("{name}@example.org"),
        password: format!("{name}-password"),
        first_name: name.to_owned(),
        last_name: "Example".to_owned(),
    });
    let mut tx = store.write(scope).await.unwrap();
    let (mut account, _, opened) = sign_up.unwrap().open(tx.new_id().unwrap(), tx.now());
    account.settings.phone = Some("+263771234567".parse().unwrap());
    tx.accounts().insert(&account, "hash").await.unwrap();
    tx.tell(opened).unwrap();
    tx.commit().await.unwrap();
    account
}

#[tokio::test]
async fn nobody_sees_another_tenants_rows_or_changes_them() {
    let store = open(None).await;
    let (one, two) = (tenant(&store, "one").await, tenant(&store, "two").await);
    let account = person(&store, &one, "tariro").await;

    let mut tx = store.read(&one).await.unwrap();
    assert_eq!(tx.accounts().get(account.id).await.unwrap().unwrap().id, account.id);
    drop(tx);
    let mut tx = store.write(&two).await.unwrap();
    assert!(tx.accounts().get(account.id).await.unwrap().is_none());
    assert!(tx.accounts().update(&account).await.unwrap_err().is_stale());
    drop(tx);
    // The address is taken in one tenant and free in the other.
    person(&store, &two, "tariro").await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_dropped_anywhere_leaves_nothing_and_never_its_tenant() {
    let store = open(None).await;
    let (one, two) = (tenant(&store, "one").await, tenant(&store, "two").await);
    let account = person(&store, &one, "tariro").await;
    for millis in 0..60 {
        let work = async {
            let mut tx = store.write(&one).await?;
            tx.accounts().get(account.id).await?;
            tx.accounts().note_log_in(account.id).await?;
            tx.accounts().get(account.id).await?;
            Ok::<_, StoreError>(tx)
        };
        _ = tokio::time::timeout(Duration::from_millis(millis % 12), work).await;
        let mut tx = store.read(&two).await.unwrap();
        assert!(tx.accounts().get(account.id).await.unwrap().is_none(), "after {millis} ms");
    }
    let mut tx = store.read(&one).await.unwrap();
    assert!(tx.accounts().get(account.id).await.unwrap().unwrap().last_login_at.is_none());
    drop(tx);
    store.close().await;
}

#[tokio::test]
async fn a_second_unit_of_work_waits_for_the_first() {
    let store = open(None).await;
    let one = tenant(&store, "one").await;
    let first = store.write(&one).await.unwrap();
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.read(&one).await.map(drop) }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!second.is_finished());
    drop(first);
    second.await.unwrap().unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_folder_is_opened_again_with_its_data_and_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(Some(folder.path())).await;
    let one = tenant(&store, "one").await;
    let account = person(&store, &one, "tariro").await;
    store.close().await;
    drop(store);

    let store = open(Some(folder.path())).await;
    let mut tx = store.read(&one).await.unwrap();
    let again = tx.accounts().get(account.id).await.unwrap().unwrap();
    assert_eq!(again.settings.phone, account.settings.phone);
    drop(tx);
    store.close().await;
}

#[tokio::test]
async fn two_stores_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(Some(folder.path())).await;
    let config = Config::builder().data(folder.path()).build().unwrap();
    let refusal = Store::open(&config).await.unwrap_err();
    assert!(
        matches!(&refusal, StoreError::Refused { problem, .. } if problem.contains("in use")),
        "{refusal}"
    );
    store.close().await;
}

#[tokio::test]
async fn a_post_is_written_with_its_search_text() {
    let store = open(None).await;
    let one = tenant(&store, "one").await;
    let account = person(&store, &one, "tariro").await;
    let draft = PostDraft::from_raw(PostInput {
        kind: PostKind::Article.to_string(),
        title: Some("Running a café on the sun".to_owned()),
        body: "Solar panels on the roof.".to_owned(),
        tags: vec!["energy".to_owned()],
        language: Some("en".to_owned()),
        ..PostInput::default()
    });
    let mut tx = store.write(&one).await.unwrap();
    let (post, drafted) = draft.unwrap().begin(tx.new_id().unwrap(), account.id, tx.now());
    tx.posts().insert(&post).await.unwrap();
    tx.tell(drafted).unwrap();
    tx.commit().await.unwrap();
    store.close().await;
}

/// What the engine cannot do, the migrations must not use: an EXCEPTION block breaks the session, and an index
/// over `halfvec` takes minutes to grow.
#[tokio::test]
async fn the_schema_uses_nothing_that_the_engine_lacks() {
    let folder = tempfile::tempdir().unwrap();
    open(Some(folder.path())).await.close().await;
    let database = Embedded::folder(folder.path()).await.unwrap();
    let mut conn = connect(&database).await;
    let catching = "select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and p.prosrc ~* '\\mexception\\s+when\\M'";
    assert_eq!(count(&mut conn, catching).await, 0);
    sqlx::raw_sql("select ai.register_model('test', 8)").execute(&mut conn).await.unwrap();
    let over_halves = "select count(*) from pg_indexes where indexdef ~ 'halfvec'";
    assert_eq!(count(&mut conn, over_halves).await, 0);
    assert!(count(&mut conn, "select count(*) from pg_indexes where indexdef ~ 'USING hnsw'").await > 0);
    drop(conn);
    database.stop().await;
}
