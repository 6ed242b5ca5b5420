//! What is new for somebody, over HTTP.

use serde_json::json;
use smilefactory_core::identity::Role;

use crate::support::Api;

#[tokio::test]
async fn a_feed_says_why_each_post_is_there_and_goes_on_page_by_page() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.reachable("tariro").await, api.member("rudo").await);
    let mut written = Vec::new();
    for _ in 0..3 {
        written.push(api.published(&tariro).await.id().to_owned());
    }
    written.sort();
    let own = api.published(&rudo).await.id().to_owned();
    api.put(format!("/v1/follows/{}", tariro.account.id)).as_(&rudo).send().await.expect(200);
    for (mode, more) in
        [("ranked", None), ("following", None), ("trending", Some(&own)), ("recent", Some(&own))]
    {
        let (mut read, mut path) = (Vec::new(), format!("/v1/feed?mode={mode}&limit=2"));
        loop {
            let page = api.get(&path).as_(&rudo).send().await.expect(200);
            for item in page.body["items"].as_array().unwrap() {
                assert!(!item["reasons"].as_array().unwrap().is_empty());
                assert_eq!(item["score"].is_null(), mode != "ranked", "{item}");
            }
            read.extend(page.each("id"));
            let Some(cursor) = page.body["next_cursor"].as_str() else { break };
            let elsewhere = format!("/v1/feed?mode=following&kind=post&limit=2&cursor={cursor}");
            api.get(elsewhere).as_(&rudo).send().await.expect(400).problem("invalid_cursor");
            path = format!("/v1/feed?mode={mode}&limit=2&cursor={cursor}");
        }
        read.sort();
        let mut expected: Vec<_> = written.iter().chain(more).cloned().collect();
        expected.sort();
        assert_eq!(read, expected, "{mode}");
    }
    let first = api.get("/v1/feed?mode=following&limit=1").as_(&rudo).send().await.expect(200);
    assert_eq!(first.body["items"][0]["reasons"], json!([{"kind": "followed_author", "labels": []}]));
    let ranked = api.get("/v1/feed").as_(&rudo).send().await.expect(200);
    assert_eq!(ranked.body["items"][0]["score"]["variety"], 1.0);
    api.get("/v1/feed?mode=best&kind=x")
        .as_(&rudo)
        .send()
        .await
        .violations(&[("/mode", "unknown_value"), ("/kind", "unknown_value")]);
    let facets = api.get("/v1/feed/facets").as_(&rudo).send().await.expect(200);
    assert_eq!((&facets.body["counted"], &facets.body["more"]), (&json!(4), &json!(false)));
    api.get("/v1/feed/facets?mode=recent").as_(&rudo).send().await.violations(&[("/mode", "unknown_field")]);
    // Another community has nothing of it.
    let abroad = api.stranger("abroad").await;
    for path in ["/v1/feed", "/v1/feed?mode=trending", "/v1/feed?mode=recent", "/v1/feed?mode=following"] {
        assert!(api.get(path).as_(&abroad).send().await.expect(200).each("id").is_empty());
    }
    api.get("/v1/feed").send().await.expect(401);
}

#[tokio::test]
async fn a_community_weighs_as_it_likes() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.reachable("tariro").await, api.member("rudo").await);
    api.published(&tariro).await;
    let admin = api.staff("admin", Role::Admin).await;
    let settings = api.get("/v1/settings").as_(&admin).send().await.expect(200);
    assert_eq!(settings.body["settings"]["feed"]["relevance"], 40);
    let change = |body: serde_json::Value| {
        api.patch("/v1/settings").as_(&admin).if_match(settings.version()).json(&body).send()
    };
    change(json!({"feed": {"relevance": 50}})).await.violations(&[("/feed", "out_of_range")]);
    let only = json!({"feed": {"relevance": 0, "recency": 100, "engagement": 0, "connection": 0}});
    change(only).await.expect(200);
    let score = &api.get("/v1/feed").as_(&rudo).send().await.expect(200).body["items"][0]["score"];
    assert_eq!(score["total"], score["recency"]);
}
