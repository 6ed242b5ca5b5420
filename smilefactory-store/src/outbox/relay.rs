//! Reads the outbox in the order of commits and hands each fact to a handler, once.
//!
//! A fact is handled, and the reader's place moved, in one transaction: whatever kills the process, the effect
//! and the place are there together or not at all. A handler that also acts outside the database may see a
//! fact again after a crash; the fact's id tells it so.
//!
//! A fact that cannot be handled is parked, with the facts of the same subject that come after it, and tried
//! again later and later; after the last try it is dead: kept for people to look at, in nobody's way. Facts
//! of other subjects go on meanwhile.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{FactId, Id, RequestId, TenantId};
use smilefactory_core::scope::Scope;
use sqlx::{AssertSqlSafe, Executor, Row};

use super::queue::{Queued, advance, claim, due, is_blocked, next, park, repark, unpark};
use crate::conn::Conn;
use crate::error::Result;
use crate::store::Store;
use crate::tx::{self, Door, Tx, WriteTx};

/// A fact as it stands in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedFact {
    /// Which one; the same whenever it is handled again.
    pub id: FactId,
    /// In which tenant it happened.
    pub tenant: TenantId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub fact: Fact,
}

/// Why a fact was not handled; kept with the parked fact.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// Does something about facts.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Handles one fact. What is done in `tx` lasts if and only if the fact counts as handled. Facts that
    /// the handler has nothing to do with are handled by doing nothing.
    async fn handle(&self, tx: &mut WriteTx, fact: &RecordedFact) -> std::result::Result<(), HandlerError>;
}

/// How a relay works.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RelayOptions {
    /// At most how many facts are handled in one transaction.
    pub batch: u16,
    /// How long to wait after nothing was there to do.
    pub idle: Duration,
    /// How long to wait before the second try; each further wait is twice as long.
    pub first_retry: Duration,
    /// The longest wait between two tries.
    pub longest_retry: Duration,
    /// After how many tries a fact is dead.
    pub attempts: u16,
}

impl Default for RelayOptions {
    fn default() -> Self {
        Self {
            batch: 50,
            idle: Duration::from_millis(500),
            first_retry: Duration::from_secs(1),
            longest_retry: Duration::from_hours(1),
            attempts: 10,
        }
    }
}

/// What one turn of a relay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Facts that were handled.
    pub handled: u32,
    /// Facts that were parked, or stay so after another try.
    pub parked: u32,
    /// Facts that were given up.
    pub died: u32,
}

impl Progress {
    /// Whether there was nothing to do.
    pub const fn is_idle(self) -> bool {
        self.handled == 0 && self.parked == 0 && self.died == 0
    }
}

/// How a reader of the outbox stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderStatus {
    /// Facts it has not come to yet.
    pub waiting: i64,
    /// Facts that will be tried again.
    pub parked: i64,
    /// Facts that were given up.
    pub dead: i64,
}

/// Carries the facts of all tenants to one handler.
///
/// Several processes may run a relay of the same name: one works, the others wait their turn.
pub struct Relay<H> {
    store: Store,
    name: String,
    handler: H,
    options: RelayOptions,
}

