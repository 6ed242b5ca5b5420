//! Brings a database to the schema this version knows.

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection, Row};

use crate::config::{Config, Database};
use crate::error::{Result, StoreError};
use crate::store::Store;

/// All migrations, oldest first; `migrations/README.md` has their rules.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// The oldest schema this version works on; one below is refused at start.
pub const OLDEST: i64 = 35;

/// The newest schema this version knows: that of its last migration.
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Brings the configured database to the newest schema, and says which that is: with the migration URL, or else the
/// database URL. An embedded database is migrated by being opened.
pub async fn run(config: &Config) -> Result<i64> {
    use secrecy::ExposeSecret;
    let url = match (&config.migration_url, &config.database) {
        (Some(url), _) | (None, Database::Url(url)) => url,
        (None, Database::EmbeddedTemporary | Database::EmbeddedFolder(_)) => {
            Store::open(config).await?.close().await;
            return Ok(newest());
        }
    };
    let options = url.expose_secret().parse::<PgConnectOptions>().map_err(|error| {
        StoreError::refused(
            format!("the migration URL cannot be read ({error})"),
            "write it as postgres://user:password@host:5432/database",
        )
    })?;
    migrate(&options).await
}

/// Brings the database to the newest schema, and says which that is.
///
/// Logs in as the owner of the schema, who may create roles and extensions; the service's own login may not.
/// Safe to call from several programs at once: one migrates, the others wait.
pub async fn migrate(options: &PgConnectOptions) -> Result<i64> {
    let mut conn =
        options.clone().application_name("smilefactory-migrate").connect().await.map_err(|error| {
            StoreError::refused(
                format!("the schema's owner cannot log in ({error})"),
                "set SMILEFACTORY_MIGRATION_URL to a login that may create roles, extensions and schemas",
            )
        })?;
    migrate_on(&mut conn, true).await
}

/// The same on a connection that exists. `lock` keeps other programs out meanwhile; a database with one
/// connection has no other programs.
pub(crate) async fn migrate_on(conn: &mut PgConnection, lock: bool) -> Result<i64> {
    let mut migrations = Migrator { ..Migrator::DEFAULT };
    migrations.migrations.clone_from(&MIGRATIONS.migrations);
    migrations.create_schemas.clone_from(&MIGRATIONS.create_schemas);
    migrations.table_name.clone_from(&MIGRATIONS.table_name);
    migrations.set_locking(lock);
    migrations.run(conn).await.map_err(|error| {
        StoreError::refused(
            format!("a migration failed ({error})"),
            "nothing of it was kept: mend the cause and run it again",
        )
    })?;
    Ok(newest())
}

/// Which schema the database has; 0 when it has none.
pub(crate) async fn current(conn: &mut PgConnection) -> Result<i64> {
    let row = sqlx::query("select coalesce(max(version), 0) from platform.schema_migrations where success")
        .fetch_one(conn)
        .await?;
    Ok(row.try_get(0)?)
}
