//! Uploaded files across database and blob store.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::BoxStream;
use smilefactory_core::content::{ContentDigest, Media, MediaFound, MediaType, MediaVariant};
use smilefactory_core::id::{MediaId, TenantId};
use smilefactory_core::scope::Scope;
use tokio::sync::Semaphore;
use url::Url;

use super::{Inspected, Unfit, content_disposition, inspect};
use crate::blob::{Blob, BlobError, BlobKey, BlobStore, Ticket};
use crate::error::{Source, StoreError};
use crate::repo::content::WriteMedia as _;
use crate::store::Store;

/// How long a file that is ready may hang on nothing before it is collected.
pub const UNUSED: TimeDelta = TimeDelta::days(30);

/// How many contents are looked into at once: each may take some hundred megabytes.
const AT_ONCE: usize = 2;

/// Uploaded files. Cheap to clone; all clones share one queue.
#[derive(Clone, Debug)]
pub struct MediaLibrary {
    store: Store,
    blobs: Arc<dyn BlobStore>,
    turns: Arc<Semaphore>,
}

/// Where a file is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// At the blob store itself.
    Direct(Url),
    /// At the server, with this [ticket](Ticket).
    Ticket(String),
}

/// What was collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Files that were declared and never came.
    pub awaited: usize,
    /// Uploads that nobody finalised.
    pub staged: usize,
    /// Files that hung on nothing for a long time.
    pub unused: usize,
    /// Contents that no file has any more.
    pub blobs: usize,
}

