//! What people want to be to each other, and what they say to each other: who is told of it, and who never is.

use chrono::TimeDelta;
use smilefactory_core::collection::Whole;
use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, ConversationId, MessageId};
use smilefactory_core::messaging::notification::NotificationKind;
use smilefactory_core::messaging::{
    GroupInvitationDraft, Marks, Message, MessageDraft, MessageInput, NewGroup, NewGroupInput,
};
use smilefactory_core::profile::Visibility;
use smilefactory_core::social::{Asked, IntroductionDraft, IntroductionInput};
use smilefactory_core::validation::Field;
use smilefactory_store::maintenance::{expire_connection_requests, forget_told, remind_due};
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use smilefactory_store::{network, social};

use super::{kinds, sentences, settle, told, unread};
use crate::social::{asked, by, connect, show, someone};

fn saying(body: &str, reply_to: Option<MessageId>) -> MessageDraft {
    let reply_to = reply_to.map(|message| message.to_string());
    let input = MessageInput { body: Some(body.to_owned()), reply_to, ..MessageInput::default() };
    MessageDraft::from_raw(input).unwrap()
}

/// One step in conversations by one person, committed.
async fn step<T>(
    db: &TestDb,
    account: AccountId,
    step: impl AsyncFnOnce(&mut WriteTx) -> Result<T, MessagingError>,
) -> T {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let done = step(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn write_to(db: &TestDb, from: AccountId, to: AccountId) -> Message {
    step(db, from, async |tx| messaging::write_to(tx, from, to, saying("Hello.", None)).await).await
}

async fn say(db: &TestDb, from: AccountId, to: ConversationId, reply_to: Option<MessageId>) -> Message {
    step(db, from, async |tx| messaging::reply(tx, to, from, saying("It rains.", reply_to)).await).await
}

async fn read(db: &TestDb, who: AccountId, message: &Message) {
    let read_seq = Some(Whole::new(message.seq.try_into().unwrap()).unwrap());
    let marks = Marks { delivered_seq: None, read_seq };
    step(db, who, async |tx| messaging::mark(tx, message.conversation, who, &marks).await).await;
}

async fn group(db: &TestDb, owner: AccountId, others: &[AccountId]) -> ConversationId {
    let input = NewGroupInput {
        title: "Pumps".to_owned(),
        history: Some("start".to_owned()),
        approval: Some(true),
        members: others.iter().map(ToString::to_string).collect(),
        ..NewGroupInput::default()
    };
    let new = NewGroup::from_raw(input).unwrap();
    step(db, owner, async |tx| messaging::begin(tx, new, owner).await).await.id
}

async fn block(db: &TestDb, who: AccountId, other: AccountId) {
    by(db, who, async |tx| social::block(tx, who, other).await).await.unwrap();
}

#[tokio::test]
async fn a_request_is_told_whoever_is_asked_and_its_answer_whoever_asked() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let request = asked(&db, rudo, tariro).await;
    settle(&db).await;
    assert_eq!(sentences(&db, tariro).await, ["rudo Example wants to connect with you."]);
    assert_eq!(told(&db, tariro).await[0].target.request, Some(request.id));
    assert!(told(&db, rudo).await.is_empty());
    by(&db, tariro, async |tx| social::accept(tx, request.id, tariro).await).await.unwrap();
    settle(&db).await;
    assert_eq!(sentences(&db, rudo).await, ["tariro Example accepted your request to connect."]);
    assert_eq!((told(&db, tariro).await.len(), unread(&db, tariro).await), (0, 0));
    // Who ends it tells nobody.
    by(&db, tariro, async |tx| social::remove(tx, tariro, rudo).await).await.unwrap();
    settle(&db).await;
    assert_eq!((told(&db, tariro).await.len(), told(&db, rudo).await.len()), (0, 1));
}

#[tokio::test]
async fn nobody_is_told_that_somebody_declined_blocked_or_muted() {
    let db = TestDb::new().await;
    let [tariro, rudo, farai, chipo] = [
        someone(&db, "tariro").await,
        someone(&db, "rudo").await,
        someone(&db, "farai").await,
        someone(&db, "chipo").await,
    ];
    let declined = asked(&db, rudo, tariro).await;
    by(&db, tariro, async |tx| social::decline(tx, declined.id, tariro).await).await.unwrap();
    asked(&db, farai, tariro).await;
    asked(&db, chipo, tariro).await;
    settle(&db).await;
    assert_eq!(told(&db, tariro).await.len(), 2);
    block(&db, tariro, farai).await;
    by(&db, tariro, async |tx| social::mute(tx, tariro, chipo).await).await.unwrap();
    settle(&db).await;
    for other in [rudo, farai, chipo] {
        assert!(told(&db, other).await.is_empty());
    }
    assert_eq!((told(&db, tariro).await.len(), unread(&db, tariro).await), (0, 0));
    // Of whom they mute they are not told anything new either.
    by(&db, chipo, async |tx| social::follow(tx, chipo, tariro).await).await.unwrap();
    settle(&db).await;
    assert!(told(&db, tariro).await.is_empty());
}

#[tokio::test]
async fn what_was_withdrawn_is_not_told_and_who_ask_each_other_are_told_once() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let request = asked(&db, rudo, tariro).await;
    settle(&db).await;
    by(&db, rudo, async |tx| social::withdraw(tx, request.id, rudo).await).await.unwrap();
    settle(&db).await;
    assert!(told(&db, tariro).await.is_empty());
    asked(&db, rudo, tariro).await;
    let crossing = crate::social::ask(&db, tariro, rudo).await.unwrap();
    assert!(matches!(crossing, Asked::Connected(_)), "{crossing:?}");
    settle(&db).await;
    assert!(told(&db, tariro).await.is_empty(), "they answered it by asking");
    assert_eq!(kinds(&told(&db, rudo).await), [NotificationKind::ConnectionAccepted]);
}

