//! Files on what is published in a group.

use chrono::{DateTime, Utc};
use smilefactory_core::community::GroupFile;
use smilefactory_core::id::{GroupId, Id, MediaId, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use crate::error::Result;
use crate::repo::community::GroupFileKey;
use crate::repo::content::ReadMedia;
use crate::tx::Tx;

/// A range of the index of a group's posts, and then the files of one page.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    group: GroupId,
    request: &PageRequest<GroupFileKey>,
) -> Result<Page<GroupFile, GroupFileKey>> {
    let after = request.after;
    let rows = sqlx::query!(
        r#"
        select p.id as post_id, p.published_at as "published_at!", a.place, a.media_id
        from content.posts p
        cross join lateral (
          select a.place, a.media_id
          from content.post_attachments a
          where a.tenant_id = $1 and a.post_id = p.id
          limit 5
        ) a
        where p.tenant_id = $1
          and p.group_id = $2
          and p.state = 'published'
          and p.standing = 'visible'
          and p.audience <> 'author'
          and (p.published_at, p.id) <= ($3, $4)
          and (p.published_at, p.id, -a.place) < ($3, $4, -$5::smallint)
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $7 and b.other_id = p.author_id
          )
        order by p.published_at desc, p.id desc, a.place
        limit $6
        "#,
        tx.scope().tenant.uuid(),
        group.uuid(),
        after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
        after.map_or(Uuid::max(), |key| key.post.uuid()),
        after.map_or(-1, |key| key.place),
        request.size.with_one_more(),
        tx.viewer(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let keys = rows.into_iter().map(|row| {
        let key =
            GroupFileKey { at: row.published_at, post: PostId::from_uuid(row.post_id), place: row.place };
        (key, MediaId::from_uuid(row.media_id))
    });
    let Page { items: keys, next } = Page::from_one_more(keys.collect(), request.size, |(key, _)| *key);
    let mut posts: Vec<PostId> = keys.iter().map(|(key, _)| key.post).collect();
    posts.dedup();
    let files = tx.media().attachments_of(&posts).await?;
    let file = |(key, id): (GroupFileKey, MediaId)| {
        let file = files.iter().find(|(post, media)| *post == key.post && media.id == id)?.1.clone();
        Some(GroupFile { post: key.post, published_at: key.at, file })
    };
    Ok(Page { items: keys.into_iter().filter_map(file).collect(), next })
}
