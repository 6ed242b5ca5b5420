//! Reads posts.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{
    Post, PostFacets, PostKind, PostState, PostView, ReviewAssignment, ReviewDue, StepTaken, reading_minutes,
};
use smilefactory_core::id::{AccountId, GroupId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::Posts;
use super::row::{PostRow, select_posts};
use crate::error::Result;
use crate::postgres::row::{RowOf, page};
use crate::repo::content::{DueKey, PostFilter, PublishedKey, ReadEngagement, ReadPosts, ReadVotes};

impl<Mode> ReadPosts for Posts<'_, Mode> {
    async fn get(&mut self, id: PostId) -> Result<Option<Post>> {
        Ok(self.get_many(&[id]).await?.pop())
    }

    async fn get_many(&mut self, ids: &[PostId]) -> Result<Vec<Post>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        select_posts!(
            r#"
            where tenant_id = $1 and id = any($2)
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Post::try_from)
        .collect()
    }

    async fn list(
        &mut self,
        filter: &PostFilter,
        request: &PageRequest<PublishedKey>,
    ) -> Result<Page<Post, PublishedKey>> {
        super::published::list(self.0, filter, request).await
    }

    async fn count_facets(&mut self, filter: &PostFilter) -> Result<PostFacets> {
        super::facets::count(self.0, filter).await
    }

    async fn list_of_group(
        &mut self,
        group: GroupId,
        kind: Option<PostKind>,
        request: &PageRequest<PublishedKey>,
    ) -> Result<Page<Post, PublishedKey>> {
        super::published::list_of_group(self.0, group, kind, request).await
    }

    async fn list_of_author(
        &mut self,
        author: AccountId,
        state: Option<PostState>,
        request: &PageRequest<PostId>,
    ) -> Result<Page<Post, PostId>> {
        let rows = select_posts!(
            r#"
            where tenant_id = $1
              and author_id = $2
              and ($3::text is null or state = $3)
              and id < $4
            order by id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            author.uuid(),
            state.map(PostState::as_str),
            // No id is as large as the largest UUID, which is of no version.
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Post::try_from, |post| post.id)
    }

    async fn list_in_review(&mut self, request: &PageRequest<PostId>) -> Result<Page<Post, PostId>> {
        let rows = select_posts!(
            r#"
            where tenant_id = $1 and state = 'in_review' and id > $2 and erased_at is null
            order by id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            request.after.map_or(Uuid::nil(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Post::try_from, |post| post.id)
    }

    async fn list_to_review(
        &mut self,
        reviewer: AccountId,
        request: &PageRequest<DueKey>,
    ) -> Result<Page<ReviewDue, DueKey>> {
        let first = DueKey { at: DateTime::UNIX_EPOCH, id: PostId::from_uuid(Uuid::nil()) };
        let after = request.after.unwrap_or(first);
        let due = sqlx::query!(
            r#"
            select asked.post_id, asked.due_at
            from content.post_reviewers asked
            where asked.tenant_id = $1
              and asked.reviewer_id = $2
              and (asked.due_at, asked.post_id) > ($3, $4)
              and (select state from content.posts where tenant_id = $1 and id = asked.post_id) = 'in_review'
            order by asked.due_at, asked.post_id
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            reviewer.uuid(),
            after.at,
            after.id.uuid(),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let ids: Vec<_> = due.iter().map(|row| PostId::from_uuid(row.post_id)).collect();
        let mut posts = Vec::new();
        // One more than the largest page is more than `get_many` reads at once.
        for ids in ids.chunks(100) {
            posts.extend(self.get_many(ids).await?);
        }
        let found = due.into_iter().filter_map(|row| {
            let post = posts.iter().find(|post| post.id.uuid() == row.post_id)?.clone();
            Some(ReviewDue { due_at: row.due_at, post })
        });
        page(found.collect(), request.size, Ok, |due| DueKey { at: due.due_at, id: due.post.id })
    }

    async fn view(&mut self, id: PostId, viewer: AccountId) -> Result<Option<PostView>> {
        let Some(post) = self.get(id).await? else { return Ok(None) };
        let html = sqlx::query_scalar!(
            "select body_html from content.posts where tenant_id = $1 and id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(html) = html else { return Ok(None) };
        let votes = match &post.draft.poll {
            Some(_) => Some(self.0.votes().result(&post, viewer).await?),
            None => None,
        };
        let reading_minutes = reading_minutes(post.draft.body.as_str());
        let engagement = self.0.engagement().get(id, viewer).await?;
        Ok(Some(PostView { html, reading_minutes, votes, engagement, post }))
    }

    async fn list_steps(
        &mut self,
        id: PostId,
        request: &PageRequest<Version>,
    ) -> Result<Page<StepTaken, Version>> {
        let rows = sqlx::query_as!(
            StepRow,
            r#"
            select post_id, version, step, from_state, to_state, taker, account_id, at, reason
            from content.post_moves
            where tenant_id = $1 and post_id = $2 and version < $3
            order by version desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            request.after.map_or(i64::MAX, Version::get),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, StepTaken::try_from, |step| step.version)
    }

    async fn reviewers(&mut self, id: PostId) -> Result<Vec<ReviewAssignment>> {
        let rows = sqlx::query!(
            r#"
            select reviewer_id, asked_by, asked_at, due_at
            from content.post_reviewers
            where tenant_id = $1 and post_id = $2
            order by due_at, reviewer_id
            limit 20
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let assignments = rows.into_iter().map(|row| ReviewAssignment {
            reviewer: AccountId::from_uuid(row.reviewer_id),
            asked_by: AccountId::from_uuid(row.asked_by),
            asked_at: row.asked_at,
            due_at: row.due_at,
        });
        Ok(assignments.collect())
    }
}

struct StepRow {
    post_id: Uuid,
    version: i64,
    step: String,
    from_state: String,
    to_state: String,
    taker: String,
    account_id: Option<Uuid>,
    at: DateTime<Utc>,
    reason: Option<String>,
}

impl TryFrom<StepRow> for StepTaken {
    type Error = crate::error::StoreError;
    fn try_from(row: StepRow) -> Result<Self> {
        let of = RowOf { table: "content.post_moves", id: row.post_id };
        Ok(Self {
            version: Version::new(row.version),
            step: of.parse("step", &row.step)?,
            from: of.parse("from_state", &row.from_state)?,
            to: of.parse("to_state", &row.to_state)?,
            by: of.parse("taker", &row.taker)?,
            account: row.account_id.map(AccountId::from_uuid),
            at: row.at,
            reason: of.parse_opt("reason", row.reason.as_deref())?,
        })
    }
}
