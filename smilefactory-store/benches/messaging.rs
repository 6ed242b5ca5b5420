//! What messages cost when there are many: an inbox, a page of a history, sending to one and to two hundred, what is
//! unread in a thousand conversations, each against the bare SQL on the same server in the same run.
//!
//! `SMILEFACTORY_BENCH_MESSAGES=10000000 cargo bench -p smilefactory-store --features testing --bench messaging`; a million
//! unless said. Results are kept in docs/performance.md.

#![expect(clippy::pedantic, clippy::unwrap_used, reason = "a bench is a test of speed")]

use criterion::{Criterion, criterion_group, criterion_main};
use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::{InboxFilter, MessageDraft, MessageInput, MessageOrder};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// Conversations of all people, and those of the one whose inbox is looked at.
const CONVERSATIONS: i64 = 10_000;
const OWN: i64 = 1_000;
/// How many people are in the large group.
const GROUP: i64 = 200;

struct Ground {
    db: TestDb,
    raw: PgPool,
    me: AccountId,
    direct: ConversationId,
    group: ConversationId,
}

fn messages() -> i64 {
    std::env::var("SMILEFACTORY_BENCH_MESSAGES")
        .ok()
        .and_then(|given| given.parse().ok())
        .unwrap_or(1_000_000)
}

