//! Posts, and the publishing workflow.

use serde_json::{Value, json};

use crate::support::{Api, Person, a_post, an_innovator};

#[tokio::test]
async fn a_post_is_drafted_edited_published_and_archived() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let draft = api.draft(&tariro).await;
    let path = format!("/v1/posts/{}", draft.id());
    assert_eq!(draft.header("location"), path);
    assert_eq!((draft.body["state"].as_str(), draft.version()), (Some("draft"), 1));
    assert_eq!(draft.body["author"], tariro.account.id.to_string());

    let edit = json!({"body": "It runs.", "tags": null, "language": "en"});
    let edited = api.patch(&path).as_(&tariro).if_match(1).json(&edit).send().await.expect(200);
    assert_eq!((edited.body["body"].as_str(), edited.version()), (Some("It runs."), 2));
    assert_eq!(edited.body["tags"], json!([]));
    api.get(&path).as_(&rudo).send().await.expect(404);

    let stale = api.step(&tariro, &draft, "publish").await.expect(412).problem("stale");
    assert_eq!(stale.header("etag"), "\"2\"");
    api.post(format!("{path}/publish"))
        .as_(&tariro)
        .send()
        .await
        .expect(428)
        .problem("precondition_required");
    let published = api.step(&tariro, &edited, "publish").await.expect(200);
    assert_eq!((published.body["state"].as_str(), published.version()), (Some("published"), 3));
    assert!(published.body["published_at"].is_string());
    let read = api.get(&path).as_(&rudo).send().await.expect(200);
    for (member, value) in published.body.as_object().unwrap() {
        assert_eq!(&read.body[member], value, "{member}");
    }

    let archived = api.step(&tariro, &published, "archive").await.expect(200);
    assert_eq!(archived.body["state"], "archived");
    api.get(&path).as_(&rudo).send().await.expect(404);
    api.get(&path).as_(&tariro).send().await.expect(200);
    api.step(&tariro, &archived, "publish").await.expect(409).problem("step_refused");
    api.patch(&path).as_(&tariro).if_match(4).json(&edit).send().await.expect(409).problem("step_refused");
}

#[tokio::test]
async fn where_posts_are_reviewed_a_moderator_approves_first() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| settings.posts_need_review = true).await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mercy = api.moderator("mercy").await;
    let draft = api.draft(&tariro).await;
    api.step(&tariro, &draft, "publish").await.expect(403).problem("forbidden");
    api.step(&rudo, &draft, "submit").await.expect(404).problem("not_found");
    let submitted = api.step(&tariro, &draft, "submit").await.expect(200);

    let queue = api.get("/v1/posts/in-review").as_(&mercy).send().await.expect(200);
    assert_eq!(queue.each("id"), [draft.id()]);
    api.get("/v1/posts/in-review").as_(&tariro).send().await.expect(403).problem("forbidden");
    api.step(&tariro, &submitted, "approve").await.expect(403).problem("forbidden");

    let back = api
        .post(format!("/v1/posts/{}/request-changes", draft.id()))
        .as_(&mercy)
        .if_match(submitted.version())
        .json(&json!({"reason": "Say where."}))
        .send()
        .await
        .expect(200);
    assert_eq!(back.body["state"], "changes_requested");
    let again = api.step(&tariro, &back, "submit").await.expect(200);
    let approved = api.step(&mercy, &again, "approve").await.expect(200);
    let published = api.step(&tariro, &approved, "publish").await.expect(200);
    assert_eq!(published.body["state"], "published");
    api.step(&mercy, &published, "approve").await.expect(409).problem("step_refused");

    // Nobody reviews their own post, a moderator neither.
    let own = api.draft(&mercy).await;
    let own = api.step(&mercy, &own, "submit").await.expect(200);
    api.step(&mercy, &own, "approve").await.expect(403).problem("forbidden");
}

