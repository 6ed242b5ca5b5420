//! What people are told of events.

use chrono::TimeDelta;
use smilefactory_core::event::{EventDraft, EventInput};
use smilefactory_core::messaging::notification::NotificationKind;
use smilefactory_core::validation::Field;
use smilefactory_store::event;
use smilefactory_store::maintenance::remind_due;
use smilefactory_store::testing::TestDb;

use super::{doing, input, invite, published, register, with_seats};
use crate::notification::{kinds, known, sentences, settle, told};

#[tokio::test]
async fn who_is_invited_waits_or_comes_is_told() {
    let db = TestDb::new().await;
    let (host, a, b) = (known(&db, "host").await, known(&db, "anesu").await, known(&db, "bongani").await);
    let event = with_seats(&db, host, 1).await;
    invite(&db, host, event.id, a).await.unwrap();
    settle(&db).await;
    assert_eq!(sentences(&db, a).await, ["host Example invites you to the event “Solar pumps in practice”."]);
    assert_eq!(told(&db, a).await[0].target.event, Some(event.id));
    let going = register(&db, a, event.id).await.unwrap();
    register(&db, b, event.id).await.unwrap();
    doing!(db, a, |tx| event::withdraw(&mut tx, going.id, a)).unwrap();
    settle(&db).await;
    assert!(told(&db, a).await[0].read, "who answered need not be told");
    assert_eq!(kinds(&told(&db, b).await), [NotificationKind::SeatOffered]);
    let reason = Some("No power.".parse().unwrap());
    doing!(db, host, |tx| event::cancel(&mut tx, event.id, host, reason)).unwrap();
    settle(&db).await;
    let last = sentences(&db, b).await.remove(0);
    assert_eq!(last, "The event “Solar pumps in practice” is cancelled: No power.");
    assert_eq!(told(&db, a).await.len(), 1, "who does not come is not told");

    let asked = published(&db, host, EventInput { approval: Some(true), ..input(&db) }).await;
    let request = register(&db, a, asked.id).await.unwrap();
    settle(&db).await;
    assert_eq!(kinds(&told(&db, host).await), [NotificationKind::RegistrationRequested]);
    doing!(db, host, |tx| event::approve(&mut tx, request.id, host)).unwrap();
    settle(&db).await;
    assert!(told(&db, host).await.is_empty(), "nobody asks any more");
    assert_eq!(told(&db, a).await[0].kind, NotificationKind::RegistrationApproved);
}

#[tokio::test]
async fn who_comes_is_reminded_a_day_and_an_hour_before() {
    let db = TestDb::new().await;
    let (host, a, b) = (known(&db, "host").await, known(&db, "anesu").await, known(&db, "bongani").await);
    let event = with_seats(&db, host, 5).await;
    register(&db, a, event.id).await.unwrap();
    let gone = register(&db, b, event.id).await.unwrap();
    settle(&db).await;
    doing!(db, b, |tx| event::withdraw(&mut tx, gone.id, b)).unwrap();
    assert_eq!(remind_due(&db.store).await.unwrap(), 0);
    db.clock.advance(TimeDelta::hours(24));
    assert_eq!(remind_due(&db.store).await.unwrap(), 1);
    assert_eq!(kinds(&told(&db, a).await), [NotificationKind::EventTomorrow]);

    // It is put off by a day: those who come are told, and reminded in time.
    let wall = |hours| {
        smilefactory_core::event::Zone::UTC.wall(event.starts_at + TimeDelta::hours(hours)).to_string()
    };
    let new = EventInput { starts: wall(24), ends: wall(26), capacity: Some(5), ..input(&db) };
    let new = EventDraft::from_raw(new).unwrap();
    let moved = doing!(db, host, |tx| event::change(&mut tx, event.id, host, new, event.version)).unwrap();
    assert_eq!(moved.sequence, 1);
    settle(&db).await;
    assert_eq!(told(&db, a).await[0].kind, NotificationKind::EventMoved);
    db.clock.advance(TimeDelta::hours(23));
    remind_due(&db.store).await.unwrap();
    assert!(
        kinds(&told(&db, a).await).iter().all(|kind| *kind != NotificationKind::EventSoon),
        "it begins in a day"
    );
    db.clock.advance(TimeDelta::hours(24));
    remind_due(&db.store).await.unwrap();
    assert_eq!(told(&db, a).await[0].kind, NotificationKind::EventSoon);
    assert!(told(&db, b).await.is_empty(), "who does not come is not reminded");
}
