//! Conversations of two and of many.

use serde_json::{Value, json};

use crate::support::{Answer, Api, Person, an_innovator};

impl Api {
    /// Somebody strangers may write to.
    pub(crate) async fn reachable(&self, name: &str) -> Person {
        let person = self.member(name).await;
        self.profile(&person, &an_innovator()).await;
        person
    }

    pub(crate) async fn connected(&self, one: &Person, other: &Person) {
        self.db.one.connect(one.account.id, other.account.id).await;
    }

    pub(crate) async fn blocked(&self, by: &Person, other: &Person) {
        self.db.one.block(by.account.id, other.account.id).await;
    }

    pub(crate) async fn write_to(&self, from: &Person, to: &Person, body: &str) -> Answer {
        let body = json!({"to": to.account.id, "message": {"body": body}});
        self.post("/v1/messages").as_(from).json(&body).send().await
    }

    pub(crate) async fn message(&self, who: &Person, conversation: &str, body: &str) -> Answer {
        let path = format!("/v1/conversations/{conversation}/messages");
        self.post(path).as_(who).json(&json!({ "body": body })).send().await
    }

    /// A group that somebody made with those who are connected with them.
    pub(crate) async fn group(&self, by: &Person, others: &[&Person]) -> Answer {
        for other in others {
            self.connected(by, other).await;
        }
        let members: Vec<_> = others.iter().map(|other| other.account.id).collect();
        let body = json!({"title": "Pumps", "history": "start", "members": members});
        self.post("/v1/conversations").as_(by).json(&body).send().await.expect(201)
    }
}

fn conversation_of(message: &Answer) -> String {
    message.body["conversation"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_strangers_message_waits_and_is_told_to_have_been_read_once_it_is_accepted() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.reachable("rudo").await);
    let message = api.write_to(&tariro, &rudo, "May I ask?").await.expect(201);
    let id = conversation_of(&message);
    let list = |show: &'static str| api.get(format!("/v1/conversations?show={show}")).as_(&rudo).send();
    assert_eq!(list("inbox").await.expect(200).body["items"], json!([]));
    let asked = list("requests").await.expect(200);
    assert_eq!(asked.body["items"][0]["last_message"]["body"], "May I ask?");
    assert_eq!(asked.body["items"][0]["with"], json!(tariro.account.id));
    let read = |n: u64| {
        api.put(format!("/v1/conversations/{id}/read")).as_(&rudo).json(&json!({ "read_seq": n })).send()
    };
    let receipts = || api.get(format!("/v1/conversations/{id}/receipts")).as_(&tariro).send();
    assert_eq!(read(1).await.expect(200).body["read_seq"], 1);
    assert_eq!(receipts().await.expect(200).body["items"], json!([]), "not before it is accepted");
    let step = |step: &str| api.post(format!("/v1/conversations/{id}/{step}")).as_(&rudo).send();
    assert_eq!(step("accept").await.expect(200).body["state"], "active");
    step("accept").await.expect(409).problem("step_refused");
    assert_eq!(receipts().await.expect(200).body["items"][0]["read_seq"], 1);
    assert_eq!(read(0).await.expect(200).body["read_seq"], 1, "nothing goes back");

    let keep =
        |body: Value| api.patch(format!("/v1/conversations/{id}/membership")).as_(&rudo).json(&body).send();
    keep(json!({"receipts": false})).await.expect(200);
    assert_eq!(receipts().await.expect(200).body["items"], json!([]));
    keep(json!({"archived": true})).await.expect(200);
    assert_eq!(list("inbox").await.expect(200).body["items"], json!([]));
    assert_eq!(list("archived").await.expect(200).body["items"].as_array().unwrap().len(), 1);
    keep(json!({"muted_until": "tomorrow"})).await.violations(&[("/muted_until", "malformed")]);
    api.get("/v1/conversations?show=all").as_(&rudo).send().await.violations(&[("/show", "unknown_value")]);
}

