//! What profiles are put in order by.
//!
//! A name and a kind are kept by triggers. What is counted of others is counted anew here, by one at a time: the row of
//! somebody is never written by two who counted at different times.

use smilefactory_core::id::{AccountId, Id};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::WriteTx;

/// Whether nobody else counts until the end of this unit of work.
async fn alone(tx: &mut WriteTx) -> Result<bool> {
    let tenant = tx.scope().tenant.uuid();
    let alone = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('identity.card_changes ' || $1, 0)) as "alone!""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(alone)
}

pub(super) async fn fold(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    if !alone(tx).await? {
        return Ok(0);
    }
    let taken = sqlx::query_scalar!(
        r#"
        delete from identity.card_changes c
        where c.tenant_id = $1
          and c.id = any (array(
            select b.id from identity.card_changes b where b.tenant_id = $1 order by b.id limit $2
          ))
        returning c.account_id
        "#,
        tx.scope().tenant.uuid(),
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    // A later snapshot than that of the changes: what they tell of is seen.
    count(tx, &taken).await?;
    Ok(u64::try_from(taken.len()).unwrap_or(u64::MAX))
}

pub(super) async fn mend(
    tx: &mut WriteTx,
    after: Option<AccountId>,
    limit: u16,
) -> Result<(u64, Option<AccountId>)> {
    if !alone(tx).await? {
        return Ok((0, None));
    }
    let accounts = sqlx::query_scalar!(
        r#"
        select account_id
        from identity.profiles
        where tenant_id = $1 and account_id > $2
        order by account_id
        limit $3
        "#,
        tx.scope().tenant.uuid(),
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let mended = count(tx, &accounts).await?;
    let last = accounts.last().filter(|_| accounts.len() >= usize::from(limit));
    Ok((mended, last.map(|last| AccountId::from_uuid(*last))))
}

/// Counts the activity and the connections of these people, and says of how many it was not what it should be.
async fn count(tx: &mut WriteTx, accounts: &[Uuid]) -> Result<u64> {
    let counted = sqlx::query!(
        r#"
        insert into identity.profile_cards as c (
          tenant_id, account_id, kind, shown, name_key, active_on, connections
        )
        select $1, p.account_id, p.kind, p.state in ('incomplete', 'complete'),
          social.name_key(a.first_name, a.last_name),
          greatest((p.created_at at time zone 'UTC')::date, (
            select max(d.day) from identity.activity_days d where d.tenant_id = $1 and d.account_id = p.account_id
          )),
          case
            when p.connections_visibility = 'public' then (
              select count(*)
              from social.ties t
              join identity.profiles o on o.tenant_id = $1 and o.account_id = t.other_id
              where t.tenant_id = $1
                and t.account_id = p.account_id
                and o.state in ('incomplete', 'complete')
                and o.visibility = 'public'
                and o.connections_visibility = 'public'
            )
            else 0
          end
        from identity.profiles p
        join identity.personal_details a on a.tenant_id = $1 and a.id = p.account_id
        where p.tenant_id = $1 and p.account_id = any($2)
        order by p.account_id
        on conflict (tenant_id, account_id) do update
        set active_on = greatest(c.active_on, excluded.active_on), connections = excluded.connections
        where c.active_on < excluded.active_on or c.connections <> excluded.connections
        "#,
        tx.scope().tenant.uuid(),
        accounts,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(counted.rows_affected())
}
