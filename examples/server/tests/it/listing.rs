//! The marketplace over HTTP: offered, asked about, agreed, sold, reviewed.

use serde_json::{Value, json};

use crate::media::ready;
use crate::support::{Answer, Api, Person};

fn pump() -> Value {
    json!({
        "kind": "product",
        "title": "A solar pump",
        "description": "It runs on **200 W**.",
        "price": {"amount": "250", "currency": "USD"},
        "negotiable": true,
        "condition": "good",
        "city": "Harare",
        "country": "ZW",
    })
}

async fn drafted(api: &Api, who: &Person) -> Answer {
    api.post("/v1/listings").as_(who).json(&pump()).send().await.expect(201)
}

pub(crate) async fn offered(api: &Api, who: &Person) -> Answer {
    let draft = drafted(api, who).await;
    api.post(format!("/v1/listings/{}/publish", draft.id())).as_(who).send().await.expect(200)
}

async fn ask(api: &Api, who: &Person, listing: &str) -> Answer {
    let body = json!({"message": "Is it there?"});
    api.post(format!("/v1/listings/{listing}/inquiries")).as_(who).json(&body).send().await
}

async fn agree(api: &Api, who: &Person, inquiry: &str) -> Answer {
    let body = json!({"price": {"amount": "250", "currency": "USD"}});
    api.post(format!("/v1/inquiries/{inquiry}/agree")).as_(who).json(&body).send().await
}

#[tokio::test]
async fn a_listing_is_drafted_published_and_found() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let wrong = json!({"kind": "job", "title": "Welder", "description": "x", "condition": "new",
        "price": {"amount": "5", "currency": "USD"}});
    api.post("/v1/listings")
        .as_(&tariro)
        .json(&wrong)
        .send()
        .await
        .violations(&[("/price", "not_allowed"), ("/condition", "not_allowed")]);
    let draft = drafted(&api, &tariro).await;
    assert_eq!(draft.header("location"), format!("/v1/listings/{}", draft.id()));
    let path = format!("/v1/listings/{}", draft.id());
    api.get(&path).as_(&rudo).send().await.expect(404);
    let patch = json!({"price": {"amount": "240"}});
    let edit = async |version: i64| api.patch(&path).as_(&tariro).if_match(version).json(&patch).send().await;
    let edited = edit(1).await.expect(200);
    assert_eq!(edited.body["price"], json!({"amount": "240.00", "currency": "USD"}));
    edit(1).await.expect(412);
    api.post(format!("{path}/publish")).as_(&rudo).send().await.expect(404);
    let published = api.post(format!("{path}/publish")).as_(&tariro).send().await.expect(200);
    assert_eq!(published.body["state"], "published");
    api.delete(&path)
        .as_(&tariro)
        .if_match(published.version())
        .send()
        .await
        .expect(409)
        .problem("step_refused");
    let seen = api.get(&path).as_(&rudo).send().await.expect(200);
    assert_eq!(seen.body["html"], "<p>It runs on <strong>200 W</strong>.</p>\n");
    assert_eq!(seen.body["availability"], "available");
    api.post(format!("{path}/withdraw")).as_(&rudo).send().await.expect(403).problem("forbidden");

    let list = async |query: &str| api.get(format!("/v1/listings?{query}")).as_(&rudo).send().await;
    assert_eq!(list("q=pump&country=ZW").await.expect(200).each("id"), [draft.id()]);
    assert_eq!(list("currency=USD&max_price=240&sort=cheapest").await.expect(200).each("id"), [draft.id()]);
    assert_eq!(list("currency=USD&max_price=239.99").await.expect(200).each("id"), [""; 0]);
    list("max_price=5").await.violations(&[("/max_price", "malformed")]);
    list("sort=dearest").await.violations(&[("/sort", "malformed")]);
    list("currency=USD&min_price=a").await.violations(&[("/min_price", "malformed")]);
    let facets = api.get("/v1/listings/facets?kind=product").as_(&rudo).send().await.expect(200);
    assert_eq!(facets.body["kinds"], json!([{"value": "product", "listings": 1}]));

    let off = json!({"reason": "It is not theirs."});
    let take_off = async |who: &Person| api.post(format!("{path}/take-off")).as_(who).json(&off).send().await;
    take_off(&rudo).await.expect(403);
    let off = take_off(&api.moderator("mercy").await).await.expect(200);
    assert_eq!(off.body["taken_off"], "It is not theirs.");
    api.post(format!("{path}/publish")).as_(&tariro).send().await.expect(409).problem("step_refused");
}

#[tokio::test]
async fn pictures_are_for_who_sees_the_listing() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let picture = ready(&api, &tariro).await;
    let mut input = pump();
    input["pictures"] = json!([picture]);
    api.post("/v1/listings")
        .as_(&rudo)
        .json(&input)
        .send()
        .await
        .violations(&[("/pictures/0", "unknown_value")]);
    let draft = api.post("/v1/listings").as_(&tariro).json(&input).send().await.expect(201);
    let url = format!("/v1/listings/{}/media/{picture}/url", draft.id());
    for path in [url.clone(), format!("/v1/media/{picture}")] {
        api.get(&path).as_(&rudo).send().await.expect(404);
        api.get(&path).as_(&tariro).send().await.expect(200);
    }
    api.post(format!("/v1/listings/{}/publish", draft.id())).as_(&tariro).send().await.expect(200);
    for path in [url, format!("/v1/media/{picture}")] {
        api.get(&path).as_(&rudo).send().await.expect(200);
    }
    api.delete(format!("/v1/media/{picture}")).as_(&tariro).send().await.expect(409);
}

