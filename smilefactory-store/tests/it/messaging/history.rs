//! What was said: in order, in threads, changed, deleted, reacted to.

use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::{
    Message, MessageDraft, MessageInput, MessageOrder, MessageText, MessagingRefused,
};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use smilefactory_store::StoreError;
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{connect, doing, group, people, say, write_to};

async fn walk(
    db: &TestDb,
    who: AccountId,
    conversation: ConversationId,
    order: MessageOrder,
    from: Option<u64>,
) -> Vec<u64> {
    let size = PageSize::new(3).unwrap();
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        let member = tx.members().belonging(conversation, who).await.unwrap().unwrap();
        let page = tx.messages().list(&member, order, from, &request).await.unwrap();
        assert!(page.items.len() <= 3);
        seen.extend(page.items.into_iter().map(|message| message.seq));
        let Some(next) = page.next else { return seen };
        request = PageRequest::after(size, next);
    }
}

#[tokio::test]
async fn history_is_read_backwards_forwards_and_from_a_number() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    for n in 0..10 {
        // Over the end of a month: numbers know nothing of partitions.
        db.clock.advance(chrono::TimeDelta::days(5));
        say(&db, if n % 2 == 0 { a } else { b }, made.id, &format!("{n}")).await.unwrap();
    }
    assert_eq!(walk(&db, b, made.id, MessageOrder::Oldest, None).await, (1..=10).collect::<Vec<_>>());
    assert_eq!(walk(&db, b, made.id, MessageOrder::Newest, None).await, (1..=10).rev().collect::<Vec<_>>());
    assert_eq!(walk(&db, b, made.id, MessageOrder::Oldest, Some(4)).await, (4..=10).collect::<Vec<_>>());
    assert_eq!(walk(&db, b, made.id, MessageOrder::Newest, Some(4)).await, [4, 3, 2, 1]);
    let parts: i64 = sqlx::query_scalar("select count(distinct tableoid) from messaging.messages")
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(parts, 2, "March and April");
}

fn answering(reply_to: Option<MessageId>, thread: Option<MessageId>) -> MessageDraft {
    MessageDraft::from_raw(MessageInput {
        body: Some("Yes.".into()),
        reply_to: reply_to.map(|id| id.to_string()),
        thread: thread.map(|id| id.to_string()),
        ..MessageInput::default()
    })
    .unwrap()
}

async fn answer(
    db: &TestDb,
    who: AccountId,
    to: &Message,
    draft: MessageDraft,
) -> Result<Message, MessagingError> {
    doing!(db, who, |tx| messaging::reply(&mut tx, to.conversation, who, draft))
}

#[tokio::test]
async fn replies_and_threads_stay_within_their_conversation() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let root = say(&db, a, made.id, "Does it run?").await.unwrap();
    let reply = answer(&db, b, &root, answering(Some(root.id), None)).await.unwrap();
    assert_eq!((reply.reply_to, reply.thread), (Some(root.id), None));
    let mut threaded = Vec::new();
    for _ in 0..4 {
        let last = threaded.last().map_or(root.id, |message: &Message| message.id);
        threaded.push(answer(&db, b, &root, answering(None, Some(last))).await.unwrap());
    }
    assert!(threaded.iter().all(|message| message.thread == Some(root.id)), "one thread, whichever is named");
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    let member = tx.members().belonging(made.id, a).await.unwrap().unwrap();
    let size = PageSize::new(3).unwrap();
    let page = tx.messages().list_thread(&member, root.id, &PageRequest::first(size)).await.unwrap();
    let rest = PageRequest::after(size, page.next.unwrap());
    let rest = tx.messages().list_thread(&member, root.id, &rest).await.unwrap();
    let seen: Vec<_> = page.items.iter().chain(&rest.items).map(|message| message.id).collect();
    assert_eq!(seen, threaded.iter().map(|message| message.id).collect::<Vec<_>>());
    assert_eq!(tx.messages().get(root.id, a).await.unwrap().unwrap().replies, 4);
    drop(tx);

    connect(&db, a, c).await;
    let elsewhere = write_to(&db, a, c, "Psst.").await.unwrap();
    for foreign in [answering(Some(elsewhere.id), None), answering(None, Some(elsewhere.id))] {
        let refused = answer(&db, a, &root, foreign).await.unwrap_err();
        assert!(matches!(refused, MessagingError::Invalid(_)), "{refused:?}");
    }
}

