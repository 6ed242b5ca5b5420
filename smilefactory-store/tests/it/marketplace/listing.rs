//! Listings: written and read back, published, taken back, saved, viewed; and what the database refuses.

use chrono::TimeDelta;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{CategoryDraft, CategoryInput, CategoryTree, Tab};
use smilefactory_core::id::{AccountId, CategoryId, Id};
use smilefactory_core::marketplace::{ListingDraft, ListingInput, ListingState, MarketplaceRefused};
use smilefactory_core::testing::listing_input;
use smilefactory_core::validation::Field;
use smilefactory_store::maintenance;
use smilefactory_store::marketplace::{self, MarketplaceError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::AssertSqlSafe;

use super::{by, drafted, listing, offered, pump, refusal, settings};

/// A category of a tab.
pub(super) async fn category(db: &TestDb, tab: Tab, slug: &str, parent: Option<CategoryId>) -> CategoryId {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let input = CategoryInput {
        tab: tab.as_str().into(),
        name: slug.into(),
        slug: slug.into(),
        parent: parent.map(|id| id.to_string()),
        ..CategoryInput::default()
    };
    let mut there = Vec::new();
    if let Some(parent) = parent {
        there.push(tx.categories().get(parent).await.unwrap().unwrap());
    }
    let tree = CategoryTree::new(tab, there);
    let draft = CategoryDraft::from_raw(input).unwrap();
    let (category, _) = tree.create(draft, tx.new_id().unwrap(), tx.now()).unwrap();
    tx.categories().insert(&category).await.unwrap();
    tx.commit().await.unwrap();
    category.id
}

#[tokio::test]
async fn what_is_written_is_read_back_and_the_database_takes_what_core_takes() {
    let db = TestDb::new().await;
    let seller = db.one.person("tariro").await.id;
    let mut runner = TestRunner::deterministic();
    for _ in 0..64 {
        let input = listing_input().new_tree(&mut runner).unwrap().current();
        let written = offered(&db, seller, input.clone()).await;
        assert_eq!(listing(&db, written.id).await, written);
        assert_eq!(ListingInput::from(written.draft), input);
    }
    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert!(tx.listings().list_of_seller(seller, None, &Default::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_draft_is_its_sellers_and_what_was_published_is_withdrawn() {
    let db = TestDb::new().await;
    let (seller, other) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let draft = drafted(&db, seller, pump(1)).await;
    let see =
        async |who: AccountId| by(&db, who, async |tx| marketplace::visible(tx, draft.id, who).await).await;
    assert!(see(seller).await.is_ok());
    assert!(matches!(see(other).await.unwrap_err(), MarketplaceError::NotThere("listing")));
    let publish = async |who: AccountId| {
        by(&db, who, async |tx| marketplace::publish(tx, draft.id, who, &settings()).await).await
    };
    assert!(matches!(publish(other).await.unwrap_err(), MarketplaceError::NotThere("listing")));
    publish(seller).await.unwrap();
    assert!(see(other).await.is_ok());
    assert!(matches!(refusal(publish(other).await.unwrap_err()), MarketplaceRefused::NotYours(_)));
    let delete = by(&db, seller, async |tx| marketplace::delete(tx, draft.id, seller, None).await).await;
    assert!(matches!(refusal(delete.unwrap_err()), MarketplaceRefused::State(_)));
    db.one.block(seller, other).await;
    assert!(matches!(see(other).await.unwrap_err(), MarketplaceError::NotThere("listing")));
    let saver = db.one.person("saver").await.id;
    by(&db, saver, async |tx| marketplace::save(tx, draft.id, saver).await).await.unwrap();
    let saved = async || {
        let mut tx = db.store.read(&db.one.scope_of(saver)).await.unwrap();
        tx.listings().list_saved(saver, &Default::default()).await.unwrap().items.len()
    };
    assert_eq!(saved().await, 1);
    by(&db, seller, async |tx| marketplace::withdraw(tx, draft.id, seller).await).await.unwrap();
    assert_eq!(saved().await, 0, "what is taken back is nobody's to read");
    assert_eq!(listing(&db, draft.id).await.state, ListingState::Withdrawn);
}

#[tokio::test]
async fn of_two_who_edit_one_is_stale_and_a_foreign_category_is_refused() {
    let db = TestDb::new().await;
    let seller = db.one.person("tariro").await.id;
    let there = drafted(&db, seller, pump(1)).await;
    let (blog, market) =
        (category(&db, Tab::Blog, "blog", None).await, category(&db, Tab::Marketplace, "pumps", None).await);
    let edit = async |category: CategoryId| {
        by(&db, seller, async |tx| {
            marketplace::edit(tx, there.id, seller, |listing| {
                let draft = ListingDraft { category: Some(category), ..listing.draft.clone() };
                Ok::<_, MarketplaceError>(draft)
            })
            .await
        })
        .await
    };
    let MarketplaceError::Invalid(violations) = edit(blog).await.unwrap_err() else { panic!("invalid") };
    assert_eq!(violations.iter().next().unwrap().pointer, "/category");
    assert_eq!(edit(market).await.unwrap().draft.category, Some(market));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.listings().update(&there).await.unwrap_err().is_stale());
    let mut foreign = listing(&db, there.id).await;
    foreign.draft.category = Some(blog);
    assert!(tx.listings().update(&foreign).await.is_err(), "the database holds the tab");
}

#[tokio::test]
async fn a_listing_expires_once_and_is_published_again() {
    let db = TestDb::new().await;
    let seller = db.one.person("tariro").await.id;
    let there = offered(&db, seller, pump(1)).await;
    assert_eq!(maintenance::expire_listings(&db.store).await.unwrap(), 0);
    db.clock.advance(TimeDelta::days(30));
    assert_eq!(maintenance::expire_listings(&db.store).await.unwrap(), 1);
    assert_eq!(maintenance::expire_listings(&db.store).await.unwrap(), 0);
    assert_eq!(listing(&db, there.id).await.state, ListingState::Expired);
    let anew =
        by(&db, seller, async |tx| marketplace::publish(tx, there.id, seller, &settings()).await).await;
    assert_eq!(anew.unwrap().state, ListingState::Published);
}

#[tokio::test]
async fn saves_and_views_are_counted_once_a_person_and_day() {
    let db = TestDb::new().await;
    let (seller, other) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let there = offered(&db, seller, pump(1)).await;
    let stats = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.listings().stats(&[there.id], other).await.unwrap()[0].1
    };
    for who in [other, seller, other] {
        by(&db, who, async |tx| marketplace::view(tx, there.id, who).await).await.unwrap();
    }
    for expected in [true, false] {
        let saved = by(&db, other, async |tx| marketplace::save(tx, there.id, other).await).await;
        assert_eq!(saved.unwrap(), expected);
    }
    let before = stats().await;
    assert_eq!((before.views, before.saves, before.saved_at.is_some()), (1, 1, true));
    maintenance::fold_counts(&db.store).await.unwrap();
    assert_eq!(stats().await, before, "what is read is the same before and after");
    db.clock.advance(TimeDelta::days(1));
    by(&db, other, async |tx| marketplace::view(tx, there.id, other).await).await.unwrap();
    for expected in [true, false] {
        let unsaved = by(&db, other, async |tx| marketplace::unsave(tx, there.id, other).await).await;
        assert_eq!(unsaved.unwrap(), expected);
    }
    let after = stats().await;
    assert_eq!((after.views, after.saves, after.saved_at), (2, 0, None));
}

#[tokio::test]
async fn the_steps_of_the_database_are_those_of_core_and_it_holds_them() {
    let db = TestDb::new().await;
    let steps: Vec<(String, String, String)> = sqlx::query_as(
        "select from_state, step, to_state from marketplace.listing_steps order by from_state, step, to_state",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    let mut core: Vec<_> = ListingState::STEPS
        .iter()
        .map(|(from, step, to)| (from.to_string(), step.to_string(), to.to_string()))
        .collect();
    core.sort();
    assert_eq!(steps, core);

    let seller = db.one.person("tariro").await.id;
    let there = offered(&db, seller, pump(2)).await;
    for (broken, constraint) in [
        ("reserved = 2", "listings_left"),
        ("state = 'withdrawn', taken_off = 'x', reserved = 3", "listings_stock"),
        ("state = 'withdrawn', sold = 3", "listings_stock"),
        ("state = 'withdrawn', reserved = 1", "listings_left"),
        ("state = 'draft'", "listings_step"),
        ("state = 'sold'", "listings_step"),
        ("state = 'reserved'", "listings_left"),
        ("condition = null", "listings_condition"),
        ("kind = 'job', condition = null", "listings_price"),
        ("country = null", "listings_place"),
        ("taken_off = 'x'", "listings_taken_off"),
        ("salary_min = 1", "listings_salary"),
    ] {
        let mut conn = db.superuser().await;
        let update = format!("update marketplace.listings set {broken} where id = '{}'", there.id.uuid());
        let error = sqlx::raw_sql(AssertSqlSafe(update)).execute(&mut conn).await.unwrap_err();
        let refused = error.into_database_error().unwrap();
        assert_eq!(refused.constraint(), Some(constraint), "{broken}");
    }
}
