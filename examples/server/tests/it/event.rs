//! Events and registrations over HTTP.

use chrono::TimeDelta;
use serde_json::{Value, json};
use smilefactory_core::event::Zone;

use crate::support::{Answer, Api, Person};

impl Api {
    /// Profiles of a test need not be complete.
    pub(crate) async fn events_open(&self) {
        for tenant in [&self.db.one, &self.db.two] {
            self.set(tenant, |settings| settings.completion_bands.events_from = 0).await;
        }
    }

    /// What an event is said to be that begins in so many hours.
    pub(crate) fn event(&self, hours: i64) -> Value {
        let wall = |hours| Zone::UTC.wall(self.db.store.now() + TimeDelta::hours(hours)).to_string();
        json!({
            "title": "Solar pumps in practice", "description": "We take **one** apart.", "category": "workshop",
            "format": "online", "join_at": "https://example.org/join", "starts": wall(hours), "ends": wall(hours + 2),
            "zone": "Etc/UTC", "capacity": 1,
        })
    }

    pub(crate) async fn published_event(&self, by: &Person, event: &Value) -> Answer {
        let made = self.post("/v1/events").as_(by).json(event).send().await.expect(201);
        let publish = self.post(format!("/v1/events/{}/publish", made.id())).as_(by);
        publish.send().await.expect(200)
    }

    pub(crate) async fn register(&self, who: &Person, event: &str) -> Answer {
        self.post(format!("/v1/events/{event}/registrations")).as_(who).json(&json!({})).send().await
    }
}

#[tokio::test]
async fn an_event_takes_a_complete_profile_and_times_that_clocks_show() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let create = |event: Value| api.post("/v1/events").as_(&tariro).json(&event).send();
    create(api.event(48)).await.expect(403).problem("completion_too_low");
    api.events_open().await;
    let berlin = |starts: &str, ends: &str| {
        let mut event = api.event(48);
        for (name, value) in [("starts", starts), ("ends", ends), ("zone", "Europe/Berlin")] {
            event[name] = json!(value);
        }
        event
    };
    let skipped = create(berlin("2099-03-29T02:30", "2099-03-29T04:00")).await;
    skipped.violations(&[("/starts", "out_of_range")]);
    let twice = create(berlin("2099-10-25T02:30", "2099-10-25T03:30")).await.expect(201);
    assert_eq!(twice.body["starts_at"], "2099-10-25T00:30:00Z");
    let wrong = json!({"title": "", "format": "hybrid", "zone": "Mars"});
    let found = create(wrong).await.expect(422);
    assert!(found.body["errors"].as_array().unwrap().len() >= 6, "{}", found.text);

    let made = create(api.event(48)).await.expect(201);
    let path = format!("/v1/events/{}", made.id());
    assert_eq!((made.header("location"), made.header("etag")), (path.as_str(), "\"1\""));
    let patch = |body: Value| api.patch(&path).as_(&tariro).if_match(1).json(&body).send();
    patch(json!({"ends": "2001-01-01T00:00"})).await.violations(&[("/ends", "range_order")]);
    let changed =
        patch(json!({"price": {"amount": "5", "currency": "USD"}, "capacity": null})).await.expect(200);
    assert_eq!((&changed.body["price"]["amount"], &changed.body["capacity"]), (&json!("5.00"), &json!(null)));
    patch(json!({"title": "Later"})).await.expect(412).problem("stale");
}

