//! Categories.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{Category, CategoryDraft, CategoryInput, CategoryTree, Tab};
use smilefactory_core::id::{CategoryId, Id};
use smilefactory_core::validation::Field;
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

fn input(name: &str, parent: Option<CategoryId>) -> CategoryInput {
    CategoryInput {
        tab: "blog".into(),
        parent: parent.map(|id| id.to_string()),
        name: name.into(),
        slug: name.to_lowercase(),
        ..CategoryInput::default()
    }
}

fn draft(name: &str, parent: Option<CategoryId>) -> CategoryDraft {
    CategoryDraft::from_raw(input(name, parent)).unwrap()
}

/// A category, whether core would have it there or not.
pub(crate) async fn made(
    db: &TestDb,
    name: &str,
    parent: Option<CategoryId>,
) -> Result<Category, StoreError> {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let root = CategoryTree::new(Tab::Blog, []);
    let (mut category, _) = root.create(draft(name, None), tx.new_id().unwrap(), tx.now()).unwrap();
    category.draft.parent = parent;
    tx.categories().insert(&category).await?;
    tx.commit().await?;
    Ok(category)
}

/// A root of this tab.
pub(crate) async fn made_in(db: &TestDb, tab: Tab, name: &str) -> CategoryId {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let input = CategoryInput { tab: tab.as_str().into(), ..input(name, None) };
    let draft = CategoryDraft::from_raw(input).unwrap();
    let (category, _) = CategoryTree::new(tab, []).create(draft, tx.new_id().unwrap(), tx.now()).unwrap();
    tx.categories().insert(&category).await.unwrap();
    tx.commit().await.unwrap();
    category.id
}

async fn moved(db: &TestDb, category: &Category, parent: Option<CategoryId>) -> Result<Category, StoreError> {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut category = category.clone();
    category.draft.parent = parent;
    let saved = tx.categories().update(&category).await?;
    tx.commit().await?;
    Ok(saved)
}

async fn shape(db: &TestDb) -> Vec<(u8, String)> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let nodes = tx.categories().list_tree(Tab::Blog).await.unwrap();
    nodes.into_iter().map(|node| (node.depth, node.category.draft.name.to_string())).collect()
}

fn named(tree: &[(u8, &str)]) -> Vec<(u8, String)> {
    tree.iter().map(|(depth, name)| (*depth, (*name).to_owned())).collect()
}

#[tokio::test]
async fn a_category_is_read_as_it_was_written_and_moves_with_all_under_it() {
    let db = TestDb::new().await;
    let farming = made(&db, "Farming", None).await.unwrap();
    let water = made(&db, "Water", Some(farming.id)).await.unwrap();
    let pumps = made(&db, "Pumps", Some(water.id)).await.unwrap();
    let energy = made(&db, "Energy", None).await.unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.categories().get(pumps.id).await.unwrap(), Some(pumps.clone()));
    let mut elsewhere = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(elsewhere.categories().get(pumps.id).await.unwrap(), None);
    assert!(elsewhere.categories().list_tree(Tab::Blog).await.unwrap().is_empty());
    assert_eq!(shape(&db).await, named(&[(1, "Energy"), (1, "Farming"), (2, "Water"), (3, "Pumps")]));

    let water = moved(&db, &water, Some(energy.id)).await.unwrap();
    assert_eq!(shape(&db).await, named(&[(1, "Energy"), (2, "Water"), (3, "Pumps"), (1, "Farming")]));
    let water = moved(&db, &water, None).await.unwrap();
    assert_eq!(shape(&db).await, named(&[(1, "Energy"), (1, "Farming"), (1, "Water"), (2, "Pumps")]));
    assert!(moved(&db, &farming, None).await.is_ok());
    // What only went along is no other version.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.categories().get(pumps.id).await.unwrap(), Some(pumps.clone()));

    let tree = CategoryTree::new(Tab::Blog, tx.categories().lock_tree(Tab::Blog).await.unwrap());
    let (gone, _) = tree.archive(pumps, tx.now()).unwrap();
    tx.categories().update(&gone).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shape(&db).await, named(&[(1, "Energy"), (1, "Farming"), (1, "Water")]));
    assert!(made(&db, "Pumps", Some(water.id)).await.is_ok(), "an archived one does not hold its name");
}

