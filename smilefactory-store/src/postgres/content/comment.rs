//! Comments, one at a time; [`thread`](super::thread) reads lists of them.

mod read;

use chrono::{DateTime, Utc};
use smilefactory_core::content::{Comment, CommentDeleted, CommentSort, ReactionCounts};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::label::count;
use super::thread;
use crate::error::{Result, StoreError};
use crate::render;
use crate::repo::content::{CommentKey, ErasedComments, ReadComments, Thread, WriteComments};
use crate::tx::ReadWrite;

repository! {
    /// Comments.
    Comments = comments
}

pub(super) struct CommentRow {
    pub(super) id: Uuid,
    pub(super) post_id: Uuid,
    pub(super) parent_id: Option<Uuid>,
    pub(super) depth: i32,
    pub(super) author_id: Option<Uuid>,
    pub(super) body: Option<String>,
    pub(super) html: Option<String>,
    pub(super) standing: String,
    pub(super) replies: i32,
    pub(super) likes: i64,
    pub(super) insights: i64,
    pub(super) supports: i64,
    pub(super) celebrates: i64,
    pub(super) edited_at: Option<DateTime<Utc>>,
    pub(super) deleted_at: Option<DateTime<Utc>>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
}

impl TryFrom<CommentRow> for Comment {
    type Error = StoreError;
    fn try_from(row: CommentRow) -> Result<Self> {
        let of = RowOf { table: "content.comments", id: row.id };
        Ok(Self {
            id: CommentId::from_uuid(row.id),
            post: PostId::from_uuid(row.post_id),
            parent: row.parent_id.map(CommentId::from_uuid),
            // Neither is negative: the tables have checks.
            depth: u32::try_from(row.depth).unwrap_or_default(),
            author: row.author_id.map(AccountId::from_uuid),
            body: of.parse_opt("body", row.body.as_deref())?,
            html: row.html,
            standing: of.parse("standing", &row.standing)?,
            replies: u32::try_from(row.replies).unwrap_or_default(),
            reactions: ReactionCounts {
                like: count(Some(row.likes)),
                insightful: count(Some(row.insights)),
                support: count(Some(row.supports)),
                celebrate: count(Some(row.celebrates)),
            },
            own_reaction: None,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            version: Version::new(row.version),
            created_at: row.created_at,
        })
    }
}

