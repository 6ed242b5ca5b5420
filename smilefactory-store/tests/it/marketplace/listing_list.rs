//! Lists of listings: each order, each filter, pages of every size, and who sees what.

use chrono::TimeDelta;
use smilefactory_core::content::Tab;
use smilefactory_core::id::{AccountId, ListingId};
use smilefactory_core::marketplace::{
    Availability, ItemCondition, ListingFacets, ListingInput, ListingSort, ListingType,
};
use smilefactory_core::money::MoneyInput;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::maintenance;
use smilefactory_store::marketplace;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::marketplace::ListingFilter;
use smilefactory_store::testing::TestDb;

use super::listing::category;
use super::{agreed, by, complete, drafted, offered, pump};

/// All pages of a list, of three entries each.
async fn all(db: &TestDb, viewer: AccountId, filter: &ListingFilter, sort: ListingSort) -> Vec<ListingId> {
    let (mut ids, mut request) = (Vec::new(), PageRequest::first(PageSize::new(3).unwrap()));
    loop {
        let mut tx = db.store.read(&db.one.scope_of(viewer)).await.unwrap();
        let page = tx.listings().list(filter, sort, &request).await.unwrap();
        ids.extend(page.items.iter().map(|listing| listing.id));
        match page.next {
            Some(key) => request = PageRequest::after(request.size, key),
            None => return ids,
        }
    }
}

async fn facets(db: &TestDb, viewer: AccountId, filter: &ListingFilter) -> ListingFacets {
    let mut tx = db.store.read(&db.one.scope_of(viewer)).await.unwrap();
    tx.listings().count_facets(filter).await.unwrap()
}

fn priced(amount: i64, days: i64) -> ListingInput {
    let price = Some(MoneyInput { amount: amount.into(), currency: "USD".into() });
    ListingInput { price, days: Some(days), ..pump(1) }
}

