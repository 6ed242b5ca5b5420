//! From facts to vectors on a real database: what is embedded, what is not, and how often the embedder is asked.
#![expect(clippy::pedantic, clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::embed::{EmbedError, Embedder, ModelId};
use smilefactory_ai::pipeline::{Indexer, Matchmaker, READER};
use smilefactory_ai::vector::Embedding;
use smilefactory_core::content::{Post, PublishingRights};
use smilefactory_core::profile::{Profile, ProfileContent, ProfileInput, ProfileKind};
use smilefactory_core::validation::Field;
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Target, TargetVectors};
use smilefactory_store::testing::TestDb;

/// Hashes, notes what it was asked for, and fails at the texts it is told to.
#[derive(Debug, Default)]
struct Counting {
    hashed: HashedEmbedder,
    calls: Mutex<Vec<usize>>,
    refuses: Option<&'static str>,
}

#[async_trait]
impl Embedder for Counting {
    fn model(&self) -> &ModelId {
        self.hashed.model()
    }

    fn dimensions(&self) -> usize {
        self.hashed.dimensions()
    }

    async fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbedError> {
        self.calls.lock().unwrap().push(texts.len());
        let refused = |word: &str| texts.iter().any(|text| text.contains(word));
        if self.refuses.is_some_and(refused) {
            return Err(EmbedError::Refused { status: 400, message: "no".into() });
        }
        self.hashed.embed(texts).await
    }
}

struct World {
    db: TestDb,
    embedder: Arc<Counting>,
    relay: Relay<Indexer>,
}

impl World {
    async fn new() -> Self {
        Self::with(Counting::default()).await
    }

    async fn with(embedder: Counting) -> Self {
        let db = TestDb::new().await;
        let embedder = Arc::new(embedder);
        let indexer = Indexer::new(Arc::<Counting>::clone(&embedder));
        let relay = Relay::new(db.store.clone(), READER, indexer);
        let world = Self { db, embedder, relay };
        world.settle().await;
        world
    }

