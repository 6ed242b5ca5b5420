//! What the tabs of a community cost when there is much: the first and the tenth page of people, articles, events,
//! groups and listings, how many there are of what, and a registration, each beside its bare SQL on the same server
//! in the same run.
//!
//! Bare is the statement alone, by a superuser: no policy, no visibility, no blocks, nothing read besides the rows.
//!
//! `SMILEFACTORY_BENCH_ITEMS=1000000 cargo bench -p smilefactory-store --features testing --bench tabs`; a hundred
//! thousand of each unless said. It prints one table. Results are kept in docs/performance.md.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::future_not_send,
    reason = "a bench is a test of speed"
)]

use std::time::{Duration, Instant};

use smilefactory_core::community::GroupSort;
use smilefactory_core::content::PostKind;
use smilefactory_core::event::{EventWindow, RegistrationDraft, RegistrationInput, Zone};
use smilefactory_core::id::{AccountId, EventId, Id};
use smilefactory_core::marketplace::ListingSort;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::GroupFilter;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::repo::event::EventFilter;
use smilefactory_store::repo::marketplace::ListingFilter;
use smilefactory_store::repo::profile::{ProfileFilter, ProfileOrder};
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// How often each is done; the one in the middle counts.
const ROUNDS: usize = 31;

/// What is there, written past the triggers, as the triggers would have it: so many of each.
const FILL: &str = "
set session_replication_role = replica;
set synchronous_commit = off;
insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
  created_at, updated_at)
select '{tenant}', platform.uuid_v7(now() - n * interval '1 min'), 'p' || n || '@example.org', 'x',
  'First' || n % 997, 'Last' || n % 9973, 1, now(), now()
