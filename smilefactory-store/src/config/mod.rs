//! How the store is told what to work with.

mod blobs;
mod builder;
mod error;
mod layer;
mod parse;

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

pub use self::blobs::{Blobs, Bucket};
pub use self::builder::ConfigBuilder;
pub use self::error::{ConfigError, Mistake, Place};
use crate::crypto::MasterKeys;
use crate::password::BcryptCost;

/// What the store works with. `Debug` shows no secret.
///
/// Each setting comes from the first of these that has it: the [builder](Self::builder), the environment, a TOML
/// file, the default. Nothing has to be set: the default is an embedded database that vanishes.
///
/// | TOML key, and builder method | variable | default |
/// |---|---|---|
/// | `database_url` | `SMILEFACTORY_DATABASE_URL` | – |
/// | `data`, the folder of an embedded database | `SMILEFACTORY_DATA` | a folder that vanishes |
/// | `migration_url` | `SMILEFACTORY_MIGRATION_URL` | – |
/// | `max_connections`, 1 to 500 | `SMILEFACTORY_MAX_CONNECTIONS` | 10 |
/// | `acquire_timeout` | `SMILEFACTORY_ACQUIRE_TIMEOUT` | `3s` |
/// | `statement_timeout` | `SMILEFACTORY_STATEMENT_TIMEOUT` | `5s` |
/// | `lock_timeout` | `SMILEFACTORY_LOCK_TIMEOUT` | `2s` |
/// | `idle_in_transaction_timeout` | `SMILEFACTORY_IDLE_IN_TRANSACTION_TIMEOUT` | `10s` |
/// | `pooler`, `none` or `transaction` | `SMILEFACTORY_POOLER` | `none` |
/// | `service_role` | `SMILEFACTORY_SERVICE_ROLE` | `smile_service` |
/// | `master_key`, base64 or `id:base64` | `SMILEFACTORY_MASTER_KEY` | made for an embedded database |
/// | `old_master_keys`, a list | `SMILEFACTORY_OLD_MASTER_KEYS`, with commas | none |
/// | `bcrypt_cost`, 12 to 16 | `SMILEFACTORY_BCRYPT_COST` | 12 |
/// | `blob_folder`, where uploaded files lie | `SMILEFACTORY_BLOB_FOLDER` | beside an embedded database |
/// | `blob_bucket`, in its place: a bucket of S3 or what is like it | `SMILEFACTORY_BLOB_BUCKET` | – |
/// | `blob_endpoint`, the bucket's server | `SMILEFACTORY_BLOB_ENDPOINT` | Amazon's |
/// | `blob_region` | `SMILEFACTORY_BLOB_REGION` | `us-east-1` |
/// | `blob_access_key` | `SMILEFACTORY_BLOB_ACCESS_KEY` | – |
/// | `blob_secret_key` | `SMILEFACTORY_BLOB_SECRET_KEY` | – |
/// | `blob_uploads`, `streamed` through the server or `direct` to the bucket | `SMILEFACTORY_BLOB_UPLOADS` | `streamed` |
///
/// `SMILEFACTORY_CONFIG` names the TOML file. Tables in it (`[server]`) belong to others and are passed over; a
/// key that nobody knows is a mistake. A variable that is set to nothing counts as not set. Times are written
/// `250ms`, `5s` or `2m`, from 1 ms to 1 h.
///
/// ```
/// use std::time::Duration;
/// use smilefactory_store::config::Config;
///
/// let config = Config::builder()
///     .max_connections(4)
///     .lock_timeout(Duration::from_millis(500))
///     .build()?;
/// assert_eq!(config.service_role, "smile_service");
///
/// // Everything that is wrong, at once.
/// let vars = |name: &str| match name {
///     "SMILEFACTORY_MAX_CONNECTIONS" => Some("many".to_owned()),
///     "SMILEFACTORY_LOCK_TIMEOUT" => Some("2 fortnights".to_owned()),
///     _ => None,
/// };
/// let error = Config::from_vars(vars).unwrap_err();
/// assert_eq!(error.iter().count(), 2);
/// # Ok::<(), smilefactory_store::config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where the data lies.
    pub database: Database,
    /// How to log in as the schema's owner, for migrations only. An embedded database needs none.
    pub migration_url: Option<SecretString>,
    /// The most connections that are open at once. An embedded database has one, whatever stands here.
    pub max_connections: u32,
    /// How long a unit of work waits for a connection.
    pub acquire_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock.
    pub lock_timeout: Duration,
    /// How long a transaction may stay open with nothing to do.
    pub idle_in_transaction_timeout: Duration,
    /// What stands between the store and the server.
    pub pooler: Pooler,
    /// The role that every unit of work takes; lower-case letters, digits and `_`.
    pub service_role: String,
    /// The keys that wrap the keys of tenants; always there for [`Database::Url`]. Without any, an embedded
    /// database is given one of its own.
    pub master_keys: Option<MasterKeys>,
    /// How much work a password hash takes.
    pub bcrypt_cost: BcryptCost,
    /// Where uploaded files lie.
    pub blobs: Blobs,
}

/// Where the data lies.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Database {
    /// On a PostgreSQL server: `postgres://user:password@host:5432/database`.
    Url(SecretString),
    /// In this process, in a folder that vanishes with it.
    #[default]
    EmbeddedTemporary,
    /// In this process, in a folder that stays.
    EmbeddedFolder(PathBuf),
}

/// What stands between the store and the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pooler {
    /// Nothing, or a pooler that gives each connection a server connection of its own.
    #[default]
    None,
    /// A pooler that gives each transaction any server connection. What is set must be set within each
    /// transaction, and the pooler must know prepared statements (`PgBouncer` 1.21 with
    /// `max_prepared_statements` above 0).
    Transaction,
}

impl Config {
    /// Sets single settings in code; what is not set there has its default, unless the builder is told to look
    /// into a file or the environment too.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// The configuration from the environment, and from the file that `SMILEFACTORY_CONFIG` names.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().env().build()
    }

    /// The same with `var` in the place of the environment.
    pub fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::builder().vars(var).build()
    }

    /// The configuration from a TOML file alone.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::builder().file(path).build()
    }
}

#[cfg(test)]
mod tests;
