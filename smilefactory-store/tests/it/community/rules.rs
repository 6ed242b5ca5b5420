//! The database accepts what core accepts, and refuses what core refuses.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use smilefactory_core::community::{GroupDraft, GroupInput, GroupRole};
use smilefactory_core::testing::community_group_input;
use smilefactory_core::validation::Field;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::Row;

use super::{as_tenant, belongs, doing, enter, found, group, input, people};

#[tokio::test]
async fn what_core_accepts_is_written_and_read_back() {
    let db = TestDb::new().await;
    let [a] = people(&db).await;
    let mut runner = TestRunner::deterministic();
    for n in 0..40 {
        let raw = community_group_input().new_tree(&mut runner).unwrap().current();
        let raw = GroupInput { slug: format!("group-{n}"), category: None, member_limit: None, ..raw };
        let draft = GroupDraft::from_raw(raw).unwrap();
        let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
        let made = community::found(&mut tx, draft.clone(), a).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
        let read = tx.groups().get(made.id).await.unwrap().unwrap();
        assert_eq!((&read, &read.draft), (&made, &draft));
    }
}

/// Statements that break a rule that core has, and the constraint that refuses each.
const BROKEN: &[(&str, &str)] = &[
    ("update community.groups set name = 'x'", "groups_name_check"),
    ("update community.groups set name = ' pumps'", "groups_name_check"),
    ("update community.groups set description = ''", "groups_description_check"),
    ("update community.groups set rules = E'a\\u0001b'", "groups_rules_check"),
    ("update community.groups set languages = '{English}'", "language_check"),
    ("update community.groups set city = 'Harare'", "groups_city_of_a_country"),
    ("update community.groups set visibility = 'secret'", "groups_visibility_check"),
    ("update community.groups set join_policy = 'closed'", "groups_join_policy_check"),
    ("update community.groups set posting = 'nobody'", "groups_posting_check"),
    ("update community.groups set member_limit = 1", "groups_member_limit_check"),
    ("update community.groups set member_limit = 2", "group_stats_full"),
    ("update community.members set role = 'member' where role = 'owner'", "group_stats_owned"),
    ("update community.members set state = 'invited', joined_at = null", "members_of_the_group_steps"),
    ("update community.members set joined_at = null", "members_of_the_group_joined"),
    (
        "update community.members set state = 'banned', joined_at = null, note = 'x' where role = 'member'",
        "members_of_the_group_banned",
    ),
    ("update community.codes set uses = 2", "codes_uses"),
    ("update community.codes set expires_at = created_at + interval '91 days'", "codes_good_for"),
];

#[tokio::test]
async fn what_breaks_a_rule_of_core_is_refused_by_the_database() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = found(&db, a, input("Pumps")).await;
    enter(&db, made.id, b).await.unwrap();
    enter(&db, made.id, c).await.unwrap();
    let draft = smilefactory_core::community::GroupCodeDraft { max_uses: None, hours: None };
    doing!(db, a, |tx| community::make_code(&mut tx, made.id, a, &draft)).unwrap();
    let mut conn = as_tenant(&db).await;
    for (statement, expected) in BROKEN {
        let refused = sqlx::raw_sql(*statement).execute(&mut conn).await.unwrap_err();
        let constraint = refused.as_database_error().and_then(|error| error.constraint());
        assert_eq!(constraint, Some(*expected), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn the_database_has_the_permissions_of_core() {
    let db = TestDb::new().await;
    let rows = sqlx::query("select role, permission from community.role_permissions")
        .fetch_all(&mut db.superuser().await)
        .await
        .unwrap();
    let mut found: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mut declared: Vec<(String, String)> = Vec::new();
    for role in GroupRole::ALL {
        declared.extend(role.permissions().iter().map(|may| (role.to_string(), may.to_string())));
    }
    found.sort();
    declared.sort();
    assert_eq!(found, declared);
}

#[tokio::test]
async fn what_is_counted_is_what_is_there() {
    let db = TestDb::new().await;
    let [a, b, c, d] = people(&db).await;
    let made = group(&db, a, "Pumps", "public", "approval").await;
    belongs(&db, &made, b, GroupRole::Owner).await;
    belongs(&db, &made, c, GroupRole::Member).await;
    enter(&db, made.id, d).await.unwrap();
    doing!(db, b, |tx| community::ban(&mut tx, made.id, b, c, "Because.".parse().unwrap())).unwrap();
    doing!(db, a, |tx| community::leave(&mut tx, made.id, a)).unwrap();
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from community.group_stats s
         cross join lateral (
           select count(*) filter (where m.state = 'member') as members,
             count(*) filter (where m.state = 'member' and m.role = 'owner') as owners
           from community.members m where m.tenant_id = s.tenant_id and m.group_id = s.group_id
         ) m
         where (s.members, s.owners) <> (m.members, m.owners)",
    )
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(wrong, 0);
}
