//! What it costs to ask whom two people have in common who know a thousand each, and a page of a list of a thousand, over
//! the bare join on the same pool in the same run: with the policy, and with what each of all these people shows.
//!
//! `cargo bench -p smilefactory-store --features testing --bench connections`.

#![expect(clippy::unwrap_used, reason = "a bench is a test of speed")]

use criterion::{Criterion, criterion_group, criterion_main};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::social::ConnectionSort;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::ConnectionFilter;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, PgPool};

struct Ground {
    db: TestDb,
    raw: PgPool,
    one: AccountId,
    other: AccountId,
}

/// 20,000 people who know 20 each, and two who know a thousand, half of them the same.
async fn ground() -> Ground {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let (one, other) = (db.one.person("one").await.id, db.one.person("other").await.id);
    let mut conn = db.superuser().await;
    let seed = format!(
        "set smile.tenant = '{tenant}';
         alter table identity.personal_details disable trigger audit;
         alter table identity.profiles disable trigger audit;
         alter table social.connections disable trigger audit;
         insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
           created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'p' || n || '@example.org', 'x', 'Person', 'Example', 1, now(),
           now()
         from generate_series(1, 20000) n;
         insert into identity.profiles (tenant_id, account_id, kind, visibility, email_visibility, phone_visibility,
           location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
         select tenant_id, id, 'mentor', 'public', 'private', 'private', 'public', 'public', 'complete', 90, 1, now(),
           now()
         from identity.personal_details;
         create temporary table numbered as
           select id, row_number() over (order by id) as n from identity.personal_details where first_name = 'Person';
         create index on numbered (n);
         insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
         select '{tenant}'::uuid, least(a.id, b.id), greatest(a.id, b.id), 'professional', a.id, now()
         from numbered a
         join generate_series(1, 10) as step on true
         join numbered b on b.n = a.n + step * 37
         union all
         select '{tenant}'::uuid, least(id, '{one}'), greatest(id, '{one}'), 'professional', id, now()
         from numbered where n <= 1000
         union all
         select '{tenant}'::uuid, least(id, '{other}'), greatest(id, '{other}'), 'professional', id, now()
         from numbered where n > 500 and n <= 1500;
         analyze",
        tenant = db.one.tenant.id,
    );
    sqlx::raw_sql(AssertSqlSafe(seed)).execute(&mut conn).await.unwrap();
    let raw = sqlx::postgres::PgPoolOptions::new()
        .max_connections(10)
        .test_before_acquire(false)
        .connect(&db.url_as("postgres"))
        .await
        .unwrap();
    Ground { db, raw, one, other }
}

fn connections(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ground = runtime.block_on(ground());
    let Ground { db, raw, one, other } = &ground;
    let tenant = db.one.tenant.id.uuid();
    let mut group = c.benchmark_group("mutual connections of two who know a thousand each");
    group.bench_function("count, raw", |b| {
        b.to_async(&runtime).iter(|| async {
            let count: i64 = sqlx::query_scalar(
                "select count(*) from social.ties a join social.ties b
                   on b.tenant_id = a.tenant_id and b.other_id = a.other_id
                 where a.tenant_id = $1 and a.account_id = $2 and b.account_id = $3",
            )
            .bind(tenant)
            .bind(one.uuid())
            .bind(other.uuid())
            .fetch_one(raw)
            .await
            .unwrap();
            assert_eq!(count, 500);
        });
    });
    group.bench_function("count", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut tx = db.store.read(&db.one.scope_of(*one)).await.unwrap();
            assert_eq!(tx.connections().count_mutual(*one, &[*other]).await.unwrap(), [(*other, 500)]);
        });
    });
    group.bench_function("a page of 20", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut tx = db.store.read(&db.one.scope_of(*one)).await.unwrap();
            let page = tx.connections().list_mutual(*one, *other, &PageRequest::default()).await.unwrap();
            assert_eq!(page.items.len(), 20);
        });
    });
    group.finish();

    // By strength, one's own alone is listed.
    let mut group = c.benchmark_group("a list of a thousand connections");
    for sort in ConnectionSort::ALL {
        group.bench_function(format!("a page of 100 by {sort}"), |b| {
            b.to_async(&runtime).iter(|| async {
                let mut tx = db.store.read(&db.one.scope_of(*one)).await.unwrap();
                let filter = ConnectionFilter::new().sorted(*sort);
                let page = PageRequest::first(PageSize::MAX);
                let page = tx.connections().list(*one, &filter, &page).await.unwrap();
                assert_eq!(page.items.len(), 100);
            });
        });
    }
    group.bench_function("count", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut tx = db.store.read(&db.one.scope_of(*other)).await.unwrap();
            assert_eq!(tx.connections().count(*one).await.unwrap(), 1_000);
        });
    });
    group.finish();
}

criterion_group!(benches, connections);
criterion_main!(benches);
