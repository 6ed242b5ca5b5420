//! Groups that are recommended, and how many groups there are of what.

use std::collections::BTreeMap;

use smilefactory_core::community::{GroupCount, GroupInput, GroupMemberState, recommend};
use smilefactory_core::content::Tab;
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::profile::LocationInput;
use smilefactory_core::social::{Connection, ConnectionKind, Pair};
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::GroupFilter;
use smilefactory_store::testing::TestDb;

use super::{doing, enter, found, group, input, people};
use crate::taxonomy::made_in;

async fn connect(db: &TestDb, a: AccountId, b: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    let (kind, since) = (ConnectionKind::Professional, tx.now());
    let pair = Pair::new(a, b).unwrap();
    tx.connections().insert(&Connection { pair, kind, requested_by: a, since }).await.unwrap();
    tx.commit().await.unwrap();
}

/// What somebody is recommended: the groups, and how many they know in each.
async fn candidates(db: &TestDb, who: AccountId) -> BTreeMap<GroupId, u32> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let found = tx.groups().list_candidates(who).await.unwrap();
    found.into_iter().map(|found| (found.view.group.id, found.acquaintances)).collect()
}

#[tokio::test]
async fn groups_are_recommended_that_one_is_not_in_with_whom_one_may_know_there() {
    let db = TestDb::new().await;
    let [owner, tariro, rudo, chipo] = people(&db).await;
    let open = group(&db, owner, "Wells", "public", "open").await.id;
    let quiet = group(&db, owner, "Quiet", "private", "approval").await.id;
    let hidden = group(&db, owner, "Hidden", "hidden", "invite").await.id;
    let away = group(&db, owner, "Away", "public", "open").await;
    doing!(db, owner, |tx| community::archive(&mut tx, away.id, owner, away.version)).unwrap();
    connect(&db, tariro, rudo).await;
    connect(&db, tariro, chipo).await;
    for who in [rudo, chipo] {
        enter(&db, open, who).await.unwrap();
        enter(&db, quiet, who).await.unwrap();
        doing!(db, owner, |tx| community::approve(&mut tx, quiet, owner, who)).unwrap();
    }
    assert_eq!(
        candidates(&db, tariro).await,
        BTreeMap::from([(open, 2), (quiet, 0)]),
        "of a private one it says nobody"
    );
    assert_eq!(candidates(&db, owner).await, BTreeMap::from([]), "they are in all of them");
    // Whose profile is not for one, and whom one muted, is not told of.
    let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
    smilefactory_store::social::mute(&mut tx, tariro, chipo).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(candidates(&db, tariro).await, BTreeMap::from([(open, 1), (quiet, 0)]));
    sqlx::query("update identity.profiles set visibility = 'private' where account_id = $1")
        .bind(uuid::Uuid::from(rudo))
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(candidates(&db, tariro).await, BTreeMap::from([(open, 0), (quiet, 0)]));
    // Who asked, is invited or banned has to do with it already.
    enter(&db, quiet, tariro).await.unwrap();
    doing!(db, owner, |tx| community::invite(&mut tx, hidden, owner, tariro)).unwrap();
    assert_eq!(candidates(&db, tariro).await, BTreeMap::from([(open, 0)]));
    let reason = "Because.".parse().unwrap();
    doing!(db, owner, |tx| community::ban(&mut tx, open, owner, tariro, reason)).unwrap();
    assert_eq!(candidates(&db, tariro).await, BTreeMap::from([]));
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.groups().list_candidates(tariro).await.unwrap().is_empty(), "of another tenant");
}

#[tokio::test]
async fn a_group_of_a_category_one_knows_comes_before_others() {
    let db = TestDb::new().await;
    let [owner, tariro] = people(&db).await;
    let water = made_in(&db, Tab::Groups, "water").await;
    let of_water = |name: &str| GroupInput { category: Some(water.to_string()), ..input(name) };
    let mine = found(&db, owner, of_water("Rivers")).await.id;
    let like_it = found(&db, owner, of_water("Lakes")).await.id;
    let other = found(&db, owner, input("Choir")).await.id;
    enter(&db, mine, tariro).await.unwrap();
    let mut tx = db.store.read(&db.one.scope_of(tariro)).await.unwrap();
    let categories = tx.groups().categories_of(tariro).await.unwrap();
    assert_eq!(categories, [water]);
    let found = tx.groups().list_candidates(tariro).await.unwrap();
    let found = recommend(found, None, &categories, 10);
    assert_eq!(found.iter().map(|found| found.view.group.id).collect::<Vec<_>>(), [like_it, other]);
    assert_eq!(found[0].reasons[0].code, "same_category");
}

#[tokio::test]
async fn groups_are_counted_as_their_list_has_them() {
    let db = TestDb::new().await;
    let [owner, tariro] = people(&db).await;
    let water = made_in(&db, Tab::Groups, "water").await;
    let there = GroupInput {
        category: Some(water.to_string()),
        location: Some(LocationInput { city: None, country: "ZW".into() }),
        ..input("Rivers")
    };
    let there = found(&db, owner, there).await.id;
    group(&db, owner, "Quiet", "private", "approval").await;
    let hidden = group(&db, owner, "Hidden", "hidden", "invite").await.id;
    let facets = async |who, filter: GroupFilter| {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        tx.groups().count_facets(who, &filter).await.unwrap()
    };
    let count = |value: &str, groups| GroupCount { value: value.to_owned(), groups };
    let all = facets(tariro, GroupFilter::new()).await;
    assert_eq!((all.counted, all.more), (2, false));
    assert_eq!(all.categories, [count(&water.to_string(), 1)]);
    assert_eq!(all.visibilities, [count("private", 1), count("public", 1)]);
    assert_eq!(all.join_policies, [count("approval", 1), count("open", 1)]);
    assert_eq!(all.countries, [count("ZW", 1)]);
    assert_eq!(facets(owner, GroupFilter::new()).await.counted, 3);
    let in_zw = GroupFilter::new().in_country("ZW".parse().unwrap());
    assert_eq!(facets(tariro, in_zw.clone()).await.counted, 1);
    let mut tx = db.store.read(&db.one.scope_of(tariro)).await.unwrap();
    let listed = tx.groups().list(tariro, &in_zw, &Default::default()).await.unwrap();
    assert_eq!(listed.items.iter().map(|view| view.group.id).collect::<Vec<_>>(), [there]);
    doing!(db, owner, |tx| community::invite(&mut tx, hidden, owner, tariro)).unwrap();
    assert_eq!(facets(tariro, GroupFilter::new()).await.counted, 3);
    let invited = GroupFilter::new().belonging(GroupMemberState::Invited);
    assert_eq!(facets(tariro, invited.clone()).await.counted, 1);
    db.one.block(tariro, owner).await;
    assert_eq!(facets(tariro, invited).await.counted, 0, "by who is blocked");
}
