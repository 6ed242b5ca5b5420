//! Connections, follows, blocks and mutes over HTTP.

use serde_json::{Value, json};

use crate::support::{Answer, Api, Person, an_innovator, an_investor};

const WHY: &str = "You built what I am about to build.";

/// Somebody whom everybody sees.
async fn shown(api: &Api, name: &str) -> Person {
    let person = api.member(name).await;
    api.profile(&person, &an_innovator()).await;
    person
}

async fn ask(api: &Api, from: &Person, to: &Person) -> Answer {
    let body = json!({"to": to.account.id.to_string(), "kind": "mentorship", "message": WHY});
    api.post("/v1/connections").as_(from).json(&body).send().await
}

async fn connect(api: &Api, from: &Person, to: &Person) {
    let asked = ask(api, from, to).await.expect(201);
    let request = asked.body["request"]["id"].as_str().unwrap();
    api.post(format!("/v1/connections/requests/{request}/accept")).as_(to).send().await.expect(200);
}

async fn answer(api: &Api, who: &Person, request: &str, step: &str) -> Answer {
    api.post(format!("/v1/connections/requests/{request}/{step}")).as_(who).send().await
}

/// Changes who sees what of somebody.
async fn show(api: &Api, who: &Person, patch: Value) {
    let profile = api.get("/v1/me/profile").as_(who).send().await.expect(200);
    let version = profile.version();
    api.patch("/v1/me/profile").as_(who).if_match(version).json(&patch).send().await.expect(200);
}

#[tokio::test]
async fn a_request_is_sent_read_and_answered() {
    let api = Api::new().await;
    let (tariro, rudo) = (shown(&api, "tariro").await, shown(&api, "rudo").await);
    let body = json!({"to": rudo.account.id.to_string(), "kind": "rivalry", "message": "Hello."});
    api.post("/v1/connections")
        .as_(&tariro)
        .json(&body)
        .send()
        .await
        .violations(&[("/kind", "unknown_value"), ("/message", "too_short")]);
    let asked = ask(&api, &tariro, &rudo).await.expect(201);
    assert_eq!(asked.body["connection"], Value::Null);
    let request = asked.body["request"]["id"].as_str().unwrap().to_owned();
    assert_eq!(asked.header("location"), format!("/v1/connections/requests/{request}"));
    for who in [&tariro, &rudo] {
        let read = api.get(format!("/v1/connections/requests/{request}")).as_(who).send().await.expect(200);
        assert_eq!(read.body, asked.body["request"]);
    }
    ask(&api, &tariro, &rudo).await.expect(409).problem("step_refused");
    answer(&api, &tariro, &request, "accept").await.expect(403).problem("forbidden");
    answer(&api, &rudo, &request, "withdraw").await.expect(403).problem("forbidden");
    let list = |who: &Person, query: &str| {
        api.get(format!("/v1/connections/requests?{query}")).as_(who).send()
    };
    assert_eq!(list(&rudo, "state=pending").await.expect(200).each("id"), [request.as_str()]);
    assert_eq!(list(&rudo, "direction=outgoing").await.expect(200).each("id"), [""; 0]);
    assert_eq!(list(&tariro, "direction=outgoing").await.expect(200).each("id"), [request.as_str()]);
    list(&tariro, "direction=sideways").await.violations(&[("/direction", "unknown_value")]);

    let accepted = answer(&api, &rudo, &request, "accept").await.expect(200);
    assert_eq!(accepted.body["account"], tariro.account.id.to_string());
    answer(&api, &rudo, &request, "decline").await.expect(409).problem("step_refused");
    let connections = api.get("/v1/connections").as_(&tariro).send().await.expect(200);
    assert_eq!(connections.each("account"), [rudo.account.id.to_string()]);
    let one = api.get(format!("/v1/connections/{}", rudo.account.id)).as_(&tariro).send().await.expect(200);
    assert_eq!(one.body, connections.body["items"][0]);
    for (status, who) in [(204, &rudo), (404, &tariro)] {
        let other = if status == 204 { &tariro } else { &rudo };
        api.delete(format!("/v1/connections/{}", other.account.id)).as_(who).send().await.expect(status);
    }
    let oneself = json!({"to": tariro.account.id.to_string(), "kind": "mentorship", "message": WHY});
    let oneself = api.post("/v1/connections").as_(&tariro).json(&oneself).send().await;
    oneself.violations(&[("/account_id", "not_allowed")]);
}