from generate_series(1, {n}) n;
insert into identity.profiles (tenant_id, account_id, kind, city, country, skills, visibility, email_visibility,
  phone_visibility, location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
select tenant_id, id,
  (array['innovator', 'innovator', 'innovator', 'service_provider', 'service_provider', 'community_member', 'mentor',
    'corporate_partner', 'government_official', 'academic_researcher', 'business_investor'
  ])[1 + row_number() over () % 11],
  'Harare', 'ZW', array['solar'], case row_number() over () % 10 when 0 then 'connections_only' else 'public' end,
  'private', 'private', 'public', 'public', 'complete', 90, 1, now(), now()
from identity.personal_details;
insert into identity.innovator_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'innovator';
insert into identity.service_provider_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'service_provider';
insert into identity.community_member_profiles (tenant_id, account_id, participation)
select tenant_id, account_id, 'observer' from identity.profiles where kind = 'community_member';
insert into identity.mentor_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'mentor';
insert into identity.corporate_partner_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'corporate_partner';
insert into identity.government_official_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'government_official';
insert into identity.academic_researcher_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'academic_researcher';
insert into identity.business_investor_profiles (tenant_id, account_id)
select tenant_id, account_id from identity.profiles where kind = 'business_investor';
insert into identity.profile_labels (tenant_id, list, label, account_id)
select tenant_id, 'skill', 'solar', account_id from identity.profiles;
insert into identity.profile_cards (tenant_id, account_id, kind, shown, name_key, active_on, connections)
select p.tenant_id, p.account_id, p.kind, true, social.name_key(a.first_name, a.last_name),
  date '2026-01-01' + (row_number() over () % 300)::integer, row_number() over () % 500
from identity.profiles p
join identity.personal_details a on a.tenant_id = p.tenant_id and a.id = p.account_id
on conflict do nothing;
create temporary table somebody as
  select id, row_number() over () as who from identity.personal_details where tenant_id = '{tenant}' limit 1000;
create unique index on somebody (who);
insert into content.posts (tenant_id, id, author_id, kind, title, body, body_html, body_text, renderer, body_digest,
  tags,
  state, published_at, version, text_version, text_saved_at, created_at, updated_at)
select '{tenant}', platform.uuid_v7(t.at), s.id, 'article', 'Rain', 'It rains.', '<p>It rains.</p>', 'It rains.', 1,
  sha256(''), '{rain}', 'published', t.at, 1, 1, t.at, t.at, t.at
from generate_series(1, {n}) n
cross join lateral (select now() - n * interval '1 min' as at) t
join somebody s on s.who = 1 + n % 1000;
insert into content.tags (tenant_id, id, name, created_at) values ('{tenant}', platform.uuid_v7(now()), 'rain', now());
insert into content.post_tags (tenant_id, post_id, tag_id, kind, published_at)
select p.tenant_id, p.id, t.id, p.kind, p.published_at from content.posts p join content.tags t using (tenant_id);
insert into event.events (tenant_id, id, created_by, title, description, html, renderer, category, format,
  place_address,
  place_city, place_country, starts, ends, zone, starts_at, ends_at, registers_until, approval, visibility, state,
  published_at, sequence, version, created_at, updated_at)
select '{tenant}', platform.uuid_v7(now() - n * interval '1 s'), s.id, 'Pumps', 'We take one apart.', '<p></p>', 1,
  'workshop', 'in_person', '1 Main Street', 'Harare', 'ZW', t.at at time zone 'UTC',
  t.at at time zone 'UTC' + interval '2 hours', 'Etc/UTC', t.at, t.at + interval '2 hours', t.at, false, 'members',
  'published', now(), 0, 1, now(), now()
from generate_series(1, {n}) n
cross join lateral (select date_trunc('minute', now()) + n * interval '1 min' as at) t
join somebody s on s.who = 1 + n % 1000;
insert into event.seat_classes (tenant_id, event_id, name, capacity, by_invitation, ordinal)
select tenant_id, id, '', 100000, false, 0 from event.events;
insert into event.organisers (tenant_id, event_id, account_id, since)
select tenant_id, id, created_by, now() from event.events;
insert into community.groups (tenant_id, id, name, slug, country, visibility, join_policy, posting, created_by, version,
  created_at, updated_at)
select '{tenant}', platform.uuid_v7(now() - n * interval '1 min'), 'Group ' || n, 'group-' || n, 'ZW',
  case n % 10 when 0 then 'private' else 'public' end, 'open', 'members', s.id, 1, now(), now()
from generate_series(1, {n}) n
join somebody s on s.who = 1 + n % 1000;
insert into community.group_stats (tenant_id, group_id, members, owners, active_at, trend_key)
select tenant_id, id, 1, 1, now() - row_number() over () * interval '1 min',
  community.trend_key(1, now() - row_number() over () * interval '1 min')
from community.groups on conflict do nothing;
insert into community.members (tenant_id, group_id, account_id, state, role, joined_at, since)
select tenant_id, id, created_by, 'member', 'owner', now(), now() from community.groups;
insert into marketplace.listings (tenant_id, id, seller_id, kind, title, description, price_amount, price_currency,
  negotiable, condition, quantity, city, country, remote, days, state, reserved, sold, published_at, expires_at,
  version,
  created_at, updated_at)
select '{tenant}', platform.uuid_v7(t.at), s.id, 'product', 'A pump', 'It pumps.', n % 1000, 'USD', true, 'good', 1,
  'Harare', 'ZW', false, 90, 'published', 0, 0, t.at, now() + interval '90 days', 1, t.at, t.at
from generate_series(1, {n}) n
cross join lateral (select now() - n * interval '1 min' as at) t
join somebody s on s.who = 1 + n % 1000;
insert into social.ties (tenant_id, account_id, other_id, type, since, name_key)
select '{tenant}', '{me}', id, 'professional', now(), 'x' from somebody where id <> '{me}' limit 200;
insert into social.barriers (tenant_id, viewer_id, other_id, blocked)
select '{tenant}', '{me}', id, true from somebody where id <> '{me}' order by id desc limit 20;
set session_replication_role = origin;
";

struct Ground {
    db: TestDb,
    raw: PgPool,
    me: AccountId,
}

fn items() -> i64 {
    std::env::var("SMILEFACTORY_BENCH_ITEMS").ok().and_then(|given| given.parse().ok()).unwrap_or(100_000)
}

async fn ground() -> Ground {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let me = db.one.person("me").await.id;
    let mut conn = db.superuser().await;
    let fill = FILL
        .replace("{tenant}", &db.one.tenant.id.to_string())
        .replace("{me}", &me.to_string())
        .replace("{n}", &items().to_string());
    sqlx::raw_sql(AssertSqlSafe(fill)).execute(&mut conn).await.unwrap();
    sqlx::raw_sql("vacuum analyze").execute(&mut conn).await.unwrap();
    let raw = sqlx::postgres::PgPoolOptions::new()
        .max_connections(4)
        .test_before_acquire(false)
        .connect(&db.url_as("postgres"))
        .await
        .unwrap();
    Ground { db, raw, me }
}

/// The time of the round in the middle.
async fn middle(mut round: impl AsyncFnMut()) -> Duration {
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        round().await;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn row(what: &str, bare: Duration, store: Duration) {
    let ratio = store.as_secs_f64() / bare.as_secs_f64().max(f64::EPSILON);
    let millis = |time: Duration| time.as_micros() as f64 / 1_000.0;
    println!("| {what:<36} | {:>9.2} | {:>9.2} | {ratio:>6.1} |", millis(bare), millis(store));
}

impl Ground {
    async fn bare(&self, sql: &str) -> Duration {
        let tenant = self.db.one.tenant.id.uuid();
        middle(async || {
            let sql = sql.to_owned();
            _ = sqlx::query(AssertSqlSafe(sql)).bind(tenant).fetch_all(&self.raw).await.unwrap();
        })
        .await
    }

    /// A list: the first and the tenth page of 20, beside the bare range at the same place.
    async fn list<K: Clone>(
        &self,
        what: &str,
        bare: &str,
        mut page: impl AsyncFnMut(&mut ReadTx, PageRequest<K>) -> (usize, Option<K>),
    ) {
        let scope = self.db.one.scope_of(self.me);
        let size = PageSize::default();
        let mut tx = self.db.store.read(&scope).await.unwrap();
        let mut key = None;
        for _ in 0..9 {
            let request = PageRequest { size, after: key };
            key = page(&mut tx, request).await.1;
        }
        drop(tx);
        for (which, at, after) in [("first", 0, None), ("tenth", 180, key)] {
            let store = middle(async || {
                let mut tx = self.db.store.read(&scope).await.unwrap();
                let request = PageRequest { size, after: after.clone() };
                assert!(page(&mut tx, request).await.0 > 0, "{what} has a page");
            })
            .await;
            // A range that begins there costs what the first costs; the rows before it are skipped by the index.
            let bare = self.bare(&format!("{bare} offset {at} limit 21")).await;
            row(&format!("{what}, {which} page"), bare, store);
        }
    }

    async fn facets(&self, what: &str, bare: &str, mut count: impl AsyncFnMut(&mut ReadTx) -> u32) {
        let scope = self.db.one.scope_of(self.me);
        let store = middle(async || {
            let mut tx = self.db.store.read(&scope).await.unwrap();
            assert!(count(&mut tx).await > 0, "{what} are counted");
        })
        .await;
        row(&format!("{what}, facets"), self.bare(bare).await, store);
    }
}

async fn people(ground: &Ground) {
    let any = ProfileFilter::new();
    for (order, by) in [
        (ProfileOrder::Joined, "account_id desc"),
        (ProfileOrder::Name, "name_key, account_id"),
        (ProfileOrder::Activity, "active_on desc, account_id desc"),
        (ProfileOrder::Connections, "connections desc, account_id desc"),
    ] {
        let bare = format!(
            "select p.* from (
               select account_id from identity.profile_cards where tenant_id = $1 and shown order by {by}
             ) c
             cross join lateral (
               select * from identity.whole_profiles p where p.tenant_id = $1 and p.account_id = c.account_id limit 1
             ) p"
        );
        let list = async |tx: &mut ReadTx, request| {
            let page = tx.profiles().list_in(order, &any, &request).await.unwrap();
            (page.items.len(), page.next)
        };
        ground.list(&format!("profiles by {order:?}"), &bare, list).await;
    }
    let bare = "select kind, count(*) from (
        select kind from identity.profiles where tenant_id = $1 order by account_id desc limit 10001
      ) p group by kind";
    ground.facets("profiles", bare, async |tx| tx.profiles().count_facets(&any).await.unwrap().counted).await;
}

