//! Units of work: the only door to data.

use std::fmt::Write as _;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{AccountId, FactId, Id};
use smilefactory_core::scope::{Actor, Scope};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::conn::Conn;
use crate::crypto::Cipher;
use crate::error::Result;
use crate::store::Store;

/// A unit of work that only reads; it may run on a replica.
pub type ReadTx = Tx<ReadOnly>;
/// A unit of work that reads and writes, on the primary.
pub type WriteTx = Tx<ReadWrite>;

/// Marks a unit of work that only reads.
#[derive(Debug)]
pub struct ReadOnly(());
/// Marks a unit of work that writes.
#[derive(Debug)]
pub struct ReadWrite(());

/// With whose eyes a unit of work looks: what its lists, counts and searches have of people and of what is theirs.
///
/// At first it is that of the actor. What is read by its id, and what is somebody's own, does not depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Nobody's in particular: what is for everybody.
    Stranger,
    /// Somebody's: also what is for those they are connected with; nothing of whom they blocked or muted, nor of who
    /// blocked them.
    Person(AccountId),
    /// That of somebody who moderates: everything that is not private, whoever blocked whom.
    Staff(AccountId),
}

/// A unit of work: one transaction, in one scope, at one time.
///
/// Everything in it sees the rows of the scope's tenant and no others; the database itself sees to that.
/// Repositories are reached through it: `tx.posts().get(id)`. Dropping it undoes everything; a read needs
/// nothing else, a write is made to last with [`commit`](WriteTx::commit).
#[derive(Debug)]
#[must_use = "dropped, it undoes everything"]
pub struct Tx<Mode> {
    conn: Conn,
    store: Store,
    scope: Scope,
    now: DateTime<Utc>,
    sight: Sight,
    told: Vec<(FactId, Fact)>,
    mode: PhantomData<fn() -> Mode>,
}

/// Who a transaction acts as in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// The service, within one tenant.
    Service,
    /// The relay, which reads the outbox of all tenants.
    Relay,
    /// Who runs the installation: sees the list of tenants.
    Operator,
}

/// The message that opens a transaction: who acts, for whom, as part of what, all in one round trip.
///
/// `SET LOCAL` and not `set_config()`: a distributed engine hands it on to its workers. What is written into
/// the text is a checked identifier, a UUID, or one of three words.
pub(crate) fn begin(store: &Store, door: Door, scope: Option<&Scope>, read_only: bool) -> String {
    let mut message = String::with_capacity(320);
    let access = if read_only { " READ ONLY" } else { "" };
    let role = match door {
        Door::Service => store.service_role(),
        Door::Relay => "smile_relay",
        Door::Operator => "smile_operator",
    };
    // Writing to a String cannot fail.
    _ = write!(message, "BEGIN{access}; SET LOCAL ROLE {role}");
    message.push_str(store.transaction_settings());
    match scope {
        // Who acts as part of what is asked by what writes, the trail above all; whose data, by everything.
        Some(scope) if read_only => _ = write!(message, "; SET LOCAL smile.tenant = '{}'", scope.tenant),
        Some(scope) => message.push_str(&context(scope)),
        None => {}
    }
    message
}

/// The statements that set the context of a scope.
pub(crate) fn context(scope: &Scope) -> String {
    format!(
        "; SET LOCAL smile.tenant = '{}'; SET LOCAL smile.actor = '{}'; SET LOCAL smile.request = '{}'",
        scope.tenant,
        actor_text(scope.actor),
        scope.request
    )
}

/// How an actor is written in the audit trail and the outbox.
pub(crate) fn actor_text(actor: Actor) -> String {
    match actor {
        Actor::Account(id) => id.to_string(),
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::System => "system".to_owned(),
    }
}

impl<Mode> Tx<Mode> {
    pub(crate) const fn new(conn: Conn, store: Store, scope: Scope, now: DateTime<Utc>) -> Self {
        let sight = match scope.actor {
            Actor::Account(account) => Sight::Person(account),
            Actor::Anonymous | Actor::System => Sight::Stranger,
        };
        Self { conn, store, scope, now, sight, told: Vec::new(), mode: PhantomData }
    }

