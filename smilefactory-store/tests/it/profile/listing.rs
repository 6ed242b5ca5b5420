//! Who is on a list, in which order, on which page; and by which way they are found.

use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{
    LocationInput, Profile, ProfileInput, ProfileKind, ProfileState,
};
use smilefactory_core::social::{Connection, ConnectionKind, Pair};
use smilefactory_store::Sight;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::profile::ProfileFilter;
use smilefactory_store::testing::{TestDb, TestOptions, TestTenant};
use sqlx::Row;

use super::{bare, shown};

fn first(size: u32) -> PageRequest<AccountId> {
    PageRequest::first(PageSize::new(size).unwrap())
}

/// The first names of the people on a list.
async fn names(db: &TestDb, tenant: &TestTenant, filter: &ProfileFilter) -> Vec<String> {
    names_seen(db, tenant, Sight::Stranger, filter).await
}

/// The same, as somebody sees them.
async fn names_seen(db: &TestDb, tenant: &TestTenant, sight: Sight, filter: &ProfileFilter) -> Vec<String> {
    let mut tx = db.store.read(&tenant.scope).await.unwrap();
    tx.look_as(sight);
    let page = tx.profiles().list(filter, &first(100)).await.unwrap();
    assert_eq!(page.next, None);
    let mut names = Vec::new();
    for profile in page.items {
        let account = tx.accounts().get(profile.account).await.unwrap().unwrap();
        names.push(account.settings.first_name.to_string());
    }
    names
}

/// Later people have later ids.
fn tick(db: &TestDb) {
    db.clock.advance(chrono::TimeDelta::seconds(1));
}

fn with(kind: ProfileKind, change: impl FnOnce(&mut ProfileInput)) -> ProfileInput {
    let mut input = bare(kind);
    change(&mut input);
    input
}

#[tokio::test]
async fn a_list_has_whom_its_filter_names_newest_first() {
    let db = TestDb::new().await;
    let somewhere = |city: &str, country: &str| {
        Some(LocationInput { city: Some(city.to_owned()), country: country.to_owned() })
    };
    let people = [
        (
            "anesu",
            with(ProfileKind::Innovator, |p| {
                p.skills = vec!["solar".into(), "welding".into()];
                p.interests = vec!["maize".into()];
                p.location = somewhere("Harare", "ZW");
            }),
        ),
        (
            "blessing",
            with(ProfileKind::Mentor, |p| {
                p.skills = vec!["solar".into()];
                p.languages = vec!["sn".into(), "en".into()];
                p.location = somewhere("Bulawayo", "ZW");
            }),
        ),
        (
            "chipo",
            with(ProfileKind::Innovator, |p| {
                p.skills = vec!["solar".into()];
                p.interests = vec!["maize".into()];
                p.languages = vec!["en".into()];
                p.location = somewhere("Lusaka", "ZM");
            }),
        ),
    ];
    for (name, input) in people {
        shown(&db, &db.one, name, input).await;
        tick(&db);
    }
    shown(&db, &db.two, "dumisani", with(ProfileKind::Innovator, |p| p.skills = vec!["solar".into()])).await;

    let all = ProfileFilter::new();
    let cases: [(&str, ProfileFilter, &[&str]); 13] = [
        ("all", all.clone(), &["chipo", "blessing", "anesu"]),
        ("kind", all.clone().of_kind(ProfileKind::Innovator), &["chipo", "anesu"]),
        ("kind nobody is of", all.clone().of_kind(ProfileKind::BusinessInvestor), &[]),
        ("country", all.clone().in_country("ZW".parse().unwrap()), &["blessing", "anesu"]),
        ("city", all.clone().in_city("Harare"), &["anesu"]),
        ("skill", all.clone().with_skill("solar"), &["chipo", "blessing", "anesu"]),
        ("a skill is spelled out", all.clone().with_skill("sola"), &[]),
        ("an interest is no skill", all.clone().with_skill("maize"), &[]),
        ("language", all.clone().speaking("en".parse().unwrap()), &["chipo", "blessing"]),
        (
            "three lists",
            all.clone().with_skill("solar").with_interest("maize").speaking("en".parse().unwrap()),
            &["chipo"],
        ),
        (
            "skill, kind and country",
            all.clone().with_skill("solar").of_kind(ProfileKind::Innovator).in_country("ZW".parse().unwrap()),
            &["anesu"],
        ),
        ("verified", all.clone().verified(true), &[]),
        ("not verified", all.clone().verified(false).with_skill("welding"), &["anesu"]),
    ];
    for (what, filter, expected) in cases {
        assert_eq!(names(&db, &db.one, &filter).await, expected, "{what}");
    }

    let mut conn = db.superuser().await;
    sqlx::query("update identity.personal_details set verified_at = now() where first_name = 'chipo'")
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(names(&db, &db.one, &all.clone().verified(true)).await, ["chipo"]);
    assert_eq!(names(&db, &db.one, &all.verified(false).of_kind(ProfileKind::Innovator)).await, ["anesu"]);
}