    /// Lets the indexer come to every fact, and says what the embedder was asked for meanwhile: how many texts, each time.
    async fn settle(&self) -> Vec<usize> {
        self.embedder.calls.lock().unwrap().clear();
        // A transaction that runs anywhere on the server holds readers back, and other tests run on the same server.
        let settled = async {
            loop {
                self.relay.drain().await.unwrap();
                if self.relay.status().await.unwrap().waiting == 0 {
                    return self.embedder.calls.lock().unwrap().clone();
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(120), settled).await.unwrap()
    }

    async fn vector(&self, target: Target) -> Option<TargetVectors> {
        let mut tx = self.db.store.read(&self.db.one.scope).await.unwrap();
        tx.embeddings().get(target, self.embedder.model().as_str()).await.unwrap()
    }

    async fn revise(&self, profile: Profile, change: impl FnOnce(&mut ProfileInput)) -> Profile {
        let mut input = ProfileInput::from(profile.content.clone());
        change(&mut input);
        let mut tx = self.db.store.write(&self.db.one.scope_of(profile.account)).await.unwrap();
        let content = ProfileContent::from_raw(input).unwrap();
        let (revised, fact) = profile.revise(content, tx.now()).unwrap();
        let saved = tx.profiles().update(&revised).await.unwrap();
        tx.tell(fact).unwrap();
        tx.commit().await.unwrap();
        saved
    }

    async fn archive(&self, post: Post) {
        let mut tx = self.db.store.write(&self.db.one.scope_of(post.author)).await.unwrap();
        let rights = PublishingRights { author: true, ..PublishingRights::default() };
        let (archived, moved) = post.archive(rights, tx.now()).unwrap();
        tx.posts().take_step(&archived, &moved).await.unwrap();
        tx.tell(moved).unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_text_that_did_not_change_is_not_embedded_again() {
    let world = World::new().await;
    let tariro = world.db.one.person("tariro").await.id;
    let profile =
        world.db.one.profile(tariro, ProfileKind::Mentor).with(|p| p.headline = Some("Pumps".into()));
    let profile = profile.shown().await;
    assert_eq!(world.settle().await, [1], "begun and assessed are one text");
    let target = Target::Profile(tariro);
    let first = world.vector(target).await.unwrap();
    assert_eq!(first.facet, "mentor");

    // What the text does not say may change as often as it likes.
    let profile = world.revise(profile, |p| p.availability = Some("Fridays".into())).await;
    assert_eq!(world.settle().await, [0; 0]);
    let again = world.vector(target).await.unwrap();
    assert_eq!((again.vectors == first.vectors, again.text.source), (true, profile.version));

    let profile = world.revise(profile, |p| p.headline = Some("Bees".into())).await;
    assert_eq!(world.settle().await, [1]);
    assert_ne!(world.vector(target).await.unwrap().vectors, first.vectors);
    world.revise(profile, |p| p.headline = Some("Pumps".into())).await;
    assert_eq!(world.settle().await, [1]);
    assert_eq!(world.vector(target).await.unwrap().vectors, first.vectors, "the same text, the same vector");
}

#[tokio::test]
async fn what_is_not_shown_any_more_loses_its_vector() {
    let world = World::new().await;
    let tariro = world.db.one.person("tariro").await.id;
    let draft = world.db.one.post(tariro).draft().await;
    let post = world.db.one.post(tariro).with(|p| p.body = "It rains.".into()).published().await;
    assert_eq!(world.settle().await, [1], "a draft is not embedded");
    assert!(world.vector(Target::Post(draft.id)).await.is_none());
    assert!(world.vector(Target::Post(post.id)).await.is_some());
    world.archive(post.clone()).await;
    assert_eq!(world.settle().await, [0; 0]);
    assert!(world.vector(Target::Post(post.id)).await.is_none());
}

#[tokio::test]
async fn an_empty_text_has_no_vector() {
    let world = World::new().await;
    let tariro = world.db.one.person("tariro").await.id;
    let profile = world.db.one.profile(tariro, ProfileKind::CommunityMember).shown().await;
    assert_eq!(world.settle().await, [0; 0]);
    assert!(world.vector(Target::Profile(tariro)).await.is_none());
    let profile = world.revise(profile, |p| p.headline = Some("Pumps".into())).await;
    assert_eq!(world.settle().await, [1]);
    assert!(world.vector(Target::Profile(tariro)).await.is_some());
    world.revise(profile, |p| p.headline = None).await;
    assert_eq!(world.settle().await, [0; 0]);
    assert!(world.vector(Target::Profile(tariro)).await.is_none());
}

#[tokio::test]
async fn texts_that_come_together_are_embedded_together() {
    let world = World::new().await;
    let tariro = world.db.one.person("tariro").await.id;
    let mut posts = Vec::new();
    for n in 0..12 {
        posts.push(world.db.one.post(tariro).with(|p| p.body = format!("Pump {n}.")).published().await);
    }
    // The same text twice is one, if both come at once.
    posts.push(world.db.one.post(tariro).with(|p| p.body = "Pump 3.".into()).published().await);
    let calls = world.settle().await;
    // Whoever else works on the server may part the facts into some turns; a text a call would be thirteen.
    assert!((12..=13).contains(&calls.iter().sum::<usize>()), "{calls:?}");
    assert!(calls.len() < 7, "{calls:?}");
    for post in posts {
        let found = world.vector(Target::Post(post.id)).await.unwrap();
        let alone = world.embedder.hashed.embed(&[post.draft.body.as_str()]).await.unwrap().remove(0);
        assert_eq!(found.vectors, [alone.into_vec()]);
    }
}

/// A text that the endpoint does not like is nobody else's trouble.
#[tokio::test]
async fn one_bad_text_among_many_fails_alone() {
    let world = World::with(Counting { refuses: Some("poison"), ..Counting::default() }).await;
    let tariro = world.db.one.person("tariro").await.id;
    let mut posts = Vec::new();
    for body in ["One pump.", "A poisoned well.", "Two pumps."] {
        posts.push(world.db.one.post(tariro).with(|p| p.body = body.into()).published().await.id);
    }
    world.settle().await;
    let status = world.relay.status().await.unwrap();
    // Drafted and published: both facts find the text that is there now.
    assert_eq!((status.parked, status.dead), (2, 0));
    let mut found = Vec::new();
    for post in posts {
        found.push(world.vector(Target::Post(post)).await.is_some());
    }
    assert_eq!(found, [true, false, true]);
}

/// What a stranger may not see takes no part in a match, on either side.
#[tokio::test]
async fn a_hidden_place_is_no_reason() {
    let world = World::new().await;
    let matchmaker = Matchmaker::new(&world.embedder.hashed);
    let mut people = Vec::new();
    for (name, kind, hidden) in [
        ("tariro", ProfileKind::Innovator, true),
        ("rudo", ProfileKind::Innovator, false),
        ("anesu", ProfileKind::Innovator, false),
    ] {
        let account = world.db.one.person(name).await.id;
        let profile = world.db.one.profile(account, kind).with(|profile| {
            profile.interests = vec!["water".into()];
            profile.location = serde_json::from_str(r#"{"city": "Mutare", "country": "ZW"}"#).unwrap();
            if hidden {
                profile.field_visibility = serde_json::from_str(r#"{"location": "private"}"#).unwrap();
            }
        });
        profile.shown().await;
        people.push(account);
    }
    world.settle().await;
    let mut tx = world.db.store.read(&world.db.one.scope).await.unwrap();
    for (seeker, expected) in
        people.iter().zip([[false, false, false], [false, false, true], [false, true, false]])
    {
        let options = smilefactory_ai::matching::Options::default();
        let matches = matchmaker.matches(&mut tx, *seeker, &options).await.unwrap().unwrap();
        assert_eq!(matches.len(), 2);
        for found in matches {
            let near = found.found.reasons.iter().any(|reason| reason.code == "same_place");
            let at = people.iter().position(|person| *person == found.found.candidate).unwrap();
            assert_eq!(Some(&near), expected.get(at), "{:?}", found.found.reasons);
        }
    }
}
