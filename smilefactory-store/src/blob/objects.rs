//! The one implementation: `object_store` over a folder, a bucket or memory.

use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::signer::{HeaderName, HeaderValue, Method, SignedUrlOptions, Signer as _};
use object_store::{
    Attribute, Attributes, ClientOptions, ObjectStore, ObjectStoreExt as _, PutOptions, RetryConfig,
    WriteMultipart,
};
use secrecy::ExposeSecret as _;
use smilefactory_core::content::MediaType;
use smilefactory_core::id::{Id, MediaId, TenantId};
use url::Url;

use super::{Blob, BlobError, BlobKey, BlobStore};
use crate::config::Bucket;
use crate::error::Source;

/// How long one request to a bucket may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a failed request to a bucket is made again.
const RETRIES: Duration = Duration::from_secs(10);
/// How many pieces of an upload are on their way at once.
const AT_ONCE: usize = 2;
/// How many waiting uploads are listed.
const LISTED: usize = 1_000;

/// Contents in a folder, in a bucket, or in memory.
#[derive(Debug)]
pub struct Objects {
    place: Arc<dyn ObjectStore>,
    /// The bucket itself, which signs addresses.
    bucket: Option<AmazonS3>,
    /// Whether uploads go straight to the bucket.
    direct: bool,
    /// Whether the place keeps what type a content is of.
    typed: bool,
}

impl Objects {
    /// In a folder, which is made when it is not there.
    pub fn folder(path: impl AsRef<FilePath>) -> Result<Self, BlobError> {
        std::fs::create_dir_all(path.as_ref()).map_err(|error| BlobError::Unavailable(Box::new(error)))?;
        // What was answered for is on the disk.
        let folder = LocalFileSystem::new_with_prefix(path).map_err(unavailable)?.with_fsync(true);
        Ok(Self { place: Arc::new(folder), bucket: None, direct: false, typed: false })
    }

    /// In memory: it vanishes with this value.
    pub fn memory() -> Self {
        Self { place: Arc::new(InMemory::new()), bucket: None, direct: false, typed: true }
    }

    /// In a bucket of S3, or of a server that speaks its protocol. Nothing is asked of it yet.
    pub fn bucket(bucket: &Bucket) -> Result<Self, BlobError> {
        let options =
            ClientOptions::new().with_timeout(PATIENCE).with_connect_timeout(Duration::from_secs(5));
        let retries = RetryConfig { max_retries: 3, retry_timeout: RETRIES, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(bucket.access_key.expose_secret())
            .with_secret_access_key(bucket.secret_key.expose_secret())
            .with_client_options(options)
            .with_retry(retries);
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let s3 = builder.build().map_err(unavailable)?;
        Ok(Self { place: Arc::new(s3.clone()), bucket: Some(s3), direct: bucket.direct, typed: true })
    }

    async fn write(
        upload: &mut Unfinished,
        mut content: BoxStream<'static, Result<Bytes, Source>>,
        size: u64,
    ) -> Result<(), BlobError> {
        let mut received = 0_u64;
        while let Some(piece) = content.next().await {
            let piece = piece.map_err(BlobError::Interrupted)?;
            received = received.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if received > size {
                return Err(BlobError::OtherSize { expected: size });
            }
            if let Some(upload) = &mut upload.0 {
                upload.wait_for_capacity(AT_ONCE).await.map_err(unavailable)?;
                upload.put(piece);
            }
        }
        if received == size { Ok(()) } else { Err(BlobError::OtherSize { expected: size }) }
    }
}

/// An upload that leaves nothing behind unless it is finished.
struct Unfinished(Option<WriteMultipart>);

async fn abort(upload: WriteMultipart) {
    if let Err(error) = upload.abort().await {
        tracing::warn!(%error, "an upload that broke off may have left something behind");
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Whoever waited is gone; the rest is tidied away without them.
        if let (Some(upload), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(abort(upload));
        }
    }
}

fn unavailable(error: object_store::Error) -> BlobError {
    BlobError::Unavailable(Box::new(error))
}

fn path(key: BlobKey) -> Path {
    Path::from(key.path())
}

#[async_trait]
impl BlobStore for Objects {
    async fn put(&self, key: BlobKey, content: Bytes, media_type: MediaType) -> Result<(), BlobError> {
        let mut options = PutOptions::default();
        if self.typed {
            options.attributes = Attributes::from_iter([(Attribute::ContentType, media_type.as_str())]);
        }
        self.place.put_opts(&path(key), content.into(), options).await.map_err(unavailable)?;
        Ok(())
    }

    async fn put_stream(
        &self,
        key: BlobKey,
        content: BoxStream<'static, Result<Bytes, Source>>,
        size: u64,
    ) -> Result<(), BlobError> {
        let upload = self.place.put_multipart(&path(key)).await.map_err(unavailable)?;
        let mut upload = Unfinished(Some(WriteMultipart::new(upload)));
        if let Err(error) = Self::write(&mut upload, content, size).await {
            if let Some(upload) = upload.0.take() {
                abort(upload).await;
            }
            return Err(error);
        }
        if let Some(upload) = upload.0.take() {
            upload.finish().await.map_err(unavailable)?;
        }
        Ok(())
    }

    async fn get(&self, key: BlobKey) -> Result<Option<Blob>, BlobError> {
        match self.place.get(&path(key)).await {
            Ok(found) => {
                let size = found.meta.size;
                Ok(Some(Blob { size, content: found.into_stream().map_err(unavailable).boxed() }))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        match self.place.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn list_staged(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<Vec<MediaId>, BlobError> {
        let waits_too_long =
            move |media: &MediaId| media.created_at().is_some_and(|declared| declared < before);
        self.place
            .list(Some(&Path::from(BlobKey::staging(tenant))))
            .map_err(unavailable)
            .try_filter_map(|found| async move {
                Ok(found.location.filename().and_then(BlobKey::staged_for).filter(waits_too_long))
            })
            .take(LISTED)
            .try_collect()
            .await
    }

    async fn signed_get(
        &self,
        key: BlobKey,
        lasts: Duration,
        disposition: &str,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError> {
        let Some(bucket) = &self.bucket else { return Ok(None) };
        let options = SignedUrlOptions::new().with_query([
            ("response-content-disposition", disposition),
            ("response-content-type", media_type.as_str()),
            ("response-cache-control", "private, max-age=300, immutable"),
        ]);
        let url = bucket.signed_url_opts(Method::GET, &path(key), lasts, &options).await;
        url.map(Some).map_err(unavailable)
    }

    async fn signed_put(
        &self,
        key: BlobKey,
        lasts: Duration,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError> {
        let Some(bucket) = self.bucket.as_ref().filter(|_| self.direct) else { return Ok(None) };
        let options = SignedUrlOptions::new().with_signed_header(
            HeaderName::from_static("content-type"),
            HeaderValue::from_static(media_type.as_str()),
        );
        let url = bucket.signed_url_opts(Method::PUT, &path(key), lasts, &options).await;
        url.map(Some).map_err(unavailable)
    }
}
