//! The tabs over HTTP: what may be asked of their lists, and that it works.

use serde_json::{Value, json};

use crate::support::{Api, DOCUMENT, Person, an_innovator, an_investor};

#[tokio::test]
async fn the_tabs_are_what_the_document_says() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    api.get("/v1/tabs").send().await.expect(401);
    let tabs = api.get("/v1/tabs").as_(&tariro).send().await.expect(200);
    assert_eq!(tabs.each("tab"), ["feed", "profiles", "blog", "events", "groups", "marketplace"]);
    let lists =
        ["/v1/feed", "/v1/profiles", "/v1/posts?kind=article", "/v1/events", "/v1/groups", "/v1/listings"];
    assert_eq!(tabs.each("list"), lists);
    for tab in tabs.body["items"].as_array().unwrap() {
        let list = tab["list"].as_str().unwrap();
        let (path, asked) = list.split_once('?').unwrap_or((list, ""));
        let asked = asked.split('=').next().unwrap();
        let parameters = DOCUMENT["paths"][path]["get"]["parameters"].as_array().unwrap();
        let queried: Vec<&Value> = parameters.iter().filter(|one| one["in"] == "query").collect();
        let words = |parameter: &Value| match parameter["schema"]["type"] == "boolean" {
            true => json!(["true", "false"]),
            false => parameter["schema"].get("enum").cloned().unwrap_or_else(|| json!([])),
        };
        let sort = queried.iter().find(|one| one["name"] == "sort");
        assert_eq!(tab["sorts"], sort.map_or_else(|| json!([]), |sort| words(sort)), "{list}");
        let filters = queried.iter().filter(|one| {
            !["sort", "limit", "cursor"].iter().any(|name| one["name"] == *name) && one["name"] != asked
        });
        let filters: Vec<Value> =
            filters.map(|one| json!([one["name"], one["description"], words(one)])).collect();
        let told: Vec<Value> = tab["filters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|filter| json!([filter["name"], filter["about"], filter["values"]]))
            .collect();
        assert_eq!(told, filters, "{list}");
        assert!(!told.is_empty(), "{list}");
        // What it says works.
        api.get(list).as_(&tariro).send().await.expect(200);
        let facets = tab["facets"].as_str().unwrap();
        api.get(facets).as_(&tariro).send().await.expect(200);
        for sort in tab["sorts"].as_array().unwrap() {
            let with = format!("{list}?sort={}", sort.as_str().unwrap());
            // Prices take a currency, and matches a profile.
            let status = match sort.as_str().unwrap() {
                "match" => 404,
                "cheapest" | "dearest" => 422,
                _ => 200,
            };
            api.get(with).as_(&tariro).send().await.expect(status);
        }
    }
}

#[tokio::test]
async fn people_are_listed_in_each_order_a_page_after_the_other() {
    let api = Api::new().await;
    let (tariro, rudo, chipo) =
        (api.member("tariro").await, api.member("rudo").await, api.member("chipo").await);
    api.profile(&tariro, &an_innovator()).await;
    api.profile(&rudo, &an_investor()).await;
    api.profile(&chipo, &an_investor()).await;
    api.settle().await;
    let id = |person: &Person| person.account.id.to_string();
    let listed = async |query: &str| {
        let (mut all, mut path) = (Vec::new(), format!("/v1/profiles?limit=1&{query}"));
        loop {
            let page = api.get(&path).as_(&tariro).send().await.expect(200);
            all.extend(page.each("account"));
            let Some(cursor) = page.body["next_cursor"].as_str() else { return all };
            path = format!("/v1/profiles?limit=1&{query}&cursor={cursor}");
        }
    };
    // The clock stands still: of those who signed up at the same moment, the higher id is the later one.
    let mut joined = [id(&chipo), id(&rudo), id(&tariro)];
    joined.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(listed("sort=joined").await, joined);
    assert_eq!(listed("sort=name").await, [id(&chipo), id(&rudo), id(&tariro)]);
    assert_eq!(listed("sort=name&skill=hydraulics").await, [id(&tariro)]);
    let mut investors = [id(&rudo), id(&chipo)];
    investors.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(listed("sort=activity&kind=business_investor").await, investors);
    assert_eq!(listed("sort=connections").await, joined);
    let mut matched = listed("sort=match").await;
    matched.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(matched, investors, "nobody matches themselves");
    assert_eq!(listed("sort=match&country=ZW").await, [""; 0]);
    assert_eq!(listed("sort=match&kind=mentor").await, [""; 0]);
    let by_name = api.get("/v1/profiles?limit=1&sort=name").as_(&tariro).send().await.expect(200);
    let cursor = by_name.body["next_cursor"].as_str().unwrap();
    let elsewhere = format!("/v1/profiles?limit=1&sort=activity&cursor={cursor}");
    api.get(elsewhere).as_(&tariro).send().await.expect(400).problem("invalid_cursor");
    api.get("/v1/profiles?sort=beauty").as_(&tariro).send().await.violations(&[("/sort", "unknown_value")]);
}