    /// With whose eyes it looks.
    pub const fn sight(&self) -> Sight {
        self.sight
    }

    /// Looks with somebody else's eyes from here on.
    pub const fn look_as(&mut self, sight: Sight) {
        self.sight = sight;
    }

    /// Who looks and does not moderate: whose blocks, mutes and connections count.
    pub(crate) fn viewer(&self) -> Option<Uuid> {
        match self.sight {
            Sight::Person(account) => Some(account.uuid()),
            Sight::Stranger | Sight::Staff(_) => None,
        }
    }

    /// Who looks: whose own things are theirs to see.
    pub(crate) fn looker(&self) -> Option<Uuid> {
        match self.sight {
            Sight::Person(account) | Sight::Staff(account) => Some(account.uuid()),
            Sight::Stranger => None,
        }
    }

    /// Whether whoever looks moderates.
    pub(crate) const fn sees_all(&self) -> bool {
        matches!(self.sight, Sight::Staff(_))
    }

    /// Who acts, where, as part of what.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The time of this unit of work: one instant from its beginning to its end.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// An id that nobody has yet.
    pub fn new_id<I: Id>(&self) -> Result<I> {
        self.store.id_at(self.now)
    }

    /// Random bytes, fit for secrets.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        self.store.random()
    }

    /// The store it belongs to.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// The connection, for a statement.
    pub(crate) fn conn(&mut self) -> Result<&mut PgConnection> {
        self.conn.get()
    }

    /// Sends statements as they are, for tests that go behind the repositories' back: within the unit of work, bound by
    /// its role, its tenant and its mode.
    #[cfg(feature = "testing")]
    pub async fn raw(&mut self, statements: &'static str) -> std::result::Result<(), sqlx::Error> {
        use sqlx::Executor;
        let conn = self.conn.get().map_err(|_| sqlx::Error::PoolClosed)?;
        conn.execute(sqlx::raw_sql(statements)).await.map(|_| ())
    }

    /// What encrypts and decrypts the fields of the scope's tenant.
    pub(crate) async fn cipher(&mut self) -> Result<Cipher> {
        let tenant = self.scope.tenant;
        if let Some(cipher) = self.store.keyring().cached(tenant) {
            return Ok(cipher);
        }
        let store = self.store.clone();
        store.keyring().load(self.conn.get()?, tenant).await
    }
}

impl WriteTx {
    /// Tells that something happened. It is written to the outbox when the unit of work is committed, in the
    /// same transaction and in the order it was told; who reads the outbox learns of it after that, and of
    /// nothing that was undone.
    pub fn tell(&mut self, fact: impl Into<Fact>) -> Result<FactId> {
        let id = self.new_id()?;
        self.told.push((id, fact.into()));
        Ok(id)
    }

    /// Makes everything last, and the facts told known. When this fails with
    /// [`Unavailable`](crate::StoreError::Unavailable), the work may or may not have been done.
    pub async fn commit(mut self) -> Result<()> {
        self.flush().await?;
        self.conn.commit().await
    }

    /// Writes the facts told so far into the outbox.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        let told = std::mem::take(&mut self.told);
        if told.is_empty() {
            return Ok(());
        }
        crate::outbox::write(self.conn.get()?, &self.scope, self.now, &told).await
    }

    /// Whether the database reads rows from its client by `COPY`.
    pub(crate) fn copies(&self) -> bool {
        self.store.copies()
    }

    /// Sends rows to `copy`, a `COPY … FROM STDIN`, and says how many there were.
    pub(crate) async fn copy_in(&mut self, copy: &str, rows: &[u8]) -> Result<u64> {
        self.conn.copy_in(copy, rows).await
    }

    /// The transaction itself, for whoever opened it and goes on with it.
    pub(crate) fn into_conn(self) -> Conn {
        self.conn
    }
}
