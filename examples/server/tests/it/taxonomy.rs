//! Categories and tags.

use serde_json::{Value, json};

use crate::support::{Answer, Api, Person, a_post};

impl Api {
    async fn category(&self, staff: &Person, name: &str, parent: Option<&Answer>) -> Answer {
        let body = json!({
            "tab": "blog", "name": name, "slug": name.to_lowercase(), "parent": parent.map(Answer::id),
        });
        self.post("/v1/categories").as_(staff).json(&body).send().await
    }

    async fn tagged(&self, author: &Person, tags: &[&str]) -> Answer {
        let mut post = a_post();
        post["tags"] = json!(tags);
        let draft = self.post("/v1/posts").as_(author).json(&post).send().await.expect(201);
        self.step(author, &draft, "publish").await.expect(200)
    }

    async fn tags(&self, who: &Person, query: &str) -> Answer {
        self.settle().await;
        self.get(format!("/v1/tags{query}")).as_(who).send().await.expect(200)
    }
}

#[tokio::test]
async fn staff_keep_a_tree_that_everybody_reads() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    api.category(&tariro, "Farming", None).await.expect(403).problem("forbidden");
    let farming = api.category(&mercy, "Farming", None).await.expect(201);
    let path = format!("/v1/categories/{}", farming.id());
    assert_eq!(farming.header("location"), path);
    let water = api.category(&mercy, "Water", Some(&farming)).await.expect(201);
    let taken = api.category(&mercy, "farming", None).await.expect(409).problem("conflict");
    assert_eq!(taken.body["field"], "slug");

    let tree = || api.get("/v1/categories?tab=blog").as_(&tariro).send();
    let found = tree().await.expect(200);
    assert_eq!(found.each("name"), ["Farming", "Water"]);
    assert_eq!((&found.body["items"][1]["depth"], &found.body["items"][1]["posts"]), (&json!(2), &json!(0)));
    api.get("/v1/categories").as_(&tariro).send().await.violations(&[("/tab", "required")]);
    api.get("/v1/categories?tab=kitchen").as_(&tariro).send().await.violations(&[("/tab", "unknown_value")]);

    let change =
        |version: i64, body: Value| api.patch(&path).as_(&mercy).if_match(version).json(&body).send();
    change(1, json!({"parent": water.id()})).await.violations(&[("/parent", "not_allowed")]);
    change(1, json!({"parent": "0195510c-a3c0-7fff-bfff-ffffffffffff"}))
        .await
        .violations(&[("/parent", "unknown_value")]);
    change(1, json!({"tab": "feed"})).await.violations(&[("/tab", "not_allowed")]);
    change(1, json!({"name": "", "slug": "No slug", "place": -1})).await.violations(&[
        ("/name", "required"),
        ("/slug", "malformed"),
        ("/place", "out_of_range"),
    ]);
    change(9, json!({"name": "Fields"})).await.expect(412).problem("stale");
    let fields = change(1, json!({"name": "Fields"})).await.expect(200);
    assert_eq!((fields.body["name"].as_str(), fields.version()), (Some("Fields"), 2));
    let edit = json!({"name": "Mine"});
    let refused = api.patch(&path).as_(&tariro).if_match(2).json(&edit).send().await;
    refused.expect(403).problem("forbidden");

    let archive = |path: &str, version| api.delete(path).as_(&mercy).if_match(version).send();
    archive(&path, 2).await.expect(409).problem("step_refused");
    archive(&format!("/v1/categories/{}", water.id()), 1).await.expect(204);
    archive(&path, 2).await.expect(204);
    archive(&path, 3).await.expect(409).problem("step_refused");
    assert_eq!(tree().await.expect(200).each("name"), [""; 0]);
    api.get(&path).as_(&tariro).send().await.expect(404);
    api.get(&path).as_(&mercy).send().await.expect(200);
}

#[tokio::test]
async fn a_sixth_level_is_told_before_it_is_built() {
    let api = Api::new().await;
    let mercy = api.moderator("mercy").await;
    let mut above = api.category(&mercy, "One", None).await.expect(201);
    for name in ["Two", "Three", "Four", "Five"] {
        above = api.category(&mercy, name, Some(&above)).await.expect(201);
    }
    api.category(&mercy, "Six", Some(&above)).await.violations(&[("/parent", "out_of_range")]);
}

