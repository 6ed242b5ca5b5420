//! A server in process, and people to call it.

mod call;
pub(crate) mod schema;
mod sink;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use server::background::{ASSESSMENT_READER, Assessment};
use server::{AppState, Options};
use smilefactory_ai::pipeline::{self, Indexer};
use smilefactory_core::identity::{Account, Role};
use smilefactory_store::notify::{self, Notifier};
use smilefactory_store::outbox::{Handler, Relay};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions, TestTenant};

pub(crate) use self::call::{Answer, Call, DOCUMENT, operation};
pub(crate) use self::sink::Sink;

/// A server in process, over a database of its own with two communities in it.
pub(crate) struct Api {
    pub(crate) db: TestDb,
    pub(crate) state: AppState,
    pub(crate) app: Router,
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) account: Account,
    pub(crate) token: String,
}

impl Api {
    pub(crate) async fn new() -> Self {
        Self::with(TestOptions::default(), Options::default()).await
    }

    pub(crate) async fn with(database: TestOptions, options: Options) -> Self {
        let db = TestDb::with(database).await;
        let state = AppState::new(db.store.clone(), options);
        let app = server::app(state.clone());
        Self { db, state, app }
    }

    pub(crate) fn call(&self, method: &str, path: impl AsRef<str>) -> Call {
        Call::new(self.app.clone(), method, path.as_ref())
    }

    pub(crate) fn get(&self, path: impl AsRef<str>) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn post(&self, path: impl AsRef<str>) -> Call {
        self.call("POST", path)
    }

    pub(crate) fn put(&self, path: impl AsRef<str>) -> Call {
        self.call("PUT", path)
    }

    pub(crate) fn patch(&self, path: impl AsRef<str>) -> Call {
        self.call("PATCH", path)
    }

    pub(crate) fn delete(&self, path: impl AsRef<str>) -> Call {
        self.call("DELETE", path)
    }

    /// A member of community one.
    pub(crate) async fn member(&self, name: &str) -> Person {
        let account = self.db.one.person(name).await;
        self.logged_in("one", name, account).await
    }

    /// A member of community two.
    pub(crate) async fn stranger(&self, name: &str) -> Person {
        let account = self.db.two.person(name).await;
        self.logged_in("two", name, account).await
    }

    /// Somebody of community one who moderates.
    pub(crate) async fn moderator(&self, name: &str) -> Person {
        self.staff(name, Role::Moderator).await
    }

    /// Somebody of community one with a role.
    pub(crate) async fn staff(&self, name: &str, role: Role) -> Person {
        let account = self.db.one.staff(name, role).await;
        self.logged_in("one", name, account).await
    }

    /// Somebody of community one who signed up already.
    pub(crate) async fn log_in(&self, name: &str) -> Person {
        let mut tx = self.db.store.read(&self.db.one.scope).await.unwrap();
        let email = format!("{name}@example.org").parse().unwrap();
        let account = tx.accounts().find_by_email(&email).await.unwrap().unwrap();
        drop(tx);
        self.logged_in("one", name, account).await
    }

    async fn logged_in(&self, community: &str, name: &str, account: Account) -> Person {
        let credentials =
            json!({"email": format!("{name}@example.org"), "password": format!("{name}-password")});
        let log_in = self.post("/v1/sessions").tenant(community).json(&credentials).send().await.expect(201);
        Person { account, token: log_in.body["token"].as_str().unwrap().to_owned() }
    }

