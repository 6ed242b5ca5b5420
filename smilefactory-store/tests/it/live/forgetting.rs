//! What of the log is kept, and that nobody goes on from what is not.

use chrono::TimeDelta;
use smilefactory_core::messaging::notification::{NotificationKind, NotificationRaised};
use smilefactory_store::maintenance::forget_facts;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact, Relay};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::world::{now, since};

/// Handles everything but what concerns somebody's second notification.
struct Picky;

#[async_trait::async_trait]
impl Handler for Picky {
    async fn handle(&self, _: &mut WriteTx, fact: &RecordedFact) -> Result<(), HandlerError> {
        let raised = fact.fact.read::<NotificationRaised>()?;
        if raised.is_some_and(|raised| raised.kind == NotificationKind::ALL[1]) { Err("no".into()) } else { Ok(()) }
    }
}

#[tokio::test]
async fn what_is_old_and_behind_every_reader_is_forgotten_and_nobody_goes_on_from_there() {
    let db = TestDb::new().await;
    let tariro = db.one.person("tariro").await.id;
    let raise = async |kind| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let notification = tx.new_id().unwrap();
        tx.tell(NotificationRaised { notification, account: tariro, kind: NotificationKind::ALL[kind] }).unwrap();
        tx.commit().await.unwrap();
    };
    let before = now(&db.store).await;
    raise(0).await;
    raise(1).await;
    let between = now(&db.store).await;
    db.clock.advance(TimeDelta::days(100));
    raise(0).await;
    let keeps = async |place| db.store.log().position().await.unwrap().keeps(place);

    // Nobody has read it.
    assert_eq!(forget_facts(&db.store, TimeDelta::days(90)).await.unwrap(), 0);
    let relay = Relay::new(db.store.clone(), "picky", Picky);
    while relay.status().await.unwrap().waiting > 0 {
        relay.drain().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(forget_facts(&db.store, TimeDelta::days(101)).await.unwrap(), 0);
    assert!(keeps(&before).await);
    // The tenants that joined, the account, and the first notification; the second is parked.
    assert_eq!(forget_facts(&db.store, TimeDelta::days(90)).await.unwrap(), 4);
    assert_eq!(forget_facts(&db.store, TimeDelta::days(90)).await.unwrap(), 0);
    assert!(!keeps(&before).await && keeps(&between).await);
    assert_eq!(since(&db.store, &db.one, &between, &[tariro]).await.len(), 1);
    assert_eq!(relay.status().await.unwrap().parked, 1);
}

#[tokio::test]
async fn every_database_has_a_log_of_its_own() {
    let (one, two) = (TestDb::new().await, TestDb::new().await);
    let epoch = async |db: &TestDb| db.store.log().position().await.unwrap().epoch;
    assert_ne!(epoch(&one).await, epoch(&two).await);
    assert_eq!(epoch(&one).await, one.another_store().await.log().position().await.unwrap().epoch);
}
