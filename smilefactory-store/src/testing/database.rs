//! A fresh database per test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use smilefactory_core::scope::Scope;
use smilefactory_core::tenancy::{NewTenant, NewTenantInput};
use smilefactory_core::validation::Field;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::{SeededEntropy, TestTenant};
use crate::config::{Config, Pooler};
use crate::crypto::{MasterKey, MasterKeys};
use crate::migrate::{self, MIGRATIONS};
use crate::native::{Release, SharedServer};
use crate::password::PasswordHasher;
use crate::store::{Store, Surroundings};
use crate::time::{Clock, Entropy, FixedClock, SystemClock};

/// The login of the tests' stores: no superuser, owner of nothing, heir of nothing.
const LOGIN: &str = "smile_app";

/// When all tests happen.
const NOW: &str = "2026-03-01T09:30:00Z";

/// The migrations make the months around the day on which they run: here are those around the day of the tests.
const MONTHS: &str = "
    select platform.add_month_partition(t.name, (date_trunc('month', $1::text::timestamp) + n * interval '1 month')::date)
    from (
      select c.oid::regclass as name
      from pg_catalog.pg_class as c
      where c.relkind = 'p'
    ) as t
    cross join generate_series(-1, 12) as n";

/// How a test's database is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestOptions {
    /// Which server; that of `SMILEFACTORY_TEST_POSTGRES`, else the newest.
    pub release: Option<Release>,
    /// At most how many connections the store has.
    pub max_connections: u32,
    /// Whether time passes.
    pub running_clock: bool,
    /// Whether the store behaves as behind a pooler.
    pub pooler: Pooler,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self { release: None, max_connections: 10, running_clock: false, pooler: Pooler::None }
    }
}

/// A fresh, migrated database with two tenants in it. It is dropped with this value.
#[derive(Debug)]
pub struct TestDb {
    /// The store, logged in as a role that row-level security binds.
    pub store: Store,
    /// A tenant.
    pub one: TestTenant,
    /// Another one.
    pub two: TestTenant,
    /// The clock of the store, unless it runs.
    pub clock: Arc<FixedClock>,
    name: String,
    server: Arc<SharedServer>,
    /// How many other stores there were: each draws ids of its own.
    others: AtomicU64,
}

impl TestDb {
    /// A fresh database.
    pub async fn new() -> Self {
        Self::with(TestOptions::default()).await
    }

    /// A fresh database that is different.
    pub async fn with(options: TestOptions) -> Self {
        let release =
            options.release.unwrap_or_else(|| Release::from_env().expect("a release that is known"));
        let server = tokio::task::spawn_blocking(move || SharedServer::acquire(release))
            .await
            .expect("the server is started in peace")
            .unwrap_or_else(|error| panic!("no PostgreSQL {release} for the tests: {error}"));
        let template = template(&server).await;
        let name = format!("test_{}", unique());
        let mut admin = connect(&server, "postgres").await;
        let create = format!("create database {name} template {template} strategy wal_log");
        admin.execute(sqlx::raw_sql(AssertSqlSafe(create))).await.expect("a database from the template");
        admin.close().await.expect("the connection ends");

        let clock = Arc::new(FixedClock::at(NOW.parse::<DateTime<Utc>>().expect("a time")));
        let time: Arc<dyn Clock> =
            if options.running_clock { Arc::new(SystemClock) } else { Arc::clone(&clock) as _ };
        let config = config(&server.url_as(LOGIN, &name), &options);
        let surroundings = Surroundings {
            clock: time,
            entropy: Arc::new(SeededEntropy::new(42)) as Arc<dyn Entropy>,
            passwords: Some(PasswordHasher::cheap_for_tests()),
        };
        let store =
            Store::open_in(&config, surroundings).await.expect("the store opens on a migrated database");
        let one = join(&store, "one").await;
        let two = join(&store, "two").await;
        Self { store, one, two, clock, name, server, others: AtomicU64::new(0) }
    }

    /// A connection as the superuser, to look or to break things behind the store's back.
    pub async fn superuser(&self) -> PgConnection {
        connect(&self.server, &self.name).await
    }

    /// Ends every connection of the stores to this database, as a failing network or server does, and says how many there
    /// were.
    pub async fn kill_connections(&self) -> u64 {
        let kill =
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = $2";
        let killed =
            sqlx::query(kill).bind(&self.name).bind(LOGIN).fetch_all(&mut self.superuser().await).await;
        u64::try_from(killed.expect("a superuser may").len()).expect("not so many")
    }

    /// The URL of the database for a login.
    pub fn url_as(&self, login: &str) -> String {
        self.server.url_as(login, &self.name)
    }

    /// The server the database is on.
    pub fn server(&self) -> &SharedServer {
        &self.server
    }