async fn articles(ground: &Ground) {
    let blog = PostFilter::new().of_kind(PostKind::Article);
    let bare = "select * from content.posts where tenant_id = $1 and kind = 'article' and state = 'published'
        and standing = 'visible' and audience = 'everybody' order by published_at desc, id desc";
    let list = async |tx: &mut ReadTx, request| {
        let page = tx.posts().list(&blog, &request).await.unwrap();
        (page.items.len(), page.next)
    };
    ground.list("blog", bare, list).await;
    let bare = "select kind, count(*) from (
        select kind from content.posts where tenant_id = $1 and state = 'published' and standing = 'visible'
          and audience = 'everybody' order by published_at desc, id desc limit 10001
      ) p group by kind";
    ground.facets("blog", bare, async |tx| tx.posts().count_facets(&blog).await.unwrap().counted).await;
}

async fn events(ground: &Ground) {
    let span = EventWindow::Upcoming.span(ground.db.store.now(), Zone::UTC).unwrap();
    let upcoming = EventFilter::within(span);
    let bare = "select * from event.events where tenant_id = $1 and state <> 'draft' and starts_at > now()
        order by starts_at, id";
    let list = async |tx: &mut ReadTx, request| {
        let page = tx.events().list(&upcoming, &request).await.unwrap();
        (page.items.len(), page.next)
    };
    ground.list("events", bare, list).await;
    let bare = "select category, count(*) from (
        select category from event.events where tenant_id = $1 and state <> 'draft' and starts_at > now()
        order by starts_at, id limit 10001
      ) e group by category";
    ground
        .facets("events", bare, async |tx| tx.events().count_facets(&upcoming).await.unwrap().counted)
        .await;
}

