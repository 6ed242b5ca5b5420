//! What is exported is imported to the same rows, and exported to the same bytes.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;
use smilefactory_core::bulk::ImportKind::{Events, FundingRounds, Innovators, Organisations};
use smilefactory_core::profile::InnovationStage;
use smilefactory_core::testing::{funding_round_input, organisation_input};
use smilefactory_store::testing::TestDb;

use super::{Files, exported, import, plan};

/// Whatever core accepts.
#[tokio::test]
async fn an_export_is_imported_elsewhere_and_exported_to_the_same_bytes() {
    let db = TestDb::new().await;
    let files = Files::new();
    let mut runner = TestRunner::deterministic();
    let (mut organisations, mut rounds, mut innovators) = (String::new(), String::new(), String::new());
    let mut events = String::new();
    for n in 0..300 {
        let mut organisation = organisation_input().new_tree(&mut runner).unwrap().current();
        organisation.slug = format!("slug-{n}");
        for _ in 0..n % 4 {
            let mut round = funding_round_input().new_tree(&mut runner).unwrap().current();
            round.organisation.clone_from(&organisation.external_id);
            rounds += &(serde_json::to_string(&round).unwrap() + "\n");
        }
        organisations += &(serde_json::to_string(&organisation).unwrap() + "\n");
        let innovator = json!({
            "external_id": format!("{n:04}"),
            "slug": organisation.slug,
            "name": format!("Start-up \u{e9}\" {n}"),
            "industry": (n % 2 > 0).then_some("water pumps"),
            "stage": (n % 3 > 0).then(|| InnovationStage::ALL[n % 6].as_str()),
            "location": (n % 5 > 0).then(|| json!({"country": "ZW", "city": (n % 7 > 0).then_some("Harare")})),
            "funding_raised": organisation.funding_total,
        });
        innovators += &format!("{innovator}\n");
        let is_online = n % 3 == 0;
        let topics = ["solar", "da,ta", "{\"}"].iter().take(n % 4).collect::<Vec<_>>();
        let event = json!({
            "external_id": format!("{n:04}"),
            "title": format!("Meet \u{e9}\" {n}"),
            "site": format!("https://example.org/{n}"),
            "category": (n % 2 > 0).then_some("workshop"),
            "format": if is_online { "online" } else { "in_person" },
            "city": (!is_online).then_some("Harare"),
            "country": (!is_online).then_some("ZW"),
            "starts": "2031-03-28T09:00",
            "ends": format!("2031-03-{}T17:00", 28 + n % 3),
            "zone": if n % 5 > 0 { "Africa/Harare" } else { "America/New_York" },
            "proposals_until": (n % 4 > 0).then_some("2031-01-05"),
            "topics": topics,
        });
        events += &format!("{event}\n");
    }
    let read = import(&db, &db.one, &plan(Organisations, files.write("o.jsonl", &organisations))).await;
    assert!(read.tally.inserted > 200 && read.tally.rows() == 300, "{read:?}");
    let read = import(&db, &db.one, &plan(FundingRounds, files.write("r.jsonl", &rounds))).await;
    assert!(read.tally.inserted > 200, "{read:?}");
    let read = import(&db, &db.one, &plan(Innovators, files.write("i.jsonl", &innovators))).await;
    assert_eq!(read.tally.inserted, 300, "{read:?}");
    let read = import(&db, &db.one, &plan(Events, files.write("e.jsonl", &events))).await;
    assert_eq!(read.tally.inserted, 300, "{read:?}");

    for kind in [Organisations, FundingRounds, Innovators, Events] {
        let out = exported(&db, &db.one, kind).await;
        let path = files.write(&format!("{kind}.jsonl"), &out);
        let back = import(&db, &db.two, &plan(kind, &path)).await;
        assert_eq!(back.tally.inserted, u64::try_from(out.lines().count()).unwrap());
        assert_eq!(back.tally.inserted, back.tally.rows(), "{kind}");
        assert_eq!(exported(&db, &db.two, kind).await, out, "{kind}");
        // Where it came from, it changes nothing.
        let again = import(&db, &db.one, &plan(kind, &path)).await;
        assert_eq!(again.tally.unchanged, again.tally.rows(), "{kind}");
    }
}