#[tokio::test]
async fn a_follower_whom_one_does_not_see_is_not_told_of() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let follow = async || {
        by(&db, rudo, async |tx| social::follow(tx, rudo, tariro).await).await.unwrap();
        settle(&db).await;
    };
    let unfollow = async || {
        by(&db, rudo, async |tx| social::unfollow(tx, rudo, tariro).await).await.unwrap();
        settle(&db).await;
    };
    follow().await;
    assert_eq!(sentences(&db, tariro).await, ["rudo Example started to follow you."]);
    unfollow().await;
    assert!(told(&db, tariro).await.is_empty(), "it is taken back");
    show(&db, rudo, |profile| profile.visibility = Visibility::ConnectionsOnly).await;
    follow().await;
    assert!(told(&db, tariro).await.is_empty());
    unfollow().await;
    connect(&db, rudo, tariro).await;
    follow().await;
    assert!(kinds(&told(&db, tariro).await).contains(&NotificationKind::Followed));
}

#[tokio::test]
async fn messages_are_told_until_they_are_read() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    connect(&db, tariro, rudo).await;
    let first = write_to(&db, rudo, tariro).await;
    let second = say(&db, rudo, first.conversation, None).await;
    settle(&db).await;
    let of_messages = async |who| {
        let mut all = told(&db, who).await;
        all.retain(|told| told.target.conversation.is_some() && !told.read);
        all.into_iter().map(|told| told.text).collect::<Vec<_>>()
    };
    assert_eq!(of_messages(tariro).await, ["rudo Example wrote to you."]);
    assert!(of_messages(rudo).await.is_empty());
    read(&db, tariro, &first).await;
    settle(&db).await;
    assert_eq!(of_messages(tariro).await.len(), 1, "there is one more");
    read(&db, tariro, &second).await;
    settle(&db).await;
    assert!(of_messages(tariro).await.is_empty());
    // An answer, and a reaction, which is taken back.
    let answer = say(&db, tariro, first.conversation, Some(second.id)).await;
    step(&db, tariro, async |tx| messaging::react(tx, second.id, tariro, Reaction::Like).await).await;
    settle(&db).await;
    assert_eq!(
        of_messages(rudo).await,
        ["tariro Example reacted to your message.", "tariro Example answered your message."]
    );
    step(&db, tariro, async |tx| messaging::unreact(tx, second.id, tariro).await).await;
    step(&db, tariro, async |tx| messaging::delete(tx, answer.id, tariro).await).await;
    settle(&db).await;
    assert!(of_messages(rudo).await.is_empty());
    // What was said is nowhere in what is told.
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from messaging.notifications as n where n::text ilike '%rains%' or n::text ilike '%hello%'",
    )
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_stranger_asks_and_who_is_blocked_or_muted_is_not_heard() {
    let db = TestDb::new().await;
    let [tariro, rudo, farai] =
        [someone(&db, "tariro").await, someone(&db, "rudo").await, someone(&db, "farai").await];
    let first = write_to(&db, rudo, tariro).await;
    settle(&db).await;
    assert_eq!(
        sentences(&db, tariro).await,
        ["rudo Example, whom you are not connected with, wants to write to you."]
    );
    step(&db, tariro, async |tx| messaging::accept(tx, first.conversation, tariro).await).await;
    settle(&db).await;
    assert_eq!(unread(&db, tariro).await, 0, "they have seen it");
    say(&db, rudo, first.conversation, None).await;
    settle(&db).await;
    assert_eq!(unread(&db, tariro).await, 1);
    block(&db, tariro, rudo).await;
    assert_eq!((told(&db, tariro).await.len(), unread(&db, tariro).await), (0, 0));

    connect(&db, farai, tariro).await;
    let others = write_to(&db, farai, tariro).await;
    settle(&db).await;
    let before = unread(&db, tariro).await;
    // Muted for themselves, from then on.
    let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
    let mut member = tx.members().get(others.conversation, tariro).await.unwrap().unwrap();
    member.muted_until = Some(tx.now() + TimeDelta::hours(1));
    tx.members().keep(&member).await.unwrap();
    tx.commit().await.unwrap();
    read(&db, tariro, &others).await;
    settle(&db).await;
    say(&db, farai, others.conversation, None).await;
    settle(&db).await;
    assert_eq!(unread(&db, tariro).await, before - 1);
}

