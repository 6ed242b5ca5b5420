//! Everything that one person said below posts.

use smilefactory_core::content::Comment;
use smilefactory_core::id::{AccountId, CommentId, Id};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::CommentRow;
use crate::error::Result;
use crate::postgres::row::page;
use crate::tx::Tx;

pub(super) async fn of_author<Mode>(
    tx: &mut Tx<Mode>,
    author: AccountId,
    request: &PageRequest<CommentId>,
) -> Result<Page<Comment, CommentId>> {
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
            where b.tenant_id = $1 and b.viewer_id = $5
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
          where b.tenant_id = $1 and b.viewer_id = $5
        ) h
        where c.tenant_id = $1 and c.author_id = $2 and c.id < $3
        order by c.id desc
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        author.uuid(),
        request.after.map_or(Uuid::max(), Uuid::from),
        request.size.with_one_more(),
        tx.viewer(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    page(rows, request.size, Comment::try_from, |comment| comment.id)
}
