//! What every handler has at hand.

use std::sync::Arc;
use std::time::Duration;

use smilefactory_ai::embed::Embedder;
use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::pipeline::Matchmaker;
use smilefactory_core::text::Slug;
use smilefactory_store::Store;
use smilefactory_store::blob::{BlobStore, Objects};
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::partition::Partitions;
use smilefactory_store::screening::{Screener, WordsAndLinks};
use smilefactory_store::search::{PostgresSearch, SearchIndex};
use tokio::sync::Notify;

use crate::live::Live;

/// What every handler has at hand. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The data.
    pub store: Store,
    /// How the server answers.
    pub options: Arc<Options>,
    /// Files that people upload.
    pub media: MediaLibrary,
    /// Months of what is large.
    pub partitions: Partitions,
    /// Turns texts into vectors.
    pub embedder: Arc<dyn Embedder>,
    /// Finds matches by those vectors.
    pub matchmaker: Arc<Matchmaker>,
    /// Finds posts by their words.
    pub search: Arc<dyn SearchIndex>,
    /// Looks at what is to be published before anybody reads it.
    pub screener: Arc<dyn Screener>,
    /// Wakes the workers that read the outbox, so that they need not wait for their next look.
    pub told: Arc<Notify>,
    /// The way to the task that tells those who listen what happens.
    pub live: Live,
}

/// How the server answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The community of callers who name none.
    pub default_tenant: Option<Slug>,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// How long the upload of a file may take.
    pub upload_timeout: Duration,
    /// Where clients reach the server, without a slash at the end.
    pub public_url: String,
    /// How long a live stream says nothing before it says that it is still there.
    pub heartbeat: Duration,
    /// How many events wait for who reads a live stream; whoever has more to read comes back later.
    pub live_queue: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            default_tenant: None,
            request_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_mins(10),
            public_url: "http://127.0.0.1:8080".to_owned(),
            heartbeat: Duration::from_secs(15),
            live_queue: 256,
        }
    }
}

impl AppState {
    /// The state over a store. Texts are compared by their words, which needs no other service; files are kept in
    /// memory, until [`with_blobs`](Self::with_blobs) says where.
    pub fn new(store: Store, options: Options) -> Self {
        Self::with_embedder(store, options, Arc::new(HashedEmbedder::default()))
    }

    /// The same with another embedder, whose model the database must know.
    pub fn with_embedder(store: Store, options: Options, embedder: Arc<dyn Embedder>) -> Self {
        let blobs: Arc<dyn BlobStore> = Arc::new(Objects::memory());
        Self {
            media: MediaLibrary::new(store.clone(), Arc::clone(&blobs)),
            partitions: Partitions::new(store.clone(), blobs),
            store,
            options: Arc::new(options),
            matchmaker: Arc::new(Matchmaker::new(&*embedder)),
            embedder,
            search: Arc::new(PostgresSearch),
            screener: Arc::new(WordsAndLinks),
            told: Arc::new(Notify::new()),
            live: Live::new(),
        }
    }

    /// The same with files kept elsewhere.
    #[must_use]
    pub fn with_blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.media = MediaLibrary::new(self.store.clone(), Arc::clone(&blobs));
        self.partitions = Partitions::new(self.store.clone(), blobs);
        self
    }
}
