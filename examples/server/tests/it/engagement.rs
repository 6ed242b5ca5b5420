//! What people do with posts and comments.

use serde_json::{Value, json};
use smilefactory_core::content::{CommentDraft, CommentInput};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;

use crate::support::{Answer, Api, Person, an_innovator};

impl Api {
    async fn react(&self, who: &Person, post: &Answer, reaction: &str) -> Answer {
        let path = format!("/v1/posts/{}/reaction", post.id());
        self.put(path).as_(who).json(&json!({ "reaction": reaction })).send().await
    }

    async fn engagement(&self, who: &Person, post: &Answer) -> Answer {
        self.settle().await;
        self.get(format!("/v1/posts/{}/engagement", post.id())).as_(who).send().await.expect(200)
    }

    /// A comment on a post, by its author.
    async fn comment_on(&self, author: &Person, post: &Answer) -> String {
        let mut tx = self.db.store.write(&self.db.one.scope_of(author.account.id)).await.unwrap();
        let post = tx.posts().get(post.id().parse().unwrap()).await.unwrap().unwrap();
        let input = CommentInput { body: "Where?".into(), ..CommentInput::default() };
        let draft = CommentDraft::from_raw(input).unwrap();
        let (comment, _) =
            draft.write(tx.new_id().unwrap(), &post, None, author.account.id, tx.now()).unwrap();
        tx.comments().insert(&comment).await.unwrap();
        tx.commit().await.unwrap();
        comment.id.to_string()
    }
}