#[tokio::test]
async fn who_asks_back_is_connected_and_who_was_refused_waits() {
    let api = Api::new().await;
    let (tariro, rudo) = (shown(&api, "tariro").await, shown(&api, "rudo").await);
    let request = ask(&api, &tariro, &rudo).await.expect(201).body["request"]["id"].clone();
    answer(&api, &rudo, request.as_str().unwrap(), "decline").await.expect(200);
    let refused = ask(&api, &tariro, &rudo).await.expect(409).problem("step_refused");
    assert!(refused.body["detail"].as_str().unwrap().contains("declined"), "{}", refused.text);
    ask(&api, &rudo, &tariro).await.expect(201);
    let connected = ask(&api, &tariro, &rudo).await.expect(201);
    assert_eq!(connected.body["request"], Value::Null);
    assert_eq!(connected.body["connection"]["account"], rudo.account.id.to_string());
    assert_eq!(connected.header("location"), format!("/v1/connections/{}", rudo.account.id));
}

#[tokio::test]
async fn the_quotas_are_those_of_the_community() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| {
        settings.completion_bands.most_connection_requests = 2;
        settings.completion_bands.more_connection_requests = 2;
        settings.completion_bands.connection_requests = 2;
        settings.unanswered_requests_of_a_kind = 1;
    })
    .await;
    let tariro = shown(&api, "tariro").await;
    let (one, two) = (shown(&api, "one").await, shown(&api, "two").await);
    ask(&api, &tariro, &one).await.expect(201);
    ask(&api, &tariro, &two).await.expect(403).problem("quota_exceeded");
    let investor = api.member("three").await;
    api.profile(&investor, &an_investor()).await;
    ask(&api, &tariro, &investor).await.expect(201);
    let mentor = api.member("mentor").await;
    api.profile(&mentor, &an_investor()).await;
    let refused = ask(&api, &tariro, &mentor).await.expect(403).problem("quota_exceeded");
    assert!(refused.body["detail"].as_str().unwrap().contains("30 days"), "{}", refused.text);
}

#[tokio::test]
async fn a_first_connection_makes_both_profiles_more_complete() {
    let api = Api::new().await;
    let (tariro, rudo) = (shown(&api, "tariro").await, shown(&api, "rudo").await);
    let percent = async |who: &Person| {
        api.settle().await;
        let profile = api.get("/v1/me/profile").as_(who).send().await.expect(200).body["completion"].clone();
        let completion = api.get("/v1/me/profile/completion").as_(who).send().await.expect(200);
        assert_eq!(profile, completion.body["percent"]);
        let missing = completion.body["missing"].as_array().unwrap().iter();
        let told = missing.filter(|item| item["pointer"] == "/connected").count();
        (profile.as_u64().unwrap(), told)
    };
    let before = (percent(&tariro).await, percent(&rudo).await);
    assert_eq!((before.0.1, before.1.1), (1, 1));
    connect(&api, &tariro, &rudo).await;
    let after = (percent(&tariro).await, percent(&rudo).await);
    assert_eq!((after.0, after.1), ((before.0.0 + 5, 0), (before.1.0 + 5, 0)));
    api.delete(format!("/v1/connections/{}", rudo.account.id)).as_(&tariro).send().await.expect(204);
    assert_eq!((percent(&tariro).await, percent(&rudo).await), before);
}

#[tokio::test]
async fn what_is_for_connections_is_seen_by_them_alone() {
    let api = Api::new().await;
    let (tariro, rudo, other) =
        (shown(&api, "tariro").await, shown(&api, "rudo").await, shown(&api, "other").await);
    connect(&api, &tariro, &rudo).await;
    connect(&api, &other, &rudo).await;
    let rudos = format!("/v1/profiles/{}", rudo.account.id);
    show(&api, &rudo, json!({"field_visibility": {"connections": "connections_only", "location": "private"}}))
        .await;
    let stranger = shown(&api, "stranger").await;
    for (who, status) in [(&tariro, 200), (&stranger, 403)] {
        for list in ["connections", "mutual-connections"] {
            api.get(format!("{rudos}/{list}")).as_(who).send().await.expect(status);
        }
    }
    let counts = |who: &Person| api.get(format!("{rudos}/connections/count")).as_(who).send();
    let seen = counts(&tariro).await.expect(200);
    assert_eq!((&seen.body["connections"], &seen.body["mutual"]), (&json!(2), &json!(0)));
    let unseen = counts(&stranger).await.expect(200);
    assert_eq!((&unseen.body["connections"], &unseen.body["mutual"]), (&Value::Null, &Value::Null));
    let place = |who: &Person| api.get("/v1/profiles?country=ZW").as_(who).send();
    let there = place(&tariro).await.expect(200).each("account");
    assert!(!there.contains(&rudo.account.id.to_string()) && there.len() == 3, "{there:?}");

    show(&api, &rudo, json!({"visibility": "connections_only"})).await;
    for (who, status) in [(&tariro, 200), (&stranger, 404)] {
        api.get(&rudos).as_(who).send().await.expect(status);
        api.get(format!("{rudos}/connections/count")).as_(who).send().await.expect(status);
        let listed = api.get("/v1/profiles").as_(who).send().await.expect(200).each("account");
        assert_eq!(listed.contains(&rudo.account.id.to_string()), status == 200);
        let facets = api.get("/v1/profiles/facets").as_(who).send().await.expect(200);
        assert_eq!(facets.body["counted"], if status == 200 { 4 } else { 3 });
    }
}

