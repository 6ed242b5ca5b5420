//! Two who do something at once, a thousand times; and the same steps without the lock, which do go wrong.

use std::collections::HashMap;

use smilefactory_core::collection::Whole;
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::{InvitationCode, Marks, MessageDraft, MessagingRefused};
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use uuid::Uuid;

use super::{as_tenant, doing, draft, write_to};

const ROUNDS: usize = 1_000;

/// Accounts by the dozen, as the database has them.
async fn accounts(db: &TestDb, count: i32) -> Vec<AccountId> {
    let made = "insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name,
           version, created_at, updated_at)
         select $1, platform.uuid_v7(now()), 'r' || n || '@example.org', 'x', 'Racer', 'Example', 1, now(), now()
         from generate_series(1, $2) as n
         returning id";
    sqlx::query_scalar::<_, Uuid>(made)
        .bind(Uuid::from(db.one.tenant.id))
        .bind(count)
        .fetch_all(&mut as_tenant(db).await)
        .await
        .unwrap()
        .into_iter()
        .map(AccountId::from_uuid)
        .collect()
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

/// As many groups as there are rounds, with these members: account, role.
async fn groups(db: &TestDb, limit: i32, members: &[(AccountId, &str)]) -> Vec<ConversationId> {
    let mut conn = as_tenant(db).await;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "insert into messaging.conversations (tenant_id, id, kind, title, history, approval, member_limit, active_at,
           version, created_at)
         select $1, platform.uuid_v7(now()), 'group', 'Race', 'start', false, $2, now(), 1, now()
         from generate_series(1, $3)
         returning id",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(limit)
    .bind(i32::try_from(ROUNDS).unwrap())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    for (account, role) in members {
        sqlx::query(
            "insert into messaging.members (tenant_id, conversation_id, account_id, role, state, joined_at, created_at)
             select $1, id, $3, $4, 'active', now(), now() from unnest($2::uuid[]) as id",
        )
        .bind(Uuid::from(db.one.tenant.id))
        .bind(&ids)
        .bind(account.uuid())
        .bind(*role)
        .execute(&mut conn)
        .await
        .unwrap();
    }
    ids.into_iter().map(ConversationId::from_uuid).collect()
}

