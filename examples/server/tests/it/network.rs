//! Networks and introductions over HTTP.

use serde_json::json;
use smilefactory_core::social::{Connection, ConnectionKind, ConnectionMade, Pair};
use smilefactory_store::network::{READER, Strengths};
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;

use crate::support::{Api, Person, an_innovator, an_investor};

impl Api {
    async fn tie(&self, one: &Person, other: &Person) {
        let mut tx = self.db.store.write(&self.db.one.scope).await.unwrap();
        let (pair, kind) =
            (Pair::new(one.account.id, other.account.id).unwrap(), ConnectionKind::Professional);
        let connection = Connection { pair, kind, requested_by: one.account.id, since: tx.now() };
        tx.connections().insert(&connection).await.unwrap();
        tx.tell(ConnectionMade { connection: pair.low(), other: pair.high(), kind }).unwrap();
        tx.commit().await.unwrap();
    }

    /// Four people, of whom each knows the next.
    async fn chain(&self) -> [Person; 4] {
        let people = [
            self.member("seeker").await,
            self.member("first").await,
            self.member("second").await,
            self.member("target").await,
        ];
        for (n, person) in people.iter().enumerate() {
            self.profile(person, &if n % 2 == 0 { an_innovator() } else { an_investor() }).await;
        }
        self.settle().await;
        for pair in people.windows(2) {
            self.tie(&pair[0], &pair[1]).await;
        }
        self.drain(&Relay::new(self.db.store.clone(), READER, Strengths)).await;
        people
    }
}

#[tokio::test]
async fn ones_own_network_is_told_with_what_its_people_show() {
    let api = Api::new().await;
    let [seeker, first, ..] = api.chain().await;
    let network = api.get("/v1/network").as_(&first).send().await.expect(200).body;
    assert_eq!((&network["connections"], &network["growth"][11]["made"]), (&json!(2), &json!(2)));
    assert_eq!(network["kinds"], json!([{"kind": "professional", "connections": 2}]));
    assert_eq!(network["diversity"]["people_in_industries"], json!([{"what": "agriculture", "people": 2}]));
    assert_eq!(network["diversity"]["people_of_kinds"], json!([{"kind": "innovator", "people": 2}]));
    let small = api.get("/v1/network").as_(&seeker).send().await.expect(200).body;
    assert_eq!((&small["connections"], &small["diversity"]["kinds"]), (&json!(1), &json!(0.0)));
    api.get("/v1/network").send().await.expect(401);
}

#[tokio::test]
async fn who_stands_on_the_way_is_named_when_they_agree() {
    let api = Api::new().await;
    let [seeker, first, second, target] = api.chain().await;
    let path = format!("/v1/network/introductions/{}", target.account.id);
    let unnamed = api.get(&path).as_(&seeker).send().await.expect(200);
    for hidden in [&first, &second] {
        assert!(!unnamed.text.contains(&hidden.account.id.to_string()), "{}", unnamed.text);
    }
    let found = &unnamed.body["paths"][0];
    for stop in found["through"].as_array().unwrap() {
        assert!(stop["first_name"].is_null() && stop["last_name"].is_null(), "{found}");
    }
    assert_eq!((&found["hops"], &found["through"][0]["naming"]), (&json!(3), &json!("may_be_asked")));
    let tenths = found["strength"].as_f64().unwrap() * 10.0;
    assert!((tenths - tenths.round()).abs() < 1e-9, "{found}");

    let chosen = json!({"consent": "always"});
    api.put("/v1/network/consent").as_(&first).json(&chosen).send().await.expect(200);
    assert_eq!(api.get("/v1/network/consent").as_(&first).send().await.expect(200).body, chosen);
    let untouched = api.get("/v1/network/consent").as_(&second).send().await.expect(200);
    assert_eq!(untouched.body, json!({"consent": "ask"}));
    api.put("/v1/network/consent")
        .as_(&first)
        .json(&json!({"consent": "perhaps"}))
        .send()
        .await
        .violations(&[("/consent", "unknown_value")]);

    let why = json!({"message": "We build the same kind of pump."});
    api.post(&path)
        .as_(&seeker)
        .json(&json!({"message": "Hi."}))
        .send()
        .await
        .violations(&[("/message", "too_short")]);
    let asked = api.post(&path).as_(&seeker).key("ask").json(&why).send().await.expect(200);
    assert_eq!(asked.body["asked"], 1);
    let again = api.post(&path).as_(&seeker).key("ask").json(&why).send().await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    api.post(&path).as_(&seeker).json(&why).send().await.expect(409).problem("step_refused");

    let questions = api.get("/v1/network/introductions/asked").as_(&second).send().await.expect(200);
    let id = questions.each("id").remove(0);
    let answer = |who: &Person, step: &str| {
        api.post(format!("/v1/network/introductions/asked/{id}/{step}")).as_(who).send()
    };
    answer(&first, "grant").await.expect(404).problem("not_found");
    answer(&second, "grant").await.expect(200);
    answer(&second, "grant").await.expect(409).problem("step_refused");
    let named = api.get(&path).as_(&seeker).send().await.expect(200);
    let who: Vec<_> = [&first, &second].map(|person| json!(person.account.id)).to_vec();
    let through = named.body["paths"][0]["through"].as_array().unwrap();
    assert_eq!(through.iter().map(|stop| stop["account"].clone()).collect::<Vec<_>>(), who);
    answer(&second, "decline").await.expect(200);
    let taken_back = api.get(&path).as_(&seeker).send().await.expect(200);
    assert!(!taken_back.text.contains(&second.account.id.to_string()));

    let next = format!("/v1/network/introductions/{}", first.account.id);
    assert_eq!(api.get(&next).as_(&seeker).send().await.expect(200).body["connected"], json!(true));
    api.post(&next).as_(&seeker).json(&why).send().await.expect(409);
    let oneself = format!("/v1/network/introductions/{}", seeker.account.id);
    api.get(&oneself).as_(&seeker).send().await.expect(404);
}

