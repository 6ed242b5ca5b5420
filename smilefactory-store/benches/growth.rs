//! What grows when a community does: a page of posts, a page of a thread, a reaction and a publication among ten thousand
//! posts and among a million, each beside its bare SQL on the same server in the same run.
//!
//! Bare is the statement alone, by a superuser: no policy, no checked types, no counts, no trail, no search, no fact. Every
//! post has a comment, a reaction and a place in the search.
//!
//! `cargo bench -p smilefactory-store --features testing --bench growth`; making the million takes some minutes. Results
//! are kept in docs/performance.md.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench is a test of speed")]

use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use smilefactory_core::content::{
    CommentSort, Post, PostDraft, PostInput, PostReacted, PublishingRights, Reaction,
};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// How many published posts there are.
const SIZES: [i64; 2] = [10_000, 1_000_000];
/// How many people write and react.
const PEOPLE: i64 = 50;
/// How many comments the thread has that is read.
const THREAD: i64 = 320;

/// What is there, written past the triggers, as the triggers would have it. `$1` is the tenant, `$2` the people, `$3` how
/// many posts.
const FILL: [&str; 6] = [
    "insert into content.posts (tenant_id, id, author_id, kind, body, body_html, body_text, renderer, body_digest, tags,
       state, published_at, version, text_version, text_saved_at, created_at, updated_at)
     select $1, platform.uuid_v7(t), $2[1 + n % cardinality($2)], 'post', body, '<p>' || body || '</p>', body, 1, sha256(''),
       '{rain}', 'published', t, 1, 1, t, t, t
     from generate_series(1, $3) as n
     cross join lateral (
       select timestamptz '2024-01-01' + n * interval '1 min' as t,
         'Rain on roof ' || n || ' of village ' || n % 997 || ', measured by hand.' as body
     ) as x",
    "insert into content.post_documents (tenant_id, post_id, author_id, kind, tags, published_at, document, headline)
     select $1, id, author_id, kind, tags, published_at, content.weighed(body_text, 'pg_catalog.english', 'C'),
       lower(body_text)
     from content.posts
     where tenant_id = $1 and $2 is not null and $3 > 0",
    "insert into content.post_actions (tenant_id, post_id, account_id, reaction, reacted_at)
     select $1, id, author_id, 'like', published_at
     from content.posts
     where tenant_id = $1 and $2 is not null and $3 > 0",
    "insert into content.post_stats (tenant_id, post_id, likes)
     select $1, id, 1 from content.posts where tenant_id = $1 and $2 is not null and $3 > 0",
    "insert into content.comments (tenant_id, id, post_id, depth, author_id, body, body_html, body_text, renderer,
       body_digest, version, created_at)
     select $1, id, id, 0, author_id, 'Rain.', 'Rain.', '', 1, sha256(''), 1, created_at
     from content.posts
     where tenant_id = $1 and $2 is not null and $3 > 0",
    "insert into content.comment_nodes (tenant_id, id, post_id, depth, alive)
     select $1, id, post_id, 0, true
     from content.comments
     where tenant_id = $1 and $2 is not null and $3 > 0",
];

struct Ground {
    db: TestDb,
    raw: PgPool,
    people: Vec<AccountId>,
    posts: Vec<PostId>,
    thread: PostId,
}

