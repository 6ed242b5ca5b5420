//! The counts.

use smilefactory_core::content::{Comment, CommentDraft, CommentInput, CommentSort, Post, Reaction};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{another, fold, people, published, react, stored, view};

#[tokio::test]
async fn a_fold_that_is_killed_counts_nothing_twice_and_loses_nothing() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 10).await;
    for reader in &readers {
        react(&db, &post, *reader, Reaction::Like).await;
    }
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.engagement().fold(4).await.unwrap(), 4);
    let mut other = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(other.engagement().fold(4).await.unwrap(), 0, "one folds at a time");
    drop(other);
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(kill).execute(&mut db.superuser().await).await.unwrap();
    assert!(tx.commit().await.is_err());
    // The killed one is gone a moment later.
    while stored(&db, &post, readers[0]).await.reactions.like < 10 {
        fold(&db).await;
    }
    fold(&db).await;
    assert_eq!(stored(&db, &post, readers[0]).await.reactions.like, 10);
}

#[tokio::test]
async fn a_count_that_drifted_is_found_and_mended_while_others_react() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let right = another(&db, post.author).await;
    let readers = people(&db, 3).await;
    react(&db, &post, readers[0], Reaction::Like).await;
    view(&db, &post, readers[0]).await;
    fold(&db).await;
    // Not folded yet, and no drift.
    react(&db, &post, readers[1], Reaction::Insightful).await;
    react(&db, &right, readers[1], Reaction::Insightful).await;
    let mut conn = db.superuser().await;
    sqlx::query("update content.post_stats set likes = likes + 3, views = 0 where post_id = $1")
        .bind(post.id.uuid())
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("update content.author_stats set posts = 7 where account_id = $1")
        .bind(post.author.uuid())
        .execute(&mut conn)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (drifted, last) = tx.engagement().drift(None, 100).await.unwrap();
    assert_eq!(drifted, [post.id]);
    assert_eq!(tx.engagement().drift(last, 100).await.unwrap(), (Vec::new(), None));
    let (authors, _) = tx.engagement().author_drift(None, 100).await.unwrap();
    assert_eq!(authors, [post.author]);
    assert_eq!(tx.engagement().repair(&[post.id, right.id]).await.unwrap(), 1);
    assert_eq!(tx.engagement().repair_authors(&authors).await.unwrap(), 1);
    tx.commit().await.unwrap();
    react(&db, &post, readers[2], Reaction::Like).await;
    fold(&db).await;
    let counts = stored(&db, &post, readers[0]).await;
    assert_eq!((counts.reactions.like, counts.reactions.insightful, counts.views), (2, 1, 1));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.engagement().drift(None, 100).await.unwrap().0, []);
    assert_eq!(tx.engagement().author_drift(None, 100).await.unwrap().0, []);
}

#[tokio::test]
async fn an_author_has_the_counts_of_all_their_posts() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let other = another(&db, post.author).await;
    let readers = people(&db, 2).await;
    for (post, reader) in [(&post, readers[0]), (&post, readers[1]), (&other, readers[0])] {
        react(&db, post, reader, Reaction::Like).await;
        view(&db, post, reader).await;
    }
    react(&db, &post, readers[0], Reaction::Support).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.engagement().save(post.id, readers[0]).await.unwrap();
    tx.engagement().share(post.id, readers[0]).await.unwrap();
    tx.commit().await.unwrap();
    fold(&db).await;
    let stats = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.engagement().author_stats(post.author).await.unwrap()
    };
    let all = stats().await;
    assert_eq!((all.posts, all.reactions, all.saves, all.shares, all.views), (2, 3, 1, 1, 3));
    sqlx::query("update content.posts set standing = 'removed' where id = $1")
        .bind(other.id.uuid())
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    fold(&db).await;
    assert_eq!(stats().await.posts, 1);
}

pub(crate) async fn comment(db: &TestDb, post: &Post, author: AccountId, parent: Option<&Comment>) -> Comment {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let input =
        CommentInput { body: "Well done.".into(), parent: parent.map(|parent| parent.id.to_string()) };
    let draft = CommentDraft::from_raw(input).unwrap();
    let (comment, fact) = draft.write(tx.new_id().unwrap(), post, parent, author, tx.now()).unwrap();
    tx.comments().insert(&comment).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    comment
}

#[tokio::test]
async fn the_best_comment_is_the_one_most_reacted_to() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 3).await;
    let (good, better) =
        (comment(&db, &post, post.author, None).await, comment(&db, &post, post.author, None).await);
    let react = async |comment: &Comment, who: AccountId, how| {
        let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
        let changed = tx.engagement().react_to_comment(comment.id, who, how).await.unwrap();
        tx.commit().await.unwrap();
        changed
    };
    assert!(react(&good, readers[0], Reaction::Like).await);
    for reader in &readers {
        assert!(react(&better, *reader, Reaction::Like).await);
    }
    assert!(!react(&better, readers[0], Reaction::Like).await);
    assert!(react(&better, readers[0], Reaction::Insightful).await, "otherwise, and still one");
    // Somebody replies at this moment, and holds what the score stands in: nobody waits, and it is counted later.
    let mut reply = db.store.write(&db.one.scope).await.unwrap();
    let draft = CommentDraft::from_raw(CommentInput { body: "Yes.".into(), parent: None }).unwrap();
    let (answer, _) =
        draft.write(reply.new_id().unwrap(), &post, Some(&better), post.author, reply.now()).unwrap();
    reply.comments().insert(&answer).await.unwrap();
    fold(&db).await;
    reply.commit().await.unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    while tx.engagement().fold(7).await.unwrap() > 0 {}
    let best = tx.comments().list(post.id, CommentSort::Best, &PageRequest::default()).await.unwrap();
    assert_eq!(best.items.iter().map(|thread| thread.comment.id).collect::<Vec<_>>(), [better.id, good.id]);
    assert_eq!(
        tx.engagement().comment_reaction(better.id, readers[0]).await.unwrap(),
        Some(Reaction::Insightful)
    );
    for reader in &readers {
        assert!(tx.engagement().unreact_to_comment(better.id, *reader).await.unwrap());
        assert!(!tx.engagement().unreact_to_comment(better.id, *reader).await.unwrap());
    }
    while tx.engagement().fold(7).await.unwrap() > 0 {}
    let best = tx.comments().list(post.id, CommentSort::Best, &PageRequest::default()).await.unwrap();
    assert_eq!(best.items.iter().map(|thread| thread.comment.id).collect::<Vec<_>>(), [good.id, better.id]);
}
