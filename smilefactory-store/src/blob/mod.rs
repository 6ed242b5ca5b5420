//! Where contents lie: in a folder, in a bucket of S3 or what is like it, or in memory.
//!
//! A content is written once and never changed; its key is its SHA-256, within its tenant: the same content of two
//! tenants lies there twice, so that nobody learns from one what the other has. What is uploaded waits under a key of
//! its own until it was looked into.
//!
//! ```
//! use bytes::Bytes;
//! use smilefactory_core::content::{ContentDigest, MediaType};
//! use smilefactory_core::id::{Id, TenantId};
//! use smilefactory_store::blob::{BlobKey, BlobStore, Objects};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let blobs = Objects::memory();
//! let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(7));
//! let key = BlobKey::Content { tenant, digest: ContentDigest([1; 32]) };
//! blobs.put(key, Bytes::from_static(b"GIF89a"), MediaType::Gif).await?;
//! let content = blobs.get(key).await?.expect("it was just written").read(100).await?;
//! assert_eq!(&content[..], b"GIF89a");
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "testing")]
pub mod conformance;
mod key;
mod objects;
mod ticket;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::BoxStream;
use smilefactory_core::content::MediaType;
use smilefactory_core::id::{MediaId, TenantId};
use url::Url;

pub use self::key::BlobKey;
pub use self::objects::Objects;
pub use self::ticket::{Ticket, TicketKey};
use crate::error::Source;

/// Keeps contents. Whoever implements it passes [`conformance`].
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync {
    /// Writes a content, whole or not at all, in place of what was there.
    async fn put(&self, key: BlobKey, content: Bytes, media_type: MediaType) -> Result<(), BlobError>;

    /// Writes a content as it comes, of exactly `size` bytes; stops at the first byte too many. When it fails or is
    /// dropped, nothing is left of it, and what was there before is there still.
    async fn put_stream(
        &self,
        key: BlobKey,
        content: BoxStream<'static, Result<Bytes, Source>>,
        size: u64,
    ) -> Result<(), BlobError>;

    /// The content with this key.
    async fn get(&self, key: BlobKey) -> Result<Option<Blob>, BlobError>;

    /// Deletes a content; that there is none is fine.
    async fn delete(&self, key: BlobKey) -> Result<(), BlobError>;

    /// The uploads of a tenant that wait since before a time, as their ids tell it; at most 1,000.
    async fn list_staged(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<Vec<MediaId>, BlobError>;

    /// An address that gives the content to whoever has it, for a while, and how they are to take it
    /// (`Content-Disposition`); `None` when the store has no address of its own.
    async fn signed_get(
        &self,
        key: BlobKey,
        lasts: Duration,
        disposition: &str,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError>;

    /// An address that takes a content of this type by `PUT`, for a while; `None` when it is to go through
    /// [`put_stream`](Self::put_stream).
    async fn signed_put(
        &self,
        key: BlobKey,
        lasts: Duration,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError>;
}

/// A content that is being read.
pub struct Blob {
    /// How many bytes it has.
    pub size: u64,
    /// The bytes, in pieces.
    pub content: BoxStream<'static, Result<Bytes, BlobError>>,
}

impl Blob {
    /// All of it, unless it has more than `most` bytes.
    pub async fn read(mut self, most: u64) -> Result<Bytes, BlobError> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.content.next().await {
            let piece = piece?;
            if u64::try_from(whole.len() + piece.len()).unwrap_or(u64::MAX) > most {
                return Err(BlobError::OtherSize { expected: most });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Why a content was neither written nor read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// More or fewer bytes came than were to come.
    #[error("the content does not have {expected} bytes")]
    OtherSize {
        /// How many it should have.
        expected: u64,
    },
    /// Whoever sent the content stopped before its end.
    #[error("the content stopped before its end")]
    Interrupted(#[source] Source),
    /// Folder or bucket cannot be reached or do not do what they are asked to. Try again later.
    #[error("the blob store is not available")]
    Unavailable(#[source] Source),
}