/// Labels follow the profile: found by what is said now, not by what was said.
#[tokio::test]
async fn who_changes_their_skills_is_found_by_the_new_ones() {
    let db = TestDb::new().await;
    let profile =
        shown(&db, &db.one, "anesu", with(ProfileKind::Mentor, |p| p.skills = vec!["solar".into()])).await;
    let mut changed = profile;
    changed.content.skills = vec!["welding".parse().unwrap()].try_into().unwrap();
    changed.content.interests = vec!["solar".parse().unwrap()].try_into().unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.profiles().update(&changed).await.unwrap();
    tx.commit().await.unwrap();
    assert!(names(&db, &db.one, &ProfileFilter::new().with_skill("solar")).await.is_empty());
    assert_eq!(names(&db, &db.one, &ProfileFilter::new().with_skill("welding")).await, ["anesu"]);
    assert_eq!(names(&db, &db.one, &ProfileFilter::new().with_interest("solar")).await, ["anesu"]);
}

/// Everybody with a profile.
async fn tx_accounts(tx: &mut WriteTx) -> Vec<AccountId> {
    tx.look_as(Sight::Staff(tx.new_id().unwrap()));
    let page = tx.profiles().list(&ProfileFilter::new(), &first(100)).await.unwrap();
    page.items.into_iter().map(|profile| profile.account).collect()
}

