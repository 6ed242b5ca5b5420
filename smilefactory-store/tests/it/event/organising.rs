//! What organisers do, and what nobody else does.

use smilefactory_core::event::{EventDraft, EventInput, EventRefused, EventState, SeatClassInput};
use smilefactory_core::validation::Field;
use smilefactory_store::event::{self, EventError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{accounts, doing, draft, input, not_there, published, register, view, with_seats};

#[tokio::test]
async fn an_event_is_written_and_read_back() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let whole = EventInput {
        format: "hybrid".into(),
        place: Some(smilefactory_core::event::EventPlaceInput {
            name: Some("The Mill".into()),
            address: "1 Main Street".into(),
            city: Some("Harare".into()),
            country: "ZW".into(),
        }),
        register_until: Some(input(&db).starts),
        capacity: Some(40),
        classes: vec![SeatClassInput { name: "speaker".into(), capacity: 4, by_invitation: None }],
        price: Some(smilefactory_core::money::MoneyInput {
            amount: "12.50".parse().unwrap(),
            currency: "USD".into(),
        }),
        ..input(&db)
    };
    let event = draft(&db, host, whole.clone()).await;
    assert!(view(&db, guest, event.id).await.is_none(), "a draft is its organisers'");
    let seen = view(&db, host, event.id).await.unwrap();
    assert_eq!(seen.event, event);
    assert_eq!((seen.organises, seen.organisers.as_slice()), (true, &[host][..]));
    assert_eq!(seen.html, "<p>We take <strong>one</strong> apart.</p>\n");
    assert_eq!(seen.seats.iter().map(|seats| seats.capacity).collect::<Vec<_>>(), [Some(40), Some(4)]);
    assert!(event.draft.classes[0].by_invitation);

    let other =
        EventDraft::from_raw(EventInput { title: "Pumps".into(), classes: Vec::new(), ..whole }).unwrap();
    let change = |read_at| {
        let (db, other) = (&db, other.clone());
        async move { doing!(db, host, |tx| event::change(&mut tx, event.id, host, other, read_at)) }
    };
    let changed = change(event.version).await.unwrap();
    assert_eq!(view(&db, host, event.id).await.unwrap().event, changed);
    let stale = change(event.version).await.unwrap_err();
    assert!(matches!(stale, EventError::Store(StoreError::Stale { .. })), "{stale:?}");

    let published = doing!(db, host, |tx| event::publish(&mut tx, event.id, host)).unwrap();
    assert_eq!(published.state, EventState::Published);
    let seen = view(&db, guest, event.id).await.unwrap();
    assert_eq!((seen.event.draft.join_at, seen.organises), (None, false));
    let mut other = db.store.read(&db.two.scope).await.unwrap();
    assert!(other.events().get(event.id).await.unwrap().is_none());
}

#[tokio::test]
async fn what_organisers_do_is_nobody_elses() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let hidden = draft(&db, host, input(&db)).await;
    let open = published(&db, host, input(&db)).await;
    for (id, there) in [(hidden.id, false), (open.id, true)] {
        let error = doing!(db, guest, |tx| event::publish(&mut tx, id, guest)).unwrap_err();
        match error {
            EventError::Refused(EventRefused::NotYours(_)) => assert!(there),
            error => assert!(!there && not_there(&error), "{error:?}"),
        }
    }
    let delete = doing!(db, host, |tx| event::delete(&mut tx, open.id, host)).unwrap_err();
    assert!(matches!(delete, EventError::Refused(EventRefused::State(_))), "{delete:?}");
    doing!(db, host, |tx| event::delete(&mut tx, hidden.id, host)).unwrap();
    assert!(view(&db, host, hidden.id).await.is_none());

    let last = doing!(db, host, |tx| event::remove_organiser(&mut tx, open.id, host, host)).unwrap_err();
    assert!(matches!(last, EventError::Refused(EventRefused::LastOrganiser)), "{last:?}");
    let both = doing!(db, host, |tx| event::add_organiser(&mut tx, open.id, host, guest)).unwrap();
    assert_eq!(both.len(), 2);
    doing!(db, guest, |tx| event::remove_organiser(&mut tx, open.id, guest, host)).unwrap();
    assert_eq!(view(&db, host, open.id).await.unwrap().organisers, [guest]);
    let reason = Some("No power.".parse().unwrap());
    let off = doing!(db, guest, |tx| event::cancel(&mut tx, open.id, guest, reason)).unwrap();
    assert_eq!(off.state, EventState::Cancelled);
    assert!(register(&db, host, open.id).await.is_err());
}

#[tokio::test]
async fn seats_are_added_and_not_taken_away_from_anybody() {
    let db = TestDb::new().await;
    let people = accounts(&db, 5).await;
    let host = people[0];
    let event = with_seats(&db, host, 2).await;
    let mut registrations = Vec::new();
    for who in &people[1..] {
        registrations.push(register(&db, *who, event.id).await.unwrap());
    }
    let words = |all: Vec<smilefactory_core::event::Registration>| {
        all.iter().map(|there| there.state.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(words(registrations.clone()), "going going waitlisted waitlisted");
    let change = |capacity, read_at| {
        let (db, new) = (&db, EventDraft::from_raw(EventInput { capacity, ..input(&db) }).unwrap());
        async move { doing!(db, host, |tx| event::change(&mut tx, event.id, host, new, read_at)) }
    };
    let fewer = change(Some(1), event.version).await.unwrap_err();
    assert!(matches!(fewer, EventError::Refused(EventRefused::SeatsTaken(2))), "{fewer:?}");
    let changed = change(Some(3), event.version).await.unwrap();
    let mut now = Vec::new();
    for there in &registrations {
        now.push(super::get(&db, there.id).await);
    }
    assert_eq!(words(now), "going going offered waitlisted");
    change(None, changed.version).await.unwrap();
    assert_eq!(super::state(&db, registrations[3].id).await.as_str(), "offered");
}
