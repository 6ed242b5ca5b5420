//! What may matter most: the documented order, as of the first page.

use chrono::TimeDelta;
use serde_json::json;
use smilefactory_core::content::{PostInput, Reaction};
use smilefactory_core::feed::{FeedMode, FeedReasonKind, FeedWeights};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::version::Version;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Target, TargetVectors, TextVersion};
use smilefactory_store::repo::feed::FeedFilter;
use smilefactory_store::social;
use smilefactory_store::testing::TestDb;

use super::{read, reasons};
use crate::social::{by, connect, someone};

async fn follow(db: &TestDb, who: AccountId, other: AccountId) {
    by(db, who, async |tx| social::follow(tx, who, other).await).await.unwrap();
}

async fn set(db: &TestDb, patch: serde_json::Value) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let tenant = tx.tenants().get(db.one.tenant.id).await.unwrap().unwrap();
    let settings = tenant.settings.changed_by(&patch).unwrap();
    let (tenant, _) = tenant.set(settings, tx.now());
    tx.tenants().update(&tenant).await.unwrap();
    tx.commit().await.unwrap();
}

fn order(items: &[smilefactory_core::feed::FeedItem]) -> Vec<PostId> {
    items.iter().map(|item| item.listed.post.id).collect()
}

async fn ranked(db: &TestDb, who: AccountId) -> Vec<smilefactory_core::feed::FeedItem> {
    read(db, who, FeedMode::Ranked, &FeedFilter::new(), 100).await
}

#[tokio::test]
async fn the_weights_of_the_community_decide_and_the_parts_are_told() {
    let db = TestDb::new().await;
    let me = db.one.person("me").await.id;
    let interests =
        |profile: &mut smilefactory_core::profile::ProfileInput| profile.interests = vec!["Water".into()];
    db.one.profile(me, ProfileKind::Innovator).with(interests).shown().await;
    let (friend, liked, old) =
        (someone(&db, "friend").await, someone(&db, "liked").await, someone(&db, "old").await);
    follow(&db, me, friend).await;
    let fitting = db.one.post(old).with(|post| post.tags = vec!["water".into()]).published().await.id;
    let popular = db.one.post(liked).published().await.id;
    for n in 0..20 {
        let fan = db.one.person(&format!("fan-{n}")).await.id;
        let mut tx = db.store.write(&db.one.scope_of(fan)).await.unwrap();
        tx.engagement().react(popular, fan, Reaction::Like).await.unwrap();
        tx.engagement().share(popular, fan).await.unwrap();
        tx.commit().await.unwrap();
    }
    db.clock.advance(TimeDelta::days(5));
    let of_friend = db.one.post(friend).published().await.id;
    db.clock.advance(TimeDelta::days(5));
    let newest = db.one.post(liked).published().await.id;
    db.clock.advance(TimeDelta::hours(1));

    let items = ranked(&db, me).await;
    let part = |id| items.iter().find(|item| item.listed.post.id == id).unwrap().score.unwrap();
    assert!((part(popular).engagement.get() - 0.8).abs() < 1e-9, "80 points");
    assert!(part(fitting).relevance > part(popular).relevance);
    assert!((part(of_friend).connection.get() - 0.5).abs() < 1e-9);
    assert!((part(newest).recency.get() - 0.5_f64.powf(1.0 / 48.0)).abs() < 1e-9);
    let reason = |id| reasons(&items).into_iter().find(|(post, _)| *post == id).unwrap().1;
    assert_eq!(reason(fitting), [FeedReasonKind::SharedInterests]);
    assert_eq!(reason(popular), [FeedReasonKind::Popular]);
    assert_eq!(reason(of_friend), [FeedReasonKind::FollowedAuthor]);
    assert_eq!(reason(newest), [FeedReasonKind::New]);

    let only = |what: &str| {
        let weight = |name: &str| if name == what { 100 } else { 0 };
        json!({"feed": {"relevance": weight("relevance"), "recency": weight("recency"),
            "engagement": weight("engagement"), "connection": weight("connection")}})
    };
    for (what, first) in
        [("relevance", fitting), ("recency", newest), ("engagement", popular), ("connection", of_friend)]
    {
        set(&db, only(what)).await;
        assert_eq!(order(&ranked(&db, me).await).first(), Some(&first), "{what}");
    }
    set(&db, json!({"feed": null})).await;
    let defaults = FeedWeights::default();
    assert_eq!(
        (defaults.relevance, defaults.recency, defaults.engagement, defaults.connection),
        (40, 25, 20, 15)
    );
    assert_eq!(order(&ranked(&db, me).await), order(&items));
}

