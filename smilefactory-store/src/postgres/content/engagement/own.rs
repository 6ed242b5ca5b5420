//! Everything that one person did.

use chrono::{DateTime, NaiveDate, Utc};
use smilefactory_core::content::{CommentReaction, PostAction, ViewerState};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::super::row::{RowOf, page};
use crate::error::Result;
use crate::tx::Tx;

struct ActionRow {
    post_id: Uuid,
    reaction: Option<String>,
    reacted_at: Option<DateTime<Utc>>,
    saved_at: Option<DateTime<Utc>>,
    shared_at: Option<DateTime<Utc>>,
    viewed_on: Option<NaiveDate>,
}

struct ReactionRow {
    comment_id: Uuid,
    reaction: String,
    reacted_at: DateTime<Utc>,
}

pub(super) async fn with_posts<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    request: &PageRequest<PostId>,
) -> Result<Page<PostAction, PostId>> {
    let rows = sqlx::query_as!(
        ActionRow,
        r#"
        select post_id, reaction, reacted_at, saved_at, shared_at, viewed_on
        from content.post_actions
        where tenant_id = $1 and account_id = $2 and post_id < $3
        order by post_id desc
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        request.after.map_or(Uuid::max(), Uuid::from),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let action = |row: ActionRow| {
        let of = RowOf { table: "content.post_actions", id: row.post_id };
        Ok(PostAction {
            post: PostId::from_uuid(row.post_id),
            state: ViewerState {
                reaction: of.parse_opt("reaction", row.reaction.as_deref())?,
                reacted_at: row.reacted_at,
                saved_at: row.saved_at,
                shared_at: row.shared_at,
                viewed_on: row.viewed_on,
            },
        })
    };
    page(rows, request.size, action, |action| action.post)
}

pub(super) async fn with_comments<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    request: &PageRequest<CommentId>,
) -> Result<Page<CommentReaction, CommentId>> {
    let rows = sqlx::query_as!(
        ReactionRow,
        r#"
        select comment_id, reaction, reacted_at
        from content.comment_actions
        where tenant_id = $1 and account_id = $2 and comment_id < $3
        order by comment_id desc
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        request.after.map_or(Uuid::max(), Uuid::from),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let reaction = |row: ReactionRow| {
        let of = RowOf { table: "content.comment_actions", id: row.comment_id };
        Ok(CommentReaction {
            comment: CommentId::from_uuid(row.comment_id),
            reaction: of.parse("reaction", &row.reaction)?,
            reacted_at: row.reacted_at,
        })
    };
    page(rows, request.size, reaction, |reaction| reaction.comment)
}
