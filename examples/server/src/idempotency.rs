//! Requests that have one effect however often they are sent.
//!
//! The key of a request is a row in the transaction of its effect: both are there, or neither is. Who sends the
//! same request again gets the answer that was kept; who sends it while the first is under way waits for it.
//! What was refused is not kept: the same key may try again.

use axum::extract::{FromRequest, Request};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};
use smilefactory_core::scope::Scope;
use smilefactory_core::validation::Violation;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::platform::Claim;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::extract::{self, Payload};
use crate::openapi::header_parameter;
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

/// The header that carries the key.
pub const KEY: &str = "idempotency-key";
/// The longest key, in characters.
const MAX_KEY: usize = 255;

/// A body, and that it is to have one effect.
#[derive(Debug)]
pub struct Submission<P> {
    /// What is sent.
    pub body: P,
    /// Carries the request out once.
    pub once: Once,
}

/// What tells a request from others.
#[derive(Clone, Debug)]
pub struct Once {
    key: Option<String>,
    fingerprint: [u8; 32],
}

/// Whether there is anything to be done.
#[derive(Debug)]
pub enum Begun {
    /// The request is new: carry it out.
    Now(Box<Work>),
    /// It was carried out before: this is the answer.
    Before(Reply),
}

/// The unit of work of a request, and the key that is kept with its effect.
#[derive(Debug)]
pub struct Work {
    /// The unit of work.
    pub tx: WriteTx,
    key: Option<String>,
}

impl Once {
    /// Begins the unit of work, and claims the key in it.
    pub async fn begin(self, state: &AppState, scope: &Scope) -> Result<Begun, ApiError> {
        let mut tx = state.store.write(scope).await?;
        let Some(key) = self.key else { return Ok(Begun::Now(Box::new(Work { tx, key: None }))) };
        match tx.idempotency().claim(&key, self.fingerprint).await? {
            Claim::New => Ok(Begun::Now(Box::new(Work { tx, key: Some(key) }))),
            Claim::Done(stored) => Reply::replayed(stored).map(Begun::Before),
            Claim::Erased => Err(ApiError::new(
                Code::AnswerErased,
                "the request was carried out before; what was answered had something that was taken out since",
            )),
            Claim::OtherRequest => Err(ApiError::new(
                Code::IdempotencyMismatch,
                "another request had this `Idempotency-Key`: use a new one for each request",
            )),
            Claim::InFlight => Err(ApiError::new(
                Code::IdempotencyInFlight,
                "a request with this `Idempotency-Key` is still being carried out: ask again for its answer",
            )),
        }
    }
}

impl Work {
    /// Keeps the answer beside the key, and makes everything last.
    pub async fn finish(self, state: &AppState, reply: Reply) -> Outcome {
        self.finish_keeping(state, &reply).await?;
        Ok(reply)
    }

    /// The same with something else in the place of the answer, for one that must not be kept as it is.
    pub async fn finish_keeping(mut self, state: &AppState, kept: &Reply) -> Result<(), ApiError> {
        if let Some(key) = &self.key {
            self.tx.idempotency().finish(key, &kept.stored()).await?;
        }
        self.tx.commit().await?;
        state.told.notify_waiters();
        Ok(())
    }
}

impl<P: Payload> FromRequest<AppState> for Submission<P> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let key = key(request.headers())?;
        let headers = request.headers().clone();
        let whole = request.uri().path_and_query().map_or(request.uri().path(), |whole| whole.as_str());
        let (method, path) = (request.method().clone(), whole.to_owned());
        let bytes = extract::bytes(request, state).await?;
        let body = P::read(&headers, &bytes)?;
        let mut fingerprint = Sha256::new();
        let if_match = headers.get(IF_MATCH).map(HeaderValue::as_bytes).unwrap_or_default();
        for part in [method.as_str().as_bytes(), path.as_bytes(), if_match, &bytes] {
            fingerprint.update(part);
            // None of the parts but the last can hold one.
            fingerprint.update([0]);
        }
        Ok(Self { body, once: Once { key, fingerprint: fingerprint.finalize().into() } })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let is_visible = value.as_bytes().iter().all(u8::is_ascii_graphic);
    match value.to_str() {
        Ok(key) if is_visible && (1..=MAX_KEY).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::invalid(
            "/Idempotency-Key",
            Violation::malformed("1 to 255 visible ASCII characters").with("max", MAX_KEY),
        )),
    }
}

impl IntoParams for Once {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header_parameter(
            "Idempotency-Key",
            "1 to 255 visible ASCII characters, new for each request: sent again with the same key, the request has \
             no second effect, and its answer is given again with `Idempotent-Replayed: true`. Kept for a day.",
            "0195510c-a3c0-7abc-8def-0123456789ab",
            false,
        )]
    }
}
