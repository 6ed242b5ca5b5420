//! The store: a pool of connections, and what every unit of work needs.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smilefactory_core::id::Id;
use smilefactory_core::page::CursorKey;
use smilefactory_core::scope::Scope;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::blob::TicketKey;
use crate::config::{Config, Database, Pooler};
use crate::conn::Conn;
use crate::crypto::MasterKeys;
use crate::error::{Result, StoreError};
use crate::event::CheckInKey;
use crate::keyring::Keyring;
use crate::notify::UnsubscribeKey;
use crate::password::PasswordHasher;
use crate::startup;
use crate::time::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::tx::{self, Door, ReadTx, Tx, WriteTx};

/// The platform's data. Cheap to clone; all clones share one pool.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    service_role: String,
    transaction_settings: String,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    keyring: Keyring,
    cursor_key: CursorKey,
    ticket_key: TicketKey,
    unsubscribe_key: UnsubscribeKey,
    check_in_key: CheckInKey,
    passwords: PasswordHasher,
    copies: bool,
    #[cfg(feature = "embedded")]
    embedded: Option<crate::embedded::Embedded>,
}

/// What a store is made of besides its configuration.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Hashes passwords; `None` makes one as the configuration says.
    pub passwords: Option<PasswordHasher>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), passwords: None }
    }
}

impl Store {
    /// Opens the store: connects, and refuses a database it must not or cannot work with.
    ///
    /// An embedded database is brought to the newest schema first; on a server that is a step of its own,
    /// [`migrate`](crate::migrate::migrate), which takes the schema's owner to log in.
    pub async fn open(config: &Config) -> Result<Self> {
        Self::open_in(config, Surroundings::default()).await
    }

    /// The same with another clock and another source of randomness.
    pub async fn open_in(config: &Config, surroundings: Surroundings) -> Result<Self> {
        match &config.database {
            Database::Url(url) => {
                use secrecy::ExposeSecret;
                let options: PgConnectOptions = url.expose_secret().parse().map_err(|error| {
                    StoreError::refused(
                        format!("the database URL cannot be read ({error})"),
                        "write it as postgres://user:password@host:5432/database",
                    )
                })?;
                let keys = config.master_keys.clone().ok_or_else(|| {
                    StoreError::refused(
                        "there is no master key to encrypt personal fields with",
                        "make one with `head -c 32 /dev/urandom | base64` and set SMILEFACTORY_MASTER_KEY to it",
                    )
                })?;
                let store = Self::assemble(config, options, keys, surroundings, config.max_connections);
                startup::check(&store, false).await?;
                Ok(store)
            }
            #[cfg(feature = "embedded")]
            Database::EmbeddedTemporary | Database::EmbeddedFolder(_) => {
                crate::embedded::open(config, surroundings).await
            }
            #[cfg(not(feature = "embedded"))]
            Database::EmbeddedTemporary | Database::EmbeddedFolder(_) => Err(StoreError::refused(
                "this build has no embedded database",
                "build with feature `embedded`, or set SMILEFACTORY_DATABASE_URL to a PostgreSQL server",
            )),
        }
    }

    /// The store over one exclusive connection, with the database that must live as long.
    #[cfg(feature = "embedded")]
    pub(crate) fn over_embedded(
        config: &Config,
        options: PgConnectOptions,
        keys: MasterKeys,
        surroundings: Surroundings,
        embedded: crate::embedded::Embedded,
    ) -> Result<Self> {
        let mut store = Self::assemble(config, options, keys, surroundings, 1);
        let inner = Arc::get_mut(&mut store.0)
            .ok_or_else(|| StoreError::internal("a store that was just made is shared already"))?;
        inner.embedded = Some(embedded);
        // A statement has arrived there as a whole before it begins.
        inner.copies = false;
        Ok(store)
    }

