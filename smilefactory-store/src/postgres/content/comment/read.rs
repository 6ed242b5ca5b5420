//! Comments by their ids, and everything that one person said below posts.

use smilefactory_core::content::Comment;
use smilefactory_core::id::{AccountId, CommentId, Id};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::CommentRow;
use crate::error::Result;
use crate::postgres::row::page;
use crate::tx::Tx;

/// The comments of these ids, as many as a page has and the one behind it; the newest first.
pub(super) async fn by_ids<Mode>(tx: &mut Tx<Mode>, ids: &[Uuid]) -> Result<Vec<Comment>> {
    let rows = sqlx::query_as!(
        CommentRow,
        r#"
        select c.id, c.post_id, c.parent_id, c.depth, c.author_id, c.body, c.body_html as html, c.standing,
          n.replies - (
            select count(*)::integer
            from social.barriers b
            join content.comments r
              on r.tenant_id = $1 and r.author_id = b.other_id and r.post_id = c.post_id and r.parent_id = c.id
            join content.comment_nodes k on k.tenant_id = $1 and k.id = r.id and k.shown
            where b.tenant_id = $1 and b.viewer_id = $3
          ) as "replies!",
          n.likes + coalesce(d.likes, 0) - h.likes as "likes!",
          n.insights + coalesce(d.insights, 0) - h.insights as "insights!",
          n.supports + coalesce(d.supports, 0) - h.supports as "supports!",
          n.celebrates + coalesce(d.celebrates, 0) - h.celebrates as "celebrates!",
          c.edited_at, c.deleted_at, c.version, c.created_at
        from content.comments c
        join content.comment_nodes n on n.tenant_id = $1 and n.id = c.id
        left join lateral (
          select sum(s.likes)::bigint as likes, sum(s.insights)::bigint as insights,
            sum(s.supports)::bigint as supports, sum(s.celebrates)::bigint as celebrates
          from content.comment_score_deltas s
          where s.tenant_id = $1 and s.comment_id = c.id
        ) d on true
        cross join lateral (
          select count(*) filter (where o.reaction = 'like') as likes,
            count(*) filter (where o.reaction = 'insightful') as insights,
            count(*) filter (where o.reaction = 'support') as supports,
            count(*) filter (where o.reaction = 'celebrate') as celebrates
          from social.barriers b
          join content.comment_actions o on o.tenant_id = $1 and o.comment_id = c.id and o.account_id = b.other_id
          where b.tenant_id = $1 and b.viewer_id = $3
        ) h
        where c.tenant_id = $1 and c.id = any($2)
        order by c.id desc
        limit 101
        "#,
        tx.scope().tenant.uuid(),
        ids,
        tx.viewer(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    rows.into_iter().map(Comment::try_from).collect()
}

pub(super) async fn of_author<Mode>(
    tx: &mut Tx<Mode>,
    author: AccountId,
    request: &PageRequest<CommentId>,
) -> Result<Page<Comment, CommentId>> {
    let ids = sqlx::query_scalar!(
        r#"
        select id
        from content.comments
        where tenant_id = $1 and author_id = $2 and id < $3
        order by id desc
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        author.uuid(),
        request.after.map_or(Uuid::max(), Uuid::from),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let comments = by_ids(tx, &ids).await?;
    page(comments, request.size, Ok, |comment| comment.id)
}
