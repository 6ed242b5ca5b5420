//! What a unit of work costs over the same statements raw.
//!
//! Raw is what somebody would write who trusts every statement to name its tenant: the same columns of the same rows,
//! over the same pool, as the same role, bound by the same policies; but each connection took role and tenant once and
//! for all, so that a statement is a statement and nothing else.
//!
//! `cargo bench -p smilefactory-store --bench units_of_work`; results are kept in docs/performance.md.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench is a test of speed")]

use std::time::Duration;

use chrono::{DateTime, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use rust_decimal::Decimal;
use smilefactory_core::content::{Post, PostDraft, PostInput};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// How many published posts each of the two tenants has.
const POSTS: i64 = 10_000;
/// How many connections the pool has.
const CONNECTIONS: u32 = 10;

/// A row of a post as the driver gives it: all that the repository reads, in types of the base.
#[derive(sqlx::FromRow)]
#[expect(dead_code, reason = "it is read, and that is all")]
struct RawPost {
    id: Uuid,
    author_id: Uuid,
    kind: String,
    title: Option<String>,
    summary: Option<String>,
    body: String,
    tags: Vec<String>,
    language: Option<String>,
    categories: Vec<Uuid>,
    attachments: Vec<Uuid>,
    opportunity_of: Option<String>,
    deadline: Option<DateTime<Utc>>,
    apply_at: Option<String>,
    award_amount: Option<Decimal>,
    award_currency: Option<String>,
    poll_options: Option<Vec<String>>,
    poll_several: Option<bool>,
    poll_closes_at: Option<DateTime<Utc>>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    place: Option<String>,
    join_at: Option<String>,
    state: String,
    standing: String,
    published_at: Option<DateTime<Utc>>,
    scheduled_for: Option<DateTime<Utc>>,
    version: i64,
    text_version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The columns of [`RawPost`]; of the domains, the text beneath them, which is what the macros of the repository read.
const COLUMNS: &str = "id, author_id, kind, title, summary, body, tags, language::text, categories, attachments, \
     opportunity_of, deadline, apply_at, award_amount::numeric, award_currency::text, poll_options, poll_several, \
     poll_closes_at, starts_at, ends_at, place, join_at, state, standing, published_at, scheduled_for, version, \
     text_version, created_at, updated_at";

struct Ground {
    db: TestDb,
    author: AccountId,
    posts: Vec<Uuid>,
}

impl Ground {
    async fn new() -> Self {
        let mut options = TestOptions::default();
        options.running_clock = true;
        options.max_connections = CONNECTIONS;
        let db = TestDb::with(options).await;
        let mut authors = Vec::new();
        for tenant in [&db.one, &db.two] {
            authors.push((tenant.tenant.id.uuid(), tenant.person("tariro").await.id));
        }
        let mut admin = db.superuser().await;
        for (tenant, author) in &authors {
            let context = format!("set smile.tenant = '{tenant}'; set smile.actor = 'system'");
            admin.execute(sqlx::raw_sql(AssertSqlSafe(context))).await.unwrap();
            sqlx::query(
                "insert into content.posts (tenant_id, id, author_id, kind, body, body_html, body_text, renderer,
                   body_digest, tags, state, published_at, version, text_version, text_saved_at, created_at, updated_at)
                 select $1, platform.uuid_v7(t), $2, 'post', rtrim(repeat('Rain on the roof. ', 20)), '', '', 1,
                   sha256(''), '{rain}', 'published', t, 1, 1, t, t, t
                 from generate_series(1, $3) n
                 cross join lateral (select timestamptz '2026-01-01' + n * interval '1 min' as t) x",
            )
            .bind(tenant)
            .bind(author.uuid())
            .bind(POSTS)
            .execute(&mut admin)
            .await
            .unwrap();
        }
        // The bare row, without policy, audit trail, search, counts and checks: the table's shape and its indexes.
        admin
            .execute(
                "create table public.bare_posts (like content.posts including defaults including indexes);
                 grant insert on public.bare_posts to smile_service",
            )
            .await
            .unwrap();
        admin.execute("vacuum analyze").await.unwrap();
        let posts = sqlx::query_scalar("select id from content.posts where tenant_id = $1 limit 1000")
            .bind(authors[0].0)
            .fetch_all(&mut admin)
            .await
            .unwrap();
        Self { db, author: authors[0].1, posts }
    }

    fn pool(&self) -> &PgPool {
        self.db.store.raw_pool()
    }

    /// Says the same to every connection of the pool.
    async fn on_each_connection(&self, statements: String) {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            #[expect(clippy::disallowed_methods, reason = "measures what the door costs")]
            let mut connection = self.pool().acquire().await.unwrap();
            connection.execute(sqlx::raw_sql(AssertSqlSafe(statements.clone()))).await.unwrap();
            connections.push(connection);
        }
    }

    /// Lets every connection take the service's role in tenant one for good, as no unit of work does.
    async fn raw(&self) {
        let tenant = self.db.one.tenant.id;
        self.on_each_connection(format!(
            "set role smile_service; set smile.tenant = '{tenant}'; set smile.actor = 'system'"
        ))
        .await;
    }

    /// Takes that back.
    async fn scoped(&self) {
        self.on_each_connection("reset role; reset smile.tenant; reset smile.actor".to_owned()).await;
    }

    fn draft(&self, n: usize) -> Post {
        let input = PostInput { kind: "post".into(), body: format!("Post {n}."), ..PostInput::default() };
        let store = &self.db.store;
        PostDraft::from_raw(input).unwrap().begin(store.new_id().unwrap(), self.author, store.now()).0
    }
}

