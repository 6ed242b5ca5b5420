//! The counts.

use futures::future::join_all;
use smilefactory_core::content::moderation::ReportSubject;
use smilefactory_core::content::{
    Comment, CommentDraft, CommentInput, CommentSort, Post, Reaction, Standing,
};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::maintenance::{fold_counts, mend_counts};
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
    // The killed one is gone a moment later. What is read is the same all the while; what is folded is each once.
    let folded = async || {
        sqlx::query_scalar::<_, i64>("select coalesce(sum(likes), 0)::bigint from content.post_stats")
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap()
    };
    while folded().await < 10 {
        assert_eq!(stored(&db, &post, readers[0]).await.reactions.like, 10);
        fold(&db).await;
    }
    fold(&db).await;
    assert_eq!((stored(&db, &post, readers[0]).await.reactions.like, folded().await), (10, 10));
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
    let (authors, last) = tx.engagement().author_drift(None, 100).await.unwrap();
    assert_eq!((&authors, last), (&vec![post.author], Some(post.author)));
    assert_eq!(tx.engagement().author_drift(last, 100).await.unwrap(), (Vec::new(), None));
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
    let left = stats().await;
    assert_eq!((left.posts, left.reactions, left.saves, left.shares, left.views), (1, 2, 1, 1, 2), "at once");
    fold(&db).await;
    assert_eq!(stats().await, left);
}

async fn set_standing(db: &TestDb, post: &Post, standing: Standing) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.standings().set(ReportSubject::Post(post.id), standing).await.unwrap());
    tx.commit().await.unwrap();
}

/// What is taken off counts for nobody from then on, whatever is done with it meanwhile, and comes back whole.
#[tokio::test]
async fn a_post_counts_for_its_author_exactly_while_it_is_shown() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 12).await;
    let stats = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.engagement().author_stats(post.author).await.unwrap()
    };
    let drift = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        (
            tx.engagement().author_drift(None, 100).await.unwrap().0,
            tx.engagement().drift(None, 100).await.unwrap().0,
        )
    };
    react(&db, &post, readers[0], Reaction::Like).await;
    fold(&db).await;
    react(&db, &post, readers[1], Reaction::Like).await;
    assert_eq!((stats().await.posts, stats().await.reactions), (1, 2), "folded or not");
    set_standing(&db, &post, Standing::Removed).await;
    assert_eq!((stats().await.posts, stats().await.reactions), (0, 0));
    // While it is off, what is done with it counts for the post alone.
    let mut tx = db.store.write(&db.one.scope_of(readers[0])).await.unwrap();
    tx.engagement().unreact(post.id, readers[0]).await.unwrap();
    tx.commit().await.unwrap();
    fold(&db).await;
    assert_eq!(stats().await.reactions, 0);
    set_standing(&db, &post, Standing::Visible).await;
    assert_eq!((stats().await.posts, stats().await.reactions), (1, 1));
    assert_eq!(drift().await, (Vec::new(), Vec::new()));

    // Ten react while it is taken off, shown and folded: each is counted before or after, and not in between.
    let reacting = join_all(readers[2..].iter().map(|reader| react(&db, &post, *reader, Reaction::Support)));
    let moderating = async {
        for standing in [Standing::Removed, Standing::Visible, Standing::Held, Standing::Visible] {
            set_standing(&db, &post, standing).await;
            fold(&db).await;
        }
    };
    tokio::join!(reacting, moderating);
    assert_eq!(drift().await, (Vec::new(), Vec::new()));
    assert_eq!(stats().await.reactions, 11);
    fold(&db).await;
    assert_eq!((stats().await.reactions, drift().await), (11, (Vec::new(), Vec::new())));
}

