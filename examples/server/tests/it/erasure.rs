//! Asking to be erased, and being erased.

use chrono::TimeDelta;
use serde_json::json;
use smilefactory_core::identity::Erasure;
use smilefactory_store::maintenance::erase_due;

use crate::support::{Api, an_innovator};

#[tokio::test]
async fn who_asks_may_change_their_mind_for_a_week_and_is_gone_after_a_month() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| settings.completion_bands.comments_from = 0).await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    api.profile(&tariro, &an_innovator()).await;
    let post = api.published(&tariro).await;
    let path = format!("/v1/posts/{}", post.id());
    let body = json!({"body": "A fine pump."});
    let comment = api.post(format!("{path}/comments")).as_(&rudo).json(&body).send().await.expect(201);
    let draft = api.draft(&tariro).await;

    let call = |method: &str| api.call(method, "/v1/me/erasure").as_(&tariro).send();
    call("GET").await.expect(404).problem("not_found");
    call("DELETE").await.expect(204);
    let asked = call("PUT").await.expect(200);
    api.db.clock.advance(TimeDelta::days(7));
    assert_eq!(call("PUT").await.expect(200).body, asked.body, "asked once");
    call("DELETE").await.expect(204);
    call("GET").await.expect(404);
    call("PUT").await.expect(200);
    api.db.clock.advance(Erasure::REVOCABLE + TimeDelta::seconds(1));
    call("DELETE").await.expect(409).problem("step_refused");
    api.db.clock.advance(Erasure::AFTER - Erasure::REVOCABLE - TimeDelta::seconds(2));
    assert_eq!(erase_due(&api.db.store, &api.state.media).await.unwrap(), 0);
    api.db.clock.advance(TimeDelta::seconds(1));
    assert!(erase_due(&api.db.store, &api.state.media).await.unwrap() > 0);
    api.settle().await;

    let credentials = json!({"email": "tariro@example.org", "password": "tariro-password"});
    let log_in = api.post("/v1/sessions").tenant("one").json(&credentials).send().await;
    log_in.expect(401).problem("wrong_credentials");
    let credentials = json!({"email": "rudo@example.org", "password": "rudo-password"});
    let rudo_again = api.post("/v1/sessions").tenant("one").json(&credentials).send().await.expect(201);
    let token = rudo_again.body["token"].as_str().unwrap();
    let get = |path: &str| api.get(path).token(token).send();
    get(&format!("/v1/profiles/{}", tariro.account.id)).await.expect(404);
    assert_eq!(get("/v1/posts").await.expect(200).body["items"], json!([]));
    assert_eq!(get("/v1/posts/search?q=pump").await.expect(200).body["items"], json!([]));
    get(&format!("/v1/posts/{}", draft.id())).await.expect(404);
    let kept = get(&path).await.expect(200);
    assert_eq!((&kept.body["standing"], &kept.body["html"]), (&json!("erased"), &json!("<p>[erased]</p>\n")));
    let threads = get(&format!("{path}/comments")).await.expect(200);
    assert_eq!(threads.body["items"][0]["comment"]["body"], "A fine pump.");
    get(&format!("/v1/comments/{}", comment.id())).await.expect(200);
    // It is a place and no more.
    let call = |method: &str, rest: &str| api.call(method, format!("{path}{rest}")).token(token);
    call("PUT", "/reaction").json(&json!({"reaction": "like"})).send().await.expect(409);
    call("POST", "/comments").json(&json!({"body": "Late."})).send().await.expect(409);
    // The address is free for whoever comes next.
    api.member("tariro").await;
}
