//! Everything that is kept of somebody is given to them, and nothing of others that is not for them.

use axum::body::Body;
use axum::http::Request;
use futures::StreamExt;
use serde_json::{Value, json};
use smilefactory_core::content::{PostDraft, PostInput};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use tower::ServiceExt;

use crate::support::{A_GIF, Api, Person, a_post, an_innovator};

impl Api {
    async fn export(&self, who: &Person) -> Value {
        let answer = self.get("/v1/me/export").as_(who).send().await.expect(200);
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"personal-data.json\"");
        answer.body
    }
}

/// How many entries each list has that has any.
fn counts(data: &Value) -> Vec<(&str, usize)> {
    let lists = data.as_object().unwrap().iter().filter_map(|(name, value)| {
        Some((name.as_str(), value.as_array().filter(|list| !list.is_empty())?.len()))
    });
    lists.collect()
}

#[tokio::test]
async fn everything_somebody_did_is_there_in_whole_lists() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    for who in [&tariro, &rudo] {
        api.profile(who, &an_innovator()).await;
    }
    api.set(&api.db.one, |settings| settings.completion_bands.comments_from = 0).await;
    let (own, other) = (api.published(&tariro).await, api.published(&rudo).await);
    let comment = json!({"body": "Where?"});
    let comment = api.post(format!("/v1/posts/{}/comments", other.id())).as_(&tariro).json(&comment);
    let comment = comment.send().await.expect(201).id().to_owned();
    for path in [format!("/v1/posts/{}/reaction", other.id()), format!("/v1/comments/{comment}/reaction")] {
        let status = if path.contains("posts") { 200 } else { 204 };
        api.put(&path).as_(&tariro).json(&json!({"reaction": "like"})).send().await.expect(status);
    }
    api.put(format!("/v1/posts/{}/save", own.id())).as_(&tariro).send().await.expect(200);
    let file = json!({"file_name": "pixel.gif", "media_type": "image/gif", "size": A_GIF.len()});
    api.post("/v1/media").as_(&tariro).json(&file).send().await.expect(201);
    let report = json!({"subject": {"kind": "post", "id": other.id()}, "reason": "spam"});
    api.post("/v1/reports").as_(&tariro).json(&report).send().await.expect(201);
    api.put(format!("/v1/posts/{}/reaction", own.id()))
        .as_(&rudo)
        .json(&json!({"reaction": "like"}))
        .send()
        .await
        .expect(200);
    let group = api.group(&tariro, &[&rudo]).await;
    let said = api.message(&tariro, group.id(), "Does it run?").await.expect(201);
    api.message(&rudo, group.id(), "It does.").await.expect(201);
    let react = api.put(format!("/v1/messages/{}/reaction", said.id())).as_(&tariro);
    react.json(&json!({"reaction": "like"})).send().await.expect(204);
    let group = json!({"name": "Pumps", "slug": "pumps"});
    api.post("/v1/groups").as_(&tariro).json(&group).send().await.expect(201);
    api.notify().await;
    // More than a page of drafts.
    let mut tx = api.db.store.write(&api.db.one.scope_of(tariro.account.id)).await.unwrap();
    for _ in 0..230 {
        let draft = PostInput { kind: "post".into(), body: "A draft.".into(), ..PostInput::default() };
        let (post, _) =
            PostDraft::from_raw(draft).unwrap().begin(tx.new_id().unwrap(), tariro.account.id, tx.now());
        tx.posts().insert(&post).await.unwrap();
    }
    tx.commit().await.unwrap();

    let data = api.export(&tariro).await;
    assert_eq!(
        counts(&data),
        [
            ("comment_reactions", 1),
            ("comments", 1),
            ("connections", 1),
            ("conversations", 1),
            ("groups", 1),
            ("media", 1),
            ("message_reactions", 1),
            ("messages", 1),
            ("notifications", 2),
            ("post_actions", 2),
            ("posts", 231),
            ("reports", 1),
            ("sessions", 1),
        ]
    );
    let ids: std::collections::BTreeSet<_> =
        data["posts"].as_array().unwrap().iter().map(|post| post["id"].as_str().unwrap()).collect();
    assert!(ids.len() == 231 && ids.contains(own.id()));
    assert_eq!(data["account"]["email"], "tariro@example.org");
    assert_eq!(data["profile"]["details"]["startup_name"], "Mvura");
    assert_eq!(data["notifications"][1]["kind"], "post_reacted");
    assert_eq!(data["messages"][0]["body"], "Does it run?");
    assert!(!data.to_string().contains("It does."), "what others say is theirs");
    assert_eq!(
        data["notification_preferences"]["preferences"].as_array().unwrap().len(),
        smilefactory_core::messaging::notification::NotificationKind::ALL.len()
    );
}

