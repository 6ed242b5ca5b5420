//! One comment at a time, and many writers at once.

use chrono::TimeDelta;
use smilefactory_core::content::{CommentSort, Standing};
use smilefactory_core::page::PageRequest;
use smilefactory_store::maintenance::render_anew;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{comment, count, delete, draft, get, post, wrong};

#[tokio::test]
async fn a_comment_is_read_as_it_was_written_and_by_nobody_elses_tenant() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    let root = comment(&db, &post, None, author).await;
    assert_eq!((root.depth, root.html.as_deref()), (0, Some("<p>Here too.</p>\n")));
    assert_eq!(get(&db, root.id).await, root);
    let reply = comment(&db, &post, Some(&root), author).await;
    assert_eq!((reply.depth, reply.parent), (1, Some(root.id)));
    assert_eq!(get(&db, reply.id).await, reply);
    assert_eq!(get(&db, root.id).await.replies, 1);

    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.comments().get(root.id).await.unwrap(), None);
    assert!(
        tx.comments()
            .list(post.id, CommentSort::Best, &PageRequest::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(tx.comments().count_of_posts(&[post.id]).await.unwrap(), [(post.id, 0)]);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.comments().insert(&root).await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn a_deleted_comment_keeps_its_place_as_long_as_a_reply_below_it_is_shown() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    let root = comment(&db, &post, None, author).await;
    let reply = comment(&db, &post, Some(&root), author).await;
    let leaf = comment(&db, &post, Some(&reply), author).await;
    assert_eq!(count(&db, &post).await, 3);
    let shown = async || {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let page = tx.comments().list(post.id, CommentSort::Oldest, &PageRequest::default()).await.unwrap();
        let (mut ids, mut next) = (Vec::new(), page.items);
        while let Some(thread) = next.pop() {
            assert_eq!(usize::try_from(thread.comment.replies).unwrap(), thread.replies.len());
            ids.push(thread.comment.id);
            next.extend(thread.replies);
        }
        ids
    };
    let gone = delete(&db, root.id).await.unwrap();
    assert_eq!((gone.body, gone.html, gone.version), (None, None, root.version.next()));
    delete(&db, reply.id).await.unwrap();
    assert_eq!(shown().await, [root.id, reply.id, leaf.id]);
    assert_eq!(count(&db, &post).await, 1);

    // What moderation takes off is like what is deleted, until it is let in again.
    for (standing, expected) in [
        (Standing::Held, vec![]),
        (Standing::Visible, vec![root.id, reply.id, leaf.id]),
        (Standing::Removed, vec![]),
    ] {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let leaf = tx.comments().get(leaf.id).await.unwrap().unwrap();
        tx.comments().update(&smilefactory_core::content::Comment { standing, ..leaf }).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown().await, expected);
        assert_eq!(count(&db, &post).await, u64::from(standing == Standing::Visible));
    }
    assert_eq!(wrong(&db, &post).await, 0);
}

#[tokio::test]
async fn of_two_writers_one_is_stale_and_what_is_dropped_was_never_done() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    let root = comment(&db, &post, None, author).await;
    db.clock.advance(TimeDelta::seconds(1));
    let edit = async |body: &str| {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let (edited, _) = root.clone().edit(draft(body), tx.now()).unwrap();
        let saved = tx.comments().update(&edited).await?;
        tx.commit().await.map(|()| saved)
    };
    let (a, b) = tokio::join!(edit("*One*"), edit("*Other*"));
    let (saved, lost) = match (a, b) {
        (Ok(saved), Err(lost)) | (Err(lost), Ok(saved)) => (saved, lost),
        both => panic!("{both:?}"),
    };
    assert!(lost.is_stale());
    assert!(saved.html.as_deref().unwrap().starts_with("<p><em>O"));
    assert_eq!(get(&db, root.id).await, saved);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (reply, _) = draft("x").write(tx.new_id().unwrap(), &post, Some(&saved), author, tx.now()).unwrap();
    tx.comments().insert(&reply).await.unwrap();
    drop(tx);
    assert_eq!(get(&db, root.id).await.replies, 0);
    assert_eq!(count(&db, &post).await, 1);
}

