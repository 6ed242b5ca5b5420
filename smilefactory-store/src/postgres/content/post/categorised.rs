//! Lists of published posts in categories.

use smilefactory_core::id::Id;
use smilefactory_core::page::PageRequest;
use uuid::Uuid;

use super::published::{KeyRow, Listed, Wanted, hydrate};
use crate::error::Result;
use crate::repo::content::PublishedKey;
use crate::tx::Tx;

pub(super) async fn by_category<Mode>(
    tx: &mut Tx<Mode>,
    category: Uuid,
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let keys = match wanted.kind {
        None => sqlx::query_as!(
            KeyRow,
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_categories l
            where l.tenant_id = $1
              and l.category_id = $2
              and (l.published_at, l.post_id) < ($3, $4)
              and l.published_at >= $7
              and ($6::uuid is null or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $6
                  and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
              ))
            order by l.published_at desc, l.post_id desc
            limit $5
            "#,
            tx.scope().tenant.uuid(),
            category,
            wanted.before.0,
            wanted.before.1,
            request.size.with_one_more(),
            tx.viewer(),
            wanted.from,
        )
        .fetch_all(tx.conn()?)
        .await?,
        Some(kind) => sqlx::query_as!(
            KeyRow,
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_categories l
            where l.tenant_id = $1
              and l.category_id = $2
              and l.kind = $3
              and l.published_at is not null
              and (l.published_at, l.post_id) < ($4, $5)
              and l.published_at >= $8
              and ($7::uuid is null or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $7
                  and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
              ))
            order by l.published_at desc, l.post_id desc
            limit $6
            "#,
            tx.scope().tenant.uuid(),
            category,
            kind,
            wanted.before.0,
            wanted.before.1,
            request.size.with_one_more(),
            tx.viewer(),
            wanted.from,
        )
        .fetch_all(tx.conn()?)
        .await?,
    };
    hydrate(tx, keys, request).await
}

/// A range of the index in each of several categories, put together: a post that stands in two of them is there once.
pub(super) async fn by_categories<Mode>(
    tx: &mut Tx<Mode>,
    categories: &[Uuid],
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let keys = sqlx::query_as!(
        KeyRow,
        r#"
        select distinct found.published_at as "published_at!", found.post_id as "post_id!"
        from unnest($2::uuid[]) as category (id)
        cross join lateral (
          select l.post_id, l.published_at
          from content.post_categories l
          where l.tenant_id = $1
            and l.category_id = category.id
            and (l.published_at, l.post_id) < ($3, $4)
            and l.published_at >= $7
            and ($8::text is null or l.kind = $8)
            and ($6::uuid is null or not exists (
              select
              from social.barriers b
              where b.tenant_id = $1
                and b.viewer_id = $6
                and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
            ))
          order by l.published_at desc, l.post_id desc
          limit $5
        ) found
        order by 1 desc, 2 desc
        limit $5
        "#,
        tx.scope().tenant.uuid(),
        categories,
        wanted.before.0,
        wanted.before.1,
        request.size.with_one_more(),
        tx.viewer(),
        wanted.from,
        wanted.kind,
    )
    .fetch_all(tx.conn()?)
    .await?;
    hydrate(tx, keys, request).await
}