    fn assemble(
        config: &Config,
        options: PgConnectOptions,
        keys: MasterKeys,
        surroundings: Surroundings,
        max_connections: u32,
    ) -> Self {
        let limits = [
            ("statement_timeout", config.statement_timeout),
            ("lock_timeout", config.lock_timeout),
            ("idle_in_transaction_session_timeout", config.idle_in_transaction_timeout),
        ];
        let mut transaction_settings = String::new();
        let mut options = options.application_name("smilefactory");
        for (name, limit) in limits {
            let millis = limit.as_millis();
            match config.pooler {
                // A pooler's server connection is somebody else's in the next transaction: nothing may be set
                // that lasts longer than ours.
                Pooler::Transaction => _ = write!(transaction_settings, "; SET LOCAL {name} = {millis}"),
                Pooler::None => options = options.options([(name, millis.to_string())]),
            }
        }
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(config.acquire_timeout)
            // A broken connection shows when a transaction is to begin on it, and another is taken then; asking
            // each time would cost a round trip.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        let passwords = match surroundings.passwords {
            Some(passwords) => passwords,
            None => PasswordHasher::new(config.bcrypt_cost),
        };
        Self(Arc::new(Inner {
            pool,
            service_role: config.service_role.clone(),
            transaction_settings,
            clock: surroundings.clock,
            entropy: surroundings.entropy,
            cursor_key: CursorKey::new(keys.derive("cursor")),
            ticket_key: TicketKey::new(keys.derive("media ticket")),
            unsubscribe_key: UnsubscribeKey::new(keys.derive("unsubscribe")),
            check_in_key: CheckInKey::new(keys.derive("check-in")),
            keyring: Keyring::new(keys),
            passwords,
            copies: true,
            #[cfg(feature = "embedded")]
            embedded: None,
        }))
    }

    /// Begins a unit of work that only reads.
    pub async fn read(&self, scope: &Scope) -> Result<ReadTx> {
        let begin = tx::begin(self, Door::Service, Some(scope), true);
        let conn = Conn::begin(&self.0.pool, begin).await?;
        Ok(Tx::new(conn, self.clone(), *scope, self.now()))
    }

    /// Begins a unit of work that only reads, and sees everything that was committed before it began.
    pub async fn read_latest(&self, scope: &Scope) -> Result<ReadTx> {
        self.read(scope).await
    }

    /// Begins a unit of work that writes.
    pub async fn write(&self, scope: &Scope) -> Result<WriteTx> {
        let begin = tx::begin(self, Door::Service, Some(scope), false);
        let conn = Conn::begin(&self.0.pool, begin).await?;
        Ok(Tx::new(conn, self.clone(), *scope, self.now()))
    }

    /// Opens a transaction through another door than the service's.
    pub(crate) async fn begin_as(&self, door: Door, scope: Option<&Scope>) -> Result<Conn> {
        Conn::begin(&self.0.pool, tx::begin(self, door, scope, false)).await
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// An id that nobody has yet, made now.
    pub fn new_id<I: Id>(&self) -> Result<I> {
        self.id_at(self.now())
    }

    pub(crate) fn id_at<I: Id>(&self, when: DateTime<Utc>) -> Result<I> {
        Ok(I::at(when, self.random()?))
    }

    /// Random bytes, fit for secrets.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.0.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Seals and opens the cursors of this installation.
    pub fn cursor_key(&self) -> &CursorKey {
        &self.0.cursor_key
    }

    /// Seals and opens the tickets of uploaded files of this installation.
    pub fn ticket_key(&self) -> &TicketKey {
        &self.0.ticket_key
    }

    /// Seals and opens what mails of this installation give whoever has them.
    pub fn unsubscribe_key(&self) -> &UnsubscribeKey {
        &self.0.unsubscribe_key
    }

    /// Makes and checks the codes that people come in to events with.
    pub fn check_in_key(&self) -> &CheckInKey {
        &self.0.check_in_key
    }

    /// Hashes and checks passwords.
    pub fn passwords(&self) -> &PasswordHasher {
        &self.0.passwords
    }

    /// How the pool is used: open connections, and those of them that are idle.
    pub fn connections(&self) -> (u32, usize) {
        (self.0.pool.size(), self.0.pool.num_idle())
    }

    /// Answers when the database answers and has a schema that this version works on.
    pub async fn ready(&self) -> Result<()> {
        startup::is_ready(self).await
    }

    /// Closes all connections, and the embedded database with them.
    pub async fn close(&self) {
        self.0.pool.close().await;
        #[cfg(feature = "embedded")]
        if let Some(embedded) = &self.0.embedded {
            embedded.stop().await;
        }
    }

    /// The pool itself, for measuring what a unit of work costs and for tests that must go behind its back.
    #[cfg(feature = "testing")]
    pub fn raw_pool(&self) -> &PgPool {
        &self.0.pool
    }

    /// Whether the database reads rows from its client by `COPY`.
    pub(crate) fn copies(&self) -> bool {
        self.0.copies
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    pub(crate) fn service_role(&self) -> &str {
        &self.0.service_role
    }

    pub(crate) fn transaction_settings(&self) -> &str {
        &self.0.transaction_settings
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }
}
