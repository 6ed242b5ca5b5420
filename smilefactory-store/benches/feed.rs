//! What a page of the feed costs somebody who follows ten, a thousand or ten thousand people: the first and the tenth
//! page of each mode, beside the bare SQL of the same list (a join in the order of time) on the same server in the
//! same run.
//!
//! `SMILEFACTORY_BENCH_POSTS=1000000 cargo bench -p smilefactory-store --features testing --bench feed`; a hundred
//! thousand unless said. Results are kept in docs/performance.md.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench is a test of speed")]

use std::time::{Duration, Instant};

use smilefactory_core::feed::FeedMode;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::feed::{FeedFilter, FeedKey};
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, PgPool};

/// How many people write.
const AUTHORS: i64 = 11_000;
/// How many each reader follows.
const FOLLOWED: [i64; 3] = [10, 1_000, 10_000];
/// How often each page is read.
const ROUNDS: usize = 15;
/// Which page is deep.
const DEEP: usize = 10;

struct Ground {
    db: TestDb,
    raw: PgPool,
    readers: Vec<(i64, AccountId)>,
}

fn posts() -> i64 {
    std::env::var("SMILEFACTORY_BENCH_POSTS").ok().and_then(|given| given.parse().ok()).unwrap_or(100_000)
}

/// Posts of the last 300 days by authors at random, each with some heat, and readers who follow some of them.
async fn ground() -> Ground {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let mut readers = Vec::new();
    for many in FOLLOWED {
        readers.push((many, db.one.person(&format!("follows-{many}")).await.id));
    }
    let tenant = db.one.tenant.id;
    let mut conn = db.superuser().await;
    let seed = format!(
        "set session_replication_role = replica;
         set synchronous_commit = off;
         insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
           created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'p' || n || '@example.org', 'x', 'Person', 'Example', 1, now(),
           now()
         from generate_series(1, {AUTHORS}) n;
         create temporary table numbered as
           select id, row_number() over (order by id) - 1 as n
           from identity.personal_details where first_name = 'Person';
         create unique index on numbered (n);
         insert into identity.profiles (tenant_id, account_id, kind, visibility, email_visibility, phone_visibility,
           location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
         select '{tenant}', id, 'mentor', 'public', 'private', 'private', 'public', 'public', 'complete', 90, 1, now(),
           now()
         from numbered;
         insert into content.posts (tenant_id, id, author_id, kind, body, body_html, body_text, renderer, body_digest,
           state, published_at, version, text_version, text_saved_at, created_at, updated_at)
         select '{tenant}', platform.uuid_v7(t.at), a.id, 'post', 'The pump runs.', '<p>The pump runs.</p>',
           'The pump runs.', 1, sha256('x'), 'published', t.at, 1, 1, t.at, t.at, t.at
         from generate_series(1, {posts}) s (n)
         cross join lateral (select now() - interval '300 days' + s.n * (interval '300 days' / {posts}) as at) t
         join numbered a on a.n = abs(hashint8(s.n)::bigint) % {AUTHORS};
         insert into content.author_activity
           select tenant_id, author_id, max(published_at) from content.posts group by tenant_id, author_id;
         insert into content.post_heat (tenant_id, post_id, author_id, kind, open, base_key, given_key)
         select tenant_id, id, author_id, kind, true, platform.decay_key(1, published_at, 1),
           platform.decay_key((hashtext(id::text) & 255) + 1, published_at + interval '1 hour', 1)
         from content.posts;",
        posts = posts(),
    );
    sqlx::raw_sql(AssertSqlSafe(seed)).execute(&mut conn).await.unwrap();
    for (many, reader) in &readers {
        let follow = format!(
            "insert into social.follows (tenant_id, account_id, other_id, at)
             select '{tenant}', '{reader}', id, now() from numbered order by hashint8(n) limit {many}"
        );
        sqlx::raw_sql(AssertSqlSafe(follow)).execute(&mut conn).await.unwrap();
    }
    sqlx::raw_sql("vacuum analyze").execute(&mut conn).await.unwrap();
    let raw = sqlx::postgres::PgPoolOptions::new()
        .max_connections(2)
        .test_before_acquire(false)
        .connect(&db.url_as("postgres"))
        .await
        .unwrap();
    Ground { db, raw, readers }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Reads one page several times.
async fn scoped(ground: &Ground, reader: AccountId, mode: FeedMode, page: &PageRequest<FeedKey>) -> Duration {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let mut tx = ground.db.store.read(&ground.db.one.scope_of(reader)).await.unwrap();
        tx.feed().list(reader, mode, &FeedFilter::new(), page).await.unwrap();
        times.push(began.elapsed());
    }
    median(times)
}

/// The same list as who knows nothing of scopes, blocks, groups and reasons would write it: the posts of the page
/// alone.
async fn bare(ground: &Ground, reader: AccountId, mode: FeedMode, skipped: i64) -> Duration {
    let (from, order) = match mode {
        FeedMode::Trending => (
            "join content.post_heat h on h.tenant_id = p.tenant_id and h.post_id = p.id",
            "h.heat_key desc, h.post_id desc",
        ),
        FeedMode::Following => (
            "join social.follows f on f.tenant_id = p.tenant_id and f.account_id = $2 and f.other_id = p.author_id",
            "p.published_at desc, p.id desc",
        ),
        FeedMode::Recent | FeedMode::Ranked => ("", "p.published_at desc, p.id desc"),
    };
    let statement = format!(
        "select p.id, p.author_id, p.body, p.published_at
         from content.posts p {from}
         where p.tenant_id = $1 and $2::uuid is not null and p.state = 'published' and p.standing = 'visible'
           and p.audience = 'everybody'
         order by {order} offset $3 limit 21"
    );
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        sqlx::query(AssertSqlSafe(statement.clone()))
            .bind(ground.db.one.tenant.id.uuid())
            .bind(reader.uuid())
            .bind(skipped)
            .fetch_all(&ground.raw)
            .await
            .unwrap();
        times.push(began.elapsed());
    }
    median(times)
}

