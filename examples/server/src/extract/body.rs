//! What is sent.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use smilefactory_core::validation::{Field, Violation, Violations, code, read_json};

use crate::problem::{ApiError, Code};
use crate::state::AppState;

/// The largest body, in bytes.
pub const MAX_BODY: usize = 1 << 20;

/// Something that a body is read as.
pub trait Payload: Sized + Send {
    /// Reads the body, or says what is wrong with it.
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError>;
}

/// A body as it is sent: of the right shape, but not checked further.
#[derive(Clone, Debug)]
pub struct Sent<T>(pub T);

/// A body that is a valid value of the domain.
#[derive(Clone, Debug)]
pub struct Valid<T>(pub T);

/// No body, or an empty object.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<T: DeserializeOwned + Send> Payload for Sent<T> {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        if !is_json(headers) {
            return Err(ApiError::new(Code::UnsupportedMediaType, "send `Content-Type: application/json`"));
        }
        // First whether it is JSON at all, of at most 128 levels; then whether it has the right shape.
        let json: Value = serde_json::from_slice(body)
            .map_err(|error| ApiError::new(Code::MalformedJson, format!("the body is not JSON: {error}")))?;
        // serde would take an array for a record, member by member.
        if !json.is_object() {
            return Err(ApiError::invalid("", Violation::new(code::WRONG_TYPE, "must be an object")));
        }
        let value = read_json(json).map_err(|violation| {
            let pointer = violation.pointer.clone();
            Violations::one(pointer, violation)
        })?;
        Ok(Self(value))
    }
}

impl<T: Field + Send> Payload for Valid<T>
where
    T::Raw: DeserializeOwned + Send,
{
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        let Sent(raw) = Sent::<T::Raw>::read(headers, body)?;
        Ok(Self(T::from_raw(raw)?))
    }
}

impl Payload for Nothing {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        if body.is_empty() { Ok(Self {}) } else { Sent::read(headers, body).map(|Sent(nothing)| nothing) }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind == "application/merge-patch+json"
}

/// The whole body.
pub(crate) async fn bytes(request: Request, state: &AppState) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            ApiError::new(Code::TooLarge, format!("the body may have {MAX_BODY} bytes"))
        }
        _ => ApiError::new(Code::MalformedJson, "the body ended before it was complete"),
    })
}

macro_rules! from_request {
    ($([$($bounds:tt)*] $ty:ty),*) => {$(
        impl<$($bounds)*> FromRequest<AppState> for $ty
        where
            $ty: Payload,
        {
            type Rejection = ApiError;

            async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
                let headers = request.headers().clone();
                Self::read(&headers, &bytes(request, state).await?)
            }
        }
    )*};
}
from_request!([T] Sent<T>, [T] Valid<T>);
