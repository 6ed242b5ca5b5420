//! What people did with listings, and how much that is.

use smilefactory_core::id::{AccountId, Id, ListingId};
use smilefactory_core::marketplace::ListingStats;
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Tx, WriteTx};

fn small(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

/// The counts, with what is not added to them yet.
pub(super) async fn read<Mode>(
    tx: &mut Tx<Mode>,
    ids: &[Uuid],
    viewer: AccountId,
) -> Result<Vec<(ListingId, ListingStats)>> {
    let rows = sqlx::query!(
        r#"
        select s.listing_id, (s.views + coalesce(d.views, 0))::bigint as "views!",
          (s.saves + coalesce(d.saves, 0))::bigint as "saves!",
          (s.inquiries + coalesce(d.inquiries, 0))::bigint as "inquiries!", a.saved_at as "saved_at?"
        from marketplace.listing_stats s
        left join lateral (
          select sum(n.views) as views, sum(n.saves) as saves, sum(n.inquiries) as inquiries
          from marketplace.listing_stat_deltas n
          where n.tenant_id = $1 and n.listing_id = s.listing_id
        ) d on true
        left join marketplace.listing_actions a
          on a.tenant_id = $1 and a.listing_id = s.listing_id and a.account_id = $3
        where s.tenant_id = $1 and s.listing_id = any($2)
        "#,
        tx.scope().tenant.uuid(),
        ids,
        viewer.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let stats = rows.into_iter().map(|row| {
        let stats = ListingStats {
            views: small(row.views),
            saves: small(row.saves),
            inquiries: small(row.inquiries),
            saved_at: row.saved_at,
        };
        (ListingId::from_uuid(row.listing_id), stats)
    });
    Ok(stats.collect())
}

pub(super) async fn save(tx: &mut WriteTx, id: ListingId, account: AccountId) -> Result<bool> {
    let now = tx.now();
    let saved = sqlx::query!(
        r#"
        insert into marketplace.listing_actions as a (tenant_id, listing_id, account_id, saved_at)
        values ($1, $2, $3, $4)
        on conflict (tenant_id, listing_id, account_id) do update
        set saved_at = excluded.saved_at
        where a.saved_at is null
        "#,
        tx.scope().tenant.uuid(),
        id.uuid(),
        account.uuid(),
        now,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(saved.rows_affected() > 0)
}

pub(super) async fn unsave(tx: &mut WriteTx, id: ListingId, account: AccountId) -> Result<bool> {
    let tenant = tx.scope().tenant.uuid();
    let gone = sqlx::query!(
        r#"
        delete from marketplace.listing_actions
        where tenant_id = $1 and listing_id = $2 and account_id = $3 and saved_at is not null and viewed_on is null
        "#,
        tenant,
        id.uuid(),
        account.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    if gone.rows_affected() > 0 {
        return Ok(true);
    }
    let unsaved = sqlx::query!(
        r#"
        update marketplace.listing_actions
        set saved_at = null
        where tenant_id = $1 and listing_id = $2 and account_id = $3 and saved_at is not null and viewed_on is not null
        "#,
        tenant,
        id.uuid(),
        account.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(unsaved.rows_affected() > 0)
}

pub(super) async fn view(tx: &mut WriteTx, id: ListingId, account: AccountId) -> Result<bool> {
    let today = tx.now().date_naive();
    let views = sqlx::query_scalar!(
        r#"
        insert into marketplace.listing_actions as a (tenant_id, listing_id, account_id, viewed_on, views)
        values ($1, $2, $3, $4, 1)
        on conflict (tenant_id, listing_id, account_id) do update
        set viewed_on = excluded.viewed_on, views = a.views + 1
        where a.viewed_on is null or a.viewed_on < excluded.viewed_on
        returning views
        "#,
        tx.scope().tenant.uuid(),
        id.uuid(),
        account.uuid(),
        today,
    )
    .fetch_optional(tx.conn()?)
    .await?;
    Ok(views == Some(1))
}

/// Adds changes to the counts. What is taken away here and added there lasts together, or not at all.
pub(super) async fn fold(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let mine = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('marketplace.listing_stats ' || $1, 0)) as "mine!""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    if !mine {
        return Ok(0);
    }
    let folded = sqlx::query_scalar!(
        r#"
        with batch as (
          select seq from marketplace.listing_stat_deltas where tenant_id = $1 order by seq limit $2
        ), taken as (
          delete from marketplace.listing_stat_deltas d
          where d.tenant_id = $1 and d.seq = any(array(select seq from batch))
          returning d.listing_id, d.views, d.saves, d.inquiries
        ), added as (
          update marketplace.listing_stats s
          set views = s.views + t.views, saves = s.saves + t.saves, inquiries = s.inquiries + t.inquiries
          from (
            select listing_id, sum(views) as views, sum(saves) as saves, sum(inquiries) as inquiries
            from taken
            group by listing_id
          ) t
          where s.tenant_id = $1 and s.listing_id = t.listing_id
        )
        select count(*) as "count!" from taken
        "#,
        tenant,
        i64::from(limit),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(folded).unwrap_or_default())
}