#[tokio::test]
async fn a_step_that_says_something_says_it_right() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    let draft = api.draft(&tariro).await;
    let schedule = |at: Value| {
        let path = format!("/v1/posts/{}/schedule", draft.id());
        api.post(path).as_(&tariro).if_match(1).json(&json!({ "at": at })).send()
    };
    schedule(Value::Null).await.violations(&[("/at", "required")]);
    schedule("tomorrow".into()).await.violations(&[("/at", "malformed")]);
    schedule(3.into()).await.violations(&[("/at", "wrong_type")]);
    schedule("2026-03-01T09:30:00Z".into()).await.violations(&[("/at", "out_of_range")]);
    let scheduled = schedule("2026-03-02T09:30:00Z".into()).await.expect(200);
    assert_eq!(scheduled.body["state"], "scheduled");
    assert_eq!(scheduled.body["scheduled_for"], "2026-03-02T09:30:00Z");

    let submitted = api.draft(&tariro).await;
    let submitted = api.step(&tariro, &submitted, "submit").await.expect(200);
    let send_back = |body: Value| {
        let path = format!("/v1/posts/{}/request-changes", submitted.id());
        api.post(path).as_(&mercy).if_match(2).json(&body).send()
    };
    send_back(json!({})).await.violations(&[("/reason", "required")]);
    send_back(json!({"reason": "x".repeat(501)})).await.violations(&[("/reason", "too_long")]);
    send_back(json!({"why": "x"})).await.violations(&[("/why", "unknown_field")]);
    let path = format!("/v1/posts/{}/archive", submitted.id());
    let nothing = |body: &Value| api.post(&path).as_(&tariro).if_match(2).json(body).send();
    nothing(&json!({"reason": "x"})).await.violations(&[("/reason", "unknown_field")]);
    nothing(&json!({})).await.expect(200);
}

#[tokio::test]
async fn a_draft_is_deleted_by_its_author_and_nothing_else_is() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    let draft = api.draft(&tariro).await;
    let path = format!("/v1/posts/{}", draft.id());
    api.delete(&path).as_(&tariro).send().await.expect(428);
    api.delete(&path).as_(&tariro).if_match(9).send().await.expect(412);
    api.delete(&path).as_(&mercy).if_match(1).send().await.expect(403).problem("forbidden");
    api.delete(&path).as_(&tariro).if_match(1).send().await.expect(204);
    api.get(&path).as_(&tariro).send().await.expect(404);
    api.delete(&path).as_(&tariro).if_match(1).send().await.expect(404);

    let published = api.published(&tariro).await;
    let path = format!("/v1/posts/{}", published.id());
    api.delete(&path).as_(&tariro).if_match(2).send().await.expect(409).problem("step_refused");
    let edit = json!({"body": "Mine now."});
    api.patch(&path).as_(&mercy).if_match(2).json(&edit).send().await.expect(403).problem("forbidden");
}

#[tokio::test]
async fn everything_wrong_with_a_post_is_told_at_once() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = |body: Value| api.post("/v1/posts").as_(&tariro).json(&body).send();
    draft(json!({})).await.violations(&[("/kind", "required"), ("/body", "required")]);
    let bad = json!({
        "kind": "sermon", "title": "x".repeat(201), "body": "x",
        "tags": ["a", "x".repeat(31), "a"], "language": "e n",
    });
    draft(bad).await.violations(&[
        ("/kind", "unknown_value"),
        ("/title", "too_long"),
        ("/tags/1", "too_long"),
        ("/tags/2", "duplicate"),
        ("/language", "malformed"),
    ]);
    draft(json!({"kind": "question", "body": "x".repeat(10_001)}))
        .await
        .violations(&[("/title", "required"), ("/body", "too_long")]);
    let eleven: Vec<_> = (0..11).map(|n| n.to_string()).collect();
    draft(json!({"kind": "post", "body": "x", "tags": eleven})).await.violations(&[("/tags", "too_many")]);
    draft(json!({"kind": "post", "body": "x", "tags": ["a", 3]}))
        .await
        .violations(&[("/tags/1", "wrong_type")]);
    draft(json!({"kind": "post", "body": "x", "state": "published"}))
        .await
        .violations(&[("/state", "unknown_field")]);
    draft(json!(["post"])).await.violations(&[("", "wrong_type")]);
}

#[tokio::test]
async fn an_article_takes_a_complete_profile() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let article = json!({"kind": "article", "title": "Pumps", "body": "They run."});
    let refused = api.post("/v1/posts").as_(&tariro).json(&article).send().await;
    refused.expect(403).problem("completion_too_low");
    let mut profile = an_innovator();
    profile["links"] = json!([]);
    let percent = api.profile(&tariro, &profile).await.body["completion"].as_u64().unwrap();
    assert!(percent < 81, "{percent}");
    let refused = api.post("/v1/posts").as_(&tariro).json(&article).send().await;
    let refused = refused.expect(403).problem("completion_too_low");
    let missing: Vec<_> =
        refused.body["missing"].as_array().unwrap().iter().map(|item| &item["pointer"]).collect();
    assert!(missing.contains(&&json!("/links")), "{missing:?}");
    // Nor is a post made an article.
    let draft = api.draft(&tariro).await;
    let path = format!("/v1/posts/{}", draft.id());
    let change = json!({"kind": "article", "title": "Pumps"});
    let refused = api.patch(&path).as_(&tariro).if_match(1).json(&change).send().await;
    refused.expect(403).problem("completion_too_low");

    api.set(&api.db.one, |settings| settings.completion_bands.articles_from = 0).await;
    api.post("/v1/posts").as_(&tariro).json(&article).send().await.expect(201);
    api.patch(&path).as_(&tariro).if_match(1).json(&change).send().await.expect(200);
}

