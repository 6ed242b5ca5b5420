//! What is checked before the first unit of work: a store that would leak or break does not start.

use sqlx::{PgConnection, Row};

use crate::conn::Conn;
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::store::Store;
use crate::tx::{self, Door};

/// The oldest server this works on.
const OLDEST_SERVER: i32 = 150_000;

/// The extensions that must be there.
const EXTENSIONS: [&str; 5] = ["btree_gin", "btree_gist", "pg_trgm", "unaccent", "vector"];

/// Refuses to start on a database that cannot be worked with. `embedded` says that the login is the embedded
/// database's only one, a superuser, who takes the service's role inside each transaction.
pub(crate) async fn check(store: &Store, embedded: bool) -> Result<()> {
    let mut conn = connect(store).await?;
    let conn = conn.get()?;
    server(conn).await?;
    if !embedded {
        login(conn).await?;
    }
    schema(conn).await?;
    extensions(conn).await?;
    service_role(conn, store.service_role(), embedded).await
}

/// The first connection, with an error that tells host and cause.
async fn connect(store: &Store) -> Result<Conn> {
    Conn::begin(store.pool(), "BEGIN READ ONLY".to_owned()).await.map_err(|error| {
        let options = store.pool().connect_options();
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        StoreError::refused(
            format!(
                "there is no PostgreSQL to be reached at {}:{} ({cause})",
                options.get_host(),
                options.get_port()
            ),
            "start it, or correct SMILEFACTORY_DATABASE_URL",
        )
    })
}

async fn server(conn: &mut PgConnection) -> Result<()> {
    let version: i32 =
        sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(conn).await?;
    if version < OLDEST_SERVER {
        return Err(StoreError::refused(
            format!("the server is PostgreSQL {}", version / 10_000),
            "use PostgreSQL 15 or newer",
        ));
    }
    Ok(())
}

/// Row-level security binds neither a superuser, nor who has BYPASSRLS, nor (were it not forced) an owner.
async fn login(conn: &mut PgConnection) -> Result<()> {
    let row = sqlx::query(
        "select current_user::text as login, r.rolsuper, r.rolbypassrls, r.rolinherit,
                exists (
                  select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname in ('platform', 'tenancy', 'identity', 'content', 'ai')
                    and pg_has_role(current_user, c.relowner, 'member')
                ) as owns
         from pg_roles r where r.rolname = current_user",
    )
    .fetch_one(conn)
    .await?;
    let name: String = row.try_get("login")?;
    let refuse = |what: &str| {
        Err(StoreError::refused(
            format!("the login {name} {what}, so that row-level security would not bind it"),
            "log in as a role of its own: CREATE ROLE smile_app LOGIN NOINHERIT PASSWORD '…'; \
             GRANT smile_service, smile_relay, smile_operator TO smile_app",
        ))
    };
    if row.try_get("rolsuper")? {
        return refuse("is a superuser");
    }
    if row.try_get("rolbypassrls")? {
        return refuse("has BYPASSRLS");
    }
    if row.try_get("owns")? {
        return refuse("owns tables of the platform");
    }
    if row.try_get("rolinherit")? {
        return refuse("inherits the rights of the roles it may take (it is not NOINHERIT)");
    }
    Ok(())
}

async fn schema(conn: &mut PgConnection) -> Result<()> {
    let exists: bool =
        // The catalogue, since the login itself may not look into the schema.
        sqlx::query_scalar(
            "select exists (
               select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = 'platform' and c.relname = 'schema_migrations')",
        )
        .fetch_one(&mut *conn)
        .await?;
    let newest = migrate::newest();
    if !exists {
        return Err(StoreError::refused(
            "the database has no schema of this platform",
            "run the migrations: `cargo run -p server -- migrate` with SMILEFACTORY_MIGRATION_URL set",
        ));
    }
    // The login itself may see nothing; the version is read as everybody's role.
    sqlx::query("set local role smile_relay").execute(&mut *conn).await.map_err(|_| {
        StoreError::refused(
            "the login may not take the platform's roles",
            "GRANT smile_service, smile_relay, smile_operator to it",
        )
    })?;
    let current = migrate::current(conn).await?;
    sqlx::query("reset role").execute(conn).await?;
    if current < migrate::OLDEST {
        return Err(StoreError::refused(
            format!("the database has schema {current}, this version needs {} to {newest}", migrate::OLDEST),
            "run the migrations: `cargo run -p server -- migrate` with SMILEFACTORY_MIGRATION_URL set",
        ));
    }
    if current > newest {
        return Err(StoreError::refused(
            format!("the database has schema {current}, this version knows {newest} at most"),
            "deploy the version that made that schema",
        ));
    }
    Ok(())
}

async fn extensions(conn: &mut PgConnection) -> Result<()> {
    let there: Vec<String> =
        sqlx::query_scalar("select extname::text from pg_extension").fetch_all(conn).await?;
    let missing: Vec<&str> =
        EXTENSIONS.into_iter().filter(|name| !there.iter().any(|there| there == name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let create: Vec<String> = missing.iter().map(|name| format!("CREATE EXTENSION {name};")).collect();
    Err(StoreError::refused(
        format!("the database lacks the extension {}", missing.join(", ")),
        format!("as its owner: {}", create.join(" ")),
    ))
}

/// The role that every unit of work takes must exist, be within reach, and be bound by row-level security.
async fn service_role(conn: &mut PgConnection, role: &str, embedded: bool) -> Result<()> {
    let row = sqlx::query(
        "select r.rolsuper or r.rolbypassrls as unbound,
                pg_has_role(current_user, r.oid, 'member') as within_reach,
                exists (select from pg_class c where c.relowner = r.oid) as owns
         from pg_roles r where r.rolname = $1",
    )
    .bind(role)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Err(StoreError::refused(
            format!("there is no role {role}"),
            "run the migrations, which make it",
        ));
    };
    if row.try_get("unbound")? || row.try_get("owns")? {
        return Err(StoreError::refused(
            format!("the role {role} is a superuser, has BYPASSRLS or owns tables"),
            format!(
                "ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS; REASSIGN OWNED BY {role} TO the schema's owner"
            ),
        ));
    }
    if !embedded && !row.try_get::<bool, _>("within_reach")? {
        return Err(StoreError::refused(
            format!("the login may not take the role {role}"),
            format!("GRANT {role} TO it"),
        ));
    }
    Ok(())
}

/// Whether the database answers and has a schema this version works on.
pub(crate) async fn is_ready(store: &Store) -> Result<()> {
    let mut conn = Conn::begin(store.pool(), tx::begin(store, Door::Relay, None, true)).await?;
    let current = migrate::current(conn.get()?).await?;
    if (migrate::OLDEST..=migrate::newest()).contains(&current) {
        Ok(())
    } else {
        Err(StoreError::refused(format!("the database has schema {current}"), "run the migrations"))
    }
}
