//! What a reaction costs over the bare statement, on the same pool in the same run: with the policy, the change that is
//! to be counted, and the fact.
//!
//! `cargo bench -p smilefactory-store --features testing --bench engagement`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench is a test of speed")]

use criterion::{Criterion, criterion_group, criterion_main};
use smilefactory_core::content::{Post, PostDraft, PostInput, PostReacted, PublishingRights, Reaction};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{Executor, PgPool};

/// How many people react.
const PEOPLE: usize = 50;

async fn published(db: &TestDb, author: AccountId) -> Post {
    let input = PostInput { kind: "post".into(), body: "The pump runs.".into(), ..PostInput::default() };
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (post, _) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post
}

struct Ground {
    db: TestDb,
    /// The same server, logged in as who needs no scope: the SQL alone.
    raw: PgPool,
    people: Vec<AccountId>,
    post: Post,
}

async fn ground() -> Ground {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(db.one.person(&format!("reader-{n}")).await.id);
    }
    let post = published(&db, people[0]).await;
    let raw = sqlx::postgres::PgPoolOptions::new()
        .max_connections(10)
        .test_before_acquire(false)
        .connect(&db.url_as("postgres"))
        .await
        .unwrap();
    // The bare row, without policy, foreign keys, triggers and checks of its own.
    raw.execute(
        "create table public.bare_actions (like content.post_actions including indexes including defaults)",
    )
    .await
    .unwrap();
    Ground { db, raw, people, post }
}

fn engagement(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ground = runtime.block_on(ground());
    let tenant = ground.db.one.tenant.id.uuid();
    let mut group = c.benchmark_group("reaction");
    let mut n = 0;
    // Each time another reaction, so that there is always something to change.
    let mut next = || {
        n += 1;
        (ground.people[n % PEOPLE], Reaction::ALL[(n / PEOPLE) % Reaction::ALL.len()])
    };
    group.bench_function("raw", |b| {
        b.to_async(&runtime).iter(|| {
            let ((who, how), pool, post) = (next(), &ground.raw, ground.post.id.uuid());
            async move {
                sqlx::query(
                    "insert into public.bare_actions as a (tenant_id, post_id, account_id, reaction, reacted_at)
                     values ($1, $2, $3, $4, now())
                     on conflict (tenant_id, post_id, account_id) do update
                     set reaction = excluded.reaction, reacted_at = excluded.reacted_at
                     where a.reaction is distinct from excluded.reaction",
                )
                .bind(tenant)
                .bind(post)
                .bind(who.uuid())
                .bind(how.as_str())
                .execute(pool)
                .await
                .unwrap()
            }
        });
    });
    group.bench_function("scoped, with delta and outbox", |b| {
        b.to_async(&runtime).iter(|| {
            let ((who, how), db, post) = (next(), &ground.db, ground.post.id);
            async move {
                let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
                if tx.engagement().react(post, who, how).await.unwrap() {
                    tx.tell(PostReacted { post, by: who, reaction: how }).unwrap();
                }
                tx.commit().await.unwrap();
            }
        });
    });
    group.finish();

    let mut group = c.benchmark_group("fold");
    group.sample_size(20);
    group.bench_function("1,000 changes", |b| {
        b.to_async(&runtime).iter_custom(|rounds| {
            let ground = &ground;
            async move {
                let mut took = std::time::Duration::ZERO;
                for _ in 0..rounds {
                    sqlx::query(
                        "insert into content.post_stat_deltas (tenant_id, post_id, author_id, likes)
                         select $1, $2, $3, 1 from generate_series(1, 1000)",
                    )
                    .bind(tenant)
                    .bind(ground.post.id.uuid())
                    .bind(ground.post.author.uuid())
                    .execute(&ground.raw)
                    .await
                    .unwrap();
                    let began = std::time::Instant::now();
                    let mut tx = ground.db.store.write(&ground.db.one.scope).await.unwrap();
                    tx.engagement().fold(1000).await.unwrap();
                    tx.commit().await.unwrap();
                    took += began.elapsed();
                }
                took
            }
        });
    });
    group.finish();
}

criterion_group!(benches, engagement);
criterion_main!(benches);