#[tokio::test]
async fn a_seat_is_taken_waited_for_offered_and_shown_at_the_door() {
    let api = Api::new().await;
    api.events_open().await;
    let (host, rudo, chipo) = (api.member("host").await, api.member("rudo").await, api.member("chipo").await);
    let event = api.published_event(&host, &api.event(6)).await;
    let seat = api.register(&rudo, event.id()).await.expect(200);
    let waits = api.register(&chipo, event.id()).await.expect(200);
    assert_eq!((&seat.body["state"], &waits.body["state"]), (&json!("going"), &json!("waitlisted")));
    api.register(&rudo, event.id()).await.expect(409).problem("step_refused");
    let see = |who| api.get(format!("/v1/events/{}", event.id())).as_(who).send();
    assert_eq!(see(&rudo).await.expect(200).body["join_at"], "https://example.org/join");
    let hidden = see(&chipo).await.expect(200);
    assert_eq!((&hidden.body["join_at"], &hidden.body["own"]["state"]), (&json!(null), &json!("waitlisted")));
    assert_eq!(hidden.body["seats"][0]["taken"], 1);

    let list = format!("/v1/events/{}/registrations", event.id());
    api.get(&list).as_(&rudo).send().await.expect(403).problem("forbidden");
    let listed = api.get(format!("{list}?limit=1")).as_(&host).send().await.expect(200);
    assert_eq!(listed.body["has_more"], true);
    let step = |who, registration: &Answer, step: &str| {
        api.post(format!("/v1/registrations/{}/{step}", registration.id())).as_(who).send()
    };
    step(&chipo, &waits, "accept").await.expect(409).problem("step_refused");
    step(&rudo, &waits, "accept").await.expect(404);
    step(&rudo, &waits, "approve").await.expect(403).problem("forbidden");
    step(&rudo, &seat, "cancel").await.expect(200);
    assert_eq!(step(&chipo, &waits, "accept").await.expect(200).body["state"], "going");
    let code = api.get(format!("/v1/registrations/{}/code", waits.id())).as_(&chipo).send().await.expect(200);
    let door = |who, code: &Value| {
        api.post(format!("/v1/events/{}/check-in", event.id())).as_(who).json(&json!({ "code": code })).send()
    };
    door(&rudo, &code.body["code"]).await.expect(403).problem("forbidden");
    door(&host, &json!("made up")).await.expect(404).problem("not_found");
    assert_eq!(door(&host, &code.body["code"]).await.expect(200).body["state"], "checked_in");
    door(&host, &code.body["code"]).await.expect(409).problem("step_refused");
    let own = api.get("/v1/registrations?state=checked_in").as_(&chipo).send().await.expect(200);
    assert_eq!(own.body["items"][0]["title"], "Solar pumps in practice");
    let cancel = api.post(format!("/v1/events/{}/cancel", event.id())).as_(&host);
    let off = cancel.json(&json!({"reason": "No power."})).send().await.expect(200);
    assert_eq!((&off.body["state"], &off.body["cancelled_for"]), (&json!("cancelled"), &json!("No power.")));
}

#[tokio::test]
async fn a_calendar_reads_events_at_an_address_that_can_be_taken_back() {
    let api = Api::new().await;
    api.events_open().await;
    let (host, rudo) = (api.member("host").await, api.member("rudo").await);
    let event = api.published_event(&host, &api.event(48)).await;
    let file = api.get(format!("/v1/events/{}/calendar.ics", event.id())).as_(&rudo).send().await.expect(200);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    assert!(
        file.text.contains("SUMMARY:Solar pumps in practice\r\n") && !file.text.contains("URL:"),
        "{}",
        file.text
    );
    api.register(&rudo, event.id()).await.expect(200);
    let make = || api.post("/v1/events/feed").as_(&rudo).send();
    let first = make().await.expect(201);
    let address = |made: &Answer| made.header("location").to_owned();
    let feed = api.get(address(&first)).send().await.expect(200);
    assert!(feed.text.contains("URL:https://example.org/join\r\n"), "{}", feed.text);
    let second = make().await.expect(201);
    api.get(address(&first)).send().await.expect(404);
    api.get(address(&second)).send().await.expect(200);
    api.delete("/v1/events/feed").as_(&rudo).send().await.expect(204);
    api.get(address(&second)).send().await.expect(404);
    api.get("/v1/events/feed/sf_x").send().await.expect(404);
}

#[tokio::test]
async fn events_are_listed_by_time_and_place() {
    let api = Api::new().await;
    api.events_open().await;
    let (host, rudo) = (api.member("host").await, api.member("rudo").await);
    let later = api.published_event(&host, &api.event(60)).await;
    let first = api.published_event(&host, &api.event(48)).await;
    let list = |query: &str| api.get(format!("/v1/events?{query}")).as_(&rudo).send();
    assert_eq!(list("").await.expect(200).each("id"), [first.id(), later.id()]);
    let page = list("limit=1").await.expect(200);
    let next = list(&format!("limit=1&cursor={}", page.body["next_cursor"].as_str().unwrap())).await;
    assert_eq!(next.expect(200).each("id"), [later.id()]);
    assert!(list("window=past").await.expect(200).each("id").is_empty());
    assert!(list("city=Harare").await.expect(200).each("id").is_empty());
    list("month=2026-13&zone=Mars&free=perhaps").await.violations(&[
        ("/month", "malformed"),
        ("/zone", "malformed"),
        ("/free", "malformed"),
    ]);
    let month = &later.body["starts_at"].as_str().unwrap()[..7];
    let counted = api.get(format!("/v1/events/calendar?month={month}")).as_(&rudo).send().await.expect(200);
    assert!(!counted.body["days"].as_array().unwrap().is_empty(), "{}", counted.text);
    let block = api.put(format!("/v1/blocks/{}", host.account.id)).as_(&rudo).send().await;
    assert!(block.status < 300);
    assert!(list("").await.expect(200).each("id").is_empty());
    api.get(format!("/v1/events/{}", first.id())).as_(&rudo).send().await.expect(404);
}
