//! Files across database and blob store, on each blob store there is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use futures::{StreamExt, stream};
use smilefactory_core::content::{Media, MediaInput, MediaState, MediaType, MediaUpload, MediaVariant};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::validation::Field;
use smilefactory_store::blob::{BlobError, BlobKey, BlobStore, Objects};
use smilefactory_store::media::{Address, Collected, MediaError, MediaLibrary, UNUSED, Unfit};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::s3::S3;
use super::samples::sample;
use crate::blob::files;

const ENDINGS: [&str; 6] = ["jpg", "png", "webp", "gif", "mp4", "pdf"];

struct Desk {
    db: TestDb,
    owner: AccountId,
    blobs: Arc<dyn BlobStore>,
    library: MediaLibrary,
}

impl Desk {
    async fn new(blobs: Objects) -> Self {
        let db = TestDb::new().await;
        let owner = db.one.person("tariro").await.id;
        let blobs: Arc<dyn BlobStore> = Arc::new(blobs);
        let library = MediaLibrary::new(db.store.clone(), Arc::clone(&blobs));
        Self { db, owner, blobs, library }
    }

    async fn declare(&self, media_type: MediaType, size: usize) -> Media {
        let ending = ENDINGS[MediaType::ALL.iter().position(|known| *known == media_type).unwrap()];
        let input = MediaInput {
            file_name: format!("file.{ending}"),
            media_type: media_type.to_string(),
            size: size.try_into().unwrap(),
        };
        let mut tx = self.db.store.write(&self.db.one.scope_of(self.owner)).await.unwrap();
        let upload = MediaUpload::from_raw(input).unwrap();
        let media = upload.begin(tx.new_id().unwrap(), self.owner, u32::MAX, tx.now()).unwrap();
        tx.media().insert(&media).await.unwrap();
        tx.commit().await.unwrap();
        media
    }

    async fn stage(&self, media: &Media, content: &[u8]) -> Result<(), BlobError> {
        let pieces: Vec<_> = content.chunks(10_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        self.library.stage(self.db.one.tenant.id, media, stream::iter(pieces).boxed()).await
    }

    async fn finalise(&self, media: &Media) -> Result<Media, MediaError> {
        let scope = self.db.one.scope_of(self.owner);
        let found = self.library.prepare(&scope, media).await?;
        let mut tx = self.db.store.write(&scope).await?;
        let (ready, _) = media.clone().finalise(found, tx.now()).unwrap();
        tx.media().finalise(&ready).await?;
        tx.commit().await?;
        self.library.forget_upload(scope.tenant, media).await;
        Ok(ready)
    }

    async fn upload(&self, media_type: MediaType) -> Media {
        let content = sample(media_type, &[]);
        let media = self.declare(media_type, content.len()).await;
        self.stage(&media, &content).await.unwrap();
        self.finalise(&media).await.unwrap()
    }

    async fn get(&self, media: &Media) -> Option<Media> {
        self.db.store.read(&self.db.one.scope).await.unwrap().media().get(media.id).await.unwrap()
    }

    async fn delete(&self, media: &Media) {
        let mut tx = self.db.store.write(&self.db.one.scope).await.unwrap();
        assert!(tx.media().delete(media.id).await.unwrap());
        tx.commit().await.unwrap();
    }

    async fn content(&self, media: &Media, variant: MediaVariant) -> Option<Bytes> {
        let found = self.library.content(self.db.one.tenant.id, media, variant).await.unwrap();
        Some(found?.0.read(1_000_000).await.unwrap())
    }

    async fn collect(&self) -> Collected {
        self.library.collect(&self.db.one.scope).await.unwrap()
    }
}

async fn walk(desk: Desk) {
    for media_type in MediaType::ALL {
        let ready = desk.upload(*media_type).await;
        assert_eq!((ready.state, desk.get(&ready).await.as_ref()), (MediaState::Ready, Some(&ready)));
        let content = desk.content(&ready, MediaVariant::Original).await.unwrap();
        assert_eq!(content.len(), usize::try_from(ready.upload.size.get()).unwrap());
        let thumbnail = desk.content(&ready, MediaVariant::Thumbnail).await;
        assert_eq!(thumbnail.is_some(), media_type.is_picture());
        // The same again is the same content.
        assert_eq!(desk.upload(*media_type).await.digest, ready.digest);
    }
    assert_eq!(desk.collect().await, Collected::default());
}

#[tokio::test]
async fn files_are_uploaded_and_handed_out_from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    walk(Desk::new(Objects::folder(folder.path()).unwrap()).await).await;
    // Six contents, four thumbnails, no upload.
    assert_eq!(files(folder.path()).len(), 10, "{:?}", files(folder.path()));
}

#[tokio::test]
async fn files_are_uploaded_and_handed_out_from_a_bucket() {
    let s3 = S3::start().await;
    walk(Desk::new(s3.blobs(false)).await).await;
}

