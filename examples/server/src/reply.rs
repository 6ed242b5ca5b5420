//! Answers: a status, the headers that belong to the effect, a body.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use smilefactory_core::version::Version;
use smilefactory_store::repo::platform::StoredResponse;

use crate::problem::ApiError;

/// What a handler gives back.
pub type Outcome = Result<Reply, ApiError>;

/// An answer, written out: it can be sent, and kept to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

/// Says that an answer is the one a request with the same key got before.
pub static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The entity tag of a version: `"3"`.
pub fn entity_tag(version: Version) -> String {
    format!("\"{version}\"")
}

impl Reply {
    /// An answer with a JSON body.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Outcome {
        let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Self { status, headers: vec![json], body })
    }

    /// An answer that is written out already.
    pub fn text(kind: &'static str, body: String) -> Outcome {
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(kind));
        Ok(Self { status: StatusCode::OK, headers: vec![kind], body: body.into_bytes() })
    }

    /// What was asked for.
    pub fn ok(body: &impl Serialize) -> Outcome {
        Self::json(StatusCode::OK, body)
    }

    /// What was made, and where it is found from now on.
    pub fn created(body: &impl Serialize, location: &str) -> Outcome {
        Self::json(StatusCode::CREATED, body)?.with(header::LOCATION, location)
    }

    /// Done, and nothing to say.
    pub const fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with one more header.
    pub fn with(mut self, name: HeaderName, value: &str) -> Outcome {
        let value = HeaderValue::try_from(value).map_err(ApiError::internal)?;
        self.headers.push((name, value));
        Ok(self)
    }

    /// The same with the entity tag of a version.
    pub fn version(self, version: Version) -> Outcome {
        self.with(header::ETAG, &entity_tag(version))
    }

    /// The same with an entity tag made from the body, for what has no version of its own.
    pub fn tagged_by_body(self) -> Outcome {
        let tag = URL_SAFE_NO_PAD.encode(Sha256::digest(&self.body));
        self.with(header::ETAG, &format!("\"{tag}\""))
    }

    /// The same, or that nothing changed since the caller last asked (RFC 9110, `If-None-Match`).
    #[must_use]
    pub fn unless_known(mut self, request: &HeaderMap) -> Self {
        let tag = self.headers.iter().find(|(name, _)| *name == header::ETAG).map(|(_, tag)| tag);
        let known = request
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            // Weak comparison: the tags must be alike, weak or not.
            .map(|candidate| candidate.trim().trim_start_matches("W/"))
            .any(|candidate| {
                candidate == "*" || tag.is_some_and(|tag| tag.as_bytes() == candidate.as_bytes())
            });
        if known {
            self.status = StatusCode::NOT_MODIFIED;
            self.headers.retain(|(name, _)| *name != header::CONTENT_TYPE);
            self.body.clear();
        }
        self
    }

    /// The body as a value.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(ApiError::internal)
    }

    /// The answer as it is kept beside an idempotency key.
    pub(crate) fn stored(&self) -> StoredResponse {
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
        let headers = self.headers.iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        StoredResponse { status: self.status.as_u16(), headers: headers.collect(), body: self.body.clone() }
    }

    /// The answer that was kept, marked as given before.
    pub(crate) fn replayed(stored: StoredResponse) -> Outcome {
        let status = StatusCode::from_u16(stored.status).map_err(ApiError::internal)?;
        let mut reply = Self { status, headers: Vec::new(), body: stored.body };
        for (name, value) in stored.headers {
            reply = reply.with(HeaderName::try_from(name).map_err(ApiError::internal)?, &value)?;
        }
        reply.marked_as_replayed()
    }

    /// The same, marked as given before.
    pub(crate) fn marked_as_replayed(self) -> Outcome {
        self.with(REPLAYED.clone(), "true")
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}
