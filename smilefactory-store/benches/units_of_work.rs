//! What a unit of work costs over the same statements raw, on the same pool in the same run.
//!
//! `cargo bench -p smilefactory-store`; results are kept in docs/performance.md.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench is a test of speed")]

use criterion::{Criterion, criterion_group, criterion_main};
use smilefactory_core::content::{Post, PostDraft, PostInput};
use smilefactory_core::id::{Id, PostId};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{Executor, PgPool};
use uuid::Uuid;

/// How many published posts each of the two tenants has.
const POSTS: i64 = 10_000;

struct Ground {
    db: TestDb,
    /// The same server, logged in as who needs no scope: the SQL alone.
    raw: PgPool,
    author: Uuid,
    posts: Vec<Uuid>,
}

async fn ground() -> Ground {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let mut authors = Vec::new();
    for tenant in [&db.one, &db.two] {
        authors.push((tenant.tenant.id.uuid(), tenant.person("tariro").await.id.uuid()));
    }
    let mut admin = db.superuser().await;
    admin.execute("alter table content.posts disable trigger audit").await.unwrap();
    for (tenant, author) in &authors {
        sqlx::query(
            "insert into content.posts (tenant_id, id, author_id, kind, body, body_html, body_text, renderer, body_digest,
               tags, state, published_at, version, text_version, text_saved_at, created_at, updated_at)
             select $1, platform.uuid_v7(t), $2, 'post', rtrim(repeat('Rain on the roof. ', 20)), '', '', 1, sha256(''),
               '{rain}', 'published', t, 1, 1, t, t, t
             from generate_series(1, $3) n cross join lateral (select timestamptz '2026-01-01' + n * interval '1 min' as t) x",
        )
        .bind(tenant)
        .bind(author)
        .bind(POSTS)
        .execute(&mut admin)
        .await
        .unwrap();
    }
    admin.execute("alter table content.posts enable trigger audit").await.unwrap();
    admin.execute("vacuum analyze content.posts").await.unwrap();
    let posts = sqlx::query_scalar("select id from content.posts where tenant_id = $1 limit 1000")
        .bind(authors[0].0)
        .fetch_all(&mut admin)
        .await
        .unwrap();
    let raw = sqlx::postgres::PgPoolOptions::new()
        .max_connections(10)
        .test_before_acquire(false)
        .connect(&db.url_as("postgres"))
        .await
        .unwrap();
    Ground { db, raw, author: authors[0].1, posts }
}

fn draft(ground: &Ground, n: usize) -> Post {
    let input = PostInput { kind: "post".into(), body: format!("Post {n}."), ..PostInput::default() };
    let author = smilefactory_core::id::AccountId::from_uuid(ground.author);
    let store = &ground.db.store;
    PostDraft::from_raw(input).unwrap().begin(store.new_id().unwrap(), author, store.now()).0
}

const COLUMNS: &str = "id, author_id, kind, title, body, tags, language, state, published_at, scheduled_for, version, \
                       created_at, updated_at";

fn units_of_work(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ground = runtime.block_on(ground());
    let tenant = ground.db.one.tenant.id.uuid();
    let scope = ground.db.one.scope;

    let mut group = c.benchmark_group("point read");
    let mut n = 0;
    let statement: &'static str = Box::leak(
        format!("select {COLUMNS} from content.posts where tenant_id = $1 and id = $2").into_boxed_str(),
    );
    group.bench_function("raw", |b| {
        b.to_async(&runtime).iter(|| {
            n += 1;
            let id = ground.posts[n % ground.posts.len()];
            let pool = &ground.raw;
            async move { sqlx::query(statement).bind(tenant).bind(id).fetch_one(pool).await.unwrap() }
        });
    });
    group.bench_function("scoped", |b| {
        b.to_async(&runtime).iter(|| {
            n += 1;
            let id = PostId::from_uuid(ground.posts[n % ground.posts.len()]);
            let store = &ground.db.store;
            async move {
                let mut tx = store.read(&scope).await.unwrap();
                tx.posts().get(id).await.unwrap().unwrap()
            }
        });
    });
    group.finish();

    let mut group = c.benchmark_group("page of 20");
    let statement: &'static str = Box::leak(
        format!("select {COLUMNS} from content.posts where tenant_id = $1 and state = 'published' order by published_at desc, id desc limit 21")
            .into_boxed_str(),
    );
    group.bench_function("raw", |b| {
        b.to_async(&runtime)
            .iter(|| async { sqlx::query(statement).bind(tenant).fetch_all(&ground.raw).await.unwrap() });
    });
    group.bench_function("scoped", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut tx = ground.db.store.read(&scope).await.unwrap();
            tx.posts().list(&PostFilter::new(), &PageRequest::default()).await.unwrap()
        });
    });
    group.finish();

    let mut group = c.benchmark_group("insert");
    let mut n = 0;
    // The bare row, without policy, audit trail, outbox and checks of its own: a copy of the table's shape.
    runtime.block_on(async {
        ground
            .raw
            .execute("create table public.bare_posts (like content.posts including indexes)")
            .await
            .unwrap();
    });
    group.bench_function("raw", |b| {
        b.to_async(&runtime).iter(|| {
            n += 1;
            let post = draft(&ground, n);
            let pool = &ground.raw;
            async move {
                sqlx::query(
                    "insert into public.bare_posts (tenant_id, id, author_id, kind, body, tags, state, extra, version, created_at, updated_at)
                     values ($1, $2, $3, 'post', $4, '{}', 'draft', '{}', 1, $5, $5)",
                )
                .bind(tenant)
                .bind(post.id.uuid())
                .bind(post.author.uuid())
                .bind(post.draft.body.as_str())
                .bind(post.created_at)
                .execute(pool)
                .await
                .unwrap()
            }
        });
    });
    group.bench_function("scoped, with outbox and audit", |b| {
        b.to_async(&runtime).iter(|| {
            n += 1;
            let post = draft(&ground, n);
            let store = &ground.db.store;
            async move {
                let mut tx = store.write(&scope).await.unwrap();
                tx.posts().insert(&post).await.unwrap();
                tx.tell(smilefactory_core::content::PostDrafted { post: post.id, author: post.author })
                    .unwrap();
                tx.commit().await.unwrap();
            }
        });
    });
    group.finish();
}

criterion_group!(benches, units_of_work);
criterion_main!(benches);