#[tokio::test]
async fn pages_do_not_shift_because_time_passes() {
    let db = TestDb::new().await;
    let me = someone(&db, "me").await;
    for n in 0..4 {
        let author = someone(&db, &format!("author-{n}")).await;
        for _ in 0..3 {
            db.clock.advance(TimeDelta::hours(7));
            db.one.post(author).published().await;
        }
    }
    let whole = order(&ranked(&db, me).await);
    assert_eq!(whole.len(), 12);
    for size in [1, 5] {
        let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(size).unwrap()));
        loop {
            let mut tx = db.store.read(&db.one.scope_of(me)).await.unwrap();
            let read = tx.feed().list(me, FeedMode::Ranked, &FeedFilter::new(), &page).await.unwrap();
            found.extend(order(&read.items));
            let Some(key) = read.next else { break };
            page = PageRequest::after(page.size, key);
            // Meanwhile days go by, and more is written.
            db.clock.advance(TimeDelta::days(2));
            let late = db.one.person(&format!("late-{size}-{}", found.len())).await.id;
            db.one.post(late).published().await;
        }
        if size == 1 {
            assert_eq!(found, whole);
        } else {
            // What was written since is there from the first page on, and none is twice.
            let before = found.len();
            found.sort();
            found.dedup();
            assert_eq!(found.len(), before);
            assert!(whole.iter().all(|post| found.contains(post)));
        }
    }
}

#[tokio::test]
async fn what_is_close_to_the_profile_is_found_and_said() {
    let db = TestDb::new().await;
    let (me, author) = (someone(&db, "me").await, someone(&db, "author").await);
    connect(&db, me, author).await;
    let (near, far) = (db.one.post(author).published().await.id, db.one.post(author).published().await.id);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let model = tx.embeddings().current_model().await.unwrap().unwrap();
    for (target, facet, place) in
        [(Target::Profile(me), "mentor", 0), (Target::Post(near), "post", 0), (Target::Post(far), "post", 1)]
    {
        let mut vector = vec![0.0; model.dimensions];
        vector[place] = 1.0;
        let vectors = TargetVectors {
            target,
            model: model.id.clone(),
            facet: facet.to_owned(),
            text: TextVersion { digest: [1; 32], rules: 1, source: Version::FIRST },
            vectors: vec![vector],
        };
        assert!(tx.embeddings().upsert(&vectors).await.unwrap());
    }
    tx.commit().await.unwrap();
    let items = ranked(&db, me).await;
    assert_eq!(order(&items), [near, far]);
    let told = reasons(&items);
    assert!(told[0].1.contains(&FeedReasonKind::CloseToProfile), "{told:?}");
    assert!(!told[1].1.contains(&FeedReasonKind::CloseToProfile), "{told:?}");
    let kinds = FeedFilter::new().tagged("nothing");
    assert!(read(&db, me, FeedMode::Ranked, &kinds, 5).await.is_empty());
    let plain = |post: &mut PostInput| post.tags = vec!["rain".into()];
    db.one.post(author).with(plain).published().await;
    assert_eq!(read(&db, me, FeedMode::Ranked, &FeedFilter::new().tagged("rain"), 5).await.len(), 1);
}