#[tokio::test]
async fn two_who_take_a_step_at_once_take_it_once() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = api.draft(&tariro).await;
    let (one, other) =
        tokio::join!(api.step(&tariro, &draft, "publish"), api.step(&tariro, &draft, "archive"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn lists_are_narrowed_down() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let hers = api.published(&tariro).await;
    let his = api.published(&rudo).await;
    let mut question = a_post();
    question["kind"] = "question".into();
    question["title"] = "Which pump?".into();
    question["tags"] = json!(["water"]);
    let draft = api.post("/v1/posts").as_(&rudo).json(&question).send().await.expect(201);
    let question = api.step(&rudo, &draft, "publish").await.expect(200);
    let unpublished = api.draft(&tariro).await;

    let list = |query: String| {
        let call = api.get(format!("/v1/posts?{query}")).as_(&tariro);
        async move { call.send().await.expect(200).each("id") }
    };
    let ids =
        |posts: &[&crate::support::Answer]| posts.iter().map(|post| post.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(list(String::new()).await.len(), 3);
    assert_eq!(list(format!("author={}", tariro.account.id)).await, ids(&[&hers]));
    assert_eq!(list("kind=question".to_owned()).await, ids(&[&question]));
    assert_eq!(list("tag=water".to_owned()).await, ids(&[&question]));
    assert_eq!(list(format!("tag=solar&author={}", rudo.account.id)).await, ids(&[&his]));
    assert_eq!(list("tag=wind".to_owned()).await, ids(&[]));

    let mine = |query: &str| api.get(format!("/v1/me/posts{query}")).as_(&tariro).send();
    assert_eq!(mine("").await.expect(200).each("id"), ids(&[&unpublished, &hers]));
    assert_eq!(mine("?state=draft").await.expect(200).each("id"), ids(&[&unpublished]));
    mine("?state=lost").await.violations(&[("/state", "unknown_value")]);
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let mercy = api.moderator("mercy").await;
    let category = json!({"tab": "feed", "name": "Water", "slug": "water"});
    let category = api.post("/v1/categories").as_(&mercy).json(&category).send().await.expect(201);
    let path = format!("/v1/categories/{}", category.id());
    let read = |tag: &str| api.get(&path).as_(&tariro).header("if-none-match", tag).send();
    for known in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let answer = read(known).await.expect(304);
        assert_eq!((answer.text.as_str(), answer.header("etag")), ("", "\"1\""));
    }
    read("\"2\"").await.expect(200);
}

#[tokio::test]
async fn how_a_post_came_about_is_for_its_author_and_staff() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.member("mercy").await);
    let memory = api.moderator("memory").await;
    let published = api.published(&tariro).await;
    let path = format!("/v1/posts/{}", published.id());
    let edit = json!({"body": "Our solar pump runs, **day and night**."});
    let edited = api.patch(&path).as_(&tariro).if_match(2).json(&edit).send().await.expect(200);
    let shown = api.get(&path).as_(&mercy).send().await.expect(200);
    assert_eq!(shown.body["html"], "<p>Our solar pump runs, <strong>day and night</strong>.</p>\n");

    for below in ["versions", "versions/1", "versions/1/diff", "steps", "reviewers"] {
        let path = format!("{path}/{below}");
        api.get(&path).as_(&mercy).send().await.expect(403).problem("forbidden");
        api.get(&path).as_(&memory).send().await.expect(200);
    }
    for (below, status) in [("versions/2", 404), ("versions/0", 422), ("versions/x/diff", 422)] {
        api.get(format!("{path}/{below}")).as_(&tariro).send().await.expect(status);
    }
    let diff = api.get(format!("{path}/versions/1/diff?to=3")).as_(&tariro).send().await.expect(200);
    assert_eq!(diff.body["body"][1]["part"], "added");

    // Back to what it was: by the author, once, from the version they know.
    let restore = || api.post(format!("{path}/versions/1/restore")).key("restore");
    restore().as_(&memory).if_match(edited.version()).send().await.expect(403);
    let restored = restore().as_(&tariro).if_match(edited.version()).send().await.expect(200);
    assert_eq!((restored.version(), &restored.body["body"]), (4, &published.body["body"]));
    assert_eq!(restore().as_(&tariro).if_match(edited.version()).send().await.expect(200).version(), 4);

    let redact = api.post(format!("{path}/versions/1/redact")).as_(&memory);
    let redacted = redact.json(&json!({"reason": "A name."})).send().await.expect(200);
    assert!(redacted.body["draft"].is_null());
    let restore = api.post(format!("{path}/versions/1/restore")).as_(&tariro).if_match(4);
    restore.send().await.expect(409).problem("step_refused");
}

