//! Imports into the database inside the process, which knows no `COPY` from its client.

use smilefactory_core::bulk::ImportKind;
use smilefactory_core::text::Slug;
use smilefactory_store::bulk::{self, Format, ImportPlan, Tally};

use crate::store::{open, tenant};

#[tokio::test]
async fn rows_are_imported_changed_and_exported_as_on_a_server() {
    let store = open(None).await;
    let (one, two) = (tenant(&store, "one").await, tenant(&store, "two").await);
    let folder = tempfile::tempdir().unwrap();
    let source: Slug = "list".parse().unwrap();
    let organisations = (0..30).map(|n| {
        let name = if n == 7 { "Tab\\\\ and \\\"quote\\\" \u{e9}".to_owned() } else { format!("Pump {n}") };
        format!(r#"{{"external_id": "{n}", "slug": "p-{n}", "name": "{name}", "status": "closed", "country": null}}"#)
    });
    let rounds =
        (0..30).map(|n| format!(r#"{{"organisation": "{n}", "kind": "angel", "funded_on": "2020-01-01"}}"#));
    let innovators =
        (0..30).map(|n| format!(r#"{{"external_id": "{n}", "slug": "p-{n}", "name": "Pump {n}"}}"#));
    let events = (0..30).map(|n| {
        format!(
            r#"{{"external_id": "{n}", "title": "Pump {n}", "site": "https://example.org/{n}", "format": "online", "starts": "2031-01-01T09:00", "ends": "2031-01-01T17:00", "zone": "Africa/Harare"}}"#
        )
    });
    let files = [
        (ImportKind::Organisations, organisations.collect::<Vec<_>>()),
        (ImportKind::FundingRounds, rounds.collect()),
        (ImportKind::Innovators, innovators.collect()),
        (ImportKind::Events, events.collect()),
    ];
    for (kind, mut lines) in files {
        lines.push("broken".to_owned());
        let path = folder.path().join(kind.as_str());
        std::fs::write(&path, lines.join("\n")).unwrap();
        let plan = ImportPlan::new(kind, source.clone(), path, Format::JsonLines).in_batches_of(8);
        let done = bulk::import(&store, one.tenant, &plan, &mut |_| ()).await.unwrap();
        assert_eq!(done.tally, Tally { inserted: 30, updated: 0, unchanged: 0, skipped: 1 }, "{kind}");
        let mut out = Vec::new();
        assert_eq!(bulk::export(&store, one.tenant, kind, &source, &mut out).await.unwrap(), 30);
        let path = folder.path().join("out");
        std::fs::write(&path, &out).unwrap();
        let plan = ImportPlan::new(kind, source.clone(), path, Format::JsonLines);
        let back = bulk::import(&store, two.tenant, &plan, &mut |_| ()).await.unwrap();
        assert_eq!(back.tally.inserted, 30, "{kind}");
        let mut again = Vec::new();
        bulk::export(&store, two.tenant, kind, &source, &mut again).await.unwrap();
        assert_eq!(again, out, "{kind}");
    }
    store.close().await;
}
