//! Ids in the address.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use smilefactory_core::id::Id;
use smilefactory_core::validation::Violation;
use smilefactory_core::version::Version;

use crate::problem::ApiError;
use crate::state::AppState;

/// The one id in the address.
#[derive(Clone, Copy, Debug)]
pub struct Key<I>(pub I);

/// The two ids in the address, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Pair<I, J>(pub I, pub J);

/// The id in the address, and the number of a version of it.
#[derive(Clone, Copy, Debug)]
pub struct Numbered<I>(pub I, pub Version);

impl<I: Id> FromRequestParts<AppState> for Key<I> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params::<I>(parts, state).await?;
        Ok(Self(id(&params, 0)?))
    }
}

impl<I: Id, J: Id> FromRequestParts<AppState> for Pair<I, J> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params::<I>(parts, state).await?;
        Ok(Self(id(&params, 0)?, id(&params, 1)?))
    }
}

impl<I: Id> FromRequestParts<AppState> for Numbered<I> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let params = params::<I>(parts, state).await?;
        let (name, value) = nth(&params, 1)?;
        match value.parse() {
            Ok(number) if number > 0 => Ok(Self(id(&params, 0)?, Version::new(number))),
            _ => Err(ApiError::invalid(format!("/{name}"), Violation::malformed("a number above 0"))),
        }
    }
}

async fn params<I: Id>(parts: &mut Parts, state: &AppState) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found(I::ENTITY))
}

fn nth(params: &RawPathParams, place: usize) -> Result<(&str, &str), ApiError> {
    params.iter().nth(place).ok_or_else(|| ApiError::internal("the address has fewer ids"))
}

fn id<I: Id>(params: &RawPathParams, place: usize) -> Result<I, ApiError> {
    let (name, value) = nth(params, place)?;
    match uuid::Uuid::parse_str(value) {
        Ok(uuid) => Ok(I::from_uuid(uuid)),
        Err(_) => Err(ApiError::invalid(format!("/{name}"), Violation::malformed("a UUID"))),
    }
}
