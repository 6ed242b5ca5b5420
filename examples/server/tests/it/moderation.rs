//! Moderation over HTTP: who may do what, what is told to whom, and what is gone at once.

use chrono::TimeDelta;
use serde_json::{Value, json};
use server::background::tend_moderation;
use smilefactory_core::identity::Role;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{NearestFilter, Target, TargetKind};

use crate::support::{Answer, Api, Person, an_innovator, an_investor};

fn report_of(kind: &str, id: &str) -> Value {
    json!({"subject": {"kind": kind, "id": id}, "reason": "spam"})
}

impl Api {
    async fn report(&self, who: &Person, post: &Answer) -> Answer {
        self.post("/v1/reports").as_(who).json(&report_of("post", post.id())).send().await
    }

    async fn case(&self, staff: &Person, report: &Answer) -> Answer {
        let id = report.body["case"].as_str().unwrap();
        self.get(format!("/v1/moderation/cases/{id}")).as_(staff).send().await.expect(200)
    }

    async fn decide(&self, staff: &Person, case: &Answer, decision: &str) -> Answer {
        let (id, version) = id_and_version(case);
        self.post(format!("/v1/moderation/cases/{id}/decide"))
            .as_(staff)
            .if_match(version)
            .json(&json!({"decision": decision, "reason": "Because."}))
            .send()
            .await
    }

    /// A new post of `author` that `reporter` reports and `staff` decides about.
    async fn decided(&self, [author, reporter, staff]: [&Person; 3], decision: &str) -> (Answer, Answer) {
        let post = self.published(author).await;
        let report = self.report(reporter, &post).await.expect(201);
        let case = self.case(staff, &report).await;
        (post, self.decide(staff, &case, decision).await.expect(200))
    }
}

fn id_and_version(case: &Answer) -> (String, i64) {
    let case = case.body.get("case").unwrap_or(&case.body);
    (case["id"].as_str().unwrap().to_owned(), case["version"].as_i64().unwrap())
}

#[tokio::test]
async fn who_cannot_see_something_cannot_report_it() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let draft = api.draft(&tariro).await;
    let abroad = api.stranger("abroad").await;
    let foreign = api.published(&abroad).await;
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    for id in [draft.id(), foreign.id(), random] {
        for kind in ["post", "comment", "profile"] {
            let answer = api.post("/v1/reports").as_(&rudo).json(&report_of(kind, id)).send().await;
            let answer = answer.expect(404).problem("not_found");
            assert_eq!(answer.body["detail"], format!("there is no such {kind}"));
        }
    }
    let wrong = json!({"subject": {"kind": "group", "id": "7"}, "note": "x".repeat(1_001)});
    api.post("/v1/reports").as_(&rudo).json(&wrong).send().await.violations(&[
        ("/subject/kind", "unknown_value"),
        ("/subject/id", "malformed"),
        ("/reason", "required"),
        ("/note", "too_long"),
    ]);
    let own = api.published(&rudo).await;
    api.report(&rudo, &own).await.expect(403).problem("forbidden");
    let profile = report_of("profile", &tariro.account.id.to_string());
    api.post("/v1/reports").as_(&rudo).json(&profile).send().await.expect(404);
    api.profile(&tariro, &an_innovator()).await;
    let report = api.post("/v1/reports").as_(&rudo).json(&profile).send().await.expect(201);
    assert!(report.body["text_as_reported"].as_str().unwrap().starts_with("tariro Example\nSolar pumps"));
}