#[tokio::test]
async fn who_comes_to_a_group_and_who_wants_to_is_told_whom_it_concerns() {
    let db = TestDb::new().await;
    let [owner, known, stranger, late] = [
        someone(&db, "owner").await,
        someone(&db, "known").await,
        someone(&db, "stranger").await,
        someone(&db, "late").await,
    ];
    connect(&db, owner, known).await;
    let pumps = group(&db, owner, &[known]).await;
    step(&db, owner, async |tx| messaging::add(tx, pumps, owner, stranger).await).await;
    settle(&db).await;
    let last = async |who| sentences(&db, who).await.into_iter().next();
    assert_eq!(last(known).await.unwrap(), "owner Example brought you into a conversation: “Pumps”.");
    assert_eq!(last(stranger).await.unwrap(), "owner Example asks you to join the conversation “Pumps”.");
    // Who has not joined hears nothing of what is said there.
    let said = say(&db, known, pumps, None).await;
    settle(&db).await;
    assert_eq!(last(owner).await.unwrap(), "known Example wrote to you in “Pumps”.");
    assert_eq!(told(&db, stranger).await.len(), 1);
    step(&db, stranger, async |tx| messaging::decline(tx, pumps, stranger).await).await;
    settle(&db).await;
    assert!(told(&db, stranger).await.is_empty());

    let draft = GroupInvitationDraft { max_uses: None, hours: None };
    let (_, code) = step(&db, owner, async |tx| messaging::invite(tx, pumps, owner, &draft).await).await;
    step(&db, late, async |tx| messaging::join(tx, &code, late).await).await;
    settle(&db).await;
    assert_eq!(last(owner).await.unwrap(), "late Example asked to join the conversation “Pumps”.");
    assert!(!kinds(&told(&db, known).await).contains(&NotificationKind::ConversationRequested));
    step(&db, owner, async |tx| messaging::add(tx, pumps, owner, late).await).await;
    settle(&db).await;
    assert_eq!(last(late).await.unwrap(), "owner Example brought you into a conversation: “Pumps”.");
    assert!(!kinds(&told(&db, owner).await).contains(&NotificationKind::ConversationRequested));

    // Who goes is told no more of it, and neither is who is blocked of whom.
    block(&db, late, known).await;
    say(&db, known, pumps, Some(said.id)).await;
    step(&db, late, async |tx| messaging::leave(tx, pumps, late).await).await;
    settle(&db).await;
    assert!(told(&db, late).await.iter().all(|told| told.target.conversation.is_none()));
}

