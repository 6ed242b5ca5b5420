//! Nobody is told what they could not read.

use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::live::{LiveEvent, RequestChange};
use smilefactory_core::messaging::{
    ConversationBegun, ConversationKind, MemberInvited, MemberRemoved, MemberRequested, MessageDeleted,
    MessageReacted, ReceiptMoved,
};
use smilefactory_core::social::{ConnectionKind, ConnectionMade, ConnectionRequestSent};
use smilefactory_store::repo::messaging::Told;
use smilefactory_store::testing::TestDb;

use super::world::{group, join, now, say, since, tell, uuid};

struct People {
    tariro: AccountId,
    rudo: AccountId,
    farai: AccountId,
    outsider: AccountId,
}

impl People {
    async fn of(db: &TestDb) -> Self {
        let [tariro, rudo, farai, outsider] = [
            db.one.person("tariro").await.id,
            db.one.person("rudo").await.id,
            db.one.person("farai").await.id,
            db.one.person("outsider").await.id,
        ];
        Self { tariro, rudo, farai, outsider }
    }

    fn all(&self) -> [AccountId; 4] {
        [self.tariro, self.rudo, self.farai, self.outsider]
    }
}

fn sorted<const N: usize>(mut accounts: [AccountId; N]) -> Vec<AccountId> {
    accounts.sort();
    accounts.to_vec()
}

#[tokio::test]
async fn a_message_is_told_to_who_may_read_it() {
    let db = TestDb::new().await;
    let people = People::of(&db).await;
    let mut conn = db.superuser().await;
    let place = now(&db.store).await;
    let pumps = group(&mut conn, &db.store, &db.one, &[people.tariro, people.rudo]).await;
    let first = say(&mut conn, &db.store, &db.one, pumps, people.tariro).await;
    // They joined later, and read from there on.
    join(&mut conn, &db.one, pumps, people.farai, "member", "active", 2).await;
    let second = say(&mut conn, &db.store, &db.one, pumps, people.rudo).await;
    for message in [&first, &second] {
        let reacted = MessageReacted { message: message.message, conversation: pumps, by: people.rudo };
        tell(&mut conn, &db.one, &db.store, &reacted).await;
    }
    let told = since(&db.store, &db.one, &place, &people.all()).await;
    let to: Vec<_> = told.iter().map(|told| told.to.clone()).collect();
    let two = sorted([people.tariro, people.rudo]);
    let three = sorted([people.tariro, people.rudo, people.farai]);
    assert_eq!(to, [two.clone(), three.clone(), two.clone(), three.clone()]);
    assert!(matches!(told[0].event, LiveEvent::MessageSent { seq: 1, .. }));

    // Asked again later, it is as it is then.
    join(&mut conn, &db.one, pumps, people.farai, "member", "left", 2).await;
    db.one.block(people.tariro, people.rudo).await;
    let told = since(&db.store, &db.one, &place, &people.all()).await;
    let to: Vec<_> = told.iter().map(|told| told.to.clone()).collect();
    // Neither reads the other, nor learns that the other reacted.
    assert_eq!(to, [vec![people.tariro], vec![people.rudo], vec![people.rudo]]);
    // In another community nobody knows any of it.
    assert_eq!(since(&db.store, &db.two, &place, &people.all()).await, []);
}