#[tokio::test]
async fn a_page_of_posts_comes_with_its_counts_before_anything_is_folded() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let other = another(&db, post.author).await;
    let reader = people(&db, 1).await[0];
    react(&db, &post, reader, Reaction::Insightful).await;
    view(&db, &post, reader).await;
    comment(&db, &post, reader, None).await;
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let page = tx.engagement().get_many(&[other.id, post.id], reader).await.unwrap();
    assert_eq!(page.iter().map(|counts| counts.post).collect::<Vec<_>>(), [other.id, post.id]);
    assert_eq!((page[0].reactions.total(), page[0].comments, page[0].viewer), (0, 0, Default::default()));
    assert_eq!((page[1].reactions.insightful, page[1].views, page[1].comments), (1, 1, 1));
    assert_eq!(page[1].viewer.reaction, Some(Reaction::Insightful));
    assert_eq!(tx.engagement().get(post.id, post.author).await.unwrap().viewer, Default::default());
    let shown = tx.posts().view(post.id, reader).await.unwrap().unwrap();
    assert_eq!(shown.engagement, page[1]);
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    let foreign = tx.engagement().get(post.id, reader).await.unwrap();
    assert_eq!((foreign.reactions.total(), foreign.comments, foreign.viewer.reaction), (0, 0, None));
}

/// Every number that is counted: whichever is wrong is found, by whichever tenant's job, and put right.
#[tokio::test]
async fn whatever_number_drifts_is_mended() {
    let db = TestDb::new().await;
    let post = published(&db).await;
    let readers = people(&db, 2).await;
    let root = comment(&db, &post, readers[0], None).await;
    comment(&db, &post, readers[1], Some(&root)).await;
    let mut tx = db.store.write(&db.one.scope_of(readers[1])).await.unwrap();
    tx.engagement().react_to_comment(root.id, readers[1], Reaction::Like).await.unwrap();
    tx.commit().await.unwrap();
    react(&db, &post, readers[0], Reaction::Like).await;
    assert_eq!(mend_counts(&db.store).await.unwrap(), 0, "what is not folded is not wrong");
    fold_counts(&db.store).await.unwrap();
    assert_eq!(mend_counts(&db.store).await.unwrap(), 0);
    let (post_id, comment_id) = (post.id.uuid(), root.id.uuid());
    for (what, breaking) in [
        ("replies", format!("update content.comment_nodes set replies = 7 where id = '{comment_id}'")),
        ("reactions", format!("update content.comment_nodes set supports = 3 where id = '{comment_id}'")),
        ("shown", format!("update content.comment_nodes set alive = false where id = '{comment_id}'")),
        ("comments", format!("update content.comment_counts set comments = 5 where post_id = '{post_id}'")),
        ("no comments", format!("delete from content.comment_counts where post_id = '{post_id}'")),
        ("posts", format!("update content.post_stats set likes = 9 where post_id = '{post_id}'")),
        ("an author without counts", "delete from content.author_stats".to_owned()),
        ("nobody's author", "update content.author_stats set views = 1".to_owned()),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(breaking)).execute(&mut db.superuser().await).await.unwrap();
        assert!(mend_counts(&db.store).await.unwrap() > 0, "{what}");
        assert_eq!(mend_counts(&db.store).await.unwrap(), 0, "{what}");
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let read = tx.comments().get(root.id).await.unwrap().unwrap();
        assert_eq!((read.replies, read.reactions.like, read.reactions.total()), (1, 1, 1), "{what}");
        let counts = tx.engagement().get(post.id, readers[0]).await.unwrap();
        assert_eq!((counts.comments, counts.reactions.total()), (2, 1), "{what}");
        let stats = tx.engagement().author_stats(post.author).await.unwrap();
        assert_eq!((stats.posts, stats.reactions, stats.views), (1, 1, 0), "{what}");
    }
}

pub(crate) async fn comment(
    db: &TestDb,
    post: &Post,
    author: AccountId,
    parent: Option<&Comment>,
) -> Comment {
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
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let read = tx.comments().get(better.id).await.unwrap().unwrap();
    assert_eq!((read.reactions.like, read.reactions.insightful), (2, 1), "right at once");
    let own = tx.engagement().comment_reactions(&[good.id, better.id], readers[1]).await.unwrap();
    assert_eq!(own, [(better.id, Reaction::Like)]);
    drop(tx);
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
    assert_eq!(best.items[0].comment.reactions, read.reactions);
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
