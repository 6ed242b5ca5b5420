//! What every blob store does, as a test that each passes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use smilefactory_core::content::{ContentDigest, MediaType};
use smilefactory_core::id::{Id, MediaId, TenantId};

use super::{BlobError, BlobKey, BlobStore};
use crate::error::Source;

/// How many bytes a piece of a stream has.
const PIECE: u64 = 64 * 1024;

/// Holds a store to what [`BlobStore`] promises, and panics where it does not. It must be empty, and is left empty.
///
/// # Panics
///
/// When the store breaks a promise.
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
pub async fn conforms(blobs: &dyn BlobStore) {
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let (one, two) = (TenantId::at(now, [1; 10]), TenantId::at(now, [2; 10]));
    keeps_what_is_put(blobs, one, two).await;
    keeps_streams_whole_or_not_at_all(blobs, BlobKey::Staged { tenant: one, media: Id::at(now, [3; 10]) })
        .await;
    lists_what_waits(blobs, one, now).await;
    assert!(
        blobs.list_staged(two, now).await.expect("a list").is_empty(),
        "another tenant's uploads are listed"
    );
}

/// A content of one tenant, read whole.
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
async fn read(blobs: &dyn BlobStore, key: BlobKey) -> Option<Bytes> {
    let blob = blobs.get(key).await.expect("the store answers")?;
    let size = blob.size;
    let content = blob.read(size).await.expect("as many bytes as it said");
    assert_eq!(u64::try_from(content.len()), Ok(size), "the size is told right");
    Some(content)
}

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
async fn keeps_what_is_put(blobs: &dyn BlobStore, one: TenantId, two: TenantId) {
    let digest = ContentDigest([7; 32]);
    let key = |tenant| BlobKey::Content { tenant, digest };
    assert_eq!(read(blobs, key(one)).await, None);
    blobs.delete(key(one)).await.expect("that there is nothing is fine");
    for content in ["one", "another"] {
        let content = Bytes::from_static(content.as_bytes());
        blobs.put(key(one), content.clone(), MediaType::Gif).await.expect("written");
        assert_eq!(read(blobs, key(one)).await, Some(content));
    }
    assert_eq!(read(blobs, key(two)).await, None, "each tenant has contents of its own");
    let thumbnail = BlobKey::Thumbnail { tenant: one, digest };
    assert_eq!(read(blobs, thumbnail).await, None);
    let blob = blobs.get(key(one)).await.expect("an answer").expect("it is there");
    assert!(
        matches!(blob.read(6).await, Err(BlobError::OtherSize { expected: 6 })),
        "more is read than may be"
    );
    blobs.delete(key(one)).await.expect("deleted");
    assert_eq!(read(blobs, key(one)).await, None);
}

/// A stream of pieces, and how many bytes of it were asked for.
fn pieces(count: u64) -> (BoxStream<'static, Result<Bytes, Source>>, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&asked);
    let piece = Bytes::from(vec![9; usize::try_from(PIECE).unwrap_or_default()]);
    let pieces = stream::iter(0..count).map(move |_| {
        counted.fetch_add(PIECE, Ordering::Relaxed);
        Ok(piece.clone())
    });
    (pieces.boxed(), asked)
}

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
async fn keeps_streams_whole_or_not_at_all(blobs: &dyn BlobStore, key: BlobKey) {
    for count in [1, 200] {
        blobs.put_stream(key, pieces(count).0, count * PIECE).await.expect("written");
        let content = read(blobs, key).await.expect("it is there");
        assert!(u64::try_from(content.len()) == Ok(count * PIECE) && content.iter().all(|byte| *byte == 9));
    }
    blobs.delete(key).await.expect("deleted");

    let cap = 8 * 1024 * 1024;
    let (endless, asked) = pieces(80_000);
    let refused = blobs.put_stream(key, endless, cap).await;
    assert!(matches!(refused, Err(BlobError::OtherSize { expected }) if expected == cap), "{refused:?}");
    assert!(asked.load(Ordering::Relaxed) <= cap + PIECE, "it does not stop at the first byte too many");
    assert_eq!(read(blobs, key).await, None, "something is left of what was too large");

    let refused = blobs.put_stream(key, pieces(3).0, 4 * PIECE).await;
    assert!(matches!(refused, Err(BlobError::OtherSize { .. })), "{refused:?}");
    assert_eq!(read(blobs, key).await, None, "something is left of what was too small");

    blobs.put_stream(key, pieces(1).0, PIECE).await.expect("written");
    let broken = pieces(150).0.chain(stream::iter([Err("the line broke".into())])).boxed();
    let refused = blobs.put_stream(key, broken, 200 * PIECE).await;
    assert!(matches!(refused, Err(BlobError::Interrupted(_))), "{refused:?}");
    let silent = pieces(150).0.chain(stream::pending()).boxed();
    let given_up =
        tokio::time::timeout(Duration::from_millis(300), blobs.put_stream(key, silent, 200 * PIECE)).await;
    assert!(given_up.is_err(), "{given_up:?}");
    let left = read(blobs, key).await.map(|content| u64::try_from(content.len()).unwrap_or_default());
    assert_eq!(left, Some(PIECE), "what was there before is there still");
    blobs.delete(key).await.expect("deleted");
}

#[expect(clippy::expect_used, reason = "a test fails by panicking")]
async fn lists_what_waits(blobs: &dyn BlobStore, tenant: TenantId, now: DateTime<Utc>) {
    let ids: Vec<MediaId> = (0_u8..5).map(|n| Id::at(now + TimeDelta::seconds(n.into()), [n; 10])).collect();
    for media in &ids {
        let content = Bytes::from_static(b"waits");
        blobs.put(BlobKey::Staged { tenant, media: *media }, content, MediaType::Pdf).await.expect("written");
    }
    let mut listed = blobs.list_staged(tenant, now + TimeDelta::seconds(3)).await.expect("a list");
    listed.sort_unstable();
    assert_eq!(Some(listed.as_slice()), ids.get(..3));
    for media in ids {
        blobs.delete(BlobKey::Staged { tenant, media }).await.expect("deleted");
    }
    assert!(blobs.list_staged(tenant, now + TimeDelta::days(1)).await.expect("a list").is_empty());
}
