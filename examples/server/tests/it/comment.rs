//! Comments and their threads.

use serde_json::{Value, json};
use smilefactory_core::content::{Comment, Standing};
use smilefactory_store::maintenance::{fold_counts, mend_counts};
use smilefactory_store::prelude::*;

use crate::support::{Answer, Api, Person, an_innovator};

impl Api {
    /// Lets everybody comment.
    async fn open_comments(&self) {
        self.set(&self.db.one, |settings| settings.completion_bands.comments_from = 0).await;
        self.set(&self.db.two, |settings| settings.completion_bands.comments_from = 0).await;
    }

    async fn say(&self, who: &Person, post: &Answer, body: &Value) -> Answer {
        self.post(format!("/v1/posts/{}/comments", post.id())).as_(who).json(body).send().await
    }

    async fn comment(&self, who: &Person, post: &Answer, parent: Option<&Answer>) -> Answer {
        let parent = parent.map(|parent| parent.id().to_owned());
        self.say(who, post, &json!({"body": "Here *too*.", "parent": parent})).await.expect(201)
    }

    async fn threads(&self, who: &Person, post: &Answer, query: &str) -> Value {
        let path = format!("/v1/posts/{}/comments{query}", post.id());
        self.get(path).as_(who).send().await.expect(200).body
    }
}

#[tokio::test]
async fn a_comment_is_written_read_edited_and_deleted() {
    let api = Api::new().await;
    api.open_comments().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let post = api.published(&tariro).await;
    let root = api.comment(&rudo, &post, None).await;
    let path = format!("/v1/comments/{}", root.id());
    assert_eq!((root.header("location"), root.version()), (path.as_str(), 1));
    assert_eq!(root.body["html"], "<p>Here <em>too</em>.</p>\n");
    let reply = api.comment(&tariro, &post, Some(&root)).await;
    assert_eq!((&reply.body["depth"], &reply.body["parent"]), (&json!(1), &root.body["id"]));

    let edit = json!({"body": "There too."});
    api.patch(&path).as_(&tariro).if_match(1).json(&edit).send().await.expect(403).problem("forbidden");
    api.patch(&path).as_(&rudo).json(&edit).send().await.expect(428);
    let edited = api.patch(&path).as_(&rudo).if_match(1).json(&edit).send().await.expect(200);
    assert_eq!((edited.body["body"].as_str(), edited.version()), (Some("There too."), 2));
    api.patch(&path).as_(&rudo).if_match(1).json(&edit).send().await.expect(412).problem("stale");
    let moved = json!({"parent": reply.id(), "body": "x"});
    api.patch(&path)
        .as_(&rudo)
        .if_match(2)
        .json(&moved)
        .send()
        .await
        .violations(&[("/parent", "not_allowed")]);
    let read = api.get(&path).as_(&tariro).send().await.expect(200);
    assert_eq!((&read.body["replies"], read.version()), (&json!(1), 2));

    api.delete(&path).as_(&tariro).if_match(2).send().await.expect(403).problem("forbidden");
    api.delete(&path).as_(&rudo).if_match(2).send().await.expect(204);
    let left = api.get(&path).as_(&rudo).send().await.expect(200);
    assert_eq!([&left.body["author"], &left.body["body"], &left.body["html"]], [&Value::Null; 3]);
    let mercy = api.moderator("mercy").await;
    for who in [&rudo, &mercy] {
        api.delete(&path).as_(who).if_match(3).send().await.expect(409).problem("step_refused");
    }
    let late = api.say(&tariro, &post, &json!({"body": "x", "parent": root.id()})).await;
    late.expect(409).problem("step_refused");
    let leaf = format!("/v1/comments/{}", reply.id());
    api.delete(&leaf).as_(&mercy).if_match(1).send().await.expect(204);
    for path in [&path, &leaf] {
        api.get(path).as_(&mercy).send().await.expect(404).problem("not_found");
    }
    assert_eq!(api.threads(&tariro, &post, "").await["items"], json!([]));
}

