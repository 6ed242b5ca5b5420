//! Lists of organisations and rounds.

use smilefactory_core::bulk::ImportKind::{FundingRounds, Organisations};
use smilefactory_core::identity::{FundingRoundInput, OrganisationDraft, OrganisationInput};
use smilefactory_core::money::MoneyInput;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::testing::{spoiled_funding_rounds, spoiled_organisations};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::identity::OrganisationFilter;
use smilefactory_store::testing::TestDb;

use super::{Files, import, plan, skips, tally};

fn organisation(n: u32) -> OrganisationInput {
    let name = ["alpha", "Beta", "ALPHA", "gamma", "Álpha"][usize::try_from(n % 5).unwrap()];
    OrganisationInput {
        external_id: format!("{n:03}"),
        slug: format!("o-{n}"),
        name: name.to_owned(),
        category: (!n.is_multiple_of(3)).then(|| format!("category-{}", n % 3)),
        country: (!n.is_multiple_of(2)).then(|| "ZW".to_owned()),
        status: "operating".to_owned(),
        funding_total: (!n.is_multiple_of(4)).then(|| MoneyInput {
            amount: (n % 7).into(),
            currency: if n % 4 == 1 { "EUR" } else { "USD" }.to_owned(),
        }),
        ..OrganisationInput::default()
    }
}

async fn pages(db: &TestDb, filter: &OrganisationFilter, size: u32) -> Vec<OrganisationDraft> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let size = PageSize::new(size).unwrap();
    let (mut all, mut page) = (Vec::new(), PageRequest::first(size));
    loop {
        let found = tx.organisations().list(filter, &page).await.unwrap();
        all.extend(found.items.into_iter().map(|organisation| organisation.draft));
        match found.next {
            Some(key) => page = PageRequest::after(size, key),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_of_every_size_are_the_list() {
    let db = TestDb::new().await;
    let files = Files::new();
    let all: Vec<OrganisationInput> = (0..60).map(organisation).collect();
    let lines: String = all.iter().map(|o| serde_json::to_string(o).unwrap() + "\n").collect();
    let done = import(&db, &db.one, &plan(Organisations, files.write("o.jsonl", lines))).await;
    assert_eq!(done.tally, tally(60, 0, 0, 0));

    let country = || "ZW".parse().unwrap();
    let usd = || "USD".parse().unwrap();
    let filters = [
        (OrganisationFilter::new(), 60),
        (OrganisationFilter::new().named("ALPH"), 24),
        (OrganisationFilter::new().in_country(country()), 30),
        (OrganisationFilter::new().in_category("category-1").in_country(country()).named("b"), 2),
        (OrganisationFilter::new().by_funding(usd()), 30),
        (OrganisationFilter::new().by_funding(usd()).named("gamma").in_country(country()), 3),
    ];
    for (filter, expected) in filters {
        let whole = pages(&db, &filter, 100).await;
        assert_eq!(whole.len(), expected, "{filter:?}");
        for size in [1, 7] {
            assert_eq!(pages(&db, &filter, size).await, whole, "{filter:?} in pages of {size}");
        }
    }
    let by_funding = pages(&db, &OrganisationFilter::new().by_funding(usd()), 100).await;
    assert!(by_funding.is_sorted_by_key(|o| std::cmp::Reverse(o.funding_total.as_ref().unwrap().amount())));
    let by_name = pages(&db, &OrganisationFilter::new(), 100).await;
    assert!(by_name.is_sorted_by_key(|o| o.name.as_str().to_lowercase()));
}

#[tokio::test]
async fn rounds_come_the_last_one_first() {
    let db = TestDb::new().await;
    let files = Files::new();
    let one = serde_json::to_string(&organisation(1)).unwrap();
    import(&db, &db.one, &plan(Organisations, files.write("o.jsonl", one))).await;
    let rounds: String = (0..25)
        .map(|n| {
            let round = FundingRoundInput {
                organisation: "001".to_owned(),
                kind: "angel".to_owned(),
                funded_on: format!("2020-01-{:02}", n / 3 + 1),
                raised: Some(MoneyInput { amount: n.into(), currency: "USD".to_owned() }),
            };
            serde_json::to_string(&round).unwrap() + "\n"
        })
        .collect();
    import(&db, &db.one, &plan(FundingRounds, files.write("r.jsonl", rounds))).await;
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let of = tx.organisations().list(&OrganisationFilter::new(), &PageRequest::default()).await.unwrap();
    let of = of.items[0].id;
    let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(4).unwrap()));
    loop {
        let rounds = tx.organisations().list_rounds(of, &page).await.unwrap();
        found.extend(rounds.items.iter().map(|round| (round.funded_on, round.id)));
        let Some(key) = rounds.next else { break };
        page = PageRequest::after(page.size, key);
    }
    assert_eq!(found.len(), 25);
    assert!(found.is_sorted_by(|a, b| a > b));
    drop(tx);
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.organisations().get(of).await.unwrap(), None);
    let rounds = tx.organisations().list_rounds(of, &PageRequest::default()).await.unwrap();
    assert!(rounds.items.is_empty());
}

/// Each rule that core has is told by an import, at its place.
#[tokio::test]
async fn what_breaks_a_rule_of_core_is_skipped_for_it() {
    let db = TestDb::new().await;
    let files = Files::new();
    let whole = organisation(1);
    assert!(OrganisationDraft::from_raw(whole.clone()).is_ok());
    let (mut lines, mut expected) = (String::new(), Vec::new());
    for (line, spoiled) in (1..).zip(spoiled_organisations(&whole)) {
        lines += &(serde_json::to_string(&spoiled.input).unwrap() + "\n");
        expected.push((line, spoiled.pointer, spoiled.code.to_owned()));
    }
    let done = import(&db, &db.one, &plan(Organisations, files.write("o.jsonl", lines))).await;
    assert_eq!(skips(&db, &db.one, &done).await, expected);

    let round = FundingRoundInput {
        organisation: "001".to_owned(),
        kind: "angel".to_owned(),
        funded_on: "2020-01-01".to_owned(),
        raised: None,
    };
    let (mut lines, mut expected) = (String::new(), Vec::new());
    for (line, spoiled) in (1..).zip(spoiled_funding_rounds(&round)) {
        lines += &(serde_json::to_string(&spoiled.input).unwrap() + "\n");
        expected.push((line, spoiled.pointer, spoiled.code.to_owned()));
    }
    let done = import(&db, &db.one, &plan(FundingRounds, files.write("r.jsonl", lines))).await;
    assert_eq!(skips(&db, &db.one, &done).await, expected);
}
