//! What belongs to another community is not there, in the same words as what never was.

use base64::Engine;
use serde_json::json;

use crate::listing::offered;
use crate::support::{A_GIF, Answer, Api, an_innovator, an_investor};

/// The answer without what differs in every answer: the request's id, and the id that was asked for.
fn words(answer: &Answer, id: &str) -> (u16, String, Vec<String>) {
    let request = answer.header("x-request-id");
    let names = answer.headers.keys().map(ToString::to_string).collect();
    (answer.status, answer.text.replace(request, "").replace(id, "ID"), names)
}

#[tokio::test]
async fn a_foreign_id_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let foreign = api.published(&abroad).await.id().to_owned();
    let sessions = api.get("/v1/sessions").as_(&abroad).send().await.expect(200);
    let foreign_session = sessions.each("id").remove(0);
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";

    for step in ["submit", "approve", "publish", "archive"] {
        let call = |id: &str| api.post(format!("/v1/posts/{id}/{step}")).as_(&tariro).if_match(1).send();
        assert_eq!(
            words(&call(&foreign).await.expect(404), &foreign),
            words(&call(random).await, random),
            "{step}"
        );
    }
    let bodies =
        [("request-changes", json!({"reason": "x"})), ("schedule", json!({"at": "2027-01-01T00:00:00Z"}))];
    for (step, body) in &bodies {
        let call =
            |id: &str| api.post(format!("/v1/posts/{id}/{step}")).as_(&tariro).if_match(1).json(body).send();
        assert_eq!(
            words(&call(&foreign).await.expect(404), &foreign),
            words(&call(random).await, random),
            "{step}"
        );
    }
    let get = |id: &str| api.get(format!("/v1/posts/{id}")).as_(&tariro).send();
    assert_eq!(words(&get(&foreign).await.expect(404), &foreign), words(&get(random).await, random));
    let edit = json!({"body": "Mine."});
    let patch = |id: &str| api.patch(format!("/v1/posts/{id}")).as_(&tariro).if_match(2).json(&edit).send();
    assert_eq!(words(&patch(&foreign).await.expect(404), &foreign), words(&patch(random).await, random));
    let delete = |id: &str| api.delete(format!("/v1/posts/{id}")).as_(&tariro).if_match(2).send();
    assert_eq!(words(&delete(&foreign).await.expect(404), &foreign), words(&delete(random).await, random));
    let end = |id: &str| api.delete(format!("/v1/sessions/{id}")).as_(&tariro).send();
    assert_eq!(
        words(&end(&foreign_session).await.expect(404), &foreign_session),
        words(&end(random).await, random)
    );

    api.profile(&abroad, &an_innovator()).await;
    let person = abroad.account.id.to_string();
    let get = |id: &str| api.get(format!("/v1/profiles/{id}")).as_(&tariro).send();
    assert_eq!(words(&get(&person).await.expect(404), &person), words(&get(random).await, random));
    let look = |id: &str| api.post(format!("/v1/profiles/{id}/view")).as_(&tariro).send();
    assert_eq!(words(&look(&person).await.expect(404), &person), words(&look(random).await, random));
    let dismiss = |id: &str| api.post(format!("/v1/matches/{id}/dismiss")).as_(&tariro).send();
    assert_eq!(words(&dismiss(&person).await.expect(404), &person), words(&dismiss(random).await, random));

    for path in ["connections", "mutual-connections", "connections/count", "stats"] {
        let get = |id: &str| api.get(format!("/v1/profiles/{id}/{path}")).as_(&tariro).send();
        assert_eq!(
            words(&get(&person).await.expect(404), &person),
            words(&get(random).await, random),
            "{path}"
        );
    }
    for (method, path) in [
        ("GET", "connections"),
        ("DELETE", "connections"),
        ("PUT", "follows"),
        ("DELETE", "follows"),
        ("PUT", "blocks"),
        ("DELETE", "blocks"),
        ("PUT", "mutes"),
        ("DELETE", "mutes"),
    ] {
        let call = |id: &str| api.call(method, format!("/v1/{path}/{id}")).as_(&tariro).send();
        assert_eq!(
            words(&call(&person).await, &person),
            words(&call(random).await, random),
            "{method} {path}"
        );
    }
    let ask = |to: &str| {
        let body = json!({"to": to, "kind": "friendship", "message": "You built what I am about to build."});
        api.post("/v1/connections").as_(&tariro).json(&body).send()
    };
    assert_eq!(words(&ask(&person).await.expect(404), &person), words(&ask(random).await, random));
    let friend = api.stranger("friend").await;
    api.profile(&friend, &an_investor()).await;
    let why = json!({
        "to": person, "kind": "friendship", "message": "You built what I am about to build.",
    });
    let request = api.post("/v1/connections").as_(&friend).json(&why).send().await.expect(201);
    let request = request.body["request"]["id"].as_str().unwrap().to_owned();
    for (method, rest) in [("GET", ""), ("POST", "/accept"), ("POST", "/decline"), ("POST", "/withdraw")] {
        let call =
            |id: &str| api.call(method, format!("/v1/connections/requests/{id}{rest}")).as_(&tariro).send();
        assert_eq!(
            words(&call(&request).await.expect(404), &request),
            words(&call(random).await, random),
            "{rest}"
        );
    }

    api.settle().await;
    let tags = api.get("/v1/tags").as_(&abroad).send().await.expect(200);
    let tag = tags.each("id").remove(0);
    let (mercy, category) = (api.moderator("mercy").await, api.category_abroad().await);
    let get = |id: &str| api.get(format!("/v1/tags/{id}")).as_(&mercy).send();
    assert_eq!(words(&get(&tag).await.expect(404), &tag), words(&get(random).await, random));
    for method in ["PUT", "DELETE"] {
        let follow = |id: &str| api.call(method, format!("/v1/tags/{id}/follow")).as_(&tariro).send();
        assert_eq!(words(&follow(&tag).await.expect(404), &tag), words(&follow(random).await, random));
    }
    let word = json!({"name": "mine"});
    let alias = |id: &str| api.post(format!("/v1/tags/{id}/aliases")).as_(&mercy).json(&word).send();
    assert_eq!(words(&alias(&tag).await.expect(404), &tag), words(&alias(random).await, random));
    let own = api.published(&tariro).await;
    api.settle().await;
    let own_tag = api.get("/v1/tags").as_(&tariro).send().await.expect(200).each("id").remove(0);
    for (from, into) in [(None, Some(&own_tag)), (Some(&own_tag), None)] {
        let merge = |id: &str| {
            let body = json!({"into": into.map_or(id, String::as_str)});
            let from = from.map_or(id, String::as_str);
            api.post(format!("/v1/tags/{from}/merge")).as_(&mercy).json(&body).send()
        };
        assert_eq!(words(&merge(&tag).await, &tag), words(&merge(random).await, random), "{}", own.id());
    }
    let get = |id: &str| api.get(format!("/v1/categories/{id}")).as_(&mercy).send();
    assert_eq!(words(&get(&category).await.expect(404), &category), words(&get(random).await, random));
    let edit = json!({"name": "Mine"});
    let change =
        |id: &str| api.patch(format!("/v1/categories/{id}")).as_(&mercy).if_match(1).json(&edit).send();
    assert_eq!(words(&change(&category).await.expect(404), &category), words(&change(random).await, random));
    let archive = |id: &str| api.delete(format!("/v1/categories/{id}")).as_(&mercy).if_match(1).send();
    assert_eq!(
        words(&archive(&category).await.expect(404), &category),
        words(&archive(random).await, random)
    );
    let file = json!({"file_name": "pixel.gif", "media_type": "image/gif", "size": A_GIF.len()});
    let file = api.post("/v1/media").as_(&abroad).json(&file).send().await.expect(201);
    let file = file.body["media"]["id"].as_str().unwrap();
    let content = |id: &str| {
        let call = api.call("PUT", format!("/v1/media/{id}/content")).as_(&tariro).bytes("image/gif", A_GIF);
        call.header("content-length", A_GIF.len().to_string()).send()
    };
    assert_eq!(words(&content(file).await.expect(404), file), words(&content(random).await, random));
    for (method, rest) in [("GET", ""), ("DELETE", ""), ("GET", "/url"), ("POST", "/finalise")] {
        let call = |id: &str| api.call(method, format!("/v1/media/{id}{rest}")).as_(&tariro).send();
        assert_eq!(
            words(&call(file).await.expect(404), file),
            words(&call(random).await, random),
            "{method}{rest}"
        );
    }
    let own = api.published(&tariro).await;
    let hung = |id: &str| api.get(format!("/v1/posts/{}/media/{id}/url", own.id())).as_(&tariro).send();
    assert_eq!(words(&hung(file).await.expect(404), file), words(&hung(random).await, random));

    // Nothing of it happened.
    api.get(format!("/v1/posts/{foreign}")).as_(&abroad).send().await.expect(200);
    api.get("/v1/me").as_(&abroad).send().await.expect(200);
}