#[tokio::test]
async fn a_report_is_filed_once_kept_and_taken_back() {
    let api = Api::new().await;
    let (tariro, rudo, chipo) =
        (api.member("tariro").await, api.member("rudo").await, api.member("chipo").await);
    let post = api.published(&tariro).await;
    let file = || {
        let call = api.post("/v1/reports").as_(&rudo).key("once");
        call.json(&report_of("post", post.id())).send()
    };
    let report = file().await.expect(201);
    assert_eq!(file().await.expect(201).body, report.body);
    let second = api.report(&rudo, &post).await.expect(409).problem("conflict");
    assert_eq!(second.body["field"], "subject");

    let edit = json!({"body": "Hello."});
    let path = format!("/v1/posts/{}", post.id());
    let edited = api.patch(&path).as_(&tariro).if_match(post.version()).json(&edit).send().await.expect(200);
    api.step(&tariro, &edited, "archive").await.expect(200);
    let path = format!("/v1/reports/{}", report.id());
    let kept = api.get(&path).as_(&rudo).send().await.expect(200);
    assert_eq!(kept.body["text_as_reported"], "Our solar pump runs.\n#solar");
    for nobody in [&tariro, &chipo] {
        api.get(&path).as_(nobody).send().await.expect(404).problem("not_found");
        api.delete(&path).as_(nobody).send().await.expect(404).problem("not_found");
    }
    for _ in 0..2 {
        api.delete(&path).as_(&rudo).send().await.expect(204);
    }
    let mine = api.get("/v1/me/reports").as_(&rudo).send().await.expect(200);
    assert_eq!(mine.each("state"), ["retracted"]);
    let mercy = api.moderator("mercy").await;
    let case = api.case(&mercy, &report).await;
    assert_eq!((&case.body["case"]["state"], &case.body["case"]["weight"]), (&json!("closed"), &json!(0)));
    api.decide(&mercy, &case, "remove").await.expect(409).problem("step_refused");
    api.delete(&path).as_(&mercy).send().await.expect(403).problem("forbidden");
}

/// A post that much was done with, in every list and count there is.
struct Shown {
    post: Answer,
    comment: Answer,
    tag: String,
    category: String,
}

