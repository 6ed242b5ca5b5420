//! The statements of a relay: what comes next, what is due again, where a reader stands.

use chrono::{DateTime, Utc};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{FactId, Id, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::relay::RecordedFact;
use crate::error::{Result, StoreError};

/// A fact's place in the outbox, and what happened to it so far.
pub(super) struct Queued {
    pub(super) recorded: RecordedFact,
    pub(super) xid: i64,
    pub(super) seq: i64,
    pub(super) attempts: i32,
}

/// Locks the reader's place, making it first when it is new; `None` while somebody else has it.
pub(super) async fn claim(
    conn: &mut PgConnection,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Option<(i64, i64)>> {
    sqlx::query!(
        "insert into platform.outbox_readers (name, moved_at) values ($1, $2) on conflict (name) do nothing",
        name,
        now,
    )
    .execute(&mut *conn)
    .await?;
    let place = sqlx::query!(
        "select xid, seq from platform.outbox_readers where name = $1 for update skip locked",
        name,
    )
    .fetch_optional(conn)
    .await?;
    Ok(place.map(|place| (place.xid, place.seq)))
}

/// The facts after a place, in the order of commits, and only those that no running transaction can come before.
pub(super) async fn next(conn: &mut PgConnection, after: (i64, i64), batch: u16) -> Result<Vec<Queued>> {
    let rows = sqlx::query!(
        r#"
        select tenant_id, id, xid, seq, at, name, version, subject, body
        from platform.outbox
        where (xid, seq) > ($1, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        order by xid, seq
        limit $3
        "#,
        after.0,
        after.1,
        i64::from(batch),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Queued {
                recorded: recorded(
                    row.tenant_id,
                    row.id,
                    row.at,
                    row.name,
                    row.version,
                    row.subject,
                    row.body,
                )?,
                xid: row.xid,
                seq: row.seq,
                attempts: 0,
            })
        })
        .collect()
}

/// The first parked fact of each subject, when its time has come.
pub(super) async fn due(
    conn: &mut PgConnection,
    name: &str,
    now: DateTime<Utc>,
    batch: u16,
) -> Result<Vec<Queued>> {
    let rows = sqlx::query!(
        r#"
        select o.tenant_id, o.id, o.xid, o.seq, o.at, o.name, o.version, o.subject, o.body, p.attempts
        from platform.outbox_parked p
        join platform.outbox o on o.tenant_id = p.tenant_id and o.id = p.fact_id
        where p.reader = $1 and not p.dead and p.try_at <= $2
          and not exists (
            select from platform.outbox_parked earlier
            where earlier.reader = p.reader and earlier.tenant_id = p.tenant_id and earlier.subject = p.subject
              and not earlier.dead and (earlier.xid, earlier.seq) < (p.xid, p.seq)
          )
        order by p.xid, p.seq
        limit $3
        "#,
        name,
        now,
        i64::from(batch),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Queued {
                recorded: recorded(
                    row.tenant_id,
                    row.id,
                    row.at,
                    row.name,
                    row.version,
                    row.subject,
                    row.body,
                )?,
                xid: row.xid,
                seq: row.seq,
                attempts: row.attempts,
            })
        })
        .collect()
}

fn recorded(
    tenant: Uuid,
    id: Uuid,
    at: DateTime<Utc>,
    name: String,
    version: i16,
    subject: Uuid,
    body: serde_json::Value,
) -> Result<RecordedFact> {
    let version = u16::try_from(version)
        .map_err(|error| StoreError::corrupt("platform.outbox", "version", id)(Box::new(error)))?;
    Ok(RecordedFact {
        id: FactId::from_uuid(id),
        tenant: TenantId::from_uuid(tenant),
        at,
        fact: Fact { name, version, subject, body },
    })
}

/// Whether an earlier fact of the same subject is parked.
pub(super) async fn is_blocked(conn: &mut PgConnection, name: &str, queued: &Queued) -> Result<bool> {
    let blocked = sqlx::query_scalar!(
        r#"
        select exists (
          select from platform.outbox_parked
          where reader = $1 and tenant_id = $2 and subject = $3 and not dead
        ) as "blocked!"
        "#,
        name,
        queued.recorded.tenant.uuid(),
        queued.recorded.fact.subject,
    )
    .fetch_one(conn)
    .await?;
    Ok(blocked)
}

pub(super) async fn park(
    conn: &mut PgConnection,
    name: &str,
    queued: &Queued,
    attempts: i32,
    try_at: DateTime<Utc>,
    error: &str,
) -> Result<()> {
    sqlx::query!(
        r#"
        insert into platform.outbox_parked (reader, tenant_id, fact_id, subject, xid, seq, attempts, try_at, error)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        name,
        queued.recorded.tenant.uuid(),
        queued.recorded.id.uuid(),
        queued.recorded.fact.subject,
        queued.xid,
        queued.seq,
        attempts,
        try_at,
        error,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn repark(
    conn: &mut PgConnection,
    name: &str,
    queued: &Queued,
    attempts: i32,
    try_at: DateTime<Utc>,
    error: &str,
    dead: bool,
) -> Result<()> {
    sqlx::query!(
        r#"
        update platform.outbox_parked
        set attempts = $4, try_at = $5, error = $6, dead = $7
        where reader = $1 and tenant_id = $2 and fact_id = $3
        "#,
        name,
        queued.recorded.tenant.uuid(),
        queued.recorded.id.uuid(),
        attempts,
        try_at,
        error,
        dead,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn unpark(conn: &mut PgConnection, name: &str, queued: &Queued) -> Result<()> {
    sqlx::query!(
        "delete from platform.outbox_parked where reader = $1 and tenant_id = $2 and fact_id = $3",
        name,
        queued.recorded.tenant.uuid(),
        queued.recorded.id.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn advance(
    conn: &mut PgConnection,
    name: &str,
    place: (i64, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update platform.outbox_readers set xid = $2, seq = $3, moved_at = $4 where name = $1",
        name,
        place.0,
        place.1,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