#[tokio::test]
async fn lists_are_of_ones_own_community() {
    let api = Api::new().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let (own, foreign) = (api.published(&tariro).await, api.published(&abroad).await);
    let list = |who: &crate::support::Person| api.get("/v1/posts").as_(who).send();
    assert_eq!(list(&tariro).await.expect(200).each("id"), [own.id()]);
    assert_eq!(list(&abroad).await.expect(200).each("id"), [foreign.id()]);
    let by = api.get(format!("/v1/posts?author={}", abroad.account.id)).as_(&tariro).send().await;
    assert_eq!(by.expect(200).each("id"), [""; 0]);

    api.profile(&tariro, &an_innovator()).await;
    api.profile(&abroad, &an_investor()).await;
    api.settle().await;
    let profiles = api.get("/v1/profiles").as_(&tariro).send().await.expect(200);
    assert_eq!(profiles.each("account"), [tariro.account.id.to_string()]);
    let matches = api.get("/v1/matches").as_(&tariro).send().await.expect(200);
    assert_eq!(matches.each("candidate"), [""; 0]);
}

/// Every tab of a community is there for whoever made what is in it, and has nothing for somebody of another.
#[tokio::test]
async fn no_tab_has_or_counts_what_is_in_another_community() {
    let api = Api::new().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let author = api.stranger("author").await;
    api.events_open().await;
    api.set(&api.db.two, |settings| settings.completion_bands.articles_from = 0).await;
    let article = json!({"kind": "article", "title": "Pumps", "body": "They run.", "tags": ["solar"]});
    let draft = api.post("/v1/posts").as_(&author).json(&article).send().await.expect(201);
    api.post(format!("/v1/posts/{}/publish", draft.id())).as_(&author).if_match(1).send().await.expect(200);
    api.profile(&author, &an_investor()).await;
    let event = api.published_event(&author, &api.event(24)).await;
    let group = json!({"name": "Pumps", "slug": "pumps"});
    let group = api.post("/v1/groups").as_(&author).json(&group).send().await.expect(201);
    let listing = offered(&api, &author).await;
    api.settle().await;
    let tabs = api.get("/v1/tabs").as_(&tariro).send().await.expect(200);
    for tab in tabs.body["items"].as_array().unwrap() {
        let address = |name: &str| tab[name].as_str().unwrap().to_owned();
        let (list, facets) = (address("list"), address("facets"));
        for (who, there) in [(&abroad, true), (&tariro, false)] {
            let listed = api.get(&list).as_(who).send().await.expect(200);
            assert_eq!(!listed.body["items"].as_array().unwrap().is_empty(), there, "{list}");
            let counted = api.get(&facets).as_(who).send().await.expect(200);
            assert_eq!(counted.body["counted"] != 0, there, "{facets}");
        }
    }
    // Nor is any of it found by what it is narrowed down by.
    for list in [
        format!("/v1/events?organiser={}", author.account.id),
        format!("/v1/listings?seller={}", author.account.id),
        format!("/v1/posts?author={}", author.account.id),
    ] {
        assert!(!api.get(&list).as_(&abroad).send().await.expect(200).each("id").is_empty(), "{list}");
        assert_eq!(api.get(&list).as_(&tariro).send().await.expect(200).each("id"), [""; 0], "{list}");
    }
    for one in [
        format!("/v1/events/{}", event.id()),
        format!("/v1/events/{}/registrations", event.id()),
        format!("/v1/groups/{}", group.id()),
        format!("/v1/groups/{}/events", group.id()),
        format!("/v1/listings/{}", listing.id()),
    ] {
        api.get(&one).as_(&tariro).send().await.expect(404);
    }
}

