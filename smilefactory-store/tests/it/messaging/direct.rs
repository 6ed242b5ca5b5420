//! Two people.

use smilefactory_core::id::{AccountId, Id, MessageId};
use smilefactory_core::messaging::{InboxFilter, MemberState, MessageDraft, MessageInput, MessagingRefused};
use smilefactory_core::page::PageRequest;
use smilefactory_core::tenancy::TenantSettings;
use smilefactory_core::validation::Field;
use smilefactory_store::StoreError;
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{block, connect, doing, draft, entry, nobody, not_there, people, reads, say, unblock, write_to};

async fn listed(db: &TestDb, who: AccountId, filter: InboxFilter) -> usize {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    tx.conversations().inbox(who, filter, &PageRequest::default()).await.unwrap().items.len()
}

#[tokio::test]
async fn two_people_have_one_conversation_whoever_writes_first() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    connect(&db, a, b).await;
    let first = write_to(&db, a, b, "Hello.").await.unwrap();
    let second = write_to(&db, b, a, "Hello yourself.").await.unwrap();
    assert_eq!((first.seq, second.seq), (1, 2));
    assert_eq!(first.conversation, second.conversation);
    assert_eq!(reads(&db, a, first.conversation).await, reads(&db, b, first.conversation).await);
    assert!(nobody(&write_to(&db, a, a, "Me?").await.unwrap_err()), "nobody writes to themselves");
    let kept = entry(&db, a, first.conversation).await.unwrap();
    assert_eq!((kept.conversation.members, kept.with, kept.unread), (2, Some(b), 1));
    assert_eq!(kept.last_message.unwrap().id, second.id);

    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.conversations().get(first.conversation).await.unwrap().is_none(), "another tenant's");
    assert!(tx.messages().get(first.id, a).await.unwrap().is_none(), "another tenant's");
}

#[tokio::test]
async fn a_strangers_message_waits_until_it_is_accepted() {
    let db = TestDb::new().await;
    let [stranger, b] = people(&db).await;
    let first = write_to(&db, stranger, b, "Hello.").await.unwrap();
    let id = first.conversation;
    assert_eq!(listed(&db, b, InboxFilter::Requests).await, 1);
    assert_eq!(listed(&db, b, InboxFilter::Inbox).await, 0);
    assert_eq!(listed(&db, stranger, InboxFilter::Inbox).await, 1);
    assert_eq!(reads(&db, b, id).await.len(), 1, "what is asked can be read");
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    let unread = tx.conversations().unread(b).await.unwrap();
    assert_eq!((unread.messages, unread.conversations, unread.requests), (0, 0, 1));
    drop(tx);

    doing!(db, b, |tx| messaging::accept(&mut tx, id, b)).unwrap();
    assert_eq!(listed(&db, b, InboxFilter::Inbox).await, 1);
    assert_eq!(entry(&db, b, id).await.unwrap().unread, 1, "accepted is not read");
    let again = doing!(db, b, |tx| messaging::accept(&mut tx, id, b)).unwrap_err();
    assert!(matches!(again, MessagingError::Refused(MessagingRefused::State(_))), "{again:?}");
}

#[tokio::test]
async fn who_answers_accepts_and_who_is_connected_since_need_not() {
    let db = TestDb::new().await;
    let [stranger, b, c] = people(&db).await;
    let first = write_to(&db, stranger, b, "Hello.").await.unwrap();
    say(&db, b, first.conversation, "Who are you?").await.unwrap();
    assert_eq!(entry(&db, b, first.conversation).await.unwrap().membership.state, MemberState::Active);
    let first = write_to(&db, stranger, c, "Hello.").await.unwrap();
    connect(&db, stranger, c).await;
    say(&db, stranger, first.conversation, "And now?").await.unwrap();
    assert_eq!(entry(&db, c, first.conversation).await.unwrap().membership.state, MemberState::Active);
}

#[tokio::test]
async fn what_is_declined_is_gone_for_one_and_looks_the_same_for_the_other() {
    let db = TestDb::new().await;
    let [stranger, b] = people(&db).await;
    let id = write_to(&db, stranger, b, "Hello.").await.unwrap().conversation;
    doing!(db, b, |tx| messaging::decline(&mut tx, id, b)).unwrap();
    assert!(entry(&db, b, id).await.is_none() && reads(&db, b, id).await.is_empty());
    assert_eq!(listed(&db, b, InboxFilter::Requests).await, 0);
    say(&db, stranger, id, "Are you there?").await.unwrap();
    assert!(entry(&db, b, id).await.is_none(), "nor does it come back by another message");
    let mut tx = db.store.read(&db.one.scope_of(stranger)).await.unwrap();
    let asked = tx.members().list(id, stranger, MemberState::Request, &PageRequest::default()).await.unwrap();
    assert_eq!(asked.items[0].state, MemberState::Request);
    drop(tx);
    // They may still write themselves.
    write_to(&db, b, stranger, "What is it?").await.unwrap();
    assert_eq!(reads(&db, b, id).await.len(), 3);
}

