//! Who was somewhere with whom.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, EventId, GroupId, Id};
use smilefactory_core::social::{InteractionKind, Pair};
use uuid::Uuid;

use super::super::super::row::RowOf;
use crate::error::Result;
use crate::repo::social::COMPANY;
use crate::tx::Tx;

/// Ties have both directions, and so do the pairs.
pub(super) async fn met_at<Mode>(tx: &mut Tx<Mode>, event: EventId) -> Result<Vec<(AccountId, AccountId)>> {
    let rows = sqlx::query!(
        r#"
        with there as materialized (
          select r.account_id
          from event.registrations r
          where r.tenant_id = $1
            and r.event_id = $2
            and (r.state = 'checked_in' or (r.state = 'going' and not exists (
              select from event.registrations o where o.tenant_id = $1 and o.event_id = $2 and o.state = 'checked_in'
            )))
          limit $3 + 1
        )
        select t.account_id, t.other_id
        from there
        join social.ties t on t.tenant_id = $1 and t.account_id = there.account_id
        where t.other_id in (select account_id from there) and (select count(*) from there) <= $3
        order by t.account_id, t.other_id
        "#,
        tx.scope().tenant.uuid(),
        event.uuid(),
        COMPANY,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let pair = |one, other| (AccountId::from_uuid(one), AccountId::from_uuid(other));
    Ok(rows.into_iter().map(|row| pair(row.account_id, row.other_id)).collect())
}

pub(super) async fn known_in<Mode>(
    tx: &mut Tx<Mode>,
    group: GroupId,
    account: AccountId,
) -> Result<Vec<AccountId>> {
    let rows = sqlx::query_scalar!(
        r#"
        select m.account_id
        from community.group_stats s
        join community.members own
          on own.tenant_id = $1 and own.group_id = $2 and own.account_id = $3 and own.state = 'member'
        join community.members m on m.tenant_id = $1 and m.group_id = $2 and m.state = 'member'
        join social.ties t on t.tenant_id = $1 and t.account_id = $3 and t.other_id = m.account_id
        where s.tenant_id = $1 and s.group_id = $2 and s.members <= $4
        order by m.account_id
        "#,
        tx.scope().tenant.uuid(),
        group.uuid(),
        account.uuid(),
        COMPANY,
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(AccountId::from_uuid).collect())
}

pub(super) async fn shared<Mode>(
    tx: &mut Tx<Mode>,
    pair: Pair,
) -> Result<Vec<(InteractionKind, Uuid, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"
        (
          select 'group' as "kind!", one.group_id as "subject!", greatest(one.joined_at, other.joined_at) as "at!"
          from community.members one
          join community.members other
            on other.tenant_id = $1 and other.group_id = one.group_id and other.account_id = $3 and other.state = 'member'
          join community.group_stats s on s.tenant_id = $1 and s.group_id = one.group_id and s.members <= $4
          where one.tenant_id = $1 and one.account_id = $2 and one.state = 'member'
          order by 3 desc, 2
          limit 20
        )
        union all
        (
          select 'event', e.id, e.ends_at
          from event.registrations one
          join event.registrations other
            on other.tenant_id = $1 and other.event_id = one.event_id and other.account_id = $3 and other.state = one.state
          join event.events e on e.tenant_id = $1 and e.id = one.event_id and e.state = 'completed'
          cross join lateral (
            select count(*) filter (where r.state = 'checked_in') as came, count(*) as seats
            from event.registrations r
            where r.tenant_id = $1 and r.event_id = e.id and r.state in ('checked_in', 'going')
          ) as there
          where one.tenant_id = $1
            and one.account_id = $2
            and ((one.state = 'checked_in' and there.came <= $4)
              or (one.state = 'going' and there.came = 0 and there.seats <= $4))
          order by e.ends_at desc, e.id
          limit 20
        )
        "#,
        tx.scope().tenant.uuid(),
        pair.low().uuid(),
        pair.high().uuid(),
        COMPANY,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let of = RowOf { table: "social.interactions", id: pair.low().uuid() };
    rows.into_iter().map(|row| Ok((of.parse("kind", &row.kind)?, row.subject, row.at))).collect()
}
