//! Groups over HTTP.

use serde_json::{Value, json};

use crate::support::{Answer, Api, Person};

impl Api {
    async fn founded(&self, by: &Person, body: Value) -> Answer {
        self.post("/v1/groups").as_(by).json(&body).send().await.expect(201)
    }
}

#[tokio::test]
async fn a_hidden_group_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    let (tariro, rudo, chipo) =
        (api.member("tariro").await, api.reachable("rudo").await, api.member("chipo").await);
    let secret = json!({"name": "Secret", "slug": "secret", "visibility": "hidden", "join_policy": "open"});
    let group = api.founded(&tariro, secret).await;
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let words = |answer: &Answer, id: &str| {
        (answer.status, answer.text.replace(answer.header("x-request-id"), "").replace(id, "ID"))
    };
    for (method, path, body) in [
        ("GET", "", None),
        ("GET", "/members", None),
        ("GET", "/requests", None),
        ("GET", "/codes", None),
        ("POST", "/join", Some(json!({}))),
        ("POST", "/accept", None),
        ("POST", "/withdraw", None),
        ("POST", "/leave", None),
    ] {
        let call = |id: &str| {
            let call = api.call(method, format!("/v1/groups/{id}{path}")).as_(&chipo);
            match &body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let answer = call(group.id()).await.expect(404);
        assert_eq!(words(&answer, group.id()), words(&call(random).await, random), "{method} {path}");
    }
    assert_eq!(api.get("/v1/groups").as_(&chipo).send().await.expect(200).each("id"), [""; 0]);
    // Who is invited has it, and who declined has not.
    let invitation = format!("/v1/groups/{}/invitations/{}", group.id(), rudo.account.id);
    api.put(&invitation).as_(&tariro).send().await.expect(200);
    let mine = api.get("/v1/groups?mine=invited").as_(&rudo).send().await.expect(200);
    assert_eq!(mine.each("id"), [group.id()]);
    assert_eq!(mine.body["items"][0]["membership"]["by"], json!(tariro.account.id));
    assert_eq!(mine.body["items"][0]["created_by"], Value::Null, "members are for members");
    api.get(format!("/v1/groups/{}/members", group.id())).as_(&rudo).send().await.expect(403);
    api.post(format!("/v1/groups/{}/decline", group.id())).as_(&rudo).send().await.expect(204);
    api.get(format!("/v1/groups/{}", group.id())).as_(&rudo).send().await.expect(404);
}

#[tokio::test]
async fn a_private_group_shows_its_card_and_not_its_members() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.reachable("rudo").await);
    let group = json!({
        "name": "Pumps", "slug": "pumps", "visibility": "private", "join_policy": "approval",
        "location": {"country": "ZW"}, "languages": ["en"],
    });
    let group = api.founded(&tariro, group).await;
    let path = format!("/v1/groups/{}", group.id());
    let card = api.get(&path).as_(&rudo).send().await.expect(200);
    assert_eq!((&card.body["members"], &card.body["membership"]), (&json!(1), &Value::Null));
    api.get(format!("{path}/members")).as_(&rudo).send().await.expect(403).problem("forbidden");
    let note = json!({"note": "I build one."});
    let asks = api.post(format!("{path}/join")).as_(&rudo).json(&note).send().await.expect(200);
    assert_eq!(asks.body["state"], "requested");
    api.get(format!("{path}/requests")).as_(&rudo).send().await.expect(403).problem("forbidden");
    let requests = api.get(format!("{path}/requests")).as_(&tariro).send().await.expect(200);
    assert_eq!(requests.body["items"][0]["note"], "I build one.");
    let approve = format!("{path}/requests/{}/approve", rudo.account.id);
    api.post(&approve).as_(&rudo).send().await.expect(403).problem("forbidden");
    api.post(&approve).as_(&tariro).send().await.expect(200);
    api.post(&approve).as_(&tariro).send().await.expect(404);
    let members = api.get(format!("{path}/members")).as_(&rudo).send().await.expect(200);
    assert_eq!(members.each("account"), [tariro.account.id.to_string(), rudo.account.id.to_string()]);
    let told = || async {
        api.notify().await;
        api.get("/v1/notifications").as_(&rudo).send().await.expect(200).each("kind")
    };
    assert_eq!(told().await, ["group_joined"]);
    // Seniority, and the last owner.
    let role = |who: &Person| format!("{path}/members/{}/role", who.account.id);
    let admin = json!({"role": "admin"});
    api.put(role(&rudo)).as_(&tariro).json(&admin).send().await.expect(200);
    api.put(role(&tariro)).as_(&rudo).json(&admin).send().await.expect(403).problem("forbidden");
    api.delete(format!("{path}/members/{}", tariro.account.id)).as_(&rudo).send().await.expect(403);
    let leave = format!("{path}/leave");
    api.post(&leave).as_(&tariro).send().await.expect(409).problem("step_refused");
    let permissions = api.get(&path).as_(&rudo).send().await.expect(200);
    assert!(permissions.body["permissions"].as_array().unwrap().contains(&json!("assign_roles")));
}