#[tokio::test]
async fn a_block_is_answered_like_nobody_there_and_hides_the_conversation_from_both() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    block(&db, b, a).await;
    assert!(nobody(&write_to(&db, a, b, "Hello.").await.unwrap_err()));
    assert!(nobody(&write_to(&db, b, a, "Hello.").await.unwrap_err()), "in both directions");
    let nowhere = AccountId::from_uuid(uuid::Uuid::max());
    assert!(nobody(&write_to(&db, a, nowhere, "Hello.").await.unwrap_err()), "as of nobody");

    connect(&db, a, c).await;
    let message = write_to(&db, a, c, "Hello.").await.unwrap();
    let id = message.conversation;
    block(&db, c, a).await;
    for who in [a, c] {
        assert!(entry(&db, who, id).await.is_none());
        assert_eq!(listed(&db, who, InboxFilter::Inbox).await, 0);
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        assert!(tx.messages().get(message.id, who).await.unwrap().is_none());
        let unread = tx.conversations().unread(who).await.unwrap();
        assert_eq!((unread.messages, unread.conversations), (0, 0));
        drop(tx);
        assert!(not_there(&say(&db, who, id, "Hello?").await.unwrap_err()));
        let gone = doing!(db, who, |tx| messaging::delete(&mut tx, message.id, who)).unwrap_err();
        assert!(not_there(&gone));
    }
    assert!(nobody(&write_to(&db, a, c, "Hello?").await.unwrap_err()));
    unblock(&db, c, a).await;
    assert_eq!(entry(&db, c, id).await.unwrap().unread, 1, "it was there all the while");
}

#[tokio::test]
async fn whose_profile_is_not_for_strangers_is_nobody_to_them() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    for hidden in ["visibility = 'private'", "visibility = 'connections_only'"] {
        let hide = format!("update identity.profiles set {hidden} where account_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(hide))
            .bind(b.uuid())
            .execute(&mut super::as_tenant(&db).await)
            .await
            .unwrap();
        assert!(nobody(&write_to(&db, a, b, "Hello.").await.unwrap_err()), "{hidden}");
    }
    let draft = db.one.person("nobody-knows").await.id;
    assert!(nobody(&write_to(&db, a, draft, "Hello.").await.unwrap_err()), "without a profile");
    connect(&db, a, b).await;
    write_to(&db, a, b, "Hello.").await.unwrap();
}

#[tokio::test]
async fn a_day_has_so_many_messages_to_strangers_and_no_more() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut tenant = tx.tenants().get(db.one.tenant.id).await.unwrap().unwrap();
    tenant.settings = {
        let mut settings = TenantSettings::default();
        settings.stranger_messages_a_day = 2;
        settings
    };
    tx.tenants().update(&tenant).await.unwrap();
    tx.commit().await.unwrap();
    connect(&db, a, c).await;
    let first = write_to(&db, a, b, "One.").await.unwrap();
    say(&db, a, first.conversation, "Two.").await.unwrap();
    for refused in [say(&db, a, first.conversation, "Three.").await, write_to(&db, a, b, "Three.").await] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, MessagingError::Refused(MessagingRefused::DailyLimit(2))), "{refused:?}");
    }
    assert_eq!(reads(&db, a, first.conversation).await.len(), 2, "nothing of it was kept");
    write_to(&db, a, c, "Not counted.").await.unwrap();
    db.clock.advance(chrono::TimeDelta::days(1));
    write_to(&db, a, b, "Three.").await.unwrap();
    db.clock.advance(chrono::TimeDelta::days(2));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.conversations().forget_counts(100).await.unwrap(), 2);
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_the_same_message() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    connect(&db, a, b).await;
    connect(&db, a, c).await;
    let id: MessageId = db.store.new_id().unwrap();
    let again = |body: &str| {
        let body = Some(body.to_owned());
        MessageDraft::from_raw(MessageInput { id: Some(id.to_string()), body, ..MessageInput::default() })
            .unwrap()
    };
    let sent = doing!(db, a, |tx| messaging::write_to(&mut tx, a, b, again("Once."))).unwrap();
    let resent = doing!(db, a, |tx| messaging::write_to(&mut tx, a, b, again("Once."))).unwrap();
    assert_eq!((resent.id, resent.seq, sent.id), (id, 1, id));
    let resent =
        doing!(db, a, |tx| messaging::reply(&mut tx, sent.conversation, a, again("Twice."))).unwrap();
    assert_eq!(resent.body, sent.body, "what was sent first was sent");
    assert_eq!(reads(&db, b, sent.conversation).await.len(), 1);
    let elsewhere = doing!(db, a, |tx| messaging::write_to(&mut tx, a, c, again("Once."))).unwrap_err();
    assert!(
        matches!(elsewhere, MessagingError::Store(StoreError::Conflict { entity: "message", field: "id" })),
        "{elsewhere:?}"
    );
    for bad in [uuid::Uuid::from_u128(7), MessageId::at(chrono::DateTime::UNIX_EPOCH, [1; 10]).uuid()] {
        let draft = MessageDraft { id: Some(MessageId::from_uuid(bad)), ..draft("x") };
        let refused = doing!(db, a, |tx| messaging::write_to(&mut tx, a, b, draft)).unwrap_err();
        assert!(matches!(refused, MessagingError::Invalid(_)), "{refused:?}");
    }
}

#[tokio::test]
async fn what_was_dropped_was_never_sent() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    connect(&db, a, b).await;
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    messaging::write_to(&mut tx, a, b, draft("Hello.")).await.unwrap();
    drop(tx);
    assert_eq!(listed(&db, b, InboxFilter::Inbox).await, 0);
    // A future that is dropped on its way leaves nothing either.
    for polls in 1..30 {
        let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
        {
            let mut sending = Box::pin(messaging::write_to(&mut tx, a, b, draft("Hello.")));
            for _ in 0..polls {
                let polled = tokio::time::timeout(std::time::Duration::from_micros(200), &mut sending).await;
                if polled.is_ok() {
                    break;
                }
            }
        }
        drop(tx);
    }
    assert_eq!(listed(&db, b, InboxFilter::Inbox).await, 0);
    assert_eq!(write_to(&db, a, b, "Hello.").await.unwrap().seq, 1);
}
