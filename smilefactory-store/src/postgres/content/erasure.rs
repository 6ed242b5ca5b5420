//! Taking out what somebody wrote and did, when they are erased.

use smilefactory_core::content::moderation::PostStandingChanged;
use smilefactory_core::content::{ContentDigest, PostDeleted, Standing};
use smilefactory_core::id::{AccountId, Id, MediaId, PostId};
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::engagement::hold_counts;
use super::media::digest;
use crate::error::Result;
use crate::postgres::feed::timeline;
use crate::render;
use crate::repo::ai::{Target, WriteEmbeddings};
use crate::repo::content::{ErasedPosts, WriteContentErasure};
use crate::tx::ReadWrite;

repository! {
    /// Taking out what somebody wrote and did.
    ContentErasure = content_erasure
}

/// What stands where a text stood.
const ERASED: &str = "[erased]";

impl WriteContentErasure for ContentErasure<'_, ReadWrite> {
    async fn erase_posts(
        &mut self,
        author: AccountId,
        behind: Option<Uuid>,
        most: u16,
    ) -> Result<ErasedPosts> {
        let (tenant, now) = (self.0.scope().tenant.uuid(), self.0.now());
        let batch = sqlx::query!(
            r#"
            select p.id, p.tags,
              p.published_at is null
              and not exists (select from content.comments c where c.tenant_id = $1 and c.post_id = p.id)
              and not exists (
                select from content.moderation_cases c
                where c.tenant_id = $1 and c.author_id = $2 and c.post_id = p.id
              ) as "unknown!"
            from content.posts p
            where p.tenant_id = $1 and p.author_id = $2 and p.id > $3 and p.erased_at is null
            order by p.id
            limit $4
            for update
            "#,
            tenant,
            author.uuid(),
            behind.unwrap_or(Uuid::nil()),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let last = batch.last().map(|row| PostId::from_uuid(row.id));
        let words: Vec<String> = batch.iter().flat_map(|row| row.tags.iter().cloned()).collect();
        let ids = |unknown: bool| batch.iter().filter(move |row| row.unknown == unknown).map(|row| row.id);
        let (unknown, known): (Vec<Uuid>, Vec<Uuid>) = (ids(true).collect(), ids(false).collect());
        for post in unknown.iter().chain(&known) {
            self.0.embeddings().delete_target(Target::Post(PostId::from_uuid(*post))).await?;
        }
        sqlx::query!("delete from content.posts where tenant_id = $1 and id = any($2)", tenant, &unknown)
            .execute(self.0.conn()?)
            .await?;
        sqlx::query!(
            "delete from content.post_attachments where tenant_id = $1 and post_id = any($2)",
            tenant,
            &known,
        )
        .execute(self.0.conn()?)
        .await?;
        let rendered = render::markdown(ERASED);
        let emptied = sqlx::query!(
            r#"
            update content.posts
            set kind = 'post', title = null, summary = null, body = $3, body_html = $4, body_text = $5, renderer = $6,
              body_digest = $7, tags = '{}', language = null, categories = '{}', attachments = '{}',
              opportunity_of = null, deadline = null, apply_at = null, award_amount = null, award_currency = null,
              poll_options = null, poll_several = null, poll_closes_at = null, starts_at = null, ends_at = null,
              place = null, join_at = null, extra = '{}', erased_at = $8, version = version + 1, updated_at = $8,
              standing = case when standing = 'visible' then 'erased' else 'removed' end
            where tenant_id = $1 and id = any($2)
            returning id, standing
            "#,
            tenant,
            &known,
            ERASED,
            rendered.html,
            rendered.text,
            rendered.renderer,
            &rendered.digest,
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        sqlx::query!("select content.erase_history($1) as \"done!: ()\"", &known)
            .fetch_one(self.0.conn()?)
            .await?;
        sqlx::query!(
            "delete from content.poll_votes where tenant_id = $1 and post_id = any($2)",
            tenant,
            &known
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from content.post_reviewers where tenant_id = $1 and post_id = any($2)",
            tenant,
            &known,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query_scalar!(r#"select content.forget_unused_tags($1) as "forgotten!""#, &words)
            .fetch_one(self.0.conn()?)
            .await?;
        let emptied = emptied.into_iter().map(|row| {
            let of = RowOf { table: "content.posts", id: row.id };
            let standing = of.parse::<Standing>("standing", &row.standing)?;
            Ok(PostStandingChanged { post: PostId::from_uuid(row.id), standing })
        });
        Ok(ErasedPosts {
            emptied: emptied.collect::<Result<_>>()?,
            deleted: unknown
                .into_iter()
                .map(|post| PostDeleted { post: PostId::from_uuid(post), author })
                .collect(),
            last,
        })
    }

    async fn erase_deeds(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let (tenant, account, most) = (self.0.scope().tenant.uuid(), account.uuid(), i64::from(most));
        let mut erased = 0;
        erased += sqlx::query!(
            r#"
            delete from content.post_actions a
            using (
              select post_id from content.post_actions
              where tenant_id = $1 and account_id = $2
              order by post_id
              limit $3
            ) theirs
            where a.tenant_id = $1 and a.account_id = $2 and a.post_id = theirs.post_id
            "#,
            tenant,
            account,
            most,
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        erased += sqlx::query!(
            r#"
            delete from content.comment_actions a
            using (
              select comment_id from content.comment_actions
              where tenant_id = $1 and account_id = $2
              order by comment_id
              limit $3
            ) theirs
            where a.tenant_id = $1 and a.account_id = $2 and a.comment_id = theirs.comment_id
            "#,
            tenant,
            account,
            most,
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        erased += sqlx::query!(
            r#"
            delete from content.poll_votes v
            using (
              select post_id from content.poll_votes
              where tenant_id = $1 and account_id = $2
              order by post_id
              limit $3
            ) theirs
            where v.tenant_id = $1 and v.account_id = $2 and v.post_id = theirs.post_id
            "#,
            tenant,
            account,
            most,
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        erased += sqlx::query!(
            r#"
            delete from content.tag_follows f
            using (
              select tag_id from content.tag_follows
              where tenant_id = $1 and account_id = $2
              order by tag_id
              limit $3
            ) theirs
            where f.tenant_id = $1 and f.account_id = $2 and f.tag_id = theirs.tag_id
            "#,
            tenant,
            account,
            most,
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        erased += sqlx::query!(
            r#"
            delete from content.post_reviewers r
            using (
              select post_id from content.post_reviewers
              where tenant_id = $1 and reviewer_id = $2
              order by due_at, post_id
              limit $3
            ) theirs
            where r.tenant_id = $1 and r.reviewer_id = $2 and r.post_id = theirs.post_id
            "#,
            tenant,
            account,
            most,
        )
        .execute(self.0.conn()?)
        .await?
        .rows_affected();
        Ok(erased)
    }

    async fn erase_from_moderation(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        let said = sqlx::query_scalar!(
            r#"select content.erase_from_moderation($1, $2) as "said!""#,
            account.uuid(),
            i32::from(most),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        let appeals = sqlx::query!(
            r#"
            update content.appeals a
            set body = '[erased]'
            where a.tenant_id = $1
              and a.case_id in (
                select c.id from content.moderation_cases c where c.tenant_id = $1 and c.author_id = $2
              )
              and a.author_id = $2
              and a.body <> '[erased]'
            "#,
            tenant,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        let cases = sqlx::query!(
            r#"
            update content.moderation_cases
            set state = 'closed', version = version + 1
            where tenant_id = $1 and author_id = $2 and state in ('open', 'appealed')
            "#,
            tenant,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(u64::try_from(said).unwrap_or_default() + appeals.rows_affected() + cases.rows_affected())
    }

    async fn erase_files(
        &mut self,
        owner: AccountId,
        most: u16,
    ) -> Result<Vec<(MediaId, Option<ContentDigest>)>> {
        let rows = sqlx::query!(
            r#"
            delete from content.media m
            using (
              select id from content.media
              where tenant_id = $1 and owner_id = $2
              order by id
              limit $3
            ) theirs
            where m.tenant_id = $1 and m.id = theirs.id
            returning m.id, m.digest
            "#,
            self.0.scope().tenant.uuid(),
            owner.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        rows.into_iter()
            .map(|row| {
                let of = RowOf { table: "content.media", id: row.id };
                let digest = row.digest.map(|bytes| digest(&bytes, of)).transpose()?;
                Ok((MediaId::from_uuid(row.id), digest))
            })
            .collect()
    }

    async fn erase_counts(&mut self, author: AccountId) -> Result<bool> {
        let tenant = self.0.scope().tenant.uuid();
        hold_counts(self.0).await?;
        let left = sqlx::query_scalar!(
            r#"
            select exists (
              select from content.posts where tenant_id = $1 and author_id = $2 and erased_at is null
            ) or exists (
              select from content.comments where tenant_id = $1 and author_id = $2
            ) as "left!"
            "#,
            tenant,
            author.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        if left {
            return Ok(false);
        }
        sqlx::query!(
            "delete from content.post_stat_deltas where tenant_id = $1 and author_id = $2 and post_id is null",
            tenant,
            author.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "update content.post_stat_deltas set author_id = null where tenant_id = $1 and author_id = $2",
            tenant,
            author.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from content.author_stats where tenant_id = $1 and account_id = $2",
            tenant,
            author.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            "delete from content.author_activity where tenant_id = $1 and account_id = $2",
            tenant,
            author.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        timeline::end_for(self.0, author).await?;
        Ok(true)
    }
}
