//! A connection that is inside a transaction, and is never given back while it is.
//!
//! The driver's own transaction does not cover its first step: a future that is dropped while `BEGIN` is under
//! way leaves the connection inside the transaction, with role and tenant set, and the pool would hand it to
//! the next caller like that. So the transaction is opened and closed here, and whatever happens in between,
//! the connection goes back to the pool only after a `COMMIT` or `ROLLBACK` was answered.

use std::task::Poll;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres};

use crate::error::{Result, StoreError};

/// How long a connection may take to roll back before it is closed instead.
const ROLLBACK_PATIENCE: Duration = Duration::from_secs(2);

/// A connection inside a transaction, and whether a `COPY` is under way on it. Dropped, it rolls back on its own time.
pub(crate) struct Conn(Option<PoolConnection<Postgres>>, bool);

impl Conn {
    /// Takes a connection from the pool and sends `begin`, which opens the transaction and sets its context,
    /// as one message.
    pub(crate) async fn begin(pool: &PgPool, begin: String) -> Result<Self> {
        // After a restart of the server every idle connection is broken. Nothing has happened on one that
        // breaks here, so that the next one may be tried, and at last a new one.
        let mut idle = pool.options().get_max_connections();
        loop {
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            let conn = pool.acquire().await?;
            let mut conn = Self(Some(conn), false);
            match conn.get()?.execute(sqlx::raw_sql(AssertSqlSafe(begin.clone()))).await {
                Ok(_) => return Ok(conn),
                Err(error) if idle > 0 && is_broken(&error) => {
                    idle -= 1;
                    conn.close();
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Closes the connection; there is nothing to roll back on it.
    fn close(mut self) {
        if let Some(mut conn) = self.0.take() {
            conn.close_on_drop();
        }
    }

    /// The connection, for a statement.
    pub(crate) fn get(&mut self) -> Result<&mut PgConnection> {
        // Empty only after `commit`, which consumes.
        self.0.as_deref_mut().ok_or_else(|| StoreError::internal("the transaction is over"))
    }

    /// Sends rows to `copy`, a `COPY … FROM STDIN`, and says how many there were.
    pub(crate) async fn copy_in(&mut self, copy: &str, rows: &[u8]) -> Result<u64> {
        self.1 = true;
        let done = {
            let mut copying = self.get()?.copy_in_raw(copy).await?;
            let sent = copying.send(rows).await.map(|_| ());
            match sent {
                Ok(()) => copying.finish().await,
                Err(error) => Err(error),
            }
        };
        // An answered refusal ends a COPY, too.
        self.1 = !matches!(done, Ok(_) | Err(sqlx::Error::Database(_)));
        Ok(done?)
    }

    /// Makes everything last.
    ///
    /// `COMMIT` of a transaction in which a statement failed answers as if all were well and rolls back; the
    /// `SELECT` before it fails in such a transaction, so that the caller learns of it.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.get()?.execute(sqlx::raw_sql("SELECT 1; COMMIT")).await?;
        drop(self.0.take());
        Ok(())
    }
}

impl Conn {
    /// Undoes everything, and is done with it when this returns: dropped, it is undone a little later.
    pub(crate) async fn rollback(mut self) -> Result<()> {
        self.get()?.execute(sqlx::raw_sql("ROLLBACK")).await?;
        drop(self.0.take());
        Ok(())
    }
}

/// Whether the server, or the way to it, ended the connection.
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // Ended by an administrator or a crash; the message was still waiting when the statement was sent.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| matches!(&*code, "57P01" | "57P02")),
        _ => false,
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        let Some(mut conn) = self.0.take() else { return };
        // Nothing but its own end ends a COPY, and nobody knows how far that is: the server undoes what a connection did
        // that is closed.
        if self.1 {
            conn.close_on_drop();
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            conn.close_on_drop();
            return;
        };
        runtime.spawn(async move {
            let begun = tokio::time::timeout(ROLLBACK_PATIENCE, begin_rollback(&mut conn)).await;
            if !matches!(begun, Ok(Ok(()))) {
                conn.close_on_drop();
                return;
            }
            // The pool takes a connection back after it answered a ping, which waits for all answers before; one that
            // does not answer in time is dropped here, and so closed.
            _ = tokio::time::timeout(ROLLBACK_PATIENCE, conn.return_to_pool()).await;
        });
    }
}

/// Sends `ROLLBACK` without waiting for its answer: whoever uses the connection next has to wait for it first.
async fn begin_rollback(conn: &mut PgConnection) -> std::result::Result<(), sqlx::Error> {
    // What was dropped half-way has to be answered before: on a connection that waits for nothing, the first poll of a
    // statement puts it into the buffer, or onto the wire, and nothing takes it out again.
    conn.flush().await?;
    let mut rollback = std::pin::pin!(conn.execute(sqlx::raw_sql("ROLLBACK")));
    match futures::poll!(rollback.as_mut()) {
        Poll::Ready(done) => done.map(|_| ()),
        Poll::Pending => Ok(()),
    }
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conn")
    }
}
