//! What goes over the wire and comes back: the only files that know the HTTP library.

mod answer;
mod transport;

use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serialize;
use smilefactory_core::version::Version;

use crate::content::Content;
use crate::operation::Operation;

pub(crate) use answer::{Answer, Exchange, Pieces};
pub(crate) use transport::{Settings, Transport};

/// What is sent.
#[derive(Clone)]
enum Body {
    Json(Vec<u8>),
    Content(Content),
}

impl Body {
    /// What is to be said of it.
    fn headers(&self, headers: &mut HeaderMap) {
        let kind = match self {
            Self::Json(_) => "application/json",
            Self::Content(content) => {
                // It goes in pieces, and is not to be announced as if its end were unknown.
                headers.insert(CONTENT_LENGTH, content.bytes.len().into());
                content.media_type
            }
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
}

impl From<Body> for reqwest::Body {
    fn from(body: Body) -> Self {
        match body {
            Body::Json(json) => json.into(),
            Body::Content(content) => {
                let pieces = content.pieces().map(Ok::<_, std::convert::Infallible>);
                Self::wrap_stream(futures::stream::iter(pieces))
            }
        }
    }
}

/// One call, whatever number of attempts it takes.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) keys: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Result<Body, String>>,
    pub(crate) if_match: Option<Version>,
    pub(crate) if_none_match: Option<Version>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) attempts: Option<u32>,
    /// Answers of an error status that are answers all the same.
    pub(crate) also_accepted: Option<u16>,
    /// After which event a stream goes on.
    pub(crate) last_event_id: Option<String>,
}

impl Request {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            keys: Vec::new(),
            query: Vec::new(),
            body: None,
            if_match: None,
            if_none_match: None,
            idempotency_key: None,
            traceparent: None,
            timeout: None,
            attempt_timeout: None,
            attempts: None,
            also_accepted: None,
            last_event_id: None,
        }
    }

    pub(crate) fn set_query(&mut self, name: &'static str, value: String) {
        self.query.retain(|(present, _)| *present != name);
        self.query.push((name, value));
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(present, _)| *present == name).map(|(_, value)| value.as_str())
    }

    /// An input without a JSON form is told when the call is sent.
    pub(crate) fn set_json(&mut self, body: &impl Serialize) {
        self.body = Some(serde_json::to_vec(body).map(Body::Json).map_err(|error| error.to_string()));
    }

    pub(crate) fn set_content(&mut self, content: Content) {
        self.body = Some(Ok(Body::Content(content)));
    }
}

/// What was sent stays out of it: it may be a password.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.id())
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}