impl Ground {
    async fn new(size: i64) -> Self {
        let mut options = TestOptions::default();
        options.running_clock = true;
        let db = TestDb::with(options).await;
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(db.one.person(&format!("person-{n}")).await.id);
        }
        let tenant = db.one.tenant.id.uuid();
        let ids: Vec<Uuid> = people.iter().map(|person| person.uuid()).collect();
        let mut admin = db.superuser().await;
        admin.execute("set session_replication_role = replica; set statement_timeout = 0").await.unwrap();
        for fill in FILL {
            sqlx::query(fill).bind(tenant).bind(&ids).bind(size).execute(&mut admin).await.unwrap();
        }
        // The bare rows, with the indexes of the tables and nothing else that the platform does.
        for table in ["posts", "post_actions"] {
            let copy = format!(
                "create table public.bare_{table} (like content.{table} including defaults including indexes);
                 insert into public.bare_{table} select * from content.{table}"
            );
            admin.execute(sqlx::raw_sql(AssertSqlSafe(copy))).await.unwrap();
        }
        let posts: Vec<Uuid> =
            sqlx::query_scalar("select id from content.posts where tenant_id = $1 limit 1000")
                .bind(tenant)
                .fetch_all(&mut admin)
                .await
                .unwrap();
        let posts: Vec<_> = posts.into_iter().map(PostId::from_uuid).collect();
        let raw = sqlx::postgres::PgPoolOptions::new()
            .max_connections(10)
            .test_before_acquire(false)
            .connect(&db.url_as("postgres"))
            .await
            .unwrap();
        let thread = posts[0];
        let ground = Self { db, raw, people, posts, thread };
        ground.write_thread().await;
        admin.execute("vacuum analyze").await.unwrap();
        ground
    }

    fn tenant(&self) -> Uuid {
        self.db.one.tenant.id.uuid()
    }

    /// Comments under one post, a tenth of them roots.
    async fn write_thread(&self) {
        let mut admin = self.db.superuser().await;
        admin.execute("set session_replication_role = replica").await.unwrap();
        sqlx::query(
            "insert into content.comments (tenant_id, id, post_id, parent_id, depth, author_id, body, body_html, body_text,
               renderer, body_digest, version, created_at)
             select $1, md5($2::text || n)::uuid, $2,
               case when n > $4 / 10 then md5($2::text || (1 + n % ($4 / 10)))::uuid end,
               case when n > $4 / 10 then 1 else 0 end, $3, 'Rain.', '<p>Rain.</p>', 'Rain.', 1, sha256(''), 1, now()
             from generate_series(1, $4) as n",
        )
        .bind(self.tenant())
        .bind(self.thread.uuid())
        .bind(self.people[0].uuid())
        .bind(THREAD)
        .execute(&mut admin)
        .await
        .unwrap();
        let recount = sqlx::query("select content.recount_comments($1, $2)");
        recount.bind(self.tenant()).bind(self.thread.uuid()).execute(&mut admin).await.unwrap();
    }

    /// A draft, kept.
    async fn draft(&self) -> Post {
        let input = PostInput {
            kind: "post".into(),
            body: "Rain on the roof, measured by hand.".into(),
            tags: vec!["rain".into()],
            ..PostInput::default()
        };
        let mut tx = self.db.store.write(&self.db.one.scope_of(self.people[0])).await.unwrap();
        let (post, _) =
            PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), self.people[0], tx.now());
        tx.posts().insert(&post).await.unwrap();
        tx.commit().await.unwrap();
        post
    }
}

type Group<'a> = BenchmarkGroup<'a, WallTime>;

fn page(group: &mut Group<'_>, runtime: &Runtime, ground: &Ground, size: i64) {
    group.bench_function(format!("page of 20 posts/bare/{size}"), |b| {
        b.to_async(runtime).iter(|| async {
            let posts = sqlx::query(
                "select * from content.posts
                 where tenant_id = $1 and state = 'published' and standing = 'visible'
                 order by published_at desc, id desc limit 21",
            );
            let posts = posts.bind(ground.tenant()).fetch_all(&ground.raw).await.unwrap();
            assert_eq!(posts.len(), 21);
        });
    });
    group.bench_function(format!("page of 20 posts/store/{size}"), |b| {
        b.to_async(runtime).iter(|| async {
            let mut tx = ground.db.store.read(&ground.db.one.scope).await.unwrap();
            let page = tx.posts().list(&PostFilter::new(), &PageRequest::default()).await.unwrap();
            assert_eq!(page.items.len(), 20);
        });
    });
}

fn thread(group: &mut Group<'_>, runtime: &Runtime, ground: &Ground, size: i64) {
    group.bench_function(format!("page of a thread/bare/{size}"), |b| {
        b.to_async(runtime).iter(|| async {
            let roots = sqlx::query(
                "select c.* from content.comment_nodes n
                 join content.comments c on c.tenant_id = n.tenant_id and c.id = n.id
                 where n.tenant_id = $1 and n.under_id = $2 and n.shown
                 order by n.score desc, n.id desc limit 21",
            );
            let roots = roots.bind(ground.tenant()).bind(ground.thread.uuid());
            assert_eq!(roots.fetch_all(&ground.raw).await.unwrap().len(), 21);
        });
    });
    group.bench_function(format!("page of a thread/store/{size}"), |b| {
        b.to_async(runtime).iter(|| async {
            let mut tx = ground.db.store.read(&ground.db.one.scope).await.unwrap();
            tx.comments().list(ground.thread, CommentSort::Best, &PageRequest::default()).await.unwrap()
        });
    });
}

