//! Lists of comments, each with its first replies.
//!
//! One statement reads a page, however large the thread: it walks the narrow table of nodes from the page down, some
//! entries of an index at each comment, and fetches the texts of what it found. Lateral subqueries with a limit keep the
//! planner from joining whole tables where it expects many rows. What its viewer is not shown is found first, by its
//! authors, and left out with everything below it.

use std::collections::HashMap;

use smilefactory_core::content::{Comment, CommentSort};
use smilefactory_core::id::Id;
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::comment::CommentRow;
use crate::error::Result;
use crate::repo::content::{CommentKey, Thread};
use crate::tx::Tx;

/// How many replies come with each comment of a page; with each of these comes one, and so on down.
const FIRST_REPLIES: usize = 3;

/// A comment of the page or below it.
struct NodeRow {
    under_id: Uuid,
    score: i64,
    comment: CommentRow,
}

/// The same walk in one of the orders: how a key compares with those after it, and what to order by.
macro_rules! walk {
    ($tx:ident, $under:ident, $after:ident, $shape:ident, $compare:tt, $order:tt) => {
        sqlx::query!(
            r#"
            with recursive hidden as materialized (
              select n.id, n.under_id
              from social.barriers b
              cross join lateral (
                select c.id
                from content.comments c
                where c.tenant_id = $1
                  and c.author_id = b.other_id
                  and c.post_id = coalesce((select u.post_id from content.comment_nodes u where u.tenant_id = $1 and u.id = $2), $2)
              ) c
              join content.comment_nodes n on n.tenant_id = $1 and n.id = c.id and n.shown
              where b.tenant_id = $1 and b.viewer_id = $8
            ), thread as (
              select r.id, r.under_id, r.score, r.replies, 1 as level, r.place
              from (
                select n.id, n.under_id, n.score,
                  n.replies - (select count(*)::integer from hidden h where h.under_id = n.id) as replies,
                  row_number() over (order by "# + $order + r#") as place
                from content.comment_nodes n
                where n.tenant_id = $1 and n.under_id = $2 and n.shown and n.id not in (select h.id from hidden h)
                  and "# + $compare + r#"
                order by "# + $order + r#"
                limit $5
              ) r
              union all
              select r.id, r.under_id, r.score, r.replies, t.level + 1, r.place
              from thread t
              cross join lateral (
                select n.id, n.under_id, n.score,
                  n.replies - (select count(*)::integer from hidden h where h.under_id = n.id) as replies,
                  row_number() over (order by "# + $order + r#") as place
                from content.comment_nodes n
                where n.tenant_id = $1 and n.under_id = t.id and n.shown and n.id not in (select h.id from hidden h)
                order by "# + $order + r#"
                limit $6
              ) r
              where t.level < $7
                and t.replies > 0
                and (t.level > 1 or t.place < $5)
                and (t.level = 1 or r.place = 1)
            )
            select t.under_id as "under_id!", t.score as "score!", t.replies as "replies!", c.id, c.post_id, c.parent_id,
              c.depth, c.author_id, c.body, c.body_html as html, c.standing, c.edited_at, c.deleted_at, c.version, c.created_at
            from thread t
            cross join lateral (
              select c.id, c.post_id, c.parent_id, c.depth, c.author_id, c.body, c.body_html, c.standing, c.edited_at,
                c.deleted_at, c.version, c.created_at
              from content.comments c
              where c.tenant_id = $1 and c.id = t.id
              limit 1
            ) c
            order by t.level, t.place
            "#,
            $tx.scope().tenant.uuid(),
            $under,
            $after.score,
            $after.id.uuid(),
            $shape.page,
            $shape.replies,
            $shape.levels,
            $tx.viewer(),
        )
        .fetch_all($tx.conn()?)
        .await?
        .into_iter()
        .map(|row| NodeRow {
            under_id: row.under_id,
            score: row.score,
            comment: CommentRow {
                id: row.id,
                post_id: row.post_id,
                parent_id: row.parent_id,
                depth: row.depth,
                author_id: row.author_id,
                body: row.body,
                html: row.html,
                standing: row.standing,
                replies: row.replies,
                edited_at: row.edited_at,
                deleted_at: row.deleted_at,
                version: row.version,
                created_at: row.created_at,
            },
        })
        .collect()
    };
}

/// What an answer has room for.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// One more than the page.
    page: i64,
    /// How many replies each comment of the page brings.
    replies: i64,
    /// How many levels there are, the page included.
    levels: i32,
}

impl Shape {
    /// The largest shape that a page of so many comments leaves room for.
    fn of(page: usize) -> Self {
        let each = CommentSort::COMMENTS / page.max(1);
        let levels = each.clamp(1, CommentSort::DEPTH);
        let replies = each.saturating_sub(1).checked_div(levels - 1).unwrap_or(0).clamp(1, FIRST_REPLIES);
        Self {
            page: i64::try_from(page).unwrap_or(0).saturating_add(1),
            replies: i64::try_from(replies).unwrap_or(1),
            levels: i32::try_from(levels).unwrap_or(1),
        }
    }
}

/// The page of what hangs directly under a post or a comment.
pub(super) async fn read<Mode>(
    tx: &mut Tx<Mode>,
    under: Uuid,
    sort: CommentSort,
    request: &PageRequest<CommentKey>,
) -> Result<Page<Thread, CommentKey>> {
    let shape = Shape::of(request.size.get());
    let after = request.after.unwrap_or_else(|| CommentKey::before_all(sort));
    let rows: Vec<NodeRow> = match sort {
        CommentSort::Best => {
            walk!(tx, under, after, shape, "(n.score, n.id) < ($3, $4)", "n.score desc, n.id desc")
        }
        CommentSort::Newest => {
            walk!(tx, under, after, shape, "n.id < $4 and $3::bigint is not null", "n.id desc")
        }
        CommentSort::Oldest => walk!(tx, under, after, shape, "n.id > $4 and $3::bigint is not null", "n.id"),
    };
    let mut found: HashMap<Uuid, Vec<(i64, CommentRow)>> = HashMap::new();
    for row in rows {
        found.entry(row.under_id).or_default().push((row.score, row.comment));
    }
    let roots = found.remove(&under).unwrap_or_default();
    let roots = Page::from_one_more(roots, request.size, |(score, comment)| CommentKey {
        score: *score,
        id: smilefactory_core::id::CommentId::from_uuid(comment.id),
    });
    let items =
        roots.items.into_iter().map(|(_, row)| assemble(row, &mut found, sort)).collect::<Result<_>>()?;
    Ok(Page { items, next: roots.next })
}

/// A comment with what was found below it.
fn assemble(
    row: CommentRow,
    found: &mut HashMap<Uuid, Vec<(i64, CommentRow)>>,
    sort: CommentSort,
) -> Result<Thread> {
    let below = found.remove(&row.id).unwrap_or_default();
    let comment = Comment::try_from(row)?;
    let last_score = below.last().map(|(score, _)| *score);
    let replies =
        below.into_iter().map(|(_, row)| assemble(row, found, sort)).collect::<Result<Vec<Thread>>>()?;
    let all_here = usize::try_from(comment.replies).is_ok_and(|count| count <= replies.len());
    let more = (!all_here).then(|| match (last_score, replies.last()) {
        (Some(score), Some(last)) => CommentKey { score, id: last.comment.id },
        _ => CommentKey::before_all(sort),
    });
    Ok(Thread { comment, replies, more })
}
