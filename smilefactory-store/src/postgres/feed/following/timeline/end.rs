//! Cutting timelines back, and ending them.

use smilefactory_core::id::{AccountId, Id};
use uuid::Uuid;

use super::{KEPT, lock};
use crate::error::Result;
use crate::tx::WriteTx;

/// Until when a timeline is kept: days since its reader took part.
const KEPT_FOR: i32 = 14;

/// Cuts up to `limit` of them back to what is read, and ends those whose readers were not active for long; says how many
/// it were, and behind whom to go on.
pub(in crate::postgres::feed) async fn trim(
    tx: &mut WriteTx,
    after: Option<AccountId>,
    limit: u16,
) -> Result<(u64, Option<AccountId>)> {
    lock(tx).await?;
    let tenant = tx.scope().tenant.uuid();
    let row = sqlx::query!(
        r#"
        with looked_at as materialized (
          select t.account_id,
            coalesce(
              (
                select c.active_on < $2::date - $5::integer
                from identity.profile_cards c
                where c.tenant_id = $1 and c.account_id = t.account_id
                limit 1
              ),
              true
            ) as unused,
            (
              select e.published_at
              from content.timeline_entries e
              where e.tenant_id = $1 and e.account_id = t.account_id
              order by e.published_at desc, e.post_id desc
              offset 2 * $6::bigint limit 1
            ) is not null as long,
            (
              select e.published_at
              from content.timeline_entries e
              where e.tenant_id = $1 and e.account_id = t.account_id
              order by e.published_at desc, e.post_id desc
              offset $6::bigint limit 1
            ) as floor_at
          from content.timelines t
          where t.tenant_id = $1 and t.account_id > $3
          order by t.account_id
          limit $4
        ), raised as (
          update content.timelines t
          set floor_at = greatest(t.floor_at, l.floor_at)
          from looked_at l
          where t.tenant_id = $1
            and t.account_id = any (array(select k.account_id from looked_at k where k.long and not k.unused))
            and t.account_id = l.account_id
          returning t.account_id, t.floor_at
        ), cut as (
          delete from content.timeline_entries e
          using raised r
          where e.tenant_id = $1 and e.account_id = r.account_id and e.published_at < r.floor_at
        )
        select (select count(*) from raised) as "cut!",
          array(select l.account_id from looked_at l where l.unused) as "unused!",
          (select l.account_id from looked_at l order by l.account_id desc limit 1) as last
        "#,
        tenant,
        tx.now().date_naive(),
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
        KEPT_FOR,
        KEPT,
    )
    .fetch_one(tx.conn()?)
    .await?;
    let ended = end(tx, &row.unused).await?;
    Ok((u64::try_from(row.cut).unwrap_or_default() + ended, row.last.map(AccountId::from_uuid)))
}

/// Ends some of them at once; with the last one goes what was to be put in.
pub(in crate::postgres::feed) async fn end_some(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    lock(tx).await?;
    let tenant = tx.scope().tenant.uuid();
    let some = sqlx::query_scalar!(
        "select account_id from content.timelines where tenant_id = $1 order by account_id limit $2",
        tenant,
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let ended = end(tx, &some).await?;
    sqlx::query!(
        "delete from content.timeline_changes
         where tenant_id = $1 and not exists (select from content.timelines where tenant_id = $1)",
        tenant,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(ended)
}

/// Ends that of somebody who is erased.
pub(in crate::postgres) async fn end_for(tx: &mut WriteTx, reader: AccountId) -> Result<()> {
    lock(tx).await?;
    end(tx, &[reader.uuid()]).await?;
    Ok(())
}

async fn end(tx: &mut WriteTx, readers: &[Uuid]) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    sqlx::query!(
        "delete from content.timeline_entries where tenant_id = $1 and account_id = any($2)",
        tenant,
        readers,
    )
    .execute(tx.conn()?)
    .await?;
    let ended = sqlx::query!(
        "delete from content.timelines where tenant_id = $1 and account_id = any($2)",
        tenant,
        readers,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(ended.rows_affected())
}
