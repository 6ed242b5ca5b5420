//! What goes over the wire, and what must be true of what comes back.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::embed::EmbedError;

/// Bytes a number of a vector takes in JSON, from above, and what an answer has besides.
const BYTES_A_NUMBER: usize = 32;
const BYTES_BESIDES: usize = 64 * 1024;
/// How much of an error's text is kept.
const MESSAGE_CHARS: usize = 300;

#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) input: &'a [&'a str],
    pub(super) encoding_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dimensions: Option<usize>,
}

/// A checked answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// One a text, in the order of the texts.
    pub(super) vectors: Vec<Vec<f32>>,
    /// What the endpoint says it counted.
    pub(super) tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Body {
    data: Vec<Item>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Usage {
    total_tokens: Option<u64>,
}

/// Reads and checks a successful answer to `texts` texts.
pub(super) async fn read(response: Response, texts: usize, dimensions: usize) -> Result<Answer, EmbedError> {
    let most = texts.saturating_mul(dimensions).saturating_mul(BYTES_A_NUMBER).saturating_add(BYTES_BESIDES);
    let body = bounded(response, most).await?;
    let body: Body = serde_json::from_slice(&body)
        .map_err(|error| EmbedError::Malformed { detail: format!("no embeddings in JSON: {error}") })?;
    Ok(Answer {
        vectors: in_order(body.data, texts, dimensions)?,
        tokens: body.usage.and_then(|usage| usage.total_tokens),
    })
}

/// Puts vectors where their texts are: every index once, every vector of the right dimension.
fn in_order(items: Vec<Item>, texts: usize, dimensions: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
    let malformed = |detail| Err(EmbedError::Malformed { detail });
    if items.len() != texts {
        return malformed(format!("{} vectors for {texts} texts", items.len()));
    }
    let mut placed: Vec<Option<Vec<f32>>> = vec![None; texts];
    for item in items {
        let found = item.embedding.len();
        if found != dimensions {
            return malformed(format!("vector {} has {found} dimensions, not {dimensions}", item.index));
        }
        match placed.get_mut(item.index) {
            Some(place @ None) => *place = Some(item.embedding),
            Some(Some(_)) => return malformed(format!("two vectors with index {}", item.index)),
            None => return malformed(format!("index {} with {texts} texts", item.index)),
        }
    }
    // As many as places and no place twice: none is empty.
    Ok(placed.into_iter().flatten().collect())
}

/// What an answer that is no success means.
pub(super) async fn refusal(response: Response, key: Option<&SecretString>) -> EmbedError {
    let (status, retry_after) = (response.status(), retry_after(response.headers()));
    if passes(status) {
        let reason = format!("status {}", status.as_u16());
        return EmbedError::Unavailable { reason, retry_after, source: None };
    }
    let body = bounded(response, BYTES_BESIDES).await.unwrap_or_default();
    let mut message = message_of(&body);
    if let Some(key) = key.map(ExposeSecret::expose_secret).filter(|key| !key.is_empty()) {
        message = message.replace(key, "[redacted]");
    }
    EmbedError::Refused {
        status: status.as_u16(),
        message: message.chars().filter(|c| !c.is_control()).take(MESSAGE_CHARS).collect(),
    }
}

/// A connection that failed or broke off.
pub(super) fn transport(what: &str, error: reqwest::Error) -> EmbedError {
    let kind = if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "connection broke off"
    };
    EmbedError::Unavailable {
        reason: format!("{what}: {kind}"),
        retry_after: None,
        source: Some(Box::new(error.without_url())),
    }
}

/// Whether a status tells of something that may pass by itself.
fn passes(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}

/// `Retry-After` in seconds, or as a date compared with the server's own `Date`, so that clocks need not agree.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?;
    let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some((until - now).to_std().unwrap_or_default())
}

/// The whole body, unless it is longer than any honest one.
async fn bounded(mut response: Response, most: usize) -> Result<Vec<u8>, EmbedError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport("answer cut", error))? {
        if body.len() + chunk.len() > most {
            return Err(EmbedError::Malformed { detail: format!("the answer is longer than {most} bytes") });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// `error.message`, as the endpoints write it, or the body as text.
fn message_of(body: &[u8]) -> String {
    serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|body| body.pointer("/error/message")?.as_str().map(str::to_owned))
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}