#[tokio::test]
async fn a_token_carries_its_community_and_cannot_be_carried_over() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    // The header of another community changes nothing for who is logged in.
    let me = api.get("/v1/me").as_(&tariro).tenant("two").send().await.expect(200);
    assert_eq!(me.id(), tariro.account.id.to_string());
    // The secret of one, said to be of another.
    let token: smilefactory_core::identity::Token = tariro.token.parse().unwrap();
    assert_eq!(token.tenant(), api.db.one.tenant.id);
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut bytes = engine.decode(tariro.token.trim_start_matches("sf_")).unwrap();
    let two = smilefactory_core::id::Id::uuid(api.db.two.tenant.id);
    bytes[..16].copy_from_slice(two.as_bytes());
    let forged = format!("sf_{}", engine.encode(bytes));
    api.get("/v1/me").token(&forged).send().await.expect(401).problem("unauthenticated");
}

#[tokio::test]
async fn a_foreign_comment_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    for tenant in [&api.db.one, &api.db.two] {
        api.set(tenant, |settings| settings.completion_bands.comments_from = 0).await;
    }
    let (own, foreign) = (api.published(&tariro).await, api.published(&abroad).await.id().to_owned());
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let say = json!({"body": "Here too."});
    let write = |who, post: &str| api.post(format!("/v1/posts/{post}/comments")).as_(who).json(&say).send();
    let comment = write(&abroad, &foreign).await.expect(201).id().to_owned();
    let refused = write(&tariro, &foreign).await.expect(404);
    assert_eq!(words(&refused, &foreign), words(&write(&tariro, random).await, random));
    let under = |id: &str| {
        let path = format!("/v1/posts/{}/comments", own.id());
        api.post(path).as_(&tariro).json(&json!({"body": "x", "parent": id})).send()
    };
    assert_eq!(words(&under(&comment).await.expect(404), &comment), words(&under(random).await, random));
    let threads = |id: &str| api.get(format!("/v1/posts/{id}/comments")).as_(&tariro).send();
    assert_eq!(words(&threads(&foreign).await.expect(404), &foreign), words(&threads(random).await, random));
    for (method, path, body) in [
        ("GET", "/v1/comments/ID", None),
        ("GET", "/v1/comments/ID/replies", None),
        ("PATCH", "/v1/comments/ID", Some(json!({"body": "Mine."}))),
        ("DELETE", "/v1/comments/ID", None),
    ] {
        let call = |id: &str| {
            let call = api.call(method, path.replace("ID", id)).as_(&tariro);
            let call = if method == "GET" { call } else { call.if_match(1) };
            match &body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let answer = call(&comment).await.expect(404);
        assert_eq!(words(&answer, &comment), words(&call(random).await, random), "{method} {path}");
    }
    // Nothing of it happened.
    api.get(format!("/v1/comments/{comment}")).as_(&abroad).send().await.expect(200);
}

