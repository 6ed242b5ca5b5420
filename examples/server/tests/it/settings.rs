//! What a community sets for its members.

use serde_json::json;
use smilefactory_core::identity::Role;

use crate::support::Api;

#[tokio::test]
async fn admins_set_what_holds_for_everybody_from_then_on() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    let admin = api.staff("admin", Role::Admin).await;
    let read = |who| api.get("/v1/settings").as_(who).send();
    for nobody in [&tariro, &mercy] {
        read(nobody).await.expect(403).problem("forbidden");
        let change = api.patch("/v1/settings").as_(nobody).if_match(1).json(&json!({}));
        change.send().await.expect(403).problem("forbidden");
    }
    let before = read(&admin).await.expect(200);
    assert_eq!(before.body["settings"]["posts_need_review"], false);
    let known = api.get("/v1/settings").as_(&admin).header("if-none-match", before.header("etag"));
    known.send().await.expect(304);
    let change = |version: i64, body: serde_json::Value| {
        api.patch("/v1/settings").as_(&admin).if_match(version).json(&body).send()
    };
    let wrong = json!({"max_media_bytes": 0, "screening": {"held_words": [""]}});
    let wrong = change(before.version(), wrong).await;
    wrong.violations(&[("/max_media_bytes", "out_of_range"), ("/screening/held_words/0", "required")]);
    change(before.version(), json!({"colour": 1})).await.violations(&[("/colour", "unknown_field")]);
    api.patch("/v1/settings").as_(&admin).json(&json!({})).send().await.expect(428);
    let draft = api.draft(&tariro).await;
    let set = json!({"posts_need_review": true, "screening": {"blocked_words": ["free money"]}});
    let set = change(before.version(), set).await.expect(200);
    assert_eq!(set.version(), before.version() + 1);
    change(before.version(), json!({})).await.expect(412).problem("stale");
    api.step(&tariro, &draft, "publish").await.expect(403).problem("forbidden");
    let back = change(set.version(), json!({"posts_need_review": null})).await.expect(200);
    assert_eq!(back.body["settings"]["screening"]["blocked_words"], json!(["free money"]));
    let money = json!({"kind": "post", "body": "Free money!"});
    let money = api.post("/v1/posts").as_(&tariro).json(&money).send().await.expect(201);
    api.step(&tariro, &money, "publish").await.violations(&[("/body", "blocked_word")]);
    api.step(&tariro, &draft, "publish").await.expect(200);
    // Another community has its own.
    let other = api.db.two.staff("admin", Role::Admin).await;
    assert_ne!(other.id, admin.account.id);
}
