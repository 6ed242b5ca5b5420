//! What is for those alone who are invited, and for how long.

use smilefactory_core::event::{EventInput, RegistrationState};
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{accounts, answer, doing, input, invite, not_there, published, register, view};

#[tokio::test]
async fn an_invitation_that_is_taken_back_shows_nothing_any_more() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let secret = published(&db, host, EventInput { visibility: Some("private".into()), ..input(&db) }).await;
    assert!(view(&db, guest, secret.id).await.is_none());
    let invited = invite(&db, host, secret.id, guest).await.unwrap();
    assert!(view(&db, guest, secret.id).await.is_some());
    doing!(db, host, |tx| event::take_back(&mut tx, invited.id, host)).unwrap();
    assert!(view(&db, guest, secret.id).await.is_none());
    assert!(not_there(&register(&db, guest, secret.id).await.unwrap_err()));
}

#[tokio::test]
async fn who_is_invited_and_may_come_still_is_invited() {
    let db = TestDb::new().await;
    let [host, guest, other] = accounts(&db, 3).await.try_into().unwrap();
    let asked = published(&db, host, EventInput { approval: Some(true), ..input(&db) }).await;
    invite(&db, host, asked.id, guest).await.unwrap();
    let maybe = answer("maybe", None);
    let may = doing!(db, guest, |tx| event::register(&mut tx, asked.id, guest, &maybe)).unwrap();
    assert_eq!(may.state, RegistrationState::Maybe);
    assert_eq!(register(&db, guest, asked.id).await.unwrap().state, RegistrationState::Going);
    assert_eq!(register(&db, other, asked.id).await.unwrap().state, RegistrationState::Requested);
}

#[tokio::test]
async fn a_calendar_has_nothing_of_who_is_blocked() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let event = published(&db, host, input(&db)).await;
    register(&db, guest, event.id).await.unwrap();
    let feed = async |who| {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        tx.event_feeds().list(who).await.unwrap().len()
    };
    assert_eq!((feed(guest).await, feed(host).await), (1, 1));
    db.one.block(guest, host).await;
    assert_eq!((feed(guest).await, feed(host).await), (0, 1));
}