#[tokio::test]
async fn a_list_has_what_its_viewer_may_see() {
    let db = TestDb::new().await;
    for visibility in ["public", "connections_only", "private"] {
        let input = with(ProfileKind::Mentor, |p| {
            p.visibility = Some(visibility.into());
            p.skills = vec!["solar".into()];
        });
        shown(&db, &db.one, visibility, input).await;
        tick(&db);
    }
    for (name, state) in [("draft", ProfileState::Draft), ("suspended", ProfileState::Suspended)] {
        let account = db.one.person(name).await.id;
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let profile = super::begun(account, super::content(ProfileKind::Mentor), tx.now());
        tx.profiles().insert(&Profile { state, ..profile }).await.unwrap();
        tx.commit().await.unwrap();
    }
    let (member, friend) = (db.one.person("member").await.id, db.one.person("friend").await.id);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    for shown in tx_accounts(&mut tx).await {
        let pair = Pair::new(friend, shown).unwrap();
        let kind = ConnectionKind::Professional;
        let connection = Connection { pair, kind, requested_by: friend, since: tx.now() };
        tx.connections().insert(&connection).await.unwrap();
    }
    tx.commit().await.unwrap();
    let everything = ["private", "connections_only", "public"];
    for (sight, sees) in [
        (Sight::Stranger, &everything[2..]),
        (Sight::Person(member), &everything[2..]),
        (Sight::Person(friend), &everything[1..]),
        (Sight::Staff(member), &everything[..]),
    ] {
        let filter = ProfileFilter::new();
        assert_eq!(names_seen(&db, &db.one, sight, &filter).await, sees, "{sight:?}");
        let mentors = filter.clone().of_kind(ProfileKind::Mentor);
        assert_eq!(names_seen(&db, &db.one, sight, &mentors).await, sees, "{sight:?}");
        let with_skill = filter.with_skill("solar");
        assert_eq!(names_seen(&db, &db.one, sight, &with_skill).await, sees, "{sight:?}");
    }

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let candidates = tx.profiles().list_candidates(member, ProfileKind::ALL, &first(100)).await.unwrap();
    let names: Vec<_> = candidates.items.iter().map(|c| c.first_name.as_str()).collect();
    assert_eq!(names, ["public"]);
    let mut everybody = Vec::new();
    for row in sqlx::query("select id from identity.personal_details")
        .fetch_all(&mut db.superuser().await)
        .await
        .unwrap()
    {
        everybody.push(smilefactory_core::id::Id::from_uuid(row.get("id")));
    }
    assert_eq!(everybody.len(), 7);
    assert_eq!(tx.profiles().get_candidates(member, &everybody).await.unwrap(), candidates.items);
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let db = TestDb::new().await;
    for n in 0..5 {
        let kind = ProfileKind::ALL[n];
        shown(&db, &db.one, &format!("person{n}"), with(kind, |p| p.skills = vec!["solar".into()])).await;
        tick(&db);
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    for filter in [ProfileFilter::new(), ProfileFilter::new().with_skill("solar")] {
        let all = tx.profiles().list(&filter, &first(100)).await.unwrap().items;
        assert_eq!(all.len(), 5);
        for size in 1..=6 {
            let (mut request, mut read) = (first(size), Vec::new());
            loop {
                let page = tx.profiles().list(&filter, &request).await.unwrap();
                assert!(page.items.len() <= usize::try_from(size).unwrap() && !page.items.is_empty());
                read.extend(page.items);
                match page.next {
                    Some(key) => request = PageRequest::after(request.size, key),
                    None => break,
                }
            }
            assert_eq!(read, all, "in pages of {size}");
        }
        // Exactly full is the last one too.
        assert_eq!(tx.profiles().list(&filter, &first(5)).await.unwrap().next, None);
    }
    let nobody = tx.new_id().unwrap();
    let page = tx.profiles().list_candidates(nobody, &[], &first(5)).await.unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
    let kinds = &ProfileKind::ALL[1..4];
    let page = tx.profiles().list_candidates(nobody, kinds, &first(2)).await.unwrap();
    let rest = PageRequest::after(first(2).size, page.next.unwrap());
    let more = tx.profiles().list_candidates(nobody, kinds, &rest).await.unwrap();
    let read: Vec<_> = page.items.iter().chain(&more.items).map(|c| c.profile.kind()).collect();
    assert_eq!(read, kinds.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(more.next, None);
}

/// Each list eight times, so that plans for any parameters come into use too, and never the whole table.
#[tokio::test]
async fn no_list_reads_a_whole_table() {
    let db = TestDb::with({
        let mut options = TestOptions::default();
        options.max_connections = 1;
        options
    })
    .await;
    let mut conn = db.superuser().await;
    let seed = format!(
        "set smile.tenant = '{tenant}';
         insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
           created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'p' || n || '@example.org', 'x', 'Person', 'Example', 1, now(),
           now()
         from generate_series(1, 2000) n;
         insert into identity.profiles (tenant_id, account_id, kind, skills, languages, country, visibility,
           email_visibility, phone_visibility, location_visibility, connections_visibility, state, completion,
           version, created_at, updated_at)
         select tenant_id, id, case when n % 100 = 0 then 'mentor' else 'community_member' end,
           array['rare' || n % 100], '{{en}}', 'ZW', 'public', 'private', 'private', 'public', 'public', 'complete',
           90, 1, now(), now()
         from (select *, row_number() over () as n from identity.personal_details) a;
         insert into identity.mentor_profiles (tenant_id, account_id)
         select tenant_id, account_id from identity.profiles where kind = 'mentor';
         insert into identity.community_member_profiles (tenant_id, account_id, participation)
         select tenant_id, account_id, 'observer' from identity.profiles where kind = 'community_member';
         analyze",
        tenant = db.one.tenant.id
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(seed)).execute(&mut conn).await.unwrap();

    let scans = async |conn: &mut sqlx::PgConnection| {
        // What the store's one connection counted is told when its next transaction ends.
        sqlx::raw_sql("select pg_stat_force_next_flush()").execute(db.store.raw_pool()).await.unwrap();
        let rows = sqlx::query(
            "select relname::text, seq_scan, idx_scan from pg_stat_user_tables
             where relname in ('profiles', 'profile_labels', 'personal_details') order by relname",
        );
        let rows = rows.fetch_all(conn).await.unwrap();
        rows.iter().map(|row| (row.get::<String, _>(0), row.get::<i64, _>(1))).collect::<Vec<_>>()
    };
    let before = scans(&mut conn).await;
    let filters = [
        ProfileFilter::new(),
        ProfileFilter::new().of_kind(ProfileKind::Mentor),
        ProfileFilter::new().with_skill("rare7"),
        ProfileFilter::new().with_skill("rare7").speaking("en".parse().unwrap()),
        ProfileFilter::new().verified(false).of_kind(ProfileKind::Mentor),
    ];
    let nobody = db.store.new_id().unwrap();
    for filter in &filters {
        for _ in 0..8 {
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let page = tx.profiles().list(filter, &PageRequest::default()).await.unwrap();
            assert!(page.items.len() >= 10, "{filter:?}");
            let some: Vec<_> = page.items.iter().map(|profile| profile.account).collect();
            tx.profiles().get_many(&some).await.unwrap();
            tx.profiles().get_candidates(nobody, &some).await.unwrap();
            tx.profiles().list_candidates(nobody, &[ProfileKind::Mentor], &PageRequest::default()).await.unwrap();
        }
    }
    assert_eq!(scans(&mut conn).await, before);
}
