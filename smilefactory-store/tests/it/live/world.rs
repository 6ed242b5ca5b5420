//! Conversations, and what happens in them, made as the tests need it.

use smilefactory_core::fact::{Fact, FactBody};
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::MessageSent;
use smilefactory_store::Store;
use smilefactory_store::outbox::{LoggedFact, Place};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::Told;
use smilefactory_store::testing::TestTenant;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// A group of the tenant, with these active members, of whom the first owns it.
pub(crate) async fn group(
    conn: &mut PgConnection,
    store: &Store,
    tenant: &TestTenant,
    members: &[AccountId],
) -> ConversationId {
    let id: ConversationId = store.new_id().unwrap();
    sqlx::query(
        "insert into messaging.conversations
           (tenant_id, id, kind, title, history, approval, member_limit, members, owners, active_at, created_at, version)
         values ($1, $2, 'group', 'Pumps', 'start', false, 250, 0, 0, now(), now(), 1)",
    )
    .bind(tenant.tenant.id.uuid())
    .bind(id.uuid())
    .execute(&mut *conn)
    .await
    .unwrap();
    for (n, member) in members.iter().enumerate() {
        join(conn, tenant, id, *member, if n == 0 { "owner" } else { "member" }, "active", 1).await;
    }
    id
}

/// Somebody belongs to a conversation like this.
pub(crate) async fn join(
    conn: &mut PgConnection,
    tenant: &TestTenant,
    conversation: ConversationId,
    account: AccountId,
    role: &str,
    state: &str,
    from_seq: i64,
) {
    sqlx::query(
        "insert into messaging.members
           (tenant_id, conversation_id, account_id, role, state, from_seq, joined_at, active_at, created_at)
         values ($1, $2, $3, $4, $5, $6, case when $5 in ('active', 'left', 'removed') then now() end, now(), now())
         on conflict (tenant_id, conversation_id, account_id)
           do update set role = excluded.role, state = excluded.state, from_seq = excluded.from_seq,
             joined_at = coalesce(members.joined_at, excluded.joined_at)",
    )
    .bind(tenant.tenant.id.uuid())
    .bind(conversation.uuid())
    .bind(account.uuid())
    .bind(role)
    .bind(state)
    .bind(from_seq)
    .execute(conn)
    .await
    .unwrap();
}

/// Takes the next number of a conversation, whose row is held from then on, and saves a message under it.
pub(crate) async fn write(
    conn: &mut PgConnection,
    tenant: &TestTenant,
    conversation: ConversationId,
    sender: AccountId,
    message: MessageId,
) -> MessageSent {
    let seq: i64 = sqlx::query(
        "update messaging.conversations set last_seq = last_seq + 1, last_message_id = $3
         where tenant_id = $1 and id = $2 returning last_seq",
    )
    .bind(tenant.tenant.id.uuid())
    .bind(conversation.uuid())
    .bind(message.uuid())
    .fetch_one(&mut *conn)
    .await
    .unwrap()
    .get(0);
    sqlx::query(
        "insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, files, sent_at, version)
         values ($1, $2, $3, $4, $5, 1, $6, 1)",
    )
    .bind(tenant.tenant.id.uuid())
    .bind(message.uuid())
    .bind(conversation.uuid())
    .bind(seq)
    .bind(sender.uuid())
    .bind(message.created_at().unwrap())
    .execute(conn)
    .await
    .unwrap();
    let seq = u64::try_from(seq).unwrap();
    MessageSent { message, conversation, sender, seq, reply_to: None, thread: None, to: None }
}

/// Tells a fact outside of a unit of work.
pub(crate) async fn tell(
    conn: &mut PgConnection,
    tenant: &TestTenant,
    store: &Store,
    body: &(impl FactBody + Sync),
) {
    let fact = Fact::new(body);
    sqlx::query(
        "insert into platform.outbox (tenant_id, id, at, name, version, subject, body, actor)
         values ($1, $2, now(), $3, 1, $4, $5, 'system')",
    )
    .bind(tenant.tenant.id.uuid())
    .bind(store.new_id::<MessageId>().unwrap().uuid())
    .bind(fact.name)
    .bind(fact.subject)
    .bind(fact.body)
    .execute(conn)
    .await
    .unwrap();
}

/// A message written and told at once.
pub(crate) async fn say(
    conn: &mut PgConnection,
    store: &Store,
    tenant: &TestTenant,
    conversation: ConversationId,
    sender: AccountId,
) -> MessageSent {
    sqlx::raw_sql("begin").execute(&mut *conn).await.unwrap();
    let sent = write(conn, tenant, conversation, sender, this_month(store)).await;
    tell(conn, tenant, store, &sent).await;
    sqlx::raw_sql("commit").execute(conn).await.unwrap();
    sent
}

/// An id of a month that has a partition: the tests' clock stands still elsewhere.
pub(crate) fn this_month(store: &Store) -> MessageId {
    use smilefactory_store::time::{Clock, SystemClock};
    MessageId::at(SystemClock.now(), store.random().unwrap())
}

/// The place of whoever begins to listen now.
pub(crate) async fn now(store: &Store) -> Place {
    Place::at(store.log().position().await.unwrap().horizon)
}

/// Everything since a place, as it concerns these accounts.
pub(crate) async fn since(
    store: &Store,
    tenant: &TestTenant,
    place: &Place,
    listeners: &[AccountId],
) -> Vec<Told> {
    let mut tx = store.read(&tenant.scope).await.unwrap();
    let until = tx.live().position().await.unwrap().horizon;
    let mut facts: Vec<LoggedFact> = Vec::new();
    for window in place.windows(&until) {
        facts.extend(tx.live().read(&window, 1_000).await.unwrap());
    }
    tx.live().address(&facts, listeners).await.unwrap()
}

/// A few random numbers, the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % sides
    }
}

/// The uuid of an account, for a statement.
pub(crate) fn uuid(account: AccountId) -> Uuid {
    account.uuid()
}