#[tokio::test]
async fn who_belongs_to_a_conversation_is_told_to_who_sees_it() {
    let db = TestDb::new().await;
    let people = People::of(&db).await;
    let mut conn = db.superuser().await;
    let place = now(&db.store).await;
    let pumps = group(&mut conn, &db.store, &db.one, &[people.tariro, people.rudo]).await;
    join(&mut conn, &db.one, pumps, people.farai, "member", "request", 9).await;
    let begun = ConversationBegun { conversation: pumps, kind: ConversationKind::Group, by: people.tariro };
    tell(&mut conn, &db.one, &db.store, &begun).await;
    let invited = MemberInvited { conversation: pumps, account: people.farai, by: people.tariro };
    tell(&mut conn, &db.one, &db.store, &invited).await;
    join(&mut conn, &db.one, pumps, people.outsider, "member", "declined", 9).await;
    let asked = MemberRequested { conversation: pumps, account: people.outsider, by: people.outsider };
    tell(&mut conn, &db.one, &db.store, &asked).await;
    let refused = MemberRemoved { conversation: pumps, account: people.outsider, by: people.tariro };
    tell(&mut conn, &db.one, &db.store, &refused).await;
    let to = |told: Vec<Told>| -> Vec<_> { told.into_iter().map(|told| told.to).collect() };
    let told = to(since(&db.store, &db.one, &place, &people.all()).await);
    let managers_and = |account| sorted([people.tariro, account]);
    assert_eq!(
        told,
        [
            sorted([people.tariro, people.rudo, people.farai]),
            managers_and(people.farai),
            // Who never took part is nobody else's business.
            managers_and(people.outsider),
            managers_and(people.outsider),
        ]
    );
    let place = now(&db.store).await;
    join(&mut conn, &db.one, pumps, people.rudo, "member", "removed", 1).await;
    join(&mut conn, &db.one, pumps, people.farai, "member", "active", 1).await;
    let removed = MemberRemoved { conversation: pumps, account: people.rudo, by: people.tariro };
    tell(&mut conn, &db.one, &db.store, &removed).await;
    let told = to(since(&db.store, &db.one, &place, &people.all()).await);
    assert_eq!(told, [sorted([people.tariro, people.rudo, people.farai])]);
}

#[tokio::test]
async fn how_far_somebody_read_is_told_to_who_does_not_hide_it_themselves() {
    let db = TestDb::new().await;
    let people = People::of(&db).await;
    let mut conn = db.superuser().await;
    let pumps = group(&mut conn, &db.store, &db.one, &[people.tariro, people.rudo, people.farai]).await;
    let hide = "update messaging.members set receipts = false where account_id = $1";
    sqlx::query(hide).bind(uuid(people.farai)).execute(&mut conn).await.unwrap();
    let place = now(&db.store).await;
    let moved =
        |account, shown| ReceiptMoved { conversation: pumps, account, delivered_seq: 1, read_seq: 1, shown };
    tell(&mut conn, &db.one, &db.store, &moved(people.rudo, true)).await;
    tell(&mut conn, &db.one, &db.store, &moved(people.farai, false)).await;
    // It was shown when it was told, and is hidden since.
    tell(&mut conn, &db.one, &db.store, &moved(people.farai, true)).await;
    let told = since(&db.store, &db.one, &place, &people.all()).await;
    let to: Vec<_> = told.into_iter().map(|told| told.to).collect();
    assert_eq!(to, [sorted([people.tariro, people.rudo]), vec![people.farai], vec![people.farai]]);
}

/// Somebody's own receipt, which nobody else is told of.
fn own(account: AccountId, conversation: ConversationId) -> ReceiptMoved {
    ReceiptMoved { conversation, account, delivered_seq: 1, read_seq: 1, shown: false }
}