/// Where the deep page begins; nothing, when the list ends before.
async fn deep(ground: &Ground, reader: AccountId, mode: FeedMode) -> Option<PageRequest<FeedKey>> {
    let mut page = PageRequest::first(PageSize::default());
    for _ in 1..DEEP {
        let mut tx = ground.db.store.read(&ground.db.one.scope_of(reader)).await.unwrap();
        let read = tx.feed().list(reader, mode, &FeedFilter::new(), &page).await.unwrap();
        page = PageRequest::after(page.size, read.next?);
    }
    Some(page)
}

fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

/// One mode for one reader: a line for each page.
async fn lines(ground: &Ground, (many, reader): (i64, AccountId), mode: FeedMode, name: &str) {
    let first = Some(PageRequest::first(PageSize::default()));
    for (number, page) in [(1, first), (DEEP, deep(ground, reader, mode).await)] {
        let Some(page) = page else { continue };
        let skipped = i64::try_from((number - 1) * page.size.get()).unwrap();
        let (bare, feed) =
            (bare(ground, reader, mode, skipped).await, scoped(ground, reader, mode, &page).await);
        let times = feed.as_secs_f64() / bare.as_secs_f64();
        println!("| {many} | {name} | {number} | {} | {} | {times:.1} |", millis(bare), millis(feed));
    }
}

/// How much there is of what, beside the kinds of as many of the newest posts.
async fn facets(ground: &Ground, (many, reader): (i64, AccountId)) {
    let (mut counted, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let mut tx = ground.db.store.read(&ground.db.one.scope_of(reader)).await.unwrap();
        assert!(tx.feed().count_facets(reader, &FeedFilter::new()).await.unwrap().counted > 0);
        counted.push(began.elapsed());
        drop(tx);
        let began = Instant::now();
        sqlx::query(
            "select kind, count(*) from (
               select kind from content.posts
               where tenant_id = $1 and state = 'published' and standing = 'visible' and audience = 'everybody'
               order by published_at desc, id desc limit 10001
             ) p group by kind",
        )
        .bind(ground.db.one.tenant.id.uuid())
        .fetch_all(&ground.raw)
        .await
        .unwrap();
        bare.push(began.elapsed());
    }
    let (counted, bare) = (median(counted), median(bare));
    let times = counted.as_secs_f64() / bare.as_secs_f64();
    println!("| {many} | facets | | {} | {} | {times:.1} |", millis(bare), millis(counted));
}

/// Keeps a timeline for everybody who reads.
async fn keep_timelines(ground: &Ground) {
    let mut tx = ground.db.store.write(&ground.db.one.scope).await.unwrap();
    for (_, reader) in &ground.readers {
        tx.feed().keep_timeline(*reader).await.unwrap();
    }
    tx.commit().await.unwrap();
    while maintenance::fill_timelines(&ground.db.store).await.unwrap() > 0 {}
    sqlx::raw_sql("vacuum analyze content.timelines, content.timeline_entries")
        .execute(&ground.raw)
        .await
        .unwrap();
}

async fn table(ground: &Ground) {
    println!("{} posts by {AUTHORS} authors; milliseconds, the median of {ROUNDS}", posts());
    println!("| follows | mode | page | bare SQL | feed | times |");
    println!("|---:|---|---:|---:|---:|---:|");
    for reader in &ground.readers {
        for mode in FeedMode::ALL {
            lines(ground, *reader, *mode, mode.as_str()).await;
        }
        facets(ground, *reader).await;
    }
    keep_timelines(ground).await;
    for reader in &ground.readers {
        lines(ground, *reader, FeedMode::Following, "following, by timeline").await;
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { table(&ground().await).await });
}