fn reaction(group: &mut Group<'_>, runtime: &Runtime, ground: &Ground, size: i64) {
    let mut n = 0;
    let mut next = || {
        n += 1;
        let (people, posts) = (ground.people.len(), ground.posts.len());
        let how = Reaction::ALL[(n / people / posts + n) % Reaction::ALL.len()];
        (ground.posts[n % posts], ground.people[(n / posts + n) % people], how)
    };
    group.bench_function(format!("reaction/bare/{size}"), |b| {
        b.to_async(runtime).iter(|| {
            let (post, who, how) = next();
            async move {
                sqlx::query(
                    "insert into public.bare_post_actions as a (tenant_id, post_id, account_id, reaction, reacted_at)
                     values ($1, $2, $3, $4, now())
                     on conflict (tenant_id, post_id, account_id) do update
                     set reaction = excluded.reaction, reacted_at = excluded.reacted_at
                     where a.reaction is distinct from excluded.reaction",
                )
                .bind(ground.tenant())
                .bind(post.uuid())
                .bind(who.uuid())
                .bind(how.as_str())
                .execute(&ground.raw)
                .await
                .unwrap()
            }
        });
    });
    group.bench_function(format!("reaction/store/{size}"), |b| {
        b.to_async(runtime).iter(|| {
            let (post, who, how) = next();
            async move {
                let mut tx = ground.db.store.write(&ground.db.one.scope_of(who)).await.unwrap();
                if tx.engagement().react(post, who, how).await.unwrap() {
                    tx.tell(PostReacted { post, by: who, reaction: how }).unwrap();
                }
                tx.commit().await.unwrap();
            }
        });
    });
}

fn publish(group: &mut Group<'_>, runtime: &Runtime, ground: &Ground, size: i64) {
    group.bench_function(format!("publish/bare/{size}"), |b| {
        b.to_async(runtime).iter_custom(|rounds| async move {
            let mut took = Duration::ZERO;
            for _ in 0..rounds {
                let post = ground.draft().await;
                let copy = "insert into public.bare_posts select * from content.posts where tenant_id = $1 and id = $2";
                let copy = sqlx::query(copy).bind(ground.tenant()).bind(post.id.uuid());
                copy.execute(&ground.raw).await.unwrap();
                let began = Instant::now();
                let published = sqlx::query(
                    "update public.bare_posts
                     set state = 'published', published_at = $4, updated_at = $4, version = version + 1
                     where tenant_id = $1 and id = $2 and version = $3",
                )
                .bind(ground.tenant())
                .bind(post.id.uuid())
                .bind(1_i64)
                .bind(post.created_at)
                .execute(&ground.raw)
                .await
                .unwrap();
                took += began.elapsed();
                assert_eq!(published.rows_affected(), 1);
            }
            took
        });
    });
    group.bench_function(format!("publish/store/{size}"), |b| {
        b.to_async(runtime).iter_custom(|rounds| async move {
            let mut took = Duration::ZERO;
            for _ in 0..rounds {
                let post = ground.draft().await;
                let began = Instant::now();
                let mut tx = ground.db.store.write(&ground.db.one.scope_of(post.author)).await.unwrap();
                let rights = PublishingRights { author: true, ..PublishingRights::default() };
                let (post, moved) = post.publish(rights, tx.now()).unwrap();
                tx.posts().take_step(&post, &moved).await.unwrap();
                tx.tell(moved).unwrap();
                tx.commit().await.unwrap();
                took += began.elapsed();
            }
            took
        });
    });
}

fn growth(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut group = c.benchmark_group("growth");
    for size in SIZES {
        let ground = runtime.block_on(Ground::new(size));
        for operation in [page, thread, reaction, publish] {
            operation(&mut group, &runtime, &ground, size);
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(4));
    targets = growth
}
criterion_main!(benches);