fn point_read(c: &mut Criterion, runtime: &Runtime, ground: &Ground) {
    let tenant = ground.db.one.tenant.id.uuid();
    let mut group = c.benchmark_group("point read");
    let mut n = 0;
    let statement: &'static str =
        format!("select {COLUMNS} from content.posts where tenant_id = $1 and id = any($2) limit 100").leak();
    runtime.block_on(ground.raw());
    group.bench_function("raw", |b| {
        b.to_async(runtime).iter(|| {
            n += 1;
            let id = ground.posts[n % ground.posts.len()];
            async move {
                sqlx::query_as::<_, RawPost>(statement)
                    .bind(tenant)
                    .bind([id])
                    .fetch_all(ground.pool())
                    .await
                    .unwrap()
                    .pop()
                    .unwrap()
            }
        });
    });
    runtime.block_on(ground.scoped());
    group.bench_function("scoped", |b| {
        b.to_async(runtime).iter(|| {
            n += 1;
            let id = PostId::from_uuid(ground.posts[n % ground.posts.len()]);
            async move {
                let mut tx = ground.db.store.read(&ground.db.one.scope).await.unwrap();
                tx.posts().get(id).await.unwrap().unwrap()
            }
        });
    });
    group.finish();
}

fn page_of_20(c: &mut Criterion, runtime: &Runtime, ground: &Ground) {
    let tenant = ground.db.one.tenant.id.uuid();
    let mut group = c.benchmark_group("page of 20");
    let statement: &'static str = format!(
        "select {COLUMNS} from content.posts
         where tenant_id = $1 and state = 'published' and standing = 'visible'
         order by published_at desc, id desc limit 21"
    )
    .leak();
    runtime.block_on(ground.raw());
    group.bench_function("raw", |b| {
        b.to_async(runtime).iter(|| async {
            let posts = sqlx::query_as::<_, RawPost>(statement).bind(tenant).fetch_all(ground.pool()).await;
            let posts = posts.unwrap();
            assert_eq!(posts.len(), 21);
            posts
        });
    });
    runtime.block_on(ground.scoped());
    group.bench_function("scoped", |b| {
        b.to_async(runtime).iter(|| async {
            let mut tx = ground.db.store.read(&ground.db.one.scope).await.unwrap();
            let page = tx.posts().list(&PostFilter::new(), &PageRequest::default()).await.unwrap();
            assert_eq!(page.items.len(), 20);
            page
        });
    });
    group.finish();
}

fn insert(c: &mut Criterion, runtime: &Runtime, ground: &Ground) {
    let tenant = ground.db.one.tenant.id.uuid();
    let mut group = c.benchmark_group("insert");
    let mut n = 0;
    runtime.block_on(ground.raw());
    group.bench_function("raw", |b| {
        b.to_async(runtime).iter(|| {
            n += 1;
            let post = ground.draft(n);
            async move {
                sqlx::query(
                    "insert into public.bare_posts (tenant_id, id, author_id, kind, body, body_html, body_text, renderer,
                       body_digest, state, version, text_version, text_saved_at, created_at, updated_at)
                     values ($1, $2, $3, 'post', $4, $4, $4, 1, sha256(''), 'draft', 1, 1, $5, $5, $5)",
                )
                .bind(tenant)
                .bind(post.id.uuid())
                .bind(post.author.uuid())
                .bind(post.draft.body.as_str())
                .bind(post.created_at)
                .execute(ground.pool())
                .await
                .unwrap()
            }
        });
    });
    runtime.block_on(ground.scoped());
    group.bench_function("scoped, with outbox and audit", |b| {
        b.to_async(runtime).iter(|| {
            n += 1;
            let post = ground.draft(n);
            async move {
                let mut tx = ground.db.store.write(&ground.db.one.scope).await.unwrap();
                tx.posts().insert(&post).await.unwrap();
                tx.tell(smilefactory_core::content::PostDrafted { post: post.id, author: post.author })
                    .unwrap();
                tx.commit().await.unwrap();
            }
        });
    });
    group.finish();
}

fn units_of_work(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ground = runtime.block_on(Ground::new());
    point_read(c, &runtime, &ground);
    page_of_20(c, &runtime, &ground);
    insert(c, &runtime, &ground);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(4));
    targets = units_of_work
}
criterion_main!(benches);
