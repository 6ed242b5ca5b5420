//! Tags.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{Tag, fold_tag};
use smilefactory_core::id::{AccountId, Id, TagId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use super::label::count;
use crate::error::{Result, StoreError};
use crate::repo::content::{FollowedTagKey, MergeBatch, PopularTagKey, ReadTags, TagNameKey, WriteTags};
use crate::tx::ReadWrite;

repository! {
    /// Tags: the words that content is found by.
    Tags = tags
}

struct TagRow {
    id: Uuid,
    name: String,
    alias_of: Option<Uuid>,
    merging_into: Option<Uuid>,
    posts: i64,
    followers: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<TagRow> for Tag {
    type Error = StoreError;
    fn try_from(row: TagRow) -> Result<Self> {
        let of = RowOf { table: "content.tags", id: row.id };
        Ok(Self {
            id: TagId::from_uuid(row.id),
            name: of.parse("name", &row.name)?,
            alias_of: row.alias_of.map(TagId::from_uuid),
            merging_into: row.merging_into.map(TagId::from_uuid),
            posts: count(Some(row.posts)),
            followers: count(Some(row.followers)),
            created_at: row.created_at,
        })
    }
}

/// What comes behind every word that begins like `prefix`: no character is larger than the last one of Unicode.
fn behind(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

impl<Mode> Tags<'_, Mode> {
    async fn get_many(&mut self, ids: &[TagId]) -> Result<Vec<Tag>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        sqlx::query_as!(
            TagRow,
            r#"
            select t.id, t.name, t.alias_of, t.merging_into,
              coalesce(c.posts, 0) + coalesce(d.posts, 0) as "posts!",
              coalesce(c.followers, 0) + coalesce(d.followers, 0) as "followers!", t.created_at
            from content.tags as t
            left join content.label_counts as c on c.tenant_id = $1 and c.label_id = t.id
            left join lateral (
              select sum(n.posts) as posts, sum(n.followers) as followers
              from content.label_deltas n
              where n.tenant_id = $1 and n.label_id = t.id
            ) d on true
            where t.tenant_id = $1 and t.id = any($2)
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Tag::try_from)
        .collect()
    }
}

impl<Mode> ReadTags for Tags<'_, Mode> {
    async fn get(&mut self, id: TagId) -> Result<Option<Tag>> {
        Ok(self.get_many(&[id]).await?.pop())
    }

    async fn find_by_name(&mut self, name: &str) -> Result<Option<Tag>> {
        sqlx::query_as!(
            TagRow,
            r#"
            select t.id, t.name, t.alias_of, t.merging_into,
              coalesce(c.posts, 0) + coalesce(d.posts, 0) as "posts!",
              coalesce(c.followers, 0) + coalesce(d.followers, 0) as "followers!", t.created_at
            from content.tags as w
            join content.tags as t on t.tenant_id = $1 and t.id = coalesce(w.alias_of, w.id)
            left join content.label_counts as c on c.tenant_id = $1 and c.label_id = t.id
            left join lateral (
              select sum(n.posts) as posts, sum(n.followers) as followers
              from content.label_deltas n
              where n.tenant_id = $1 and n.label_id = t.id
            ) d on true
            where w.tenant_id = $1 and w.folded = content.fold_tag($2) collate "C"
            "#,
            self.0.scope().tenant.uuid(),
            name,
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Tag::try_from)
        .transpose()
    }

    async fn list_by_name(
        &mut self,
        prefix: &str,
        request: &PageRequest<TagNameKey>,
    ) -> Result<Page<Tag, TagNameKey>> {
        let prefix = fold_tag(prefix);
        let rows = sqlx::query_as!(
            TagRow,
            r#"
            select t.id, t.name, t.alias_of, t.merging_into,
              coalesce(c.posts, 0) + coalesce(d.posts, 0) as "posts!",
              coalesce(c.followers, 0) + coalesce(d.followers, 0) as "followers!", t.created_at
            from content.tags as t
            left join content.label_counts as c on c.tenant_id = $1 and c.label_id = t.id
            left join lateral (
              select sum(n.posts) as posts, sum(n.followers) as followers
              from content.label_deltas n
              where n.tenant_id = $1 and n.label_id = t.id
            ) d on true
            where t.tenant_id = $1
              and t.folded >= $2
              and t.folded < $3
              and t.folded > $4
              and t.alias_of is null
              and coalesce(c.posts, 0) + coalesce(d.posts, 0) > 0
            order by t.folded
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            prefix,
            behind(&prefix),
            request.after.as_ref().map_or("", |key| key.0.as_str()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Tag::try_from, |tag| TagNameKey(fold_tag(tag.name.as_str())))
    }

    async fn list_popular(
        &mut self,
        prefix: &str,
        request: &PageRequest<PopularTagKey>,
    ) -> Result<Page<Tag, PopularTagKey>> {
        let prefix = fold_tag(prefix);
        let rows = sqlx::query!(
            r#"
            select t.id, t.name, t.alias_of, t.merging_into, c.posts as counted, t.created_at,
              c.posts + coalesce(d.posts, 0) as "posts!", c.followers + coalesce(d.followers, 0) as "followers!"
            from content.label_counts as c
            join content.tags as t on t.tenant_id = $1 and t.id = c.label_id
            left join lateral (
              select sum(n.posts) as posts, sum(n.followers) as followers
              from content.label_deltas n
              where n.tenant_id = $1 and n.label_id = c.label_id
            ) d on true
            where c.tenant_id = $1
              and c.posts > 0
              and (c.posts, c.label_id) < ($4, $5)
              and t.folded >= $2
              and t.folded < $3
              and t.alias_of is null
              and c.posts + coalesce(d.posts, 0) > 0
            order by c.posts desc, c.label_id desc
            limit $6
            "#,
            self.0.scope().tenant.uuid(),
            prefix,
            behind(&prefix),
            request.after.map_or(i64::MAX, |key| i64::from(key.posts)),
            request.after.map_or(Uuid::max(), |key| key.id.uuid()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let tag = |row: TagRow, counted| Ok::<_, StoreError>((Tag::try_from(row)?, count(Some(counted))));
        let tags = rows.into_iter().map(|row| {
            let of_tag = TagRow {
                id: row.id,
                name: row.name,
                alias_of: row.alias_of,
                merging_into: row.merging_into,
                posts: row.posts,
                followers: row.followers,
                created_at: row.created_at,
            };
            tag(of_tag, row.counted)
        });
        // The order is that of the last fold, and so is the place in it.
        let key = |(tag, counted): &(Tag, u32)| PopularTagKey { posts: *counted, id: tag.id };
        let page = Page::from_one_more(tags.collect::<Result<Vec<_>>>()?, request.size, key);
        Ok(page.map(|(tag, _)| tag))
    }

    async fn list_followed(
        &mut self,
        account: AccountId,
        request: &PageRequest<FollowedTagKey>,
    ) -> Result<Page<Tag, FollowedTagKey>> {
        let keys = sqlx::query!(
            r#"
            select at, tag_id
            from content.tag_follows
            where tenant_id = $1 and account_id = $2 and (at, tag_id) < ($3, $4)
            order by at desc, tag_id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.id.uuid()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(|row| FollowedTagKey { at: row.at, id: TagId::from_uuid(row.tag_id) })
        .collect();
        let Page { items: keys, next } = Page::from_one_more(keys, request.size, |key| *key);
        let ids: Vec<TagId> = keys.iter().map(|key: &FollowedTagKey| key.id).collect();
        let mut items = self.get_many(&ids).await?;
        items.sort_by_key(|tag| ids.iter().position(|id| *id == tag.id));
        Ok(Page { items, next })
    }

    async fn list_merging(&mut self) -> Result<Vec<TagId>> {
        let ids = sqlx::query_scalar!(
            "select id from content.tags where tenant_id = $1 and merging_into is not null order by id limit 100",
            self.0.scope().tenant.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(TagId::from_uuid).collect())
    }
}

impl WriteTags for Tags<'_, ReadWrite> {
    async fn lock(&mut self, ids: &[TagId]) -> Result<Vec<Tag>> {
        let uuids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        sqlx::query!(
            r#"
            select id
            from content.tags
            where tenant_id = $1 and id = any($2)
            order by id
            for no key update
            "#,
            self.0.scope().tenant.uuid(),
            &uuids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        self.get_many(ids).await
    }

    async fn insert(&mut self, tag: &Tag) -> Result<()> {
        sqlx::query!(
            r#"
            insert into content.tags (tenant_id, id, name, alias_of, merging_into, created_at)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            self.0.scope().tenant.uuid(),
            tag.id.uuid(),
            tag.name.as_str(),
            tag.alias_of.map(Uuid::from),
            tag.merging_into.map(Uuid::from),
            tag.created_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn begin_merge(&mut self, tag: &Tag) -> Result<()> {
        let saved = sqlx::query!(
            r#"
            update content.tags
            set merging_into = $3
            where tenant_id = $1 and id = $2 and alias_of is null and merging_into is null
            "#,
            self.0.scope().tenant.uuid(),
            tag.id.uuid(),
            tag.merging_into.map(Uuid::from),
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: TagId::ENTITY, id: tag.id.uuid() }),
            _ => Ok(()),
        }
    }

    async fn merge_batch(&mut self, tag: TagId, limit: u16) -> Result<MergeBatch> {
        super::tag_merge::batch(self.0, tag, limit).await
    }

    async fn follow(&mut self, account: AccountId, tag: TagId) -> Result<Option<(TagId, bool)>> {
        let Some(meant) = self.meant(tag).await? else { return Ok(None) };
        let now = self.0.now();
        let new = sqlx::query!(
            r#"
            insert into content.tag_follows (tenant_id, account_id, tag_id, at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id, tag_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            meant.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(Some((meant, new.rows_affected() > 0)))
    }

    async fn unfollow(&mut self, account: AccountId, tag: TagId) -> Result<Option<(TagId, bool)>> {
        let Some(meant) = self.meant(tag).await? else { return Ok(None) };
        // While a merge is under way, somebody may follow the one still, or both.
        let gone = sqlx::query!(
            r#"
            delete from content.tag_follows
            where tenant_id = $1 and account_id = $2 and tag_id = any($3)
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            &[meant.uuid(), tag.uuid()],
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(Some((meant, gone.rows_affected() > 0)))
    }
}

impl Tags<'_, ReadWrite> {
    /// The tag that is meant by this one, held until the end of the unit of work: no merge of it ends meanwhile.
    async fn meant(&mut self, tag: TagId) -> Result<Option<TagId>> {
        let meant = sqlx::query_scalar!(
            r#"
            select coalesce(alias_of, merging_into, id) as "id!"
            from content.tags
            where tenant_id = $1 and id = $2
            for key share
            "#,
            self.0.scope().tenant.uuid(),
            tag.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(meant.map(TagId::from_uuid))
    }
}
