//! What happens to every request: it gets an id and a span, is timed, and what went wrong is written out.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use smilefactory_core::id::{Id, RequestId};
use tracing::Instrument;

use crate::problem::{ApiError, Code};
use crate::state::AppState;
use crate::telemetry;

/// The header that names the request, both ways.
pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where contents of files come in.
const UPLOAD: &str = "/v1/media/{media_id}/content";

/// The outermost: id, span, time, problem.
pub(crate) async fn around(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = match request_id(&request, &state) {
        Ok(id) => id,
        Err(error) => return error.into_response(),
    };
    let began = Instant::now();
    let method = method(request.method());
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        request.id = %id,
        http.method = method,
        http.route = %route,
        tenant = tracing::field::Empty,
        account = tracing::field::Empty,
    );
    request.extensions_mut().insert(id);
    let response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let took = began.elapsed();
    telemetry::answered(method, &route, status, took);
    let mut response = span.in_scope(|| {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(http.status = status, took.us = took, "answered");
        write_problem(response, path, id)
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // What a caller may see is theirs; what has a tag may be kept, and is asked for again.
    let cache = if headers.contains_key(header::ETAG) { "private, no-cache" } else { "no-store" };
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(cache));
    response
}

/// The id that the caller gave, when it is a UUID, else a new one.
fn request_id(request: &Request, state: &AppState) -> Result<RequestId, ApiError> {
    let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    match given.and_then(|given| uuid::Uuid::parse_str(given).ok()) {
        Some(id) => Ok(RequestId::from_uuid(id)),
        None => Ok(state.store.new_id()?),
    }
}

/// The method as a label: callers may make methods up.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Writes the body of what went wrong, now that the request is known.
fn write_problem(response: Response, path: String, id: RequestId) -> Response {
    let error = match response.extensions().get::<Arc<ApiError>>() {
        Some(error) => Arc::clone(error),
        None => match foreign_problem(&response) {
            Some(error) => Arc::new(error),
            None => return response,
        },
    };
    log(&error);
    let allow = response.headers().get(ALLOW).cloned();
    let (mut parts, _) = response.into_parts();
    let body = match serde_json::to_vec(&error.problem(path, id.to_string())) {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "a problem cannot be written");
            Vec::new()
        }
    };
    parts.status = error.code().status();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(allow) = allow {
        parts.headers.insert(ALLOW, allow);
    }
    Response::from_parts(parts, Body::from(body))
}

/// What others than our handlers refuse: addresses and methods that there are not.
fn foreign_problem(response: &Response) -> Option<ApiError> {
    if response.headers().contains_key(CONTENT_TYPE) {
        return None;
    }
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            Some(ApiError::new(Code::MethodNotAllowed, "`Allow` says which methods this address has"))
        }
        status if status.is_server_error() => Some(ApiError::internal(format!("answered {status}"))),
        _ => None,
    }
}

fn log(error: &ApiError) {
    let source = error.source().map(|source| {
        let mut text = source.to_string();
        let mut cause = source.source();
        while let Some(deeper) = cause {
            text = format!("{text}: {deeper}");
            cause = deeper.source();
        }
        text
    });
    match error.code() {
        Code::Internal => tracing::error!(cause = source, "a mistake of ours"),
        Code::Unavailable => tracing::warn!(cause = source, "not available"),
        code => tracing::debug!(code = code.as_str(), "refused"),
    }
}

/// Gives up on a request that takes too long; what it began is undone.
pub(crate) async fn bounded(State(state): State<AppState>, request: Request, next: Next) -> Response {
    // What a file takes is told by whoever sends it, not by this machine.
    let is_upload = request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str() == UPLOAD);
    let patience = if is_upload { state.options.upload_timeout } else { state.options.request_timeout };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::unavailable("the request took too long").into_response(),
    }
}

/// What a panic is answered with.
#[expect(clippy::needless_pass_by_value, reason = "the layer wants it so")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    ApiError::internal(format!("a handler panicked: {words}")).into_response()
}

/// What is answered for an address that there is not.
pub(crate) async fn nowhere() -> ApiError {
    ApiError::not_found("address")
}
