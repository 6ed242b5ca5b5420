//! Puts the layers together: the program over the environment over the file over the defaults.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use super::layer::{Layer, variable};
use super::{Blobs, Bucket, Config, ConfigError, Database, Mistake, Place, Pooler, parse};
use crate::crypto::{InvalidMasterKey, MasterKey, MasterKeys};
use crate::password::BcryptCost;

/// Makes a [`Config`]. What is set here wins over the environment, and that over the file, in whichever order
/// they are named.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ConfigBuilder {
    vars: Option<Layer>,
    file: Option<PathBuf>,
    database: Option<Database>,
    migration_url: Option<SecretString>,
    max_connections: Option<u32>,
    acquire_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    idle_in_transaction_timeout: Option<Duration>,
    pooler: Option<Pooler>,
    service_role: Option<String>,
    master_keys: Option<MasterKeys>,
    bcrypt_cost: Option<BcryptCost>,
    blobs: Option<Blobs>,
}

impl ConfigBuilder {
    /// Looks into the environment, and into the file that `SMILEFACTORY_CONFIG` names.
    pub fn env(mut self) -> Self {
        self.vars = Some(Layer::from_vars(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err("must be UTF-8"),
        }));
        self
    }

    /// The same with `var` in the place of the environment.
    pub fn vars(mut self, var: impl Fn(&str) -> Option<String>) -> Self {
        self.vars = Some(Layer::from_vars(|name| Ok(var(name))));
        self
    }

    /// Looks into a TOML file, in place of the one that the environment names. It is read by
    /// [`build`](Self::build).
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.file = Some(path.as_ref().to_owned());
        self
    }

    /// Where the data lies.
    pub fn database(mut self, database: Database) -> Self {
        self.database = Some(database);
        self
    }

    /// A PostgreSQL server: `postgres://user:password@host:5432/database`.
    pub fn database_url(self, url: impl Into<SecretString>) -> Self {
        self.database(Database::Url(url.into()))
    }

    /// An embedded database in a folder that stays.
    pub fn data(self, folder: impl Into<PathBuf>) -> Self {
        self.database(Database::EmbeddedFolder(folder.into()))
    }

    /// How to log in as the schema's owner, for migrations only.
    pub fn migration_url(mut self, url: impl Into<SecretString>) -> Self {
        self.migration_url = Some(url.into());
        self
    }

    /// The most connections that are open at once, 1 to 500.
    pub fn max_connections(mut self, connections: u32) -> Self {
        self.max_connections = Some(connections);
        self
    }

    /// How long a unit of work waits for a connection.
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = Some(timeout);
        self
    }

    /// How long one statement may take.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// How long a statement waits for a lock.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// How long a transaction may stay open with nothing to do.
    pub fn idle_in_transaction_timeout(mut self, timeout: Duration) -> Self {
        self.idle_in_transaction_timeout = Some(timeout);
        self
    }

    /// What stands between the store and the server.
    pub fn pooler(mut self, pooler: Pooler) -> Self {
        self.pooler = Some(pooler);
        self
    }

    /// The role that every unit of work takes.
    pub fn service_role(mut self, role: impl Into<String>) -> Self {
        self.service_role = Some(role.into());
        self
    }

    /// The keys that wrap the keys of tenants.
    pub fn master_keys(mut self, keys: MasterKeys) -> Self {
        self.master_keys = Some(keys);
        self
    }

    /// How much work a password hash takes.
    pub fn bcrypt_cost(mut self, cost: BcryptCost) -> Self {
        self.bcrypt_cost = Some(cost);
        self
    }

    /// Where uploaded files lie.
    pub fn blobs(mut self, blobs: Blobs) -> Self {
        self.blobs = Some(blobs);
        self
    }

    /// The configuration, or everything that is wrong with it. Reads the file, if there is one.
    pub fn build(self) -> Result<Config, ConfigError> {
        let file = self.file.as_ref().or(self.vars.as_ref().and_then(|vars| vars.config_file.as_ref()));
        let file = file.map(|path| Layer::from_file(path));
        let mut merge = Merge { layers: self.vars.into_iter().chain(file).collect(), mistakes: Vec::new() };
        for layer in &mut merge.layers {
            merge.mistakes.append(&mut layer.mistakes);
        }
        let bounded = parse::duration_is_bounded;
        let mut duration = |key, given, seconds| {
            merge.setting(key, given, parse::duration, bounded).unwrap_or(Duration::from_secs(seconds))
        };
        let acquire_timeout = duration("acquire_timeout", self.acquire_timeout, 3);
        let statement_timeout = duration("statement_timeout", self.statement_timeout, 5);
        let lock_timeout = duration("lock_timeout", self.lock_timeout, 2);
        let idle_in_transaction_timeout =
            duration("idle_in_transaction_timeout", self.idle_in_transaction_timeout, 10);
        let database = merge.database(self.database);
        let config = Config {
            master_keys: merge.master_keys(self.master_keys, &database),
            migration_url: merge.setting(
                "migration_url",
                self.migration_url,
                parse::database_url,
                parse::is_url,
            ),
            max_connections: merge
                .setting("max_connections", self.max_connections, parse::number, |connections| {
                    parse::connections_are_bounded(*connections)
                })
                .unwrap_or(10),
            pooler: merge.setting("pooler", self.pooler, parse::pooler, parse::any).unwrap_or_default(),
            service_role: merge
                .setting("service_role", self.service_role, parse::text, parse::role_is_an_identifier)
                .unwrap_or_else(|| "smile_service".to_owned()),
            bcrypt_cost: merge
                .setting("bcrypt_cost", self.bcrypt_cost, parse::bcrypt_cost, parse::any)
                .unwrap_or_default(),
            blobs: merge.blobs(self.blobs),
            database,
            acquire_timeout,
            statement_timeout,
            lock_timeout,
            idle_in_transaction_timeout,
        };
        if merge.mistakes.is_empty() { Ok(config) } else { Err(ConfigError(merge.mistakes)) }
    }
}

