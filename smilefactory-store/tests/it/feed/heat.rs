//! How much is done with posts: what core says, whoever gives and takes at once, and whatever is killed.

use chrono::{DateTime, TimeDelta, Utc};
use smilefactory_core::content::{Comment, CommentDraft, Post, Reaction};
use smilefactory_core::feed::{Deed, FeedMode, Heat};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::Row;

use super::{fold, ids};
use crate::social::someone;

async fn stored(db: &TestDb, post: PostId) -> (Heat, f64) {
    let row = sqlx::query(
        "select base_key, given_key, taken_key, heat_key from content.post_heat where post_id = $1",
    )
    .bind(uuid::Uuid::from(post))
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap();
    let heat = Heat { base: row.get("base_key"), given: row.get("given_key"), taken: row.get("taken_key") };
    (heat, row.get("heat_key"))
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() < 1e-6
}

async fn like(db: &TestDb, post: PostId, who: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    tx.engagement().react(post, who, Reaction::Like).await.unwrap();
    tx.commit().await.unwrap();
}

async fn comment(db: &TestDb, post: &Post, by: AccountId) -> Comment {
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    let draft = CommentDraft { body: "So it does.".parse().unwrap(), parent: None };
    let (comment, _) = draft.write(tx.new_id().unwrap(), post, None, by, tx.now()).unwrap();
    let comment = tx.comments().insert(&comment).await.unwrap();
    tx.commit().await.unwrap();
    comment
}

/// No post's heat is other than summing up anew gives.
async fn nothing_drifted(db: &TestDb) {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let (drifted, _) = tx.feed().drift(None, 1000).await.unwrap();
    assert!(drifted.is_empty(), "{drifted:?}");
}

#[tokio::test]
async fn it_is_what_core_says_and_nothing_is_left_of_what_is_taken_back() {
    let db = TestDb::new().await;
    let (author, reader) = (someone(&db, "author").await, someone(&db, "reader").await);
    let post = db.one.post(author).published().await;
    let other = db.one.post(author).published().await;
    let published = post.published_at.unwrap();
    let mut heat = Heat::published(published);
    assert_eq!(stored(&db, post.id).await.0.given, f64::NEG_INFINITY);
    assert!(close(stored(&db, post.id).await.1, heat.key()));

    db.clock.advance(TimeDelta::hours(3));
    let liked: DateTime<Utc> = published + TimeDelta::hours(3);
    like(&db, post.id, reader).await;
    like(&db, post.id, author).await;
    let said = comment(&db, &post, reader).await;
    let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
    tx.engagement().save(post.id, reader).await.unwrap();
    tx.engagement().share(post.id, reader).await.unwrap();
    tx.engagement().view(post.id, reader).await.unwrap();
    tx.commit().await.unwrap();
    nothing_drifted(&db).await;
    assert!(fold(&db).await >= 5);
    let day = published.date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc();
    for deed in [Deed::Reaction, Deed::Comment, Deed::Save, Deed::Share] {
        heat = heat.give(deed, liked);
    }
    heat = heat.give(Deed::View, day);
    let (kept, key) = stored(&db, post.id).await;
    assert!(close(kept.given, heat.given) && close(key, heat.key()), "{kept:?} {heat:?}");
    assert_eq!(ids(&db, reader, FeedMode::Trending).await, [post.id, other.id]);
    nothing_drifted(&db).await;

    // Another day: all is taken back, and the post is as hot as it was never touched.
    db.clock.advance(TimeDelta::days(3));
    let mut tx = db.store.write(&db.one.scope_of(reader)).await.unwrap();
    tx.engagement().unreact(post.id, reader).await.unwrap();
    tx.engagement().unsave(post.id, reader).await.unwrap();
    let (deleted, _) = said.delete(tx.now()).unwrap();
    tx.comments().update(&deleted).await.unwrap();
    tx.commit().await.unwrap();
    fold(&db).await;
    let left = Heat::published(published).give(Deed::Share, liked).give(Deed::View, day);
    assert!(close(stored(&db, post.id).await.1, left.key()));
    nothing_drifted(&db).await;
    sqlx::query("delete from content.post_actions").execute(&mut super::as_tenant(&db).await).await.unwrap();
    fold(&db).await;
    assert!(close(stored(&db, post.id).await.1, Heat::published(published).key()));
    nothing_drifted(&db).await;
}