#[tokio::test]
async fn the_database_refuses_cycles_a_sixth_level_and_other_tabs() {
    let db = TestDb::new().await;
    let root = made(&db, "One", None).await.unwrap();
    let (mut chain, mut parent) = (vec![root.clone()], root.id);
    for name in ["Two", "Three", "Four", "Five"] {
        let next = made(&db, name, Some(parent)).await.unwrap();
        parent = next.id;
        chain.push(next);
    }
    let broken = |error: StoreError| matches!(error, StoreError::Invalid { .. } | StoreError::Missing { .. });
    assert!(broken(made(&db, "Six", Some(parent)).await.unwrap_err()), "a sixth level");
    for at in 0..4 {
        assert!(broken(moved(&db, &chain[at], Some(chain[at + 1].id)).await.unwrap_err()), "a cycle at {at}");
    }
    assert!(broken(moved(&db, &root, Some(root.id)).await.unwrap_err()), "under itself");
    let other = made(&db, "Other", None).await.unwrap();
    assert!(broken(moved(&db, &root, Some(other.id)).await.unwrap_err()), "six levels by moving");
    let mut conn = db.superuser().await;
    let elsewhere = "update content.categories set tab = 'events' where id = $1";
    assert!(sqlx::query(elsewhere).bind(parent.uuid()).execute(&mut conn).await.is_err(), "another tab");
    let deep = "update content.categories set depth = 1 where id = $1";
    assert!(
        sqlx::query(deep).bind(parent.uuid()).execute(&mut conn).await.is_err(),
        "a depth that is not so"
    );
}

#[tokio::test]
async fn two_who_move_two_under_each_other_do_not_both_succeed() {
    let db = TestDb::new().await;
    let (a, b) = (made(&db, "A", None).await.unwrap(), made(&db, "B", None).await.unwrap());
    let (one, other) = tokio::join!(moved(&db, &a, Some(b.id)), moved(&db, &b, Some(a.id)));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
    assert_eq!(shape(&db).await.len(), 2);
}

#[tokio::test]
async fn of_two_writers_one_is_stale_and_a_taken_name_is_told() {
    let db = TestDb::new().await;
    let farming = made(&db, "Farming", None).await.unwrap();
    let (one, other) = tokio::join!(moved(&db, &farming, None), moved(&db, &farming, None));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
    assert!(one.err().or(other.err()).unwrap().is_stale());
    let error = made(&db, "farming", None).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { entity: "category", field: "slug" }), "{error:?}");
    assert!(made(&db, "Farming", Some(farming.id)).await.is_ok(), "it is free under another");
}

/// What core accepts the database accepts, and what core refuses the database refuses.
#[tokio::test]
async fn the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let mut runner = TestRunner::deterministic();
    for n in 0..60 {
        let mut good = smilefactory_core::testing::category_input().new_tree(&mut runner).unwrap().current();
        good.slug = format!("a-{n}");
        insert_raw(&db, &good).await.unwrap_or_else(|error| panic!("{good:?}: {error}"));
        for spoiled in smilefactory_core::testing::spoiled_categories(&good) {
            if let Ok(()) = insert_raw(&db, &spoiled.input).await {
                panic!("the database accepts {} at {}: {:?}", spoiled.code, spoiled.pointer, spoiled.input);
            }
        }
    }
}

/// Past core, as raw as it comes.
async fn insert_raw(db: &TestDb, input: &CategoryInput) -> Result<(), sqlx::Error> {
    let id: CategoryId = db.store.new_id().unwrap();
    sqlx::query(
        "insert into content.categories (tenant_id, id, tab, depth, name, slug, description, place, version,
           created_at, updated_at)
         values ($1, $2, $3, 1, $4, $5, $6, $7::bigint, 1, now(), now())",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(id.uuid())
    .bind(&input.tab)
    .bind(&input.name)
    .bind(&input.slug)
    .bind(&input.description)
    .bind(input.place)
    .execute(&mut db.superuser().await)
    .await
    .map(|_| ())
}