/// A request about an id, but for the id.
type About<'a> = (&'a str, &'a str, Option<serde_json::Value>);

#[tokio::test]
async fn foreign_posts_and_comments_have_no_versions_steps_reviewers_votes_or_reactions() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    let abroad = api.stranger("abroad").await;
    api.set(&api.db.two, |settings| settings.completion_bands.comments_from = 0).await;
    let poll = json!({"kind": "poll", "title": "Rain?", "body": "?", "poll": {"options": ["Yes", "No"]}});
    let poll = api.post("/v1/posts").as_(&abroad).json(&poll).send().await.expect(201);
    let edit = json!({"body": "Or not?"});
    let path = format!("/v1/posts/{}", poll.id());
    let poll = api.patch(&path).as_(&abroad).if_match(1).json(&edit).send().await.expect(200);
    let poll = api.step(&abroad, &poll, "publish").await.expect(200);
    let foreign = poll.id().to_owned();
    let comment = api.post(format!("{path}/comments")).as_(&abroad).json(&json!({"body": "x"}));
    let comment = comment.send().await.expect(201).id().to_owned();
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let reviewer = mercy.account.id;
    let reviewers = format!("/v1/posts/ID/reviewers/{reviewer}");
    let like = json!({"reaction": "like"});
    let of_posts: &[About<'_>] = &[
        ("GET", "/v1/posts/ID/versions", None),
        ("GET", "/v1/posts/ID/versions/1", None),
        ("GET", "/v1/posts/ID/versions/1/diff", None),
        ("POST", "/v1/posts/ID/versions/1/restore", None),
        ("POST", "/v1/posts/ID/versions/1/redact", Some(json!({"reason": "x"}))),
        ("GET", "/v1/posts/ID/steps", None),
        ("GET", "/v1/posts/ID/reviewers", None),
        ("PUT", &reviewers, Some(json!({"due_at": "2027-01-01T00:00:00Z"}))),
        ("DELETE", &reviewers, None),
        ("PUT", "/v1/posts/ID/vote", Some(json!({"choices": [0]}))),
        ("DELETE", "/v1/posts/ID/vote", None),
        ("POST", "/v1/reports", Some(json!({"subject": {"kind": "post", "id": "ID"}, "reason": "spam"}))),
        ("GET", "/v1/posts/ID/engagement", None),
        ("PUT", "/v1/posts/ID/reaction", Some(like.clone())),
    ];
    let of_comments: &[About<'_>] = &[
        ("PUT", "/v1/comments/ID/reaction", Some(like)),
        ("DELETE", "/v1/comments/ID/reaction", None),
        ("POST", "/v1/reports", Some(json!({"subject": {"kind": "comment", "id": "ID"}, "reason": "spam"}))),
    ];
    for (id, requests) in [(&foreign, of_posts), (&comment, of_comments)] {
        for (method, path, body) in requests {
            for who in [&tariro, &mercy] {
                let call = |id: &str| {
                    let call = api.call(method, path.replace("ID", id)).as_(who).header("if-match", "\"3\"");
                    match body {
                        Some(body) => {
                            call.bytes("application/json", body.to_string().replace("ID", id)).send()
                        }
                        None => call.send(),
                    }
                };
                let answer = call(id).await.expect(404);
                assert_eq!(words(&answer, id), words(&call(random).await, random), "{method} {path}");
            }
        }
    }
    // Who is of another community reviews nothing here, and is told as somebody nobody knows.
    let own = api.draft(&tariro).await;
    let own = api.step(&tariro, &own, "submit").await.expect(200);
    let ask = |who: &str| {
        let path = format!("/v1/posts/{}/reviewers/{who}", own.id());
        api.put(path).as_(&mercy).json(&json!({"due_at": "2027-01-01T00:00:00Z"})).send()
    };
    let stranger = abroad.account.id.to_string();
    assert_eq!(words(&ask(&stranger).await, &stranger), words(&ask(random).await, random));
    // A report that somebody filed abroad.
    let other = api.stranger("other").await;
    let report = json!({"subject": {"kind": "post", "id": foreign}, "reason": "spam"});
    let report = api.post("/v1/reports").as_(&other).json(&report).send().await.expect(201);
    for method in ["GET", "DELETE"] {
        let call = |id: &str| api.call(method, format!("/v1/reports/{id}")).as_(&tariro).send();
        let answer = call(report.id()).await.expect(404);
        assert_eq!(words(&answer, report.id()), words(&call(random).await, random));
    }
    // Nothing of it happened.
    let shown = api.get(format!("/v1/posts/{foreign}")).as_(&abroad).send().await.expect(200);
    assert_eq!((&shown.body["votes"]["voters"], shown.version()), (&json!(0), poll.version()));
}

