//! What people say to each other.

use serde_json::{Value, json};

use crate::support::{Answer, Api, Person};

async fn two(api: &Api) -> (Person, Person, String) {
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let group = api.group(&tariro, &[&rudo]).await;
    let id = group.id().to_owned();
    (tariro, rudo, id)
}

#[tokio::test]
async fn what_is_said_is_read_changed_answered_and_taken_back() {
    let api = Api::new().await;
    let (tariro, rudo, id) = two(&api).await;
    let first = api.message(&tariro, &id, "Does it run?").await.expect(201);
    assert_eq!(
        (first.header("location"), first.header("etag")),
        (&*format!("/v1/messages/{}", first.id()), "\"1\"")
    );
    let send = |who: &Person, body: Value| {
        api.post(format!("/v1/conversations/{id}/messages")).as_(who).json(&body).send()
    };
    send(&rudo, json!({})).await.violations(&[("/body", "required")]);
    send(&rudo, json!({"body": "x".repeat(5_001)})).await.violations(&[("/body", "too_long")]);
    let elsewhere = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    send(&rudo, json!({"body": "?", "reply_to": elsewhere}))
        .await
        .violations(&[("/reply_to", "unknown_value")]);
    send(&rudo, json!({"body": "?", "attachments": [elsewhere]}))
        .await
        .violations(&[("/attachments/0", "not_allowed")]);
    send(&rudo, json!({"body": "?", "id": elsewhere})).await.violations(&[("/id", "malformed")]);
    let reply = send(&rudo, json!({"body": "It does.", "reply_to": first.id()})).await.expect(201);
    assert_eq!((&reply.body["seq"], &reply.body["reply_to"]), (&json!(2), &json!(first.id())));

    let path = format!("/v1/messages/{}", reply.id());
    let edit = |who: &Person, version: i64| {
        api.patch(&path).as_(who).if_match(version).json(&json!({"body": "It did."})).send()
    };
    edit(&tariro, 1).await.expect(403).problem("forbidden");
    assert_eq!(edit(&rudo, 1).await.expect(200).header("etag"), "\"2\"");
    edit(&rudo, 1).await.expect(412).problem("stale");
    let react = api.put(format!("{path}/reaction")).as_(&tariro).json(&json!({"reaction": "like"}));
    react.send().await.expect(204);
    let seen = api.get(&path).as_(&tariro).send().await.expect(200);
    assert_eq!((&seen.body["reactions"]["like"], &seen.body["reacted"]), (&json!(1), &json!("like")));
    let thread = send(&tariro, json!({"body": "Where?", "thread": first.id()})).await.expect(201);
    let listed = api.get(format!("/v1/messages/{}/thread", first.id())).as_(&rudo).send().await.expect(200);
    assert_eq!(listed.each("id"), [thread.id()]);

    api.delete(&path).as_(&tariro).send().await.expect(204);
    api.delete(&path).as_(&rudo).send().await.expect(409).problem("step_refused");
    edit(&rudo, 3).await.expect(409).problem("step_refused");
    send(&rudo, json!({"body": "?", "reply_to": reply.id()})).await.expect(409).problem("step_refused");
    let history = |query: &str| api.get(format!("/v1/conversations/{id}/messages{query}")).as_(&rudo).send();
    let all = history("?order=oldest").await.expect(200);
    let bodies: Vec<_> =
        all.body["items"].as_array().unwrap().iter().map(|item| item["body"].clone()).collect();
    assert_eq!(bodies, [json!("Does it run?"), Value::Null, json!("Where?")]);
    let numbers = |answer: Answer| -> Vec<u64> {
        answer.body["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(history("?from=2").await.expect(200)), [2, 1]);
    assert_eq!(numbers(history("?from=2&order=oldest").await.expect(200)), [2, 3]);
    history("?from=two").await.violations(&[("/from", "malformed")]);
}

#[tokio::test]
async fn a_message_sent_again_is_one_and_its_text_is_kept_nowhere() {
    let api = Api::new().await;
    let (tariro, rudo, id) = two(&api).await;
    let send = |key: &'static str| {
        let path = format!("/v1/conversations/{id}/messages");
        api.post(path).as_(&tariro).header("idempotency-key", key).json(&json!({"body": "xylophone"})).send()
    };
    let (first, again) = (send("one").await.expect(201), send("one").await.expect(201));
    assert_eq!((first.id(), again.header("idempotent-replayed")), (again.id(), "true"));
    assert_eq!(again.body["body"], "xylophone");
    let to = json!({"to": rudo.account.id, "message": {"body": "xylophone"}});
    let write = || api.post("/v1/messages").as_(&tariro).header("idempotency-key", "two").json(&to).send();
    assert_eq!(write().await.expect(201).id(), write().await.expect(201).id());
    api.post(format!("/v1/conversations/{id}/accept")).as_(&rudo).send().await.expect(409);
    assert_eq!(api.db.tables_with("xylophone").await, Vec::<String>::new());
    let own: smilefactory_core::id::MessageId = api.db.store.new_id().unwrap();
    let send = || {
        let path = format!("/v1/conversations/{id}/messages");
        api.post(path).as_(&tariro).json(&json!({"id": own, "body": "Mine."})).send()
    };
    let (first, again) = (send().await.expect(201), send().await.expect(201));
    assert_eq!(
        (first.id(), again.id(), &first.body["seq"]),
        (&*own.to_string(), &*own.to_string(), &again.body["seq"])
    );
}

#[tokio::test]
async fn twenty_who_send_at_once_have_twenty_numbers() {
    let api = Api::new().await;
    let (tariro, rudo, id) = two(&api).await;
    let sending = (0..20).map(|n| {
        let (api, who, id) = (&api, if n % 2 == 0 { &tariro } else { &rudo }, &id);
        async move { api.message(who, id, &format!("{n}")).await.expect(201).body["seq"].as_u64().unwrap() }
    });
    let mut numbers = futures::future::join_all(sending).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    let unread = api.get("/v1/conversations/unread").as_(&tariro).send().await.expect(200);
    assert!(unread.body["messages"].as_u64().unwrap() <= 20);
}

#[tokio::test]
async fn messages_are_searched_by_words() {
    let api = Api::new().await;
    let (tariro, rudo, id) = two(&api).await;
    for body in ["The solar pump.", "A pump by hand.", "No matter."] {
        api.db.clock.advance(chrono::TimeDelta::seconds(1));
        api.message(&tariro, &id, body).await.expect(201);
    }
    let search = |who: &Person, q: &str| api.get(format!("/v1/messages/search?{q}")).as_(who).send();
    let found = search(&rudo, "q=PUMP&limit=1").await.expect(200);
    assert_eq!(found.body["items"][0]["body"], "A pump by hand.");
    let next = found.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
    assert_eq!(
        api.get(&next).as_(&rudo).send().await.expect(200).body["items"][0]["body"],
        "The solar pump."
    );
    assert_eq!(search(&rudo, "q=pump%20solar").await.expect(200).body["items"].as_array().unwrap().len(), 1);
    search(&rudo, "").await.violations(&[("/q", "required")]);
    search(&rudo, "q=%21%21").await.violations(&[("/q", "malformed")]);
    let outsider = api.member("outsider").await;
    assert_eq!(search(&outsider, "q=pump").await.expect(200).body["items"], json!([]));
}
