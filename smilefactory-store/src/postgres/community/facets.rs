//! How many groups there are of what.

use smilefactory_core::community::{GroupCount, GroupFacets, GroupMemberState, GroupVisibility, JoinPolicy};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::text::Country;

use super::listing::Wanted;
use crate::error::Result;
use crate::repo::community::GroupFilter;
use crate::tx::Tx;

/// Counts in one statement: first the groups that are there, as the list has them, then what each of them is.
pub(super) async fn count<Mode>(
    tx: &mut Tx<Mode>,
    viewer: AccountId,
    filter: &GroupFilter,
) -> Result<GroupFacets> {
    let wanted = Wanted::of(tx, filter).await?;
    let rows = sqlx::query!(
        r#"
        with seen as materialized (
          select g.category_id::text as category, g.visibility, g.join_policy, g.country::text as country
          from community.groups g
          left join lateral (
            select m.state
            from community.members m
            where m.tenant_id = $1
              and m.group_id = g.id
              and m.account_id = $2
              and (m.state <> 'invited' or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = m.by_id and b.blocked
              ))
            limit 1
          ) own on true
          where g.tenant_id = $1
            and (g.visibility <> 'hidden' or own.state in ('member', 'invited'))
            and ($3::uuid[] is null or g.category_id = any($3))
            and ($4::text is null or g.visibility = $4)
            and ($5::text is null or g.join_policy = $5)
            and g.archived = $6
            and ($7::text is null or g.country = $7::text)
            and ($8::text is null or own.state = $8)
          order by g.id desc
          limit $9
        ), counted as (
          select 'all' as facet, '' as value, count(*) as groups from seen
          union all
          select 'category', category, count(*) from seen where category is not null group by category
          union all
          select 'visibility', visibility, count(*) from seen group by visibility
          union all
          select 'join_policy', join_policy, count(*) from seen group by join_policy
          union all
          select 'country', country, count(*) from seen where country is not null group by country
        ), placed as (
          select facet, value, groups,
            row_number() over (partition by facet order by groups desc, value collate "C") as place
          from counted
        )
        select facet as "facet!", value as "value!", groups as "groups!"
        from placed
        where place <= $10
        order by facet, place
        "#,
        tx.scope().tenant.uuid(),
        viewer.uuid(),
        wanted.categories.as_deref(),
        filter.visibility.map(GroupVisibility::as_str),
        filter.join_policy.map(JoinPolicy::as_str),
        filter.archived,
        filter.country.as_ref().map(Country::as_str),
        filter.belonging.map(GroupMemberState::as_str),
        i64::from(GroupFacets::GROUPS) + 1,
        i64::from(GroupFacets::VALUES),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let mut facets = GroupFacets::default();
    for row in rows {
        let groups = u32::try_from(row.groups).unwrap_or(u32::MAX);
        let count = GroupCount { value: row.value, groups };
        match row.facet.as_str() {
            "category" => facets.categories.push(count),
            "visibility" => facets.visibilities.push(count),
            "join_policy" => facets.join_policies.push(count),
            "country" => facets.countries.push(count),
            _ => facets.counted = groups,
        }
    }
    facets.more = facets.counted > u32::from(GroupFacets::GROUPS);
    facets.counted = facets.counted.min(u32::from(GroupFacets::GROUPS));
    Ok(facets)
}
