//! What posts are found by, and how much there is under each tag and category.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{CategoryId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use crate::error::Result;
use crate::repo::content::{LabelDrift, PublishedKey, ReadLabels, WriteLabels};
use crate::tx::ReadWrite;

repository! {
    /// What posts are found by.
    Labels = labels
}

/// A count as core has it. One that drifted below nothing is shown as nothing until it is repaired.
pub(in crate::postgres) fn count(stored: Option<i64>) -> u32 {
    u32::try_from(stored.unwrap_or(0).max(0)).unwrap_or(u32::MAX)
}

impl<Mode> ReadLabels for Labels<'_, Mode> {
    async fn list_in_category(
        &mut self,
        category: CategoryId,
        request: &PageRequest<PublishedKey>,
    ) -> Result<Page<PublishedKey, PublishedKey>> {
        let keys = sqlx::query!(
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_categories l
            where l.tenant_id = $1
              and l.category_id = $2
              and (l.published_at, l.post_id) < ($3, $4)
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $6
                  and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
              )
            order by l.published_at desc, l.post_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            category.uuid(),
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.id.uuid()),
            request.size.with_one_more(),
            self.0.viewer(),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(|row| PublishedKey { at: row.published_at, id: PostId::from_uuid(row.post_id) })
        .collect();
        Ok(Page::from_one_more(keys, request.size, |key| *key))
    }

    async fn drift(&mut self, after: Option<Uuid>, limit: u16) -> Result<(Vec<LabelDrift>, Option<Uuid>)> {
        let tenant = self.0.scope().tenant.uuid();
        let labels = sqlx::query_scalar!(
            r#"
            select id as "id!"
            from (
              (select id from content.tags where tenant_id = $1 and id > $2 order by id limit $3)
              union all
              (select id from content.categories where tenant_id = $1 and id > $2 order by id limit $3)
            ) as label
            order by id
            limit $3
            "#,
            tenant,
            after.unwrap_or(Uuid::nil()),
            i64::from(limit),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let drift = sqlx::query_as!(
            LabelDrift,
            r#"
            select label as "label!", posts as "posts!", followers as "followers!"
            from (
              select label,
                coalesce(c.posts, 0)
                + coalesce(
                  (select sum(posts) from content.label_deltas where tenant_id = $1 and label_id = label), 0)
                - (select count(*) from content.post_tags
                  where tenant_id = $1 and tag_id = label and published_at is not null)
                - (select count(*) from content.post_categories
                  where tenant_id = $1 and category_id = label and published_at is not null) as posts,
                coalesce(c.followers, 0)
                + coalesce(
                  (select sum(followers) from content.label_deltas where tenant_id = $1 and label_id = label), 0)
                - (select count(*) from content.tag_follows where tenant_id = $1 and tag_id = label) as followers
              from unnest($2::uuid[]) as label
              left join content.label_counts as c on c.tenant_id = $1 and c.label_id = label
            ) as counted
            where posts <> 0 or followers <> 0
            order by label
            "#,
            tenant,
            &labels,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok((drift, labels.last().copied()))
    }
}

impl WriteLabels for Labels<'_, ReadWrite> {
    async fn fold(&mut self, limit: u16) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        let mine = sqlx::query_scalar!(
            r#"select pg_try_advisory_xact_lock(hashtextextended('content.label_counts ' || $1, 0)) as "mine!""#,
            tenant.to_string(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        if !mine {
            return Ok(0);
        }
        // What is taken away here and added there lasts together, or not at all.
        let folded = sqlx::query_scalar!(
            r#"
            with batch as (
              select seq from content.label_deltas where tenant_id = $1 order by seq limit $2
            ), taken as (
              delete from content.label_deltas as d
              where d.tenant_id = $1 and d.seq = any (array(select seq from batch))
              returning d.label_id, d.posts, d.followers
            ), added as (
              insert into content.label_counts as c (tenant_id, label_id, posts, followers)
              select $1, label_id, sum(posts), sum(followers)
              from taken
              group by label_id
              order by label_id
              on conflict (tenant_id, label_id) do update
              set posts = c.posts + excluded.posts, followers = c.followers + excluded.followers
            )
            select count(*) as "count!" from taken
            "#,
            tenant,
            i64::from(limit),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(folded).unwrap_or_default())
    }

    async fn repair(&mut self, labels: &[Uuid]) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        sqlx::query!(
            r#"select pg_advisory_xact_lock(hashtextextended('content.label_counts ' || $1, 0)) as "locked!: ()""#,
            tenant.to_string(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        // Labels and what is not folded yet are read at one instant, and nobody folds: the difference is what the
        // count must be now.
        let repaired = sqlx::query!(
            r#"
            insert into content.label_counts as c (tenant_id, label_id, posts, followers)
            select $1, label,
              (select count(*) from content.post_tags
                where tenant_id = $1 and tag_id = label and published_at is not null)
              + (select count(*) from content.post_categories
                where tenant_id = $1 and category_id = label and published_at is not null)
              - coalesce(
                (select sum(posts) from content.label_deltas where tenant_id = $1 and label_id = label), 0),
              (select count(*) from content.tag_follows where tenant_id = $1 and tag_id = label)
              - coalesce(
                (select sum(followers) from content.label_deltas where tenant_id = $1 and label_id = label), 0)
            from unnest($2::uuid[]) as label
            order by label
            on conflict (tenant_id, label_id) do update
            set posts = excluded.posts, followers = excluded.followers
            where (c.posts, c.followers) is distinct from (excluded.posts, excluded.followers)
            "#,
            tenant,
            labels,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(repaired.rows_affected())
    }
}
