//! Files that people upload, and the posts they hang on.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{ContentDigest, Media, MediaSize, MediaUpload};
use smilefactory_core::id::{AccountId, Id, MediaId, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadMedia, WriteMedia};
use crate::tx::ReadWrite;

repository! {
    /// Files that people upload.
    MediaFiles = media
}

pub(in crate::postgres) struct MediaRow {
    pub(in crate::postgres) id: Uuid,
    pub(in crate::postgres) owner_id: Uuid,
    pub(in crate::postgres) file_name: String,
    pub(in crate::postgres) media_type: String,
    pub(in crate::postgres) size: i32,
    pub(in crate::postgres) state: String,
    pub(in crate::postgres) digest: Option<Vec<u8>>,
    pub(in crate::postgres) width: Option<i32>,
    pub(in crate::postgres) height: Option<i32>,
    pub(in crate::postgres) created_at: DateTime<Utc>,
    pub(in crate::postgres) finalised_at: Option<DateTime<Utc>>,
}

impl TryFrom<MediaRow> for Media {
    type Error = StoreError;
    fn try_from(row: MediaRow) -> Result<Self> {
        let of = RowOf { table: "content.media", id: row.id };
        let pixels = |column, pixels: Option<i32>| {
            let pixels = pixels.map(u16::try_from).transpose();
            pixels.map_err(|error| StoreError::corrupt(of.table, column, of.id)(Box::new(error)))
        };
        Ok(Self {
            id: MediaId::from_uuid(row.id),
            owner: AccountId::from_uuid(row.owner_id),
            state: of.parse("state", &row.state)?,
            digest: row.digest.map(|bytes| digest(&bytes, of)).transpose()?,
            width: pixels("width", row.width)?,
            height: pixels("height", row.height)?,
            created_at: row.created_at,
            finalised_at: row.finalised_at,
            upload: MediaUpload {
                file_name: of.parse("file_name", &row.file_name)?,
                media_type: of.parse("media_type", &row.media_type)?,
                size: of.field::<MediaSize>("size", row.size.into())?,
            },
        })
    }
}

pub(super) fn digest(bytes: &[u8], of: RowOf) -> Result<ContentDigest> {
    let bytes = bytes.try_into();
    bytes.map(ContentDigest).map_err(|error| StoreError::corrupt(of.table, "digest", of.id)(Box::new(error)))
}

