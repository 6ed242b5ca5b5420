//! What many sources are merged to is what reading all of them gives, whatever the graph.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::content::PostKind;
use smilefactory_core::feed::{FeedMode, FeedReasonKind};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::feed::FeedFilter;
use smilefactory_store::testing::TestDb;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{as_tenant, reasons};

/// How many communities are made.
const GRAPHS: u64 = 5;
/// How many people write, so that there are more sources than a page reads.
const AUTHORS: i64 = 70;
const POSTS: i64 = 450;

/// People who write, tags, groups, and readers who follow many of them; of some authors what is newest is hidden, so
/// that they seem to be active later than they are, and more sources must be read than at first. Times are few, so
/// that many posts have the same.
pub(super) async fn community(db: &TestDb, random: &mut StdRng) -> Vec<AccountId> {
    let mut readers = Vec::new();
    for n in 0..3 {
        readers.push(db.one.person(&format!("reader-{n}")).await.id);
    }
    let tenant = db.one.tenant.id;
    let salt: u32 = random.random();
    // A number from 0 to 99 that is another for each use.
    let chance = |of: &str| format!("(abs(hashtext({of} || '{salt}')) % 100)");
    let seed = format!(
        "insert into identity.personal_details
           (tenant_id, id, email, password_hash, first_name, last_name, version, created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'a' || n || '@example.org', 'x', 'Author', 'Example', 1, now(),
           now()
         from generate_series(1, {AUTHORS}) n;
         create temporary table authors as
           select id, email, row_number() over (order by id) - 1 as n from identity.personal_details
           where tenant_id = '{tenant}';
         insert into community.groups (tenant_id, id, name, slug, visibility, join_policy, posting, version, created_at,
           updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'Group ' || n, 'group-' || n,
           case n when 1 then 'public' else 'private' end, 'open', 'members', 1, now(), now()
         from generate_series(1, 4) n;
         create temporary table groups as
           select id, visibility, row_number() over (order by id) - 1 as n from community.groups
           where tenant_id = '{tenant}';
         insert into community.members (tenant_id, group_id, account_id, state, role, joined_at, since)
         select '{tenant}', g.id, a.id, 'member', 'owner', now(), now()
         from groups g join authors a on {belongs} < 30;
         insert into content.posts (tenant_id, id, author_id, kind, title, body, body_html, body_text, renderer,
           body_digest, tags, group_id, audience, state, published_at, version, text_version, text_saved_at, created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), a.id, case when {kind} < 50 then 'post' else 'question' end, 'x',
           'x', 'x', 'x', 1, sha256('x'),
           case when {tagged} < 12 then '{{rain}}' when {tagged} < 20 then '{{sun}}' else '{{}}' end::text[],
           g.id,
           case when g.id is null then 'everybody' when {off} < 20 then 'author'
             when g.visibility = 'public' then 'everybody' else 'members' end,
           'published', timestamptz '2026-02-01T00:00:00Z' + ({time} % 40) * interval '1 hour', 1, 1, now(), now(), now()
         from generate_series(1, {POSTS}) s (n)
         join authors a on a.n = abs(hashtext('author' || s.n || '{salt}')) % ({AUTHORS} + 3)
         left join groups g on {grouped} < 25 and g.n = s.n % 4;
         insert into social.follows (tenant_id, account_id, other_id, at)
         select '{tenant}', r.id, a.id, now() from authors a join authors r on r.id = any ($1) and r.id <> a.id
         where {follows} < case when r.email like 'reader-0%' then 80 else 25 end;
         insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
         select '{tenant}', least(r.id, a.id), greatest(r.id, a.id), 'professional', r.id, now()
         from authors a join authors r on r.id = any ($1) and a.id <> all ($1)
         where {ties} < 15;
         insert into social.mutes (tenant_id, account_id, other_id, at)
         select '{tenant}', r.id, a.id, now() from authors a join authors r on r.id = any ($1) and r.id <> a.id
         where {mutes} < 10;
         insert into social.blocks (tenant_id, account_id, other_id, at)
         select '{tenant}', a.id, r.id, now() from authors a join authors r on r.id = any ($1) and r.id <> a.id
         where {blocks} < 8;
         insert into content.tag_follows (tenant_id, account_id, tag_id, at)
         select '{tenant}', r.id, t.id, now() from content.tags t join authors r on r.id = any ($1)
         where t.tenant_id = '{tenant}' and {wants} < 60;
         update content.posts p set standing = 'held'
         where tenant_id = '{tenant}' and ({held} < 30 or author_id in (
           select account_id from content.author_activity order by last_at desc, account_id limit 25
         ))",
        belongs = chance("g.id::text || a.id"),
        kind = chance("'kind' || s.n"),
        tagged = chance("'tag' || s.n"),
        off = chance("'off' || s.n"),
        time = chance("'time' || s.n"),
        grouped = chance("'group' || s.n"),
        follows = chance("'f' || a.id || r.id"),
        ties = chance("'t' || a.id || r.id"),
        mutes = chance("'m' || a.id || r.id"),
        blocks = chance("'b' || a.id || r.id"),
        wants = chance("'w' || t.id || r.id"),
        held = chance("'h' || p.id"),
    );
    let ids: Vec<String> = readers.iter().map(|id| format!("'{id}'")).collect();
    let seed = seed.replace("$1", &format!("array[{}]::uuid[]", ids.join(", ")));
    sqlx::raw_sql(AssertSqlSafe(seed)).execute(&mut as_tenant(db).await).await.unwrap();
    readers
}

/// The same, as plainly as can be said: every post, and each way it can come.
pub(super) async fn naively(db: &TestDb, reader: AccountId) -> Vec<(PostId, Vec<FeedReasonKind>)> {
    let rows: Vec<(Uuid, bool, bool, bool, bool)> = sqlx::query_as(
        "select p.id, connected, followed, tagged, grouped
         from content.posts p
         cross join lateral (
           select
             p.audience = 'everybody' as open,
             exists (select from social.ties t where t.account_id = $1 and t.other_id = p.author_id) as connected,
             exists (select from social.follows f where f.account_id = $1 and f.other_id = p.author_id) as followed,
             exists (
               select from content.tag_follows f join content.tags t on t.id = f.tag_id
               where f.account_id = $1 and t.name = any (p.tags)
             ) as tagged,
             exists (
               select from community.members m
               where m.account_id = $1 and m.group_id = p.group_id and m.state = 'member'
             ) as grouped
         ) way
         where p.state = 'published' and p.standing = 'visible' and p.author_id <> $1
           and (open and (connected or followed or tagged) or p.audience <> 'author' and grouped)
           and not exists (select from social.mutes m where m.account_id = $1 and m.other_id = p.author_id)
           and not exists (
             select from social.blocks b where (b.account_id, b.other_id) in (($1, p.author_id), (p.author_id, $1))
           )
         order by p.published_at desc, p.id desc",
    )
    .bind(Uuid::from(reader))
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    let kinds = |(id, connected, followed, tagged, grouped)| {
        let mut kinds = Vec::new();
        for (is, kind) in [
            (tagged, FeedReasonKind::FollowedTag),
            (connected, FeedReasonKind::Connection),
            (followed, FeedReasonKind::FollowedAuthor),
            (grouped, FeedReasonKind::Group),
        ] {
            if is {
                kinds.push(kind);
            }
        }
        (PostId::from_uuid(id), kinds)
    };
    rows.into_iter().map(kinds).collect()
}

/// The first of what somebody follows, by pages of this size, and how many pages that were.
pub(super) async fn pages(
    db: &TestDb,
    reader: AccountId,
    size: u32,
    most: usize,
) -> (Vec<(PostId, Vec<FeedReasonKind>)>, usize) {
    let (mut found, mut count, mut page) = (Vec::new(), 0, PageRequest::first(PageSize::new(size).unwrap()));
    let mut tx = db.store.read(&db.one.scope_of(reader)).await.unwrap();
    loop {
        let all = FeedFilter::new();
        let read = tx.feed().list(reader, FeedMode::Following, &all, &page).await.unwrap();
        found.extend(reasons(&read.items));
        count += 1;
        match read.next {
            Some(key) if found.len() < most => page = PageRequest::after(page.size, key),
            _ => return (found, count),
        }
    }
}

#[tokio::test]
async fn it_is_what_reading_every_source_gives() {
    let (mut compared, mut deepest) = (0, 0);
    for seed in 0..GRAPHS {
        let db = TestDb::new().await;
        for reader in community(&db, &mut StdRng::seed_from_u64(seed)).await {
            let expected = naively(&db, reader).await;
            // By pages of one, as far as it takes to meet all that is hidden.
            for (size, most) in [(1, 30), (4, 1_000), (100, 1_000)] {
                let (found, count) = pages(&db, reader, size, most).await;
                assert_eq!(
                    found,
                    expected.iter().take(found.len()).cloned().collect::<Vec<_>>(),
                    "{seed}, {size}"
                );
                assert_eq!(found.len(), expected.len().min(most), "seed {seed}, by {size}");
                compared += count;
                deepest = deepest.max(found.len());
            }
            let posts = FeedFilter::new().of_kind(PostKind::Post);
            let mut tx = db.store.read(&db.one.scope_of(reader)).await.unwrap();
            let all = PageRequest::first(PageSize::MAX);
            let posts = tx.feed().list(reader, FeedMode::Following, &posts, &all).await.unwrap().items;
            let posts = posts.iter().map(|item| item.listed.post.id);
            let kinds =
                tx.feed().list(reader, FeedMode::Following, &FeedFilter::new(), &all).await.unwrap().items;
            let kinds = kinds.iter().filter(|item| item.listed.post.draft.kind == PostKind::Post);
            assert!(posts.zip(kinds).all(|(id, item)| id == item.listed.post.id), "seed {seed}, of a kind");
        }
    }
    assert!(compared > 300 && deepest > 60, "{compared} pages, {deepest} posts");
}

/// The last times are needed, and noticed when they are too early.
#[tokio::test]
async fn a_last_time_that_is_too_early_is_noticed_and_mended() {
    let db = TestDb::new().await;
    let readers = community(&db, &mut StdRng::seed_from_u64(1)).await;
    // More sources than are read for a page of one, and not so many that what is newest of all is looked at first.
    sqlx::raw_sql(
        "delete from social.connections;
         delete from social.follows;
         insert into social.follows (tenant_id, account_id, other_id, at)
         select r.tenant_id, r.id, a.id, now()
         from identity.personal_details r
         cross join lateral (
           select a.id
           from identity.personal_details a
           where a.tenant_id = r.tenant_id and a.email not like 'reader%'
           order by hashtext(a.email || r.email)
           limit 30
         ) a
         where r.email like 'reader%'",
    )
    .execute(&mut as_tenant(&db).await)
    .await
    .unwrap();
    let wrong = async || {
        let mut wrong = 0;
        for reader in &readers {
            let (found, _) = pages(&db, *reader, 1, 20).await;
            let mut expected = naively(&db, *reader).await;
            expected.truncate(20);
            wrong += usize::from(found != expected);
        }
        wrong
    };
    let mut noticed = 0;
    for rest in 0..3 {
        sqlx::query(
            "update content.author_activity set last_at = '2020-01-01T00:00:00Z'
             where abs(hashtext(account_id::text)) % 3 <> $1",
        )
        .bind(rest)
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
        noticed += wrong().await;
        assert!(maintenance::mend_counts(&db.store).await.unwrap() > 0);
        assert_eq!(wrong().await, 0);
        assert_eq!(maintenance::mend_counts(&db.store).await.unwrap(), 0);
    }
    assert!(noticed > 0, "nobody noticed");
}