#[tokio::test]
async fn what_waits_is_reminded_of_once_and_only_while_it_waits() {
    let db = TestDb::new().await;
    let [tariro, rudo, farai] =
        [someone(&db, "tariro").await, someone(&db, "rudo").await, someone(&db, "farai").await];
    connect(&db, tariro, farai).await;
    let request = asked(&db, rudo, tariro).await;
    let first = write_to(&db, farai, tariro).await;
    settle(&db).await;
    assert_eq!(remind_due(&db.store).await.unwrap(), 0);
    // They read the first, and another comes half a day later: that one has not waited a day yet.
    db.clock.advance(TimeDelta::hours(12));
    read(&db, tariro, &first).await;
    say(&db, farai, first.conversation, None).await;
    settle(&db).await;
    db.clock.advance(TimeDelta::hours(12));
    assert_eq!(remind_due(&db.store).await.unwrap(), 0);
    db.clock.advance(TimeDelta::hours(12));
    assert_eq!(remind_due(&db.store).await.unwrap(), 1);
    assert_eq!(sentences(&db, tariro).await[0], "There are messages that you have not read for a day.");
    assert_eq!(remind_due(&db.store).await.unwrap(), 0, "once");
    block(&db, farai, tariro).await;
    let hidden = told(&db, tariro).await;
    assert!(hidden.iter().all(|told| told.target.conversation.is_none()), "{hidden:?}");

    db.clock.advance(TimeDelta::days(6));
    assert_eq!(remind_due(&db.store).await.unwrap(), 1);
    assert_eq!(
        sentences(&db, tariro).await[0],
        "rudo Example has waited for a week to hear whether you connect."
    );
    db.clock.advance(TimeDelta::days(20));
    assert_eq!(remind_due(&db.store).await.unwrap(), 1);
    assert_eq!(kinds(&told(&db, tariro).await)[0], NotificationKind::RequestExpiring);
    db.clock.advance(TimeDelta::days(4));
    assert_eq!(expire_connection_requests(&db.store).await.unwrap(), 1);
    settle(&db).await;
    let left = told(&db, tariro).await;
    assert!(left.iter().all(|told| told.target.request != Some(request.id)), "{left:?}");
    // What was told is forgotten when nothing could tell it again.
    assert_eq!(forget_told(&db.store).await.unwrap(), 0);
    db.clock.advance(TimeDelta::days(36));
    assert!(forget_told(&db.store).await.unwrap() > 0);
}

#[tokio::test]
async fn who_is_erased_is_told_nothing_any_more() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    asked(&db, rudo, tariro).await;
    settle(&db).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.profiles().delete(tariro).await.unwrap();
    tx.erasures().empty_account(tariro).await.unwrap();
    while tx.notifications().erase(tariro, 1).await.unwrap() > 0 {}
    tx.commit().await.unwrap();
    let raise = super::followed(tariro, rudo);
    assert!(super::tell(&db, &raise, &[tariro]).await.is_empty());
    for table in ["notifications", "notification_reads", "notification_preferences", "digests", "reminders"] {
        let count = format!("select count(*) from messaging.{table} where account_id = $1");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
            .bind(uuid::Uuid::from(tariro))
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[tokio::test]
async fn whoever_is_asked_to_introduce_somebody_is_told_and_so_is_whoever_asked_once_they_do() {
    let db = TestDb::new().await;
    let (tariro, rudo, chipo) =
        (someone(&db, "tariro").await, someone(&db, "rudo").await, someone(&db, "chipo").await);
    for who in [tariro, rudo, chipo] {
        show(&db, who, |profile| {
            profile.visibility = Visibility::Public;
            profile.field_visibility.connections = Visibility::Public;
        })
        .await;
    }
    connect(&db, tariro, rudo).await;
    connect(&db, rudo, chipo).await;
    settle(&db).await;
    let before = (unread(&db, rudo).await, unread(&db, chipo).await);
    let input = IntroductionInput { message: "We build the same kind of pump.".into() };
    let draft = IntroductionDraft::from_raw(input).unwrap();
    let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
    assert_eq!(network::ask(&mut tx, draft, tariro, chipo).await.unwrap().asked, 1);
    tx.commit().await.unwrap();
    settle(&db).await;
    let first = told(&db, rudo).await.remove(0);
    assert_eq!(first.text, "tariro Example asks you for an introduction to chipo Example.");
    let mut tx = db.store.write(&db.one.scope_of(rudo)).await.unwrap();
    let asked = tx.network().list_introductions(rudo, &Default::default()).await.unwrap().items.remove(0);
    network::grant(&mut tx, asked.id, rudo).await.unwrap();
    tx.commit().await.unwrap();
    settle(&db).await;
    let answer = told(&db, tariro).await.remove(0);
    assert_eq!(answer.text, "rudo Example introduces you to chipo Example.");
    assert_eq!(unread(&db, rudo).await, before.0, "who answered needs not be told any more");
    assert_eq!(unread(&db, chipo).await, before.1, "whom it is about is not");
}