#[tokio::test]
async fn each_kind_has_its_own_part_and_no_other() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = |body: Value| api.post("/v1/posts").as_(&tariro).json(&body).send();
    let base = json!({"title": "Come", "body": "All of you."});
    let with = |kind: &str, part: &str, value: Value| {
        let mut body = base.clone();
        body["kind"] = kind.into();
        body[part] = value;
        body
    };
    draft(with("poll", "poll", Value::Null)).await.violations(&[("/poll", "required")]);
    draft(with("post", "poll", json!({"options": ["Yes", "No"]})))
        .await
        .violations(&[("/poll", "not_allowed")]);
    draft(with("poll", "poll", json!({"options": ["Yes"]})))
        .await
        .violations(&[("/poll/options", "too_few")]);
    draft(with("event_post", "invitation", json!({"starts_at": "Friday", "place": "Harare"})))
        .await
        .violations(&[("/invitation/starts_at", "malformed")]);
    draft(with("event_post", "invitation", json!({"starts_at": "2026-04-01T18:00:00+02:00"})))
        .await
        .violations(&[("/invitation/place", "required")]);
    let offer = json!({"of": "grant", "deadline": "2026-04-01T18:00:00+02:00", "award": {"amount": "500", "currency": "USD"}});
    let offer = draft(with("opportunity", "opportunity", offer)).await.expect(201);
    assert_eq!(offer.body["opportunity"]["deadline"], "2026-04-01T16:00:00Z");

    let poll = draft(with("poll", "poll", json!({"options": ["Yes", "No"]}))).await.expect(201);
    let poll = api.step(&tariro, &poll, "publish").await.expect(200);
    let change = json!({"poll": {"options": ["Yes", "Never"]}});
    let path = format!("/v1/posts/{}", poll.id());
    let refused = api.patch(&path).as_(&tariro).if_match(2).json(&change).send().await;
    refused.expect(409).problem("step_refused");
    // A vote shows at once, whatever the caller knows of the post.
    let vote = api.call("PUT", format!("{path}/vote")).as_(&tariro).json(&json!({"choices": [1]}));
    vote.send().await.expect(200);
    let shown = api.get(&path).as_(&tariro).header("if-none-match", "\"2\"").send().await.expect(200);
    assert_eq!(shown.body["votes"], json!({"votes": [0, 1], "voters": 1, "own": [1]}));
}

#[tokio::test]
async fn posts_are_found_by_their_words_and_gone_when_they_are_taken_off() {
    let api = Api::new().await;
    let (tariro, stranger) = (api.member("tariro").await, api.stranger("stanley").await);
    let shown = api.published(&tariro).await;
    api.draft(&tariro).await;
    let search = |person, query: &str| api.get(format!("/v1/posts/search?{query}")).as_(person).send();
    let found = search(&tariro, "q=pumps").await.expect(200);
    assert_eq!(found.each("id"), [shown.id()]);
    assert_eq!(found.body["items"][0]["approximate"], false);
    let misspelt = search(&tariro, "q=solr+pump").await.expect(200);
    assert_eq!(
        (misspelt.each("id"), &misspelt.body["items"][0]["approximate"]),
        (vec![shown.id().to_owned()], &json!(true))
    );
    assert!(search(&stranger, "q=pumps").await.expect(200).each("id").is_empty());
    search(&tariro, "").await.violations(&[("/q", "required")]);
    search(&tariro, "q=a&kind=sermon").await.violations(&[("/kind", "unknown_value")]);
    search(&tariro, &format!("q={}", "x".repeat(201))).await.violations(&[("/q", "too_long")]);
    api.step(&tariro, &shown, "archive").await.expect(200);
    assert!(search(&tariro, "q=pumps").await.expect(200).each("id").is_empty());
}