/// Ten thousand conversations with equally many messages over the last twelve months, a thousand of them of one person.
/// What is not read in the end has a body of noise: only the newest messages are encrypted as they should be.
async fn ground() -> Ground {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let me = db.one.person("me").await.id;
    let tenant = db.one.tenant.id;
    let of_each = messages() / CONVERSATIONS;
    let mut conn = db.superuser().await;
    let seed = format!(
        "set session_replication_role = replica;
         set synchronous_commit = off;
         select platform.add_month_partition('messaging.messages', (now() - n * interval '1 month')::date)
         from generate_series(0, 13) n;
         insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
           created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'p' || n || '@example.org', 'x', 'Person', 'Example', 1, now(),
           now()
         from generate_series(1, {OWN}) n;
         insert into identity.profiles (tenant_id, account_id, kind, visibility, email_visibility, phone_visibility,
           location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
         select tenant_id, id, 'mentor', 'public', 'private', 'private', 'public', 'public', 'complete', 90, 1, now(),
           now()
         from identity.personal_details;
         create temporary table numbered as
           select id, row_number() over (order by id) - 1 as n
           from identity.personal_details where first_name = 'Person';
         create unique index on numbered (n);
         -- A thousand of one person, and nine of each of the others with the next nine.
         create temporary table pairs as
           select least(a, b) as low, greatest(a, b) as high, platform.uuid_v7(now()) as id,
             row_number() over (order by own desc, a, b) as n
           from (
             select '{me}'::uuid as a, id as b, true as own from numbered
             union all
             select one.id, other.id, false
             from numbered one
             cross join generate_series(1, {others}) step
             join numbered other on other.n = (one.n + step) % {OWN}
           ) both_ends;
         insert into messaging.conversations (tenant_id, id, kind, low_id, high_id, history, approval, member_limit,
           members, last_seq, active_at, created_by, created_at, version)
         select '{tenant}', id, 'direct', low, high, 'start', false, 2, 2, 0, now() - n * interval '1 second', low,
           now() - interval '1 year', 1
         from pairs;
         insert into messaging.members (tenant_id, conversation_id, account_id, role, state, read_seq, delivered_seq,
           active_at, joined_at, created_at)
         select '{tenant}', id, who, 'member', 'active', {of_each} - n % 5, {of_each},
           now() - n * interval '1 second', now() - interval '1 year', now() - interval '1 year'
         from pairs cross join lateral (values (low), (high)) ends (who);
         insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
         select '{tenant}', low, high, 'professional', low, now() from pairs where n <= {OWN};
         insert into social.ties (tenant_id, account_id, other_id, type, since, name_key)
         select '{tenant}', one, other, 'professional', now(), 'example person'
         from pairs cross join lateral (values (low, high), (high, low)) ends (one, other) where n <= {OWN};
         insert into messaging.conversations (tenant_id, id, kind, title, history, approval, member_limit, members,
           owners, large, active_at, created_by, created_at, version)
         values ('{tenant}', '{me}', 'group', 'Pumps', 'start', false, 1000, {GROUP}, 1, true, now() - interval '1 day',
           '{me}', now(), 1);
         insert into messaging.members (tenant_id, conversation_id, account_id, role, state, joined_at, created_at)
         select '{tenant}'::uuid, '{me}'::uuid, '{me}'::uuid, 'owner', 'active', now(), now()
         union all
         select '{tenant}'::uuid, '{me}'::uuid, id, 'member', 'active', now(), now() from numbered where n < {GROUP} - 1;",
        others = CONVERSATIONS / OWN - 1,
    );
    sqlx::raw_sql(AssertSqlSafe(seed)).execute(&mut conn).await.unwrap();
    // In batches of months, so that each is written in the order of its ids.
    for month in 0..12 {
        let batch = format!(
            "insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, body, sent_at, version)
             select '{tenant}', platform.uuid_v7(t.at), p.id, n.seq, case n.seq % 2 when 0 then p.low else p.high end,
               sha512(n.seq::text::bytea) || sha256('nonce'), t.at, 1
             from generate_series({of_each} * {month} / 12 + 1, {of_each} * ({month} + 1) / 12) n (seq)
             cross join pairs p
             cross join lateral (
               select now() - interval '360 days' + (n.seq::float8 / {of_each}) * interval '359 days' as at
             ) t"
        );
        sqlx::raw_sql(AssertSqlSafe(batch)).execute(&mut conn).await.unwrap();
    }
    let end = format!(
        "update messaging.conversations c set last_seq = {of_each}, last_message_id = m.id
         from messaging.messages m
         where c.tenant_id = '{tenant}' and c.kind = 'direct' and m.tenant_id = c.tenant_id
           and m.conversation_id = c.id and m.seq = {of_each};
         vacuum analyze;"
    );
    for statement in end.split_inclusive(';') {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut conn).await.unwrap();
    }
    let own: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "select c.id, case c.low_id when $1 then c.high_id else c.low_id end from messaging.conversations c
         where c.kind = 'direct' and $1 in (c.low_id, c.high_id) order by c.active_at desc",
    )
    .bind(me.uuid())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let direct = ConversationId::from_uuid(own.first().unwrap().0);
    // The last messages of the conversations on the first page, and a page of one history.
    for (conversation, other) in own.iter().take(30).rev() {
        say(&db, ConversationId::from_uuid(*conversation), AccountId::from_uuid(*other)).await;
    }
    for n in 0..60 {
        let from = if n % 2 == 0 { me } else { AccountId::from_uuid(own.first().unwrap().1) };
        say(&db, direct, from).await;
    }
    let raw = sqlx::postgres::PgPoolOptions::new()
        .max_connections(4)
        .test_before_acquire(false)
        .connect(&db.url_as("postgres"))
        .await
        .unwrap();
    Ground { db, raw, me, direct, group: ConversationId::from_uuid(me.uuid()) }
}

async fn say(db: &TestDb, conversation: ConversationId, from: AccountId) {
    let input = MessageInput { body: Some("The pump runs, and it rains.".into()), ..MessageInput::default() };
    let draft = MessageDraft::from_raw(input).unwrap();
    let mut tx = db.store.write(&db.one.scope_of(from)).await.unwrap();
    messaging::reply(&mut tx, conversation, from, draft).await.unwrap();
    tx.commit().await.unwrap();
}

