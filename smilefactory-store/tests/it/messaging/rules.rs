//! What core accepts the database accepts, and what core refuses the database refuses.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::id::{ConversationId, Id, MessageId};
use smilefactory_core::messaging::{Message, NewGroupInput};
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use super::{group, people, say};

#[tokio::test]
async fn groups_are_judged_alike() {
    let db = TestDb::new().await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..60 {
        let good = smilefactory_core::testing::group_input().new_tree(&mut runner).unwrap().current();
        insert_group(&db, &good).await.unwrap_or_else(|error| panic!("{good:?}: {error}"));
        for spoiled in smilefactory_core::testing::spoiled_groups(&good) {
            if let Ok(()) = insert_group(&db, &spoiled.input).await {
                panic!("the database accepts {} at {}: {:?}", spoiled.code, spoiled.pointer, spoiled.input);
            }
        }
    }
}

async fn insert_group(db: &TestDb, input: &NewGroupInput) -> Result<(), sqlx::Error> {
    let id: ConversationId = db.store.new_id().unwrap();
    sqlx::query(
        "insert into messaging.conversations (tenant_id, id, kind, title, history, approval, member_limit, active_at,
           version, created_at)
         values ($1, $2, 'group', $3, $4, $5, $6::bigint, now(), 1, now())",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(id.uuid())
    .bind(&input.title)
    .bind(&input.history)
    .bind(input.approval)
    .bind(input.member_limit.unwrap_or(250))
    .execute(&mut db.superuser().await)
    .await
    .map(|_| ())
}

/// A text of the greatest length and size is kept; what is no id of today is not.
#[tokio::test]
async fn bodies_and_ids_are_judged_alike() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    for body in ["x".repeat(5_000), "\u{1F6B0}".repeat(5_000), "x".to_owned()] {
        say(&db, a, made.id, &body).await.unwrap();
    }
    let now = db.store.now();
    let behind = now - Message::ID_BEHIND;
    let ahead = now + Message::ID_AHEAD;
    let one = chrono::TimeDelta::milliseconds(1);
    let random: [u8; 10] = db.store.random().unwrap();
    for (id, fits) in [
        (MessageId::at(behind, random).uuid(), true),
        (MessageId::at(behind - one, random).uuid(), false),
        (MessageId::at(ahead, random).uuid(), true),
        (MessageId::at(ahead + one, random).uuid(), false),
        (Uuid::from_u128(MessageId::at(now, random).uuid().as_u128() ^ (1 << 76)), false),
    ] {
        let made = sqlx::query(
            "insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, body, sent_at, version)
             values ($1, $2, $3, 99, $4, $5, $6, 1)",
        )
        .bind(Uuid::from(db.one.tenant.id))
        .bind(id)
        .bind(made.id.uuid())
        .bind(a.uuid())
        .bind(vec![0_u8; 60])
        .bind(now)
        .execute(&mut db.superuser().await)
        .await;
        assert_eq!(made.is_ok(), fits, "{id}: {made:?}");
    }
}

#[tokio::test]
async fn the_database_refuses_what_no_step_does() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    say(&db, a, made.id, "Hello.").await.unwrap();
    for raw in [
        "update messaging.conversations set members = 251",
        "update messaging.conversations set owners = 0",
        "update messaging.conversations set attached_bytes = 104857601",
        "update messaging.conversations set kind = 'direct'",
        "update messaging.members set role = 'member'",
        "update messaging.members set state = 'removed' where role = 'owner'",
        "update messaging.messages set body = null",
        "insert into messaging.message_words (tenant_id, message_id, word)
         select tenant_id, gen_random_uuid(), decode(repeat('00', 16), 'hex') from messaging.messages",
    ] {
        assert!(sqlx::query(raw).execute(&mut super::as_tenant(&db).await).await.is_err(), "{raw}");
    }
}