#[tokio::test]
async fn what_concerns_one_or_two_is_told_to_them_and_nothing_of_who_is_hidden() {
    let db = TestDb::new().await;
    let people = People::of(&db).await;
    let mut conn = db.superuser().await;
    let show = "update identity.personal_details set profile_state = 'complete', profile_kind = 'mentor'";
    sqlx::raw_sql(show).execute(&mut conn).await.unwrap();
    let place = now(&db.store).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let request = tx.new_id().unwrap();
    tx.tell(ConnectionRequestSent { request, from: people.tariro, to: people.rudo }).unwrap();
    let (low, high) = (people.tariro.min(people.rudo), people.tariro.max(people.rudo));
    tx.tell(ConnectionMade { connection: low, other: high, kind: ConnectionKind::Friendship }).unwrap();
    let conversation = tx.new_id().unwrap();
    tx.tell(own(people.farai, conversation)).unwrap();
    tx.commit().await.unwrap();
    let told = since(&db.store, &db.one, &place, &people.all()).await;
    let told: Vec<_> = told.into_iter().map(|told| (told.event, told.to)).collect();
    let change = RequestChange::Sent;
    let sent = LiveEvent::RequestChanged { request, from: people.tariro, to: people.rudo, change };
    let moved =
        LiveEvent::ReceiptMoved { conversation, account: people.farai, delivered_seq: 1, read_seq: 1 };
    let expected = [
        (sent.clone(), vec![people.tariro]),
        (sent, vec![people.rudo]),
        (LiveEvent::ConnectionMade { with: high }, vec![low]),
        (LiveEvent::ConnectionMade { with: low }, vec![high]),
        (moved, vec![people.farai]),
    ];
    assert_eq!(told, expected);
    let to = async || -> Vec<_> {
        since(&db.store, &db.one, &place, &people.all()).await.into_iter().map(|told| told.to).collect()
    };
    // Rudo hears nothing of whom they muted; tariro hears of what they asked, of the connection, and of themselves.
    let mut tx = db.store.write(&db.one.scope_of(people.rudo)).await.unwrap();
    smilefactory_store::social::mute(&mut tx, people.rudo, people.tariro).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(to().await, [[people.tariro], [people.tariro], [people.farai]]);
    let hide = "update identity.personal_details set visibility = 'private' where id = $1";
    sqlx::query(hide).bind(uuid(people.rudo)).execute(&mut conn).await.unwrap();
    assert_eq!(to().await, [[people.tariro], [people.farai]]);
    let suspend = "update identity.personal_details set profile_state = 'suspended' where id = $1";
    sqlx::query(suspend).bind(uuid(people.rudo)).execute(&mut conn).await.unwrap();
    assert_eq!(to().await, [[people.farai]]);
    sqlx::raw_sql(show).execute(&mut conn).await.unwrap();
    db.one.block(people.rudo, people.tariro).await;
    assert_eq!(to().await, [[people.farai]]);
}

#[tokio::test]
async fn who_was_erased_is_named_to_nobody_as_whoever_wrote_or_reacted() {
    let db = TestDb::new().await;
    let people = People::of(&db).await;
    let mut conn = db.superuser().await;
    let place = now(&db.store).await;
    let pumps = group(&mut conn, &db.store, &db.one, &[people.tariro, people.rudo]).await;
    let sent = say(&mut conn, &db.store, &db.one, pumps, people.rudo).await;
    let reacted = MessageReacted { message: sent.message, conversation: pumps, by: people.rudo };
    tell(&mut conn, &db.one, &db.store, &reacted).await;
    let deleted = MessageDeleted { message: sent.message, conversation: pumps, seq: sent.seq };
    tell(&mut conn, &db.one, &db.store, &deleted).await;
    assert_eq!(since(&db.store, &db.one, &place, &[people.tariro]).await.len(), 3);
    let erase = format!(
        "update identity.personal_details set erased_at = now(), email = 'erased-' || id || '@erased.invalid',
           password_hash = '!', first_name = 'Erased', last_name = 'Person' where id = '{}'",
        uuid(people.rudo)
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(erase)).execute(&mut conn).await.unwrap();
    let told = since(&db.store, &db.one, &place, &[people.tariro]).await;
    assert!(matches!(told[..], [Told { event: LiveEvent::MessageDeleted { .. }, .. }]), "{told:?}");
}

#[tokio::test]
async fn a_fact_that_cannot_be_read_stops_nobody() {
    let db = TestDb::new().await;
    let people = People::of(&db).await;
    let place = now(&db.store).await;
    let mut conn = db.superuser().await;
    sqlx::query(
        "insert into platform.outbox (tenant_id, id, at, name, version, subject, body, actor)
         values ($1, $2, now(), 'messaging.message.sent', 1, $2, '{\"seq\": \"seven\"}', 'system')",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(uuid(people.outsider))
    .execute(&mut conn)
    .await
    .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let conversation = tx.new_id().unwrap();
    tx.tell(own(people.farai, conversation)).unwrap();
    tx.commit().await.unwrap();
    assert_eq!(since(&db.store, &db.one, &place, &people.all()).await.len(), 1);
}