#[tokio::test]
async fn every_order_has_everything_once_in_pages_of_any_size() {
    let db = TestDb::new().await;
    let (seller, viewer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let mut ids = Vec::new();
    for n in 0..8_u32 {
        // Some cost the same, and end at the same time.
        ids.push(offered(&db, seller, priced(i64::from(n / 2) * 10, 20 - i64::from(n / 2))).await.id);
        db.clock.advance(TimeDelta::seconds(1));
    }
    for n in [5, 2] {
        for who in [viewer, seller].into_iter().take(if n == 5 { 2 } else { 1 }) {
            by(&db, who, async |tx| marketplace::save(tx, ids[n], who).await).await.unwrap();
        }
    }
    maintenance::fold_counts(&db.store).await.unwrap();
    let usd = ListingFilter { currency: Some("USD".parse().unwrap()), ..ListingFilter::default() };
    let newest = all(&db, viewer, &usd, ListingSort::Newest).await;
    assert_eq!(newest, ids.iter().rev().copied().collect::<Vec<_>>());
    let cheapest = all(&db, viewer, &usd, ListingSort::Cheapest).await;
    assert_eq!(cheapest, ids);
    let dearest = all(&db, viewer, &usd, ListingSort::Dearest).await;
    assert_eq!(dearest, newest);
    let ending = all(&db, viewer, &usd, ListingSort::EndingSoon).await;
    assert_eq!(ending.len(), 8);
    assert_eq!(ending[..2], ids[6..]);
    let saved = all(&db, viewer, &usd, ListingSort::MostSaved).await;
    assert_eq!((saved[0], saved[1], saved.len()), (ids[5], ids[2], 8));
    assert!(all(&db, viewer, &ListingFilter::default(), ListingSort::Cheapest).await.is_empty());
}

#[tokio::test]
async fn every_filter_narrows_down_and_what_is_counted_is_what_is_listed() {
    let db = TestDb::new().await;
    let (seller, buyer) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let farming = category(&db, Tab::Marketplace, "farming", None).await;
    let pumps = category(&db, Tab::Marketplace, "pumps", Some(farming)).await;
    let in_pumps = ListingInput { category: Some(pumps.to_string()), ..pump(1) };
    let kept = offered(&db, seller, in_pumps).await;
    db.clock.advance(TimeDelta::seconds(1));
    let service = ListingInput {
        kind: "service".into(),
        title: "Repairs of wells".into(),
        condition: None,
        quantity: None,
        city: None,
        country: Some("ZA".into()),
        remote: true,
        ..pump(1)
    };
    let service = offered(&db, seller, service).await.id;
    db.clock.advance(TimeDelta::seconds(1));
    let sold = offered(&db, seller, priced(900, 5)).await;
    drafted(&db, seller, pump(1)).await;
    agreed(&db, &kept, buyer).await;
    let done = agreed(&db, &sold, buyer).await;
    complete(&db, done.id, seller).await.unwrap();
    by(&db, buyer, async |tx| marketplace::save(tx, service, buyer).await).await.unwrap();

    let nothing = ListingFilter::default;
    let usd = Some("USD".parse().unwrap());
    for (filter, expected) in [
        (nothing(), vec![sold.id, service, kept.id]),
        (ListingFilter { kind: Some(ListingType::Service), ..nothing() }, vec![service]),
        (ListingFilter { category: Some(farming), ..nothing() }, vec![kept.id]),
        (ListingFilter { category: Some(pumps), ..nothing() }, vec![kept.id]),
        (ListingFilter { currency: usd, price_from: Some(500.into()), ..nothing() }, vec![sold.id]),
        (ListingFilter { price_to: Some(250.into()), ..nothing() }, vec![service, kept.id]),
        (ListingFilter { country: Some("ZA".parse().unwrap()), ..nothing() }, vec![service]),
        (ListingFilter { city: Some("harare".into()), ..nothing() }, vec![sold.id, kept.id]),
        (ListingFilter { remote: Some(true), ..nothing() }, vec![service]),
        (ListingFilter { availability: Some(Availability::Available), ..nothing() }, vec![service]),
        (ListingFilter { availability: Some(Availability::Reserved), ..nothing() }, vec![kept.id]),
        (ListingFilter { availability: Some(Availability::Sold), ..nothing() }, vec![sold.id]),
        (ListingFilter { condition: Some(ItemCondition::Good), ..nothing() }, vec![sold.id, kept.id]),
        (ListingFilter { condition: Some(ItemCondition::New), ..nothing() }, vec![]),
        (ListingFilter { seller: Some(buyer), ..nothing() }, vec![]),
        (ListingFilter { saved_by: Some(buyer), ..nothing() }, vec![service]),
        (ListingFilter { words: Some("well".into()), ..nothing() }, vec![service]),
        (ListingFilter { words: Some("solar -repair".into()), ..nothing() }, vec![sold.id, kept.id]),
    ] {
        assert_eq!(all(&db, buyer, &filter, ListingSort::Newest).await, expected, "{filter:?}");
        let facets = facets(&db, buyer, &filter).await;
        assert_eq!(facets.counted, u32::try_from(expected.len()).unwrap(), "{filter:?}");
        let kinds: u32 = facets.kinds.iter().map(|kind| kind.listings).sum();
        assert_eq!(kinds, facets.counted, "{filter:?}");
    }
    let everything = facets(&db, buyer, &nothing()).await;
    let found = |counts: &[smilefactory_core::marketplace::ListingCount]| {
        counts.iter().map(|count| (count.value.clone(), count.listings)).collect::<Vec<_>>()
    };
    assert_eq!(found(&everything.countries), [("ZW".to_owned(), 2), ("ZA".to_owned(), 1)]);
    assert_eq!(found(&everything.categories), [(pumps.to_string(), 1)]);
    assert_eq!(everything.availability.len(), 3);

    db.one.block(buyer, seller).await;
    for viewer in [buyer, seller] {
        let left = if viewer == seller { 3 } else { 0 };
        assert_eq!(all(&db, viewer, &nothing(), ListingSort::Newest).await.len(), left);
        assert_eq!(facets(&db, viewer, &nothing()).await.counted, u32::try_from(left).unwrap());
    }
    let mut tx = db.store.read(&db.one.scope_of(buyer)).await.unwrap();
    assert!(tx.listings().list_saved(buyer, &Default::default()).await.unwrap().items.is_empty());
}