#[tokio::test]
async fn who_is_blocked_is_not_there_in_either_direction() {
    let api = Api::new().await;
    let (tariro, rudo) = (shown(&api, "tariro").await, shown(&api, "rudo").await);
    connect(&api, &tariro, &rudo).await;
    let post = api.published(&rudo).await.id().to_owned();
    let comment = json!({"body": "So it does."});
    let comment = api.post(format!("/v1/posts/{post}/comments")).as_(&rudo).json(&comment).send().await;
    let comment = comment.expect(201).id().to_owned();
    let own = api.published(&tariro).await.id().to_owned();
    api.put(format!("/v1/blocks/{}", rudo.account.id)).as_(&tariro).send().await.expect(204);
    let blocks = api.get("/v1/blocks").as_(&tariro).send().await.expect(200);
    assert_eq!(blocks.each("account"), [rudo.account.id.to_string()]);
    let nobody = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let account = rudo.account.id.to_string();
    for (method, path, id) in [
        ("GET", "/v1/profiles/ID", account.as_str()),
        ("GET", "/v1/profiles/ID/stats", &account),
        ("GET", "/v1/profiles/ID/connections", &account),
        ("GET", "/v1/profiles/ID/connections/count", &account),
        ("GET", "/v1/profiles/ID/mutual-connections", &account),
        ("GET", "/v1/connections/ID", &account),
        ("DELETE", "/v1/connections/ID", &account),
        ("PUT", "/v1/follows/ID", &account),
        ("POST", "/v1/matches/ID/dismiss", &account),
        ("GET", "/v1/posts/ID", &post),
        ("GET", "/v1/posts/ID/comments", &post),
        ("GET", "/v1/posts/ID/engagement", &post),
        ("GET", "/v1/posts/ID/reactions", &post),
        ("PUT", "/v1/posts/ID/save", &post),
        ("POST", "/v1/posts/ID/share", &post),
        ("POST", "/v1/posts/ID/view", &post),
        ("GET", "/v1/comments/ID", &comment),
        ("GET", "/v1/comments/ID/replies", &comment),
        ("DELETE", "/v1/comments/ID/reaction", &comment),
    ] {
        let call = |id: &str| api.call(method, path.replace("ID", id)).as_(&tariro).send();
        let (blocked, nobodys) = (call(id).await.expect(404), call(nobody).await.expect(404));
        let words = |answer: &Answer, id: &str| {
            answer.text.replace(answer.header("x-request-id"), "").replace(id, "ID")
        };
        assert_eq!(words(&blocked, id), words(&nobodys, nobody), "{method} {path}");
    }
    ask(&api, &tariro, &rudo).await.expect(404);
    // Nor is who blocked there for who is.
    api.get(format!("/v1/profiles/{}", tariro.account.id)).as_(&rudo).send().await.expect(404);
    api.get(format!("/v1/posts/{own}")).as_(&rudo).send().await.expect(404);
    assert_eq!(api.get("/v1/posts").as_(&rudo).send().await.expect(200).each("id"), [post.as_str()]);
    let found = api.get("/v1/posts/search?q=pump").as_(&tariro).send().await.expect(200);
    assert_eq!(found.each("id"), [own.as_str()]);
    // Who moderates sees both.
    let mercy = api.moderator("mercy").await;
    for path in [format!("/v1/posts/{post}"), format!("/v1/profiles/{account}"), format!("/v1/comments/{comment}")] {
        api.get(path).as_(&mercy).send().await.expect(200);
    }
    api.delete(format!("/v1/blocks/{account}")).as_(&tariro).send().await.expect(204);
    api.get(format!("/v1/posts/{post}")).as_(&tariro).send().await.expect(200);
    api.get(format!("/v1/connections/{account}")).as_(&tariro).send().await.expect(404);
}

