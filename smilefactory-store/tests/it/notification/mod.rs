//! What people are told: once for each fact, to whom it concerns, and as far as they may see it.

mod due;
mod facts;
mod months;
mod people;
mod preference;
mod races;
mod reading;

use std::time::Duration;

use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::messaging::notification::{Notification, NotificationKind, Raise};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::notify::{self, Notifier};
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{NotificationFilter, Raised, Reading};
use smilefactory_store::testing::TestDb;

use crate::post;

/// Somebody whose profile everybody sees.
pub(crate) async fn known(db: &TestDb, name: &str) -> AccountId {
    let account = db.one.person(name).await.id;
    sqlx::query(
        "update identity.personal_details set profile_kind = 'mentor', profile_state = 'complete' where id = $1",
    )
    .bind(account.uuid())
    .execute(&mut db.superuser().await)
    .await
    .unwrap();
    account
}

pub(crate) const fn reading(account: AccountId) -> Reading {
    Reading { account, staff: false }
}

/// Tells these people something.
pub(crate) async fn tell(db: &TestDb, raise: &Raise, to: &[AccountId]) -> Vec<Raised> {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let raised = notify::tell(&mut tx, raise, to).await.unwrap();
    tx.commit().await.unwrap();
    raised
}

/// The first hundred that somebody is told.
pub(crate) async fn told(db: &TestDb, account: AccountId) -> Vec<Notification> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let first = PageRequest::first(PageSize::MAX);
    tx.notifications().list(reading(account), &NotificationFilter::new(), &first).await.unwrap().items
}

/// The same as sentences.
pub(crate) async fn sentences(db: &TestDb, account: AccountId) -> Vec<String> {
    told(db, account).await.into_iter().map(|told| told.text).collect()
}

pub(crate) async fn unread(db: &TestDb, account: AccountId) -> u32 {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.notifications().count_unread(account).await.unwrap().unread
}

pub(crate) async fn read_up_to(db: &TestDb, account: AccountId, place: &Notification) -> bool {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let moved = tx.notifications().read_up_to(account, place.id).await.unwrap();
    tx.commit().await.unwrap();
    moved
}

/// Lets the relay of this name handle all there is.
pub(crate) async fn relay(db: &TestDb, name: &str) {
    let relay = Relay::new(db.store.clone(), name, Notifier);
    loop {
        relay.drain().await.unwrap();
        let status = relay.status().await.unwrap();
        assert_eq!((status.parked, status.dead), (0, 0));
        if status.waiting == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The same of the relay there is.
pub(crate) async fn settle(db: &TestDb) {
    relay(db, notify::READER).await;
}

/// A published post of this author with this title.
pub(crate) async fn titled(db: &TestDb, author: AccountId, title: &str) -> PostId {
    let input =
        smilefactory_core::content::PostInput { title: Some(title.to_owned()), ..post::input("post", &[]) };
    post::publish(db, post::draft(db, author, input).await).await.id
}

/// Something of a kind that grows, done by `actor` to the person whose account `subject` is.
pub(crate) fn followed(subject: AccountId, actor: AccountId) -> Raise {
    Raise::followed(subject, actor)
}

pub(crate) fn kinds(told: &[Notification]) -> Vec<NotificationKind> {
    told.iter().map(|told| told.kind).collect()
}
