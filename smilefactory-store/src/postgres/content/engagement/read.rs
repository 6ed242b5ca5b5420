//! What people did, and how much that is.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{
    AuthorStats, CommentReaction, ListedPost, Post, PostAction, PostEngagement, PostReaction, Reaction,
    SavedPost, ViewerState, reading_minutes,
};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::{CountsRow, Engagement, ReactionRow, StateRow, counts, own};
use crate::error::{Result, StoreError};
use crate::postgres::content::label::count;
use crate::postgres::row::{RowOf, page};
use crate::repo::content::{ReactionKey, ReadEngagement, ReadPosts, SavedKey};
impl<Mode> ReadEngagement for Engagement<'_, Mode> {
    async fn get(&mut self, post: PostId, viewer: AccountId) -> Result<PostEngagement> {
        let one = self.get_many(&[post], viewer).await?.pop();
        one.ok_or_else(|| StoreError::internal("a post that was asked for is not among those that were read"))
    }

    async fn get_many(&mut self, posts: &[PostId], viewer: AccountId) -> Result<Vec<PostEngagement>> {
        let posts: Vec<Uuid> = posts.iter().take(101).map(|post| post.uuid()).collect();
        // What is counted, what is not counted yet, and what people did whom the viewer is not shown: all are read at
        // one instant.
        sqlx::query_as!(
            CountsRow,
            r#"
            with recursive hidden as (
              select n.id, n.post_id, n.alive
              from social.barriers b
              join content.comments c on c.tenant_id = $1 and c.author_id = b.other_id and c.post_id = any($2)
              join content.comment_nodes n on n.tenant_id = $1 and n.id = c.id and n.shown
              where b.tenant_id = $1 and b.viewer_id = $4
              union
              select n.id, n.post_id, n.alive
              from hidden h
              join content.comment_nodes n on n.tenant_id = $1 and n.under_id = h.id and n.shown
            )
            select p.id as "post!",
              coalesce(s.likes, 0) + coalesce(d.likes, 0) - h.likes as "likes!",
              coalesce(s.insights, 0) + coalesce(d.insights, 0) - h.insights as "insights!",
              coalesce(s.supports, 0) + coalesce(d.supports, 0) - h.supports as "supports!",
              coalesce(s.celebrates, 0) + coalesce(d.celebrates, 0) - h.celebrates as "celebrates!",
              coalesce(s.saves, 0) + coalesce(d.saves, 0) - h.saves as "saves!",
              coalesce(s.shares, 0) + coalesce(d.shares, 0) - h.shares as "shares!",
              coalesce(s.views, 0) + coalesce(d.views, 0) - h.views as "views!",
              coalesce(k.comments, 0) + coalesce(c.change, 0)
                - (select count(*) from hidden where hidden.post_id = p.id and hidden.alive) as "comments!",
              a.reaction as "reaction?", a.reacted_at as "reacted_at?", a.saved_at as "saved_at?",
              a.shared_at as "shared_at?", a.viewed_on as "viewed_on?"
            from unnest($2::uuid[]) with ordinality as p (id, place)
            left join content.post_stats s on s.tenant_id = $1 and s.post_id = p.id
            left join content.comment_counts k on k.tenant_id = $1 and k.post_id = p.id
            left join content.post_actions a on a.tenant_id = $1 and a.post_id = p.id and a.account_id = $3
            left join lateral (
              select sum(n.likes)::bigint as likes, sum(n.insights)::bigint as insights,
                sum(n.supports)::bigint as supports, sum(n.celebrates)::bigint as celebrates,
                sum(n.saves)::bigint as saves, sum(n.shares)::bigint as shares, sum(n.views)::bigint as views
              from content.post_stat_deltas n
              where n.tenant_id = $1 and n.post_id = p.id
            ) d on true
            left join lateral (
              select sum(n.change)::bigint as change
              from content.comment_count_changes n
              where n.tenant_id = $1 and n.post_id = p.id
            ) c on true
            cross join lateral (
              select count(*) filter (where o.reaction = 'like') as likes,
                count(*) filter (where o.reaction = 'insightful') as insights,
                count(*) filter (where o.reaction = 'support') as supports,
                count(*) filter (where o.reaction = 'celebrate') as celebrates,
                count(o.saved_at) as saves, count(o.shared_at) as shares, coalesce(sum(o.views), 0)::bigint as views
              from social.barriers b
              join content.post_actions o on o.tenant_id = $1 and o.post_id = p.id and o.account_id = b.other_id
              where b.tenant_id = $1 and b.viewer_id = $4
            ) h
            order by p.place
            "#,
            self.0.scope().tenant.uuid(),
            &posts,
            viewer.uuid(),
            self.0.viewer(),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(PostEngagement::try_from)
        .collect()
    }

    async fn of_listed(&mut self, posts: Vec<Post>, viewer: AccountId) -> Result<Vec<ListedPost>> {
        let ids: Vec<PostId> = posts.iter().map(|post| post.id).collect();
        let engagement = self.get_many(&ids, viewer).await?;
        Ok(posts
            .into_iter()
            .zip(engagement)
            .map(|(post, engagement)| ListedPost {
                reading_minutes: reading_minutes(post.draft.body.as_str()),
                engagement,
                post,
            })
            .collect())
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
        row.map_or_else(|| Ok(ViewerState::default()), |row| row.read(post.uuid()))
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
              and (p.audience = 'everybody' or p.author_id = $2 or p.audience = 'members' and exists (
                select
                from community.members m
                where m.tenant_id = $1 and m.group_id = p.group_id and m.account_id = $2 and m.state = 'member'
              ))
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
        let saved = |listed: ListedPost| {
            let key = keys.iter().find(|key| key.id == listed.post.id)?;
            Some(SavedPost { saved_at: key.at, engagement: listed.engagement, post: listed.post })
        };
        let posts = self.of_listed(posts, account).await?;
        Ok(Page { items: posts.into_iter().filter_map(saved).collect(), next })
    }

    async fn list_of_account(
        &mut self,
        account: AccountId,
        request: &PageRequest<PostId>,
    ) -> Result<Page<PostAction, PostId>> {
        own::with_posts(self.0, account, request).await
    }

    async fn list_comment_reactions(
        &mut self,
        account: AccountId,
        request: &PageRequest<CommentId>,
    ) -> Result<Page<CommentReaction, CommentId>> {
        own::with_comments(self.0, account, request).await
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

    async fn comment_reactions(
        &mut self,
        comments: &[CommentId],
        account: AccountId,
    ) -> Result<Vec<(CommentId, Reaction)>> {
        let comments: Vec<Uuid> = comments.iter().take(500).map(|comment| comment.uuid()).collect();
        let rows = sqlx::query!(
            r#"
            select a.comment_id, a.reaction
            from content.comment_actions a
            where a.tenant_id = $1 and a.comment_id = any($2) and a.account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            &comments,
            account.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        rows.into_iter()
            .map(|row| {
                let of = RowOf { table: "content.comment_actions", id: row.comment_id };
                Ok((CommentId::from_uuid(row.comment_id), of.parse("reaction", &row.reaction)?))
            })
            .collect()
    }

    async fn author_stats(&mut self, author: AccountId) -> Result<AuthorStats> {
        let stats = sqlx::query!(
            r#"
            select
              coalesce(s.posts, 0) + coalesce(d.posts, 0) as "posts!",
              coalesce(s.reactions, 0) + coalesce(d.reactions, 0) as "reactions!",
              coalesce(s.saves, 0) + coalesce(d.saves, 0) as "saves!",
              coalesce(s.shares, 0) + coalesce(d.shares, 0) as "shares!",
              coalesce(s.views, 0) + coalesce(d.views, 0) as "views!"
            from (
              select sum(n.posts)::bigint as posts,
                sum(n.likes + n.insights + n.supports + n.celebrates)::bigint as reactions,
                sum(n.saves)::bigint as saves, sum(n.shares)::bigint as shares, sum(n.views)::bigint as views
              from content.post_stat_deltas n
              where n.tenant_id = $1 and n.author_id = $2
            ) d
            left join content.author_stats s on s.tenant_id = $1 and s.account_id = $2
            "#,
            self.0.scope().tenant.uuid(),
            author.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(AuthorStats {
            account: author,
            posts: count(Some(stats.posts)),
            reactions: count(Some(stats.reactions)),
            saves: count(Some(stats.saves)),
            shares: count(Some(stats.shares)),
            views: count(Some(stats.views)),
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
