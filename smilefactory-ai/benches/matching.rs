//! What completion and a score cost: `cargo bench -p smilefactory-ai`.

#![expect(clippy::unwrap_used, reason = "a bench is a test of speed")]

use criterion::{Criterion, criterion_group, criterion_main};
use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::matching::{Member, Relation, Surroundings, Weights, judge};
use smilefactory_ai::text;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::identity::{SignUp, SignUpInput};
use smilefactory_core::profile::{Completion, Engagement, ProfileContent, ProfileInput};
use smilefactory_core::validation::Field;
use uuid::Uuid;

const FOUNDER: &str = r#"{"headline": "Solar pumps for small farms", "skills": ["hydraulics", "sales"],
  "interests": ["water", "farming"], "languages": ["en", "sn"], "location": {"country": "ZW"},
  "details": {"kind": "innovator", "industries": ["agriculture", "energy"], "stage": "mvp",
    "funding_sought": {"amount": "50000", "currency": "USD"}, "challenges": ["pricing", "distribution"]}}"#;
const INVESTOR: &str = r#"{"headline": "Early money for farms", "languages": ["en"], "location": {"country": "ZW"},
  "details": {"kind": "business_investor", "industries": ["agriculture", "food", "water"],
    "stages": {"from": "prototype", "to": "launched"}, "geographies": ["ZW", "ZM"],
    "ticket": {"min": "10000", "max": "100000", "currency": "USD"}}}"#;

fn member(n: u128, json: &str) -> Member {
    let profile = ProfileContent::from_raw(serde_json::from_str::<ProfileInput>(json).unwrap()).unwrap();
    let vector = HashedEmbedder::default().embed_one(&text::of_profile(&profile)).unwrap();
    Member::new(AccountId::from_uuid(Uuid::from_u128(n)), profile).with_embedding(vector)
}

fn matching(c: &mut Criterion) {
    let (founder, investor) = (member(1, FOUNDER), member(2, INVESTOR));
    let around = Surroundings::default();
    let weights = Weights::of(Relation::between(founder.profile.kind(), investor.profile.kind()));
    c.bench_function("score and reasons of a pair", |b| {
        b.iter(|| judge(&founder, &investor, &around, weights).unwrap());
    });

    let input = SignUpInput {
        email: "tariro@example.org".into(),
        password: "correct horse".into(),
        first_name: "Tariro".into(),
        last_name: "Moyo".into(),
    };
    let now = chrono::DateTime::from_timestamp(1_770_000_000, 0).unwrap();
    let (account, ..) = SignUp::from_raw(input).unwrap().open(founder.account, now);
    c.bench_function("completion of a profile", |b| {
        b.iter(|| Completion::of(&account, &founder.profile, Engagement::default()));
    });
    let text = text::of_profile(&founder.profile);
    c.bench_function("hashed embedding of a profile", |b| {
        b.iter(|| HashedEmbedder::default().embed_one(&text).unwrap());
    });
}

criterion_group!(benches, matching);
criterion_main!(benches);