#[tokio::test]
async fn nothing_of_others_that_is_not_for_them_is_there() {
    let api = Api::new().await;
    let [tariro, rudo, abroad] =
        [api.member("tariro").await, api.member("rudo").await, api.stranger("abroad").await];
    let mercy = api.moderator("mercy").await;
    api.set(&api.db.one, |settings| settings.completion_bands.comments_from = 0).await;
    // Both do the same things; each text says whose it is.
    for who in [&tariro, &rudo, &abroad] {
        let name = who.account.settings.first_name.as_str();
        let mut post = a_post();
        post["body"] = json!(format!("secret of {name}"));
        api.post("/v1/posts").as_(who).json(&post).send().await.expect(201);
        let patch = json!({"bio": format!("secret of {name}"), "phone": "+263771234567"});
        api.patch("/v1/me").as_(who).if_match(1).json(&patch).send().await.expect(200);
    }
    let own = api.published(&tariro).await;
    let say = json!({"body": "secret of rudo"});
    let path = format!("/v1/posts/{}/comments", own.id());
    api.post(&path).as_(&rudo).json(&say).send().await.expect(201);
    api.put(format!("/v1/posts/{}/reaction", own.id()))
        .as_(&rudo)
        .json(&json!({"reaction": "like"}))
        .send()
        .await
        .expect(200);
    let report =
        json!({"subject": {"kind": "post", "id": own.id()}, "reason": "spam", "note": "secret of rudo"});
    let report = api.post("/v1/reports").as_(&rudo).json(&report).send().await.expect(201);
    let case = report.body["case"].as_str().unwrap();
    let opened = api.get(format!("/v1/moderation/cases/{case}")).as_(&mercy).send().await.expect(200);
    let version = opened.body["case"]["version"].as_i64().unwrap();
    let decision = json!({"decision": "warn", "reason": "Be kind."});
    let decide =
        api.post(format!("/v1/moderation/cases/{case}/decide")).as_(&mercy).if_match(version).json(&decision);
    decide.send().await.expect(200);
    let group = api.group(&tariro, &[&rudo]).await;
    api.message(&rudo, group.id(), "secret of rudo").await.expect(201);
    api.notify().await;

    let data = api.export(&tariro).await;
    let text = data.to_string();
    for secret in [
        "secret of rudo",
        "secret of abroad",
        "rudo@example.org",
        "abroad@example.org",
        // Whoever reported or decided is nobody's to know, nor is one whose profile is not shown.
        &mercy.account.id.to_string(),
        &rudo.account.id.to_string(),
        "rudo Example",
        "password",
        "sf_",
    ] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    assert_eq!(text.matches("secret of tariro").count(), 2, "{text}");
    let told: Vec<_> =
        data["notifications"].as_array().unwrap().iter().map(|told| told["text"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "Somebody wrote to you in “Pumps”.",
            "A moderator warned you: Be kind.",
            "Somebody reacted to your post “Our solar pump runs.”.",
            "Somebody commented on your post “Our solar pump runs.”.",
        ]
    );
    api.get("/v1/me/export").send().await.expect(401).problem("unauthenticated");
}

#[tokio::test]
async fn whoever_goes_away_while_it_is_sent_holds_nothing_up() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    for _ in 0..30 {
        let request =
            Request::get("/v1/me/export").header("authorization", format!("Bearer {}", tariro.token));
        let response = api.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let mut pieces = response.into_body().into_data_stream();
        pieces.next().await.unwrap().unwrap();
    }
    api.export(&tariro).await;
}