impl<Mode> ReadComments for Comments<'_, Mode> {
    async fn get(&mut self, id: CommentId) -> Result<Option<Comment>> {
        Ok(read::by_ids(self.0, &[id.uuid()]).await?.pop())
    }

    async fn list(
        &mut self,
        post: PostId,
        sort: CommentSort,
        page: &PageRequest<CommentKey>,
    ) -> Result<Page<Thread, CommentKey>> {
        thread::read(self.0, post.uuid(), sort, page).await
    }

    async fn list_replies(
        &mut self,
        comment: CommentId,
        sort: CommentSort,
        page: &PageRequest<CommentKey>,
    ) -> Result<Page<Thread, CommentKey>> {
        thread::read(self.0, comment.uuid(), sort, page).await
    }

    async fn list_of_author(
        &mut self,
        author: AccountId,
        request: &PageRequest<CommentId>,
    ) -> Result<Page<Comment, CommentId>> {
        read::of_author(self.0, author, request).await
    }

    async fn count_of_posts(&mut self, posts: &[PostId]) -> Result<Vec<(PostId, u64)>> {
        let posts: Vec<Uuid> = posts.iter().take(100).map(|post| post.uuid()).collect();
        let rows = sqlx::query!(
            r#"
            with recursive hidden as (
              select n.id, n.post_id, n.alive
              from social.barriers b
              join content.comments c on c.tenant_id = $1 and c.author_id = b.other_id and c.post_id = any($2)
              join content.comment_nodes n on n.tenant_id = $1 and n.id = c.id and n.shown
              where b.tenant_id = $1 and b.viewer_id = $3
              union
              select n.id, n.post_id, n.alive
              from hidden h
              join content.comment_nodes n on n.tenant_id = $1 and n.under_id = h.id and n.shown
            )
            select p.id as "id!",
              coalesce(k.comments, 0) + coalesce(d.change, 0)::bigint
                - (select count(*) from hidden h where h.post_id = p.id and h.alive) as "comments!"
            from unnest($2::uuid[]) as p (id)
            left join content.comment_counts k on k.tenant_id = $1 and k.post_id = p.id
            left join lateral (
              select sum(c.change) as change
              from content.comment_count_changes c
              where c.tenant_id = $1 and c.post_id = p.id
            ) d on true
            "#,
            self.0.scope().tenant.uuid(),
            &posts,
            self.0.viewer(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (PostId::from_uuid(row.id), u64::try_from(row.comments).unwrap_or_default()))
            .collect())
    }

    async fn drift(&mut self, after: Option<PostId>, limit: u16) -> Result<(Vec<PostId>, Option<PostId>)> {
        let tenant = self.0.scope().tenant.uuid();
        let posts = sqlx::query_scalar!(
            "select id from content.posts where tenant_id = $1 and id > $2 order by id limit $3",
            tenant,
            after.map_or(Uuid::nil(), Id::uuid),
            i64::from(limit),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let drifted = sqlx::query_scalar!(
            r#"select post as "post!" from content.miscounted_comments($1, $2) as post order by post"#,
            tenant,
            &posts,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let last = posts.last().copied().map(PostId::from_uuid);
        Ok((drifted.into_iter().map(PostId::from_uuid).collect(), last))
    }
}

impl WriteComments for Comments<'_, ReadWrite> {
    async fn insert(&mut self, comment: &Comment) -> Result<Comment> {
        let rendered = comment.body.as_ref().map(|body| render::markdown(body.as_str()));
        sqlx::query!(
            r#"
            insert into content.comments (tenant_id, id, post_id, parent_id, depth, author_id, body, body_html,
              body_text, renderer, body_digest, standing, edited_at, deleted_at, version, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            "#,
            self.0.scope().tenant.uuid(),
            comment.id.uuid(),
            comment.post.uuid(),
            comment.parent.map(Uuid::from),
            i32::try_from(comment.depth).map_err(|_| StoreError::internal("a comment lies too deep"))?,
            comment.author.map(Uuid::from),
            comment.body.as_ref().map(AsRef::as_ref),
            rendered.as_ref().map(|rendered| rendered.html.as_str()),
            rendered.as_ref().map(|rendered| rendered.text.as_str()),
            rendered.as_ref().map(|rendered| rendered.renderer),
            rendered.as_ref().map(|rendered| rendered.digest.as_slice()),
            comment.standing.as_str(),
            comment.edited_at,
            comment.deleted_at,
            comment.version.get(),
            comment.created_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(Comment { html: rendered.map(|rendered| rendered.html), ..comment.clone() })
    }

    async fn update(&mut self, comment: &Comment) -> Result<Comment> {
        let next = comment.version.next();
        let rendered = comment.body.as_ref().map(|body| render::markdown(body.as_str()));
        let saved = sqlx::query!(
            r#"
            update content.comments
            set author_id = $4, body = $5, body_html = $6, body_text = $7, renderer = $8, body_digest = $9, standing = $10,
              edited_at = $11, deleted_at = $12, version = $13
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            comment.id.uuid(),
            comment.version.get(),
            comment.author.map(Uuid::from),
            comment.body.as_ref().map(AsRef::as_ref),
            rendered.as_ref().map(|rendered| rendered.html.as_str()),
            rendered.as_ref().map(|rendered| rendered.text.as_str()),
            rendered.as_ref().map(|rendered| rendered.renderer),
            rendered.as_ref().map(|rendered| rendered.digest.as_slice()),
            comment.standing.as_str(),
            comment.edited_at,
            comment.deleted_at,
            next.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: CommentId::ENTITY, id: comment.id.uuid() }),
            _ => {
                Ok(Comment { html: rendered.map(|rendered| rendered.html), version: next, ..comment.clone() })
            }
        }
    }

    async fn erase_author(&mut self, author: AccountId, most: u32) -> Result<ErasedComments> {
        let now = self.0.now();
        let rows = sqlx::query!(
            r#"
            with taken as (
              select id, deleted_at
              from content.comments
              where tenant_id = $1 and author_id = $2
              order by id
              limit $3
              for update
            )
            update content.comments c
            set author_id = null, body = null, body_html = null, body_text = null, renderer = null, body_digest = null,
              deleted_at = coalesce(c.deleted_at, $4), version = c.version + 1
            from taken
            where c.tenant_id = $1 and c.id = taken.id
            returning c.id, c.post_id, c.parent_id, taken.deleted_at is null as "had_text!"
            "#,
            self.0.scope().tenant.uuid(),
            author.uuid(),
            i64::from(most),
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let deleted = rows.iter().filter(|row| row.had_text).map(|row| CommentDeleted {
            comment: CommentId::from_uuid(row.id),
            post: PostId::from_uuid(row.post_id),
            author: None,
            parent: row.parent_id.map(CommentId::from_uuid),
        });
        Ok(ErasedComments { deleted: deleted.collect(), erased: rows.len() })
    }

    async fn render_anew(&mut self, most: u16) -> Result<u64> {
        let outdated = sqlx::query!(
            r#"
            select id, body as "body!"
            from content.comments
            where tenant_id = $1 and renderer < $2
            order by renderer, id
            limit $3
            for update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            render::RENDERER,
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let ids: Vec<Uuid> = outdated.iter().map(|row| row.id).collect();
        let rendered: Vec<_> = outdated.iter().map(|row| render::markdown(&row.body)).collect();
        let html: Vec<_> = rendered.iter().map(|rendered| rendered.html.clone()).collect();
        let text: Vec<_> = rendered.iter().map(|rendered| rendered.text.clone()).collect();
        let renewed = sqlx::query!(
            r#"
            update content.comments c
            set body_html = made.html, body_text = made.text, renderer = $2
            from unnest($3::uuid[], $4::text[], $5::text[]) as made (id, html, text)
            where c.tenant_id = $1 and c.id = made.id
            "#,
            self.0.scope().tenant.uuid(),
            render::RENDERER,
            &ids,
            &html,
            &text,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(renewed.rows_affected())
    }

    async fn fold_counts(&mut self, most: u32) -> Result<u64> {
        let folded = sqlx::query!(
            r#"
            with taken as (
              delete from content.comment_count_changes
              where tenant_id = $1 and id in (
                select id
                from content.comment_count_changes
                where tenant_id = $1
                order by id
                limit $2
                for update skip locked
              )
              returning post_id, change
            ),
            folded as (
              insert into content.comment_counts as k (tenant_id, post_id, comments)
              select $1, post_id, sum(change)::bigint
              from taken
              group by post_id
              order by post_id
              on conflict (tenant_id, post_id) do update set comments = k.comments + excluded.comments
            )
            select count(*) as "changes!" from taken
            "#,
            self.0.scope().tenant.uuid(),
            i64::from(most),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(folded.changes).unwrap_or_default())
    }

    async fn recount(&mut self, post: PostId) -> Result<u64> {
        let wrong = sqlx::query_scalar!(
            r#"select content.recount_comments($1, $2) + content.recount_scores($1, $2) as "wrong!""#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(wrong).unwrap_or_default())
    }
}
