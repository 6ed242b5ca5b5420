//! What people are told of groups.

use smilefactory_core::community::GroupRole;
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::notification::Notification;
use smilefactory_core::page::PageRequest;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{NotificationFilter, Reading};
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, group, people};

/// Somebody is told what happened.
async fn told(db: &TestDb, who: AccountId) -> Vec<Notification> {
    crate::notification::settle(db).await;
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let reading = Reading { account: who, staff: false };
    let filter = NotificationFilter::new().unread();
    tx.notifications().list(reading, &filter, &PageRequest::default()).await.unwrap().items
}

fn texts(told: &[Notification]) -> Vec<&str> {
    told.iter().map(|told| told.text.as_str()).collect()
}

#[tokio::test]
async fn who_is_invited_asked_or_let_in_is_told_and_nobody_that_they_were_refused() {
    let db = TestDb::new().await;
    let [owner, moderator, asking, invited, blocked] = people(&db).await;
    let made = group(&db, owner, "Pumps", "private", "approval").await;
    belongs(&db, &made, moderator, GroupRole::Moderator).await;
    told(&db, owner).await;
    doing!(db, owner, |tx| community::invite(&mut tx, made.id, owner, invited)).unwrap();
    enter(&db, made.id, asking).await.unwrap();
    enter(&db, made.id, blocked).await.unwrap();
    let one = told(&db, invited).await;
    assert_eq!(texts(&one), ["person-0 Example asks you to join the group “Pumps”."]);
    assert_eq!(one[0].target.group, Some(made.id));
    for keeper in [owner, moderator] {
        let asked = told(&db, keeper).await;
        assert_eq!(asked[0].kind.as_str(), "group_requested");
        assert_eq!(asked[0].actors.len(), 2, "both are told as one thing");
    }
    db.one.block(owner, blocked).await;
    assert_eq!(told(&db, owner).await[0].actors.len(), 1, "nothing of who is blocked");

    doing!(db, moderator, |tx| community::approve(&mut tx, made.id, moderator, asking)).unwrap();
    doing!(db, moderator, |tx| community::refuse(&mut tx, made.id, moderator, blocked)).unwrap();
    let let_in = told(&db, asking).await;
    assert_eq!(texts(&let_in), ["person-1 Example let you into the group “Pumps”."]);
    assert!(told(&db, blocked).await.is_empty(), "nobody is told that they were refused");
    assert!(told(&db, moderator).await.iter().all(|told| told.kind.as_str() != "group_requested"));
    doing!(db, invited, |tx| community::accept(&mut tx, made.id, invited)).unwrap();
    assert!(told(&db, invited).await.is_empty(), "what was accepted was seen");
    // Who is taken out is told nothing of the group any more.
    doing!(db, owner, |tx| community::remove(&mut tx, made.id, owner, asking)).unwrap();
    assert!(told(&db, asking).await.is_empty());
}