impl<H> std::fmt::Debug for Relay<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay")
            .field("name", &self.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<H: Handler> Relay<H> {
    /// A relay for the reader `name`, which starts at the beginning of the outbox when it is new.
    pub fn new(store: Store, name: impl Into<String>, handler: H) -> Self {
        Self { store, name: name.into(), handler, options: RelayOptions::default() }
    }

    /// The same, working differently.
    #[must_use]
    pub fn with_options(mut self, options: RelayOptions) -> Self {
        self.options = options;
        self
    }

    /// Works until `shutdown` is done; the turn it is in is finished first.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let pause = match self.turn().await {
                Ok(progress) if !progress.is_idle() => Duration::ZERO,
                Ok(_) => self.options.idle,
                Err(error) => {
                    tracing::warn!(relay = %self.name, error = %error, "the outbox cannot be read; trying again");
                    self.options.idle.max(Duration::from_secs(1))
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Works until nothing is left to do now, and says what was done. Parked facts whose time has not come
    /// are left.
    pub async fn drain(&self) -> Result<Progress> {
        let mut total = Progress::default();
        loop {
            let turn = self.turn().await?;
            if turn.is_idle() {
                return Ok(total);
            }
            total.handled += turn.handled;
            total.parked += turn.parked;
            total.died += turn.died;
        }
    }

    /// One turn: parked facts that are due, then the next ones of the outbox, in one transaction.
    ///
    /// Nothing is done while another process has the turn.
    pub async fn turn(&self) -> Result<Progress> {
        let now = self.store.now();
        let mut conn = self.store.begin_as(Door::Relay, None).await?;
        let Some((xid, seq)) = claim(conn.get()?, &self.name, now).await? else {
            return Ok(Progress::default());
        };
        let mut progress = Progress::default();
        for queued in due(conn.get()?, &self.name, now, self.options.batch).await? {
            conn = self.retry(conn, queued, now, &mut progress).await?;
        }
        let mut place = (xid, seq);
        for queued in next(conn.get()?, place, self.options.batch).await? {
            place = (queued.xid, queued.seq);
            if is_blocked(conn.get()?, &self.name, &queued).await? {
                park(conn.get()?, &self.name, &queued, 0, now, "waits for an earlier fact of its subject")
                    .await?;
                progress.parked += 1;
                continue;
            }
            let (back, outcome) = self.handle(conn, &queued.recorded).await?;
            conn = back;
            match outcome {
                Ok(()) => progress.handled += 1,
                Err(error) => {
                    let again = now + self.wait(1);
                    park(conn.get()?, &self.name, &queued, 1, again, &error).await?;
                    progress.parked += 1;
                }
            }
        }
        if progress.is_idle() {
            // The next turn may come at once, and must not find this one still holding its place.
            conn.rollback().await?;
            return Ok(progress);
        }
        advance(conn.get()?, &self.name, place, now).await?;
        conn.commit().await?;
        metrics::counter!("smilefactory_outbox_handled_total", "reader" => self.name.clone())
            .increment(u64::from(progress.handled));
        Ok(progress)
    }

    async fn retry(
        &self,
        conn: Conn,
        queued: Queued,
        now: DateTime<Utc>,
        progress: &mut Progress,
    ) -> Result<Conn> {
        let (mut conn, outcome) = self.handle(conn, &queued.recorded).await?;
        let attempts = queued.attempts + 1;
        match outcome {
            Ok(()) => {
                unpark(conn.get()?, &self.name, &queued).await?;
                progress.handled += 1;
            }
            Err(error) => {
                let dead = attempts >= i32::from(self.options.attempts);
                let again = now + self.wait(attempts);
                repark(conn.get()?, &self.name, &queued, attempts, again, &error, dead).await?;
                if dead {
                    tracing::error!(relay = %self.name, fact = %queued.recorded.id, %error, "a fact was given up");
                    progress.died += 1;
                } else {
                    progress.parked += 1;
                }
            }
        }
        Ok(conn)
    }

    /// Lets the handler do its work in the fact's tenant, behind a savepoint: what a failed handler did is
    /// undone, and the transaction goes on.
    async fn handle(
        &self,
        mut conn: Conn,
        fact: &RecordedFact,
    ) -> Result<(Conn, std::result::Result<(), String>)> {
        let scope = Scope::system(fact.tenant, RequestId::from_uuid(fact.id.uuid()));
        let enter =
            format!("SAVEPOINT fact; SET LOCAL ROLE {}{}", self.store.service_role(), tx::context(&scope));
        conn.get()?.execute(sqlx::raw_sql(AssertSqlSafe(enter))).await?;
        let mut tx: WriteTx = Tx::new(conn, self.store.clone(), scope, self.store.now());
        let outcome = match self.handler.handle(&mut tx, fact).await {
            Ok(()) => tx.flush().await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let mut conn = tx.into_conn();
        let kept = match outcome {
            // Fails when one of the handler's statements failed and the handler did not care.
            Ok(()) => match conn.get()?.execute(sqlx::raw_sql("RELEASE SAVEPOINT fact")).await {
                Ok(_) => Ok(()),
                Err(error) => Err(error.to_string()),
            },
            Err(error) => Err(error),
        };
        if kept.is_err() {
            let undo = "ROLLBACK TO SAVEPOINT fact; RELEASE SAVEPOINT fact";
            conn.get()?.execute(sqlx::raw_sql(undo)).await?;
        }
        conn.get()?.execute(sqlx::raw_sql("SET LOCAL ROLE smile_relay")).await?;
        Ok((conn, kept))
    }

    /// How long to wait after the `attempts`th try.
    fn wait(&self, attempts: i32) -> TimeDelta {
        let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
        let wait = self.options.first_retry.saturating_mul(2_u32.saturating_pow(doublings));
        TimeDelta::from_std(wait.min(self.options.longest_retry)).unwrap_or(TimeDelta::hours(1))
    }

    /// How this reader stands.
    pub async fn status(&self) -> Result<ReaderStatus> {
        let mut conn = self.store.begin_as(Door::Relay, None).await?;
        let row = sqlx::query(
            r"
            select
              (select count(*) from platform.outbox o
               where (o.xid, o.seq) > (
                 coalesce((select r.xid from platform.outbox_readers r where r.name = $1), 0),
                 coalesce((select r.seq from platform.outbox_readers r where r.name = $1), 0))) as waiting,
              (select count(*) from platform.outbox_parked p where p.reader = $1 and not p.dead) as parked,
              (select count(*) from platform.outbox_parked p where p.reader = $1 and p.dead) as dead
            ",
        )
        .bind(&self.name)
        .fetch_one(conn.get()?)
        .await?;
        Ok(ReaderStatus {
            waiting: row.try_get("waiting")?,
            parked: row.try_get("parked")?,
            dead: row.try_get("dead")?,
        })
    }
}
