//! Timelines: whoever has one is given the same as without, whatever happens and whenever it is filled, cut or dropped.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_store::maintenance;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};

use super::as_tenant;
use super::following::{community, naively, pages};

/// How many things happen in each community, and how often all that is shown is compared.
const HAPPENINGS: usize = 200;
const COMPARED_EVERY: usize = 8;

/// What people do that changes what somebody is shown, each with some rows chosen at random.
const DEEDS: [&str; 18] = [
    "update content.posts set standing = 'held' where standing = 'visible' and {one}",
    "update content.posts set standing = 'visible' where standing = 'held' and {one}",
    "update content.posts set audience = 'author' where group_id is not null and {one}",
    "update content.posts set audience = (
       select case visibility when 'public' then 'everybody' else 'members' end
       from community.groups g where g.id = group_id
     ) where audience = 'author' and {one}",
    "update content.posts set published_at = published_at + interval '7 hours' where {one}",
    "update content.posts set published_at = published_at - interval '40 hours' where {one}",
    "update content.posts set tags = '{rain,sun}', version = version + 1 where cardinality(tags) = 0 and {one}",
    "update content.posts set tags = '{}', version = version + 1 where cardinality(tags) > 0 and {one}",
    "delete from social.follows where {one}",
    "insert into social.follows (tenant_id, account_id, other_id, at)
     select a.tenant_id, r.id, a.id, now() from identity.personal_details a
     join identity.personal_details r on r.email like 'reader%' and r.id <> a.id where {one}
     on conflict do nothing",
    "delete from social.connections where {one}",
    "insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
     select a.tenant_id, least(r.id, a.id), greatest(r.id, a.id), 'professional', r.id, now()
     from identity.personal_details a
     join identity.personal_details r on r.email like 'reader%' and r.id <> a.id where {one}
     on conflict do nothing",
    "delete from social.blocks where {one}",
    "insert into social.mutes (tenant_id, account_id, other_id, at)
     select a.tenant_id, r.id, a.id, now() from identity.personal_details a
     join identity.personal_details r on r.email like 'reader%' and r.id <> a.id where {one}
     on conflict do nothing",
    "delete from content.tag_follows where {one}",
    "insert into content.tag_follows (tenant_id, account_id, tag_id, at)
     select t.tenant_id, r.id, t.id, now() from content.tags t
     join identity.personal_details r on r.email like 'reader%' where {one}
     on conflict do nothing",
    "delete from community.members where account_id in (
       select id from identity.personal_details where email like 'reader%'
     ) and {one}",
    "insert into community.members (tenant_id, group_id, account_id, state, role, joined_at, since)
     select g.tenant_id, g.id, r.id, 'member', 'member', now(), now() from community.groups g
     join identity.personal_details r on r.email like 'reader%'
     where not exists (
       select from community.members m where m.group_id = g.id and m.account_id = r.id
     ) and {one}",
];

/// Somebody does something, or whoever keeps timelines does.
async fn happen(db: &TestDb, conn: &mut PgConnection, random: &mut StdRng) {
    let deed = random.random_range(0..DEEDS.len() + 7);
    if let Some(deed) = DEEDS.get(deed) {
        let deed = deed.replace("{one}", "random() < 0.02");
        sqlx::raw_sql(AssertSqlSafe(deed)).execute(conn).await.unwrap();
        return;
    }
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    match deed - DEEDS.len() {
        0..2 => _ = tx.feed().fold_timelines(random.random_range(1..20)).await.unwrap(),
        2..5 => _ = maintenance::fill_timelines(&db.store).await.unwrap(),
        5 => {
            // Fewer than are ever kept, so that there is something below the floor.
            sqlx::raw_sql(
                "with cut as (
                   update content.timelines set floor_at = greatest(floor_at, timestamptz '2026-02-01T20:00:00Z')
                   returning account_id, floor_at
                 )
                 delete from content.timeline_entries e using cut c
                 where e.account_id = c.account_id and e.published_at < c.floor_at",
            )
            .execute(conn)
            .await
            .unwrap();
        }
        _ if random.random_bool(0.3) => _ = tx.feed().drop_timelines(1).await.unwrap(),
        _ => {}
    }
    tx.commit().await.unwrap();
}

