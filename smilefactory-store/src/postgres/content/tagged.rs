//! Published posts by a word they are found by.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{Post, PostKind};
use smilefactory_core::id::{Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use crate::error::Result;
use crate::repo::content::{PostFilter, PublishedKey, ReadPosts, ReadTags};
use crate::tx::Tx;

/// The published posts with a tag, whichever spelling or alias of it is asked for: a range of the index of labels,
/// and then the posts of one page.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    tag: &str,
    filter: &PostFilter,
    request: &PageRequest<PublishedKey>,
) -> Result<Page<Post, PublishedKey>> {
    let Some(tag) = tx.tags().find_by_name(tag).await? else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    let rows = sqlx::query!(
        r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_tags as l
            join content.posts as p on p.tenant_id = l.tenant_id and p.id = l.post_id
            where l.tenant_id = $1
              and l.tag_id = $2
              and (l.published_at, l.post_id) < ($3, $4)
              and ($5::uuid is null or p.author_id = $5)
              and ($6::text is null or p.kind = $6)
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $8 and b.other_id = p.author_id and (b.blocked or $5::uuid is null)
              )
            order by l.published_at desc, l.post_id desc
            limit $7
            "#,
        tx.scope().tenant.uuid(),
        tag.id.uuid(),
        request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
        request.after.map_or(Uuid::max(), |key| key.id.uuid()),
        filter.author.map(Uuid::from),
        filter.kind.map(PostKind::as_str),
        request.size.with_one_more(),
        tx.viewer(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let keys = rows
        .into_iter()
        .map(|row| PublishedKey { at: row.published_at, id: PostId::from_uuid(row.post_id) })
        .collect();
    let Page { items: keys, next } = Page::from_one_more(keys, request.size, |key| *key);
    let ids: Vec<PostId> = keys.iter().map(|key| key.id).collect();
    let mut items = tx.posts().get_many(&ids).await?;
    items.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
    Ok(Page { items, next })
}