#[tokio::test]
async fn posts_stand_in_categories_of_their_tab_and_are_listed_there() {
    let api = Api::new().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let mercy = api.moderator("mercy").await;
    let category = async |tab: &str| {
        let category = json!({"tab": tab, "name": "Water", "slug": "water"});
        api.post("/v1/categories").as_(&mercy).json(&category).send().await.expect(201).id().to_owned()
    };
    let (feed, blog) = (category("feed").await, category("blog").await);
    let draft = |kind: &str, category: &str| {
        let post = json!({"kind": kind, "title": "Rain", "body": "It rains.", "categories": [category]});
        api.post("/v1/posts").as_(&tariro).json(&post).send()
    };
    draft("question", &blog).await.violations(&[("/categories", "not_allowed")]);
    draft("question", "0195510c-a3c0-7fff-bfff-ffffffffffff")
        .await
        .violations(&[("/categories", "unknown_value")]);
    let question = draft("question", &feed).await.expect(201);
    let question = api.step(&tariro, &question, "publish").await.expect(200);
    api.draft(&tariro).await;
    let list = |who: &Person, query: String| api.get(format!("/v1/posts{query}")).as_(who).send();
    assert_eq!(list(&tariro, format!("?category={feed}")).await.expect(200).each("id"), [question.id()]);
    assert_eq!(list(&tariro, format!("?category={blog}")).await.expect(200).each("id"), [""; 0]);
    assert_eq!(list(&abroad, format!("?category={feed}")).await.expect(200).each("id"), [""; 0]);
    list(&tariro, "?category=water".into()).await.violations(&[("/category", "malformed")]);
    let found = list(&tariro, format!("/search?q=rains&category={feed}")).await.expect(200);
    assert_eq!(found.each("id"), [question.id()]);
    let found = list(&tariro, format!("/search?q=rains&category={blog}")).await.expect(200);
    assert_eq!(found.each("id"), [""; 0]);
    let path = format!("/v1/posts/{}", question.id());
    let edit = json!({"kind": "discussion", "categories": [blog]});
    let edit = api.patch(path).as_(&tariro).if_match(question.version()).json(&edit).send().await;
    edit.violations(&[("/categories", "not_allowed")]);
}

#[tokio::test]
async fn an_article_is_brought_back_by_whoever_may_write_articles() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| settings.completion_bands.articles_from = 0).await;
    let tariro = api.member("tariro").await;
    let article = json!({"kind": "article", "title": "On rain", "body": "It rains."});
    let article = api.post("/v1/posts").as_(&tariro).json(&article).send().await.expect(201);
    let path = format!("/v1/posts/{}", article.id());
    let edit = json!({"kind": "post"});
    let post = api.patch(&path).as_(&tariro).if_match(1).json(&edit).send().await.expect(200);
    let restore =
        |version: i64| api.post(format!("{path}/versions/1/restore")).as_(&tariro).if_match(version).send();
    api.set(&api.db.one, |settings| settings.completion_bands.articles_from = 81).await;
    restore(post.version()).await.expect(403).problem("completion_too_low");
    api.set(&api.db.one, |settings| settings.completion_bands.articles_from = 0).await;
    let restored = restore(post.version()).await.expect(200);
    assert_eq!(restored.body["kind"], "article");
}

#[tokio::test]
async fn what_moderators_look_into_is_not_redacted_by_its_author() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mercy = api.moderator("mercy").await;
    let post = api.published(&tariro).await;
    let report = json!({"subject": {"kind": "post", "id": post.id()}, "reason": "spam"});
    let report = api.post("/v1/reports").as_(&rudo).json(&report).send().await.expect(201);
    let path = format!("/v1/posts/{}", post.id());
    let edit = json!({"body": "Nothing."});
    api.patch(&path).as_(&tariro).if_match(post.version()).json(&edit).send().await.expect(200);
    let redact = |who: &Person| {
        let call = api.post(format!("{path}/versions/1/redact")).as_(who);
        call.json(&json!({"reason": "It names somebody."})).send()
    };
    redact(&tariro).await.expect(409).problem("step_refused");
    redact(&mercy).await.expect(200);
    let read = api.get(format!("/v1/reports/{}", report.id())).as_(&rudo).send().await.expect(200);
    assert_eq!(read.body["text_as_reported"], "[redacted]");
}
