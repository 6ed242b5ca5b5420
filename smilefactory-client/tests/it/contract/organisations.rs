//! Organisations that were imported.

use smilefactory_core::bulk::ImportKind;
use smilefactory_core::identity::{FundingRoundKind, OrganisationSort};
use smilefactory_store::bulk::{self, Format, ImportPlan};

use super::world::World;

pub(crate) async fn walk(world: &World) {
    let folder = tempfile::tempdir().unwrap();
    let organisation = |n: usize| {
        format!(
            r#"{{"external_id": "{n}", "slug": "pump-{n}", "name": "Pump {n}", "category": "water", "country": "ZW",
                "status": "operating", "funding_total": {{"amount": "{n}", "currency": "USD"}}}}"#
        )
        .replace('\n', "")
    };
    let rounds = r#"{"organisation": "2", "kind": "angel", "funded_on": "2012-01-01"}"#;
    let files = [
        (ImportKind::Organisations, (0..3).map(organisation).collect::<Vec<_>>().join("\n")),
        (ImportKind::FundingRounds, rounds.to_owned()),
    ];
    for (kind, lines) in files {
        let path = folder.path().join(kind.as_str());
        std::fs::write(&path, lines).unwrap();
        let plan = ImportPlan::new(kind, "list".parse().unwrap(), path, Format::JsonLines);
        bulk::import(&world.db.store, world.db.one.tenant.id, &plan, &mut |_| ()).await.unwrap();
    }
    let member = world.member("chenai").await.client;
    let list = || {
        let list = member.organisations().list().prefix("pump").category("water");
        let list = list.country(&"ZW".parse().unwrap()).currency(&"USD".parse().unwrap());
        list.sort(OrganisationSort::Funding).limit(2)
    };
    let first = list().await.unwrap();
    let second = list().cursor(&first.next_cursor.unwrap()).await.unwrap();
    let names: Vec<_> = first.items.iter().chain(&second.items).map(|o| o.draft.name.as_str()).collect();
    assert_eq!(names, ["Pump 2", "Pump 1", "Pump 0"]);
    let most = &first.items[0];
    assert_eq!(member.organisations().get(most.id).await.unwrap(), *most);
    let rounds = member.organisations().list_funding_rounds(most.id).limit(1).await.unwrap();
    assert_eq!(rounds.items[0].kind, FundingRoundKind::Angel);
    let key = smilefactory_core::page::Cursor::from("nonsense".to_owned());
    assert!(member.organisations().list_funding_rounds(most.id).cursor(&key).await.is_err());
    let abroad = world.stranger("nomsa").await.client;
    assert!(abroad.organisations().get(most.id).await.unwrap_err().is_not_found());
}