    /// Every table, of whichever context, in which a text lies as it is, in letters or in bytes: by their full names.
    pub async fn tables_with(&self, text: &str) -> Vec<String> {
        let mut conn = self.superuser().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "select format('%I.%I', n.nspname, c.relname)
             from pg_class as c
             join pg_namespace as n on n.oid = c.relnamespace
             where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
             order by 1",
        )
        .fetch_all(&mut conn)
        .await
        .expect("the list of tables");
        let bytes = text.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let mut found = Vec::new();
        for table in tables {
            let count =
                format!("select count(*) from {table} as t where t::text ilike $1 or t::text ilike $2");
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                .bind(format!("%{text}%"))
                .bind(format!("%{bytes}%"))
                .fetch_one(&mut conn)
                .await
                .expect("the rows of a table");
            if rows > 0 {
                found.push(table);
            }
        }
        found
    }

    /// Another store on the same database: another process, as far as the database knows.
    pub async fn another_store(&self) -> Store {
        let nth = self.others.fetch_add(1, Ordering::Relaxed);
        let surroundings = Surroundings {
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::new(SeededEntropy::new(43 + nth)),
            passwords: Some(PasswordHasher::cheap_for_tests()),
        };
        Store::open_in(&config(&self.url_as(LOGIN), &TestOptions::default()), surroundings)
            .await
            .expect("the store opens on a migrated database")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (Arc::clone(&self.server), self.name.clone());
        // A test's runtime is about to end: the farewell has one of its own. What is left over goes with the
        // server.
        let farewell = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    let drop = format!("drop database if exists {name} with (force)");
                    let mut admin = connect(&server, "postgres").await;
                    _ = admin.execute(sqlx::raw_sql(AssertSqlSafe(drop))).await;
                    _ = admin.close().await;
                });
            }
        });
        _ = farewell.join();
    }
}

fn config(url: &str, options: &TestOptions) -> Config {
    Config::builder()
        .database_url(url)
        .master_keys(MasterKeys::new(MasterKey::from_random([7; 32])))
        .max_connections(options.max_connections)
        .pooler(options.pooler)
        .build()
        .expect("a configuration")
}

async fn connect(server: &SharedServer, database: &str) -> PgConnection {
    let options: PgConnectOptions = server.url(database).parse().expect("the server's own URL");
    options.connect().await.expect("the server answers")
}

/// The migrated database that all tests' databases are copies of; the first test makes it.
async fn template(server: &Arc<SharedServer>) -> String {
    let digest =
        MIGRATIONS.iter().fold(Sha256::new(), |hash, migration| hash.chain_update(&migration.checksum));
    let name = format!("template_{}", hex(&digest.finalize()));
    let lock = {
        let (server, name) = (Arc::clone(server), name.clone());
        tokio::task::spawn_blocking(move || server.lock(&name)).await.expect("a thread").expect("a lock file")
    };
    let mut admin = connect(server, "postgres").await;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut admin)
        .await
        .expect("the list of databases");
    if !there {
        let half_made = format!("{name}_being_made");
        for statement in [
            format!("drop database if exists {half_made}"),
            format!("create database {half_made}"),
            format!(
                "do $$ begin if not exists (select from pg_roles where rolname = '{LOGIN}') then \
                 create role {LOGIN} login noinherit; end if; end $$"
            ),
        ] {
            admin.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.expect("an empty database");
        }
        let options: PgConnectOptions = server.url(&half_made).parse().expect("the server's own URL");
        migrate::migrate(&options).await.expect("the migrations run");
        let mut half = options.connect().await.expect("the new database");
        sqlx::query(MONTHS).bind(NOW).execute(&mut half).await.expect("the months of the tests");
        half.close().await.expect("the connection ends");
        for statement in [
            format!("grant smile_service, smile_relay, smile_operator to {LOGIN}"),
            format!("alter database {half_made} rename to {name}"),
        ] {
            admin.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.expect("a template");
        }
    }
    admin.close().await.expect("the connection ends");
    drop(lock);
    name
}

async fn join(store: &Store, slug: &str) -> TestTenant {
    let new = NewTenant::from_raw(NewTenantInput {
        slug: slug.to_owned(),
        name: format!("Tenant {slug}"),
        plan: "community".to_owned(),
    })
    .expect("a valid tenant");
    let tenant = store.operator().join(new).await.expect("nobody else has this slug");
    let scope = Scope::system(tenant.id, store.new_id().expect("a seeded store always has ids"));
    TestTenant { tenant, scope, store: store.clone() }
}

/// A name nobody else has, in this process or another.
fn unique() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the machine has randomness");
    Uuid::from_bytes(bytes).simple().to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