#[tokio::test]
async fn a_group_is_changed_by_its_version_and_its_name_in_addresses_is_its_own() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    let category = json!({"tab": "groups", "name": "Water", "slug": "water"});
    let water = api.post("/v1/categories").as_(&mercy).json(&category).send().await.expect(201);
    let elsewhere = json!({"tab": "blog", "name": "Water", "slug": "water"});
    let elsewhere = api.post("/v1/categories").as_(&mercy).json(&elsewhere).send().await.expect(201);
    let body = |category: &str| json!({"name": "Pumps", "slug": "pumps", "category": category});
    let wrong = api.post("/v1/groups").as_(&tariro).json(&body(elsewhere.id())).send().await;
    wrong.violations(&[("/category", "unknown_value")]);
    let group = api.founded(&tariro, body(water.id())).await;
    let taken = api.post("/v1/groups").as_(&tariro).json(&body(water.id())).send().await.expect(409);
    assert_eq!(taken.problem("conflict").body["field"], "slug");
    let path = format!("/v1/groups/{}", group.id());
    let change = |version, body: Value| api.patch(&path).as_(&tariro).if_match(version).json(&body).send();
    change(1, json!({"name": "Wells", "member_limit": 2})).await.expect(200);
    change(1, json!({"name": "Wells"})).await.expect(412).problem("stale");
    change(2, json!({"member_limit": 5_000})).await.violations(&[("/member_limit", "out_of_range")]);
    let found = api.get(format!("/v1/groups?category={}&sort=name", water.id())).as_(&mercy).send().await;
    assert_eq!(found.expect(200).each("name"), ["Wells"]);
    api.post(format!("{path}/archive")).as_(&tariro).if_match(2).send().await.expect(200);
    assert_eq!(api.get("/v1/groups").as_(&mercy).send().await.expect(200).each("id"), [""; 0]);
    let away = api.get("/v1/groups?archived=true").as_(&mercy).send().await.expect(200);
    assert_eq!(away.each("id"), [group.id()]);
    let late = api.post(format!("{path}/join")).as_(&mercy).json(&json!({})).send().await;
    late.expect(409).problem("step_refused");
    api.post(format!("{path}/reopen")).as_(&tariro).if_match(3).send().await.expect(200);
}