#[tokio::test]
async fn a_bucket_takes_uploads_and_gives_files_by_itself() {
    let s3 = S3::start().await;
    let (desk, http) = (Desk::new(s3.blobs(true)).await, reqwest::Client::new());
    let tenant = desk.db.one.tenant.id;
    let content = sample(MediaType::Jpeg, &[]);
    let media = desk.declare(MediaType::Jpeg, content.len()).await;
    let url = desk.library.upload_url(tenant, &media, Duration::from_secs(60)).await.unwrap().unwrap();
    let put = http.put(url).header("content-type", "image/jpeg").body(content).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let ready = desk.finalise(&media).await.unwrap();
    let until = desk.db.store.now() + TimeDelta::minutes(5);
    let address =
        desk.library.address(tenant, &ready, MediaVariant::Thumbnail, until).await.unwrap().unwrap();
    let Address::Direct(url) = address else { panic!("{address:?}") };
    let answer = http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(infer::get(&answer.bytes().await.unwrap()).unwrap().mime_type(), "image/jpeg");

    // Whoever sends more to the bucket than was declared has gained nothing.
    let media = desk.declare(MediaType::Jpeg, 10).await;
    let url = desk.library.upload_url(tenant, &media, Duration::from_secs(60)).await.unwrap().unwrap();
    let put = http.put(url).header("content-type", "image/jpeg").body(vec![0; 99_999]).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let refused = desk.finalise(&media).await.unwrap_err();
    assert!(matches!(refused, MediaError::Unfit(Unfit::OtherSize { declared: 10 })), "{refused:?}");
    assert_eq!(desk.get(&media).await, None);
    assert_eq!(desk.collect().await, Collected::default());
}

/// What lies in a store's folder, apart from what the S3 server writes down of each name it ever had.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let is_noted = |path: &PathBuf| name(path).starts_with(".bucket-") && name(path).ends_with(".json");
    files(folder).into_iter().filter(|path| !is_noted(path)).collect()
}

/// What was given up is tidied away by a task of its own.
async fn until_kept(folder: &Path, count: usize) {
    for _ in 0..200 {
        if kept(folder).len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{:?}", kept(folder));
}

#[tokio::test]
async fn what_is_broken_cut_too_large_or_something_else_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    wrong_uploads(Objects::folder(folder.path()).unwrap(), folder.path()).await;
}

#[tokio::test]
async fn nor_does_it_on_a_server_that_speaks_s3() {
    let s3 = S3::start().await;
    wrong_uploads(s3.blobs(false), s3.folder()).await;
}

/// Straight to the bucket nothing stands in the way of what is wrong, until it is looked into.
#[tokio::test]
async fn what_is_sent_straight_to_the_bucket_is_looked_into_all_the_same() {
    let s3 = S3::start().await;
    let desk = Desk::new(s3.blobs(true)).await;
    let good = sample(MediaType::Png, &[]);
    let put = async |media: &Media, content: &[u8]| {
        let url = desk.library.upload_url(desk.db.one.tenant.id, media, Duration::from_secs(60)).await;
        let request = reqwest::Client::new().put(url.unwrap().unwrap()).header("content-type", "image/png");
        request.body(content.to_vec()).send().await.unwrap()
    };
    for wrong in [&good[..good.len() - 20], &[good.as_slice(), &[0]].concat(), b"<script>alert(1)</script>"] {
        let media = desk.declare(MediaType::Png, good.len()).await;
        assert!(put(&media, wrong).await.status().is_success());
        let refused = desk.finalise(&media).await.unwrap_err();
        assert!(matches!(refused, MediaError::Unfit(_)), "{refused:?}");
        assert_eq!(desk.get(&media).await, None, "the declaration is gone");
        until_kept(s3.folder(), 0).await;
    }
    let media = desk.declare(MediaType::Png, good.len()).await;
    assert!(put(&media, &good).await.status().is_success());
    let ready = desk.finalise(&media).await.unwrap();
    assert!(desk.content(&ready, MediaVariant::Original).await.is_some());
    until_kept(s3.folder(), 2).await;
}

async fn wrong_uploads(blobs: Objects, folder: &Path) {
    let desk = Desk::new(blobs).await;
    let good = sample(MediaType::Png, &[]);
    let media = desk.declare(MediaType::Png, good.len()).await;
    // What does not come whole is not staged, and may come again.
    for wrong in [&good[..good.len() - 1], &[good.as_slice(), &[0]].concat()] {
        let refused = desk.stage(&media, wrong).await.unwrap_err();
        assert!(matches!(refused, BlobError::OtherSize { .. }), "{refused:?}");
    }
    let missing = desk.finalise(&media).await.unwrap_err();
    assert!(matches!(missing, MediaError::NothingUploaded), "{missing:?}");
    until_kept(folder, 0).await;
    desk.stage(&media, &good).await.unwrap();
    desk.finalise(&media).await.unwrap();
    until_kept(folder, 2).await;

    for (declared, content) in [
        (MediaType::Png, good[..good.len() - 20].to_vec()),
        (MediaType::Jpeg, good.clone()),
        (MediaType::Pdf, b"<script>alert(1)</script>".to_vec()),
        (MediaType::Png, super::samples::png_header(30_000, 30_000)),
    ] {
        let media = desk.declare(declared, content.len()).await;
        desk.stage(&media, &content).await.unwrap();
        let refused = desk.finalise(&media).await.unwrap_err();
        assert!(matches!(refused, MediaError::Unfit(_)), "{refused:?}");
        assert_eq!(desk.get(&media).await, None, "the declaration is gone");
        until_kept(folder, 2).await;
    }
}

