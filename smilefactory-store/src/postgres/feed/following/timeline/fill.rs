//! Beginning timelines, and filling them.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use uuid::Uuid;

use super::{KEPT, alone};
use crate::error::Result;
use crate::postgres::feed::Wanted;
use crate::postgres::feed::following::scan;
use crate::tx::WriteTx;

/// Among how many of the newest of all they are looked for.
const LOOKED_AT: i64 = 20_000;
/// Whoever has fewer sources is served as quickly without.
const SOURCES: i64 = 200;
/// For whom a timeline is begun: days since they took part.
const BEGUN_WITHIN: i32 = 2;

/// Begins timelines for those of up to `limit` people who were active of late and have many sources; says for how many,
/// and behind whom to go on.
pub(in crate::postgres::feed) async fn begin(
    tx: &mut WriteTx,
    after: Option<AccountId>,
    limit: u16,
) -> Result<(u64, Option<AccountId>)> {
    let row = sqlx::query!(
        r#"
        with active as materialized (
          select c.account_id
          from identity.profile_cards c
          where c.tenant_id = $1 and c.shown and c.active_on >= $2::date - $5::integer and c.account_id > $3
          order by c.account_id
          limit $4
        ), begun as (
          insert into content.timelines (tenant_id, account_id)
          select $1, a.account_id
          from active a
          where (
            select count(*)
            from (
              (select from social.follows f where f.tenant_id = $1 and f.account_id = a.account_id limit $6)
              union all
              (select from social.ties t where t.tenant_id = $1 and t.account_id = a.account_id limit $6)
            ) s
          ) >= $6
          order by a.account_id
          on conflict (tenant_id, account_id) do nothing
          returning 1
        )
        select (select count(*) from begun) as "begun!",
          (select a.account_id from active a order by a.account_id desc limit 1) as last
        "#,
        tx.scope().tenant.uuid(),
        tx.now().date_naive(),
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
        BEGUN_WITHIN,
        SOURCES,
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok((u64::try_from(row.begun).unwrap_or_default(), row.last.map(AccountId::from_uuid)))
}

/// Begins one for somebody.
pub(in crate::postgres::feed) async fn begin_for(tx: &mut WriteTx, reader: AccountId) -> Result<()> {
    sqlx::query!(
        "insert into content.timelines (tenant_id, account_id) values ($1, $2)
         on conflict (tenant_id, account_id) do nothing",
        tx.scope().tenant.uuid(),
        reader.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Takes a step towards filling one that is not filled; says whether there was anything to do that could be done.
pub(in crate::postgres::feed) async fn fill(tx: &mut WriteTx) -> Result<bool> {
    // What this very transaction began is not seen by others.
    if !alone(tx).await? || has_written(tx).await? {
        return Ok(false);
    }
    let tenant = tx.scope().tenant.uuid();
    // Everybody sees by now that it was begun, but for those who are under way. A number from another server, whose
    // backup this was, may be ahead of all of this one.
    let seen = sqlx::query!(
        "update content.timelines
         set since = pg_snapshot_xmax(pg_current_snapshot())::text::bigint
         where tenant_id = $1
           and not filled
           and (since is null or since > pg_snapshot_xmax(pg_current_snapshot())::text::bigint)",
        tenant,
    )
    .execute(tx.conn()?)
    .await?;
    let reader = sqlx::query_scalar!(
        "select account_id
         from content.timelines
         where tenant_id = $1 and not filled and since <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         order by since, account_id
         limit 1",
        tenant,
    )
    .fetch_optional(tx.conn()?)
    .await?;
    let Some(reader) = reader else { return Ok(seen.rows_affected() > 0) };
    let wanted = Wanted { reader, kind: None, tag: None, tagged: 0 };
    // What is published ahead of its time is there when it comes; whom the reader does not want to see now, too.
    let all = (DateTime::<Utc>::MAX_UTC, Uuid::max());
    let rows = scan::read(tx, &wanted, None, all, (KEPT, LOOKED_AT)).await?;
    let looked_at = rows.first().and_then(|row| row.threshold);
    let (at, posts): (Vec<_>, Vec<_>) = rows.into_iter().filter_map(|row| row.at.zip(row.id)).unzip();
    let full = i64::try_from(posts.len()).is_ok_and(|found| found == KEPT);
    let floor = at.last().copied().filter(|_| full).max(looked_at);
    sqlx::query!(
        "with filled as (
           update content.timelines set filled = true, floor_at = $3 where tenant_id = $1 and account_id = $2
         ), gone as (
           delete from content.timeline_entries
           where tenant_id = $1 and account_id = $2 and published_at < $3
         )
         insert into content.timeline_entries (tenant_id, account_id, published_at, post_id)
         select $1, $2, f.published_at, f.post_id
         from unnest($4::timestamptz[], $5::uuid[]) as f (published_at, post_id)
         on conflict do nothing",
        tenant,
        reader,
        floor,
        &at,
        &posts,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(true)
}

/// Whether this unit of work changed anything yet.
async fn has_written(tx: &mut WriteTx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select pg_current_xact_id_if_assigned() is not null as "written!""#)
        .fetch_one(tx.conn()?)
        .await?)
}
