//! How many posts there are of what.

use smilefactory_core::feed::{FeedCount, FeedFacets};
use smilefactory_core::id::Id;
use uuid::Uuid;

use super::Wanted;
use crate::error::Result;
use crate::tx::Tx;

struct Counted {
    facet: String,
    value: String,
    posts: i64,
}

/// Counts in one statement, whatever there is: first the most recent posts, then what each of them has.
pub(super) async fn count<Mode>(tx: &mut Tx<Mode>, wanted: &Wanted) -> Result<FeedFacets> {
    let counted = sqlx::query_as!(
        Counted,
        r#"
        with seen as materialized (
          select found.id, found.kind
          from (
            (
              select p.id, p.kind, p.published_at
              from content.posts p
              where p.tenant_id = $1
                and p.state = 'published'
                and p.standing = 'visible'
                and p.audience = 'everybody'
                and (p.published_at, p.id) < ($2, $3)
                and ($6::text is null or p.kind = $6)
                and ($7::uuid is null or exists (
                  select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
                ))
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
                )
              order by p.published_at desc, p.id desc
              limit $8
            )
            union all
            (
              select p.id, p.kind, p.published_at
              from community.members m
              cross join lateral (
                select p.id, p.kind, p.published_at
                from content.posts p
                where p.tenant_id = $1
                  and p.group_id = m.group_id
                  and p.state = 'published'
                  and p.standing = 'visible'
                  and p.audience = 'members'
                  and (p.published_at, p.id) < ($2, $3)
                  and ($6::text is null or p.kind = $6)
                  and ($7::uuid is null or exists (
                    select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
                  ))
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
                  )
                order by p.published_at desc, p.id desc
                limit $8
              ) p
              where m.tenant_id = $1 and m.account_id = $4 and m.state = 'member'
            )
          ) found
          order by found.published_at desc, found.id desc
          limit $8
        ), counted as (
          select 'all' as facet, '' as value, count(*) as posts from seen
          union all
          select 'kind', kind, count(*) from seen group by kind
          union all
          select 'tag', t.name, count(*)
          from seen
          join content.post_tags l on l.tenant_id = $1 and l.post_id = seen.id
          join content.tags t on t.tenant_id = $1 and t.id = l.tag_id
          group by t.name
          union all
          select 'category', l.category_id::text, count(*)
          from seen
          join content.post_categories l on l.tenant_id = $1 and l.post_id = seen.id
          group by l.category_id
        ), placed as (
          select facet, value, posts,
            row_number() over (partition by facet order by posts desc, value collate "C") as place
          from counted
        )
        select facet as "facet!", value as "value!", posts as "posts!"
        from placed
        where place <= $9
        order by facet, place
        "#,
        tx.scope().tenant.uuid(),
        tx.now(),
        Uuid::max(),
        wanted.reader,
        tx.viewer(),
        wanted.kind,
        wanted.tag,
        i64::from(FeedFacets::POSTS) + 1,
        i64::from(FeedFacets::VALUES),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(facets(counted))
}

/// Each count under its facet.
fn facets(counted: Vec<Counted>) -> FeedFacets {
    let mut facets = FeedFacets::default();
    for one in counted {
        let posts = u32::try_from(one.posts).unwrap_or(u32::MAX);
        let count = FeedCount { value: one.value, posts };
        match one.facet.as_str() {
            "kind" => facets.kinds.push(count),
            "tag" => facets.tags.push(count),
            "category" => facets.categories.push(count),
            _ => facets.counted = posts,
        }
    }
    facets.more = facets.counted > u32::from(FeedFacets::POSTS);
    facets.counted = facets.counted.min(u32::from(FeedFacets::POSTS));
    facets
}