/// Replies arrive while what they answer is deleted, at every depth at once; what is counted stays right.
#[tokio::test]
async fn replies_and_deletions_at_once_leave_no_number_wrong() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    for round in 0..25 {
        let root = comment(&db, &post, None, author).await;
        let middle = comment(&db, &post, Some(&root), author).await;
        let low = comment(&db, &post, Some(&middle), author).await;
        let (a, b, c, d, e, ..) = tokio::join!(
            delete(&db, middle.id),
            comment(&db, &post, Some(&low), author),
            delete(&db, low.id),
            comment(&db, &post, Some(&middle), author),
            delete(&db, root.id),
        );
        assert!(a.is_ok() && c.is_ok() && e.is_ok(), "{a:?} {c:?} {e:?}");
        let (d, b) = tokio::join!(delete(&db, d.id), delete(&db, b.id));
        assert!(b.is_ok() && d.is_ok(), "{b:?} {d:?}");
        assert_eq!(wrong(&db, &post).await, 0, "in round {round}");
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let left = tx.comments().list(post.id, CommentSort::Best, &PageRequest::default()).await.unwrap();
    assert!(left.items.is_empty(), "everything was deleted");
    assert_eq!(count(&db, &post).await, 0);
}

#[tokio::test]
async fn adding_up_changes_no_number_and_counting_again_mends_what_was_broken() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let (post, other) = (post(&db, author).await, post(&db, author).await);
    for _ in 0..5 {
        let root = comment(&db, &post, None, author).await;
        comment(&db, &post, Some(&root), author).await;
    }
    comment(&db, &other, None, author).await;
    let fold = async |most| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let folded = tx.comments().fold_counts(most).await.unwrap();
        tx.commit().await.unwrap();
        folded
    };
    let (a, b) = tokio::join!(fold(4), fold(4));
    assert_eq!(a + b, 8, "each took others");
    assert_eq!((count(&db, &post).await, count(&db, &other).await), (10, 1));
    assert_eq!((fold(100).await, fold(100).await), (3, 0));
    assert_eq!((count(&db, &post).await, count(&db, &other).await), (10, 1));

    sqlx::raw_sql(
        "update content.comment_nodes set replies = 7; update content.comment_counts set comments = comments + 2",
    )
    .execute(&mut db.superuser().await)
    .await
    .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.comments().recount(post.id).await.unwrap(), 11);
    tx.commit().await.unwrap();
    assert_eq!((wrong(&db, &post).await, count(&db, &post).await), (0, 10));
    assert_eq!(wrong(&db, &other).await, 2, "of this one nothing was counted again");
}

#[tokio::test]
async fn what_older_rules_rendered_is_rendered_anew() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    let (old, gone) = (comment(&db, &post, None, author).await, comment(&db, &post, None, author).await);
    delete(&db, gone.id).await.unwrap();
    // As if a version 0 of the rules had been.
    sqlx::raw_sql(
        "alter table content.comments drop constraint comments_renderer_check;
         update content.comments set body_html = 'old', renderer = 0 where body is not null",
    )
    .execute(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(get(&db, old.id).await.html.as_deref(), Some("old"));
    assert_eq!(render_anew(&db.store).await.unwrap(), 1);
    assert_eq!(get(&db, old.id).await, old);
    assert_eq!(render_anew(&db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn erasing_an_author_leaves_threads_whole_and_nothing_of_theirs() {
    let db = TestDb::new().await;
    let (author, other) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let post = post(&db, other).await;
    let secret = "Call me on 0772 000 000, says Tariro.";
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (root, _) = draft(secret).write(tx.new_id().unwrap(), &post, None, author, tx.now()).unwrap();
    let root = tx.comments().insert(&root).await.unwrap();
    tx.commit().await.unwrap();
    let reply = comment(&db, &post, Some(&root), other).await;
    let own = comment(&db, &post, Some(&reply), author).await;
    let deleted = comment(&db, &post, Some(&reply), author).await;
    delete(&db, deleted.id).await.unwrap();

    let erase = async |most| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let erased = tx.comments().erase_author(author, most).await.unwrap();
        tx.commit().await.unwrap();
        erased
    };
    let (first, second) = (erase(2).await, erase(2).await);
    assert_eq!((first.erased, second.erased), (2, 1));
    let mut facts: Vec<_> = [first.deleted, second.deleted].concat();
    facts.sort_by_key(|fact| fact.comment != root.id);
    assert_eq!(facts.iter().map(|fact| fact.comment).collect::<Vec<_>>(), [root.id, own.id]);
    assert_eq!(erase(2).await, Default::default(), "again it does no harm");

    let erased = get(&db, root.id).await;
    assert_eq!((erased.author, erased.body, erased.replies), (None, None, 1));
    assert!(erased.deleted_at.is_some());
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let page = tx.comments().list(post.id, CommentSort::Best, &PageRequest::default()).await.unwrap();
    assert_eq!(page.items[0].replies[0].comment, smilefactory_core::content::Comment { replies: 0, ..reply });
    assert_eq!(wrong(&db, &post).await, 0);

    // Neither the tables nor the trail. The space keeps ids and digests from being taken for the number.
    for table in ["content.comments", "platform.audit", "platform.outbox"] {
        let statement = format!("select count(*) from {table} t where t::text like '%0772 000%'");
        let found: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
        assert_eq!(found, 0, "{table}");
    }
}