#[tokio::test]
async fn a_foreign_id_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    let [seeker, _, second, target] = api.chain().await;
    let abroad = api.stranger("abroad").await;
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    let why = json!({"message": "We build the same kind of pump."});
    let ask = |who: &Person, id: &str| {
        api.post(format!("/v1/network/introductions/{id}")).as_(who).json(&why).send()
    };
    ask(&seeker, &target.account.id.to_string()).await.expect(200);
    let questions = api.get("/v1/network/introductions/asked").as_(&second).send().await.expect(200);
    let question = questions.each("id").remove(0);
    let words = |answer: crate::support::Answer, id: &str| {
        answer.text.replace(answer.header("x-request-id"), "").replace(id, "ID")
    };
    let person = target.account.id.to_string();
    let read = |id: &str| api.get(format!("/v1/network/introductions/{id}")).as_(&abroad).send();
    assert_eq!(words(read(&person).await.expect(404), &person), words(read(random).await, random));
    assert_eq!(
        words(ask(&abroad, &person).await.expect(404), &person),
        words(ask(&abroad, random).await, random)
    );
    for step in ["grant", "decline"] {
        let answer =
            |id: &str| api.post(format!("/v1/network/introductions/asked/{id}/{step}")).as_(&abroad).send();
        assert_eq!(
            words(answer(&question).await.expect(404), &question),
            words(answer(random).await, random)
        );
    }
    assert_eq!(
        api.get("/v1/network/introductions/asked").as_(&abroad).send().await.expect(200).each("id"),
        [""; 0]
    );
}

#[tokio::test]
async fn how_strong_a_connection_is_stands_in_ones_own_list_only() {
    let api = Api::new().await;
    let [seeker, first, second, _] = api.chain().await;
    let mine = api.get("/v1/connections?sort=strength").as_(&first).send().await.expect(200);
    let strengths =
        mine.body["items"].as_array().unwrap().iter().map(|item| item["strength"].as_f64().unwrap());
    let strengths: Vec<_> = strengths.collect();
    assert!(
        strengths.len() == 2 && strengths.iter().all(|strength| (0.1..0.9).contains(strength)),
        "{strengths:?}"
    );
    let one = api.get(format!("/v1/connections/{}", second.account.id)).as_(&first).send().await.expect(200);
    assert!(
        strengths.iter().any(|strength| (one.body["strength"].as_f64().unwrap() - strength).abs() < 1e-9)
    );

    let theirs = format!("/v1/profiles/{}/connections", first.account.id);
    let list = api.get(&theirs).as_(&seeker).send().await.expect(200);
    assert!(
        list.body["items"].as_array().unwrap().iter().all(|item| item["strength"].is_null()),
        "{}",
        list.text
    );
    let sorted = |sort: &str| api.get(format!("{theirs}?sort={sort}")).as_(&seeker).send();
    assert_eq!(sorted("name").await.expect(200).each("account").len(), 2);
    sorted("strength").await.violations(&[("/sort", "unknown_value")]);
}
