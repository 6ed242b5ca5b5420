//! Organisations over HTTP.

use std::io::Write as _;

use smilefactory_core::bulk::ImportKind;
use smilefactory_store::bulk::{self, Format, ImportPlan};
use smilefactory_store::testing::TestTenant;

use crate::support::{Answer, Api, Person};

impl Api {
    /// Five organisations, of which two were given something.
    pub(crate) async fn organisations(&self, tenant: &TestTenant) {
        let organisations = r#"
{"external_id": "a", "slug": "a", "name": "Pump & Co", "category": "water", "country": "ZW", "status": "operating"}
{"external_id": "b", "slug": "b", "name": "pumpkin", "category": "food", "country": "ZW", "status": "closed"}
{"external_id": "c", "slug": "c", "name": "Solar", "status": "public", "funding_total": {"amount": "7", "currency": "USD"}}
{"external_id": "d", "slug": "d", "name": "Sun", "status": "public", "funding_total": {"amount": "9", "currency": "USD"}}
{"external_id": "e", "slug": "e", "name": "Rain", "status": "public", "funding_total": {"amount": "1", "currency": "EUR"}}"#;
        let rounds = r#"
{"organisation": "d", "kind": "angel", "funded_on": "2012-01-01", "raised": {"amount": "4", "currency": "USD"}}
{"organisation": "d", "kind": "series_a", "funded_on": "2013-01-01", "raised": {"amount": "5", "currency": "USD"}}"#;
        for (kind, lines) in [(ImportKind::Organisations, organisations), (ImportKind::FundingRounds, rounds)]
        {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(lines.as_bytes()).unwrap();
            let plan = ImportPlan::new(kind, "list".parse().unwrap(), file.path(), Format::JsonLines);
            let done = bulk::import(&self.db.store, tenant.tenant.id, &plan, &mut |_| ()).await.unwrap();
            assert_eq!(done.tally.skipped, 0);
        }
    }
}

fn names(answer: &Answer) -> Vec<String> {
    answer.expect_ok().each("name")
}

impl Answer {
    fn expect_ok(&self) -> &Self {
        assert_eq!(self.status, 200, "{}", self.text);
        self
    }
}

#[tokio::test]
async fn organisations_are_listed_narrowed_and_sorted() {
    let api = Api::new().await;
    api.organisations(&api.db.one).await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let list =
        async |who: &Person, query: &str| api.get(format!("/v1/organisations{query}")).as_(who).send().await;
    assert_eq!(names(&list(&tariro, "").await), ["Pump & Co", "pumpkin", "Rain", "Solar", "Sun"]);
    assert_eq!(names(&list(&tariro, "?prefix=PUMP").await), ["Pump & Co", "pumpkin"]);
    assert_eq!(names(&list(&tariro, "?country=ZW&category=food").await), ["pumpkin"]);
    assert_eq!(names(&list(&tariro, "?sort=funding").await), ["Sun", "Solar"]);
    assert_eq!(names(&list(&tariro, "?sort=funding&currency=EUR").await), ["Rain"]);
    assert_eq!(names(&list(&abroad, "").await), [""; 0]);
    list(&tariro, "?country=Z&sort=size")
        .await
        .violations(&[("/country", "malformed"), ("/sort", "unknown_value")]);

    let first = list(&tariro, "?sort=funding&limit=1").await.expect(200);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = list(&tariro, &format!("?sort=funding&limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(second.each("name"), ["Solar"]);
    list(&tariro, &format!("?limit=1&cursor={cursor}")).await.expect(400).problem("invalid_cursor");
}

#[tokio::test]
async fn an_organisation_has_what_it_was_given() {
    let api = Api::new().await;
    api.organisations(&api.db.one).await;
    let tariro = api.member("tariro").await;
    let sun = api.get("/v1/organisations?prefix=sun").as_(&tariro).send().await.expect(200);
    let path = format!("/v1/organisations/{}", sun.each("id")[0]);
    let one = api.get(&path).as_(&tariro).send().await.expect(200);
    assert_eq!((one.body["slug"].as_str(), one.body["source"].as_str()), (Some("d"), Some("list")));
    let rounds = api.get(format!("{path}/funding-rounds")).as_(&tariro).send().await.expect(200);
    assert_eq!(rounds.each("kind"), ["series_a", "angel"]);
    assert_eq!(rounds.body["items"][0]["raised"]["amount"], "5.00");
}

#[tokio::test]
async fn a_foreign_organisation_is_answered_like_one_that_nobody_made() {
    let api = Api::new().await;
    api.organisations(&api.db.two).await;
    let (tariro, abroad) = (api.member("tariro").await, api.stranger("abroad").await);
    let foreign =
        api.get("/v1/organisations?prefix=sun").as_(&abroad).send().await.expect(200).each("id").remove(0);
    let random = "0195510c-a3c0-7fff-bfff-ffffffffffff";
    for rest in ["", "/funding-rounds"] {
        let get = |id: &str| api.get(format!("/v1/organisations/{id}{rest}")).as_(&tariro).send();
        let (one, other) = (get(&foreign).await.expect(404), get(random).await.expect(404));
        let plain = |answer: &Answer, id: &str| {
            answer.text.replace(answer.header("x-request-id"), "").replace(id, "ID")
        };
        assert_eq!(plain(&one, &foreign), plain(&other, random));
    }
}
