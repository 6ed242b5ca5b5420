//! Blob stores: each keeps what every one promises, and signs addresses if it has any.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use smilefactory_core::content::{ContentDigest, MediaType};
use smilefactory_core::id::{Id, MediaId, TenantId};
use smilefactory_store::blob::{BlobKey, BlobStore, Objects, conformance};

use crate::media::s3::S3;

/// Every file in a folder, at any depth.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What was given up is tidied away by a task of its own.
async fn until_empty(folder: &Path) {
    // What the S3 server writes down of each name it ever had.
    let is_noted = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(".bucket-") && name.ends_with(".json")
    };
    let left = || files(folder).into_iter().filter(|path| !is_noted(path)).collect::<Vec<_>>();
    for _ in 0..200 {
        if left().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("left: {:?}", left());
}

#[tokio::test]
async fn memory_conforms() {
    conformance::conforms(&Objects::memory()).await;
}

#[tokio::test]
async fn a_folder_conforms_and_nothing_is_left_of_what_broke_off() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Objects::folder(folder.path().join("made/when/missing")).unwrap();
    conformance::conforms(&blobs).await;
    until_empty(folder.path()).await;
}

#[tokio::test]
async fn a_bucket_conforms_and_nothing_is_left_of_what_broke_off() {
    let s3 = S3::start().await;
    conformance::conforms(&s3.blobs(false)).await;
    until_empty(s3.folder()).await;
}

#[tokio::test]
async fn a_bucket_signs_addresses_that_are_good_for_one_thing_and_a_while() {
    let s3 = S3::start().await;
    let (blobs, http) = (s3.blobs(true), reqwest::Client::new());
    let tenant = TenantId::at(DateTime::UNIX_EPOCH, [1; 10]);
    let key = BlobKey::Content { tenant, digest: ContentDigest([7; 32]) };
    blobs.put(key, Bytes::from_static(b"GIF89a"), MediaType::Gif).await.unwrap();
    let get = async |lasts| {
        blobs.signed_get(key, lasts, "inline; filename=\"a.gif\"", MediaType::Gif).await.unwrap()
    };
    let url = get(Duration::from_secs(60)).await.unwrap();
    assert!(url.query_pairs().any(|(_, value)| value == "inline; filename=\"a.gif\""), "{url}");
    let answer = http.get(url.clone()).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.bytes().await.unwrap()[..]), (200, &b"GIF89a"[..]));
    let mut other = url.clone();
    other.set_path(&url.path().replace("07", "08"));
    assert_eq!(http.get(other).send().await.unwrap().status(), 403);
    assert_eq!(http.put(url.clone()).body("x").send().await.unwrap().status(), 403);
    let soon = get(Duration::from_secs(1)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(http.get(soon).send().await.unwrap().status(), 403);

    let key = BlobKey::Staged { tenant, media: MediaId::at(DateTime::UNIX_EPOCH, [2; 10]) };
    let url = blobs.signed_put(key, Duration::from_secs(60), MediaType::Png).await.unwrap().unwrap();
    let put = |kind: &str| http.put(url.clone()).header("content-type", kind).body("a picture").send();
    assert_eq!(put("text/html").await.unwrap().status(), 403);
    assert_eq!(put("image/png").await.unwrap().status(), 200);
    assert_eq!(&blobs.get(key).await.unwrap().unwrap().read(99).await.unwrap()[..], b"a picture");

    assert_eq!(s3.blobs(false).signed_put(key, Duration::from_secs(60), MediaType::Png).await.unwrap(), None);
    let memory = Objects::memory();
    assert_eq!(
        memory.signed_get(key, Duration::from_secs(60), "inline", MediaType::Png).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_bucket_that_is_away_is_unavailable() {
    let s3 = S3::start().await;
    let blobs = s3.with_secret("wrong");
    let key = BlobKey::Content {
        tenant: TenantId::at(DateTime::UNIX_EPOCH, [1; 10]),
        digest: ContentDigest([7; 32]),
    };
    let error = blobs.get(key).await.unwrap_err();
    assert!(matches!(error, smilefactory_store::blob::BlobError::Unavailable(_)), "{error:?}");
}