#[tokio::test]
async fn a_foreign_conversation_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let group = json!({"title": "Abroad"});
    let group = api.post("/v1/conversations").as_(&abroad).json(&group).send().await.expect(201);
    let path = format!("/v1/conversations/{}", group.id());
    let say = json!({"body": "Here."});
    let message = api.post(format!("{path}/messages")).as_(&abroad).json(&say).send().await.expect(201);
    let code = api.post(format!("{path}/invitations")).as_(&abroad).json(&json!({})).send().await.expect(201);
    let own =
        api.post("/v1/conversations").as_(&tariro).json(&json!({"title": "Own"})).send().await.expect(201);
    let own = own.id().to_owned();
    let (who, body) = (tariro.account.id, code.body["code"].as_str().unwrap().to_owned());
    let invitation = code.body["invitation"]["id"].as_str().unwrap();
    for (id, method, path, body) in [
        (group.id(), "GET", "/v1/conversations/ID".to_owned(), None),
        (group.id(), "PATCH", "/v1/conversations/ID".to_owned(), Some(json!({"title": "Mine"}))),
        (group.id(), "PATCH", "/v1/conversations/ID/membership".to_owned(), Some(json!({"pinned": true}))),
        (group.id(), "PUT", "/v1/conversations/ID/read".to_owned(), Some(json!({"read_seq": 1}))),
        (group.id(), "POST", "/v1/conversations/ID/accept".to_owned(), None),
        (group.id(), "POST", "/v1/conversations/ID/decline".to_owned(), None),
        (group.id(), "POST", "/v1/conversations/ID/leave".to_owned(), None),
        (group.id(), "GET", "/v1/conversations/ID/members".to_owned(), None),
        (group.id(), "POST", "/v1/conversations/ID/members".to_owned(), Some(json!({"account": who}))),
        (group.id(), "DELETE", format!("/v1/conversations/ID/members/{who}"), None),
        (
            group.id(),
            "PUT",
            format!("/v1/conversations/ID/members/{who}/role"),
            Some(json!({"role": "admin"})),
        ),
        (group.id(), "GET", "/v1/conversations/ID/receipts".to_owned(), None),
        (group.id(), "PUT", "/v1/conversations/ID/typing".to_owned(), None),
        (group.id(), "GET", "/v1/conversations/ID/invitations".to_owned(), None),
        (group.id(), "POST", "/v1/conversations/ID/invitations".to_owned(), Some(json!({}))),
        (invitation, "DELETE", format!("/v1/conversations/{own}/invitations/ID"), None),
        (group.id(), "GET", "/v1/conversations/ID/messages".to_owned(), None),
        (group.id(), "POST", "/v1/conversations/ID/messages".to_owned(), Some(say.clone())),
        (message.id(), "GET", "/v1/messages/ID".to_owned(), None),
        (message.id(), "PATCH", "/v1/messages/ID".to_owned(), Some(say.clone())),
        (message.id(), "DELETE", "/v1/messages/ID".to_owned(), None),
        (message.id(), "GET", "/v1/messages/ID/thread".to_owned(), None),
        (message.id(), "GET", "/v1/messages/ID/reactions".to_owned(), None),
        (message.id(), "PUT", "/v1/messages/ID/reaction".to_owned(), Some(json!({"reaction": "like"}))),
        (message.id(), "DELETE", "/v1/messages/ID/reaction".to_owned(), None),
        (
            message.id(),
            "GET",
            "/v1/messages/ID/media/0195510c-a3c0-7ffe-bfff-ffffffffffff/url".to_owned(),
            None,
        ),
    ] {
        let call = |id: &str| {
            let call = api.call(method, path.replace("ID", id)).as_(&tariro);
            let call =
                if method == "PATCH" && !path.ends_with("membership") { call.if_match(1) } else { call };
            match &body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let answer = call(id).await.expect(404);
        assert_eq!(words(&answer, id), words(&call(random).await, random), "{method} {path}");
    }
    let abroad_id = abroad.account.id.to_string();
    for (method, path, place) in
        [("GET", "/v1/conversations/with/ID", None), ("POST", "/v1/messages", Some("to"))]
    {
        let call = |id: &str| {
            let call = api.call(method, path.replace("ID", id)).as_(&tariro);
            match place {
                Some(place) => call.json(&json!({place: id, "message": {"body": "x"}})).send(),
                None => call.send(),
            }
        };
        let answer = call(&abroad_id).await.expect(404);
        assert_eq!(words(&answer, &abroad_id), words(&call(random).await, random), "{method} {path}");
    }
    let join =
        |code: &str| api.post("/v1/conversations/join").as_(&tariro).json(&json!({"code": code})).send();
    assert_eq!(
        words(&join(&body).await.expect(404), ""),
        words(&join("sfj_CQkJCQkJCQkJCQkJCQkJCQ").await, "")
    );
    let named = |id: &str| {
        let body = json!({"body": "x", "reply_to": id, "thread": id});
        api.post(format!("/v1/conversations/{own}/messages")).as_(&tariro).json(&body).send()
    };
    let answer = named(message.id()).await.expect(422);
    assert_eq!(words(&answer, message.id()), words(&named(random).await, random));
    // Nothing of it happened.
    api.get(format!("/v1/messages/{}", message.id())).as_(&abroad).send().await.expect(200);
}

