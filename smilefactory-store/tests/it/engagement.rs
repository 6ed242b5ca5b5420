//! What people do with posts: once each, however often and from however many places at once, and counted as it is.

pub(crate) mod counts;

use chrono::TimeDelta;
use futures::future::join_all;
use smilefactory_core::content::{Post, PostEngagement, Reaction};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use crate::post;

/// A published post, and its author.
pub(crate) async fn published(db: &TestDb) -> Post {
    let author = db.one.person("tariro").await.id;
    another(db, author).await
}

pub(crate) async fn another(db: &TestDb, author: AccountId) -> Post {
    post::publish(db, post::draft(db, author, post::input("post", &[])).await).await
}

/// People who are not the author.
pub(crate) async fn people(db: &TestDb, count: usize) -> Vec<AccountId> {
    let mut people = Vec::new();
    for n in 0..count {
        people.push(db.one.person(&format!("reader-{n}")).await.id);
    }
    people
}

pub(crate) async fn react(db: &TestDb, post: &Post, who: AccountId, how: Reaction) -> bool {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let changed = tx.engagement().react(post.id, who, how).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

pub(crate) async fn view(db: &TestDb, post: &Post, who: AccountId) -> bool {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let first = tx.engagement().view(post.id, who).await.unwrap();
    tx.commit().await.unwrap();
    first
}

/// The counts of a post as they are stored.
pub(crate) async fn stored(db: &TestDb, post: &Post, who: AccountId) -> PostEngagement {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.engagement().get(post.id, who).await.unwrap()
}

/// Folds all there is.
pub(crate) async fn fold(db: &TestDb) {
    loop {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let folded = tx.engagement().fold(7).await.unwrap();
        tx.commit().await.unwrap();
        if folded == 0 {
            return;
        }
    }
}

/// How many rows there are of what people did.
async fn rows(db: &TestDb) -> i64 {
    sqlx::query_scalar("select count(*) from content.post_actions")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_person_has_one_state_that_goes_when_everything_is_taken_back() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let reader = people(&db, 1).await[0];
    assert!(react(&db, &post, reader, Reaction::Like).await);
    assert!(!react(&db, &post, reader, Reaction::Like).await, "again");
    assert!(react(&db, &post, reader, Reaction::Celebrate).await, "otherwise");
    let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
    assert!(tx.engagement().save(post.id, reader).await.unwrap());
    assert!(!tx.engagement().save(post.id, reader).await.unwrap());
    let state = tx.engagement().state(post.id, reader).await.unwrap();
    assert_eq!(
        (state.reaction, state.saved_at, state.shared_at),
        (Some(Reaction::Celebrate), Some(tx.now()), None)
    );
    tx.commit().await.unwrap();
    fold(&db).await;
    let counts = stored(&db, &post, reader).await;
    assert_eq!((counts.reactions.like, counts.reactions.celebrate, counts.saves), (0, 1, 1));
    assert_eq!(rows(&db).await, 1);

    let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
    assert!(tx.engagement().unreact(post.id, reader).await.unwrap());
    assert!(!tx.engagement().unreact(post.id, reader).await.unwrap());
    assert!(tx.engagement().unsave(post.id, reader).await.unwrap());
    assert!(!tx.engagement().unsave(post.id, reader).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(rows(&db).await, 0);
    fold(&db).await;
    let counts = stored(&db, &post, reader).await;
    assert_eq!((counts.reactions.total(), counts.saves), (0, 0));

    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert_eq!(tx.engagement().get(post.id, reader).await.unwrap().viewer, Default::default());
    let foreign = tx.engagement().react(post.id, reader, Reaction::Like).await.unwrap_err();
    assert!(matches!(foreign, StoreError::Missing { .. }), "{foreign:?}");
}

#[tokio::test]
async fn a_view_counts_once_a_day_and_a_share_once() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 2).await;
    assert!(view(&db, &post, readers[0]).await);
    for _ in 0..3 {
        assert!(!view(&db, &post, readers[0]).await);
    }
    assert!(view(&db, &post, readers[1]).await);
    db.clock.advance(TimeDelta::days(1));
    assert!(!view(&db, &post, readers[0]).await, "counted, but not the first time");
    let share = async || {
        let mut tx = db.store.write(&db.one.scope_of(readers[0])).await.unwrap();
        let first = tx.engagement().share(post.id, readers[0]).await.unwrap();
        tx.commit().await.unwrap();
        first
    };
    assert!(share().await);
    db.clock.advance(TimeDelta::hours(1));
    assert!(!share().await);
    fold(&db).await;
    let counts = stored(&db, &post, readers[0]).await;
    assert_eq!((counts.views, counts.shares), (3, 1));
    assert_eq!(counts.viewer.viewed_on, Some(db.store.now().date_naive()));
    assert_eq!(counts.viewer.shared_at, Some(db.store.now()));
}