#[tokio::test]
async fn tags_are_found_followed_given_aliases_and_merged() {
    let api = Api::new().await;
    let (tariro, rudo, mercy) =
        (api.member("tariro").await, api.member("rudo").await, api.moderator("mercy").await);
    api.tagged(&tariro, &["Corn", "rain"]).await;
    api.tagged(&tariro, &["maize", "RAIN"]).await;
    let tags = api.tags(&tariro, "").await;
    assert_eq!(tags.each("name")[0], "rain");
    assert_eq!(api.tags(&tariro, "?prefix=MA").await.each("name"), ["maize"]);
    assert_eq!(api.tags(&tariro, "?sort=name").await.each("name"), ["Corn", "maize", "rain"]);
    api.get("/v1/tags?sort=size").as_(&tariro).send().await.violations(&[("/sort", "unknown_value")]);
    let first = api.tags(&tariro, "?sort=name&limit=1").await;
    let next = first.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
    assert_eq!(api.get(&next).as_(&tariro).send().await.expect(200).each("name"), ["maize"]);
    // The cursor of one order is none of the other.
    let other = next.replace("sort=name", "sort=popular");
    api.get(&other).as_(&tariro).send().await.expect(400).problem("invalid_cursor");

    let id = |name: &str| {
        let tags = tags.body["items"].as_array().unwrap();
        tags.iter().find(|tag| tag["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (corn, maize) = (id("Corn"), id("maize"));
    for _ in 0..2 {
        api.put(format!("/v1/tags/{corn}/follow")).as_(&rudo).send().await.expect(200);
    }
    assert_eq!(api.get("/v1/me/tags").as_(&rudo).send().await.expect(200).each("id"), [corn.as_str()]);
    assert_eq!(api.get("/v1/me/tags").as_(&tariro).send().await.expect(200).each("id"), [""; 0]);

    let alias =
        |who: &Person, body: Value| api.post(format!("/v1/tags/{maize}/aliases")).as_(who).json(&body).send();
    alias(&tariro, json!({"name": "mealies"})).await.expect(403).problem("forbidden");
    alias(&mercy, json!({})).await.violations(&[("/name", "required")]);
    let mealies = alias(&mercy, json!({"name": "Mealies"})).await.expect(201);
    assert_eq!(mealies.body["alias_of"], maize);
    let taken = alias(&mercy, json!({"name": "CORN"})).await.expect(409).problem("conflict");
    assert_eq!(taken.body["field"], "name");

    let merge = |from: &str, body: Value| {
        api.post(format!("/v1/tags/{from}/merge")).as_(&mercy).key("once").json(&body).send()
    };
    merge(&corn, json!({"into": "maize"})).await.violations(&[("/into", "malformed")]);
    merge(&corn, json!({"into": corn})).await.expect(409).problem("step_refused");
    merge(mealies.id(), json!({"into": maize})).await.expect(409).problem("step_refused");
    let merging = merge(&corn, json!({"into": maize})).await.expect(200);
    assert_eq!(merging.body["merging_into"], maize);
    assert_eq!(merge(&corn, json!({"into": maize})).await.header("idempotent-replayed"), "true");
    assert_eq!(api.tags(&tariro, "?sort=name").await.each("name"), ["maize", "rain"]);
    let kept = api.get(format!("/v1/tags/{maize}")).as_(&tariro).send().await.expect(200);
    assert_eq!((&kept.body["posts"], &kept.body["followers"]), (&json!(2), &json!(1)));
    for word in ["corn", "Maize", "MEALIES"] {
        let posts = api.get(format!("/v1/posts?tag={word}")).as_(&rudo).send().await.expect(200);
        assert_eq!(posts.each("id").len(), 2, "{word}");
    }
    // Under its old name too.
    api.delete(format!("/v1/tags/{corn}/follow")).as_(&rudo).send().await.expect(204);
    api.delete(format!("/v1/tags/{corn}/follow")).as_(&rudo).send().await.expect(204);
    assert_eq!(api.get("/v1/me/tags").as_(&rudo).send().await.expect(200).each("id"), [""; 0]);
}
