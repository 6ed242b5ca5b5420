//! A bucket whose addresses for uploads are soon too old.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use smilefactory_core::content::MediaType;
use smilefactory_core::id::{MediaId, TenantId};
use smilefactory_store::Source;
use smilefactory_store::blob::{Blob, BlobError, BlobKey, BlobStore, Objects};
use url::Url;

/// What an address for an upload is good for: the shortest time that S3 knows.
const BRIEF: Duration = Duration::from_secs(1);

/// The bucket, in all but that as it is.
#[derive(Debug)]
pub(super) struct Hasty(pub(super) Objects);

#[async_trait]
impl BlobStore for Hasty {
    async fn put(&self, key: BlobKey, content: Bytes, media_type: MediaType) -> Result<(), BlobError> {
        self.0.put(key, content, media_type).await
    }

    async fn put_stream(
        &self,
        key: BlobKey,
        content: BoxStream<'static, Result<Bytes, Source>>,
        size: u64,
    ) -> Result<(), BlobError> {
        self.0.put_stream(key, content, size).await
    }

    async fn get(&self, key: BlobKey) -> Result<Option<Blob>, BlobError> {
        self.0.get(key).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.0.delete(key).await
    }

    async fn list_staged(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<Vec<MediaId>, BlobError> {
        self.0.list_staged(tenant, before).await
    }

    async fn signed_get(
        &self,
        key: BlobKey,
        lasts: Duration,
        disposition: &str,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError> {
        self.0.signed_get(key, lasts, disposition, media_type).await
    }

    async fn signed_put(
        &self,
        key: BlobKey,
        _: Duration,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError> {
        self.0.signed_put(key, BRIEF, media_type).await
    }
}