#[tokio::test]
async fn what_is_posted_in_a_private_group_is_not_there_for_others() {
    let api = Api::new().await;
    let (tariro, rudo, chipo) =
        (api.member("tariro").await, api.reachable("rudo").await, api.member("chipo").await);
    let mercy = api.moderator("mercy").await;
    api.set(&api.db.one, |settings| settings.completion_bands.comments_from = 0).await;
    let group = json!({"name": "Pumps", "slug": "pumps", "visibility": "private", "join_policy": "open"});
    let group = api.founded(&tariro, group).await;
    let path = format!("/v1/groups/{}", group.id());
    api.post(format!("{path}/join")).as_(&rudo).json(&json!({})).send().await.expect(200);
    let body = json!({"kind": "post", "body": "It rains on the pumps.", "tags": ["rain"]});
    let refused = api.post(format!("{path}/posts")).as_(&chipo).json(&body).send().await;
    refused.expect(403).problem("forbidden");
    let draft = api.post(format!("{path}/posts")).as_(&rudo).json(&body).send().await.expect(201);
    let post = format!("/v1/posts/{}", draft.id());
    let later = json!({"at": "2027-01-01T00:00:00Z"});
    let scheduled = api.post(format!("{post}/schedule")).as_(&rudo).if_match(1).json(&later).send().await;
    scheduled.expect(409).problem("step_refused");
    api.post(format!("{post}/publish")).as_(&rudo).if_match(1).send().await.expect(200);
    let said = json!({"body": "So it does."});
    let comment = api.post(format!("{post}/comments")).as_(&tariro).json(&said).send().await.expect(201);
    for who in [&tariro, &rudo] {
        api.get(&post).as_(who).send().await.expect(200);
        let listed = api.get(format!("{path}/posts")).as_(who).send().await.expect(200);
        assert_eq!(listed.each("id"), [draft.id()]);
    }
    // Staff moderate what is reported to them, and read no more than others.
    for who in [&chipo, &mercy] {
        api.get(format!("{path}/posts")).as_(who).send().await.expect(403).problem("forbidden");
        api.get(format!("{path}/files")).as_(who).send().await.expect(403).problem("forbidden");
        for rest in ["", "/comments", "/reactions", "/versions", "/steps"] {
            api.get(format!("{post}{rest}")).as_(who).send().await.expect(404);
        }
        api.get(format!("/v1/comments/{}", comment.id())).as_(who).send().await.expect(404);
        let like = json!({"reaction": "like"});
        api.put(format!("{post}/reaction")).as_(who).json(&like).send().await.expect(404);
        api.post(format!("{post}/comments")).as_(who).json(&said).send().await.expect(404);
        for list in ["/v1/posts", "/v1/posts?tag=rain", "/v1/posts/search?q=pumps"] {
            let found = api.get(list).as_(who).send().await.expect(200);
            assert_eq!(found.each("id"), [""; 0], "{list}");
        }
    }
    let off = format!("{path}/posts/{}/take-off", draft.id());
    api.post(&off).as_(&rudo).send().await.expect(403).problem("forbidden");
    api.post(&off).as_(&tariro).send().await.expect(204);
    api.get(&post).as_(&tariro).send().await.expect(404);
    assert_eq!(api.get(&post).as_(&rudo).send().await.expect(200).body["audience"], "author");
    assert_eq!(api.get(format!("{path}/posts")).as_(&rudo).send().await.expect(200).each("id"), [""; 0]);
}

#[tokio::test]
async fn an_event_of_a_private_group_is_not_there_for_others() {
    let api = Api::new().await;
    api.events_open().await;
    let (tariro, rudo, chipo) =
        (api.member("tariro").await, api.reachable("rudo").await, api.member("chipo").await);
    let mercy = api.moderator("mercy").await;
    let group = json!({"name": "Pumps", "slug": "pumps", "visibility": "private", "join_policy": "open"});
    let group = api.founded(&tariro, group).await;
    let path = format!("/v1/groups/{}", group.id());
    api.post(format!("{path}/join")).as_(&rudo).json(&json!({})).send().await.expect(200);
    let mut event = api.event(48);
    event["visibility"] = json!("public");
    event["repeats"] = json!({"rule": "FREQ=DAILY;COUNT=2"});
    let create = |who| api.post(format!("{path}/events")).as_(who).json(&event).send();
    create(&rudo).await.expect(403).problem("forbidden");
    let made = create(&tariro).await.expect(201);
    assert_eq!((made.body["group"].as_str(), made.header("etag")), (Some(group.id()), "\"1\""));
    let one = format!("/v1/events/{}", made.id());
    api.post(format!("{one}/publish?scope=all")).as_(&tariro).send().await.expect(200);
    let month = made.body["starts"].as_str().unwrap()[..7].to_owned();
    for who in [&tariro, &rudo] {
        let listed = api.get(format!("{path}/events")).as_(who).send().await.expect(200);
        assert_eq!(listed.each("id")[0], made.id());
        assert_eq!(api.get("/v1/events").as_(who).send().await.expect(200).each("id").len(), 2);
    }
    let seat = api.register(&rudo, made.id()).await.expect(200);
    for who in [&chipo, &mercy] {
        api.get(format!("{path}/events")).as_(who).send().await.expect(403).problem("forbidden");
        for rest in ["", "/occurrences", "/calendar.ics", "/organisers", "/programme", "/resources"] {
            api.get(format!("{one}{rest}")).as_(who).send().await.expect(404);
        }
        api.register(who, made.id()).await.expect(404);
        assert_eq!(api.get("/v1/events").as_(who).send().await.expect(200).each("id"), [""; 0]);
        let counted = api.get(format!("/v1/events/calendar?month={month}")).as_(who).send().await.expect(200);
        assert_eq!(counted.body["days"], json!([]));
    }
    api.post(format!("{path}/leave")).as_(&rudo).send().await.expect(204);
    api.get(&one).as_(&rudo).send().await.expect(404);
    let gone = api.get(format!("/v1/registrations/{}", seat.id())).as_(&rudo).send().await.expect(200);
    assert_eq!(gone.body["state"], "cancelled");
}
