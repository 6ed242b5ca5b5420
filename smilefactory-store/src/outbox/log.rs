//! The log of what happened, read by whoever keeps no place in the database: the readers of the live stream.

use chrono::{DateTime, Utc};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{FactId, Id, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::place::{Horizon, LogPosition, Window};
use super::relay::RecordedFact;
use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::tx::Door;

/// A fact, and where in the log it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedFact {
    /// The transaction that told it.
    pub xid: i64,
    /// Its number; of facts in one window, the lower is read first.
    pub seq: i64,
    /// What happened.
    pub recorded: RecordedFact,
}

/// Reads the log of all tenants.
#[derive(Clone, Debug)]
pub struct Log(Store);

impl Store {
    /// The log of all tenants.
    pub fn log(&self) -> Log {
        Log(self.clone())
    }
}

impl Log {
    /// The log as it is now.
    pub async fn position(&self) -> Result<LogPosition> {
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let position = position(conn.get()?).await?;
        conn.rollback().await?;
        Ok(position)
    }

    /// What these tenants told under these names within a window, lowest number first, at most `limit` of it.
    pub async fn read(
        &self,
        window: &Window,
        tenants: &[TenantId],
        names: &[&str],
        limit: u16,
    ) -> Result<Vec<LoggedFact>> {
        let tenants: Vec<_> = tenants.iter().map(|tenant| tenant.uuid()).collect();
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let facts = read(conn.get()?, window, &tenants, names, limit).await?;
        conn.rollback().await?;
        Ok(facts)
    }

    /// Forgets facts that happened before a time, oldest first, and says how many there were: at most `limit`, and only
    /// what every reader has come past and none has parked. Whoever reads from a place before them is told to begin anew.
    pub async fn forget_before(&self, time: DateTime<Utc>, limit: u16) -> Result<u64> {
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let gone = sqlx::query_scalar!(
            r#"
            with slowest as (
              select xid, seq from platform.outbox_readers order by xid, seq limit 1
            ), old as (
              select o.tenant_id, o.id, o.at
              from platform.outbox o
              where (o.xid, o.seq) <= ((select xid from slowest), (select seq from slowest))
                and not exists (
                  select from platform.outbox_parked p where p.tenant_id = o.tenant_id and p.fact_id = o.id
                )
              order by o.xid, o.seq
              limit $2
            )
            delete from platform.outbox o
            using old
            where o.tenant_id = old.tenant_id and o.id = old.id and old.at < $1
            returning o.xid
            "#,
            time,
            i64::from(limit),
        )
        .fetch_all(conn.get()?)
        .await?;
        let Some(last) = gone.iter().max() else {
            conn.rollback().await?;
            return Ok(0);
        };
        sqlx::query!(
            r#"
            insert into platform.outbox_kept (xid) values ($1)
            on conflict (one) do update set xid = greatest(outbox_kept.xid, excluded.xid)
            "#,
            last.saturating_add(1),
        )
        .execute(conn.get()?)
        .await?;
        conn.commit().await?;
        Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
    }
}

/// The log as it is at the statement that asks.
pub(crate) async fn position(conn: &mut PgConnection) -> Result<LogPosition> {
    let row = sqlx::query!(
        r#"
        select
          platform.log_epoch() as "epoch!",
          pg_snapshot_xmax(now.snapshot)::text::bigint as "next!",
          array(select running::text::bigint from pg_snapshot_xip(now.snapshot) as running) as "running!",
          coalesce((select kept.xid from platform.outbox_kept as kept), 0) as "kept_from!"
        from (select pg_current_snapshot() as snapshot) as now
        "#,
    )
    .fetch_one(conn)
    .await?;
    Ok(LogPosition {
        epoch: row.epoch,
        horizon: Horizon::new(row.next, row.running),
        kept_from: row.kept_from,
    })
}

/// The facts of a window. What was over at an instant in the past is visible to any statement after it.
pub(crate) async fn read(
    conn: &mut PgConnection,
    window: &Window,
    tenants: &[Uuid],
    names: &[&str],
    limit: u16,
) -> Result<Vec<LoggedFact>> {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let rows = sqlx::query_as!(
        LogRow,
        r#"
        select tenant_id, id, xid, seq, at, name, version, subject, body
        from platform.outbox
        where tenant_id = any($1)
          and (xid >= $2 or xid = any($3))
          and xid < $4 and xid <> all($5)
          and seq > $6
          and name = any($7)
        order by seq
        limit $8
        "#,
        tenants,
        window.from.next(),
        window.from.running(),
        window.to.next(),
        window.to.running(),
        window.after,
        &names,
        i64::from(limit),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(LoggedFact::try_from).collect()
}

struct LogRow {
    tenant_id: Uuid,
    id: Uuid,
    xid: i64,
    seq: i64,
    at: DateTime<Utc>,
    name: String,
    version: i16,
    subject: Uuid,
    body: serde_json::Value,
}

impl TryFrom<LogRow> for LoggedFact {
    type Error = StoreError;

    fn try_from(row: LogRow) -> Result<Self> {
        let version = u16::try_from(row.version)
            .map_err(|error| StoreError::corrupt("platform.outbox", "version", row.id)(Box::new(error)))?;
        let fact = Fact { name: row.name, version, subject: row.subject, body: row.body };
        Ok(Self {
            xid: row.xid,
            seq: row.seq,
            recorded: RecordedFact {
                id: FactId::from_uuid(row.id),
                tenant: TenantId::from_uuid(row.tenant_id),
                at: row.at,
                fact,
            },
        })
    }
}