async fn groups(ground: &Ground) {
    let me = ground.me;
    for (sort, by) in [
        (GroupSort::Activity, "active_at desc, group_id desc"),
        (GroupSort::Trending, "trend_key desc, group_id desc"),
    ] {
        let filter = GroupFilter::new().sorted(sort);
        let bare = format!(
            "select g.* from (select group_id from community.group_stats where tenant_id = $1 order by {by}) s
             cross join lateral (
               select * from community.groups g where g.tenant_id = $1 and g.id = s.group_id limit 1
             ) g"
        );
        let list = async |tx: &mut ReadTx, request| {
            let page = tx.groups().list(me, &filter, &request).await.unwrap();
            (page.items.len(), page.next)
        };
        ground.list(&format!("groups by {sort}"), &bare, list).await;
    }
    let all = GroupFilter::new();
    let bare = "select visibility, count(*) from (
        select visibility from community.groups where tenant_id = $1 order by id desc limit 10001
      ) g group by visibility";
    ground.facets("groups", bare, async |tx| tx.groups().count_facets(me, &all).await.unwrap().counted).await;
    let recommended = middle(async || {
        let mut tx = ground.db.store.read(&ground.db.one.scope_of(me)).await.unwrap();
        assert!(!tx.groups().list_candidates(me).await.unwrap().is_empty());
    })
    .await;
    let bare = "select g.* from community.group_stats s
        join community.groups g on g.tenant_id = $1 and g.id = s.group_id
        where s.tenant_id = $1 order by s.trend_key desc limit 200";
    row("groups, candidates to recommend", ground.bare(bare).await, recommended);
}

async fn market(ground: &Ground) {
    let all = ListingFilter::default();
    let bare = "select * from marketplace.listings where tenant_id = $1 and state = 'published'
        order by published_at desc, id desc";
    let list = async |tx: &mut ReadTx, request| {
        let page = tx.listings().list(&all, ListingSort::Newest, &request).await.unwrap();
        (page.items.len(), page.next)
    };
    ground.list("marketplace", bare, list).await;
    let bare = "select kind, count(*) from (
        select kind from marketplace.listings where tenant_id = $1 and state = 'published'
        order by published_at desc, id desc limit 10001
      ) l group by kind";
    ground
        .facets("marketplace", bare, async |tx| tx.listings().count_facets(&all).await.unwrap().counted)
        .await;
}

/// Somebody registers for an event, each time for another one.
async fn registration(ground: &Ground) {
    let events: Vec<Uuid> =
        sqlx::query_scalar("select id from event.events order by starts_at desc limit 1000")
            .fetch_all(&ground.raw)
            .await
            .unwrap();
    let (me, tenant) = (ground.me, ground.db.one.tenant.id.uuid());
    let mut next = events.into_iter();
    let bare = middle(async || {
        sqlx::query(
            "with seat as (
               update event.seat_classes set taken = taken + 1 where tenant_id = $1 and event_id = $2 and name = ''
             )
             insert into event.registrations (tenant_id, id, event_id, account_id, class, state, seated_at, version,
               created_at, updated_at)
             values ($1, platform.uuid_v7(now()), $2, $3, '', 'going', now(), 1, now(), now())",
        )
        .bind(tenant)
        .bind(next.next().unwrap())
        .bind(me.uuid())
        .execute(&ground.raw)
        .await
        .unwrap();
    })
    .await;
    let input = RegistrationInput { answer: Some("going".into()), class: None };
    let going = RegistrationDraft::from_raw(input).unwrap();
    let store = middle(async || {
        let event = EventId::from_uuid(next.next().unwrap());
        let mut tx = ground.db.store.write(&ground.db.one.scope_of(me)).await.unwrap();
        event::register(&mut tx, event, me, &going).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    row("registration for an event", bare, store);
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let ground = ground().await;
        println!("{} of each, {ROUNDS} rounds, the one in the middle, in milliseconds", items());
        println!("| {:<36} | {:>9} | {:>9} | {:>6} |", "what", "bare", "store", "ratio");
        println!("|{:-<38}|{:->11}|{:->11}|{:->8}|", "", ":", ":", ":");
        people(&ground).await;
        articles(&ground).await;
        events(&ground).await;
        groups(&ground).await;
        market(&ground).await;
        registration(&ground).await;
    });
}
