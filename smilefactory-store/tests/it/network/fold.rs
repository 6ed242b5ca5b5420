//! Which facts make a connection stronger, and which do not.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::CommentStandingChanged;
use smilefactory_core::content::{Comment, Engaging, Reaction, Standing};
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::{MessageDraft, MessageInput, NewGroup, NewGroupInput};
use smilefactory_core::social::{InteractionKind, InteractionWeights, PairStrength};
use smilefactory_core::validation::Field;
use smilefactory_store::network::{READER, Strengths};
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use smilefactory_store::{messaging, social};

use super::{close, connect, open, settle, strength};
use crate::engagement;

const COMMENT: InteractionKind = InteractionKind::Comment;
const CONNECTION: InteractionKind = InteractionKind::Connection;
const MESSAGE: InteractionKind = InteractionKind::Message;
const REACTION: InteractionKind = InteractionKind::Reaction;

/// What the two did with each other is this, once everything told is folded.
pub(super) async fn check(
    db: &TestDb,
    one: AccountId,
    other: AccountId,
    done: &[(AccountId, InteractionKind)],
) {
    settle(&Relay::new(db.store.clone(), READER, Strengths)).await;
    let (weights, now): (_, DateTime<Utc>) = (InteractionWeights::default(), db.store.now());
    let expected = done.iter().fold(PairStrength::default(), |pair, (from, kind)| {
        pair.interact(*from == one.min(other), weights.of(*kind), now)
    });
    let found = strength(db, one, other).await;
    let right =
        close(found.low_to_high, expected.low_to_high) && close(found.high_to_low, expected.high_to_low);
    assert!(right, "{found:?}, not {expected:?}");
}

fn says(reply_to: Option<MessageId>) -> MessageDraft {
    let input = MessageInput {
        body: Some("It rains on the pumps.".into()),
        reply_to: reply_to.map(|id| id.to_string()),
        ..MessageInput::default()
    };
    MessageDraft::from_raw(input).unwrap()
}

async fn say(db: &TestDb, who: AccountId, to: ConversationId, reply_to: Option<MessageId>) -> MessageId {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let said = messaging::reply(&mut tx, to, who, says(reply_to)).await.unwrap();
    tx.commit().await.unwrap();
    said.id
}

async fn like(db: &TestDb, who: AccountId, message: MessageId) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    messaging::react(&mut tx, message, who, Reaction::Like).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn messages_count_for_whom_they_are_for() {
    let db = TestDb::new().await;
    let (a, b, c) = (open(&db, "tariro").await, open(&db, "rudo").await, open(&db, "chipo").await);
    for (one, other) in [(a, b), (a, c), (b, c)] {
        connect(&db, one, other).await;
    }
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    let first = messaging::write_to(&mut tx, a, b, says(None)).await.unwrap();
    tx.commit().await.unwrap();
    like(&db, b, first.id).await;
    like(&db, a, first.id).await;
    let mut between_a_and_b = vec![(a, CONNECTION), (b, CONNECTION), (a, MESSAGE), (b, REACTION)];
    check(&db, a, b, &between_a_and_b).await;

    // In a group it is for whom it answers, not for everybody who reads it.
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    let members = vec![b.to_string(), c.to_string()];
    let new = NewGroupInput { title: "Pumps".into(), members, ..NewGroupInput::default() };
    let group = messaging::begin(&mut tx, NewGroup::from_raw(new).unwrap(), a).await.unwrap();
    tx.commit().await.unwrap();
    let asked = say(&db, a, group.id, None).await;
    let answered = say(&db, b, group.id, Some(asked)).await;
    say(&db, b, group.id, Some(answered)).await;
    like(&db, c, answered).await;
    between_a_and_b.push((b, MESSAGE));
    check(&db, a, b, &between_a_and_b).await;
    check(&db, b, c, &[(b, CONNECTION), (c, CONNECTION), (c, REACTION)]).await;
    check(&db, a, c, &[(a, CONNECTION), (c, CONNECTION)]).await;
}

async fn set_standing(db: &TestDb, comment: &Comment, standing: Standing) {
    let mut conn = db.superuser().await;
    sqlx::query("select set_config('smile.tenant', $1, false)")
        .bind(db.one.tenant.id.to_string())
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("update content.comments set standing = $2 where id = $1")
        .bind(comment.id.uuid())
        .bind(standing.as_str())
        .execute(&mut conn)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.tell(CommentStandingChanged { comment: comment.id, standing }).unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_held_back_counts_once_it_is_shown() {
    let db = TestDb::new().await;
    let post = engagement::published(&db).await;
    let reader = open(&db, "reader").await;
    let comment = engagement::counts::comment(&db, &post, reader, None).await;
    set_standing(&db, &comment, Standing::Held).await;
    check(&db, post.author, reader, &[]).await;
    for _ in 0..2 {
        set_standing(&db, &comment, Standing::Visible).await;
        check(&db, post.author, reader, &[(reader, COMMENT)]).await;
    }
}

/// Two people talk at the post of somebody who blocks one of them: that one does not read what is said there.
#[tokio::test]
async fn what_one_of_the_two_may_not_read_does_not_count() {
    let db = TestDb::new().await;
    let post = engagement::published(&db).await;
    let (a, b) = (open(&db, "rudo").await, open(&db, "chipo").await);
    connect(&db, a, b).await;
    let asked = engagement::counts::comment(&db, &post, b, None).await;
    let answered = engagement::counts::comment(&db, &post, a, Some(&asked)).await;
    let mut done = vec![(a, CONNECTION), (b, CONNECTION), (a, COMMENT)];
    check(&db, a, b, &done).await;
    check(&db, post.author, a, &[(a, COMMENT)]).await;

    let mut tx = db.store.write(&db.one.scope_of(post.author)).await.unwrap();
    social::block(&mut tx, post.author, b).await.unwrap();
    tx.commit().await.unwrap();
    engagement::counts::comment(&db, &post, a, Some(&asked)).await;
    let mut tx = db.store.write(&db.one.scope_of(b)).await.unwrap();
    tx.engagement().react_to_comment(answered.id, b, Reaction::Like).await.unwrap();
    let fact = Engaging { by: b }.react_to_comment(answered.id, post.id, Reaction::Like);
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    check(&db, a, b, &done).await;

    let mut tx = db.store.write(&db.one.scope_of(post.author)).await.unwrap();
    social::unblock(&mut tx, post.author, b).await.unwrap();
    tx.commit().await.unwrap();
    engagement::counts::comment(&db, &post, a, Some(&asked)).await;
    done.push((a, COMMENT));
    check(&db, a, b, &done).await;
}

#[tokio::test]
async fn with_whom_is_erased_nothing_counts_any_more() {
    let db = TestDb::new().await;
    let (a, b) = (open(&db, "tariro").await, open(&db, "rudo").await);
    connect(&db, a, b).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.profiles().delete(b).await.unwrap();
    tx.erasures().empty_account(b).await.unwrap();
    tx.commit().await.unwrap();
    check(&db, a, b, &[]).await;
}