#[tokio::test]
async fn two_first_messages_make_one_conversation() {
    let db = TestDb::new().await;
    let people = accounts(&db, 46).await;
    let mut conn = as_tenant(&db).await;
    run(
        &mut conn,
        "insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
         select a.tenant_id, a.id, b.id, 'professional', a.id, now()
         from identity.personal_details a join identity.personal_details b on a.tenant_id = b.tenant_id and a.id < b.id",
    )
    .await;
    let pairs = people.iter().enumerate().flat_map(|(n, a)| people[n + 1..].iter().map(|b| (*a, *b)));
    for (a, b) in pairs.take(ROUNDS) {
        let (one, other) = tokio::join!(write_to(&db, a, b, "Hello."), write_to(&db, b, a, "Hello."));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.conversation, other.conversation);
        assert_eq!(one.seq + other.seq, 3, "one is the first and one the second");
    }
    let made: i64 = sqlx::query_scalar("select count(*) from messaging.conversations")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(made, i64::try_from(ROUNDS).unwrap());

    // Without key and lock, both look, both see nothing, and both begin one.
    run(
        &mut conn,
        "delete from messaging.attachments; delete from messaging.message_words; delete from messaging.messages;
         delete from messaging.members; delete from messaging.conversations;
         alter table messaging.conversations drop constraint conversations_pair_key",
    )
    .await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let mut twice = 0_i64;
    for b in &people[1..] {
        let (low, high) = (people[0].min(*b), people[0].max(*b));
        let begin = async |conn: &mut PgConnection| {
            let there: i64 = sqlx::query_scalar(
                "select count(*) from messaging.conversations where low_id = $1 and high_id = $2",
            )
            .bind(low.uuid())
            .bind(high.uuid())
            .fetch_one(&mut *conn)
            .await
            .unwrap();
            if there == 0 {
                sqlx::query(
                    "insert into messaging.conversations (tenant_id, id, kind, low_id, high_id, history, approval,
                       member_limit, active_at, version, created_at)
                     values ($1, platform.uuid_v7(now()), 'direct', $2, $3, 'start', false, 2, now(), 1, now())",
                )
                .bind(Uuid::from(db.one.tenant.id))
                .bind(low.uuid())
                .bind(high.uuid())
                .execute(conn)
                .await
                .unwrap();
            }
        };
        tokio::join!(begin(&mut left), begin(&mut right));
        twice = sqlx::query_scalar(
            "select count(*) from (select from messaging.conversations group by low_id, high_id having count(*) > 1) t",
        )
        .fetch_one(&mut conn)
        .await
        .unwrap();
    }
    assert!(twice > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn of_two_owners_who_leave_at_once_one_stays() {
    let db = TestDb::new().await;
    let people = accounts(&db, 3).await;
    let members = [(people[0], "owner"), (people[1], "owner"), (people[2], "member")];
    let leave = |id: ConversationId, who: AccountId| {
        let db = &db;
        async move { doing!(db, who, |tx| messaging::leave(&mut tx, id, who)) }
    };
    for id in groups(&db, 9, &members).await {
        let (one, other) = tokio::join!(leave(id, people[0]), leave(id, people[1]));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(matches!(refused, MessagingError::Refused(MessagingRefused::LastOwner)), "{refused:?}");
    }
    let mut conn = as_tenant(&db).await;
    let ownerless = "select count(*) from messaging.conversations c where not exists (
        select from messaging.members m where m.conversation_id = c.id and m.role = 'owner' and m.state = 'active')";
    let found: i64 = sqlx::query_scalar(ownerless).fetch_one(&mut conn).await.unwrap();
    assert_eq!(found, 0);

    // Without the lock, and the rule that stands behind it, both see the other stay.
    run(&mut conn, "alter table messaging.conversations drop constraint conversations_owned").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    for id in groups(&db, 9, &members).await.into_iter().take(100) {
        let leave = async |conn: &mut PgConnection, who: AccountId| {
            let owners: i64 = sqlx::query_scalar(
                "select count(*) from messaging.members where conversation_id = $1 and role = 'owner' and state = 'active'",
            )
            .bind(id.uuid())
            .fetch_one(&mut *conn)
            .await
            .unwrap();
            if owners > 1 {
                sqlx::query("update messaging.members set state = 'left' where conversation_id = $1 and account_id = $2")
                    .bind(id.uuid())
                    .bind(who.uuid())
                    .execute(conn)
                    .await
                    .unwrap();
            }
        };
        tokio::join!(leave(&mut left, people[0]), leave(&mut right, people[1]));
    }
    let found: i64 = sqlx::query_scalar(ownerless).fetch_one(&mut conn).await.unwrap();
    assert!(found > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn nobody_joins_over_the_limit() {
    let db = TestDb::new().await;
    let people = accounts(&db, 3).await;
    let made = groups(&db, 2, &[(people[0], "owner")]).await;
    let codes: Vec<InvitationCode> =
        (0_u128..).take(ROUNDS).map(|n| InvitationCode::new(n.to_be_bytes())).collect();
    let digests: Vec<Vec<u8>> = codes.iter().map(|code| code.digest(db.one.tenant.id).0.to_vec()).collect();
    let mut conn = as_tenant(&db).await;
    let now = db.store.now();
    sqlx::query(
        "insert into messaging.invitations (tenant_id, id, conversation_id, made_by, code_digest, max_uses, created_at,
           expires_at)
         select $1, platform.uuid_v7(now()), id, $4, digest, 9, $5, $5 + interval '1 hour'
         from unnest($2::uuid[], $3::bytea[]) as code (id, digest)",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(made.iter().map(|id| id.uuid()).collect::<Vec<_>>())
    .bind(&digests)
    .bind(people[0].uuid())
    .bind(now)
    .execute(&mut conn)
    .await
    .unwrap();
    let join = |code: InvitationCode, who: AccountId| {
        let db = &db;
        async move { doing!(db, who, |tx| messaging::join(&mut tx, &code, who)) }
    };
    for code in &codes {
        let (one, other) = tokio::join!(join(code.clone(), people[1]), join(code.clone(), people[2]));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(matches!(refused, MessagingError::Refused(MessagingRefused::Full)), "{refused:?}");
    }
    let over = "select count(*) from messaging.conversations where members > member_limit";
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from messaging.conversations c where members <> 2 or members <> (
           select count(*) from messaging.members m where m.conversation_id = c.id and m.state = 'active')",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(wrong, 0);

    // Without the lock, and the rule that stands behind it, both see a place and take it.
    run(&mut conn, "alter table messaging.conversations drop constraint conversations_full").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    for id in groups(&db, 2, &[(people[0], "owner")]).await.into_iter().take(100) {
        let join = async |conn: &mut PgConnection, who: AccountId| {
            let members: i32 =
                sqlx::query_scalar("select members from messaging.conversations where id = $1")
                    .bind(id.uuid())
                    .fetch_one(&mut *conn)
                    .await
                    .unwrap();
            if members < 2 {
                sqlx::query(
                    "insert into messaging.members (tenant_id, conversation_id, account_id, role, state, joined_at, created_at)
                     values ($1, $2, $3, 'member', 'active', now(), now())",
                )
                .bind(Uuid::from(db.one.tenant.id))
                .bind(id.uuid())
                .bind(who.uuid())
                .execute(conn)
                .await
                .unwrap();
            }
        };
        tokio::join!(join(&mut left, people[1]), join(&mut right, people[2]));
    }
    let found: i64 = sqlx::query_scalar(over).fetch_one(&mut conn).await.unwrap();
    assert!(found > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn a_watermark_never_goes_back() {
    let db = TestDb::new().await;
    let people = accounts(&db, 1).await;
    let reader = people[0];
    let id = groups(&db, 9, &[(reader, "owner")]).await[0];
    let mut conn = as_tenant(&db).await;
    run(
        &mut conn,
        "update messaging.conversations set last_seq = 100000, last_message_id = platform.uuid_v7(now())",
    )
    .await;
    let mark = |seq: usize| {
        let db = &db;
        let seq = Some(Whole::new(u32::try_from(seq).unwrap()).unwrap());
        let marks = Marks { delivered_seq: None, read_seq: seq };
        async move { doing!(db, reader, |tx| messaging::mark(&mut tx, id, reader, &marks)).unwrap().read_seq }
    };
    for round in 1..=ROUNDS {
        let (low, high) = (round * 2, round * 2 + 1);
        let (one, other) = tokio::join!(mark(low), mark(high));
        let high = u64::try_from(high).unwrap();
        assert_eq!(one.max(other), high);
        assert_eq!(mark(0).await, high, "round {round}");
    }

    // Read, compare, write: the lower one is written last sooner or later.
    run(&mut conn, "drop trigger guard_watermarks on messaging.members").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let mut back = 0;
    for round in 1..=300_i64 {
        let mark = async |conn: &mut PgConnection, seq: i64| {
            let there: i64 =
                sqlx::query_scalar("select read_seq from messaging.members where conversation_id = $1")
                    .bind(id.uuid())
                    .fetch_one(&mut *conn)
                    .await
                    .unwrap();
            if seq > there {
                sqlx::query("update messaging.members set read_seq = $2, delivered_seq = $2 where conversation_id = $1")
                    .bind(id.uuid())
                    .bind(seq)
                    .execute(conn)
                    .await
                    .unwrap();
            }
        };
        let high = 10_000 + round * 2;
        tokio::join!(mark(&mut left, high), mark(&mut right, high - 1));
        let there: i64 =
            sqlx::query_scalar("select read_seq from messaging.members where conversation_id = $1")
                .bind(id.uuid())
                .fetch_one(&mut conn)
                .await
                .unwrap();
        back += i32::from(there < high);
    }
    assert!(back > 0, "the steps without a lock were never in each other's way");
}

/// As many messages as there are rounds: with a file that was never there, so that nothing is to be decrypted.
async fn messages(db: &TestDb, conversation: ConversationId, sender: AccountId) -> Vec<MessageId> {
    let mut conn = as_tenant(db).await;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, files, sent_at, version)
         select $1, platform.uuid_v7($5), $2, n, $3, 1, $5, 1 from generate_series(1, $4) as n
         returning id",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(conversation.uuid())
    .bind(sender.uuid())
    .bind(i32::try_from(ROUNDS).unwrap())
    .bind(db.store.now())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    sqlx::query("update messaging.conversations set last_seq = $2, last_message_id = $3 where id = $1")
        .bind(conversation.uuid())
        .bind(i64::try_from(ROUNDS).unwrap())
        .bind(ids[ROUNDS - 1])
        .execute(&mut conn)
        .await
        .unwrap();
    ids.into_iter().map(MessageId::from_uuid).collect()
}

#[tokio::test]
async fn nothing_answers_what_was_deleted_before() {
    let db = TestDb::new().await;
    let people = accounts(&db, 2).await;
    let (owner, other) = (people[0], people[1]);
    let made = groups(&db, 9, &[(owner, "owner"), (other, "member")]).await;
    let all = messages(&db, made[0], owner).await;
    let mut answered = 0;
    for (round, id) in all.iter().enumerate() {
        let reply = async {
            let draft = MessageDraft { reply_to: Some(*id), ..draft("Yes.") };
            doing!(db, other, |tx| messaging::reply(&mut tx, made[0], other, draft))
        };
        let delete = async { doing!(db, owner, |tx| messaging::delete(&mut tx, *id, owner)) };
        // On a busy machine the same one may come first all the time: some rounds go one after the other.
        let (reply, deleted) = match round % 10 {
            0 => (reply.await, delete.await),
            5 => {
                let deleted = delete.await;
                (reply.await, deleted)
            }
            _ => tokio::join!(reply, delete),
        };
        deleted.unwrap();
        match reply {
            Ok(_) => answered += 1,
            Err(MessagingError::Refused(MessagingRefused::State(_))) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!((1..ROUNDS).contains(&answered), "each came first at times: {answered} were answered");
    // The log has them in the order in which the lock was held.
    let mut conn = as_tenant(&db).await;
    let rows = sqlx::query(
        "select seq, subject, body ->> 'reply_to' as reply_to from platform.outbox
         where name in ('messaging.message.sent', 'messaging.message.deleted') order by seq",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let mut deleted: HashMap<String, i64> = HashMap::new();
    for row in rows {
        let (seq, subject): (i64, Uuid) = (row.get(0), row.get(1));
        match row.get::<Option<String>, _>(2) {
            Some(reply_to) => {
                assert!(!deleted.contains_key(&reply_to), "{reply_to} was answered after it was gone")
            }
            None => _ = deleted.insert(subject.to_string(), seq),
        }
    }
    assert_eq!(deleted.len(), ROUNDS);

    // Without the lock, who answers looks first, and the message is gone by the time they do.
    let all = messages(&db, made[1], owner).await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let mut late = 0;
    run(&mut conn, "create sequence happened").await;
    for id in all.iter().take(300) {
        let reply = async {
            run(&mut left, "begin").await;
            let live: bool =
                sqlx::query_scalar("select deleted_at is null from messaging.messages where id = $1")
                    .bind(id.uuid())
                    .fetch_one(&mut left)
                    .await
                    .unwrap();
            run(
                &mut left,
                "update messaging.conversations set last_seq = last_seq + 1 where title = 'nowhere'",
            )
            .await;
            let at: i64 =
                sqlx::query_scalar("select nextval('happened')").fetch_one(&mut left).await.unwrap();
            run(&mut left, "commit").await;
            live.then_some(at)
        };
        let delete = async {
            sqlx::query("update messaging.messages set files = 0, deleted_at = now() where id = $1")
                .bind(id.uuid())
                .execute(&mut right)
                .await
                .unwrap();
            sqlx::query_scalar::<_, i64>("select nextval('happened')").fetch_one(&mut right).await.unwrap()
        };
        let (answered, deleted) = tokio::join!(reply, delete);
        late += i32::from(answered.is_some_and(|answered| answered > deleted));
    }
    assert!(late > 0, "the steps without a lock were never in each other's way");
}