fn reading(c: &mut Criterion, ground: &Ground, runtime: &tokio::runtime::Runtime) {
    let (tenant, me) = (ground.db.one.tenant.id.uuid(), ground.me.uuid());
    let scope = ground.db.one.scope_of(ground.me);

    let mut group = c.benchmark_group("inbox_of_20");
    group.bench_function("raw", |b| {
        b.to_async(runtime).iter(|| async {
            sqlx::query(
                "select * from messaging.members m
                 join messaging.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
                 cross join lateral (
                   select * from messaging.messages l where l.tenant_id = c.tenant_id and l.id = c.last_message_id limit 1
                 ) l
                 where m.tenant_id = $1 and m.account_id = $2 and m.state = 'active' and not m.archived
                   and m.active_at is not null
                 order by m.pinned desc, m.active_at desc, m.conversation_id desc limit 21",
            )
            .bind(tenant)
            .bind(me)
            .fetch_all(&ground.raw)
            .await
            .unwrap()
        });
    });
    group.bench_function("scoped", |b| {
        b.to_async(runtime).iter(|| async {
            let mut tx = ground.db.store.read(&scope).await.unwrap();
            let page = tx
                .conversations()
                .inbox(ground.me, InboxFilter::Inbox, &PageRequest::default())
                .await
                .unwrap();
            assert_eq!(page.items.len(), 20);
        });
    });
    group.finish();

    let mut group = c.benchmark_group("history_of_50");
    let page = PageRequest::first(PageSize::new(50).unwrap());
    group.bench_function("raw", |b| {
        b.to_async(runtime).iter(|| async {
            sqlx::query(
                "select * from messaging.messages where tenant_id = $1 and conversation_id = $2 order by seq desc limit 51",
            )
            .bind(tenant)
            .bind(ground.direct.uuid())
            .fetch_all(&ground.raw)
            .await
            .unwrap()
        });
    });
    group.bench_function("scoped", |b| {
        b.to_async(runtime).iter(|| async {
            let mut tx = ground.db.store.read(&scope).await.unwrap();
            let member = tx.members().get(ground.direct, ground.me).await.unwrap().unwrap();
            let found = tx.messages().list(&member, MessageOrder::Newest, None, &page).await.unwrap();
            assert_eq!(found.items.len(), 50);
        });
    });
    group.finish();

    let mut group = c.benchmark_group("unread_of_1000_conversations");
    group.bench_function("raw", |b| {
        b.to_async(runtime).iter(|| async {
            sqlx::query(
                "select sum(c.last_seq - m.read_seq), count(*) filter (where c.last_seq > m.read_seq)
                 from messaging.members m
                 join messaging.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
                 where m.tenant_id = $1 and m.account_id = $2 and m.state = 'active' and not m.archived",
            )
            .bind(tenant)
            .bind(me)
            .fetch_one(&ground.raw)
            .await
            .unwrap()
        });
    });
    group.bench_function("scoped", |b| {
        b.to_async(runtime).iter(|| async {
            let mut tx = ground.db.store.read(&scope).await.unwrap();
            assert!(tx.conversations().unread(ground.me).await.unwrap().conversations > 500);
        });
    });
    group.finish();
}

fn sending(c: &mut Criterion, ground: &Ground, runtime: &tokio::runtime::Runtime) {
    let tenant = ground.db.one.tenant.id.uuid();
    for (name, conversation) in [("send_to_2", ground.direct), ("send_to_200", ground.group)] {
        let mut group = c.benchmark_group(name);
        // The number, the message and the places in the inboxes of two, in one statement that commits by itself.
        group.bench_function("raw", |b| {
            b.to_async(runtime).iter(|| async {
                sqlx::query(
                    "with taken as (
                       update messaging.conversations set last_seq = last_seq + 1, last_message_id = $4, active_at = now()
                       where tenant_id = $1 and id = $2 returning last_seq, large
                     ), moved as (
                       update messaging.members m set active_at = now()
                       from taken where not taken.large and m.tenant_id = $1 and m.conversation_id = $2
                     )
                     insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, body, sent_at, version)
                     select $1, $4, $2, last_seq, $3, sha512('x') || sha256('nonce'), now(), 1 from taken",
                )
                .bind(tenant)
                .bind(conversation.uuid())
                .bind(ground.me.uuid())
                .bind(ground.db.store.new_id::<smilefactory_core::id::MessageId>().unwrap().uuid())
                .execute(&ground.raw)
                .await
                .unwrap()
            });
        });
        group.bench_function("scoped", |b| {
            b.to_async(runtime).iter(|| say(&ground.db, conversation, ground.me));
        });
        group.finish();
    }
}

fn all(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let ground = runtime.block_on(ground());
    reading(c, &ground, &runtime);
    sending(c, &ground, &runtime);
    runtime.block_on(ground.db.store.close());
}

criterion_group!(benches, all);
criterion_main!(benches);