/// The layers of text, the strongest first, and what was found wrong so far.
struct Merge {
    layers: Vec<Layer>,
    mistakes: Vec<Mistake>,
}

impl Merge {
    /// One setting from the first place that has it; `None` when there is none, or a mistake.
    fn setting<T>(
        &mut self,
        key: &'static str,
        given: Option<T>,
        parse: impl Fn(&str) -> Result<T, String>,
        check: impl Fn(&T) -> Result<(), String>,
    ) -> Option<T> {
        let (place, value) = if let Some(value) = given {
            (Place::Builder(key), Ok(value))
        } else {
            let layer = self.layers.iter().find(|layer| layer.get(key).is_some())?;
            (layer.place(key), parse(layer.get(key)?))
        };
        match value.and_then(|value| check(&value).map(|()| value)) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.mistakes.push(Mistake { place, problem });
                None
            }
        }
    }

    /// The address and the folder are one setting: the first layer that has either decides.
    fn database(&mut self, given: Option<Database>) -> Database {
        match given {
            Some(Database::Url(url)) => {
                let url = self.setting("database_url", Some(url), parse::database_url, parse::is_url);
                return Database::Url(url.unwrap_or_default());
            }
            Some(embedded) => return embedded,
            None => {}
        }
        let layer = self.layers.iter().find(|l| l.get("database_url").or(l.get("data")).is_some());
        let Some(layer) = layer else { return Database::default() };
        match (layer.get("database_url"), layer.get("data")) {
            (Some(_), Some(_)) => {
                let problem =
                    format!("cannot be together with {}: the data lies in one place", layer.place("data"));
                self.mistakes.push(Mistake { place: layer.place("database_url"), problem });
                Database::default()
            }
            (None, Some(folder)) => Database::EmbeddedFolder(folder.into()),
            _ => {
                // What is wrong with the address is noted; that it needs keys is to be noted too.
                let url = self.setting("database_url", None, parse::database_url, parse::is_url);
                Database::Url(url.unwrap_or_default())
            }
        }
    }

    /// The folder and the bucket are one setting, like the address and the folder of the database.
    fn blobs(&mut self, given: Option<Blobs>) -> Blobs {
        if let Some(blobs) = given {
            return blobs;
        }
        let layer = self.layers.iter().find(|l| l.get("blob_folder").or(l.get("blob_bucket")).is_some());
        let Some(layer) = layer else { return Blobs::default() };
        let place = layer.place("blob_bucket");
        let name = match (layer.get("blob_folder"), layer.get("blob_bucket")) {
            (Some(_), Some(_)) => {
                let problem =
                    format!("cannot be together with {}: files lie in one place", layer.place("blob_folder"));
                self.mistakes.push(Mistake { place, problem });
                return Blobs::default();
            }
            (Some(folder), _) => return Blobs::Folder(folder.into()),
            (None, name) => name.unwrap_or_default().to_owned(),
        };
        let endpoint = self.setting("blob_endpoint", None, parse::http_url, parse::any);
        let region = self.setting("blob_region", None, parse::text, parse::any);
        let access_key = self.setting("blob_access_key", None, parse::secret, parse::any);
        let secret_key = self.setting("blob_secret_key", None, parse::secret, parse::any);
        let direct = self.setting("blob_uploads", None, parse::uploads_are_direct, parse::any);
        let (Some(access_key), Some(secret_key)) = (access_key, secret_key) else {
            let problem = "takes blob_access_key and blob_secret_key too".to_owned();
            self.mistakes.push(Mistake { place, problem });
            return Blobs::default();
        };
        Blobs::Bucket(Bucket {
            name,
            endpoint,
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
            access_key,
            secret_key,
            direct: direct.unwrap_or_default(),
        })
    }

    fn master_keys(&mut self, given: Option<MasterKeys>, database: &Database) -> Option<MasterKeys> {
        if given.is_some() {
            return given;
        }
        let found = self.mistakes.len();
        let key = |text: &str| text.parse().map_err(|error: InvalidMasterKey| error.to_string());
        let current = self.setting("master_key", None, key, parse::any);
        let keys = |text: &str| text.split(',').filter(|text| !text.trim().is_empty()).map(key).collect();
        let older = self.setting::<Vec<MasterKey>>("old_master_keys", None, keys, parse::any);
        if self.mistakes.len() > found {
            return None;
        }
        let missing = |problem: &str| Mistake {
            place: Place::Variable(variable("master_key")),
            problem: problem.to_owned(),
        };
        let Some(current) = current else {
            if matches!(database, Database::Url(_)) {
                self.mistakes.push(missing(
                    "must be set to the key that personal fields are encrypted with; make one with \
                     `head -c 32 /dev/urandom | base64`, and keep it safe and apart from the database",
                ));
            } else if older.is_some() {
                self.mistakes.push(missing("must be set when there are older keys"));
            }
            return None;
        };
        let keys = MasterKeys::new(current).with_older(older.unwrap_or_default());
        let mut ids = BTreeSet::new();
        if let Some(twice) = keys.iter().find(|key| !ids.insert(key.id())) {
            self.mistakes.push(missing(&format!("and the older keys have the id {:?} twice", twice.id())));
            return None;
        }
        Some(keys)
    }
}
