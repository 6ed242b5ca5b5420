//! What people are told over HTTP, and how they say how.

use serde_json::{Value, json};
use smilefactory_core::messaging::notification::NotificationKind;

use crate::support::{Api, Person, an_investor};

impl Api {
    async fn told(&self, who: &Person, query: &str) -> Value {
        self.notify().await;
        self.get(format!("/v1/notifications{query}")).as_(who).send().await.expect(200).body
    }

    async fn unread(&self, who: &Person) -> u64 {
        let unread = self.get("/v1/notifications/unread").as_(who).send().await.expect(200);
        unread.body["unread"].as_u64().unwrap()
    }

    async fn like(&self, who: &Person, post: &str) {
        let like = json!({"reaction": "like"});
        self.put(format!("/v1/posts/{post}/reaction")).as_(who).json(&like).send().await.expect(200);
    }
}

fn texts(told: &Value) -> Vec<&str> {
    told["items"].as_array().unwrap().iter().map(|told| told["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_author_is_told_of_reactions_once_and_reads_them() {
    let api = Api::new().await;
    let [tariro, rudo, farai] =
        [api.member("tariro").await, api.member("rudo").await, api.member("farai").await];
    api.profile(&rudo, &an_investor()).await;
    let post = api.published(&tariro).await;
    for who in [&farai, &rudo, &tariro] {
        api.like(who, post.id()).await;
    }
    let told = api.told(&tariro, "").await;
    assert_eq!(texts(&told), ["rudo Example and 1 other reacted to your post “Our solar pump runs.”."]);
    let first = &told["items"][0];
    assert_eq!(first["kind"], "post_reacted");
    assert_eq!((&first["priority"], &first["read"]), (&json!("medium"), &json!(false)));
    assert_eq!(
        (&first["target"]["post"], &first["details"]["reaction"]),
        (&json!(post.id()), &json!("like"))
    );
    assert_eq!(first["actors"], json!([{"account": rudo.account.id, "name": "rudo Example"}]));
    assert_eq!((api.unread(&tariro).await, api.unread(&rudo).await), (1, 0));

    let other = api.published(&tariro).await;
    api.like(&rudo, other.id()).await;
    let told = api.told(&tariro, "?limit=1").await;
    assert_eq!(told["items"][0]["target"]["post"], other.id());
    let read = |id: &Value| api.put("/v1/notifications/read").as_(&tariro).json(&json!({"up_to": id})).send();
    let (newest, oldest) = (&told["items"][0]["id"], &first["id"]);
    assert_eq!(read(oldest).await.expect(200).body, json!({"unread": 1}));
    assert_eq!(api.told(&tariro, "?unread=true&kind=post_reacted").await["items"][0]["id"], *newest);
    assert_eq!(read(newest).await.expect(200).body, json!({"unread": 0}));
    assert_eq!(read(oldest).await.expect(200).body, json!({"unread": 0}), "it never goes back");
    assert!(texts(&api.told(&tariro, "?unread=true").await).is_empty());
    assert_eq!(api.told(&tariro, "?unread=false").await["items"].as_array().unwrap().len(), 2);
    assert!(texts(&api.told(&tariro, "?kind=followed").await).is_empty());

    let third = api.published(&tariro).await;
    api.like(&rudo, third.id()).await;
    let told = api.told(&tariro, "?unread=true").await;
    let path = format!("/v1/notifications/{}/read", told["items"][0]["id"].as_str().unwrap());
    for _ in 0..2 {
        api.put(&path).as_(&tariro).send().await.expect(204);
    }
    assert_eq!(api.unread(&tariro).await, 0);
    api.put(&path).as_(&rudo).send().await.expect(404).problem("not_found");

    // Whoever takes it back is told of no more.
    api.delete(format!("/v1/posts/{}/reaction", third.id())).as_(&rudo).send().await.expect(204);
    assert_eq!(api.told(&tariro, "").await["items"].as_array().unwrap().len(), 3, "what was read stays");
}

#[tokio::test]
async fn everybody_says_how_they_are_told() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let path = "/v1/notifications/preferences";
    let usual = api.get(path).as_(&tariro).send().await.expect(200).body;
    let kinds = usual["preferences"].as_array().unwrap();
    assert_eq!(
        (kinds.len(), &kinds[0]),
        (
            NotificationKind::ALL.len(),
            &json!({"kind": "connection_requested", "in_app": true, "mail": "now"})
        )
    );
    let set =
        |preferences: Value| api.put(path).as_(&tariro).json(&json!({ "preferences": preferences })).send();
    let never = json!({"kind": "post_reacted", "in_app": false, "mail": "never"});
    let changed = set(json!([never])).await.expect(200).body;
    assert!(changed["preferences"].as_array().unwrap().contains(&never));
    assert_eq!(api.get(path).as_(&tariro).send().await.expect(200).body, changed);
    assert_eq!(api.get(path).as_(&rudo).send().await.expect(200).body, usual, "nobody else's");
    let post = api.published(&tariro).await;
    api.like(&rudo, post.id()).await;
    assert!(texts(&api.told(&tariro, "").await).is_empty());

    let decision = json!({"kind": "case_decided", "in_app": false, "mail": "never"});
    set(json!([decision])).await.violations(&[("/preferences/0/in_app", "not_allowed")]);
    set(json!([never, never])).await.violations(&[("/preferences/1/kind", "duplicate")]);
    let gossip = json!({"kind": "gossip", "in_app": true, "mail": "often"});
    set(json!([gossip]))
        .await
        .violations(&[("/preferences/0/kind", "unknown_value"), ("/preferences/0/mail", "unknown_value")]);
    assert_eq!(set(json!([])).await.expect(200).body, usual);
    let read =
        |up_to: Value| api.put("/v1/notifications/read").as_(&tariro).json(&json!({ "up_to": up_to })).send();
    read(json!("the last")).await.violations(&[("/up_to", "malformed")]);
    api.get("/v1/notifications?kind=gossip")
        .as_(&tariro)
        .send()
        .await
        .violations(&[("/kind", "unknown_value")]);
    api.get("/v1/notifications").send().await.expect(401).problem("unauthenticated");
}
