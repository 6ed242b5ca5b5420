//! What is exported is imported to the same rows, and exported to the same bytes.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;
use smilefactory_core::bulk::ImportKind::{FundingRounds, Innovators, Organisations};
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
    }
    let read = import(&db, &db.one, &plan(Organisations, files.write("o.jsonl", &organisations))).await;
    assert!(read.tally.inserted > 200 && read.tally.rows() == 300, "{read:?}");
    let read = import(&db, &db.one, &plan(FundingRounds, files.write("r.jsonl", &rounds))).await;
    assert!(read.tally.inserted > 200, "{read:?}");
    let read = import(&db, &db.one, &plan(Innovators, files.write("i.jsonl", &innovators))).await;
    assert_eq!(read.tally.inserted, 300, "{read:?}");

    for kind in [Organisations, FundingRounds, Innovators] {
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