#[tokio::test]
async fn orphans_are_collected_after_a_day_and_nothing_else() {
    let desk = Desk::new(Objects::memory()).await;
    let (kept, same, deleted) = (
        desk.upload(MediaType::Png).await,
        desk.upload(MediaType::Png).await,
        desk.upload(MediaType::Gif).await,
    );
    let awaited = desk.declare(MediaType::Png, 10).await;
    desk.stage(&awaited, &[7; 10]).await.unwrap();
    desk.delete(&same).await;
    desk.delete(&deleted).await;
    assert_eq!(desk.collect().await, Collected::default(), "all of it is young");
    desk.db.clock.advance(TimeDelta::days(1) + TimeDelta::seconds(1));
    let young = desk.declare(MediaType::Png, 10).await;
    desk.stage(&young, &[7; 10]).await.unwrap();
    assert_eq!(desk.collect().await, Collected { awaited: 1, staged: 1, unused: 0, blobs: 1 });
    assert_eq!(desk.collect().await, Collected::default());
    assert_eq!(desk.get(&awaited).await, None);
    assert!(desk.get(&young).await.is_some());
    assert!(desk.content(&kept, MediaVariant::Original).await.is_some(), "another file has the content");
    assert!(desk.content(&deleted, MediaVariant::Original).await.is_none());
    assert!(desk.content(&deleted, MediaVariant::Thumbnail).await.is_none());
}

/// More than one batch of each sort, all in one turn.
#[tokio::test]
async fn everything_that_nobody_will_miss_is_collected_in_one_turn() {
    let desk = Desk::new(Objects::memory()).await;
    let used = desk.upload(MediaType::Png).await;
    let statement = format!(
        "insert into content.blobs (tenant_id, digest, size, claimed_at)
         select '{tenant}', sha256(n::text::bytea), 9, '2026-01-01' from generate_series(1, 250) n;
         insert into content.media (tenant_id, id, owner_id, file_name, media_type, size, state, digest, width, height,
           created_at, finalised_at, unused_since)
         select '{tenant}', gen_random_uuid(), '{owner}', 'old.gif', 'image/gif', 9, 'ready', sha256(n::text::bytea), 1, 1,
           '2026-01-01', '2026-01-01', '2026-01-01'
         from generate_series(1, 150) n",
        tenant = desk.db.one.tenant.id,
        owner = desk.owner.uuid(),
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut desk.db.superuser().await).await.unwrap();
    assert_eq!(desk.collect().await, Collected { unused: 150, blobs: 250, ..Collected::default() });
    assert_eq!(desk.collect().await, Collected::default());
    assert!(desk.get(&used).await.is_some());
    // The file hangs on nothing either: after a month it goes, as it is documented.
    desk.db.clock.advance(UNUSED + TimeDelta::seconds(1));
    assert_eq!(desk.collect().await, Collected { unused: 1, blobs: 1, ..Collected::default() });
}

/// A content is being collected while somebody uploads the same: they wait, and write it anew.
#[tokio::test]
async fn a_content_that_is_collected_and_uploaded_at_once_is_there() {
    let desk = Desk::new(Objects::memory()).await;
    let first = desk.upload(MediaType::Png).await;
    let (tenant, digest) = (desk.db.one.tenant.id, first.digest.unwrap());
    desk.delete(&first).await;
    desk.db.clock.advance(TimeDelta::days(2));
    let content = sample(MediaType::Png, &[]);
    let again = desk.declare(MediaType::Png, content.len()).await;
    desk.stage(&again, &content).await.unwrap();

    let mut collector = desk.db.store.write(&desk.db.one.scope).await.unwrap();
    assert!(collector.media().forget_blob(digest, desk.db.store.now()).await.unwrap());
    let collects = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        desk.blobs.delete(BlobKey::Content { tenant, digest }).await.unwrap();
        collector.commit().await.unwrap();
    };
    let (ready, ()) = tokio::join!(desk.finalise(&again), collects);
    let ready = ready.unwrap();
    assert_eq!(ready.digest, Some(digest));
    assert!(desk.content(&ready, MediaVariant::Original).await.is_some());
    // And what a file has is not collected, however old its claim.
    desk.db.clock.advance(TimeDelta::days(9));
    assert_eq!(desk.collect().await, Collected::default());
}
