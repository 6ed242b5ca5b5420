//! What goes wrong, as clients see it: RFC 9457 problems with stable codes, from one table.

mod code;
mod refused;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::page::InvalidCursor;
use smilefactory_core::profile::MissingItem;
use smilefactory_core::validation::{Violation, Violations};
use smilefactory_core::version::Version;
use smilefactory_store::StoreError;
use smilefactory_store::blob::BlobError;
use smilefactory_store::media::MediaError;
use smilefactory_store::password::PasswordError;
use utoipa::ToSchema;

pub use self::code::Code;

/// A problem as it is sent (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem, as a URI that stays.
    #[serde(rename = "type")]
    #[schema(example = "urn:smilefactory:problem:invalid_input")]
    pub kind: String,
    /// What the code means, for people.
    pub title: &'static str,
    /// The status code.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong in this case, for people; may change.
    pub detail: Cow<'static, str>,
    /// The path of the request.
    #[schema(example = "/v1/posts")]
    pub instance: String,
    /// Which problem it is, for programs.
    pub code: Code,
    /// The request, as `X-Request-Id` and the log name it.
    #[schema(example = "0195510c-a3c0-7000-8000-000000000000")]
    pub request_id: String,
    /// Everything that is wrong with the input. A pointer is into the body; a parameter of the address or a
    /// header is `/` and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Violations>,
    /// The field whose value is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "email")]
    pub field: Option<&'static str>,
    /// What would make the profile more complete, worth most first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingItem>,
}

/// Why a request was not carried out. The problem is written when the response leaves, with what is then known
/// of the request.
#[derive(Debug)]
pub struct ApiError(Box<Trouble>);

#[derive(Debug)]
struct Trouble {
    code: Code,
    detail: Cow<'static, str>,
    errors: Option<Violations>,
    field: Option<&'static str>,
    missing: Vec<MissingItem>,
    headers: Vec<(HeaderName, HeaderValue)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ApiError {
    /// A problem; `detail` says what is wrong in this case.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        let headers = match code {
            Code::Unauthenticated | Code::WrongCredentials => {
                vec![(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))]
            }
            Code::Unavailable | Code::IdempotencyInFlight | Code::TooManyStreams => {
                vec![(header::RETRY_AFTER, HeaderValue::from_static("1"))]
            }
            _ => Vec::new(),
        };
        Self(Box::new(Trouble {
            code,
            detail: detail.into(),
            errors: None,
            field: None,
            missing: Vec::new(),
            headers,
            source: None,
        }))
    }

    /// Nothing is there, or not for this caller: both are told in the same words.
    pub fn not_found(entity: &'static str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {entity}"))
    }

    /// One thing wrong with the input.
    pub fn invalid(pointer: impl Into<String>, violation: Violation) -> Self {
        Violations::one(pointer, violation).into()
    }

    /// The caller has another version than the newest.
    pub fn stale(newest: Option<Version>) -> Self {
        let error = Self::new(Code::Stale, "somebody else saved it first: read it again");
        match newest.and_then(|version| HeaderValue::try_from(crate::reply::entity_tag(version)).ok()) {
            Some(tag) => error.with_header(header::ETAG, tag),
            None => error,
        }
    }

    /// A mistake of this platform; `source` goes into the log and nowhere else.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let detail = "this is a mistake of the platform; its operators find it by the request id";
        Self::new(Code::Internal, detail).because_of(source.into())
    }

    /// Not now; `source` goes into the log.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Code::Unavailable, "try again a little later").because_of(source.into())
    }

    /// The same with what would make the profile more complete.
    #[must_use]
    pub fn with_missing(mut self, missing: Vec<MissingItem>) -> Self {
        self.0.missing = missing;
        self
    }

    fn because_of(mut self, source: Box<dyn StdError + Send + Sync>) -> Self {
        self.0.source = Some(source);
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Which problem it is.
    pub const fn code(&self) -> Code {
        self.0.code
    }

    /// What went wrong beneath, for the log.
    pub fn source(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// The problem as it is sent.
    pub fn problem(&self, instance: String, request_id: String) -> Problem {
        Problem {
            kind: self.0.code.uri(),
            title: self.0.code.title(),
            status: self.0.code.status().as_u16(),
            detail: self.0.detail.clone(),
            instance,
            code: self.0.code,
            request_id,
            errors: self.0.errors.clone(),
            field: self.0.field,
            missing: self.0.missing.clone(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.0.code.status().into_response();
        for (name, value) in &self.0.headers {
            response.headers_mut().append(name, value.clone());
        }
        // The body is written by the middleware that knows the request.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { entity, field } => {
                let mut error =
                    Self::new(Code::Conflict, format!("a {entity} with this {field} exists already"));
                error.0.field = Some(field);
                error
            }
            StoreError::Missing { constraint, .. } if constraint == "post_categories_category" => {
                let unknown = Violation::new(
                    smilefactory_core::validation::code::UNKNOWN_VALUE,
                    "must be categories that are not archived",
                );
                Self::invalid("/categories", unknown)
            }
            StoreError::Missing { constraint, .. } if constraint == "post_categories_tab" => {
                let elsewhere = Violation::new(
                    smilefactory_core::validation::code::NOT_ALLOWED,
                    "must be categories of the blog for an article, of the feed for all else",
                );
                Self::invalid("/categories", elsewhere)
            }
            StoreError::Missing { constraint, .. } if constraint == "groups_category" => {
                let unknown = Violation::new(
                    smilefactory_core::validation::code::UNKNOWN_VALUE,
                    "must be a category of the groups that is not archived",
                );
                Self::invalid("/category", unknown)
            }
            StoreError::Missing { entity, .. } => {
                Self::new(Code::Conflict, format!("{entity} refers to something that is gone"))
            }
            StoreError::Stale { .. } => Self::stale(None),
            StoreError::Unavailable { .. } | StoreError::Refused { .. } => Self::unavailable(error),
            other => Self::internal(other),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::OtherSize { expected } => {
                Self::invalid("/content", Violation::out_of_range(expected, expected))
            }
            BlobError::Interrupted(_) => Self::invalid("/content", Violation::malformed("a whole content")),
            other => Self::unavailable(other),
        }
    }
}

impl From<MediaError> for ApiError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::NothingUploaded => Self::new(Code::StepRefused, "upload the content first"),
            MediaError::Unfit(unfit) => Self::invalid("/content", unfit.violation()),
            MediaError::Blob(error) => error.into(),
            MediaError::Store(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        Self::unavailable(error)
    }
}

impl From<Violations> for ApiError {
    fn from(violations: Violations) -> Self {
        let detail = match violations.iter().count() {
            1 => "one thing is wrong with the input".to_owned(),
            count => format!("{count} things are wrong with the input"),
        };
        let mut error = Self::new(Code::InvalidInput, detail);
        error.0.errors = Some(violations);
        error
    }
}

impl From<InvalidCursor> for ApiError {
    fn from(error: InvalidCursor) -> Self {
        Self::new(Code::InvalidCursor, error.to_string())
    }
}

impl From<InvalidTransition> for ApiError {
    fn from(refused: InvalidTransition) -> Self {
        Self::new(Code::StepRefused, refused.to_string())
    }
}