async fn keep(db: &TestDb, readers: &[AccountId]) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    for reader in readers {
        tx.feed().keep_timeline(*reader).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Fills all there are, however many steps that takes.
async fn fill(db: &TestDb) {
    for _ in 0..200 {
        maintenance::fill_timelines(&db.store).await.unwrap();
        let left: i64 = sqlx::query_scalar(
            "select (select count(*) from content.timelines where not filled)
               + (select count(*) from content.timeline_changes)",
        )
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
        if left == 0 {
            return;
        }
    }
    panic!("there is always something left");
}

/// For how many readers the first posts are not what reading every source gives.
async fn wrong(db: &TestDb, readers: &[AccountId]) -> usize {
    let mut wrong = 0;
    for reader in readers {
        let expected = naively(db, *reader).await;
        for (size, most) in [(3, 9), (40, 200)] {
            let (found, _) = pages(db, *reader, size, most).await;
            let same = found.len() >= most.min(expected.len()) && expected.starts_with(&found);
            wrong += usize::from(!same);
        }
    }
    wrong
}

#[tokio::test]
async fn whoever_has_one_is_given_the_same_as_without() {
    let mut kept = 0;
    for seed in 0..2 {
        let db = TestDb::new().await;
        let mut random = StdRng::seed_from_u64(seed);
        let readers = community(&db, &mut random).await;
        let mut conn = as_tenant(&db).await;
        for happening in 0..HAPPENINGS {
            if happening % 20 == 0 {
                keep(&db, &readers).await;
            }
            happen(&db, &mut conn, &mut random).await;
            if happening % COMPARED_EVERY == 0 {
                let usable: i64 = sqlx::query_scalar(
                    "select count(*) from content.timelines t
                     where filled and not exists (
                       select from content.timeline_changes c where c.account_id = t.account_id
                     )",
                )
                .fetch_one(&mut conn)
                .await
                .unwrap();
                kept += usable;
                assert_eq!(wrong(&db, &readers).await, 0, "seed {seed}, after {happening}");
            }
        }
        fill(&db).await;
        assert_eq!(wrong(&db, &readers).await, 0, "seed {seed}, at last");
    }
    assert!(kept > 30, "only {kept} were read from");
}

/// It is read, and each of the things that keep it whole is needed.
#[tokio::test]
async fn one_that_lacks_something_is_noticed() {
    let db = TestDb::new().await;
    let readers = community(&db, &mut StdRng::seed_from_u64(7)).await;
    keep(&db, &readers).await;
    fill(&db).await;
    assert_eq!(wrong(&db, &readers).await, 0);
    let mut conn = as_tenant(&db).await;
    let publish =
        "update content.posts set published_at = timestamptz '2026-02-03T00:00:00Z' + n * interval '1 min'
         from (select id, row_number() over () as n from content.posts where standing = 'visible') p
         where posts.id = p.id";
    let follow = "insert into social.follows (tenant_id, account_id, other_id, at)
         select a.tenant_id, r.id, a.id, now() from identity.personal_details a
         join identity.personal_details r on r.email like 'reader%' and r.id <> a.id
         on conflict do nothing";
    for (without, then) in [
        ("delete from content.timeline_entries", "select 1"),
        ("alter table content.posts disable trigger mark_shown", publish),
        ("alter table social.follows disable trigger mark_reader", follow),
    ] {
        sqlx::raw_sql(AssertSqlSafe(format!("begin; {without}; {then}"))).execute(&mut conn).await.unwrap();
        sqlx::raw_sql("commit").execute(&mut conn).await.unwrap();
        assert!(wrong(&db, &readers).await > 0, "nobody noticed: {without}");
        // It may be dropped at any time, and begun anew.
        assert!(maintenance::drop_timelines(&db.store).await.unwrap() > 0);
        assert_eq!(wrong(&db, &readers).await, 0, "{without}");
        keep(&db, &readers).await;
        fill(&db).await;
        assert_eq!(wrong(&db, &readers).await, 0, "{without}");
    }
}

/// Whoever published or followed before they could know of a timeline is found when it is filled.
async fn rounds(db: &TestDb, readers: &[AccountId], waits: bool) -> usize {
    let mut lacking = 0;
    for round in 0..12 {
        maintenance::drop_timelines(&db.store).await.unwrap();
        let mut early = as_tenant(db).await;
        // Begun before, ends after: nobody sees it when the timeline is begun.
        let publish = format!(
            "begin;
             update content.posts set published_at = timestamptz '2026-03-01T00:00:00Z' + interval '1 min' * {round}
             where id in (
               select p.id from content.posts p
               join social.follows f on f.other_id = p.author_id
               where p.audience = 'everybody' and p.standing = 'visible' limit 1 offset {round}
             )"
        );
        let follow = "begin; insert into social.follows (tenant_id, account_id, other_id, at)
             select a.tenant_id, r.id, a.id, now() from identity.personal_details a
             join identity.personal_details r on r.email like 'reader%' and r.id <> a.id
             where random() < 0.1
             on conflict do nothing";
        let deed = if round % 2 == 0 { publish.as_str() } else { follow };
        sqlx::raw_sql(AssertSqlSafe(deed.to_owned())).execute(&mut early).await.unwrap();
        keep(db, readers).await;
        if !waits {
            sqlx::query("update content.timelines set since = 3")
                .execute(&mut db.superuser().await)
                .await
                .unwrap();
        }
        for _ in 0..readers.len() + 2 {
            maintenance::fill_timelines(&db.store).await.unwrap();
        }
        sqlx::raw_sql("commit").execute(&mut early).await.unwrap();
        lacking += wrong(db, readers).await;
        if waits {
            fill(db).await;
            lacking += wrong(db, readers).await;
        }
    }
    lacking
}

#[tokio::test]
async fn it_is_filled_when_whoever_could_not_know_of_it_is_done() {
    let db = TestDb::new().await;
    let readers = community(&db, &mut StdRng::seed_from_u64(3)).await;
    assert_eq!(rounds(&db, &readers, true).await, 0);
    assert!(rounds(&db, &readers, false).await > 0, "nobody had to wait");
}

/// People publish, follow and read while timelines are filled, folded and dropped by two at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_whole_whoever_does_what_at_once() {
    let db = TestDb::new().await;
    let readers = community(&db, &mut StdRng::seed_from_u64(5)).await;
    let keeper = |salt: u64| {
        let (db, readers) = (&db, &readers);
        async move {
            let mut random = StdRng::seed_from_u64(salt);
            for _ in 0..60 {
                match random.random_range(0..8) {
                    0 => _ = maintenance::drop_timelines(&db.store).await.unwrap(),
                    1 | 2 => keep(db, readers).await,
                    _ => _ = maintenance::fill_timelines(&db.store).await.unwrap(),
                }
            }
        }
    };
    let people = |salt: u64| {
        let db = &db;
        async move {
            let mut conn = as_tenant(db).await;
            let mut random = StdRng::seed_from_u64(salt);
            for _ in 0..120 {
                let deed = DEEDS[random.random_range(0..10)].replace("{one}", "random() < 0.01");
                // Two that change the same rows in another order: one gives way, as one that loses its connection.
                _ = sqlx::raw_sql(AssertSqlSafe(deed)).execute(&mut conn).await;
            }
        }
    };
    tokio::join!(keeper(1), keeper(2), people(3), people(4));
    keep(&db, &readers).await;
    assert_eq!(wrong(&db, &readers).await, 0);
    fill(&db).await;
    assert_eq!(wrong(&db, &readers).await, 0);
}