#[tokio::test]
async fn staff_feature_what_everybody_may_read() {
    let api = Api::new().await;
    let (tariro, thoko) = (api.member("tariro").await, api.moderator("thoko").await);
    let post = api.published(&tariro).await;
    let draft = api.draft(&tariro).await;
    let at = |id: &str| format!("/v1/posts/{id}/featured");
    api.put(at(post.id())).as_(&tariro).send().await.expect(403).problem("forbidden");
    api.put(at(draft.id())).as_(&thoko).send().await.expect(409).problem("step_refused");
    let featured = api.put(at(post.id())).as_(&thoko).send().await.expect(200);
    assert_eq!(featured.body["by"], thoko.account.id.to_string());
    let again = api.put(at(post.id())).as_(&thoko).send().await.expect(200);
    assert_eq!(again.body, featured.body);
    let listed = async || api.get("/v1/posts?featured=true").as_(&tariro).send().await.expect(200).each("id");
    assert_eq!(listed().await, [post.id()]);
    let counts = api.get("/v1/posts/facets?featured=true").as_(&tariro).send().await.expect(200);
    assert_eq!((&counts.body["counted"], &counts.body["tags"][0]["value"]), (&json!(1), &json!("solar")));
    let from = "/v1/posts/facets?published_from=2200-01-01T00:00:00Z";
    assert_eq!(api.get(from).as_(&tariro).send().await.expect(200).body["counted"], 0);
    api.delete(at(post.id())).as_(&tariro).send().await.expect(403);
    for _ in 0..2 {
        api.delete(at(post.id())).as_(&thoko).send().await.expect(204);
    }
    assert_eq!(listed().await, [""; 0]);
}

#[tokio::test]
async fn groups_are_recommended_with_why_and_counted() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let about = json!({
        "name": "Sun and water", "slug": "sun", "description": "Agriculture that runs on the sun.",
        "location": {"country": "ZW"},
    });
    let sun = api.post("/v1/groups").as_(&rudo).json(&about).send().await.expect(201);
    let choir = json!({"name": "Choir", "slug": "choir"});
    api.post("/v1/groups").as_(&rudo).json(&choir).send().await.expect(201);
    let found = api.get("/v1/groups/recommended").as_(&tariro).send().await.expect(200);
    assert_eq!(found.each("name").len(), 2, "without a profile, those in which much happens");
    api.profile(&tariro, &an_innovator()).await;
    let found = api.get("/v1/groups/recommended?limit=1").as_(&tariro).send().await.expect(200);
    assert_eq!(found.each("id"), [sun.id()]);
    assert_eq!(found.body["items"][0]["reasons"][0]["code"], "shared_interests", "{}", found.text);
    assert_eq!(api.get("/v1/groups/recommended").as_(&rudo).send().await.expect(200).each("id"), [""; 0]);
    let counts = api.get("/v1/groups/facets?country=ZW").as_(&tariro).send().await.expect(200);
    assert_eq!(counts.body["counted"], 1);
    assert_eq!(counts.body["join_policies"], json!([{"value": "open", "groups": 1}]));
    let listed = api.get("/v1/groups?country=ZW").as_(&tariro).send().await.expect(200);
    assert_eq!(listed.each("id"), [sun.id()]);
}

#[tokio::test]
async fn events_are_found_by_price_place_and_door_and_counted() {
    let api = Api::new().await;
    api.events_open().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mut there = api.event(48);
    there["format"] = json!("in_person");
    there["join_at"] = Value::Null;
    there["place"] = json!({"address": "1 Main Street", "city": "Harare", "country": "ZW"});
    there["price"] = json!({"amount": "5", "currency": "USD"});
    let there = api.published_event(&tariro, &there).await;
    let online = api.published_event(&tariro, &api.event(50)).await;
    api.register(&rudo, online.id()).await.expect(200);
    let found = async |query: &str| {
        let listed = api.get(format!("/v1/events?{query}")).as_(&rudo).send().await.expect(200);
        let counts = api.get(format!("/v1/events/facets?{query}")).as_(&rudo).send().await.expect(200);
        let ids = listed.each("id");
        assert_eq!(counts.body["counted"], ids.len(), "{query}");
        ids
    };
    assert_eq!(found("country=ZW").await, [there.id()]);
    assert_eq!(found("min_price=5&max_price=5&currency=USD").await, [there.id()]);
    assert_eq!(found("min_price=5.01&currency=USD").await, [""; 0]);
    assert_eq!(found("door=full").await, [online.id()]);
    assert_eq!(found("door=open&own=registered").await, [""; 0]);
    let price = api.get("/v1/events?min_price=5").as_(&rudo).send().await;
    price.violations(&[("/min_price", "malformed")]);
}
