//! Who got and read what, as far as others may know.

use smilefactory_core::collection::Whole;
use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{Marks, Receipt};
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{block, doing, entry, group, people, say, write_to};

fn marks(delivered: u32, read: u32) -> Marks {
    Marks { delivered_seq: Some(Whole::new(delivered).unwrap()), read_seq: Some(Whole::new(read).unwrap()) }
}

async fn mark(db: &TestDb, who: AccountId, id: ConversationId, delivered: u32, read: u32) -> (u64, u64) {
    let member = doing!(db, who, |tx| messaging::mark(&mut tx, id, who, &marks(delivered, read))).unwrap();
    (member.delivered_seq, member.read_seq)
}

async fn receipts(db: &TestDb, who: AccountId, id: ConversationId) -> Vec<Receipt> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    tx.members().receipts(id, who).await.unwrap()
}

async fn hide(db: &TestDb, who: AccountId, id: ConversationId) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let mut member = tx.members().belonging(id, who).await.unwrap().unwrap();
    member.receipts = false;
    tx.members().keep(&member).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_watermark_goes_forward_and_never_beyond_the_last_message() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    for n in 0..4 {
        say(&db, a, made.id, &format!("{n}")).await.unwrap();
    }
    assert_eq!(mark(&db, b, made.id, 3, 1).await, (3, 1));
    assert_eq!(mark(&db, b, made.id, 1, 0).await, (3, 1), "nothing goes back");
    assert_eq!(mark(&db, b, made.id, 0, 2).await, (3, 2));
    assert_eq!(mark(&db, b, made.id, 0, 4_000_000_000).await, (4, 4), "and nothing beyond");
    let raw = "update messaging.members set read_seq = 1 where read_seq = 4";
    assert!(sqlx::query(raw).execute(&mut db.superuser().await).await.is_err(), "whoever writes");
    let raw = "update messaging.members set read_seq = 9";
    assert!(sqlx::query(raw).execute(&mut db.superuser().await).await.is_err(), "read is delivered");
}

#[tokio::test]
async fn who_hides_theirs_does_not_see_others() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, &[b, c]).await;
    say(&db, a, made.id, "Hello.").await.unwrap();
    mark(&db, b, made.id, 1, 1).await;
    let seen = receipts(&db, a, made.id).await;
    assert!(seen.contains(&Receipt { account: b, delivered_seq: 1, read_seq: 1 }), "{seen:?}");
    assert_eq!(seen.len(), 2);
    hide(&db, b, made.id).await;
    assert_eq!(receipts(&db, a, made.id).await.iter().filter(|receipt| receipt.account == b).count(), 0);
    assert!(receipts(&db, b, made.id).await.is_empty());
    assert_eq!(receipts(&db, c, made.id).await.len(), 1);
    block(&db, c, a).await;
    assert!(receipts(&db, c, made.id).await.is_empty(), "nor of whom they block");
    let outsider = db.one.person("outsider").await.id;
    assert!(receipts(&db, outsider, made.id).await.is_empty());
}

#[tokio::test]
async fn a_stranger_is_not_told_that_they_were_read_before_they_are_accepted() {
    let db = TestDb::new().await;
    let [stranger, b] = people(&db).await;
    let id = write_to(&db, stranger, b, "Hello.").await.unwrap().conversation;
    assert_eq!(mark(&db, b, id, 1, 1).await, (1, 1));
    assert!(receipts(&db, stranger, id).await.is_empty());
    let told: Vec<bool> = sqlx::query_scalar(
        "select (body ->> 'shown')::boolean from platform.outbox where name = 'messaging.receipt.moved'",
    )
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(told, [false]);
    doing!(db, b, |tx| messaging::accept(&mut tx, id, b)).unwrap();
    assert_eq!(receipts(&db, stranger, id).await.len(), 1);
    assert_eq!(entry(&db, b, id).await.unwrap().unread, 0);
}