#[tokio::test]
async fn whom_one_may_not_write_to_is_nobody_in_the_same_words() {
    let api = Api::new().await;
    let (tariro, rudo, hidden) =
        (api.member("tariro").await, api.reachable("rudo").await, api.member("hidden").await);
    let abroad = api.stranger("abroad").await;
    api.blocked(&rudo, &tariro).await;
    let words = |answer: &Answer, id: String| {
        answer.text.replace(answer.header("x-request-id"), "").replace(&id, "ID")
    };
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let write = |to: String| {
        let body = json!({"to": to, "message": {"body": "Hello."}});
        api.post("/v1/messages").as_(&tariro).json(&body).send()
    };
    let nobody = write(random.to_owned()).await.expect(404).problem("not_found");
    for person in [&rudo, &hidden, &abroad, &tariro] {
        let id = person.account.id.to_string();
        let answer = write(id.clone()).await.expect(404);
        assert_eq!(words(&answer, id), words(&nobody, random.to_owned()));
    }
    // One that was there is not there any more, for either of them.
    let chipo = api.reachable("chipo").await;
    let message = api.write_to(&tariro, &chipo, "Hello.").await.expect(201);
    let id = conversation_of(&message);
    api.blocked(&chipo, &tariro).await;
    for who in [&tariro, &chipo] {
        for path in ["", "/messages", "/members", "/receipts"] {
            api.get(format!("/v1/conversations/{id}{path}")).as_(who).send().await.expect(404);
        }
        api.get(format!("/v1/messages/{}", message.id())).as_(who).send().await.expect(404);
        api.get("/v1/messages/search?q=hello").as_(who).send().await.expect(200).each("id").is_empty();
        let other = if who.account.id == tariro.account.id { &chipo } else { &tariro };
        let with = api.get(format!("/v1/conversations/with/{}", other.account.id)).as_(who).send().await;
        with.expect(404).problem("not_found");
    }
    let answer = api.message(&tariro, &id, "Hello?").await.expect(404);
    let random = api.message(&tariro, random, "Hello?").await.expect(404);
    assert_eq!(words(&answer, id), words(&random, "0195510c-a3c0-7fff-bfff-ffffffffffff".to_owned()));
}