#[tokio::test]
async fn who_is_muted_is_in_no_list_and_is_read_by_asking() {
    let api = Api::new().await;
    let (tariro, rudo) = (shown(&api, "tariro").await, shown(&api, "rudo").await);
    let post = api.published(&rudo).await.id().to_owned();
    let muted = format!("/v1/mutes/{}", rudo.account.id);
    api.put(&muted).as_(&tariro).send().await.expect(204);
    let mutes = api.get("/v1/mutes").as_(&tariro).send().await.expect(200);
    assert_eq!(mutes.each("account"), [rudo.account.id.to_string()]);
    let list = |path: String| async { api.get(path).as_(&tariro).send().await.expect(200).each("id") };
    assert_eq!(list("/v1/posts".to_owned()).await, [""; 0]);
    assert_eq!(list(format!("/v1/posts?author={}", rudo.account.id)).await, [post.as_str()]);
    api.get(format!("/v1/posts/{post}")).as_(&tariro).send().await.expect(200);
    let profiles = api.get("/v1/profiles").as_(&tariro).send().await.expect(200).each("account");
    assert_eq!(profiles, [tariro.account.id.to_string()]);
    // The other does not learn of it.
    let profiles = api.get("/v1/profiles").as_(&rudo).send().await.expect(200).each("account");
    assert_eq!(profiles.len(), 2);
    api.delete(&muted).as_(&tariro).send().await.expect(204);
    assert_eq!(list("/v1/posts".to_owned()).await, [post.as_str()]);
}

#[tokio::test]
async fn whom_both_know_speaks_for_a_match_and_who_is_known_is_none() {
    let api = Api::new().await;
    let seeker = shown(&api, "tariro").await;
    let (friend, candidate) = (api.member("friend").await, api.member("candidate").await);
    api.profile(&friend, &an_investor()).await;
    api.profile(&candidate, &an_investor()).await;
    connect(&api, &seeker, &friend).await;
    connect(&api, &friend, &candidate).await;
    api.settle().await;
    let matches = async || {
        let found = api.get("/v1/matches").as_(&seeker).send().await.expect(200);
        assert_eq!(found.each("candidate"), [candidate.account.id.to_string()], "not who is known");
        let parts = found.body["items"][0]["parts"].as_array().unwrap().clone();
        let graph = parts.iter().find(|part| part["signal"] == "graph").unwrap()["value"].as_f64().unwrap();
        let reasons = found.body["items"][0]["reasons"].as_array().unwrap().clone();
        (graph, reasons.iter().any(|reason| reason["code"] == "common_contacts"))
    };
    assert_eq!(matches().await, (0.25, true));
    // Whoever hides whom they know is nobody's common contact.
    for who in [&candidate, &friend] {
        show(&api, who, json!({"field_visibility": {"connections": "private"}})).await;
        assert_eq!(matches().await, (0.0, false));
        show(&api, who, json!({"field_visibility": {"connections": "public"}})).await;
    }
    api.put(format!("/v1/mutes/{}", candidate.account.id)).as_(&seeker).send().await.expect(204);
    let found = api.get("/v1/matches").as_(&seeker).send().await.expect(200);
    assert_eq!(found.each("candidate"), [""; 0]);
}

#[tokio::test]
async fn counts_are_of_whom_the_list_has_and_by_what_is_seen() {
    let api = Api::new().await;
    let tariro = shown(&api, "tariro").await;
    let investor = api.member("rudo").await;
    api.profile(&investor, &an_investor()).await;
    let facets = |query: &str| api.get(format!("/v1/profiles/facets?{query}")).as_(&tariro).send();
    let all = facets("").await.expect(200);
    assert_eq!((&all.body["counted"], &all.body["more"]), (&json!(2), &json!(false)));
    let kinds = json!([
        {"value": "business_investor", "profiles": 1}, {"value": "innovator", "profiles": 1},
    ]);
    assert_eq!(all.body["kinds"], kinds);
    let innovators = facets("kind=innovator&skill=hydraulics&country=ZW").await.expect(200);
    assert_eq!(innovators.body["skills"], json!([{"value": "hydraulics", "profiles": 1}]));
    let nobody = facets("country=FR").await.expect(200);
    assert_eq!((&nobody.body["counted"], &nobody.body["kinds"]), (&json!(0), &json!([])));
    facets("limit=3").await.violations(&[("/limit", "unknown_field")]);
}