#[tokio::test]
async fn everything_wrong_with_a_comment_is_told_at_once() {
    let api = Api::new().await;
    api.open_comments().await;
    let tariro = api.member("tariro").await;
    let (post, other) = (api.published(&tariro).await, api.published(&tariro).await);
    api.say(&tariro, &post, &json!({})).await.violations(&[("/body", "required")]);
    let wrong = json!({"body": "x".repeat(10_001), "parent": "the first"});
    api.say(&tariro, &post, &wrong).await.violations(&[("/body", "too_long"), ("/parent", "malformed")]);
    let unknown = json!({"body": "x", "author": "me"});
    api.say(&tariro, &post, &unknown).await.violations(&[("/author", "unknown_field")]);
    // A parent that is elsewhere is like one that nobody made.
    let elsewhere = api.comment(&tariro, &other, None).await;
    for parent in [elsewhere.id(), "0195510c-a3c0-7fff-bfff-ffffffffffff"] {
        let refused = api.say(&tariro, &post, &json!({"body": "x", "parent": parent})).await;
        assert_eq!(refused.expect(404).problem("not_found").body["detail"], "there is no such comment");
    }
    let draft = api.draft(&tariro).await;
    api.say(&tariro, &draft, &json!({"body": "x"})).await.expect(409).problem("step_refused");
    let sort = format!("/v1/posts/{}/comments?sort=loudest", post.id());
    api.get(sort).as_(&tariro).send().await.violations(&[("/sort", "unknown_value")]);
}

#[tokio::test]
async fn who_comments_has_a_profile_that_is_complete_enough_and_is_not_suspended() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let post = api.published(&tariro).await;
    let body = json!({"body": "x"});
    api.say(&tariro, &post, &body).await.expect(403).problem("completion_too_low");
    api.profile(&tariro, &an_innovator()).await;
    api.say(&tariro, &post, &body).await.expect(201);
    api.suspend(&tariro).await;
    api.say(&tariro, &post, &body).await.expect(403).problem("suspended");
    api.threads(&tariro, &post, "").await;
}

#[tokio::test]
async fn threads_are_read_to_their_end_in_every_order() {
    let api = Api::new().await;
    api.open_comments().await;
    let tariro = api.member("tariro").await;
    let post = api.published(&tariro).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        let root = api.comment(&tariro, &post, None).await;
        all.push(root.id().to_owned());
        let mut parent = root.clone();
        for _ in 0..9 {
            parent = api.comment(&tariro, &post, Some(&parent)).await;
            all.push(parent.id().to_owned());
        }
        for _ in 0..4 {
            all.push(api.comment(&tariro, &post, Some(&root)).await.id().to_owned());
        }
    }
    all.sort_unstable();
    for sort in ["best", "newest", "oldest"] {
        let mut found = Vec::new();
        let mut waiting = vec![(format!("/v1/posts/{}/comments", post.id()), None::<String>)];
        while let Some((path, cursor)) = waiting.pop() {
            let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let address = format!("{path}?sort={sort}&limit=2{after}");
            let page = api.get(&address).as_(&tariro).send().await.expect(200).body;
            if let Some(next) = page["next_cursor"].as_str() {
                waiting.push((path, Some(next.to_owned())));
            }
            let mut threads: Vec<_> = page["items"].as_array().unwrap().clone();
            while let Some(thread) = threads.pop() {
                let id = thread["comment"]["id"].as_str().unwrap();
                found.push(id.to_owned());
                threads.extend(thread["replies"].as_array().unwrap().clone());
                if let Some(more) = thread["more"].as_str() {
                    waiting.push((format!("/v1/comments/{id}/replies"), Some(more.to_owned())));
                }
            }
        }
        found.sort_unstable();
        assert_eq!(found, all, "{sort}");
    }
    // A cursor belongs to its place, its order and its reader.
    let page = api.threads(&tariro, &post, "?limit=1").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let rudo = api.member("rudo").await;
    for (who, query) in [(&tariro, "?sort=oldest"), (&rudo, "?sort=best"), (&rudo, "")] {
        let join = if query.is_empty() { "?" } else { "&" };
        let address = format!("/v1/posts/{}/comments{query}{join}cursor={cursor}", post.id());
        let refused = api.get(address).as_(who).send().await;
        assert_eq!(refused.body["code"], "invalid_cursor", "{query}");
    }
}