#[tokio::test]
async fn twenty_who_react_at_once_are_all_counted() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 20).await;
    let done = join_all(
        readers.iter().enumerate().map(|(n, reader)| react(&db, &post, *reader, Reaction::ALL[n % 4])),
    );
    // Somebody folds all the while.
    let (done, ()) = tokio::join!(done, fold(&db));
    assert!(done.into_iter().all(|changed| changed));
    fold(&db).await;
    let counts = stored(&db, &post, readers[0]).await.reactions;
    assert_eq!((counts.like, counts.insightful, counts.support, counts.celebrate), (5, 5, 5, 5));
}

#[tokio::test]
async fn who_reacts_from_several_places_at_once_has_reacted_once() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let reader = people(&db, 1).await[0];
    let done = join_all((0..8).map(|_| react(&db, &post, reader, Reaction::Support))).await;
    assert_eq!(done.iter().filter(|changed| **changed).count(), 1);
    let done = join_all((0..8).map(|_| view(&db, &post, reader))).await;
    assert_eq!(done.iter().filter(|first| **first).count(), 1);
    fold(&db).await;
    let counts = stored(&db, &post, reader).await;
    assert_eq!((counts.reactions.total(), counts.views), (1, 1));
}

#[tokio::test]
async fn what_was_dropped_was_never_done() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let reader = people(&db, 1).await[0];
    let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
    assert!(tx.engagement().react(post.id, reader, Reaction::Like).await.unwrap());
    drop(tx);
    fold(&db).await;
    let counts = stored(&db, &post, reader).await;
    assert_eq!((counts.reactions.total(), counts.viewer.reaction), (0, None));
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn lists_hold_together_and_have_what_is_shown() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 5).await;
    for reader in &readers {
        db.clock.advance(TimeDelta::seconds(1));
        react(&db, &post, *reader, Reaction::Like).await;
    }
    view(&db, &post, post.author).await;
    let size = PageSize::new(2).unwrap();
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let page = tx.engagement().list_reactions(post.id, &request).await.unwrap();
        seen.extend(page.items.into_iter().map(|reaction| reaction.account));
        let Some(next) = page.next else { break };
        request = PageRequest::after(size, next);
    }
    assert_eq!(seen, readers.iter().rev().copied().collect::<Vec<_>>());

    let reader = readers[0];
    let mut saved = Vec::new();
    for _ in 0..5 {
        db.clock.advance(TimeDelta::seconds(1));
        let post = another(&db, post.author).await;
        let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
        tx.engagement().save(post.id, reader).await.unwrap();
        tx.commit().await.unwrap();
        saved.insert(0, post.id);
    }
    let held = saved.remove(2);
    sqlx::query("update content.posts set standing = 'held' where id = $1")
        .bind(held.uuid())
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let page = tx.engagement().list_saved(reader, &request).await.unwrap();
        seen.extend(page.items.into_iter().map(|saved| saved.post.id));
        let Some(next) = page.next else { break };
        request = PageRequest::after(size, next);
    }
    assert_eq!(seen, saved);
}
