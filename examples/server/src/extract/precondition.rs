//! Which version the caller changes.

use axum::extract::FromRequestParts;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use smilefactory_core::version::Version;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::openapi::header_parameter;
use crate::problem::{ApiError, Code};
use crate::reply::entity_tag;
use crate::state::AppState;

/// The header `If-Match`: the entity tags of the versions that may be changed, or `*` for whichever there is.
#[derive(Clone, Debug)]
pub struct IfMatch(String);

impl IfMatch {
    /// Refuses when the newest version is none of them. Tags are compared strongly: a weak one matches nothing.
    pub fn check(&self, newest: Version) -> Result<(), ApiError> {
        let tag = entity_tag(newest);
        if self.0.split(',').map(str::trim).any(|candidate| candidate == "*" || candidate == tag) {
            Ok(())
        } else {
            Err(ApiError::stale(Some(newest)))
        }
    }
}

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let tags: Vec<_> =
            parts.headers.get_all(IF_MATCH).iter().filter_map(|value| value.to_str().ok()).collect();
        if tags.iter().all(|tags| tags.trim().is_empty()) {
            return Err(ApiError::new(
                Code::PreconditionRequired,
                "send `If-Match` with the `ETag` of the version that you read",
            ));
        }
        Ok(Self(tags.join(",")))
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header_parameter(
            "If-Match",
            "The `ETag` of the version that is changed: when somebody saved another one meanwhile, nothing is done.",
            "\"1\"",
            true,
        )]
    }
}