fn uuids<I: Id>(ids: &[I]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

/// The database's whole numbers have a sign; the largest content fits by far.
fn bytes(size: u32) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

impl<Mode> ReadMedia for MediaFiles<'_, Mode> {
    async fn get(&mut self, id: MediaId) -> Result<Option<Media>> {
        sqlx::query_as!(
            MediaRow,
            r#"
            select id, owner_id, file_name, media_type, size, state, digest, width, height, created_at, finalised_at
            from content.media
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Media::try_from)
        .transpose()
    }

    async fn list_of_owner(
        &mut self,
        owner: AccountId,
        request: &PageRequest<MediaId>,
    ) -> Result<Page<Media, MediaId>> {
        let rows = sqlx::query_as!(
            MediaRow,
            r#"
            select id, owner_id, file_name, media_type, size, state, digest, width, height, created_at, finalised_at
            from content.media
            where tenant_id = $1 and owner_id = $2 and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            owner.uuid(),
            // No id is as large as the largest UUID, which is of no version.
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Media::try_from, |media| media.id)
    }

    async fn attachments_of(&mut self, posts: &[PostId]) -> Result<Vec<(PostId, Media)>> {
        let posts = posts.get(..100).unwrap_or(posts);
        let rows = sqlx::query!(
            r#"
            select a.post_id, m.id, m.owner_id, m.file_name, m.media_type, m.size, m.state, m.digest, m.width,
              m.height, m.created_at, m.finalised_at
            from content.post_attachments a
            join content.media m on m.tenant_id = a.tenant_id and m.id = a.media_id
            where a.tenant_id = $1 and a.post_id = any($2)
            order by a.post_id, a.place
            "#,
            self.0.scope().tenant.uuid(),
            &uuids(posts),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        rows.into_iter()
            .map(|row| {
                let media = MediaRow {
                    id: row.id,
                    owner_id: row.owner_id,
                    file_name: row.file_name,
                    media_type: row.media_type,
                    size: row.size,
                    state: row.state,
                    digest: row.digest,
                    width: row.width,
                    height: row.height,
                    created_at: row.created_at,
                    finalised_at: row.finalised_at,
                };
                Ok((PostId::from_uuid(row.post_id), media.try_into()?))
            })
            .collect()
    }

    async fn posts_with(&mut self, id: MediaId) -> Result<Vec<PostId>> {
        let posts = sqlx::query_scalar!(
            r#"
            select post_id
            from content.post_attachments
            where tenant_id = $1 and media_id = $2
            order by post_id desc
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(posts.into_iter().map(PostId::from_uuid).collect())
    }

    async fn posts_with_version(&mut self, id: MediaId) -> Result<Vec<PostId>> {
        let posts = sqlx::query_scalar!(
            r#"
            select distinct v.post_id
            from content.post_version_attachments v
            where v.tenant_id = $1 and v.media_id = $2
            order by v.post_id desc
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(posts.into_iter().map(PostId::from_uuid).collect())
    }
}

impl WriteMedia for MediaFiles<'_, ReadWrite> {
    async fn insert(&mut self, media: &Media) -> Result<()> {
        sqlx::query!(
            r#"
            insert into content.media (tenant_id, id, owner_id, file_name, media_type, size, state, created_at)
            values ($1, $2, $3, $4, $5, $6, 'pending', $7)
            "#,
            self.0.scope().tenant.uuid(),
            media.id.uuid(),
            media.owner.uuid(),
            media.upload.file_name.as_str(),
            media.upload.media_type.as_str(),
            bytes(media.upload.size.get()),
            media.created_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn finalise(&mut self, media: &Media) -> Result<()> {
        let saved = sqlx::query!(
            r#"
            update content.media
            set state = 'ready', size = $3, digest = $4, width = $5, height = $6, finalised_at = $7, unused_since = $7
            where tenant_id = $1 and id = $2 and state = 'pending'
            "#,
            self.0.scope().tenant.uuid(),
            media.id.uuid(),
            bytes(media.upload.size.get()),
            media.digest.as_ref().map(|digest| digest.0.as_slice()),
            media.width.map(i32::from),
            media.height.map(i32::from),
            media.finalised_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: MediaId::ENTITY, id: media.id.uuid() }),
            _ => Ok(()),
        }
    }

    async fn delete(&mut self, id: MediaId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from content.media where tenant_id = $1 and id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn set_attachments(
        &mut self,
        post: PostId,
        owner: AccountId,
        media: &[MediaId],
    ) -> Result<Vec<MediaId>> {
        let tenant = self.0.scope().tenant.uuid();
        let ids = uuids(media);
        // Locked, so that none of them is deleted before it hangs.
        let fit = sqlx::query_scalar!(
            r#"
            select id
            from content.media
            where tenant_id = $1 and id = any($2) and owner_id = $3 and state = 'ready'
            for key share
            "#,
            tenant,
            &ids,
            owner.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let unfit: Vec<_> = media.iter().copied().filter(|id| !fit.contains(&id.uuid())).collect();
        if !unfit.is_empty() {
            return Ok(unfit);
        }
        let now = self.0.now();
        sqlx::query!(
            r#"
            with let_go as (
              delete from content.post_attachments
              where tenant_id = $1 and post_id = $2
              returning media_id
            )
            update content.media m
            set unused_since = greatest(m.unused_since, $4)
            from let_go
            where m.tenant_id = $1 and m.id = let_go.media_id and m.id <> all($3)
            "#,
            tenant,
            post.uuid(),
            &ids,
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        sqlx::query!(
            r#"
            insert into content.post_attachments (tenant_id, post_id, place, media_id)
            select $1, $2, given.place::smallint, given.id
            from unnest($3::uuid[]) with ordinality as given (id, place)
            "#,
            tenant,
            post.uuid(),
            &ids,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(unfit)
    }

    async fn claim_blob(&mut self, digest: ContentDigest, size: u32) -> Result<()> {
        let now = self.0.now();
        sqlx::query!(
            r#"
            insert into content.blobs (tenant_id, digest, size, claimed_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, digest)
            do update set claimed_at = greatest(content.blobs.claimed_at, excluded.claimed_at)
            "#,
            self.0.scope().tenant.uuid(),
            digest.0.as_slice(),
            bytes(size),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn orphaned_blobs(&mut self, before: DateTime<Utc>) -> Result<Vec<ContentDigest>> {
        let digests = sqlx::query_scalar!(
            r#"
            select b.digest
            from content.blobs b
            where b.tenant_id = $1
              and b.claimed_at < $2
              and not exists (select from content.media m where m.tenant_id = $1 and m.digest = b.digest)
            order by b.claimed_at
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            before,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of = RowOf { table: "content.blobs", id: self.0.scope().tenant.uuid() };
        digests.iter().map(|bytes| digest(bytes, of)).collect()
    }

    async fn forget_blob(&mut self, digest: ContentDigest, before: DateTime<Utc>) -> Result<bool> {
        let gone = sqlx::query!(
            r#"
            delete from content.blobs b
            where b.tenant_id = $1
              and b.digest = $2
              and b.claimed_at < $3
              and not exists (select from content.media m where m.tenant_id = $1 and m.digest = $2)
            "#,
            self.0.scope().tenant.uuid(),
            digest.0.as_slice(),
            before,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn unused(
        &mut self,
        before: DateTime<Utc>,
        behind: Option<(DateTime<Utc>, MediaId)>,
    ) -> Result<Vec<(MediaId, DateTime<Utc>)>> {
        let (at, id) = behind.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |(at, id)| (at, id.uuid()));
        let rows = sqlx::query!(
            r#"
            select m.id, m.unused_since as "unused_since!"
            from content.media m
            where m.tenant_id = $1
              and m.state = 'ready'
              and m.unused_since < $2
              and (m.unused_since, m.id) > ($3, $4)
              and not content.is_file_used($1, m.id)
            order by m.unused_since, m.id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            before,
            at,
            id,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (MediaId::from_uuid(row.id), row.unused_since)).collect())
    }

    async fn delete_unused(&mut self, id: MediaId, before: DateTime<Utc>) -> Result<bool> {
        let gone = sqlx::query!(
            r#"
            delete from content.media
            where tenant_id = $1 and id = $2 and state = 'ready' and unused_since < $3
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            before,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn forget_awaited(&mut self, before: DateTime<Utc>) -> Result<Vec<MediaId>> {
        let gone = sqlx::query_scalar!(
            r#"
            delete from content.media
            where tenant_id = $1
              and state = 'pending'
              and id = any(array(
                select id
                from content.media
                where tenant_id = $1 and state = 'pending' and created_at < $2
                order by created_at
                limit 100
              ))
            returning id
            "#,
            self.0.scope().tenant.uuid(),
            before,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(gone.into_iter().map(MediaId::from_uuid).collect())
    }
}