#[tokio::test]
async fn a_foreign_notification_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    let (tariro, abroad, rudo) =
        (api.member("tariro").await, api.stranger("abroad").await, api.stranger("rudo").await);
    let post = api.published(&abroad).await;
    let like = json!({"reaction": "like"});
    api.put(format!("/v1/posts/{}/reaction", post.id())).as_(&rudo).json(&like).send().await.expect(200);
    api.notify().await;
    let told = api.get("/v1/notifications").as_(&abroad).send().await.expect(200);
    let foreign = told.each("id").remove(0);
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let read = |id: &str| api.put(format!("/v1/notifications/{id}/read")).as_(&tariro).send();
    assert_eq!(words(&read(&foreign).await.expect(404), &foreign), words(&read(random).await, random));
    let up_to = |id: &str| api.put("/v1/notifications/read").as_(&tariro).json(&json!({"up_to": id})).send();
    assert_eq!(words(&up_to(&foreign).await.expect(200), &foreign), words(&up_to(random).await, random));
    assert_eq!(api.get("/v1/notifications").as_(&tariro).send().await.expect(200).each("id"), [""; 0]);
    // Nothing of it happened.
    let unread = api.get("/v1/notifications/unread").as_(&abroad).send().await.expect(200);
    assert_eq!(unread.body, json!({"unread": 1}));
}

