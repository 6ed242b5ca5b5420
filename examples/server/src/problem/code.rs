//! The codes of all problems, in one table.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! codes {
    ($( $(#[doc = $doc:literal])* $name:ident = $code:literal $status:ident $title:literal; )*) => {
        /// Which problem it is. The words are stable: one may be added, none is given another meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[non_exhaustive]
        pub enum Code {
            $( $(#[doc = $doc])* #[serde(rename = $code)] $name, )*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The status that it comes with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),* }
            }

            /// What it means, for people; the same for every problem of this code.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// When it is answered.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }
        }
    };
}

codes! {
    /// The body is no JSON, or nested too deeply.
    MalformedJson = "malformed_json" BAD_REQUEST "The body is not JSON";
    /// The cursor was made up, changed, or taken from another list.
    InvalidCursor = "invalid_cursor" BAD_REQUEST "The cursor does not belong to this list";
    /// There is no token, or none that opens a log-in that still lasts.
    Unauthenticated = "unauthenticated" UNAUTHORIZED "Log in first";
    /// Nobody has this email address and password.
    WrongCredentials = "wrong_credentials" UNAUTHORIZED "Wrong email address or password";
    /// The caller may see it, but somebody else must do this.
    Forbidden = "forbidden" FORBIDDEN "Not yours to do";
    /// Staff suspended the caller's account: it reads, but does not write.
    Suspended = "suspended" FORBIDDEN "The account is suspended";
    /// The caller's profile is not complete enough; `missing` says what would make it so, worth most first.
    CompletionTooLow = "completion_too_low" FORBIDDEN "Complete your profile first";
    /// The caller did this as often as they may for now.
    QuotaExceeded = "quota_exceeded" FORBIDDEN "Not so often";
    /// It does not exist, or not for this caller.
    NotFound = "not_found" NOT_FOUND "There is nothing here";
    /// The address exists, but not for this method; `Allow` says for which.
    MethodNotAllowed = "method_not_allowed" METHOD_NOT_ALLOWED "Not with this method";
    /// A value that must be unique is taken; `field` says which.
    Conflict = "conflict" CONFLICT "It is taken already";
    /// A request with this `Idempotency-Key` is still being carried out.
    IdempotencyInFlight = "idempotency_in_flight" CONFLICT "The same request is still under way";
    /// The state it is in does not allow the step.
    StepRefused = "step_refused" CONFLICT "Its state does not allow this";
    /// The request was carried out, and what was answered then is not kept any more: read what it was about.
    AnswerErased = "answer_erased" GONE "The answer is not kept any more";
    /// Somebody else saved first: read it again, and decide again.
    Stale = "stale" PRECONDITION_FAILED "It was changed meanwhile";
    /// The body is larger than a mebibyte; the content of a file, than was declared.
    TooLarge = "too_large" PAYLOAD_TOO_LARGE "The body is too large";
    /// The body is of another type than `application/json`; the content of a file, than was declared.
    UnsupportedMediaType = "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "Not this type of body";
    /// Something in the body, the address or the headers is not as it must be; `errors` says all of it.
    InvalidInput = "invalid_input" UNPROCESSABLE_ENTITY "The input is not valid";
    /// This `Idempotency-Key` belongs to another request.
    IdempotencyMismatch = "idempotency_mismatch" UNPROCESSABLE_ENTITY "The key belongs to another request";
    /// `If-Match` must say which version is to be changed.
    PreconditionRequired = "precondition_required" PRECONDITION_REQUIRED "Say which version you change";
    /// The account has as many live streams open as it may.
    TooManyStreams = "too_many_streams" TOO_MANY_REQUESTS "Enough streams are open already";
    /// A mistake of this platform. The `request_id` finds it in its log.
    Internal = "internal" INTERNAL_SERVER_ERROR "Something went wrong here";
    /// The database or the platform is overloaded or away: try again after `Retry-After` seconds.
    Unavailable = "unavailable" SERVICE_UNAVAILABLE "Not available right now";
}

impl Code {
    /// The URI that names this kind of problem.
    pub fn uri(self) -> String {
        format!("urn:smilefactory:problem:{}", self.as_str())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let meanings =
            Self::ALL.iter().map(|code| format!("- `{}`: {}", code.as_str(), code.meaning().trim()));
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .description(Some(meanings.collect::<Vec<_>>().join("\n")))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "Code".into()
    }
}