impl Shown {
    async fn new(api: &Api, [tariro, rudo, mercy]: [&Person; 3]) -> Self {
        api.set(&api.db.one, |settings| settings.completion_bands.comments_from = 0).await;
        api.profile(tariro, &an_innovator()).await;
        let category = json!({"tab": "feed", "name": "Water", "slug": "water"});
        let category = api.post("/v1/categories").as_(mercy).json(&category).send().await.expect(201);
        let post = json!({
            "kind": "post", "body": "Our solar pump runs.", "tags": ["solar"], "categories": [category.id()],
        });
        let draft = api.post("/v1/posts").as_(tariro).json(&post).send().await.expect(201);
        let post = api.step(tariro, &draft, "publish").await.expect(200);
        let path = format!("/v1/posts/{}", post.id());
        api.put(format!("{path}/reaction"))
            .as_(rudo)
            .json(&json!({"reaction": "like"}))
            .send()
            .await
            .expect(200);
        api.put(format!("{path}/save")).as_(rudo).send().await.expect(200);
        api.post(format!("{path}/share")).as_(rudo).send().await.expect(200);
        api.post(format!("{path}/view")).as_(rudo).send().await.expect(204);
        let comment = json!({"body": "A fine one."});
        let comment = api.post(format!("{path}/comments")).as_(rudo).json(&comment).send().await.expect(201);
        let tags = api.get("/v1/tags").as_(rudo).send().await.expect(200);
        let tag = match tags.body["items"][0]["id"].as_str() {
            Some(tag) => tag.to_owned(),
            None => {
                api.settle().await;
                api.get("/v1/tags").as_(rudo).send().await.expect(200).body["items"][0]["id"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            }
        };
        Self { post, comment, tag, category: category.id().to_owned() }
    }

    /// The lists it may stand in, with how they name it.
    fn lists(&self, author: &Person) -> Vec<(String, &'static str)> {
        let (author, category) = (author.account.id, &self.category);
        let posts = [
            String::new(),
            format!("?author={author}"),
            "?tag=solar".into(),
            "?kind=post".into(),
            format!("?category={category}"),
            "?tag=SOLAR&kind=post".into(),
            format!("?category={category}&tag=solar&kind=post&author={author}"),
        ];
        let posts = posts.map(|query| (format!("/v1/posts{query}"), "/id"));
        let found = [
            String::new(),
            "&tag=Solar".into(),
            format!("&category={category}&author={author}"),
            "&published_from=2026-01-01T00:00:00Z".into(),
        ];
        let found = found.map(|query| (format!("/v1/posts/search?q=pump{query}"), "/id"));
        let others = [("/v1/me/saved".to_owned(), "/post/id"), ("/v1/posts/search?q=solr".into(), "/id")];
        posts.into_iter().chain(found).chain(others).collect()
    }

    /// How many there are of it in each count: of the tag, the category, the author.
    async fn counts(&self, api: &Api, author: &Person, reader: &Person) -> Vec<u64> {
        let tag = api.get(format!("/v1/tags/{}", self.tag)).as_(reader).send().await.expect(200);
        let tags = api.get("/v1/tags").as_(reader).send().await.expect(200);
        let by_name = api.get("/v1/tags?sort=name").as_(reader).send().await.expect(200);
        let categories = api.get("/v1/categories?tab=feed").as_(reader).send().await.expect(200);
        let stats = format!("/v1/profiles/{}/stats", author.account.id);
        let stats = api.get(stats).as_(reader).send().await.expect(200);
        let members = ["posts", "reactions", "saves", "shares", "views"];
        let listed = |answer: &Answer| answer.body["items"].as_array().unwrap().len() as u64;
        [
            tag.body["posts"].as_u64().unwrap(),
            listed(&tags),
            listed(&by_name),
            categories.body["items"][0]["posts"].as_u64().unwrap(),
        ]
        .into_iter()
        .chain(members.map(|member| stats.body[member].as_u64().unwrap()))
        .collect()
    }

    async fn is_everywhere(&self, api: &Api, author: &Person, reader: &Person) {
        for (list, id) in self.lists(author) {
            let found = api.get(&list).as_(reader).send().await.expect(200);
            let found: Vec<_> = found.body["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item.pointer(id).unwrap().clone())
                .collect();
            assert_eq!(found, [json!(self.post.id())], "{list}");
        }
        assert_eq!(self.counts(api, author, reader).await, [1; 9]);
    }

    /// As if nobody had ever posted it.
    async fn is_nowhere(&self, api: &Api, author: &Person, reader: &Person) {
        for (list, _) in self.lists(author) {
            let found = api.get(&list).as_(reader).send().await.expect(200);
            assert_eq!(found.body["items"], json!([]), "{list}");
        }
        assert_eq!(self.counts(api, author, reader).await, [0; 9]);
        let (post, comment) =
            (format!("/v1/posts/{}", self.post.id()), format!("/v1/comments/{}", self.comment.id()));
        for path in ["", "/engagement", "/reactions", "/comments", "/versions", "/steps"] {
            api.get(format!("{post}{path}")).as_(reader).send().await.expect(404).problem("not_found");
        }
        for path in ["", "/replies"] {
            api.get(format!("{comment}{path}")).as_(reader).send().await.expect(404).problem("not_found");
        }
        let like = json!({"reaction": "like"});
        api.put(format!("{post}/reaction")).as_(reader).json(&like).send().await.expect(404);
        api.put(format!("{comment}/reaction")).as_(reader).json(&like).send().await.expect(404);
        api.put(format!("{post}/save")).as_(reader).send().await.expect(404);
        let body = json!({"body": "Late."});
        api.post(format!("{post}/comments")).as_(reader).json(&body).send().await.expect(404);
        api.report(reader, &self.post).await.expect(404);
        assert_eq!(nearest(api).await, 0);
        let completion = api.get("/v1/me/profile/completion").as_(author).send().await.expect(200);
        let missing = completion.body["missing"].as_array().unwrap();
        assert!(missing.iter().any(|item| item["pointer"] == "/posted"), "the first post: {missing:?}");
    }
}

/// Nothing waits for a worker: the relay and the counts stand still until it is said so.
#[tokio::test]
async fn what_is_removed_is_gone_from_everywhere_at_once() {
    let api = Api::new().await;
    let [tariro, rudo] = [api.member("tariro").await, api.member("rudo").await];
    let (mercy, farai) = (api.moderator("mercy").await, api.moderator("farai").await);
    let shown = Shown::new(&api, [&tariro, &rudo, &mercy]).await;
    api.settle().await;
    shown.is_everywhere(&api, &tariro, &rudo).await;
    assert_eq!((vectors(&api, &shown.post).await, nearest(&api).await), (1, 1));
    let report = api.report(&rudo, &shown.post).await.expect(201);
    let case = api.case(&mercy, &report).await;
    let decided = api.decide(&mercy, &case, "remove").await.expect(200);
    assert_eq!(vectors(&api, &shown.post).await, 1, "the relay stands still");
    shown.is_nowhere(&api, &tariro, &rudo).await;
    api.settle().await;
    assert_eq!(vectors(&api, &shown.post).await, 0);
    shown.is_nowhere(&api, &tariro, &rudo).await;

    let path = format!("/v1/posts/{}", shown.post.id());
    let own = api.get(&path).as_(&tariro).send().await.expect(200);
    assert_eq!(own.body["standing"], "removed");
    let edit = json!({"body": "Hello."});
    let stale = api.patch(&path).as_(&tariro).if_match(shown.post.version()).json(&edit).send().await;
    stale.expect(412).problem("stale");
    // Its profile is less complete, and is so again when the decision is undone: everything comes back as it was.
    let completion = async || {
        let profile = api.get("/v1/me/profile").as_(&tariro).send().await.expect(200);
        profile.body["completion"].as_u64().unwrap()
    };
    let without = completion().await;
    let case = format!("/v1/moderation/cases/{}", decided.id());
    api.post(format!("{case}/appeal"))
        .as_(&tariro)
        .json(&json!({"text": "It is mine."}))
        .send()
        .await
        .expect(200);
    let ruling = json!({"ruling": "overturn", "reason": "So it is."});
    let rule = api.post(format!("{case}/decide-appeal")).as_(&farai).if_match(decided.version() + 1);
    rule.json(&ruling).send().await.expect(200);
    // The most used tags stand in the order that was counted last: what left that list is in it again once it is counted.
    server::background::keep_up(&api.db.store).await.unwrap();
    shown.is_everywhere(&api, &tariro, &rudo).await;
    api.settle().await;
    shown.is_everywhere(&api, &tariro, &rudo).await;
    assert_eq!(nearest(&api).await, 1);
    assert_eq!(completion().await, without + 5, "the first post counts while it is shown");
}

/// How many posts are near anything.
async fn nearest(api: &Api) -> usize {
    let model = api.state.embedder.model().as_str().to_owned();
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    let dimensions = tx.embeddings().current_model().await.unwrap().unwrap().dimensions;
    let mut vector = vec![0.0; dimensions];
    vector[0] = 1.0;
    let filter = NearestFilter::new();
    tx.embeddings().nearest(TargetKind::Post, &model, &vector, 10, &filter).await.unwrap().items.len()
}

async fn vectors(api: &Api, post: &Answer) -> usize {
    let model = api.state.embedder.model().as_str().to_owned();
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    let found = tx.embeddings().get(Target::Post(post.id().parse().unwrap()), &model).await.unwrap();
    found.map_or(0, |found| found.vectors.len())
}

#[tokio::test]
async fn the_queue_is_for_staff_and_four_eyes_decide() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let (mercy, farai) = (api.moderator("mercy").await, api.moderator("farai").await);
    let post = api.published(&tariro).await;
    let report = api.report(&mercy, &post).await.expect(201);
    let case = api.case(&farai, &report).await;
    let (id, version) = id_and_version(&case);
    for path in
        ["/v1/moderation/cases".to_owned(), format!("/v1/moderation/cases/{id}"), "/v1/moderation/log".into()]
    {
        api.get(&path).as_(&tariro).send().await.expect(403).problem("forbidden");
    }
    api.decide(&tariro, &case, "approve").await.expect(403).problem("forbidden");
    // Who reported does not suspend, and nobody decides about what is their own.
    api.decide(&mercy, &case, "suspend").await.expect(403).problem("forbidden");
    let own = api.published(&mercy).await;
    let own = api.report(&tariro, &own).await.expect(201);
    let own = api.case(&mercy, &own).await;
    api.decide(&mercy, &own, "approve").await.expect(403).problem("forbidden");

    let assign = |who: Value| {
        let call = api.post(format!("/v1/moderation/cases/{id}/assign")).as_(&farai).if_match(version);
        call.json(&json!({ "assignee": who })).send()
    };
    assign(json!(tariro.account.id)).await.violations(&[("/assignee", "not_allowed")]);
    let assigned = assign(json!(farai.account.id)).await.expect(200);
    assign(Value::Null).await.expect(412).problem("stale");
    let list = |query: &str| api.get(format!("/v1/moderation/cases{query}")).as_(&mercy).send();
    assert_eq!(list(&format!("?assignee={}", farai.account.id)).await.expect(200).each("id"), [id.as_str()]);
    assert_eq!(list("").await.expect(200).each("id").len(), 2);
    assert_eq!(list("?overdue=true").await.expect(200).each("id").len(), 0);
    api.db.clock.advance(TimeDelta::hours(24));
    assert_eq!(list("?overdue=true").await.expect(200).each("id").len(), 2);
    let backlog = tend_moderation(&api.db.store).await.unwrap();
    assert_eq!((backlog.waiting, backlog.overdue), (2, 2));

    let (one, other) =
        tokio::join!(api.decide(&farai, &assigned, "remove"), api.decide(&mercy, &assigned, "approve"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn three_strikes_suspend_until_one_expires() {
    let api = Api::new().await;
    let [tariro, rudo] = [api.member("tariro").await, api.member("rudo").await];
    let mercy = api.moderator("mercy").await;
    api.profile(&tariro, &an_innovator()).await;
    api.profile(&rudo, &an_investor()).await;
    for _ in 0..3 {
        api.decided([&tariro, &rudo, &mercy], "warn").await;
        api.db.clock.advance(TimeDelta::days(1));
    }
    let post = json!({"kind": "post", "body": "x"});
    let write = || api.post("/v1/posts").as_(&tariro).json(&post).send();
    write().await.expect(403).problem("suspended");
    let strikes = api.get("/v1/me/strikes").as_(&tariro).send().await.expect(200);
    assert_eq!(strikes.each("account").len(), 3);
    // Log-ins do not last as long as strikes do.
    let write_anew = async || {
        let credentials = json!({"email": "tariro@example.org", "password": "tariro-password"});
        let log_in = api.post("/v1/sessions").tenant("one").json(&credentials).send().await.expect(201);
        let token = log_in.body["token"].as_str().unwrap();
        api.post("/v1/posts").token(token).json(&post).send().await
    };
    api.db.clock.advance(TimeDelta::days(84));
    tend_moderation(&api.db.store).await.unwrap();
    write_anew().await.expect(403).problem("suspended");
    api.db.clock.advance(TimeDelta::days(4));
    tend_moderation(&api.db.store).await.unwrap();
    write_anew().await.expect(201);
}

#[tokio::test]
async fn whoever_is_suspended_may_still_appeal() {
    let api = Api::new().await;
    let [tariro, rudo] = [api.member("tariro").await, api.member("rudo").await];
    let (mercy, farai) = (api.moderator("mercy").await, api.moderator("farai").await);
    let (_, decided) = api.decided([&tariro, &rudo, &mercy], "suspend").await;
    let path = format!("/v1/moderation/cases/{}", decided.id());
    let post = json!({"kind": "post", "body": "x"});
    api.post("/v1/posts").as_(&tariro).json(&post).send().await.expect(403).problem("suspended");
    let notices = api.get("/v1/me/cases").as_(&tariro).send().await.expect(200);
    assert_eq!(notices.each("decision"), ["suspend"]);
    // Neither who decided nor who reported is told.
    for secret in [&mercy, &rudo] {
        assert!(!notices.text.contains(&secret.account.id.to_string()));
    }
    let appeal = |who: &Person| {
        api.post(format!("{path}/appeal")).as_(who).json(&json!({"text": "It was an offer."})).send()
    };
    appeal(&rudo).await.expect(404).problem("not_found");
    appeal(&tariro).await.expect(200);
    appeal(&tariro).await.expect(409).problem("step_refused");
    let rule = |who: &Person, version: i64| {
        let call = api.post(format!("{path}/decide-appeal")).as_(who).if_match(version);
        call.json(&json!({"ruling": "overturn", "reason": "So it was."})).send()
    };
    rule(&mercy, decided.version() + 1).await.expect(403).problem("forbidden");
    rule(&farai, decided.version()).await.expect(412).problem("stale");
    rule(&farai, decided.version() + 1).await.expect(200);
    rule(&farai, decided.version() + 2).await.expect(409).problem("step_refused");
    api.post("/v1/posts").as_(&tariro).json(&post).send().await.expect(201);
}

#[tokio::test]
async fn screening_refuses_holds_and_lets_through() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| {
        settings.screening.blocked_words = vec!["free money".into()];
        settings.screening.held_words = vec!["casino".into()];
    })
    .await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mercy = api.moderator("mercy").await;
    let draft = async |body: &str| {
        let post = json!({"kind": "post", "body": body});
        api.post("/v1/posts").as_(&tariro).json(&post).send().await.expect(201)
    };
    // Links count wherever they stand.
    api.set(&api.db.one, |settings| settings.screening.max_links = 0).await;
    let starts_at = "2026-04-01T18:00:00Z";
    for (kind, part, content) in [
        ("opportunity", "opportunity", json!({"of": "grant", "apply_at": "https://example.org/apply"})),
        ("event_post", "invitation", json!({"starts_at": starts_at, "join_at": "https://example.org/join"})),
        ("event_post", "invitation", json!({"starts_at": starts_at, "place": "www.example.org"})),
    ] {
        let mut post = json!({"kind": kind, "title": "Come.", "body": "Here."});
        post[part] = content;
        let post = api.post("/v1/posts").as_(&tariro).json(&post).send().await.expect(201);
        let held = api.step(&tariro, &post, "publish").await.expect(200);
        assert_eq!(held.body["standing"], "held", "{kind}");
        api.step(&tariro, &held, "archive").await.expect(200);
    }
    let place = json!({"kind": "event_post", "title": "Come.", "body": "Here.", "invitation": {"starts_at": starts_at, "place": "Free money square"}});
    let place = api.post("/v1/posts").as_(&tariro).json(&place).send().await.expect(201);
    api.step(&tariro, &place, "publish").await.violations(&[("/invitation/place", "blocked_word")]);
    api.set(&api.db.one, |settings| settings.screening.max_links = 20).await;
    let refused = draft("Free money!").await;
    api.step(&tariro, &refused, "publish").await.violations(&[("/body", "blocked_word")]);
    let held = draft("My casino.").await;
    let held = api.step(&tariro, &held, "publish").await.expect(200);
    assert_eq!(
        (held.body["standing"].as_str(), held.body["state"].as_str()),
        (Some("held"), Some("published"))
    );
    let path = format!("/v1/posts/{}", held.id());
    api.get(&path).as_(&rudo).send().await.expect(404);

    // What is published is looked at again when it is edited.
    let shown = api.published(&tariro).await;
    let edit = |body: &str| {
        let call = api.patch(format!("/v1/posts/{}", shown.id())).as_(&tariro).if_match(shown.version());
        call.json(&json!({ "body": body })).send()
    };
    edit("FREE, MONEY").await.violations(&[("/body", "blocked_word")]);
    let edited = edit("To the casino!").await.expect(200);
    assert_eq!(edited.body["standing"], "held");

    let queue = api.get("/v1/moderation/cases").as_(&mercy).send().await.expect(200);
    assert_eq!(queue.each("origin"), ["screening"; 5]);
    let first =
        queue.body["items"].as_array().unwrap().iter().find(|case| case["subject"]["id"] == held.id());
    let id = first.unwrap()["id"].as_str().unwrap();
    let case = api.get(format!("/v1/moderation/cases/{id}")).as_(&mercy).send().await.expect(200);
    assert_eq!(case.body["log"][0]["note"], "held_word: /body says “casino”");
    api.decide(&mercy, &case, "approve").await.expect(200);
    api.get(&path).as_(&rudo).send().await.expect(200);
    // To have been looked at by screening is nobody's guilt.
    assert_eq!(api.get("/v1/me/cases").as_(&tariro).send().await.expect(200).each("id"), [""; 0]);
}

#[tokio::test]
async fn nothing_of_another_community_is_there() {
    let api = Api::new().await;
    let [tariro, rudo] = [api.member("tariro").await, api.member("rudo").await];
    let mercy = api.moderator("mercy").await;
    let (_, case) = api.decided([&tariro, &rudo, &mercy], "remove").await;
    let report = api.get("/v1/me/reports").as_(&rudo).send().await.expect(200).each("id").remove(0);
    let abroad = api.stranger("abroad").await;
    let mut tx = api.db.store.write(&api.db.two.scope).await.unwrap();
    assert!(tx.accounts().set_role(abroad.account.id, Role::Admin).await.unwrap());
    tx.commit().await.unwrap();
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let words = |answer: Answer| answer.expect(404).body["detail"].clone();
    for (foreign, kind) in [(case.id(), "moderation/cases"), (report.as_str(), "reports")] {
        let get = |id: &str| api.get(format!("/v1/{kind}/{id}")).as_(&abroad).send();
        assert_eq!(words(get(foreign).await), words(get(random).await));
    }
    let bodies = [
        ("assign", json!({"assignee": null})),
        ("decide", json!({"decision": "approve", "reason": "x"})),
        ("appeal", json!({"text": "x"})),
        ("decide-appeal", json!({"ruling": "uphold", "reason": "x"})),
    ];
    for (step, body) in &bodies {
        let call = |id: &str| {
            api.post(format!("/v1/moderation/cases/{id}/{step}")).as_(&abroad).if_match(1).json(body).send()
        };
        assert_eq!(words(call(case.id()).await), words(call(random).await), "{step}");
    }
    for list in ["/v1/moderation/cases?state=decided", "/v1/moderation/log", "/v1/me/cases", "/v1/me/strikes"]
    {
        assert_eq!(api.get(list).as_(&abroad).send().await.expect(200).body["items"], json!([]));
    }
}

#[tokio::test]
async fn comments_are_screened_reported_and_taken_off_like_posts() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| {
        settings.completion_bands.comments_from = 0;
        settings.screening.blocked_words = vec!["free money".into()];
        settings.screening.held_words = vec!["casino".into()];
    })
    .await;
    let [tariro, rudo] = [api.member("tariro").await, api.member("rudo").await];
    let mercy = api.moderator("mercy").await;
    let post = api.published(&rudo).await;
    let comment = |body: &str| {
        let call = api.post(format!("/v1/posts/{}/comments", post.id())).as_(&tariro);
        call.json(&json!({ "body": body })).send()
    };
    comment("Free money!").await.violations(&[("/body", "blocked_word")]);
    let held = comment("My casino.").await.expect(201);
    assert_eq!(held.body["standing"], "held");
    api.get(format!("/v1/comments/{}", held.id())).as_(&rudo).send().await.expect(404);
    let shown = comment("Hello.").await.expect(201);
    let path = format!("/v1/comments/{}", shown.id());
    let edit = json!({"body": "FREE money"});
    let edited = api.patch(&path).as_(&tariro).if_match(shown.version()).json(&edit).send().await;
    edited.violations(&[("/body", "blocked_word")]);

    let report = api.post("/v1/reports").as_(&rudo).json(&report_of("comment", shown.id())).send().await;
    let report = report.expect(201);
    assert_eq!(report.body["text_as_reported"], "Hello.");
    let case = api.case(&mercy, &report).await;
    api.decide(&mercy, &case, "remove").await.expect(200);
    api.get(&path).as_(&rudo).send().await.expect(404);
    assert_eq!(api.get(&path).as_(&tariro).send().await.expect(200).body["standing"], "removed");
}
