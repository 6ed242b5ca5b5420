//! The database holds what core holds, whoever writes.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{Comment, CommentInput};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{comment, get, post};

/// What core accepts the database accepts, and what core refuses of a text the database refuses.
#[tokio::test]
async fn the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = post(&db, author).await;
    let mut runner = TestRunner::deterministic();
    let mut refused = 0;
    for _ in 0..40 {
        let good = smilefactory_core::testing::comment_input().new_tree(&mut runner).unwrap().current();
        insert_raw(&db, post.id, author, &good).await.unwrap_or_else(|error| panic!("{good:?}: {error}"));
        for spoiled in smilefactory_core::testing::spoiled_comments(&good) {
            if spoiled.pointer == "/body" {
                assert!(insert_raw(&db, post.id, author, &spoiled.input).await.is_err(), "{spoiled:?}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 100, "only {refused} were refused");
}

/// Past core, as raw as it comes.
async fn insert_raw(
    db: &TestDb,
    post: PostId,
    author: AccountId,
    input: &CommentInput,
) -> Result<(), sqlx::Error> {
    let id: CommentId = db.store.new_id().unwrap();
    sqlx::query(
        "insert into content.comments (tenant_id, id, post_id, depth, author_id, body, body_html, body_text,
           renderer, body_digest,
           version, created_at)
         values ($1, $2, $3, 0, $4, $5, '', '', 1, sha256('x'), 1, now())",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(id.uuid())
    .bind(post.uuid())
    .bind(author.uuid())
    .bind(&input.body)
    .execute(&mut db.superuser().await)
    .await
    .map(|_| ())
}

#[tokio::test]
async fn a_comment_stays_in_its_thread() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let (here, there) = (post(&db, author).await, post(&db, author).await);
    let root = comment(&db, &here, None, author).await;
    let reply = comment(&db, &here, Some(&root), author).await;
    let elsewhere = comment(&db, &there, None, author).await;
    let new = |change: fn(&mut Comment, &Comment)| {
        let mut wrong = Comment { id: db.store.new_id().unwrap(), ..reply.clone() };
        change(&mut wrong, &elsewhere);
        wrong
    };
    let refused = [
        ("another post's parent", new(|wrong, elsewhere| wrong.parent = Some(elsewhere.id))),
        ("another post", new(|wrong, elsewhere| wrong.post = elsewhere.post)),
        ("deeper than it is", new(|wrong, _| wrong.depth = 2)),
        ("a root that is not", new(|wrong, _| wrong.parent = None)),
        ("a reply that is none", new(|wrong, _| wrong.depth = 0)),
        ("its own parent", new(|wrong, _| wrong.parent = Some(wrong.id))),
    ];
    for (what, wrong) in refused {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let error = tx.comments().insert(&wrong).await.expect_err(what);
        assert!(
            matches!(error, StoreError::Missing { .. } | StoreError::Invalid { .. }),
            "{what}: {error:?}"
        );
    }
    // Nor does anybody move or delete one.
    for (statement, refused) in [
        ("update content.comments set parent_id = null, depth = 0", "23514"),
        ("update content.comments set post_id = gen_random_uuid()", "23514"),
        ("update content.comments set id = gen_random_uuid()", "23514"),
        ("delete from content.comments", "42501"),
    ] {
        let begin = format!(
            "begin; set local role smile_service; set local smile.tenant = '{}'; {statement}",
            db.one.tenant.id
        );
        let error = sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut db.superuser().await).await;
        let error = error.expect_err(statement);
        let code = error.as_database_error().and_then(|error| error.code());
        assert_eq!(code.as_deref(), Some(refused), "{statement}: {error}");
    }
    assert_eq!(get(&db, reply.id).await, reply);
}
