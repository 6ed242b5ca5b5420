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
}

/// The log as it is at the statement that asks.
pub(crate) async fn position(conn: &mut PgConnection) -> Result<LogPosition> {
    let row = sqlx::query!(
        r#"
        select
          platform.log_epoch() as "epoch!",
          pg_snapshot_xmax(now.snapshot)::text::bigint as "next!",
          array(select running::text::bigint from pg_snapshot_xip(now.snapshot) as running) as "running!"
        from (select pg_current_snapshot() as snapshot) as now
        "#,
    )
    .fetch_one(conn)
    .await?;
    Ok(LogPosition { epoch: row.epoch, horizon: Horizon::new(row.next, row.running) })
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
        select tenant_id as "tenant_id!", id as "id!", xid as "xid!", seq as "seq!", at as "at!", name as "name!",
          version as "version!", subject as "subject!", body as "body!"
        from (
          select tenant_id, id, xid, seq, at, name, version, subject, body
          from platform.outbox
          where tenant_id = any($1) and xid >= $2 and xid < $4
          union all
          -- Few: those that were running at the earlier instant.
          select tenant_id, id, xid, seq, at, name, version, subject, body
          from platform.outbox
          where tenant_id = any($1) and xid = any($3) and xid < $2
        ) as later
        where xid <> all($5) and seq > $6 and name = any($7)
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
