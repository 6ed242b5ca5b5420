//! Lists in other orders: by name, activity and connections; whoever looks, and while things change.

use chrono::TimeDelta;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{FieldVisibilityInput, ProfileInput, ProfileKind, ProfilePatch};
use smilefactory_core::social::{Connection, ConnectionKind, Pair};
use smilefactory_store::maintenance::{fold_counts, mend_counts};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::profile::{ProfileFilter, ProfileOrder};
use smilefactory_store::testing::TestDb;
use smilefactory_store::{Sight, social};

use super::{bare, shown};

const ORDERS: [ProfileOrder; 4] =
    [ProfileOrder::Joined, ProfileOrder::Name, ProfileOrder::Activity, ProfileOrder::Connections];

/// The first names on a list, as somebody sees it, in pages of this size.
async fn names(
    db: &TestDb,
    sight: Sight,
    order: ProfileOrder,
    filter: &ProfileFilter,
    size: u32,
) -> Vec<String> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.look_as(sight);
    let (mut names, mut request) = (Vec::new(), PageRequest::first(PageSize::new(size).unwrap()));
    loop {
        let page = tx.profiles().list_in(order, filter, &request).await.unwrap();
        for profile in page.items {
            let account = tx.accounts().get(profile.account).await.unwrap().unwrap();
            names.push(account.settings.first_name.to_string());
        }
        let Some(key) = page.next else { return names };
        request = PageRequest::after(request.size, key);
    }
}

async fn seen(db: &TestDb, sight: Sight, order: ProfileOrder) -> Vec<String> {
    names(db, sight, order, &ProfileFilter::new(), 2).await
}

async fn connect(db: &TestDb, a: AccountId, b: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    let (kind, since) = (ConnectionKind::Professional, tx.now());
    let pair = Pair::new(a, b).unwrap();
    tx.connections().insert(&Connection { pair, kind, requested_by: a, since }).await.unwrap();
    tx.commit().await.unwrap();
}

async fn act(db: &TestDb, who: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let today = tx.now().date_naive();
    tx.activity().note(who, today).await.unwrap();
    tx.commit().await.unwrap();
}

fn hiding(connections: &str) -> ProfileInput {
    ProfileInput {
        field_visibility: Some(FieldVisibilityInput {
            connections: Some(connections.into()),
            ..FieldVisibilityInput::default()
        }),
        ..bare(ProfileKind::Innovator)
    }
}

/// Four people, who signed up one after the other.
async fn people(db: &TestDb, inputs: [(&str, ProfileInput); 4]) -> [AccountId; 4] {
    let mut people = Vec::new();
    for (name, input) in inputs {
        people.push(shown(&db.one, name, input).await.account);
        db.clock.advance(TimeDelta::seconds(1));
    }
    people.try_into().unwrap()
}

#[tokio::test]
async fn each_order_is_kept_on_pages_of_any_size_as_the_filter_asks() {
    let db = TestDb::new().await;
    let with = |kind, skill: &str| ProfileInput { skills: vec![skill.into()], ..bare(kind) };
    let [chipo, anesu, dumi, blessing] = people(
        &db,
        [
            ("chipo", with(ProfileKind::Mentor, "solar")),
            ("anesu", with(ProfileKind::Innovator, "solar")),
            ("dumi", with(ProfileKind::Innovator, "welding")),
            ("blessing", with(ProfileKind::Innovator, "solar")),
        ],
    )
    .await;
    connect(&db, dumi, chipo).await;
    connect(&db, dumi, anesu).await;
    db.clock.advance(TimeDelta::days(1));
    act(&db, anesu).await;
    act(&db, blessing).await;
    db.clock.advance(TimeDelta::days(1));
    act(&db, chipo).await;
    act(&db, chipo).await;
    fold_counts(&db.store).await.unwrap();

    let all = ProfileFilter::new();
    let innovators = all.clone().of_kind(ProfileKind::Innovator);
    let solar = all.clone().with_skill("solar");
    for size in [1, 2, 3, 100] {
        for (order, filter, expected) in [
            (ProfileOrder::Joined, &all, vec!["blessing", "dumi", "anesu", "chipo"]),
            (ProfileOrder::Name, &all, vec!["anesu", "blessing", "chipo", "dumi"]),
            (ProfileOrder::Activity, &all, vec!["chipo", "blessing", "anesu", "dumi"]),
            (ProfileOrder::Connections, &all, vec!["dumi", "anesu", "chipo", "blessing"]),
            (ProfileOrder::Name, &innovators, vec!["anesu", "blessing", "dumi"]),
            (ProfileOrder::Activity, &innovators, vec!["blessing", "anesu", "dumi"]),
            (ProfileOrder::Connections, &innovators, vec!["dumi", "anesu", "blessing"]),
            (ProfileOrder::Name, &solar, vec!["anesu", "blessing", "chipo"]),
            (ProfileOrder::Activity, &solar, vec!["chipo", "blessing", "anesu"]),
            (ProfileOrder::Connections, &solar, vec!["anesu", "chipo", "blessing"]),
        ] {
            let found = names(&db, Sight::Stranger, order, filter, size).await;
            assert_eq!(found, expected, "{order:?} {filter:?} by {size}");
        }
    }
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    for order in ORDERS {
        let abroad = tx.profiles().list_in(order, &all, &PageRequest::default()).await.unwrap();
        assert!(abroad.items.is_empty(), "{order:?}");
    }
}