/// Who is active and follows hundreds has one; it is cut when it is long, and dropped when nobody reads it.
#[tokio::test]
async fn it_is_kept_for_who_is_there_and_follows_hundreds() {
    let db = TestDb::new().await;
    let reader = db.one.person("reader").await.id;
    let profile = smilefactory_core::profile::ProfileKind::CommunityMember;
    db.one.profile(reader, profile).shown().await;
    let (tenant, me) = (db.one.tenant.id, reader.uuid());
    let fill_up = format!(
        "insert into identity.personal_details
           (tenant_id, id, email, password_hash, first_name, last_name, version, created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'a' || n || '@example.org', 'x', 'Author', 'Example', 1, now(),
           now()
         from generate_series(1, 199) n;
         insert into social.follows (tenant_id, account_id, other_id, at)
         select '{tenant}', '{me}', id, now() from identity.personal_details where id <> '{me}'"
    );
    let mut conn = as_tenant(&db).await;
    sqlx::raw_sql(AssertSqlSafe(fill_up)).execute(&mut conn).await.unwrap();
    assert_eq!(maintenance::keep_timelines(&db.store).await.unwrap(), 0, "one too few");
    let one_more = db.one.person("one-more").await.id;
    let follow =
        "insert into social.follows (tenant_id, account_id, other_id, at) values ($1, $2, $3, now())";
    sqlx::query(follow).bind(tenant.uuid()).bind(me).bind(one_more.uuid()).execute(&mut conn).await.unwrap();
    assert_eq!(maintenance::keep_timelines(&db.store).await.unwrap(), 1);
    assert_eq!(maintenance::keep_timelines(&db.store).await.unwrap(), 0, "it is there");
    fill(&db).await;
    let entries = "insert into content.timeline_entries (tenant_id, account_id, published_at, post_id)
        select $1, $2, timestamptz '2026-01-01T00:00:00Z' + n * interval '1 min', platform.uuid_v7(now())
        from generate_series(1, 2001) n";
    sqlx::query(entries).bind(tenant.uuid()).bind(me).execute(&mut conn).await.unwrap();
    assert_eq!(maintenance::keep_timelines(&db.store).await.unwrap(), 1, "it was long");
    let left = async |conn: &mut PgConnection| -> (i64, i64) {
        let counts = "select (select count(*) from content.timelines), (select count(*) from content.timeline_entries)";
        sqlx::query_as(counts).fetch_one(conn).await.unwrap()
    };
    assert_eq!(left(&mut conn).await, (1, 1_001));
    sqlx::query("update identity.profile_cards set active_on = active_on - 15")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(maintenance::keep_timelines(&db.store).await.unwrap(), 1, "nobody reads it");
    assert_eq!(left(&mut conn).await, (0, 0));
}