/// What is not shown is not told of either: not the comments of a post that was taken off, not what moderation took off.
#[tokio::test]
async fn comments_are_seen_as_far_as_their_post_and_they_are() {
    let api = Api::new().await;
    api.open_comments().await;
    let (tariro, rudo, mercy) =
        (api.member("tariro").await, api.member("rudo").await, api.moderator("mercy").await);
    let post = api.published(&tariro).await;
    let held = api.comment(&rudo, &post, None).await;
    let mut tx = api.db.store.write(&api.db.one.scope).await.unwrap();
    let comment = tx.comments().get(held.id().parse().unwrap()).await.unwrap().unwrap();
    tx.comments().update(&Comment { standing: Standing::Held, ..comment }).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/v1/comments/{}", held.id());
    api.get(&path).as_(&tariro).send().await.expect(404);
    for who in [&rudo, &mercy] {
        assert_eq!(api.get(&path).as_(who).send().await.expect(200).body["body"], "Here *too*.");
    }
    assert_eq!(api.threads(&mercy, &post, "").await["items"], json!([]));

    let comment = api.comment(&rudo, &post, None).await;
    let path = format!("/v1/comments/{}", comment.id());
    api.step(&tariro, &post, "archive").await.expect(200);
    let hidden = api.get(&path).as_(&rudo).send().await.expect(404);
    assert_eq!(hidden.body["detail"], "there is no such comment");
    api.get(format!("{path}/replies")).as_(&rudo).send().await.expect(404);
    api.get(format!("/v1/posts/{}/comments", post.id())).as_(&rudo).send().await.expect(404);
    api.delete(&path).as_(&rudo).if_match(1).send().await.expect(404);
    api.get(&path).as_(&tariro).send().await.expect(200);
    api.say(&tariro, &post, &json!({"body": "x"})).await.expect(409).problem("step_refused");
}

#[tokio::test]
async fn a_comment_sent_twice_is_written_once_and_numbers_are_added_up() {
    let api = Api::new().await;
    api.open_comments().await;
    let tariro = api.member("tariro").await;
    let post = api.published(&tariro).await;
    let send = || {
        let path = format!("/v1/posts/{}/comments", post.id());
        api.post(path).as_(&tariro).header("idempotency-key", "once").json(&json!({"body": "x"})).send()
    };
    let (first, second) = (send().await.expect(201), send().await.expect(201));
    assert_eq!(first.body, second.body);
    assert_eq!(api.threads(&tariro, &post, "").await["items"].as_array().unwrap().len(), 1);
    assert!(fold_counts(&api.db.store).await.unwrap() >= 1);
    assert_eq!(fold_counts(&api.db.store).await.unwrap(), 0);
    assert_eq!(mend_counts(&api.db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn a_comment_says_how_people_reacted_and_how_the_reader_did() {
    let api = Api::new().await;
    api.open_comments().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let post = api.published(&tariro).await;
    let root = api.say(&tariro, &post, &json!({"body": "Who else?"})).await.expect(201);
    let reply = json!({"body": "We do.", "parent": root.id()});
    let reply = api.say(&rudo, &post, &reply).await.expect(201);
    for (who, comment, reaction) in
        [(&rudo, &root, "like"), (&tariro, &root, "support"), (&tariro, &reply, "celebrate")]
    {
        let path = format!("/v1/comments/{}/reaction", comment.id());
        api.put(path).as_(who).json(&json!({ "reaction": reaction })).send().await.expect(204);
    }
    // Before anything is added up.
    let threads = api.threads(&rudo, &post, "").await;
    let found = &threads["items"][0];
    assert_eq!(
        found["comment"]["reactions"],
        json!({"like": 1, "insightful": 0, "support": 1, "celebrate": 0})
    );
    assert_eq!(found["comment"]["own_reaction"], "like");
    let below = &found["replies"][0]["comment"];
    assert_eq!((&below["reactions"]["celebrate"], &below["own_reaction"]), (&json!(1), &json!(null)));
    let one = api.get(format!("/v1/comments/{}", reply.id())).as_(&tariro).send().await.expect(200);
    assert_eq!(one.body["own_reaction"], "celebrate");
    let listed = api.get("/v1/posts").as_(&rudo).send().await.expect(200);
    assert_eq!(listed.body["items"][0]["engagement"]["comments"], 2);
    let shown = api.get(format!("/v1/posts/{}", post.id())).as_(&rudo).send().await.expect(200);
    assert_eq!(shown.body["engagement"], listed.body["items"][0]["engagement"]);
    // Of one that is deleted and keeps its place, nothing is told.
    let path = format!("/v1/comments/{}", root.id());
    api.delete(&path).as_(&tariro).if_match(root.version()).send().await.expect(204);
    let gone = api.get(&path).as_(&rudo).send().await.expect(200);
    assert_eq!((&gone.body["own_reaction"], &gone.body["reactions"]["like"]), (&json!(null), &json!(0)));
}
