//! Whom people should meet.

use serde_json::json;

use crate::support::{Api, Person, an_innovator, an_investor};

/// An innovator and an investor who look for each other, and a mentor who has begun.
async fn community() -> (Api, Person, Person) {
    let api = Api::new().await;
    let (tariro, rudo, mentor) =
        (api.member("tariro").await, api.member("rudo").await, api.member("mentor").await);
    api.profile(&tariro, &an_innovator()).await;
    api.profile(&rudo, &an_investor()).await;
    api.profile(&mentor, &json!({"details": {"kind": "mentor"}})).await;
    api.settle().await;
    (api, tariro, rudo)
}

#[tokio::test]
async fn who_looks_for_each_other_finds_each_other_and_is_told_why() {
    let (api, tariro, rudo) = community().await;
    for (seeker, candidate) in [(&tariro, &rudo), (&rudo, &tariro)] {
        let matches = api.get("/v1/matches").as_(seeker).send().await.expect(200);
        assert_eq!(
            matches.each("candidate"),
            [candidate.account.id.to_string()],
            "a draft is shown to nobody"
        );
        let found = &matches.body["items"][0];
        assert_eq!(found["seeker"], seeker.account.id.to_string());
        assert!(!found["reasons"].as_array().unwrap().is_empty(), "{found}");
        let parts = found["parts"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|part| part["contribution"].as_f64().unwrap()).sum();
        assert!((sum - found["score"].as_f64().unwrap()).abs() < 1e-6, "{found}");
        let semantic = parts.iter().any(|part| part["signal"] == "semantic");
        assert!(semantic, "the texts were compared: {found}");
    }
}

#[tokio::test]
async fn matches_are_narrowed_down_and_bounded() {
    let (api, tariro, rudo) = community().await;
    let list = |query: &str| api.get(format!("/v1/matches?{query}")).as_(&tariro).send();
    assert_eq!(
        list("kind=business_investor").await.expect(200).each("candidate"),
        [rudo.account.id.to_string()]
    );
    assert_eq!(list("kind=mentor&limit=100").await.expect(200).each("candidate"), [""; 0]);
    list("limit=0").await.violations(&[("/limit", "out_of_range")]);
    list("kind=wizard&cursor=x")
        .await
        .violations(&[("/kind", "unknown_value"), ("/cursor", "unknown_field")]);
}

#[tokio::test]
async fn it_takes_a_profile() {
    let (api, ..) = community().await;
    let newcomer = api.member("newcomer").await;
    api.get("/v1/matches").as_(&newcomer).send().await.expect(404).problem("not_found");
}

#[tokio::test]
async fn who_is_dismissed_does_not_come_back() {
    let (api, tariro, rudo) = community().await;
    let dismiss =
        |id: String, key: &str| api.post(format!("/v1/matches/{id}/dismiss")).as_(&tariro).key(key).send();
    let id = rudo.account.id.to_string();
    dismiss(id.clone(), "a").await.expect(204);
    let replayed = dismiss(id.clone(), "a").await.expect(204);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    dismiss(id, "b").await.expect(204);
    assert_eq!(api.get("/v1/matches").as_(&tariro).send().await.expect(200).each("candidate"), [""; 0]);
    // The other side still sees them.
    assert_eq!(api.get("/v1/matches").as_(&rudo).send().await.expect(200).each("candidate").len(), 1);
    dismiss(tariro.account.id.to_string(), "c").await.expect(404);
    let newcomer = api.member("newcomer").await;
    api.profile(&newcomer, &json!({"details": {"kind": "mentor"}})).await;
    dismiss(newcomer.account.id.to_string(), "e").await.expect(404).problem("not_found");
    dismiss("nobody".to_owned(), "d").await.violations(&[("/account_id", "malformed")]);
}
