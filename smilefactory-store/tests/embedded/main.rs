//! The database inside the process: what it promises, and what it survives.

#![cfg(feature = "embedded")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bulk;
mod door;
mod folder;
mod killed;
mod store;

use smilefactory_store::embedded::Embedded;
use sqlx::{ConnectOptions as _, PgConnection};

/// The one connection there is.
async fn connect(database: &Embedded) -> PgConnection {
    database.options().connect().await.unwrap()
}

async fn run(conn: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(conn).await.unwrap();
}

async fn count(conn: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}
