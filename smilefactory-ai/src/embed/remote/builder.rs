//! Settings of a [`RemoteEmbedder`], checked once.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::budget::{Budget, Meter};
use super::{RemoteEmbedder, Retry};
use crate::embed::ModelId;

/// Collects the settings of a [`RemoteEmbedder`]; all but the three it starts with have defaults.
#[derive(Clone, Debug)]
#[must_use = "settings do nothing until `build`"]
pub struct RemoteBuilder {
    base: String,
    model: String,
    dimensions: usize,
    key: Option<SecretString>,
    request_dimensions: bool,
    batch_texts: usize,
    batch_bytes: usize,
    timeout: Duration,
    connect_timeout: Duration,
    retry: Retry,
    jitter_seed: u64,
    budget: Option<Budget>,
}

/// Which setting of a [`RemoteBuilder`] cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSettings {
    /// The base address is no `http` or `https` address, or carries a name, password, query or fragment.
    #[error("the base address of the embedding endpoint must be a plain http or https address")]
    Base,
    /// The model's name is empty, too long or has blanks.
    #[error("the model's name cannot be part of a model id")]
    Model,
    /// A setting that must be at least one is zero.
    #[error("{0} must be at least one")]
    Zero(&'static str),
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl RemoteBuilder {
    pub(super) fn new(base: String, model: String, dimensions: usize) -> Self {
        Self {
            base,
            model,
            dimensions,
            key: None,
            request_dimensions: false,
            batch_texts: 96,
            batch_bytes: 256 * 1024,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            retry: Retry::default(),
            jitter_seed: 0,
            budget: None,
        }
    }

    /// Sent as a bearer token.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self
    }

    /// Asks the endpoint for the dimensions named at the start, for models that can shorten their vectors.
    pub fn request_dimensions(mut self) -> Self {
        self.request_dimensions = true;
        self
    }

    /// Most texts in one request. Default 96.
    pub fn batch_texts(mut self, most: usize) -> Self {
        self.batch_texts = most;
        self
    }

    /// Most bytes of text in one request; a single longer text goes alone. Default 256 KiB.
    pub fn batch_bytes(mut self, most: usize) -> Self {
        self.batch_bytes = most;
        self
    }

    /// Longest one request may take, answer included. Default 30 s. Pauses between attempts come on top.
    pub fn timeout(mut self, longest: Duration) -> Self {
        self.timeout = longest;
        self
    }

    /// Longest the connection may take. Default 5 s.
    pub fn connect_timeout(mut self, longest: Duration) -> Self {
        self.connect_timeout = longest;
        self
    }

    /// When to try again. Default [`Retry::default`].
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Where the jitter of pauses starts. Give each process its own, or all of them will retry in step. Default 0.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.jitter_seed = seed;
        self
    }

    /// Most that may be embedded in a window of time. Default: no limit.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Checks everything and makes the embedder, without sending anything.
    pub fn build(self) -> Result<RemoteEmbedder, InvalidSettings> {
        for (value, name) in [
            (self.dimensions, "dimensions"),
            (self.batch_texts, "texts in a batch"),
            (self.batch_bytes, "bytes in a batch"),
        ] {
            if value == 0 {
                return Err(InvalidSettings::Zero(name));
            }
        }
        let model = ModelId::new(format!("{}/{}", self.model, self.dimensions))
            .map_err(|_| InvalidSettings::Model)?;
        let http = reqwest::Client::builder()
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("smilefactory-ai/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| InvalidSettings::Client(Box::new(error)))?;
        Ok(RemoteEmbedder {
            url: endpoint(&self.base).ok_or(InvalidSettings::Base)?,
            model,
            dimensions: self.dimensions,
            name: self.model,
            key: self.key,
            request_dimensions: self.request_dimensions,
            batch_texts: self.batch_texts,
            batch_bytes: self.batch_bytes,
            retry: self.retry,
            jitter: AtomicU64::new(self.jitter_seed),
            budget: self.budget.map(Meter::new),
            http,
        })
    }
}

/// `{base}/embeddings`.
fn endpoint(base: &str) -> Option<Url> {
    let mut url = Url::parse(base).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain {
        return None;
    }
    url.path_segments_mut().ok()?.pop_if_empty().push("embeddings");
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_under_the_base() {
        let of = |base| endpoint(base).map(|url| url.to_string());
        assert_eq!(of("https://h/v1").as_deref(), Some("https://h/v1/embeddings"));
        assert_eq!(of("https://h:1/v1/").as_deref(), Some("https://h:1/v1/embeddings"));
        assert_eq!(of("http://h").as_deref(), Some("http://h/embeddings"));
        for bad in ["ftp://h/", "https://me:secret@h/", "https://h/?key=1", "https://h/#x", "h/v1", ""] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn settings_are_checked() {
        let build = |base, model, dimensions| RemoteBuilder::new(base, model, dimensions).build();
        let (base, model) = ("http://h".to_owned(), "m".to_owned());
        assert!(matches!(build(base.clone(), model.clone(), 0), Err(InvalidSettings::Zero("dimensions"))));
        assert!(matches!(build("x".to_owned(), model, 3), Err(InvalidSettings::Base)));
        assert!(matches!(build(base, "a b".to_owned(), 3), Err(InvalidSettings::Model)));
    }
}
