//! What posts are found by, and the counts.

use smilefactory_core::content::{CategoryTree, Post, PostKind, Tab};
use smilefactory_core::id::{AccountId, CategoryId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::category::{made, made_in};
use super::{fold, published, tag};
use crate::post::{self, publish};

/// A draft that stands in categories of the blog.
async fn article(db: &TestDb, author: AccountId) -> Post {
    post::draft(db, author, post::input("article", &[])).await
}

#[tokio::test]
async fn a_post_stands_in_categories_of_its_own_tab() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let (blog, feed) = (made(&db, "blog", None).await.unwrap().id, made_in(&db, Tab::Feed, "feed").await);
    for (kind, own, other) in [("article", blog, feed), ("post", feed, blog), ("poll", feed, blog)] {
        let post = post::draft(&db, author, post::input(kind, &[])).await;
        let put = async |categories: Vec<CategoryId>, kind: PostKind| {
            let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
            let mut draft = post.draft.clone();
            draft.kind = kind;
            draft.categories = categories.try_into().unwrap();
            let (edited, _) = post.clone().edit(draft, tx.now()).unwrap();
            tx.posts().update(&edited).await.map(drop)
        };
        put(vec![own], post.draft.kind).await.unwrap();
        for wrong in [vec![other], vec![own, other]] {
            let refused = put(wrong, post.draft.kind).await;
            let Err(StoreError::Missing { constraint, .. }) = refused else { panic!("{kind}: {refused:?}") };
            assert_eq!(constraint, "post_categories_tab");
        }
        // Who becomes something else leaves its categories.
        if kind != "poll" {
            let other_kind = if kind == "post" { PostKind::Article } else { PostKind::Post };
            assert!(put(vec![own], other_kind).await.is_err());
            put(vec![other], other_kind).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_post_is_found_in_its_categories_and_counted_there_while_it_is_shown() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut all = Vec::new();
    for name in ["a", "b", "c", "d"] {
        all.push(made(&db, name, None).await.unwrap().id);
    }
    let set = async |post: &Post, categories: &[CategoryId]| {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let mut draft = post.draft.clone();
        draft.categories = categories.to_vec().try_into().unwrap();
        let (post, _) = post.clone().edit(draft, tx.now()).unwrap();
        let post = tx.posts().update(&post).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(post)
    };
    let post = set(&article(&db, author).await, &all[..3]).await.unwrap();
    let post = set(&post, &[all[2], all[0], all[3]]).await.unwrap();
    let shown = set(&publish(&db, article(&db, author).await).await, &all[..1]).await.unwrap();

    let listed = async |category| {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let page = tx.labels().list_in_category(category, &PageRequest::default()).await.unwrap();
        page.items.into_iter().map(|key| key.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(all[0]).await, [shown.id]);
    db.clock.advance(chrono::TimeDelta::seconds(1));
    let post = publish(&db, post).await;
    assert_eq!(listed(all[0]).await, [post.id, shown.id]);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let first = PageRequest::first(PageSize::new(1).unwrap());
    let page = tx.labels().list_in_category(all[0], &first).await.unwrap();
    let rest = PageRequest::after(first.size, page.next.unwrap());
    let rest = tx.labels().list_in_category(all[0], &rest).await.unwrap();
    assert_eq!((rest.items[0].id, rest.next), (shown.id, None));
    drop(tx);

    let counts = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let tree = tx.categories().list_tree(Tab::Blog).await.unwrap();
        tree.iter().map(|node| node.posts).collect::<Vec<_>>()
    };
    assert_eq!(counts().await, [2, 0, 1, 1], "at once");
    fold(&db).await;
    assert_eq!(counts().await, [2, 0, 1, 1]);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    // Into an archived one nothing new is put; what stands there stays.
    let tree = CategoryTree::new(Tab::Blog, tx.categories().lock_tree(Tab::Blog).await.unwrap());
    let (gone, _) = tree.archive(tree.get(all[3]).unwrap().clone(), tx.now()).unwrap();
    tx.categories().update(&gone).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(set(&shown, &all[3..]).await, Err(StoreError::Missing { .. })), "archived");
    let nowhere = CategoryId::from_uuid(post.id.uuid());
    assert!(matches!(set(&shown, &[nowhere]).await, Err(StoreError::Missing { .. })), "nowhere");
    set(&post, &all[3..]).await.unwrap();
    assert_eq!(listed(all[0]).await, [shown.id]);
}

#[tokio::test]
async fn a_fold_that_is_killed_counts_nothing_twice_and_loses_nothing() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    for _ in 0..10 {
        published(&db, author, &["rain"]).await;
    }
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.labels().fold(4).await.unwrap(), 4);
    let mut conn = db.superuser().await;
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        .execute(&mut conn)
        .await
        .unwrap();
    assert!(tx.commit().await.is_err());
    // A dropped one neither, and two at once.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    // The killed one is gone a moment later.
    while tx.labels().fold(4).await.unwrap() == 0 {}
    let mut other = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(other.labels().fold(4).await.unwrap(), 0, "one folds at a time");
    drop((tx, other));
    // What is read is the same all the while; what is folded is each once.
    while folded(&db).await < 10 {
        assert_eq!(tag(&db, "rain").await.posts, 10);
        fold(&db).await;
    }
    fold(&db).await;
    assert_eq!((tag(&db, "rain").await.posts, folded(&db).await), (10, 10));
}

/// How many posts are in the counts of tags.
async fn folded(db: &TestDb) -> i64 {
    sqlx::query_scalar("select coalesce(sum(posts), 0)::bigint from content.label_counts")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_count_that_drifted_is_found_and_mended() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    published(&db, author, &["rain", "sun"]).await;
    fold(&db).await;
    let (rain, sun) = (tag(&db, "rain").await, tag(&db, "sun").await);
    published(&db, author, &["rain", "sun"]).await;
    let mut conn = db.superuser().await;
    sqlx::query("update content.label_counts set posts = posts + 5, followers = 2 where label_id = $1")
        .bind(rain.id.uuid())
        .execute(&mut conn)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (drift, last) = tx.labels().drift(None, 100).await.unwrap();
    assert_eq!(
        drift.iter().map(|drift| (drift.label, drift.posts, drift.followers)).collect::<Vec<_>>(),
        [(rain.id.uuid(), 5, 2)]
    );
    assert_eq!(tx.labels().drift(last, 100).await.unwrap(), (Vec::new(), None));
    assert_eq!(tx.labels().repair(&[rain.id.uuid(), sun.id.uuid()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    fold(&db).await;
    let rain = tag(&db, "rain").await;
    assert_eq!((rain.posts, rain.followers, tag(&db, "sun").await.posts), (2, 0, 2));
}