#[tokio::test]
async fn what_people_do_with_a_post_is_kept_once_and_counted() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let post = api.published(&tariro).await;
    let path = |what: &str| format!("/v1/posts/{}/{what}", post.id());
    let liked = api.react(&rudo, &post, "like").await.expect(200);
    assert_eq!((&liked.body["reaction"], &liked.body["saved_at"]), (&json!("like"), &Value::Null));
    api.react(&rudo, &post, "insightful").await.expect(200);
    api.react(&rudo, &post, "insightful").await.expect(200);
    api.react(&tariro, &post, "celebrate").await.expect(200);
    api.react(&rudo, &post, "hate").await.violations(&[("/reaction", "unknown_value")]);
    api.put(path("reaction"))
        .as_(&rudo)
        .json(&json!({}))
        .send()
        .await
        .violations(&[("/reaction", "required")]);
    for _ in 0..2 {
        api.put(path("save")).as_(&rudo).send().await.expect(200);
        api.post(path("share")).as_(&rudo).send().await.expect(200);
        api.post(path("view")).as_(&rudo).send().await.expect(204);
    }
    let found = api.engagement(&rudo, &post).await;
    assert_eq!(found.body["reactions"], json!({"like": 0, "insightful": 1, "support": 0, "celebrate": 1}));
    let counts = ["saves", "shares", "views"].map(|count| found.body[count].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1]);
    assert_eq!(found.body["viewer"]["viewed_on"], "2026-03-01");
    assert_eq!(api.engagement(&tariro, &post).await.body["viewer"]["saved_at"], Value::Null);

    let reactions = api.get(format!("{}?limit=1", path("reactions"))).as_(&tariro).send().await.expect(200);
    let next = reactions.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
    let rest = api.get(&next).as_(&tariro).send().await.expect(200);
    let mut who = [reactions.each("account"), rest.each("account")].concat();
    let mut both = [tariro.account.id.to_string(), rudo.account.id.to_string()];
    who.sort();
    both.sort();
    assert_eq!(who, both);
    let saved = api.get("/v1/me/saved").as_(&rudo).send().await.expect(200);
    assert_eq!(saved.body["items"][0]["post"]["id"], post.id());
    assert_eq!(api.get("/v1/me/saved").as_(&tariro).send().await.expect(200).body["items"], json!([]));

    for _ in 0..2 {
        api.delete(path("reaction")).as_(&rudo).send().await.expect(204);
        api.delete(path("save")).as_(&rudo).send().await.expect(204);
    }
    let found = api.engagement(&rudo, &post).await;
    assert_eq!((&found.body["reactions"]["insightful"], &found.body["saves"]), (&json!(0), &json!(0)));
    assert_eq!(smilefactory_store::maintenance::mend_counts(&api.db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn only_what_is_shown_is_reacted_to() {
    let api = Api::new().await;
    let (tariro, rudo, abroad) =
        (api.member("tariro").await, api.member("rudo").await, api.stranger("abroad").await);
    let draft = api.draft(&tariro).await;
    api.react(&tariro, &draft, "like").await.expect(409).problem("step_refused");
    let shown = api.published(&tariro).await;
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let comment = api.comment_on(&tariro, &shown).await;
    let calls = [
        ("PUT", "reaction", Some(json!({"reaction": "like"}))),
        ("DELETE", "reaction", None),
        ("PUT", "save", None),
        ("DELETE", "save", None),
        ("POST", "share", None),
        ("POST", "view", None),
        ("GET", "engagement", None),
        ("GET", "reactions", None),
    ];
    let words =
        |answer: Answer, id: &str| answer.text.replace(answer.header("x-request-id"), "").replace(id, "ID");
    for (method, what, body) in &calls {
        let call = |who: &Person, id: &str| {
            let call = api.call(method, format!("/v1/posts/{id}/{what}")).as_(who);
            match body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let nothing = words(call(&rudo, random).await.expect(404).problem("not_found"), random);
        assert_eq!(words(call(&rudo, draft.id()).await, draft.id()), nothing, "{method} {what} of a draft");
        assert_eq!(words(call(&abroad, shown.id()).await, shown.id()), nothing, "{method} {what} abroad");
    }
    let like = json!({"reaction": "like"});
    let on_comment =
        |who: &Person, id: &str| api.put(format!("/v1/comments/{id}/reaction")).as_(who).json(&like).send();
    on_comment(&rudo, &comment).await.expect(204);
    on_comment(&rudo, &comment).await.expect(204);
    let nothing = words(on_comment(&rudo, random).await.expect(404), random);
    assert_eq!(words(on_comment(&abroad, &comment).await, &comment), nothing);
    api.delete(format!("/v1/comments/{comment}/reaction")).as_(&rudo).send().await.expect(204);
    api.delete(format!("/v1/comments/{random}/reaction")).as_(&rudo).send().await.expect(404);
}

#[tokio::test]
async fn what_became_of_somebodys_posts_is_shown_with_their_profile() {
    let api = Api::new().await;
    let (tariro, rudo, abroad) =
        (api.member("tariro").await, api.member("rudo").await, api.stranger("abroad").await);
    let path = format!("/v1/profiles/{}/stats", tariro.account.id);
    api.get(&path).as_(&rudo).send().await.expect(404);
    api.profile(&tariro, &an_innovator()).await;
    for _ in 0..2 {
        let post = api.published(&tariro).await;
        api.react(&rudo, &post, "support").await.expect(200);
    }
    api.settle().await;
    let stats = api.get(&path).as_(&rudo).send().await.expect(200);
    assert_eq!((&stats.body["posts"], &stats.body["reactions"]), (&json!(2), &json!(2)));
    api.get(&path).as_(&abroad).send().await.expect(404);
}

#[tokio::test]
async fn twenty_who_react_at_once_are_all_counted() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let post = api.published(&tariro).await;
    let mut people = Vec::new();
    for n in 0..20 {
        people.push(api.member(&format!("reader-{n}")).await);
    }
    let reactions = people.iter().map(|person| api.react(person, &post, "like"));
    for answer in futures::future::join_all(reactions).await {
        answer.expect(200);
    }
    assert_eq!(api.engagement(&tariro, &post).await.body["reactions"]["like"], 20);
}
