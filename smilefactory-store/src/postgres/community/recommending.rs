//! Groups that somebody may be recommended.

use std::collections::HashMap;

use smilefactory_core::community::GroupCandidate;
use smilefactory_core::id::{AccountId, CategoryId, Id};
use uuid::Uuid;

use super::group::GroupRow;
use super::listing::{Wanted, select_listed};
use crate::error::Result;
use crate::repo::community::GroupFilter;
use crate::tx::Tx;

/// At most so many groups of people one knows are looked at, those of most of them.
const OF_OTHERS: i64 = 200;
/// And so many of those in which much happens.
const TRENDING: i64 = 200;
/// Of how many people one knows, those whom one knows best.
const PEOPLE: i64 = 500;

pub(super) async fn candidates<Mode>(tx: &mut Tx<Mode>, viewer: AccountId) -> Result<Vec<GroupCandidate>> {
    let known = of_others(tx, viewer).await?;
    let mut ids = trending(tx, viewer).await?;
    ids.extend(known.keys().copied().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
    let all = GroupFilter::new();
    let wanted = Wanted { filter: &all, categories: None };
    let rows = select_listed!(
        "community.groups g
            cross join lateral (
              select s.members, s.owners, s.active_at, s.trend_key
              from community.group_stats s
              where s.tenant_id = $1 and s.group_id = g.id
              limit 1
            ) s",
        "and g.tenant_id = $1
              and g.id = any($8)
              and g.visibility <> 'hidden'
              and not exists (
                select from community.members m where m.tenant_id = $1 and m.group_id = g.id and m.account_id = $2
              )",
        tx,
        viewer,
        wanted,
        &ids,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let candidate = |row: GroupRow| {
        let acquaintances = known.get(&row.id).copied().unwrap_or_default();
        Ok(GroupCandidate { view: row.seen_by(viewer)?, acquaintances })
    };
    rows.into_iter().map(candidate).collect()
}

/// The public groups of people whom somebody knows, with how many of them are in each: moderating makes no difference.
async fn of_others<Mode>(tx: &mut Tx<Mode>, viewer: AccountId) -> Result<HashMap<Uuid, u32>> {
    let rows = sqlx::query!(
        r#"
        with known as materialized (
          select t.other_id
          from social.ties t
          where t.tenant_id = $1 and t.account_id = $2
          order by t.strength_key desc, t.other_id desc
          limit $3
        ), shown as materialized (
          select k.other_id
          from known k
          cross join lateral (
            select
            from identity.profiles p
            where p.tenant_id = $1
              and p.account_id = k.other_id
              and p.state in ('incomplete', 'complete')
              and p.visibility <> 'private'
            limit 1
          ) p
          where not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = k.other_id
          )
        )
        select m.group_id as "group_id!", count(*) as "people!"
        from shown
        join community.members m
          on m.tenant_id = $1 and m.account_id = shown.other_id and m.state = 'member'
        cross join lateral (
          select
          from community.groups g
          where g.tenant_id = $1 and g.id = m.group_id and g.visibility = 'public' and not g.archived
          limit 1
        ) g
        where not exists (
          select from community.members o where o.tenant_id = $1 and o.group_id = m.group_id and o.account_id = $2
        )
        group by m.group_id
        order by 2 desc, 1
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        viewer.uuid(),
        PEOPLE,
        OF_OTHERS,
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (row.group_id, row.people.try_into().unwrap_or(u32::MAX))).collect())
}

/// Those in which most happens, of those that they have nothing to do with.
async fn trending<Mode>(tx: &mut Tx<Mode>, viewer: AccountId) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"
        select s.group_id
        from community.group_stats s
        cross join lateral (
          select
          from community.groups g
          where g.tenant_id = $1 and g.id = s.group_id and g.visibility <> 'hidden' and not g.archived
          limit 1
        ) g
        where s.tenant_id = $1
          and not exists (
            select from community.members m where m.tenant_id = $1 and m.group_id = s.group_id and m.account_id = $2
          )
        order by s.trend_key desc, s.group_id desc
        limit $3
        "#,
        tx.scope().tenant.uuid(),
        viewer.uuid(),
        TRENDING,
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(ids)
}

pub(super) async fn categories<Mode>(tx: &mut Tx<Mode>, account: AccountId) -> Result<Vec<CategoryId>> {
    let ids = sqlx::query_scalar!(
        r#"
        select g.category_id as "category_id!"
        from (
          select m.group_id
          from community.members m
          where m.tenant_id = $1 and m.account_id = $2 and m.state = 'member'
          order by m.group_id
          limit 100
        ) m
        join community.groups g on g.tenant_id = $1 and g.id = m.group_id
        where g.category_id is not null
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let mut ids: Vec<CategoryId> = ids.into_iter().map(CategoryId::from_uuid).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