#[tokio::test]
async fn who_wrote_it_edits_it_and_of_two_who_do_one_is_stale() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let message = say(&db, b, made.id, "It ruhns.").await.unwrap();
    let text = |text: &str| MessageText { body: text.parse().unwrap() };
    let by_other =
        doing!(db, a, |tx| messaging::edit(&mut tx, message.id, a, text("No."), Version::FIRST)).unwrap_err();
    assert!(matches!(by_other, MessagingError::Refused(MessagingRefused::Role(_))), "{by_other:?}");
    let edit = |body: &'static str| {
        let db = &db;
        async move { doing!(db, b, |tx| messaging::edit(&mut tx, message.id, b, text(body), Version::FIRST)) }
    };
    let (one, other) = tokio::join!(edit("It runs."), edit("It ran."));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
    let stale = one.err().or(other.err()).unwrap();
    assert!(matches!(stale, MessagingError::Store(StoreError::Stale { .. })), "{stale:?}");
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    let now = tx.messages().get(message.id, a).await.unwrap().unwrap();
    assert!(now.edited_at.is_some() && now.version == Version::new(2) && now.seq == 1);
}

#[tokio::test]
async fn what_is_deleted_keeps_its_number_and_nothing_else() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let message = say(&db, b, made.id, "Never mind.").await.unwrap();
    doing!(db, a, |tx| messaging::react(&mut tx, message.id, a, Reaction::Like)).unwrap();
    say(&db, b, made.id, "Really.").await.unwrap();
    doing!(db, a, |tx| messaging::delete(&mut tx, message.id, a)).unwrap();
    assert_eq!(super::reads(&db, b, made.id).await, [(1, None), (2, Some("Really.".to_owned()))]);
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    let gone = tx.messages().get(message.id, b).await.unwrap().unwrap();
    assert_eq!((gone.reactions.total(), gone.deleted_by, gone.sender), (0, Some(a), Some(b)));
    drop(tx);
    let again = doing!(db, b, |tx| messaging::delete(&mut tx, message.id, b)).unwrap_err();
    assert!(matches!(again, MessagingError::Refused(MessagingRefused::State(_))), "{again:?}");
    let reply = answer(&db, a, &message, answering(Some(message.id), None)).await.unwrap_err();
    assert!(matches!(reply, MessagingError::Refused(MessagingRefused::State(_))), "{reply:?}");
    for raw in [
        "update messaging.messages set deleted_at = null, deleted_by = null, body = '\\x00' where seq = 1",
        "update messaging.messages set seq = 7 where seq = 2",
        "update messaging.messages set sender_id = (select id from identity.personal_details limit 1), seq = 8",
    ] {
        assert!(sqlx::query(raw).execute(&mut db.superuser().await).await.is_err(), "{raw}");
    }
}

#[tokio::test]
async fn everybody_has_one_reaction() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, &[b, c]).await;
    let message = say(&db, a, made.id, "It runs!").await.unwrap();
    for (who, reaction) in [(b, Reaction::Like), (b, Reaction::Celebrate), (c, Reaction::Celebrate)] {
        db.clock.advance(chrono::TimeDelta::seconds(1));
        doing!(db, who, |tx| messaging::react(&mut tx, message.id, who, reaction)).unwrap();
    }
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    let seen = tx.messages().get(message.id, b).await.unwrap().unwrap();
    assert_eq!(
        (seen.reactions.celebrate, seen.reactions.like, seen.reacted),
        (2, 0, Some(Reaction::Celebrate))
    );
    let size = PageSize::new(1).unwrap();
    let page = tx.messages().list_reactions(message.id, b, &PageRequest::first(size)).await.unwrap();
    let rest = PageRequest::after(size, page.next.unwrap());
    let rest = tx.messages().list_reactions(message.id, b, &rest).await.unwrap();
    assert_eq!((page.items[0].account, rest.items[0].account, rest.next), (c, b, None));
    drop(tx);
    super::block(&db, b, c).await;
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    assert_eq!(tx.messages().get(message.id, b).await.unwrap().unwrap().reactions.celebrate, 1);
    drop(tx);
    doing!(db, b, |tx| messaging::unreact(&mut tx, message.id, b)).unwrap();
    let outsider = db.one.person("outsider").await.id;
    let refused = doing!(db, outsider, |tx| messaging::react(&mut tx, message.id, outsider, Reaction::Like));
    assert!(super::not_there(&refused.unwrap_err()));
    let own = AccountId::from_uuid(a.uuid());
    let mut tx = db.store.read(&db.one.scope_of(own)).await.unwrap();
    let mine = tx.messages().list_of_sender(a, &PageRequest::default()).await.unwrap();
    assert_eq!(mine.items.len(), 1);
}
