//! What a network is like.

use chrono::{NaiveDate, TimeDelta};
use smilefactory_core::id::Id;
use smilefactory_core::profile::{ProfileInput, ProfileKind, Visibility};
use smilefactory_core::social::{ConnectionKind, Network};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{connect, connect_as, open, shown, strengthen, with_profile};

async fn network(db: &TestDb, of: smilefactory_core::id::AccountId) -> Network {
    let mut tx = db.store.read(&db.one.scope_of(of)).await.unwrap();
    let network = tx.network().get(of).await.unwrap();
    assert_eq!(
        tx.connections().count(of).await.unwrap(),
        u64::from(network.connections),
        "as the list has it"
    );
    network
}

fn input(json: &str) -> ProfileInput {
    serde_json::from_str(json).unwrap()
}

#[tokio::test]
async fn it_is_counted_by_kind_month_and_what_people_show() {
    let db = TestDb::new().await;
    let me = open(&db, "tariro").await;
    let nothing = network(&db, me).await;
    assert_eq!((nothing.connections, nothing.kinds.len(), nothing.growth.len()), (0, 0, 12));
    assert!(nothing.growth.iter().all(|month| month.connections == 0));

    let farmer = with_profile(
        &db,
        "farmer",
        input(
            r#"{"location": {"country": "ZW"}, "details": {"kind": "innovator", "industries": ["Water", "energy"]}}"#,
        ),
    )
    .await;
    let fund = with_profile(
        &db,
        "fund",
        input(
            r#"{"location": {"country": "KE"}, "visibility": "connections_only",
                "details": {"kind": "business_investor", "industries": ["water"]}}"#,
        ),
    )
    .await;
    let mentor = with_profile(
        &db,
        "mentor",
        input(
            r#"{"location": {"country": "ZW"}, "field_visibility": {"location": "private"},
                "details": {"kind": "mentor", "industries": ["energy"]}}"#,
        ),
    )
    .await;
    let official =
        with_profile(&db, "official", input(r#"{"details": {"kind": "government_official"}}"#)).await;
    connect_as(&db, me, farmer, ConnectionKind::Collaboration).await;
    db.clock.advance(TimeDelta::days(40));
    connect(&db, me, fund).await;
    connect_as(&db, me, mentor, ConnectionKind::Mentorship).await;
    connect(&db, me, official).await;
    strengthen(&db, me, fund, 30.0).await;
    strengthen(&db, me, mentor, 3.0).await;

    let found = network(&db, me).await;
    assert_eq!((found.connections, found.strong), (4, 1));
    let kinds: Vec<_> = found.kinds.iter().map(|kind| (kind.kind, kind.connections)).collect();
    assert_eq!(
        kinds,
        [
            (ConnectionKind::Professional, 2),
            (ConnectionKind::Mentorship, 1),
            (ConnectionKind::Collaboration, 1)
        ]
    );
    let months: Vec<_> = found.growth.iter().map(|month| (month.made, month.connections)).collect();
    assert_eq!(months[10..], [(1, 1), (3, 4)]);
    assert_eq!(found.growth[11].month, NaiveDate::from_ymd_opt(2026, 4, 1).unwrap());
    let kinds: Vec<_> = found.diversity.people_of_kinds.iter().map(|of| (of.kind, of.people)).collect();
    assert!(kinds.contains(&(ProfileKind::CommunityMember, 1)), "nobody verified the official: {kinds:?}");
    assert_eq!(kinds.len(), 4);
    assert!(found.diversity.kinds.get() > 0.999);
    let words = |people: &[smilefactory_core::social::PeopleWith]| -> Vec<_> {
        people.iter().map(|with| (with.what.clone(), with.people)).collect()
    };
    assert_eq!(
        words(&found.diversity.people_in_industries),
        [("energy".to_owned(), 2), ("water".to_owned(), 2)]
    );
    let countries = words(&found.diversity.people_in_countries);
    assert_eq!(countries, [("KE".to_owned(), 1), ("ZW".to_owned(), 1)], "the mentor hides where they are");

    // Of an age that no month of the last twelve has, it still counts.
    db.clock.advance(TimeDelta::days(800));
    let later = network(&db, me).await;
    assert_eq!((later.growth[0].made, later.growth[0].connections, later.strong), (0, 4, 0));
}

#[tokio::test]
async fn whom_the_list_does_not_have_is_not_counted() {
    let db = TestDb::new().await;
    let me = open(&db, "tariro").await;
    let hidden = shown(&db, "hidden", Visibility::Private, Visibility::Public).await;
    let (blocked, muted) = (open(&db, "blocked").await, open(&db, "muted").await);
    let suspended = open(&db, "suspended").await;
    for other in [hidden, blocked, muted, suspended] {
        connect(&db, me, other).await;
    }
    assert_eq!(network(&db, me).await.connections, 3);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.blocks().insert(blocked, me).await.unwrap();
    tx.mutes().insert(me, muted).await.unwrap();
    tx.commit().await.unwrap();
    sqlx::query("update identity.profiles set state = 'suspended' where account_id = $1")
        .bind(suspended.uuid())
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let found = network(&db, me).await;
    assert_eq!((found.connections, found.growth[11].connections), (0, 0));
    assert!(found.diversity.people_of_kinds.is_empty());

    // Another tenant has nothing of it.
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.network().get(me).await.unwrap().connections, 0);
}
