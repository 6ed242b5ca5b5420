//! Files that go straight to a bucket: through the running server and the SDK, to a server that speaks S3's protocol.

mod broken;
mod hasty;
#[path = "../../../smilefactory-store/tests/it/media/s3.rs"]
#[expect(dead_code, reason = "the store's tests try more of it")]
mod s3;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures::TryStreamExt;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use server::mail::MailLog;
use server::{AppState, Options, Server};
use smilefactory_client::Client;
use smilefactory_core::content::{DeclaredMedia, MediaInput, MediaState, MediaType, MediaVariant, PostInput};
use smilefactory_store::blob::BlobStore;
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::testing::TestDb;
use tokio::net::TcpListener;

use self::s3::S3;

/// A picture of one pixel.
const A_GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A server whose files are in a bucket that takes uploads itself.
struct World {
    db: TestDb,
    s3: S3,
    server: Server,
    library: MediaLibrary,
    http: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        let s3 = S3::start().await;
        let blobs = Arc::new(s3.blobs(true));
        Self::over(s3, blobs).await
    }

    async fn over(s3: S3, blobs: Arc<dyn BlobStore>) -> Self {
        let db = TestDb::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = AppState::new(db.store.clone(), Options::default()).with_blobs(blobs);
        let library = state.media.clone();
        let server = Server::start(listener, state, Arc::new(MailLog)).unwrap();
        Self { db, s3, server, library, http: reqwest::Client::new() }
    }

    async fn member(&self, name: &str) -> Client {
        self.db.one.person(name).await;
        let url = format!("http://{}", self.server.address());
        let nobody = Client::builder(url).tenant("one").build().unwrap();
        let log_in = nobody.sessions().log_in(format!("{name}@example.org"), format!("{name}-password"));
        log_in.await.unwrap().client
    }

    /// The contents in the bucket, without what the S3 server notes of each name it ever had.
    fn contents(&self) -> Vec<PathBuf> {
        let is_note = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with(".bucket-") && name.ends_with(".json")
        };
        files(self.s3.folder()).into_iter().filter(|path| !is_note(path)).collect()
    }

    /// Waits for what the S3 server tidies away after it answered, or after nobody was there to be answered.
    async fn nothing_in_the_bucket(&self) {
        for _ in 0..200 {
            if self.contents().is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("left: {:?}", self.contents());
    }

    /// A day later, nothing is left of what was begun and did not come to its end.
    async fn nothing_is_left(&self, owner: &Client) {
        self.db.clock.advance(TimeDelta::hours(25));
        self.library.collect(&self.db.one.scope).await.unwrap();
        let files: Vec<_> = owner.media().list_mine().into_stream().try_collect().await.unwrap();
        assert!(files.is_empty(), "{files:?}");
        self.nothing_in_the_bucket().await;
    }

    /// Sends a content as any program would that knows nothing but the answer.
    fn put(&self, declared: &DeclaredMedia, content: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        let target = &declared.upload;
        let mut request = self.http.request(target.method.parse().unwrap(), &target.url);
        for header in &target.headers {
            request = request.header(&header.name, &header.value);
        }
        request.body(content)
    }
}

/// Every file in a folder, at any depth.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A picture that is declared, and whose content the bucket is to take.
async fn declared(owner: &Client, media_type: MediaType, size: usize) -> DeclaredMedia {
    let input = MediaInput {
        file_name: media_type.as_str().replace("image/", "pixel."),
        media_type: media_type.as_str().into(),
        size: i64::try_from(size).unwrap(),
    };
    let declared = owner.media().declare(&input).await.unwrap();
    assert!(declared.upload.direct && !declared.upload.url.contains("/v1/"), "{declared:?}");
    declared
}

#[tokio::test]
async fn a_file_goes_straight_to_the_bucket_and_comes_from_there() {
    let world = World::start().await;
    let (owner, reader) = (world.member("farai").await, world.member("fungai").await);
    let file = declared(&owner, MediaType::Gif, A_GIF.len()).await;
    assert_eq!(world.put(&file, A_GIF).send().await.unwrap().status(), 200);
    let id = file.media.id;
    let ready = owner.media().finalise(id).await.unwrap();
    assert_eq!((ready.state, ready.width, ready.height), (MediaState::Ready, Some(1), Some(1)));
    assert_eq!(world.contents().len(), 2, "the picture and its thumbnail: {:?}", world.contents());

    let input = PostInput {
        kind: "post".into(),
        body: "A pixel.".into(),
        attachments: vec![id.to_string()],
        ..PostInput::default()
    };
    let draft = owner.posts().draft(&input).await.unwrap();
    let address = |variant| reader.media().url_on(draft.id, id, variant);
    assert!(address(MediaVariant::Original).await.unwrap_err().is_not_found());
    owner.posts().publish(&draft).await.unwrap();
    let original = address(MediaVariant::Original).await.unwrap();
    let (bucket, _) = file.upload.url.split_once("/staging/").unwrap();
    assert!(original.url.starts_with(bucket), "{original:?} in {bucket}");
    let answer = world.http.get(&original.url).send().await.unwrap();
    assert_eq!(answer.headers()[CONTENT_TYPE], "image/gif");
    assert!(answer.headers()[CONTENT_DISPOSITION].to_str().unwrap().contains("pixel"), "{answer:?}");
    assert_eq!(answer.bytes().await.unwrap(), A_GIF);
    let thumbnail = address(MediaVariant::Thumbnail).await.unwrap();
    assert!(reader.media().fetch(&thumbnail).await.unwrap().starts_with(b"\x89PNG"));
    // It was made for this file, and gives no other.
    let mut other = original.clone();
    other.url = other.url.replace(&ready.digest.unwrap().to_string(), &"0".repeat(64));
    assert_eq!(reader.media().fetch(&other).await.unwrap_err().status(), Some(403));

    // The SDK does all of it in one call.
    let again = owner.media().upload("pixel.gif", MediaType::Gif, A_GIF).await.unwrap();
    assert_eq!((again.state, again.digest), (MediaState::Ready, ready.digest));
    assert_eq!(world.contents().len(), 2, "one content is kept once: {:?}", world.contents());
}
