//! Lists of events: who is shown which, in which order, narrowed down how.

use chrono::TimeDelta;
use smilefactory_core::event::{
    EventCategory, EventDoor, EventFormat, EventInput, EventPlaceInput, EventWindow, OwnEvents, Span, Zone,
    days_of_month,
};
use smilefactory_core::id::{AccountId, EventId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::EventFilter;
use smilefactory_store::testing::TestDb;

use super::{accounts, doing, draft, input, invite, published, register};

fn upcoming(db: &TestDb) -> EventFilter {
    EventFilter::within(EventWindow::Upcoming.span(db.store.now(), Zone::UTC).unwrap())
}

/// All that somebody is shown, two at a time.
async fn listed(db: &TestDb, who: AccountId, filter: &EventFilter) -> Vec<EventId> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(2).unwrap()));
    loop {
        let read = tx.events().list(filter, &page).await.unwrap();
        found.extend(read.items.iter().map(|listed| listed.event.id));
        let Some(next) = read.next else { return found };
        page = PageRequest::after(page.size, next);
    }
}

/// The same event so many hours later.
fn later(db: &TestDb, hours: i64) -> EventInput {
    let wall = |hours| Zone::UTC.wall(db.store.now() + TimeDelta::hours(hours)).to_string();
    EventInput { starts: wall(48 + hours), ends: wall(50 + hours), ..input(db) }
}

#[tokio::test]
async fn a_list_has_what_is_for_who_reads_it_by_its_beginning() {
    let db = TestDb::new().await;
    let [host, a, b] = accounts(&db, 3).await.try_into().unwrap();
    let third = published(&db, host, later(&db, 2)).await;
    let first = published(&db, host, EventInput { visibility: Some("public".into()), ..input(&db) }).await;
    let second = published(&db, host, later(&db, 1)).await;
    let private =
        published(&db, host, EventInput { visibility: Some("private".into()), ..later(&db, 3) }).await;
    let hidden = draft(&db, host, later(&db, 4)).await;
    let all = upcoming(&db);
    assert_eq!(listed(&db, a, &all).await, [first.id, second.id, third.id]);
    assert_eq!(listed(&db, host, &all).await, [first.id, second.id, third.id, private.id]);
    invite(&db, host, private.id, b).await.unwrap();
    assert_eq!(listed(&db, b, &all).await.last(), Some(&private.id));
    let mut anonymous = db.store.read(&db.one.anonymous()).await.unwrap();
    let open = anonymous.events().list(&all, &PageRequest::default()).await.unwrap().items;
    assert_eq!(open.into_iter().map(|listed| listed.event.id).collect::<Vec<_>>(), [first.id]);
    assert!(anonymous.events().view(second.id).await.unwrap().is_none());
    drop(anonymous);

    register(&db, a, third.id).await.unwrap();
    let own = |own| upcoming(&db).own(Some(own));
    assert_eq!(listed(&db, a, &own(OwnEvents::Registered)).await, [third.id]);
    assert_eq!(listed(&db, host, &own(OwnEvents::Organising)).await.last(), Some(&hidden.id));

    // Of whom somebody blocks, or is blocked by, nothing is there; of whom they muted, nothing is listed.
    db.one.block(host, a).await;
    assert!(listed(&db, a, &all).await.is_empty());
    assert!(super::view(&db, a, first.id).await.is_none());
    assert!(super::not_there(&register(&db, a, first.id).await.unwrap_err()));

    db.clock.advance(TimeDelta::hours(51));
    assert_eq!(listed(&db, b, &upcoming(&db)).await, [third.id, private.id]);
    let past = listed(&db, b, &EventFilter::past()).await;
    assert_eq!(past, [second.id, first.id], "the last first");
}

#[tokio::test]
async fn a_list_is_narrowed_down() {
    let db = TestDb::new().await;
    let [host, other] = accounts(&db, 2).await.try_into().unwrap();
    let place = EventPlaceInput {
        name: None,
        address: "1 Main Street".into(),
        city: Some("Harare".into()),
        country: "ZW".into(),
    };
    let price = smilefactory_core::money::MoneyInput { amount: "5".parse().unwrap(), currency: "USD".into() };
    let there = EventInput {
        category: "pitch".into(),
        format: "in_person".into(),
        place: Some(place),
        join_at: None,
        price: Some(price),
        ..input(&db)
    };
    let there = published(&db, host, there).await;
    let online = published(&db, other, input(&db)).await;
    let all = || upcoming(&db);
    for (filter, found) in [
        (all().of_category(Some(EventCategory::Pitch)), there.id),
        (all().of_category(Some(EventCategory::Workshop)), online.id),
        (all().of_format(Some(EventFormat::Online)), online.id),
        (all().in_city(Some("HARARE".into())), there.id),
        (all().free(Some(true)), online.id),
        (all().free(Some(false)), there.id),
        (all().organised_by(Some(other)), online.id),
    ] {
        assert_eq!(listed(&db, host, &filter).await, [found], "{filter:?}");
    }
}

