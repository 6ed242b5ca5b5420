//! What people do with posts and comments.

mod counts;

use chrono::{DateTime, NaiveDate, Utc};
use smilefactory_core::content::{
    AuthorStats, PostEngagement, PostReaction, Reaction, ReactionCounts, SavedPost, ViewerState,
};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use super::label::count;
use crate::error::Result;
use crate::repo::content::{ReactionKey, ReadEngagement, ReadPosts, SavedKey, WriteEngagement};
use crate::tx::ReadWrite;

repository! {
    /// What people do with posts and comments.
    Engagement = engagement
}

struct StateRow {
    reaction: Option<String>,
    reacted_at: Option<DateTime<Utc>>,
    saved_at: Option<DateTime<Utc>>,
    shared_at: Option<DateTime<Utc>>,
    viewed_on: Option<NaiveDate>,
}

struct ReactionRow {
    account_id: Uuid,
    reaction: String,
    reacted_at: DateTime<Utc>,
}

impl<Mode> ReadEngagement for Engagement<'_, Mode> {
    async fn get(&mut self, post: PostId, viewer: AccountId) -> Result<PostEngagement> {
        let viewer = self.state(post, viewer).await?;
        let stats = sqlx::query!(
            r#"
            select s.likes - h.likes as "likes!", s.insights - h.insights as "insights!", s.supports - h.supports as "supports!",
              s.celebrates - h.celebrates as "celebrates!", s.saves - h.saves as "saves!", s.shares - h.shares as "shares!",
              s.views - h.views as "views!"
            from content.post_stats s
            cross join (
              select count(*) filter (where a.reaction = 'like') as likes,
                count(*) filter (where a.reaction = 'insightful') as insights,
                count(*) filter (where a.reaction = 'support') as supports,
                count(*) filter (where a.reaction = 'celebrate') as celebrates,
                count(a.saved_at) as saves, count(a.shared_at) as shares, coalesce(sum(a.views), 0)::bigint as views
              from social.barriers b
              join content.post_actions a on a.tenant_id = $1 and a.post_id = $2 and a.account_id = b.other_id
              where b.tenant_id = $1 and b.viewer_id = $3
            ) h
            where s.tenant_id = $1 and s.post_id = $2
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            self.0.viewer(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let stats = stats.as_ref();
        Ok(PostEngagement {
            post,
            reactions: ReactionCounts {
                like: count(stats.map(|stats| stats.likes)),
                insightful: count(stats.map(|stats| stats.insights)),
                support: count(stats.map(|stats| stats.supports)),
                celebrate: count(stats.map(|stats| stats.celebrates)),
            },
            saves: count(stats.map(|stats| stats.saves)),
            shares: count(stats.map(|stats| stats.shares)),
            views: count(stats.map(|stats| stats.views)),
            viewer,
        })
    }

    async fn state(&mut self, post: PostId, account: AccountId) -> Result<ViewerState> {
        let row = sqlx::query_as!(
            StateRow,
            r#"
            select reaction, reacted_at, saved_at, shared_at, viewed_on
            from content.post_actions
            where tenant_id = $1 and post_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = row else { return Ok(ViewerState::default()) };
        let of = RowOf { table: "content.post_actions", id: post.uuid() };
        Ok(ViewerState {
            reaction: of.parse_opt("reaction", row.reaction.as_deref())?,
            reacted_at: row.reacted_at,
            saved_at: row.saved_at,
            shared_at: row.shared_at,
            viewed_on: row.viewed_on,
        })
    }

    async fn list_reactions(
        &mut self,
        post: PostId,
        request: &PageRequest<ReactionKey>,
    ) -> Result<Page<PostReaction, ReactionKey>> {
        let rows = sqlx::query_as!(
            ReactionRow,
            r#"
            select account_id, reaction as "reaction!", reacted_at as "reacted_at!"
            from content.post_actions
            where tenant_id = $1 and post_id = $2 and reaction is not null and (reacted_at, account_id) < ($3, $4)
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $6 and b.other_id = account_id
              )
            order by reacted_at desc, account_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.account.uuid()),
            request.size.with_one_more(),
            self.0.viewer(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of = RowOf { table: "content.post_actions", id: post.uuid() };
        let reaction = |row: ReactionRow| {
            Ok(PostReaction {
                account: AccountId::from_uuid(row.account_id),
                reaction: of.parse("reaction", &row.reaction)?,
                reacted_at: row.reacted_at,
            })
        };
        page(rows, request.size, reaction, |last| ReactionKey { at: last.reacted_at, account: last.account })
    }

    async fn list_saved(
        &mut self,
        account: AccountId,
        request: &PageRequest<SavedKey>,
    ) -> Result<Page<SavedPost, SavedKey>> {
        let keys = sqlx::query!(
            r#"
            select a.saved_at as "saved_at!", a.post_id
            from content.post_actions as a
            join content.posts as p on p.tenant_id = a.tenant_id and p.id = a.post_id
            where a.tenant_id = $1
              and a.account_id = $2
              and a.saved_at is not null
              and (a.saved_at, a.post_id) < ($3, $4)
              and p.state = 'published'
              and p.standing = 'visible'
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $6 and b.other_id = p.author_id
              )
            order by a.saved_at desc, a.post_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.id.uuid()),
            request.size.with_one_more(),
            self.0.viewer(),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(|row| SavedKey { at: row.saved_at, id: PostId::from_uuid(row.post_id) })
        .collect();
        let Page { items: keys, next } = Page::from_one_more(keys, request.size, |key| *key);
        let ids: Vec<PostId> = keys.iter().map(|key: &SavedKey| key.id).collect();
        let mut posts = self.0.posts().get_many(&ids).await?;
        posts.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
        let saved = |post: smilefactory_core::content::Post| {
            let key = keys.iter().find(|key| key.id == post.id)?;
            Some(SavedPost { saved_at: key.at, post })
        };
        Ok(Page { items: posts.into_iter().filter_map(saved).collect(), next })
    }

    async fn comment_reaction(&mut self, comment: CommentId, account: AccountId) -> Result<Option<Reaction>> {
        let reaction = sqlx::query_scalar!(
            r#"
            select reaction
            from content.comment_actions
            where tenant_id = $1 and comment_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            comment.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        RowOf { table: "content.comment_actions", id: comment.uuid() }
            .parse_opt("reaction", reaction.as_deref())
    }

    async fn author_stats(&mut self, author: AccountId) -> Result<AuthorStats> {
        let stats = sqlx::query!(
            r#"
            select posts, reactions, saves, shares, views
            from content.author_stats
            where tenant_id = $1 and account_id = $2
            "#,
            self.0.scope().tenant.uuid(),
            author.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let stats = stats.as_ref();
        Ok(AuthorStats {
            account: author,
            posts: count(stats.map(|stats| stats.posts)),
            reactions: count(stats.map(|stats| stats.reactions)),
            saves: count(stats.map(|stats| stats.saves)),
            shares: count(stats.map(|stats| stats.shares)),
            views: count(stats.map(|stats| stats.views)),
        })
    }

    async fn drift(&mut self, after: Option<PostId>, limit: u16) -> Result<(Vec<PostId>, Option<PostId>)> {
        counts::drift(self.0, after, limit).await
    }

    async fn author_drift(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> Result<(Vec<AccountId>, Option<AccountId>)> {
        counts::author_drift(self.0, after, limit).await
    }
}

impl WriteEngagement for Engagement<'_, ReadWrite> {
    async fn react(&mut self, post: PostId, account: AccountId, reaction: Reaction) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, reaction, reacted_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, post_id, account_id) do update
            set reaction = excluded.reaction, reacted_at = excluded.reacted_at
            where a.reaction is distinct from excluded.reaction
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            reaction.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unreact(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let changed = sqlx::query!(
            r#"
            update content.post_actions
            set reaction = null, reacted_at = null
            where tenant_id = $1 and post_id = $2 and account_id = $3 and reaction is not null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn save(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, saved_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, post_id, account_id) do update
            set saved_at = excluded.saved_at
            where a.saved_at is null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unsave(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let changed = sqlx::query!(
            r#"
            update content.post_actions
            set saved_at = null
            where tenant_id = $1 and post_id = $2 and account_id = $3 and saved_at is not null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn share(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let now = self.0.now();
        // The first one writes the time; whoever finds it there moves it on, and has not shared for the first time.
        let first = sqlx::query!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, shared_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, post_id, account_id) do update
            set shared_at = excluded.shared_at
            where a.shared_at is null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        if first.rows_affected() > 0 {
            return Ok(true);
        }
        sqlx::query!(
            r#"
            update content.post_actions
            set shared_at = greatest(shared_at, $4)
            where tenant_id = $1 and post_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(false)
    }

    async fn view(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let today = self.0.now().date_naive();
        let views = sqlx::query_scalar!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, viewed_on, views)
            values ($1, $2, $3, $4, 1)
            on conflict (tenant_id, post_id, account_id) do update
            set viewed_on = excluded.viewed_on, views = a.views + 1
            where a.viewed_on is null or a.viewed_on < excluded.viewed_on
            returning views
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            today,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(views == Some(1))
    }

    async fn react_to_comment(
        &mut self,
        comment: CommentId,
        account: AccountId,
        reaction: Reaction,
    ) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into content.comment_actions as a (tenant_id, comment_id, account_id, reaction, reacted_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, comment_id, account_id) do update
            set reaction = excluded.reaction, reacted_at = excluded.reacted_at
            where a.reaction <> excluded.reaction
            "#,
            self.0.scope().tenant.uuid(),
            comment.uuid(),
            account.uuid(),
            reaction.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unreact_to_comment(&mut self, comment: CommentId, account: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from content.comment_actions where tenant_id = $1 and comment_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            comment.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn fold(&mut self, limit: u16) -> Result<u64> {
        counts::fold(self.0, limit).await
    }

    async fn repair(&mut self, posts: &[PostId]) -> Result<u64> {
        counts::repair(self.0, posts).await
    }

    async fn repair_authors(&mut self, authors: &[AccountId]) -> Result<u64> {
        counts::repair_authors(self.0, authors).await
    }
}