#[tokio::test]
async fn a_group_is_joined_with_a_code_and_looked_after_by_its_owner() {
    let api = Api::new().await;
    let (tariro, rudo, chipo) =
        (api.member("tariro").await, api.member("rudo").await, api.member("chipo").await);
    let group = api.group(&tariro, &[&rudo]).await;
    let path = |rest: &str| format!("/v1/conversations/{}{rest}", group.id());
    assert_eq!((&group.body["members"], group.header("etag")), (&json!(2), "\"1\""));
    let made = api.post(path("/invitations")).as_(&rudo).json(&json!({})).send().await;
    made.expect(403).problem("forbidden");
    let made = api.post(path("/invitations")).as_(&tariro).json(&json!({"max_uses": 0})).send().await;
    made.violations(&[("/max_uses", "out_of_range")]);
    let made = api.post(path("/invitations")).as_(&tariro).json(&json!({})).send().await.expect(201);
    let code = made.body["code"].as_str().unwrap().to_owned();
    let listed = api.get(path("/invitations")).as_(&tariro).send().await.expect(200);
    assert!(!listed.text.contains(&code), "shown once");
    let join =
        |code: &str| api.post("/v1/conversations/join").as_(&chipo).json(&json!({ "code": code })).send();
    join("sfj_nothing").await.expect(404).problem("not_found");
    assert_eq!(join(&code).await.expect(200).body["state"], "active");

    let change = |who: &Person, version: i64, body: Value| {
        api.patch(path("")).as_(who).if_match(version).json(&body).send()
    };
    change(&rudo, 1, json!({"title": "Mine"})).await.expect(403).problem("forbidden");
    change(&tariro, 1, json!({"title": "Wells"})).await.expect(200);
    change(&tariro, 1, json!({"title": "Pumps"})).await.expect(412).problem("stale");
    change(&tariro, 2, json!({"member_limit": 2})).await.expect(409).problem("step_refused");
    change(&tariro, 2, json!({"title": ""})).await.violations(&[("/title", "required")]);

    let members = api.get(path("/members")).as_(&rudo).send().await.expect(200);
    assert_eq!(members.each("account").len(), 3);
    api.get(path("/members?state=request")).as_(&rudo).send().await.expect(403).problem("forbidden");
    let role = |who: &Person, of: &Person, role: &str| {
        let path = path(&format!("/members/{}/role", of.account.id));
        api.put(path).as_(who).json(&json!({ "role": role })).send()
    };
    role(&rudo, &chipo, "admin").await.expect(403).problem("forbidden");
    role(&tariro, &rudo, "admin").await.expect(200);
    let remove =
        |who: &Person, of: &Person| api.delete(path(&format!("/members/{}", of.account.id))).as_(who).send();
    remove(&rudo, &tariro).await.expect(403).problem("forbidden");
    remove(&rudo, &chipo).await.expect(204);
    remove(&rudo, &chipo).await.expect(404).problem("not_found");
    api.get(path("")).as_(&chipo).send().await.expect(404);
    api.post(path("/leave")).as_(&tariro).send().await.expect(409).problem("step_refused");
    role(&tariro, &rudo, "owner").await.expect(200);
    api.post(path("/leave")).as_(&tariro).send().await.expect(204);
    let left = api.get(path("")).as_(&rudo).send().await.expect(200);
    assert_eq!(left.body["conversation"]["owners"], 1);
    // A conversation of two has none of this.
    let direct = conversation_of(&api.write_to(&tariro, &rudo, "Thank you.").await.expect(201));
    api.post(format!("/v1/conversations/{direct}/leave")).as_(&rudo).send().await.expect(409);
    let edit = api.patch(format!("/v1/conversations/{direct}")).as_(&rudo).if_match(1);
    edit.json(&json!({"title": "Us"})).send().await.expect(409).problem("step_refused");
}

#[tokio::test]
async fn a_day_has_so_many_messages_to_strangers() {
    let api = Api::new().await;
    api.set(&api.db.one, |settings| settings.stranger_messages_a_day = 1).await;
    let (tariro, rudo) = (api.member("tariro").await, api.reachable("rudo").await);
    let message = api.write_to(&tariro, &rudo, "One.").await.expect(201);
    api.write_to(&tariro, &rudo, "Two.").await.expect(403).problem("quota_exceeded");
    let id = conversation_of(&message);
    api.message(&tariro, &id, "Two.").await.expect(403).problem("quota_exceeded");
    let members = json!({"title": "Trap", "members": [rudo.account.id]});
    let group = api.post("/v1/conversations").as_(&tariro).json(&members).send().await;
    group.expect(403).problem("quota_exceeded");
    api.connected(&tariro, &rudo).await;
    api.message(&tariro, &id, "Two.").await.expect(201);
}

#[tokio::test]
async fn the_list_has_pages_and_pinned_ones_first() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        api.db.clock.advance(chrono::TimeDelta::seconds(1));
        made.insert(0, api.group(&tariro, &[]).await.id().to_owned());
    }
    let last = made.pop().unwrap();
    let pin = api.patch(format!("/v1/conversations/{last}/membership")).as_(&tariro);
    pin.json(&json!({"pinned": true})).send().await.expect(200);
    made.insert(0, last);
    let (mut seen, mut path) = (Vec::new(), "/v1/conversations?limit=2".to_owned());
    loop {
        let page = api.get(&path).as_(&tariro).send().await.expect(200);
        let items = page.body["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|entry| entry["conversation"]["id"].as_str().unwrap().to_owned()));
        if page.body["has_more"] == false {
            break;
        }
        path = page.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(seen, made);
}
