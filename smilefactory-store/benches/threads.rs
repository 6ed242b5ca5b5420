//! What the first page of a large thread costs over its bare SQL, and over the page of a small one.
//!
//! `cargo bench -p smilefactory-store --bench threads`; results are kept in docs/performance.md.

#![expect(clippy::unwrap_used, reason = "a bench is a test of speed")]

use criterion::{Criterion, criterion_group, criterion_main};
use smilefactory_core::content::{CommentSort, PostDraft, PostInput};
use smilefactory_core::id::PostId;
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{Executor, PgPool};

/// Comments in the large and the small thread, and how deep both are.
const LARGE: i64 = 100_000;
const SMALL: i64 = 320;
const DEEP: i64 = 32;

async fn thread(db: &TestDb, name: &str, comments: i64) -> PostId {
    let author = db.one.person(name).await.id;
    let input = PostInput { kind: "post".into(), body: "It rains.".into(), ..PostInput::default() };
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (post, _) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    tx.commit().await.unwrap();
    let mut admin = db.superuser().await;
    admin.execute("set session_replication_role = replica").await.unwrap();
    sqlx::query(
        "insert into content.comments (tenant_id, id, post_id, parent_id, depth, author_id, body, body_html, body_text,
           renderer, body_digest, version, created_at)
         select $1, md5($2::text || n)::uuid, $2,
           case when n > w then md5($2::text || (((n - 1) / w - 1) * w + 1 + ((n * n) % w)))::uuid end, (n - 1) / w, $3,
           rtrim(repeat('Rain. ', 30)), rtrim(repeat('Rain. ', 30)), '', 1, sha256(''), 1, now()
         from (select $4 / $5 as w) as wide, generate_series(1, wide.w * $5) as n",
    )
    .bind(uuid::Uuid::from(db.one.tenant.id))
    .bind(uuid::Uuid::from(post.id))
    .bind(uuid::Uuid::from(author))
    .bind(comments)
    .bind(DEEP)
    .execute(&mut admin)
    .await
    .unwrap();
    sqlx::query("select content.recount_comments($1, $2)")
        .bind(uuid::Uuid::from(db.one.tenant.id))
        .bind(uuid::Uuid::from(post.id))
        .execute(&mut admin)
        .await
        .unwrap();
    post.id
}

fn threads(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (db, small, large, raw) = runtime.block_on(async {
        let mut options = TestOptions::default();
        options.running_clock = true;
        let db = TestDb::with(options).await;
        let (small, large) = (thread(&db, "tariro", SMALL).await, thread(&db, "rudo", LARGE).await);
        db.superuser().await.execute("vacuum analyze content.comments, content.comment_nodes").await.unwrap();
        let raw = PgPool::connect(&db.url_as("postgres")).await.unwrap();
        (db, small, large, raw)
    });
    let tenant = uuid::Uuid::from(db.one.tenant.id);
    let mut group = c.benchmark_group("thread_of_20");
    // The roots alone, without scope, replies and texts read into values.
    group.bench_function("raw roots, of 100,000", |b| {
        b.to_async(&runtime).iter(|| async {
            sqlx::query(
                "select c.* from content.comment_nodes n
                 join content.comments c on c.tenant_id = n.tenant_id and c.id = n.id
                 where n.tenant_id = $1 and n.under_id = $2 and n.shown
                 order by n.score desc, n.id desc limit 21",
            )
            .bind(tenant)
            .bind(uuid::Uuid::from(large))
            .fetch_all(&raw)
            .await
            .unwrap()
        });
    });
    for (name, post) in [("scoped with replies, of 320", small), ("scoped with replies, of 100,000", large)] {
        group.bench_function(name, |b| {
            b.to_async(&runtime).iter(|| async {
                let mut tx = db.store.read(&db.one.scope).await.unwrap();
                tx.comments().list(post, CommentSort::Best, &PageRequest::default()).await.unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, threads);
criterion_main!(benches);