#[tokio::test]
async fn a_date_in_the_future_is_no_advantage() {
    let db = TestDb::new().await;
    let author = someone(&db, "author").await;
    let post = db.one.post(author).published().await.id;
    // Far behind the clock of the database, too.
    sqlx::query(
        "with gone as (delete from content.post_heat where post_id = $1)
         update content.posts set published_at = now() + interval '3 years' where id = $1",
    )
    .bind(uuid::Uuid::from(post))
    .execute(&mut super::as_tenant(&db).await)
    .await
    .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.feed().repair(&[post]).await.unwrap();
    tx.commit().await.unwrap();
    let now: f64 = sqlx::query_scalar("select platform.decay_key(1, clock_timestamp(), 1)")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert!(stored(&db, post).await.1 <= now);
}

#[tokio::test]
async fn what_drifted_is_mended_and_a_killed_fold_loses_nothing() {
    let db = TestDb::new().await;
    let (author, reader) = (someone(&db, "author").await, someone(&db, "reader").await);
    let post = db.one.post(author).published().await;
    like(&db, post.id, reader).await;
    // Taken away and added together, or not at all.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.feed().fold_heat(100).await.unwrap(), 1);
    // Somebody else does nothing meanwhile.
    let mut other = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(other.feed().fold_heat(100).await.unwrap(), 0);
    drop((tx, other));
    // What is dropped is rolled back a moment later.
    let mut folded = 0;
    while folded == 0 {
        folded = fold(&db).await;
    }
    assert_eq!(folded, 1);
    nothing_drifted(&db).await;
    let expected = stored(&db, post.id).await;
    let mut conn = db.superuser().await;
    for broken in [
        "update content.post_heat set given_key = '-Infinity'",
        "update content.post_heat set open = false",
        "delete from content.post_heat",
        "delete from content.author_activity",
    ] {
        sqlx::query(broken).execute(&mut conn).await.unwrap();
        assert_eq!(maintenance::mend_counts(&db.store).await.unwrap(), 1, "{broken}");
        assert_eq!(stored(&db, post.id).await, expected, "{broken}");
        assert_eq!(ids(&db, reader, FeedMode::Trending).await, [post.id], "{broken}");
        nothing_drifted(&db).await;
    }
    // What is not added yet is part of what is summed up anew.
    let second = someone(&db, "second").await;
    like(&db, post.id, second).await;
    sqlx::query("update content.post_heat set given_key = '-Infinity'").execute(&mut conn).await.unwrap();
    maintenance::mend_counts(&db.store).await.unwrap();
    assert_eq!(fold(&db).await, 0);
    nothing_drifted(&db).await;
}

/// Those who react, those who add it up and those who mend get into each other's way, and nothing is lost or counted
/// twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_at_once_is_counted_once() {
    let db = TestDb::new().await;
    let author = someone(&db, "author").await;
    let posts = [db.one.post(author).published().await.id, db.one.post(author).published().await.id];
    let mut people = Vec::new();
    for n in 0..4 {
        people.push(someone(&db, &format!("reader-{n}")).await);
    }
    let react = |who: AccountId| {
        let (store, scope) = (db.store.clone(), db.one.scope_of(who));
        async move {
            for round in 0..60_usize {
                let mut tx = store.write(&scope).await.unwrap();
                let post = posts[round % 2];
                if round % 3 == 2 {
                    tx.engagement().unreact(post, who).await.unwrap();
                } else {
                    tx.engagement().react(post, who, Reaction::ALL[round % 4]).await.unwrap();
                }
                tx.commit().await.unwrap();
            }
        }
    };
    let add = async {
        for round in 0..60 {
            let mut tx = db.store.write(&db.one.scope).await.unwrap();
            if round % 10 == 9 {
                tx.feed().repair(&posts).await.unwrap();
            } else {
                tx.feed().fold_heat(5).await.unwrap();
            }
            // Some are killed.
            if round % 7 != 6 {
                tx.commit().await.unwrap();
            }
        }
    };
    let all = futures::future::join_all(people.iter().map(|who| react(*who)));
    futures::future::join(all, add).await;
    nothing_drifted(&db).await;
    fold(&db).await;
    nothing_drifted(&db).await;
    let waiting: i64 = sqlx::query_scalar("select count(*) from content.post_heat_changes")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(waiting, 0);
}
