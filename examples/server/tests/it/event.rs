//! Events and registrations over HTTP.

use chrono::TimeDelta;
use serde_json::{Value, json};
use smilefactory_core::event::Zone;

use crate::media::ready;
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
    // The days have what the list has, whatever it is narrowed down by.
    api.register(&rudo, later.id()).await.expect(200);
    for (narrowed, there) in [
        ("own=registered", true),
        ("own=organising", false),
        ("country=ZW", false),
        ("door=full", true),
        ("min_price=1&currency=USD", false),
    ] {
        let path = format!("/v1/events/calendar?month={month}&{narrowed}");
        let days = api.get(path).as_(&rudo).send().await.expect(200);
        let of_list = list(&format!("month={month}&{narrowed}")).await.expect(200).each("id");
        let later_is_there = of_list.contains(&later.id().to_owned());
        assert_eq!(
            (!days.body["days"].as_array().unwrap().is_empty(), later_is_there),
            (there, there),
            "{narrowed}"
        );
    }
    let block = api.put(format!("/v1/blocks/{}", host.account.id)).as_(&rudo).send().await;
    assert!(block.status < 300);
    assert!(list("").await.expect(200).each("id").is_empty());
    api.get(format!("/v1/events/{}", first.id())).as_(&rudo).send().await.expect(404);
}

#[tokio::test]
async fn an_event_repeats_and_is_changed_alone_with_those_that_follow_or_with_all() {
    let api = Api::new().await;
    api.events_open().await;
    let (host, rudo) = (api.member("host").await, api.member("rudo").await);
    let repeated = |rule: &str| {
        let mut event = api.event(30);
        event["repeats"] = json!({"rule": rule});
        event
    };
    let create = |rule: &str| api.post("/v1/events").as_(&host).json(&repeated(rule)).send();
    for (rule, code) in [
        ("", "required"),
        ("every day", "malformed"),
        ("FREQ=MINUTELY", "not_allowed"),
        ("FREQ=DAILY;COUNT=367", "out_of_range"),
        ("FREQ=DAILY;UNTIL=20990101", "out_of_range"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "range_order"),
    ] {
        create(rule).await.violations(&[("/repeats/rule", code)]);
    }
    let first = create("FREQ=DAILY;COUNT=4").await.expect(201);
    assert_eq!(first.body["repeats"], json!({"rule": "FREQ=DAILY;COUNT=4"}));
    let path = format!("/v1/events/{}", first.id());
    let post = |path: String, key: &str| api.post(path).as_(&host).key(key).json(&json!({})).send();
    let occurrences = || api.get(format!("{path}/occurrences")).as_(&rudo).send();
    occurrences().await.expect(404);
    api.post(format!("{path}/publish?scope=all")).as_(&host).send().await.expect(200);
    let all = occurrences().await.expect(200).each("id");
    assert_eq!(all.len(), 4);
    let page = api.get(format!("{path}/occurrences?limit=3")).as_(&rudo).send().await.expect(200);
    assert!(page.body["next_cursor"].is_string());

    let patch = |id: &str, scope: &str, version: i64, body: Value| {
        api.patch(format!("/v1/events/{id}?scope={scope}")).as_(&host).if_match(version).json(&body).send()
    };
    let alone = patch(&all[1], "this", 2, json!({"title": "Alone"})).await.expect(200);
    assert_eq!(alone.body["exception"], true);
    let rule = json!({"repeats": {"rule": "FREQ=WEEKLY"}});
    patch(&all[1], "this", 3, rule).await.violations(&[("/repeats", "not_allowed")]);
    patch(&all[1], "all", 3, json!({"repeats": null})).await.violations(&[("/repeats", "not_allowed")]);
    patch(&all[0], "some", 2, json!({"title": "x"})).await.violations(&[("/scope", "unknown_value")]);
    patch(&all[0], "all", 2, json!({"title": "Pumps"})).await.expect(200);
    let titles = occurrences().await.expect(200).each("title");
    assert_eq!(titles, ["Pumps", "Alone", "Pumps", "Pumps"]);
    let apart = patch(&all[2], "following", 3, json!({"capacity": null})).await.expect(200);
    assert_ne!(apart.body["series"], first.body["series"]);
    assert_eq!(occurrences().await.expect(200).each("id").len(), 2);

    // The same key for more of them is another request.
    post(format!("/v1/events/{}/cancel?scope=this", all[3]), "off").await.expect(200);
    post(format!("/v1/events/{}/cancel?scope=all", all[3]), "off").await.expect(422);
    post(format!("{path}/cancel?scope=following"), "all-off").await.expect(200);
    assert_eq!(occurrences().await.expect(200).each("state"), ["cancelled", "cancelled"]);
    let once = api.published_event(&host, &api.event(30)).await;
    let cancel = post(format!("/v1/events/{}/cancel?scope=all", once.id()), "once").await;
    cancel.violations(&[("/scope", "not_allowed")]);
    let own = api.get(format!("/v1/events/{}/occurrences", once.id())).as_(&rudo).send().await.expect(200);
    assert_eq!(own.each("id"), [once.id()]);
}

#[tokio::test]
async fn a_file_is_for_whom_the_organiser_gives_it() {
    let api = Api::new().await;
    api.events_open().await;
    let (host, rudo, chipo) = (api.member("host").await, api.member("rudo").await, api.member("chipo").await);
    let (file, foreign) = (ready(&api, &host).await, ready(&api, &rudo).await);
    let event = api.published_event(&host, &api.event(6)).await;
    api.register(&rudo, event.id()).await.expect(200);
    let path = format!("/v1/events/{}/resources", event.id());
    let give = |body: Value| api.post(&path).as_(&host).json(&body).send();
    give(json!({"title": "Plan", "file": foreign})).await.violations(&[("/file", "not_allowed")]);
    give(json!({"title": "Plan"})).await.violations(&[("/link", "required")]);
    let given = give(json!({"title": "Plan", "file": file, "audience": "registered"})).await.expect(201);
    assert_eq!((&given.body["file"], &given.body["link"]), (&json!(file), &json!(null)));
    let url = format!("{path}/{}/url", given.id());
    for (who, status) in [(&host, 200), (&rudo, 200), (&chipo, 404)] {
        api.get(&url).as_(who).send().await.expect(status);
        api.get(format!("/v1/media/{file}")).as_(who).send().await.expect(status);
    }
    let address = api.get(&url).as_(&rudo).send().await.expect(200);
    assert!(address.body["url"].as_str().unwrap().contains("/v1/blobs/"));
    api.delete(format!("/v1/media/{file}")).as_(&host).send().await.expect(409).problem("step_refused");
    api.delete(format!("{path}/{}", given.id())).as_(&host).send().await.expect(204);
    api.get(&url).as_(&rudo).send().await.expect(404);
    api.get(format!("/v1/media/{file}")).as_(&rudo).send().await.expect(404);
    api.delete(format!("/v1/media/{file}")).as_(&host).send().await.expect(204);
}
