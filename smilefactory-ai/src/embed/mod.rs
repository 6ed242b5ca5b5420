//! From text to vectors: the [`Embedder`] trait and what implements it.
//!
//! | implementation | what it knows | needs |
//! |---|---|---|
//! | [`hashed::HashedEmbedder`] | which words and letters a text shares with another | nothing |
//! | `remote::RemoteEmbedder` (feature `remote`) | what the model behind the endpoint knows | an OpenAI-compatible endpoint |
//!
//! Whoever writes another one proves it with [`conformance::check`].

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::vector::{Embedding, VectorError};

pub mod conformance;
pub mod hashed;
#[cfg(feature = "remote")]
pub mod remote;

/// Names a model *and its version*: two vectors may be compared only when their model ids are equal.
///
/// Anything that changes what a text turns into (weights, dimensions, preprocessing) is another id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelId(String);

/// The text is empty, longer than 100 bytes, or has blanks or control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a model id is 1 to 100 printable ASCII characters without blanks")]
pub struct InvalidModelId;

impl ModelId {
    /// Most bytes an id may have.
    pub const MAX_LEN: usize = 100;

    /// Checks and wraps.
    ///
    /// ```
    /// use smilefactory_ai::embed::ModelId;
    ///
    /// assert_eq!(ModelId::new("text-embedding-3-small/512")?.as_str(), "text-embedding-3-small/512");
    /// assert!(ModelId::new("two words").is_err());
    /// # Ok::<(), smilefactory_ai::embed::InvalidModelId>(())
    /// ```
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidModelId> {
        let id = id.into();
        let fits = (1..=Self::MAX_LEN).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(id)) } else { Err(InvalidModelId) }
    }

    /// The id as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ModelId {
    type Error = InvalidModelId;

    fn try_from(id: String) -> Result<Self, InvalidModelId> {
        Self::new(id)
    }
}

impl From<ModelId> for String {
    fn from(id: ModelId) -> Self {
        id.0
    }
}

/// Turns texts into unit vectors of one model.
///
/// What every implementation promises, and [`conformance::check`] tries:
/// - one vector a text, in the order of the texts, all of [`dimensions`](Self::dimensions);
/// - the same text gives the same direction, whatever it is batched with (up to rounding);
/// - all or nothing: an error means that no vector is returned;
/// - no texts, no work: an empty slice gives an empty answer without any input or output;
/// - a blank text is refused as [`EmbedError::Blank`] before anything is sent;
/// - dropping the future stops the work and leaves nothing behind but spent budget.
#[async_trait]
pub trait Embedder: fmt::Debug + Send + Sync {
    /// Whose vectors these are.
    fn model(&self) -> &ModelId;

    /// How many components every vector has.
    fn dimensions(&self) -> usize;

    /// Embeds the texts.
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbedError>;
}

/// Why texts could not be embedded, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// A text with nothing in it: leave it out.
    #[error("text {index} is blank")]
    Blank {
        /// Position of the first blank text.
        index: usize,
    },
    /// The budget of this window is spent; nothing was sent.
    #[error("the embedding budget does not cover this call")]
    Budget {
        /// When the next window starts. `None`: the call is larger than a whole window, split it.
        retry_after: Option<Duration>,
    },
    /// The endpoint is down, too slow or throttling, also after retries: try later.
    #[error("the embedding endpoint is unavailable: {reason}")]
    Unavailable {
        /// What happened last.
        reason: String,
        /// What the endpoint asked to wait, if it did.
        retry_after: Option<Duration>,
        /// The transport's error, if it was one.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The endpoint understood and said no: key, model name or a text too long. Trying again does not help.
    #[error("the embedding endpoint refused with status {status}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What the endpoint said, shortened.
        message: String,
    },
    /// The endpoint answered something that is no answer to the question, such as too few vectors.
    #[error("the embedding endpoint answered wrongly: {detail}")]
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
    /// The model made something that is no vector, or one of another dimension.
    #[error("vector {index} is unusable")]
    Vector {
        /// Position of the text.
        index: usize,
        /// What is wrong with the vector.
        #[source]
        source: VectorError,
    },
}

impl EmbedError {
    /// Whether the same call may succeed later, unchanged.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Budget { retry_after: Some(_) })
    }

    /// How long to wait before the same call, when that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Budget { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Fails at the first blank text; every embedder starts with this.
pub(crate) fn refuse_blank(texts: &[&str]) -> Result<(), EmbedError> {
    match texts.iter().position(|text| text.trim().is_empty()) {
        Some(index) => Err(EmbedError::Blank { index }),
        None => Ok(()),
    }
}