#[tokio::test]
async fn a_foreign_group_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    api.events_open().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let body = json!({"name": "Abroad", "slug": "abroad"});
    let group = api.post("/v1/groups").as_(&abroad).json(&body).send().await.expect(201);
    let code = api
        .post(format!("/v1/groups/{}/codes", group.id()))
        .as_(&abroad)
        .json(&json!({}))
        .send()
        .await
        .expect(201);
    let body = json!({"name": "Own", "slug": "own"});
    let own = api.post("/v1/groups").as_(&tariro).json(&body).send().await.expect(201).id().to_owned();
    let (who, made) = (tariro.account.id, code.body["made"]["id"].as_str().unwrap());
    let reason = json!({"reason": "x"});
    let post = json!({"kind": "post", "body": "Mine."});
    for (id, method, path, body) in [
        (group.id(), "GET", "/v1/groups/ID".to_owned(), None),
        (group.id(), "PATCH", "/v1/groups/ID".to_owned(), Some(json!({"name": "Mine"}))),
        (group.id(), "POST", "/v1/groups/ID/archive".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/reopen".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/join".to_owned(), Some(json!({}))),
        (group.id(), "POST", "/v1/groups/ID/accept".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/decline".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/withdraw".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/leave".to_owned(), None),
        (group.id(), "GET", "/v1/groups/ID/members".to_owned(), None),
        (group.id(), "GET", "/v1/groups/ID/events".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/events".to_owned(), Some(api.event(48))),
        (group.id(), "DELETE", format!("/v1/groups/ID/members/{who}"), None),
        (group.id(), "PUT", format!("/v1/groups/ID/members/{who}/role"), Some(json!({"role": "admin"}))),
        (group.id(), "GET", "/v1/groups/ID/requests".to_owned(), None),
        (group.id(), "POST", format!("/v1/groups/ID/requests/{who}/approve"), None),
        (group.id(), "POST", format!("/v1/groups/ID/requests/{who}/decline"), None),
        (group.id(), "GET", "/v1/groups/ID/invitations".to_owned(), None),
        (group.id(), "PUT", format!("/v1/groups/ID/invitations/{}", abroad.account.id), None),
        (group.id(), "DELETE", format!("/v1/groups/ID/invitations/{who}"), None),
        (group.id(), "GET", "/v1/groups/ID/bans".to_owned(), None),
        (group.id(), "PUT", format!("/v1/groups/ID/bans/{who}"), Some(reason.clone())),
        (group.id(), "DELETE", format!("/v1/groups/ID/bans/{who}"), None),
        (group.id(), "GET", "/v1/groups/ID/posts".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/posts".to_owned(), Some(post.clone())),
        (group.id(), "POST", format!("/v1/groups/ID/posts/{who}/take-off"), None),
        (group.id(), "GET", "/v1/groups/ID/files".to_owned(), None),
        (group.id(), "GET", "/v1/groups/ID/codes".to_owned(), None),
        (group.id(), "POST", "/v1/groups/ID/codes".to_owned(), Some(json!({}))),
        (made, "DELETE", format!("/v1/groups/{own}/codes/ID"), None),
    ] {
        let call = |id: &str| {
            let call = api.call(method, path.replace("ID", id)).as_(&tariro);
            let versioned = method == "PATCH" || path.ends_with("archive") || path.ends_with("reopen");
            let call = if versioned { call.if_match(1) } else { call };
            match &body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let answer = call(id).await.expect(404);
        assert_eq!(words(&answer, id), words(&call(random).await, random), "{method} {path}");
    }
    // People of another community neither.
    let abroad_id = abroad.account.id.to_string();
    for (method, path, body) in [("PUT", "invitations", None), ("PUT", "bans", Some(&reason))] {
        let call = |id: &str| {
            let call = api.call(method, format!("/v1/groups/{own}/{path}/{id}")).as_(&tariro);
            match body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let answer = call(&abroad_id).await.expect(404);
        assert_eq!(words(&answer, &abroad_id), words(&call(random).await, random), "{method} {path}");
    }
    let join = |code: &str| api.post("/v1/groups/join").as_(&tariro).json(&json!({"code": code})).send();
    let foreign = code.body["code"].as_str().unwrap();
    assert_eq!(
        words(&join(foreign).await.expect(404), ""),
        words(&join("sfj_CQkJCQkJCQkJCQkJCQkJCQ").await, "")
    );
    // Nothing of it happened.
    let there = api.get(format!("/v1/groups/{}", group.id())).as_(&abroad).send().await.expect(200);
    assert_eq!((&there.body["members"], &there.body["name"]), (&json!(1), &json!("Abroad")));
}

#[tokio::test]
async fn what_is_traded_abroad_is_answered_like_what_nobody_made() {
    let api = Api::new().await;
    let (tariro, abroad, rudo) =
        (api.member("tariro").await, api.stranger("abroad").await, api.stranger("rudo").await);
    let mercy = api.moderator("mercy").await;
    let pump = json!({"kind": "product", "title": "A pump", "description": "x", "negotiable": true, "condition": "new"});
    let pump = api.post("/v1/listings").as_(&abroad).json(&pump).send().await.expect(201);
    api.post(format!("/v1/listings/{}/publish", pump.id())).as_(&abroad).send().await.expect(200);
    let ask = json!({"message": "Is it there?"});
    let path = format!("/v1/listings/{}/inquiries", pump.id());
    let inquiry = api.post(&path).as_(&rudo).json(&ask).send().await.expect(201);
    let (listing, inquiry, person) = (pump.id(), inquiry.id(), abroad.account.id.to_string());
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let said = json!({"message": "x"});
    for (method, path, id, body, status) in [
        ("GET", "/v1/listings/ID", listing, None, 404),
        ("PATCH", "/v1/listings/ID", listing, Some(json!({"title": "Mine"})), 404),
        ("DELETE", "/v1/listings/ID", listing, None, 404),
        ("POST", "/v1/listings/ID/publish", listing, None, 404),
        ("POST", "/v1/listings/ID/withdraw", listing, None, 404),
        ("POST", "/v1/listings/ID/take-off", listing, Some(json!({"reason": "x"})), 404),
        ("PUT", "/v1/listings/ID/save", listing, None, 404),
        ("DELETE", "/v1/listings/ID/save", listing, None, 204),
        ("POST", "/v1/listings/ID/view", listing, None, 404),
        ("GET", "/v1/listings/ID/media/ID/url", listing, None, 404),
        ("POST", "/v1/listings/ID/inquiries", listing, Some(said.clone()), 404),
        ("GET", "/v1/listings?seller=ID", person.as_str(), None, 200),
        ("GET", "/v1/inquiries?listing=ID", listing, None, 200),
        ("GET", "/v1/inquiries/ID", inquiry, None, 404),
        ("GET", "/v1/inquiries/ID/entries", inquiry, None, 404),
        ("POST", "/v1/inquiries/ID/entries", inquiry, Some(said), 404),
        ("POST", "/v1/inquiries/ID/agree", inquiry, Some(json!({})), 404),
        ("POST", "/v1/inquiries/ID/complete", inquiry, None, 404),
        ("POST", "/v1/inquiries/ID/cancel", inquiry, Some(json!({"reason": "x"})), 404),
        ("GET", "/v1/inquiries/ID/review", inquiry, None, 404),
        ("PUT", "/v1/inquiries/ID/review", inquiry, Some(json!({"stars": 1})), 404),
        ("GET", "/v1/profiles/ID/listing-reviews", person.as_str(), None, 404),
        ("GET", "/v1/profiles/ID/seller-stats", person.as_str(), None, 404),
    ] {
        for who in [&tariro, &mercy] {
            let call = |id: &str| {
                let call = api.call(method, path.replace("ID", id)).as_(who);
                let call = if matches!(method, "PATCH" | "DELETE") { call.if_match(1) } else { call };
                match &body {
                    Some(body) => call.json(body).send(),
                    None => call.send(),
                }
            };
            let answer = call(id).await.expect(status);
            assert_eq!(words(&answer, id), words(&call(random).await, random), "{method} {path}");
        }
    }
    assert_eq!(api.get("/v1/listings").as_(&mercy).send().await.expect(200).each("id"), [""; 0]);
    // Nothing of it happened.
    let read = api.get(format!("/v1/inquiries/{inquiry}")).as_(&rudo).send().await.expect(200);
    assert_eq!(read.body["state"], "initiated");
}

#[tokio::test]
async fn a_foreign_event_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    api.events_open().await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let guest = api.stranger("guest").await;
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let event = api.published_event(&abroad, &api.event(48)).await;
    let registration = api.register(&guest, event.id()).await.expect(200);
    let own = api.published_event(&tariro, &api.event(48)).await;
    let given = json!({"title": "Plan", "link": "https://example.org/plan"});
    let add = api.post(format!("/v1/events/{}/resources", event.id())).as_(&abroad).json(&given);
    let resource = add.send().await.expect(201);
    let (who, guest_id) = (tariro.account.id.to_string(), guest.account.id.to_string());
    for (id, method, path, body) in [
        (event.id(), "GET", "/v1/events/ID".to_owned(), None),
        (event.id(), "PATCH", "/v1/events/ID".to_owned(), Some(json!({"title": "Mine"}))),
        (event.id(), "DELETE", "/v1/events/ID".to_owned(), None),
        (event.id(), "POST", "/v1/events/ID/publish".to_owned(), None),
        (event.id(), "POST", "/v1/events/ID/cancel".to_owned(), Some(json!({}))),
        (event.id(), "GET", "/v1/events/ID/calendar.ics".to_owned(), None),
        (event.id(), "GET", "/v1/events/ID/occurrences".to_owned(), None),
        (event.id(), "PATCH", "/v1/events/ID?scope=all".to_owned(), Some(json!({"title": "Mine"}))),
        (event.id(), "DELETE", "/v1/events/ID?scope=all".to_owned(), None),
        (event.id(), "POST", "/v1/events/ID/publish?scope=all".to_owned(), None),
        (event.id(), "POST", "/v1/events/ID/cancel?scope=following".to_owned(), Some(json!({}))),
        (event.id(), "GET", "/v1/events/ID/organisers".to_owned(), None),
        (event.id(), "PUT", format!("/v1/events/ID/organisers/{who}"), None),
        (event.id(), "DELETE", format!("/v1/events/ID/organisers/{who}"), None),
        (event.id(), "GET", "/v1/events/ID/programme".to_owned(), None),
        (event.id(), "PUT", "/v1/events/ID/programme".to_owned(), Some(json!({}))),
        (event.id(), "GET", "/v1/events/ID/resources".to_owned(), None),
        (event.id(), "POST", "/v1/events/ID/resources".to_owned(), Some(given.clone())),
        (resource.id(), "DELETE", format!("/v1/events/{}/resources/ID", own.id()), None),
        (resource.id(), "GET", format!("/v1/events/{}/resources/ID/url", own.id()), None),
        (event.id(), "POST", "/v1/events/ID/registrations".to_owned(), Some(json!({}))),
        (event.id(), "GET", "/v1/events/ID/registrations".to_owned(), None),
        (event.id(), "POST", "/v1/events/ID/invitations".to_owned(), Some(json!({"account": who}))),
        (event.id(), "POST", "/v1/events/ID/check-in".to_owned(), Some(json!({"code": "x"}))),
        (guest_id.as_str(), "PUT", format!("/v1/events/{}/organisers/ID", own.id()), None),
        (registration.id(), "GET", "/v1/registrations/ID".to_owned(), None),
        (registration.id(), "GET", "/v1/registrations/ID/code".to_owned(), None),
        (registration.id(), "POST", "/v1/registrations/ID/accept".to_owned(), None),
        (registration.id(), "POST", "/v1/registrations/ID/decline".to_owned(), None),
        (registration.id(), "POST", "/v1/registrations/ID/cancel".to_owned(), None),
        (registration.id(), "POST", "/v1/registrations/ID/approve".to_owned(), None),
        (registration.id(), "POST", "/v1/registrations/ID/refuse".to_owned(), None),
        (registration.id(), "POST", "/v1/registrations/ID/take-back".to_owned(), None),
    ] {
        let call = |id: &str| {
            let call = api.call(method, path.replace("ID", id)).as_(&tariro);
            let call =
                if method == "PATCH" || path.ends_with("/programme") { call.if_match(1) } else { call };
            match &body {
                Some(body) => call.json(body).send(),
                None => call.send(),
            }
        };
        let answer = call(id).await.expect(404);
        assert_eq!(words(&answer, id), words(&call(random).await, random), "{method} {path}");
    }
    let invite = |id: &str| {
        let path = format!("/v1/events/{}/invitations", own.id());
        api.post(path).as_(&tariro).json(&json!({"account": id})).send()
    };
    let answer = invite(&guest_id).await.expect(404);
    assert_eq!(words(&answer, &guest_id), words(&invite(random).await, random));
    // Nothing of it happened.
    let there =
        api.get(format!("/v1/registrations/{}", registration.id())).as_(&guest).send().await.expect(200);
    assert_eq!(there.body["state"], "going");
}
