//! Posts that staff feature: at most a few, whatever else there is.

use chrono::{DateTime, Utc};
use smilefactory_core::content::FeaturedPost;
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::published::{KeyRow, Listed, Wanted, hydrate};
use crate::error::Result;
use crate::repo::content::{PostFilter, PublishedKey};
use crate::tx::{Tx, WriteTx};

/// Those that are featured and what else is asked for holds of, the last featured first.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    filter: &PostFilter,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let Some(wanted) = Wanted::of(tx, filter, None).await? else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    let before = request.after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |key| (key.at, key.id.uuid()));
    let keys = sqlx::query_as!(
        KeyRow,
        r#"
        select f.post_id as "post_id!", f.featured_at as "published_at!"
        from content.featured_posts f
        cross join lateral (
          select p.author_id, p.kind, p.published_at
          from content.posts p
          where p.tenant_id = $1
            and p.id = f.post_id
            and p.state = 'published'
            and p.standing = 'visible'
            and p.audience = 'everybody'
          limit 1
        ) p
        where f.tenant_id = $1
          and (f.featured_at, f.post_id) < ($2, $3)
          and ($6::text is null or p.kind = $6)
          and ($7::uuid is null or p.author_id = $7)
          and ($8::uuid is null or exists (
            select from content.post_tags l where l.tenant_id = $1 and l.post_id = f.post_id and l.tag_id = $8
          ))
          and ($9::uuid[] is null or exists (
            select
            from content.post_categories l
            where l.tenant_id = $1 and l.post_id = f.post_id and l.category_id = any($9)
          ))
          and p.published_at >= $10
          and ($11::timestamptz is null or p.published_at < $11)
          and not exists (
            select
            from social.barriers b
            where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id and (b.blocked or $7::uuid is null)
          )
        order by f.featured_at desc, f.post_id desc
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        before.0,
        before.1,
        request.size.with_one_more(),
        tx.viewer(),
        wanted.kind,
        filter.author.map(Uuid::from),
        wanted.tag,
        wanted.categories.as_deref(),
        wanted.from,
        filter.until,
    )
    .fetch_all(tx.conn()?)
    .await?;
    hydrate(tx, keys, request).await
}

/// Those that are featured; whoever features anything waits for whoever does.
pub(super) async fn lock(tx: &mut WriteTx) -> Result<Vec<FeaturedPost>> {
    let tenant = tx.scope().tenant.uuid();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('content.featured_posts ' || $1, 0))",
        tenant.to_string(),
    )
    .execute(tx.conn()?)
    .await?;
    // Read only now, by a statement of its own: who held it may have featured one.
    let rows = sqlx::query!(
        r#"
        select post_id, featured_by, featured_at
        from content.featured_posts
        where tenant_id = $1
        order by featured_at desc, post_id desc
        "#,
        tenant,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let featured = rows.into_iter().map(|row| FeaturedPost {
        post: PostId::from_uuid(row.post_id),
        since: row.featured_at,
        by: AccountId::from_uuid(row.featured_by),
    });
    Ok(featured.collect())
}

/// In the first place that is free.
pub(super) async fn insert(tx: &mut WriteTx, featured: &FeaturedPost) -> Result<()> {
    sqlx::query!(
        r#"
        insert into content.featured_posts (tenant_id, post_id, place, featured_by, featured_at)
        select $1, $2, coalesce(min(free.place), 1)::smallint, $3, $4
        from generate_series(1, 20) as free (place)
        where not exists (
          select from content.featured_posts f where f.tenant_id = $1 and f.place = free.place
        )
        "#,
        tx.scope().tenant.uuid(),
        featured.post.uuid(),
        featured.by.uuid(),
        featured.since,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut WriteTx, id: PostId) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from content.featured_posts where tenant_id = $1 and post_id = $2",
        tx.scope().tenant.uuid(),
        id.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(gone.rows_affected() > 0)
}
