//! Requests that are sent again.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestOptions;

use crate::support::{Api, a_post, a_sign_up};

#[tokio::test]
async fn the_same_request_has_one_effect_and_one_answer() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = || api.post("/v1/posts").as_(&tariro).key("first").json(&a_post()).send();
    let (first, again) = (draft().await.expect(201), draft().await.expect(201));
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.text, first.text);
    for header in ["location", "etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header));
    }
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    let mine = api.get("/v1/me/posts").as_(&tariro).send().await.expect(200);
    assert_eq!(mine.each("id"), [first.id()]);
    // Another key is another request; so is none.
    api.post("/v1/posts").as_(&tariro).key("second").json(&a_post()).send().await.expect(201);
    let unkeyed = api.post("/v1/posts").as_(&tariro).json(&a_post()).send().await.expect(201);
    assert_ne!(unkeyed.id(), first.id());
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_person() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let first = api.post("/v1/posts").as_(&tariro).key("k").json(&a_post()).send().await.expect(201);
    let mut other = a_post();
    other["body"] = "Another one.".into();
    let mismatch = api.post("/v1/posts").as_(&tariro).key("k").json(&other).send().await;
    mismatch.expect(422).problem("idempotency_mismatch");
    // The same body to another address, too.
    let publish = format!("/v1/posts/{}/publish", first.id());
    let elsewhere = api.post(&publish).as_(&tariro).if_match(1).key("k").send().await;
    elsewhere.expect(422).problem("idempotency_mismatch");
    let hers = api.post("/v1/posts").as_(&rudo).key("k").json(&a_post()).send().await.expect(201);
    assert_ne!(hers.id(), first.id());
}

#[tokio::test]
async fn twenty_at_once_have_one_effect() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let answers =
        join_all((0..20).map(|_| api.post("/v1/posts").as_(&tariro).key("race").json(&a_post()).send()))
            .await;
    let first = answers[0].clone().expect(201);
    let mut originals = 0;
    for answer in answers {
        let answer = answer.expect(201);
        assert_eq!(answer.text, first.text);
        originals += u32::from(!answer.headers.contains_key("idempotent-replayed"));
    }
    assert_eq!(originals, 1);
    let mine = api.get("/v1/me/posts").as_(&tariro).send().await.expect(200);
    assert_eq!(mine.each("id").len(), 1);
}

#[tokio::test]
async fn a_step_sent_again_is_not_stale() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = api.draft(&tariro).await;
    let path = format!("/v1/posts/{}/publish", draft.id());
    let publish = || api.post(&path).as_(&tariro).if_match(1).key("publish").send();
    let (first, again) = (publish().await.expect(200), publish().await.expect(200));
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_with_its_key() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let article = json!({"kind": "article", "title": "Pumps", "body": "They run."});
    let draft = || api.post("/v1/posts").as_(&tariro).key("k").json(&article).send();
    draft().await.expect(403).problem("completion_too_low");
    api.set(&api.db.one, |settings| settings.completion_bands.articles_from = 0).await;
    let made = draft().await.expect(201);
    assert!(!made.headers.contains_key("idempotent-replayed"));
}

#[tokio::test]
async fn a_sign_up_is_sent_again_by_somebody_nobody_knows() {
    let api = Api::new().await;
    let sign_up = |name| api.post("/v1/accounts").tenant("one").key("k").json(&a_sign_up(name)).send();
    let (first, again) = (sign_up("tariro").await.expect(201), sign_up("tariro").await.expect(201));
    assert_eq!(first.text, again.text);
    sign_up("rudo").await.expect(422).problem("idempotency_mismatch");
    // Not in another community.
    let elsewhere = api.post("/v1/accounts").tenant("two").key("k").json(&a_sign_up("rudo")).send().await;
    elsewhere.expect(201);
}

#[tokio::test]
async fn who_waits_too_long_for_the_first_is_told_so() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let mut tx = api.db.store.write(&api.db.one.scope_of(tariro.account.id)).await.unwrap();
    tx.idempotency().claim("k", [0; 32]).await.unwrap();
    let waits = api.post("/v1/posts").as_(&tariro).key("k").json(&a_post()).send().await;
    let waits = waits.expect(409).problem("idempotency_in_flight");
    assert_eq!(waits.header("retry-after"), "1");
    drop(tx);
    api.post("/v1/posts").as_(&tariro).key("k").json(&a_post()).send().await.expect(201);
}

#[tokio::test]
async fn a_key_has_1_to_255_visible_characters() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = |key: &str| api.post("/v1/posts").as_(&tariro).key(key).json(&a_post()).send();
    for bad in ["", "two words", &"x".repeat(256), "sch\u{f6}n"] {
        draft(bad).await.violations(&[("/Idempotency-Key", "malformed")]);
    }
    draft(&"x".repeat(255)).await.expect(201);
}

#[tokio::test]
async fn a_day_later_a_key_may_be_forgotten() {
    let api = Api::with(TestOptions::default(), server::Options::default()).await;
    let tariro = api.member("tariro").await;
    let draft = || api.post("/v1/posts").as_(&tariro).key("k").json(&a_post()).send();
    let first = draft().await.expect(201);
    api.db.clock.advance(TimeDelta::hours(24));
    assert_eq!(server::background::forget_old_keys(&api.db.store).await.unwrap(), 0);
    assert_eq!(draft().await.expect(201).id(), first.id());
    api.db.clock.advance(TimeDelta::seconds(1));
    assert_eq!(server::background::forget_old_keys(&api.db.store).await.unwrap(), 1);
    assert_ne!(draft().await.expect(201).id(), first.id());
}