/// Why something was not done with a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// No content was uploaded.
    #[error("there is no content yet")]
    NothingUploaded,
    /// The content is not kept. Nothing of the file is left.
    #[error("the content {0}")]
    Unfit(#[from] Unfit),
    /// The blob store did not do what it was asked to.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database did not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MediaLibrary {
    /// The files that `store` knows, with their contents in `blobs`.
    pub fn new(store: Store, blobs: Arc<dyn BlobStore>) -> Self {
        Self { store, blobs, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Where the contents lie, and archives beside them.
    pub(crate) fn blobs(&self) -> Arc<dyn BlobStore> {
        Arc::clone(&self.blobs)
    }

    /// Takes the content of a declared file in, as it comes. What was uploaded for it before is replaced.
    pub async fn stage(
        &self,
        tenant: TenantId,
        media: &Media,
        content: BoxStream<'static, Result<Bytes, Source>>,
    ) -> Result<(), BlobError> {
        let key = BlobKey::Staged { tenant, media: media.id };
        self.blobs.put_stream(key, content, media.upload.size.get().into()).await
    }

    /// Where the content of a declared file is to be sent to, when that is the blob store itself.
    pub async fn upload_url(
        &self,
        tenant: TenantId,
        media: &Media,
        lasts: Duration,
    ) -> Result<Option<Url>, BlobError> {
        let key = BlobKey::Staged { tenant, media: media.id };
        self.blobs.signed_put(key, lasts, media.upload.media_type).await
    }

    /// Looks into what was uploaded and keeps it under its digest: what is left to do is to save the file as ready.
    ///
    /// The content is claimed in a unit of work of its own before it is written, so that it is not collected before the
    /// file has it. What is unfit is deleted, and the declared file with it.
    pub async fn prepare(&self, scope: &Scope, media: &Media) -> Result<MediaFound, MediaError> {
        let tenant = scope.tenant;
        match self.look_into(tenant, media).await {
            Ok(inspected) => {
                let Inspected { content, found, thumbnail } = inspected;
                let mut tx = self.store.write(scope).await?;
                tx.media().claim_blob(found.digest, found.size).await?;
                tx.commit().await?;
                self.keep(tenant, media.upload.media_type, found.digest, content, thumbnail).await?;
                Ok(found)
            }
            Err(MediaError::Unfit(unfit)) => {
                let mut tx = self.store.write(scope).await?;
                tx.media().delete(media.id).await?;
                tx.commit().await?;
                self.forget_upload(tenant, media).await;
                Err(unfit.into())
            }
            Err(other) => Err(other),
        }
    }

    async fn look_into(&self, tenant: TenantId, media: &Media) -> Result<Inspected, MediaError> {
        let (declared, size) = (media.upload.media_type, media.upload.size.get());
        let stopped = || BlobError::Unavailable("the program is stopping".into());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| stopped())?;
        let key = BlobKey::Staged { tenant, media: media.id };
        let staged = self.blobs.get(key).await?.ok_or(MediaError::NothingUploaded)?;
        let other_size = Unfit::OtherSize { declared: size };
        if staged.size != u64::from(size) {
            return Err(other_size.into());
        }
        let content = match staged.read(size.into()).await {
            Err(BlobError::OtherSize { .. }) => return Err(other_size.into()),
            read => read?,
        };
        let looked = tokio::task::spawn_blocking(move || {
            // The turn goes with the work: who stops waiting does not stop it.
            let _turn = turn;
            inspect(&content, declared)
        });
        // A decoder that panics met a file that nobody can read.
        looked.await.unwrap_or(Err(Unfit::Broken { declared })).map_err(MediaError::from)
    }

    async fn keep(
        &self,
        tenant: TenantId,
        media_type: MediaType,
        digest: ContentDigest,
        content: Bytes,
        thumbnail: Option<Bytes>,
    ) -> Result<(), BlobError> {
        if let Some((thumbnail, media_type)) = thumbnail.zip(media_type.thumbnail()) {
            self.blobs.put(BlobKey::Thumbnail { tenant, digest }, thumbnail, media_type).await?;
        }
        self.blobs.put(BlobKey::Content { tenant, digest }, content, media_type).await
    }

    /// Deletes what was uploaded, once it is not needed any more. When that fails, it is collected later.
    pub async fn forget_upload(&self, tenant: TenantId, media: &Media) {
        if let Err(error) = self.blobs.delete(BlobKey::Staged { tenant, media: media.id }).await {
            tracing::warn!(%error, media = %media.id, "an upload is still there, and will be collected");
        }
    }

    /// Where a ready file is fetched by whoever is given the address, for a while; `None` when it has no such form.
    pub async fn address(
        &self,
        tenant: TenantId,
        media: &Media,
        variant: MediaVariant,
        expires_at: DateTime<Utc>,
    ) -> Result<Option<Address>, BlobError> {
        let Some((key, media_type)) = kept(tenant, media, variant) else { return Ok(None) };
        let lasts = (expires_at - self.store.now()).to_std().unwrap_or_default();
        let disposition = content_disposition(media, variant);
        if let Some(url) = self.blobs.signed_get(key, lasts, &disposition, media_type).await? {
            return Ok(Some(Address::Direct(url)));
        }
        let ticket = Ticket { tenant, media: media.id, variant, expires_at };
        Ok(Some(Address::Ticket(self.store.ticket_key().seal(&ticket))))
    }

    /// A form of a ready file, and its type; `None` when it has no such form.
    pub async fn content(
        &self,
        tenant: TenantId,
        media: &Media,
        variant: MediaVariant,
    ) -> Result<Option<(Blob, MediaType)>, BlobError> {
        let Some((key, media_type)) = kept(tenant, media, variant) else { return Ok(None) };
        Ok(self.blobs.get(key).await?.map(|blob| (blob, media_type)))
    }

    /// Deletes at once what is left of files that were deleted as rows: what was uploaded for them, and contents that no
    /// other file has. Whoever claims the same content meanwhile writes it anew.
    pub(crate) async fn forget(
        &self,
        scope: &Scope,
        files: &[(MediaId, Option<ContentDigest>)],
    ) -> Result<(), MediaError> {
        // Later than any claim there is.
        let before = self.store.now() + TimeDelta::days(1);
        for (media, digest) in files {
            self.blobs.delete(BlobKey::Staged { tenant: scope.tenant, media: *media }).await?;
            if let Some(digest) = digest {
                self.collect_blob(scope, *digest, before).await?;
            }
        }
        Ok(())
    }

    /// Collects what nobody will miss in the scope's tenant: files that were declared a day ago and never finalised,
    /// what was uploaded for them; files that are ready and have hung on nothing for [30 days](UNUSED), neither on a post
    /// nor on an earlier version of one; and contents that no file has and that were not claimed for a day.
    pub async fn collect(&self, scope: &Scope) -> Result<Collected, MediaError> {
        let (tenant, before) = (scope.tenant, self.store.now() - Media::AWAITED);
        let mut collected = Collected::default();
        loop {
            let mut tx = self.store.write(scope).await?;
            let gone = tx.media().forget_awaited(before).await?;
            tx.commit().await?;
            collected.awaited += gone.len();
            if gone.is_empty() {
                break;
            }
        }
        for media in self.blobs.list_staged(tenant, before).await? {
            self.blobs.delete(BlobKey::Staged { tenant, media }).await?;
            collected.staged += 1;
        }
        collected.unused = self.collect_unused(scope).await?;
        loop {
            let mut tx = self.store.write(scope).await?;
            let orphans = tx.media().orphaned_blobs(before).await?;
            drop(tx);
            let mut gone = 0;
            for digest in orphans {
                if self.collect_blob(scope, digest, before).await? {
                    gone += 1;
                }
            }
            collected.blobs += gone;
            // Those that somebody has again are not met again.
            if gone == 0 {
                return Ok(collected);
            }
        }
    }

    /// Each in a unit of work of its own: one that somebody hangs up meanwhile stays, and keeps no other.
    async fn collect_unused(&self, scope: &Scope) -> Result<usize, MediaError> {
        let (before, mut behind, mut gone) = (self.store.now() - UNUSED, None, 0);
        loop {
            let mut tx = self.store.write(scope).await?;
            let unused = tx.media().unused(before, behind).await?;
            drop(tx);
            let Some((last, since)) = unused.last().copied() else { return Ok(gone) };
            behind = Some((since, last));
            for (media, _) in unused {
                let mut tx = self.store.write(scope).await?;
                match tx.media().delete_unused(media, before).await {
                    Ok(true) => {
                        tx.commit().await?;
                        gone += 1;
                    }
                    Ok(false) | Err(StoreError::Missing { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }

    /// The row goes first and the content while the row's lock is held: whoever claims it meanwhile waits for the end
    /// of this, and writes the content anew.
    async fn collect_blob(
        &self,
        scope: &Scope,
        digest: ContentDigest,
        before: DateTime<Utc>,
    ) -> Result<bool, MediaError> {
        let tenant = scope.tenant;
        let mut tx = self.store.write(scope).await?;
        match tx.media().forget_blob(digest, before).await {
            Ok(true) => {}
            // Somebody has it again.
            Ok(false) | Err(StoreError::Missing { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        self.blobs.delete(BlobKey::Thumbnail { tenant, digest }).await?;
        self.blobs.delete(BlobKey::Content { tenant, digest }).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Under what a form of a ready file is kept, and its type.
fn kept(tenant: TenantId, media: &Media, variant: MediaVariant) -> Option<(BlobKey, MediaType)> {
    let (digest, media_type) = (media.digest?, media.upload.media_type);
    match variant {
        MediaVariant::Original => Some((BlobKey::Content { tenant, digest }, media_type)),
        MediaVariant::Thumbnail => Some((BlobKey::Thumbnail { tenant, digest }, media_type.thumbnail()?)),
    }
}
