//! Writes posts.

use smilefactory_core::content::{FeaturedPost, Post, PostMoved, ReviewAssignment, StepBy};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::scope::Actor;
use uuid::Uuid;

use super::row::{PostRow, TextColumns, select_posts};
use super::{Posts, featured};
use crate::error::{Result, StoreError};
use crate::render;
use crate::repo::content::WritePosts;
use crate::tx::ReadWrite;

impl WritePosts for Posts<'_, ReadWrite> {
    async fn insert(&mut self, post: &Post) -> Result<()> {
        let text = TextColumns::of(&post.draft);
        let rendered = render::markdown(&text.input.body);
        sqlx::query!(
            r#"
            insert into content.posts (tenant_id, id, author_id, kind, title, summary, body, body_html, body_text, renderer,
              body_digest, tags, language, categories, attachments, opportunity_of, deadline, apply_at, award_amount,
              award_currency, poll_options, poll_several, poll_closes_at, starts_at, ends_at, place, join_at, state,
              standing, published_at, scheduled_for, version, text_version, text_saved_at, created_at, updated_at, group_id,
              audience)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text, $14, $15, $16, $17, $18, $19::numeric,
              $20::text, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            post.author.uuid(),
            text.input.kind,
            text.input.title.as_deref(),
            text.input.summary.as_deref(),
            text.input.body,
            rendered.html,
            rendered.text,
            rendered.renderer,
            &rendered.digest,
            &text.input.tags,
            text.input.language.as_deref(),
            &text.categories,
            &text.attachments,
            text.opportunity().map(|opportunity| opportunity.of.as_str()),
            text.deadline,
            text.opportunity().and_then(|opportunity| opportunity.apply_at.as_deref()),
            text.award().map(|award| award.amount),
            text.award().map(|award| award.currency.as_str()),
            text.poll().map(|poll| poll.options.as_slice()),
            text.poll().map(|poll| poll.several),
            text.poll_closes_at,
            text.starts_at,
            text.ends_at,
            text.invitation().and_then(|invitation| invitation.place.as_deref()),
            text.invitation().and_then(|invitation| invitation.join_at.as_deref()),
            post.state.as_str(),
            post.standing.as_str(),
            post.published_at,
            post.scheduled_for,
            post.version.get(),
            post.text_version.get(),
            post.updated_at,
            post.created_at,
            post.updated_at,
            post.group.map(Uuid::from),
            post.audience.as_str(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, post: &Post) -> Result<Post> {
        let next = post.version.next();
        let text = TextColumns::of(&post.draft);
        let rendered = render::markdown(&text.input.body);
        let saved = sqlx::query!(
            r#"
            update content.posts
            set kind = $4, title = $5, summary = $6, body = $7, body_html = $8, body_text = $9, renderer = $10,
              body_digest = $11, tags = $12, language = $13::text, categories = $14, attachments = $15,
              opportunity_of = $16, deadline = $17, apply_at = $18, award_amount = $19::numeric,
              award_currency = $20::text, poll_options = $21, poll_several = $22, poll_closes_at = $23,
              starts_at = $24, ends_at = $25, place = $26, join_at = $27, version = $28, updated_at = $29
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            post.version.get(),
            text.input.kind,
            text.input.title.as_deref(),
            text.input.summary.as_deref(),
            text.input.body,
            rendered.html,
            rendered.text,
            rendered.renderer,
            &rendered.digest,
            &text.input.tags,
            text.input.language.as_deref(),
            &text.categories,
            &text.attachments,
            text.opportunity().map(|opportunity| opportunity.of.as_str()),
            text.deadline,
            text.opportunity().and_then(|opportunity| opportunity.apply_at.as_deref()),
            text.award().map(|award| award.amount),
            text.award().map(|award| award.currency.as_str()),
            text.poll().map(|poll| poll.options.as_slice()),
            text.poll().map(|poll| poll.several),
            text.poll_closes_at,
            text.starts_at,
            text.ends_at,
            text.invitation().and_then(|invitation| invitation.place.as_deref()),
            text.invitation().and_then(|invitation| invitation.join_at.as_deref()),
            next.get(),
            post.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(stale(post)),
            _ => Ok(Post { version: next, ..post.clone() }),
        }
    }

    async fn take_step(&mut self, post: &Post, moved: &PostMoved) -> Result<Post> {
        let next = post.version.next();
        let saved = sqlx::query!(
            r#"
            update content.posts
            set state = $4, published_at = $5, scheduled_for = $6, version = $7, updated_at = $8
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            post.version.get(),
            post.state.as_str(),
            post.published_at,
            post.scheduled_for,
            next.get(),
            post.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        if saved.rows_affected() == 0 {
            return Err(stale(post));
        }
        let taken_by = match (moved.by, self.0.scope().actor) {
            (StepBy::System, _) => None,
            (_, Actor::Account(account)) => Some(account.uuid()),
            // What the platform does in somebody's name is told as theirs.
            (StepBy::Author | StepBy::Staff, _) => Some(post.author.uuid()),
        };
        sqlx::query!(
            r#"
            insert into content.post_moves (tenant_id, post_id, version, step, from_state, to_state, taker, account_id, at,
              reason)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            next.get(),
            moved.step.as_str(),
            moved.from.as_str(),
            moved.to.as_str(),
            moved.by.as_str(),
            taken_by,
            post.updated_at,
            moved.reason.as_deref(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(Post { version: next, ..post.clone() })
    }

    async fn delete(&mut self, post: &Post) -> Result<bool> {
        let now = self.0.now();
        // The files that it lets go stay with their owner for a while.
        sqlx::query!(
            r#"
            update content.media m
            set unused_since = greatest(m.unused_since, $3)
            from (
              select a.media_id from content.post_attachments a where a.tenant_id = $1 and a.post_id = $2
              union
              select v.media_id from content.post_version_attachments v where v.tenant_id = $1 and v.post_id = $2
            ) let_go
            where m.tenant_id = $1 and m.id = let_go.media_id
            "#,
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        let gone = sqlx::query!(
            "delete from content.posts where tenant_id = $1 and id = $2 and version = $3",
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            post.version.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn lock_due(&mut self) -> Result<Option<Post>> {
        let now = self.0.now();
        select_posts!(
            r#"
            where tenant_id = $1 and state = 'scheduled' and scheduled_for <= $2 and erased_at is null
            order by scheduled_for, id
            limit 1
            for update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            now,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Post::try_from)
        .transpose()
    }

    async fn set_audience(&mut self, post: &Post) -> Result<()> {
        let saved = sqlx::query!(
            "update content.posts set audience = $3 where tenant_id = $1 and id = $2 and audience <> 'author'",
            self.0.scope().tenant.uuid(),
            post.id.uuid(),
            post.audience.as_str(),
        )
        .execute(self.0.conn()?)
        .await?;
        if saved.rows_affected() == 0 { Err(stale(post)) } else { Ok(()) }
    }

    async fn lock_featured(&mut self) -> Result<Vec<FeaturedPost>> {
        featured::lock(self.0).await
    }

    async fn feature(&mut self, featured: &FeaturedPost) -> Result<()> {
        featured::insert(self.0, featured).await
    }

    async fn unfeature(&mut self, id: PostId) -> Result<bool> {
        featured::delete(self.0, id).await
    }

    async fn render_anew(&mut self, limit: u16) -> Result<u64> {
        let outdated = sqlx::query!(
            r#"
            select id, body
            from content.posts
            where tenant_id = $1 and renderer < $2
            order by renderer, id
            limit $3
            for update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            render::RENDERER,
            i64::from(limit),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let ids: Vec<Uuid> = outdated.iter().map(|row| row.id).collect();
        let rendered: Vec<_> = outdated.iter().map(|row| render::markdown(&row.body)).collect();
        let html: Vec<_> = rendered.iter().map(|rendered| rendered.html.clone()).collect();
        let text: Vec<_> = rendered.iter().map(|rendered| rendered.text.clone()).collect();
        let digests: Vec<_> = rendered.iter().map(|rendered| rendered.digest.to_vec()).collect();
        let renewed = sqlx::query!(
            r#"
            update content.posts there
            set body_html = made.html, body_text = made.text, body_digest = made.digest, renderer = $2
            from unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[]) as made (id, html, text, digest)
            where there.tenant_id = $1 and there.id = made.id
            "#,
            self.0.scope().tenant.uuid(),
            render::RENDERER,
            &ids,
            &html,
            &text,
            &digests,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(renewed.rows_affected())
    }

    async fn ask_reviewer(&mut self, post: PostId, assignment: &ReviewAssignment) -> Result<()> {
        sqlx::query!(
            r#"
            insert into content.post_reviewers (tenant_id, post_id, reviewer_id, asked_by, asked_at, due_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (tenant_id, post_id, reviewer_id) do update
            set asked_by = excluded.asked_by, asked_at = excluded.asked_at, due_at = excluded.due_at
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            assignment.reviewer.uuid(),
            assignment.asked_by.uuid(),
            assignment.asked_at,
            assignment.due_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn release_reviewer(&mut self, post: PostId, reviewer: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from content.post_reviewers where tenant_id = $1 and post_id = $2 and reviewer_id = $3",
            self.0.scope().tenant.uuid(),
            post.uuid(),
            reviewer.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}

fn stale(post: &Post) -> StoreError {
    StoreError::Stale { entity: PostId::ENTITY, id: post.id.uuid() }
}
