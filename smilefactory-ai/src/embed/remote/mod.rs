//! Embeddings from any endpoint that speaks `POST {base}/embeddings` as `OpenAI` does: it, Azure, vLLM, Ollama, llama.cpp,
//! text-embeddings-inference and others.

use std::fmt;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{EmbedError, Embedder, ModelId, refuse_blank};
use crate::vector::Embedding;

mod budget;
mod builder;
mod retry;
mod wire;

pub use budget::Budget;
pub use builder::{InvalidSettings, RemoteBuilder};
pub use retry::Retry;

/// An [`Embedder`] behind HTTP.
///
/// A call is cut into batches by number of texts and by bytes, sent one after the other. What may pass by itself
/// (no connection, a cut answer, 408, 429, 5xx) is tried again after a jittered, growing pause, or after what the
/// endpoint asks for in `Retry-After`. Answers are checked: as many vectors as texts, put in order by their index,
/// each of the dimension promised. The key shows up in no log, error or `Debug`. Redirects are not followed.
///
/// ```no_run
/// use std::time::Duration;
/// use smilefactory_ai::embed::{Embedder, remote::{Budget, RemoteEmbedder}};
///
/// # async fn run(key: String) -> Result<(), Box<dyn std::error::Error>> {
/// let embedder = RemoteEmbedder::builder("https://api.openai.com/v1", "text-embedding-3-small", 512)
///     .key(key)
///     .request_dimensions()
///     .budget(Budget { texts: 100_000, tokens: 5_000_000, window: Duration::from_secs(86_400) })
///     .build()?;
/// let vectors = embedder.embed(&["solar irrigation", "crop insurance"]).await?;
/// assert_eq!(vectors.len(), 2);
/// # Ok(()) }
/// ```
pub struct RemoteEmbedder {
    model: ModelId,
    dimensions: usize,
    url: Url,
    /// The model's name as the endpoint knows it.
    name: String,
    key: Option<SecretString>,
    request_dimensions: bool,
    batch_texts: usize,
    batch_bytes: usize,
    retry: Retry,
    jitter: AtomicU64,
    budget: Option<budget::Meter>,
    http: reqwest::Client,
}

impl RemoteEmbedder {
    /// Starts with the base address (the part before `/embeddings`), the model's name there and the dimensions of
    /// its vectors. Nothing is sent before the first [`Embedder::embed`].
    pub fn builder(base: impl Into<String>, model: impl Into<String>, dimensions: usize) -> RemoteBuilder {
        RemoteBuilder::new(base.into(), model.into(), dimensions)
    }

    async fn embed_batch(&self, texts: &[&str]) -> Result<wire::Answer, EmbedError> {
        let mut attempt = 0;
        loop {
            let failure = match self.send(texts).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempt += 1;
            match self.retry.pause(attempt, &failure, &self.jitter) {
                Some(pause) => {
                    tracing::debug!(attempt, ?pause, error = %failure, "embedding request failed, trying again");
                    tokio::time::sleep(pause).await;
                }
                None => return Err(failure),
            }
        }
    }

    /// One request. Only [`EmbedError::Unavailable`] is worth another.
    async fn send(&self, texts: &[&str]) -> Result<wire::Answer, EmbedError> {
        let mut request = self.http.post(self.url.clone()).json(&wire::Request {
            model: &self.name,
            input: texts,
            encoding_format: "float",
            dimensions: self.request_dimensions.then_some(self.dimensions),
        });
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let response = request.send().await.map_err(|error| wire::transport("no answer", error))?;
        if response.status().is_success() {
            wire::read(response, texts.len(), self.dimensions).await
        } else {
            Err(wire::refusal(response, self.key.as_ref()).await)
        }
    }
}

#[async_trait]
impl Embedder for RemoteEmbedder {
    fn model(&self) -> &ModelId {
        &self.model
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    async fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbedError> {
        refuse_blank(texts)?;
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        // The whole call is paid for before its first batch, so that it never stops half-way with money spent.
        let mut reserved = match &self.budget {
            Some(meter) => Some(meter.reserve(texts)?),
            None => None,
        };
        let mut embeddings = Vec::with_capacity(texts.len());
        for batch in batches(texts, self.batch_texts, self.batch_bytes) {
            let first = embeddings.len();
            let answer = self.embed_batch(batch).await?;
            for (offset, components) in answer.vectors.into_iter().enumerate() {
                let index = first + offset;
                let embedding =
                    Embedding::new(components).map_err(|source| EmbedError::Vector { index, source })?;
                embeddings.push(embedding);
            }
            if let (Some(reserved), Some(used)) = (&mut reserved, answer.tokens) {
                reserved.used(batch, used);
            }
        }
        Ok(embeddings)
    }
}

impl fmt::Debug for RemoteEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteEmbedder")
            .field("model", &self.model)
            .field("dimensions", &self.dimensions)
            .field("url", &self.url.as_str())
            .field("key", &self.key)
            .field("retry", &self.retry)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// Cuts texts into runs of at most this many texts and bytes; a single text over the bytes goes alone.
fn batches<'t, 's>(texts: &'t [&'s str], most_texts: usize, most_bytes: usize) -> Vec<&'t [&'s str]> {
    let mut batches = Vec::new();
    let mut rest = texts;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take(most_texts)
            .take_while(|text| {
                bytes += text.len();
                bytes <= most_bytes
            })
            .count();
        let (batch, after) = rest.split_at(fitting.clamp(1, rest.len()));
        batches.push(batch);
        rest = after;
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn batches_keep_order_and_limits(
            texts in prop::collection::vec("[a-z]{1,20}", 0..50), most_texts in 1usize..10, most_bytes in 1usize..60,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let batches = batches(&texts, most_texts, most_bytes);
            prop_assert_eq!(&batches.concat(), &texts);
            for batch in batches {
                let bytes: usize = batch.iter().map(|text| text.len()).sum();
                prop_assert!(!batch.is_empty() && batch.len() <= most_texts);
                prop_assert!(bytes <= most_bytes || batch.len() == 1);
            }
        }
    }
}