    /// Changes the settings of a community.
    pub(crate) async fn set(
        &self,
        tenant: &TestTenant,
        change: impl FnOnce(&mut smilefactory_core::tenancy::TenantSettings),
    ) {
        let mut tx = self.db.store.write(&tenant.scope).await.unwrap();
        let mut tenant = tx.tenants().get(tenant.tenant.id).await.unwrap().unwrap();
        change(&mut tenant.settings);
        tx.tenants().update(&tenant).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Lets a reader of the outbox handle all there is. A transaction that runs anywhere on the server holds back what
    /// was told after it began, so this asks until nothing waits.
    pub(crate) async fn drain<H: Handler>(&self, relay: &Relay<H>) {
        loop {
            relay.drain().await.unwrap();
            if relay.status().await.unwrap().waiting == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Keeps counts, vectors and completion as new as what happened.
    pub(crate) async fn settle(&self) {
        let embedder = Arc::clone(&self.state.embedder);
        server::background::keep_up(&self.db.store).await.unwrap();
        self.drain(&Relay::new(self.db.store.clone(), ASSESSMENT_READER, Assessment)).await;
        self.drain(&Relay::new(self.db.store.clone(), pipeline::READER, Indexer::new(embedder))).await;
    }

    /// Tells people what concerns them.
    pub(crate) async fn notify(&self) {
        self.drain(&Relay::new(self.db.store.clone(), notify::READER, Notifier)).await;
    }

    /// The profile of this person, who has none yet.
    pub(crate) async fn profile(&self, person: &Person, profile: &Value) -> Answer {
        self.post("/v1/profiles").as_(person).json(profile).send().await.expect(201)
    }

    /// Staff suspend this person, who has a profile.
    pub(crate) async fn suspend(&self, person: &Person) {
        let mut tx = self.db.store.write(&self.db.one.scope).await.unwrap();
        let profile = tx.profiles().get(person.account.id).await.unwrap().unwrap();
        let (suspended, fact) = profile.suspend(&"Spam.".parse().unwrap(), tx.now()).unwrap();
        tx.profiles().update(&suspended).await.unwrap();
        tx.tell(fact).unwrap();
        tx.commit().await.unwrap();
    }

    /// A category of community two.
    pub(crate) async fn category_abroad(&self) -> String {
        let account = self.db.two.staff("thoko", Role::Moderator).await;
        let thoko = self.logged_in("two", "thoko", account).await;
        let category = json!({"tab": "feed", "name": "Water", "slug": "water"});
        self.post("/v1/categories").as_(&thoko).json(&category).send().await.expect(201).id().to_owned()
    }

    /// A draft of this person.
    pub(crate) async fn draft(&self, author: &Person) -> Answer {
        self.post("/v1/posts").as_(author).json(&a_post()).send().await.expect(201)
    }

    /// Takes a step of the publishing workflow, from the version that is given.
    pub(crate) async fn step(&self, who: &Person, post: &Answer, step: &str) -> Answer {
        self.post(format!("/v1/posts/{}/{step}", post.id())).as_(who).if_match(post.version()).send().await
    }

    /// A published post of this person.
    pub(crate) async fn published(&self, author: &Person) -> Answer {
        let draft = self.draft(author).await;
        self.step(author, &draft, "publish").await.expect(200)
    }
}

/// A picture of one pixel.
pub(crate) const A_GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// What a valid post looks like when it is sent.
pub(crate) fn a_post() -> Value {
    json!({"kind": "post", "body": "Our solar pump runs.", "tags": ["solar"]})
}

/// What a valid sign-up looks like.
pub(crate) fn a_sign_up(name: &str) -> Value {
    json!({
        "email": format!("{name}@example.org"),
        "password": format!("{name}-password"),
        "first_name": name,
        "last_name": "Example",
    })
}

/// An innovator's profile that others see.
pub(crate) fn an_innovator() -> Value {
    json!({
        "headline": "Solar pumps for small farms",
        "location": {"city": "Harare", "country": "ZW"},
        "languages": ["en", "sn"],
        "skills": ["hydraulics"],
        "interests": ["agriculture", "solar energy"],
        "links": ["https://example.org/pumps"],
        "availability": "Fridays",
        "looking_for": [{"kind": "business_investor", "why": "To build the first hundred pumps."}],
        "details": {
            "kind": "innovator", "industries": ["agriculture"], "stage": "mvp", "startup_name": "Mvura",
            "startup_description": "Pumps that run on the sun.",
            "funding_sought": {"amount": "50000", "currency": "USD"},
            "business_model": "Pay as you pump.",
        },
    })
}

/// An investor's profile that others see.
pub(crate) fn an_investor() -> Value {
    json!({
        "headline": "Money for farms that run on the sun",
        "location": {"city": "Nairobi", "country": "KE"},
        "languages": ["en"],
        "skills": ["due diligence"],
        "interests": ["agriculture", "solar energy"],
        "links": ["https://example.org/fund"],
        "availability": "Mondays",
        "looking_for": [{"kind": "innovator", "why": "To invest."}],
        "details": {
            "kind": "business_investor", "industries": ["agriculture"],
            "stages": {"from": "prototype", "to": "launched"},
            "ticket": {"min": "10000", "max": "100000", "currency": "USD"},
            "investor_type": "angel", "criteria": "A pump that runs.",
        },
    })
}