#[tokio::test]
async fn a_calendar_counts_days_as_clocks_there_show_them() {
    let db = TestDb::new().await;
    let [host] = accounts(&db, 1).await.try_into().unwrap();
    // From 23:00 on the 30th to 1:00 on the 31st in Harare, which is the 30th in UTC.
    let at = |starts: &str, ends: &str| EventInput {
        starts: starts.into(),
        ends: ends.into(),
        zone: "Africa/Harare".into(),
        ..input(&db)
    };
    let year = chrono::Datelike::year(&db.store.now()) + 1;
    let day = |d: &str, time: &str| format!("{year}-03-{d}T{time}");
    published(&db, host, at(&day("30", "23:00"), &day("31", "01:00"))).await;
    let whole = published(&db, host, at(&day("01", "00:00"), &day("02", "00:00"))).await;
    published(&db, host, at(&day("31", "23:30"), &format!("{year}-04-01T01:30"))).await;
    let count = |zone: &'static str| {
        let (db, first) = (&db, chrono::NaiveDate::from_ymd_opt(year, 3, 1).unwrap());
        async move {
            let days = days_of_month(first, zone.parse().unwrap());
            let span = Span { from: days[0].1, until: Some(days.last().unwrap().2) };
            let mut tx = db.store.read(&db.one.scope_of(host)).await.unwrap();
            let days = tx.events().count_by_day(&EventFilter::within(span), &days).await.unwrap();
            days.iter().map(|day| (chrono::Datelike::day(&day.date), day.events)).collect::<Vec<_>>()
        }
    };
    assert_eq!(count("Africa/Harare").await, [(1, 1), (30, 1), (31, 2)]);
    assert_eq!(count("Etc/UTC").await, [(1, 1), (30, 1), (31, 1)]);
    doing!(db, host, |tx| event::cancel(&mut tx, whole.id, host, None)).unwrap();
    assert_eq!(count("Africa/Harare").await.len(), 3, "it is there, as cancelled");
}

#[tokio::test]
async fn a_list_is_narrowed_down_by_price_place_and_whether_one_can_register_and_counted() {
    let db = TestDb::new().await;
    let [host, guest, other] = accounts(&db, 3).await.try_into().unwrap();
    let there = |city: &str, country: &str, amount: &str| EventInput {
        category: "pitch".into(),
        format: "in_person".into(),
        place: Some(EventPlaceInput {
            name: None,
            address: "1 Main Street".into(),
            city: Some(city.into()),
            country: country.into(),
        }),
        join_at: None,
        price: Some(smilefactory_core::money::MoneyInput {
            amount: amount.parse().unwrap(),
            currency: "USD".into(),
        }),
        ..input(&db)
    };
    let cheap = published(&db, host, there("Harare", "ZW", "5")).await.id;
    let EventInput { starts, ends, .. } = later(&db, 1);
    let dear = published(&db, host, EventInput { starts, ends, ..there("Lusaka", "ZM", "50") }).await.id;
    let full = published(&db, host, EventInput { capacity: Some(1), ..input(&db) }).await.id;
    register(&db, guest, full).await.unwrap();
    let until = Zone::UTC.wall(db.store.now() + TimeDelta::hours(1)).to_string();
    let late = published(&db, host, EventInput { register_until: Some(until), ..input(&db) }).await.id;
    let private = EventInput { visibility: Some("private".into()), ..there("Gweru", "ZW", "7") };
    let private = published(&db, host, private).await.id;
    db.clock.advance(TimeDelta::hours(2));

    let all = || upcoming(&db);
    let usd = || Some("USD".parse().unwrap());
    let amount = |amount: &str| Some(amount.parse().unwrap());
    for (filter, expected) in [
        (all().in_country(Some("ZW".parse().unwrap())), vec![cheap]),
        (all().priced(usd(), None, None), vec![cheap, dear]),
        (all().priced(usd(), amount("6"), None), vec![dear]),
        (all().priced(usd(), amount("5"), amount("49.99")), vec![cheap]),
        (all().priced(Some("EUR".parse().unwrap()), None, None), vec![]),
        (all().with_door(Some(EventDoor::Open)), vec![cheap, dear]),
        (all().with_door(Some(EventDoor::Full)), vec![full]),
        (all().with_door(Some(EventDoor::Closed)), vec![late]),
        (all().own(Some(OwnEvents::Registered)).with_door(Some(EventDoor::Full)), vec![]),
    ] {
        assert_eq!(listed(&db, other, &filter).await, expected, "{filter:?}");
        let mut tx = db.store.read(&db.one.scope_of(other)).await.unwrap();
        let facets = tx.events().count_facets(&filter).await.unwrap();
        assert_eq!(usize::try_from(facets.counted).unwrap(), expected.len(), "{filter:?}");
    }
    let told = |counts: Vec<smilefactory_core::event::EventCount>| {
        counts.into_iter().map(|count| (count.value, count.events)).collect::<Vec<_>>()
    };
    let word = |word: &str, count: u32| (word.to_owned(), count);
    let facets = async |who, filter: EventFilter| {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        tx.events().count_facets(&filter).await.unwrap()
    };
    let seen = facets(other, all()).await;
    assert_eq!((seen.counted, seen.more, seen.free), (4, false, 2));
    assert_eq!(told(seen.categories), [word("pitch", 2), word("workshop", 2)]);
    assert_eq!(told(seen.formats), [word("in_person", 2), word("online", 2)]);
    assert_eq!(told(seen.cities), [word("harare", 1), word("lusaka", 1)]);
    assert_eq!(told(seen.countries), [word("ZM", 1), word("ZW", 1)]);
    assert_eq!(told(seen.doors), [word("open", 2), word("closed", 1), word("full", 1)]);
    // What is private is counted for whom it is for, and what somebody who is blocked made for nobody of the two.
    assert_eq!(facets(host, all()).await.counted, 5);
    assert_eq!(facets(guest, all().own(Some(OwnEvents::Registered))).await.counted, 1);
    invite(&db, host, private, other).await.unwrap();
    assert_eq!(facets(other, all()).await.counted, 5);
    db.one.block(other, host).await;
    assert_eq!(facets(other, all()).await.counted, 0);
    db.clock.advance(TimeDelta::days(5));
    assert_eq!(facets(guest, EventFilter::past()).await.counted, 4);
    assert_eq!(told(facets(guest, EventFilter::past()).await.doors), [word("closed", 4)]);
}
