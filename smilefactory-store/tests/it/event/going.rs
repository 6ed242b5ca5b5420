//! How people come to stand to an event: invited, asking, with a seat, without one, let in.

use chrono::TimeDelta;
use smilefactory_core::event::{
    EventInput, EventInvitation, EventRefused, RegistrationState, SeatClassInput,
};
use smilefactory_core::page::PageRequest;
use smilefactory_store::event::{self, EventError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::RegistrationFilter;
use smilefactory_store::testing::TestDb;

use super::{
    accounts, answer, doing, get, input, invite, not_there, published, refused, register, state, view,
    with_seats,
};

#[tokio::test]
async fn who_waits_longest_is_offered_the_seat_that_becomes_free() {
    let db = TestDb::new().await;
    let [host, a, b, c, d] = accounts(&db, 5).await.try_into().unwrap();
    let event = with_seats(&db, host, 1).await;
    let going = register(&db, a, event.id).await.unwrap();
    assert_eq!(going.state, RegistrationState::Going);
    assert!(view(&db, a, event.id).await.unwrap().event.draft.join_at.is_some(), "it is shown to who comes");
    let first = register(&db, b, event.id).await.unwrap();
    let second = register(&db, c, event.id).await.unwrap();
    assert!(view(&db, b, event.id).await.unwrap().event.draft.join_at.is_none(), "and not to who waits");
    assert!(refused(&register(&db, b, event.id).await.unwrap_err()), "nobody registers twice");
    doing!(db, a, |tx| event::withdraw(&mut tx, going.id, a)).unwrap();
    assert_eq!(state(&db, first.id).await, RegistrationState::Offered);
    // The seat is kept: whoever comes now waits behind all others.
    let last = register(&db, d, event.id).await.unwrap();
    assert_eq!(last.state, RegistrationState::Waitlisted);
    doing!(db, b, |tx| event::decline(&mut tx, first.id, b)).unwrap();
    let offered = get(&db, second.id).await;
    assert_eq!(offered.state, RegistrationState::Offered);
    let foreign = doing!(db, d, |tx| event::accept(&mut tx, second.id, d)).unwrap_err();
    assert!(not_there(&foreign), "{foreign:?}");
    db.clock.advance(TimeDelta::hours(23));
    let seated = doing!(db, c, |tx| event::accept(&mut tx, second.id, c)).unwrap();
    assert_eq!((seated.state, seated.place), (RegistrationState::Going, None));
    let seats = &view(&db, host, event.id).await.unwrap().seats[0];
    assert_eq!((seats.taken, seats.waiting), (1, 1));
    // Who comes back has no old place.
    let again = register(&db, b, event.id).await.unwrap();
    assert!(again.place > last.place, "{again:?}");
}

#[tokio::test]
async fn an_organiser_invites_agrees_and_does_not() {
    let db = TestDb::new().await;
    let [host, a, b, c] = accounts(&db, 4).await.try_into().unwrap();
    let vip = SeatClassInput { name: "vip".into(), capacity: 1, by_invitation: None };
    let wanted = EventInput {
        visibility: Some("private".into()),
        approval: Some(true),
        capacity: Some(1),
        classes: vec![vip],
        ..input(&db)
    };
    let event = published(&db, host, wanted).await;
    assert!(view(&db, a, event.id).await.is_none(), "it is private");
    assert!(not_there(&register(&db, a, event.id).await.unwrap_err()));
    let invited = invite(&db, host, event.id, a).await.unwrap();
    assert_eq!(invited.invited_by, Some(host));
    assert!(view(&db, a, event.id).await.is_some());
    assert_eq!(register(&db, a, event.id).await.unwrap().state, RegistrationState::Going);
    assert!(not_there(&invite(&db, b, event.id, c).await.unwrap_err()), "to invite is for organisers");

    // Seats that are set apart are taken by who is invited to them, and need not be named then.
    let to_vip = EventInvitation { account: b, class: Some("vip".parse().unwrap()) };
    doing!(db, host, |tx| event::invite(&mut tx, event.id, host, &to_vip)).unwrap();
    let there = register(&db, b, event.id).await.unwrap();
    assert_eq!((there.state, there.class), (RegistrationState::Going, to_vip.class));

    let open = EventInput { approval: Some(true), capacity: Some(1), ..input(&db) };
    let event = published(&db, host, open).await;
    let asked = [register(&db, a, event.id).await.unwrap(), register(&db, b, event.id).await.unwrap()];
    assert!(asked.iter().all(|asked| asked.state == RegistrationState::Requested));
    let foreign = doing!(db, c, |tx| event::approve(&mut tx, asked[0].id, c)).unwrap_err();
    assert!(matches!(foreign, EventError::Refused(EventRefused::NotYours(_))), "{foreign:?}");
    let agreed = doing!(db, host, |tx| event::approve(&mut tx, asked[0].id, host)).unwrap();
    let waits = doing!(db, host, |tx| event::approve(&mut tx, asked[1].id, host)).unwrap();
    assert_eq!((agreed.state, waits.state), (RegistrationState::Going, RegistrationState::Waitlisted));
    doing!(db, host, |tx| event::take_back(&mut tx, agreed.id, host)).unwrap();
    assert_eq!(state(&db, waits.id).await, RegistrationState::Offered);
    let third = register(&db, c, event.id).await.unwrap();
    let no = doing!(db, host, |tx| event::refuse(&mut tx, third.id, host)).unwrap();
    assert_eq!(no.state, RegistrationState::Declined);
    let maybe = doing!(db, c, |tx| event::register(&mut tx, event.id, c, &answer("maybe", None))).unwrap();
    assert_eq!(maybe.state, RegistrationState::Maybe);
    let elsewhere = doing!(db, c, |tx| event::register(&mut tx, event.id, c, &answer("going", Some("box"))));
    assert!(not_there(&elsewhere.unwrap_err()), "there are no such seats");
}

#[tokio::test]
async fn a_code_lets_somebody_in_once() {
    let db = TestDb::new().await;
    let [host, a, b] = accounts(&db, 3).await.try_into().unwrap();
    let event = with_seats(&db, host, 9).await;
    let other = with_seats(&db, host, 9).await;
    let going = register(&db, a, event.id).await.unwrap();
    let code = doing!(db, a, |tx| event::code_of(&mut tx, going.id, a)).unwrap().1;
    assert!(not_there(&doing!(db, b, |tx| event::code_of(&mut tx, going.id, b)).unwrap_err()));
    let check_in = |id, by, code: String| {
        let db = &db;
        async move { doing!(db, by, |tx| event::check_in(&mut tx, id, by, &code)) }
    };
    let early = check_in(event.id, host, code.clone()).await.unwrap_err();
    assert!(matches!(early, EventError::Refused(EventRefused::TooEarly)), "{early:?}");
    db.clock.advance(TimeDelta::hours(40));
    let nobody = check_in(event.id, b, code.clone()).await.unwrap_err();
    assert!(matches!(nobody, EventError::Refused(EventRefused::NotYours(_))), "{nobody:?}");
    assert!(not_there(&check_in(other.id, host, code.clone()).await.unwrap_err()), "it is of another event");
    assert!(not_there(&check_in(event.id, host, "made up".into()).await.unwrap_err()));
    let inside = check_in(event.id, host, code.clone()).await.unwrap();
    assert_eq!(inside.checked_in_at, Some(db.store.now()));
    assert!(refused(&check_in(event.id, host, code).await.unwrap_err()));
    assert!(refused(&doing!(db, a, |tx| event::code_of(&mut tx, going.id, a)).unwrap_err()));
}

#[tokio::test]
async fn lists_of_registrations_are_read_by_page() {
    let db = TestDb::new().await;
    let people = accounts(&db, 6).await;
    let host = people[0];
    let event = with_seats(&db, host, 2).await;
    for who in &people[1..] {
        db.clock.advance(TimeDelta::seconds(1));
        register(&db, *who, event.id).await.unwrap();
    }
    db.one.block(host, people[5]).await;
    let mut tx = db.store.read(&db.one.scope_of(host)).await.unwrap();
    let (mut found, mut page) =
        (Vec::new(), PageRequest::first(smilefactory_core::page::PageSize::new(3).unwrap()));
    loop {
        let read = tx.registrations().list(event.id, RegistrationFilter::default(), &page).await.unwrap();
        found.extend(read.items.iter().map(|there| there.account));
        let Some(next) = read.next else { break };
        page = PageRequest::after(page.size, next);
    }
    found.reverse();
    assert_eq!(found, people[1..5]);
    let waits = RegistrationFilter { state: Some(RegistrationState::Waitlisted), ended: false };
    assert_eq!(
        tx.registrations().list(event.id, waits, &PageRequest::default()).await.unwrap().items.len(),
        2
    );
    let mut tx = db.store.read(&db.one.scope_of(people[1])).await.unwrap();
    let all = RegistrationFilter::default();
    let own =
        tx.registrations().list_of_account(people[1], all, &PageRequest::default()).await.unwrap().items;
    assert_eq!((own.len(), own[0].title.as_str()), (1, "Solar pumps in practice"));
    let one = tx.registrations().find_own(own[0].registration.id, people[2]).await.unwrap();
    assert!(one.is_none(), "it is somebody else's");
}
