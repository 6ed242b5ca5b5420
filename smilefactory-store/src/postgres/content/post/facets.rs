//! How many posts there are of what.

use smilefactory_core::content::{PostCount, PostFacets};
use smilefactory_core::id::Id;
use uuid::Uuid;

use super::published::Wanted;
use crate::error::Result;
use crate::repo::content::PostFilter;
use crate::tx::Tx;

/// Counts in one statement: first the posts that are there, as the list has them, then what each of them is.
pub(super) async fn count<Mode>(tx: &mut Tx<Mode>, filter: &PostFilter) -> Result<PostFacets> {
    let Some(wanted) = Wanted::of(tx, filter, None).await? else { return Ok(PostFacets::default()) };
    let rows = sqlx::query!(
        r#"
        with seen as materialized (
          select p.id, p.kind, p.author_id, p.categories
          from content.posts p
          where p.tenant_id = $1
            and p.state = 'published'
            and p.standing = 'visible'
            and p.audience = 'everybody'
            and p.published_at >= $2
            and ($3::timestamptz is null or p.published_at < $3)
            and ($4::text is null or p.kind = $4)
            and ($5::uuid is null or p.author_id = $5)
            and ($6::uuid is null or exists (
              select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $6
            ))
            and ($7::uuid[] is null or exists (
              select
              from content.post_categories l
              where l.tenant_id = $1 and l.post_id = p.id and l.category_id = any($7)
            ))
            and (not $8 or exists (
              select from content.featured_posts f where f.tenant_id = $1 and f.post_id = p.id
            ))
            and not exists (
              select
              from social.barriers b
              where b.tenant_id = $1 and b.viewer_id = $9 and b.other_id = p.author_id
                and (b.blocked or $5::uuid is null)
            )
          order by p.published_at desc, p.id desc
          limit $10
        ), counted as (
          select 'all' as facet, '' as value, count(*) as posts from seen
          union all
          select 'kind', kind, count(*) from seen group by kind
          union all
          select 'author', author_id::text, count(*) from seen group by author_id
          union all
          select 'category', category::text, count(*)
          from seen
          cross join unnest(seen.categories) as category
          group by category
          union all
          select 'tag', t.name, tagged.posts
          from (
            select l.tag_id, count(*) as posts
            from seen
            join content.post_tags l on l.tenant_id = $1 and l.post_id = seen.id
            group by l.tag_id
          ) tagged
          join content.tags t on t.tenant_id = $1 and t.id = tagged.tag_id
        ), placed as (
          select facet, value, posts,
            row_number() over (partition by facet order by posts desc, value collate "C") as place
          from counted
        )
        select facet as "facet!", value as "value!", posts as "posts!"
        from placed
        where place <= $11
        order by facet, place
        "#,
        tx.scope().tenant.uuid(),
        wanted.from,
        filter.until,
        wanted.kind,
        filter.author.map(Uuid::from),
        wanted.tag,
        wanted.categories.as_deref(),
        filter.featured,
        tx.viewer(),
        i64::from(PostFacets::POSTS) + 1,
        i64::from(PostFacets::VALUES),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let mut facets = PostFacets::default();
    for row in rows {
        let posts = u32::try_from(row.posts).unwrap_or(u32::MAX);
        let count = PostCount { value: row.value, posts };
        match row.facet.as_str() {
            "kind" => facets.kinds.push(count),
            "author" => facets.authors.push(count),
            "category" => facets.categories.push(count),
            "tag" => facets.tags.push(count),
            _ => facets.counted = posts,
        }
    }
    facets.more = facets.counted > u32::from(PostFacets::POSTS);
    facets.counted = facets.counted.min(u32::from(PostFacets::POSTS));
    Ok(facets)
}
