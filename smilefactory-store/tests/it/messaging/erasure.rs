//! Whoever is erased said nothing, and others keep their conversations and groups.

use std::sync::Arc;

use chrono::TimeDelta;
use smilefactory_core::content::Reaction;
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Erasure;
use smilefactory_core::messaging::live::PresencePreferences;
use smilefactory_core::messaging::{MemberRole, MemberState};
use smilefactory_store::blob::{BlobStore, Objects};
use smilefactory_store::maintenance::erase_due;
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::files::{file, send};
use super::{connect, doing, entry, group, nobody, people, reads, say, write_to};

async fn erase(db: &TestDb, who: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let (erasure, _) = Erasure::ask(who, tx.now());
    assert!(tx.erasures().insert(&erasure).await.unwrap());
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::days(30));
    let blobs: Arc<dyn BlobStore> = Arc::new(Objects::memory());
    let library = MediaLibrary::new(db.store.clone(), blobs);
    assert!(erase_due(&db.store, &library).await.unwrap() > 0);
}

async fn rows(db: &TestDb, of: &str) -> i64 {
    let count = format!("select count(*) from {of}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut db.superuser().await).await.unwrap()
}

#[tokio::test]
async fn what_somebody_said_goes_with_them_and_its_number_stays() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    connect(&db, a, b).await;
    let hers = write_to(&db, a, b, "A secret.").await.unwrap();
    let his = say(&db, b, hers.conversation, "Is it?").await.unwrap();
    doing!(db, a, |tx| messaging::react(&mut tx, his.id, a, Reaction::Like)).unwrap();
    doing!(db, b, |tx| messaging::react(&mut tx, hers.id, b, Reaction::Like)).unwrap();
    let hung = file(&db, a, 9).await;
    send(&db, a, hers.conversation, &[&hung]).await.unwrap();
    let stream = db.store.new_id().unwrap();
    doing!(db, a, |tx| async {
        assert!(tx.signals().enter(stream, a, 1).await?);
        assert!(tx.signals().start_typing(hers.conversation, a).await?);
        tx.signals().set_preferences(a, &PresencePreferences { shown: false }).await?;
        Ok::<_, messaging::MessagingError>(())
    })
    .unwrap();
    erase(&db, a).await;
    let left = reads(&db, b, hers.conversation).await;
    assert_eq!(left, [(1, None), (2, Some("Is it?".to_owned())), (3, None)]);
    let kept = entry(&db, b, hers.conversation).await.unwrap();
    assert_eq!(
        (kept.with, kept.conversation.created_by, kept.conversation.attached_bytes),
        (Some(a), None, 0)
    );
    assert_eq!(kept.last_message.unwrap().sender, None);
    assert_eq!(rows(&db, "messaging.messages where sender_id is null").await, 2);
    for gone in [
        "messaging.reactions",
        "messaging.attachments",
        "messaging.stranger_messages",
        "messaging.presence",
        "messaging.typing",
        "messaging.presence_preferences",
        "content.media",
    ] {
        assert_eq!(rows(&db, gone).await, 0, "{gone}");
    }
    assert_eq!(rows(&db, "messaging.message_words").await, 2, "those of his");
    let told = rows(&db, "platform.outbox where name = 'messaging.message.deleted'").await;
    assert_eq!(told, 2);
    assert!(nobody(&write_to(&db, b, a, "Still there?").await.unwrap_err()));
}

#[tokio::test]
async fn a_group_that_loses_its_owner_has_another() {
    let db = TestDb::new().await;
    let [a, b, c, asked] = people(&db).await;
    let made = group(&db, a, &[b, c]).await;
    doing!(db, a, |tx| messaging::change_role(&mut tx, made.id, a, c, MemberRole::Admin)).unwrap();
    let alone = group(&db, a, &[]).await;
    let theirs = group(&db, b, &[]).await;
    doing!(db, b, |tx| messaging::add(&mut tx, theirs.id, b, asked)).unwrap();
    erase(&db, a).await;
    let now = entry(&db, c, made.id).await.unwrap();
    assert_eq!((now.conversation.members, now.conversation.owners), (2, 1));
    assert_eq!(now.membership.role, MemberRole::Owner, "who looked after it");
    assert_eq!(entry(&db, b, made.id).await.unwrap().membership.role, MemberRole::Member);
    erase(&db, asked).await;
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.conversations().get(alone.id).await.unwrap().unwrap().members, 0);
    let state = tx.members().get(theirs.id, asked).await.unwrap().unwrap().state;
    assert_eq!(state, MemberState::Declined);
    assert_eq!(tx.members().get(made.id, a).await.unwrap().unwrap().state, MemberState::Left);
}
