//! A PostgreSQL inside this process: the database when nothing is installed.
//!
//! It is PostgreSQL 17 with pgvector, compiled to WebAssembly and from there to machine code, all of it in
//! crates. [`Store::open`] starts it when the configuration names no server; the migrations, the roles and the
//! row-level security are the same as on a server.
//!
//! # What it is not
//!
//! - **One connection.** Units of work wait for each other, and one that waits for a second unit of work while
//!   it holds the first waits until the time to wait is over. There is no `LISTEN`: readers of the outbox poll.
//! - **The login is a superuser.** Each unit of work takes the service's role first, as on a server; a statement
//!   of a stranger must not run here.
//! - **No statement can be interrupted.** `statement_timeout` and the like are accepted and do nothing: what
//!   takes long holds the connection until it is done, also when nobody waits for it any more.
//! - **It survives the end of its process, not that of the machine.** When the process is killed, every
//!   committed unit of work is there again; nothing is forced to the disk before the database is
//!   [stopped](crate::Store::close), so a power cut may lose or damage it. What must not be lost belongs on a
//!   server.
//! - **No background workers**: no autovacuum. A folder is vacuumed and analysed when it is opened.
//! - **PL/pgSQL catches no errors.** An `EXCEPTION` block that would catch one breaks the session, which is
//!   then thrown away. Functions may raise.
//! - **`halfvec` is slow** by a factor of hundreds, and text search has no lists of stop words.
//! - **The folder needs this very release of the engine**: another one refuses it. It also unpacks the engine
//!   (some 100 MB) into the user's cache folder.

mod door;
mod engine;
mod folder;
mod socket;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use self::door::Door;
use self::engine::Engine;
use self::folder::Place;
use crate::config::{Config, Database};
use crate::crypto::{MasterKey, MasterKeys};
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::startup;
use crate::store::{Store, Surroundings};

/// All units of work share one connection, and the first waits for the engine: less patience than this would
/// refuse them for no fault of theirs.
const LEAST_PATIENCE: Duration = Duration::from_secs(30);

/// A database that lives in this process, until it is stopped or dropped.
///
/// ```
/// use smilefactory_store::embedded::Embedded;
/// use sqlx::{ConnectOptions, Connection};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let database = Embedded::temporary().await?;
/// let mut only = database.options().connect().await?;
/// let two: i32 = sqlx::query_scalar("select 1 + 1").fetch_one(&mut only).await?;
/// assert_eq!(two, 2);
/// only.close().await?;
/// database.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Embedded {
    door: Arc<Door>,
    options: PgConnectOptions,
}

impl Embedded {
    /// Starts an empty database that vanishes with this value.
    pub async fn temporary() -> Result<Self> {
        Self::start(None).await
    }

    /// Starts the database in a folder, which is made when it is not there. A folder belongs to one database at
    /// a time, in whichever process: the second is [refused](StoreError::Refused).
    pub async fn folder(path: impl AsRef<Path>) -> Result<Self> {
        Self::start(Some(path.as_ref())).await
    }

    async fn start(path: Option<&Path>) -> Result<Self> {
        let path = path.map(Path::to_owned);
        // The engine unpacks and loads itself, which takes the better part of a second.
        let started = tokio::task::spawn_blocking(move || {
            let place = match path {
                Some(path) => Place::folder(&path)?,
                None => Place::temporary()?,
            };
            Door::open(Engine::start(place)?)
        });
        let door =
            started.await.map_err(|_| StoreError::internal("the embedded database panicked at start"))??;
        let options = door.address().connect_options().username(engine::LOGIN).database(engine::DATABASE);
        Ok(Self { door: Arc::new(door), options })
    }

    /// How to connect: there is room for one connection. A second one waits for a moment, then it is refused
    /// (`53300 too_many_connections`).
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Ends the connection, stops the engine and writes a folder through to the disk. Whoever is still
    /// connected is thrown out. A statement that does not end within ten seconds is left to end by itself.
    pub async fn stop(&self) {
        let door = Arc::clone(&self.door);
        let stopped = tokio::task::spawn_blocking(move || door.close()).await;
        if !matches!(stopped, Ok(true)) {
            tracing::warn!("the embedded database is still busy with a statement and stops after it");
        }
    }
}

/// Opens the store on the embedded database that the configuration names.
pub(crate) async fn open(config: &Config, surroundings: Surroundings) -> Result<Store> {
    let folder = match &config.database {
        Database::EmbeddedFolder(folder) => Some(folder.as_path()),
        Database::EmbeddedTemporary => None,
        Database::Url(_) => return Err(StoreError::internal("a server is not embedded")),
    };
    let embedded = Embedded::start(folder).await?;
    let keys = match &config.master_keys {
        Some(keys) => keys.clone(),
        None => MasterKeys::new(own_key(folder, &surroundings)?),
    };
    let mut config = config.clone();
    config.acquire_timeout = config.acquire_timeout.max(LEAST_PATIENCE);
    let options = embedded.options();
    let store = Store::over_embedded(&config, options, keys, surroundings, embedded)?;
    {
        #[expect(clippy::disallowed_methods, reason = "migrations run outside of any unit of work")]
        let mut only = store.pool().acquire().await?;
        migrate::migrate_on(&mut only, false).await?;
        sqlx::raw_sql("vacuum (analyze)").execute(&mut *only).await?;
    }
    startup::check(&store, true).await?;
    Ok(store)
}

/// The key that encrypts personal fields when the configuration gives none: beside the data, or as short-lived
/// as they are.
fn own_key(folder: Option<&Path>, surroundings: &Surroundings) -> Result<MasterKey> {
    let mut random = [0; 32];
    surroundings.entropy.fill(&mut random)?;
    let Some(folder) = folder else { return Ok(MasterKey::from_random(random)) };
    MasterKey::load_or_create(&folder.join(folder::KEY), random).map_err(|error| {
        StoreError::refused(
            format!("the key of the embedded database cannot be read or made ({error})"),
            "give the process the right to, or set SMILEFACTORY_MASTER_KEY",
        )
    })
}