#[tokio::test]
async fn nobody_is_placed_by_whom_they_or_others_hide() {
    let db = TestDb::new().await;
    let [hides, shows, few, viewer] = people(
        &db,
        [
            ("hides", hiding("private")),
            ("shows", hiding("public")),
            ("few", hiding("public")),
            ("viewer", hiding("public")),
        ],
    )
    .await;
    let others = people(
        &db,
        [
            ("other-0", hiding("public")),
            ("other-1", hiding("public")),
            ("other-2", hiding("connections_only")),
            ("other-3", hiding("connections_only")),
        ],
    )
    .await;
    for other in others {
        connect(&db, hides, other).await;
    }
    for other in &others[..2] {
        connect(&db, shows, *other).await;
    }
    connect(&db, few, others[0]).await;
    connect(&db, few, others[2]).await;
    connect(&db, few, others[3]).await;
    fold_counts(&db.store).await.unwrap();
    let by_connections = async |sight| {
        let names = seen(&db, sight, ProfileOrder::Connections).await;
        names
            .into_iter()
            .filter(|name| ["hides", "shows", "few"].contains(&name.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(by_connections(Sight::Stranger).await, ["shows", "few", "hides"], "as strangers may count");
    assert_eq!(by_connections(Sight::Person(others[0])).await, ["shows", "few", "hides"], "whoever looks");

    // Whom somebody blocked counts for nobody as far as they look.
    let mut tx = db.store.write(&db.one.scope_of(viewer)).await.unwrap();
    social::block(&mut tx, viewer, others[0]).await.unwrap();
    social::block(&mut tx, others[1], viewer).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        by_connections(Sight::Person(viewer)).await,
        ["few", "shows", "hides"],
        "all of them know nobody"
    );
    assert_eq!(by_connections(Sight::Stranger).await, ["shows", "few", "hides"]);
    for size in [1, 2, 100] {
        let all = ProfileFilter::new();
        let found = names(&db, Sight::Person(viewer), ProfileOrder::Connections, &all, size).await;
        assert_eq!(found, ["other-3", "other-2", "viewer", "few", "shows", "hides"], "by {size}");
    }
}

#[tokio::test]
async fn orders_follow_what_changes() {
    let db = TestDb::new().await;
    let [a, b, ..] = people(
        &db,
        [
            ("anesu", hiding("public")),
            ("blessing", hiding("public")),
            ("chipo", hiding("public")),
            ("dumi", hiding("public")),
        ],
    )
    .await;
    connect(&db, a, b).await;
    fold_counts(&db.store).await.unwrap();
    assert_eq!(seen(&db, Sight::Stranger, ProfileOrder::Connections).await[..2], ["blessing", "anesu"]);

    // A name is in its new place with the commit, and a draft is not there.
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    let account = tx.accounts().get(a).await.unwrap().unwrap();
    let settings = smilefactory_core::identity::AccountSettings {
        first_name: "Zuva".parse().unwrap(),
        ..account.settings.clone()
    };
    let (changed, _) = account.change(settings, tx.now());
    tx.accounts().update(&changed).await.unwrap();
    tx.commit().await.unwrap();
    let by_name = seen(&db, Sight::Stranger, ProfileOrder::Name).await;
    assert_eq!(by_name, ["blessing", "chipo", "dumi", "Zuva"]);

    // Who shows less counts less, for themselves and for others, once it is counted.
    let mut tx = db.store.write(&db.one.scope_of(b)).await.unwrap();
    let profile = tx.profiles().get(b).await.unwrap().unwrap();
    let mut input = ProfileInput::from(profile.content.clone());
    let patch: ProfilePatch =
        serde_json::from_str(r#"{"field_visibility": {"connections": "private"}}"#).unwrap();
    patch.apply(&mut input);
    let content = smilefactory_core::validation::Field::from_raw(input).unwrap();
    let (revised, _) = profile.revise(content, tx.now()).unwrap();
    tx.profiles().update(&revised).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(mend_counts(&db.store).await.unwrap(), 0, "what is not added up is not wrong");
    let by_connections = seen(&db, Sight::Stranger, ProfileOrder::Connections).await;
    assert_eq!(by_connections, ["dumi", "chipo", "blessing", "Zuva"], "nobody knows anybody");

    // What drifted is mended.
    for drift in [
        "update identity.profile_cards set connections = 7, active_on = '2020-01-01'",
        "delete from identity.profile_cards",
    ] {
        sqlx::raw_sql(drift).execute(&mut db.superuser().await).await.unwrap();
        assert!(mend_counts(&db.store).await.unwrap() > 0, "{drift}");
        assert_eq!(mend_counts(&db.store).await.unwrap(), 0, "{drift}");
        assert_eq!(seen(&db, Sight::Stranger, ProfileOrder::Connections).await, by_connections, "{drift}");
        assert_eq!(seen(&db, Sight::Stranger, ProfileOrder::Name).await, by_name, "{drift}");
    }
}