#[tokio::test]
async fn two_agree_complete_and_review() {
    let api = Api::new().await;
    let (tariro, rudo, farai) =
        (api.member("tariro").await, api.member("rudo").await, api.member("farai").await);
    let listing = offered(&api, &tariro).await;
    let asked = ask(&api, &rudo, listing.id()).await.expect(201);
    ask(&api, &rudo, listing.id()).await.expect(409).problem("step_refused");
    ask(&api, &tariro, listing.id()).await.expect(409).problem("step_refused");
    let path = format!("/v1/inquiries/{}", asked.id());
    assert_eq!(asked.header("location"), path);
    api.get(&path).as_(&farai).send().await.expect(404);
    let offer = json!({"offer": {"amount": "200", "currency": "ZAR"}});
    let say = async |body: &Value| api.post(format!("{path}/entries")).as_(&rudo).json(body).send().await;
    say(&offer).await.expect(409).problem("step_refused");
    say(&json!({})).await.violations(&[("/message", "required")]);
    agree(&api, &rudo, asked.id()).await.expect(200);
    assert_eq!(agree(&api, &tariro, asked.id()).await.expect(200).body["state"], "agreed");
    let other = ask(&api, &farai, listing.id()).await.expect(201);
    agree(&api, &farai, other.id()).await.expect(200);
    agree(&api, &tariro, other.id()).await.expect(409).problem("step_refused");
    let review = json!({"stars": 5, "text": "It runs."});
    let review = async || api.put(format!("{path}/review")).as_(&rudo).json(&review).send().await;
    review().await.expect(409).problem("step_refused");
    let done = api.post(format!("{path}/complete")).as_(&rudo).send().await.expect(200);
    assert_eq!(done.body["state"], "completed");
    assert_eq!(
        api.get(format!("/v1/listings/{}", listing.id())).as_(&farai).send().await.body["state"],
        "sold"
    );
    let why = json!({"reason": "It is gone."});
    let cancel = api.post(format!("/v1/inquiries/{}/cancel", other.id())).as_(&farai).json(&why);
    assert_eq!(cancel.send().await.expect(200).body["cancelled_by"], farai.account.id.to_string());
    review().await.expect(200);
    let of = tariro.account.id;
    let stats = api.get(format!("/v1/profiles/{of}/seller-stats")).as_(&farai).send().await.expect(200);
    assert_eq!((&stats.body["completed"], &stats.body["rating"]), (&json!(1), &json!(5.0)));
    let reviews = api.get(format!("/v1/profiles/{of}/listing-reviews")).as_(&farai).send().await.expect(200);
    assert_eq!(reviews.each("text"), ["It runs."]);
    let list = async |who: &Person, query: &str| {
        api.get(format!("/v1/inquiries?{query}")).as_(who).send().await.expect(200).each("id")
    };
    assert_eq!(list(&tariro, "side=seller&state=completed").await, [asked.id()]);
    assert_eq!(list(&rudo, "side=seller").await, [""; 0]);

    let data = api.get("/v1/me/export").as_(&rudo).send().await.expect(200).body;
    assert_eq!(data["inquiries"].as_array().unwrap().len(), 1);
    assert_eq!(data["inquiry_entries"][0]["message"], "Is it there?");
    assert_eq!(data["listing_reviews"][0]["text"], "It runs.");
    let data = api.get("/v1/me/export").as_(&tariro).send().await.expect(200).body;
    assert_eq!(data["listings"][0]["id"], listing.id());
    assert!(!data["inquiry_entries"].to_string().contains("Is it there?"), "what others say is theirs");
}

#[tokio::test]
async fn a_block_hides_what_two_bargain_about() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let listing = offered(&api, &tariro).await;
    let asked = ask(&api, &rudo, listing.id()).await.expect(201);
    api.put(format!("/v1/listings/{}/save", listing.id())).as_(&rudo).send().await.expect(200);
    api.put(format!("/v1/blocks/{}", rudo.account.id)).as_(&tariro).send().await.expect(204);
    for path in [
        format!("/v1/listings/{}", listing.id()),
        format!("/v1/inquiries/{}", asked.id()),
        format!("/v1/inquiries/{}/entries", asked.id()),
        format!("/v1/profiles/{}/seller-stats", tariro.account.id),
    ] {
        api.get(&path).as_(&rudo).send().await.expect(404);
    }
    agree(&api, &rudo, asked.id()).await.expect(404);
    ask(&api, &rudo, listing.id()).await.expect(404);
    for path in ["/v1/listings", "/v1/inquiries", "/v1/me/saved-listings"] {
        assert_eq!(api.get(path).as_(&rudo).send().await.expect(200).body["items"], json!([]));
    }
}
