//! How requests are sent, and sent again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH,
};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret, SecretString};
use smilefactory_core::content::HeaderField;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::answer::{Answer, Exchange, Pieces, broken, header, read, refusal};
use super::{Body, Request};
use crate::content::Content;
use crate::entropy;
use crate::error::{Error, ErrorKind};
use crate::operation::{Operation, Repeat};
use crate::retry::{Backoff, Budget};

/// The tenant of what is asked before log-in.
const TENANT: HeaderName = HeaderName::from_static("smilefactory-tenant");
/// How many attempts were made before this one.
const RETRY_COUNT: HeaderName = HeaderName::from_static("smilefactory-retry-count");
/// By which the server knows a second attempt.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Under which the server has the request in its logs.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The trace the request belongs to (W3C Trace Context).
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// After which event a stream goes on.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// What a stream is.
const EVENT_STREAM: &str = "text/event-stream";

/// How requests are made; as builders set it.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) base: Url,
    pub(crate) tenant: Option<String>,
    pub(crate) token: Option<SecretString>,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) largest_answer: usize,
}

/// Sends requests; clones share connections and the retry budget.
#[derive(Clone)]
pub(crate) struct Transport {
    http: reqwest::Client,
    settings: Arc<Settings>,
    /// Goes with every request: `Authorization` apart.
    headers: HeaderMap,
    bearer: Option<HeaderValue>,
    budget: Arc<Budget>,
}

impl Transport {
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("smilefactory-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect_timeout)
            // A redirect would carry the token, or turn a write into a read.
            .redirect(reqwest::redirect::Policy::none())
            // Attempts are counted here and nowhere else.
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| Error::new(ErrorKind::Usage, "no HTTP client can be made").caused_by(error))?;
        let mut headers = HeaderMap::new();
        if let Some(tenant) = &settings.tenant {
            headers.insert(TENANT, visible(tenant, "the tenant")?);
        }
        let bearer = settings.token.as_ref().map(bearer).transpose()?;
        Ok(Self { http, settings: Arc::new(settings), headers, bearer, budget: Arc::new(Budget::full()) })
    }

    /// The same connections for another caller.
    pub(crate) fn with_token(&self, token: Option<SecretString>) -> Result<Self, Error> {
        let bearer = token.as_ref().map(bearer).transpose()?;
        let settings = Arc::new(Settings { token, ..Settings::clone(&self.settings) });
        Ok(Self { settings, bearer, ..self.clone() })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Makes the call, with as many attempts as it takes and may take.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Error> {
        let operation = request.operation;
        let deadline = Instant::now() + request.timeout.unwrap_or(self.settings.timeout);
        let backoff = Backoff {
            attempts: request.attempts.unwrap_or(self.settings.backoff.attempts),
            ..self.settings.backoff
        };
        let request_id = entropy::uuid()?.to_string();
        let prepared = self
            .prepare(&request, &request_id)
            .map_err(|error| error.of(operation, &request_id, 0, false))?;
        self.budget.earn();
        let (mut attempt, mut unsure) = (1, false);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let patience = request.attempt_timeout.unwrap_or(self.settings.attempt_timeout).min(left);
            let failure = match timeout(patience, self.attempt(&prepared, attempt)).await {
                Ok(Ok((status, id, body))) => {
                    let request_id = id.unwrap_or(request_id);
                    let exchange = Exchange { status, operation, request_id, attempts: attempt };
                    return Ok(Answer { body, exchange });
                }
                Ok(Err(failure)) => failure,
                Err(_) => Error::new(ErrorKind::TimedOut, "no answer in time"),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let pause = backoff.pause(operation.repeat(), attempt, &failure).filter(|pause| *pause < left);
            match pause {
                Some(pause) if self.budget.spend() => {
                    unsure |= failure.may_have_taken_effect_itself();
                    sleep(pause).await;
                    attempt += 1;
                }
                _ => return Err(failure.of(operation, &request_id, attempt, unsure)),
            }
        }
    }

    fn prepare(&self, request: &Request, request_id: &str) -> Result<Prepared, Error> {
        let mut url = self.settings.base.clone();
        let path =
            format!("{}{}", url.path().trim_end_matches('/'), request.operation.path_with(&request.keys));
        url.set_path(&path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut headers = self.headers.clone();
        headers.insert(REQUEST_ID, visible(request_id, "the request id")?);
        if request.operation.takes_bearer()
            && let Some(bearer) = &self.bearer
        {
            headers.insert(AUTHORIZATION, bearer.clone());
        }
        if request.operation.repeat() == Repeat::Keyed {
            let key = match &request.idempotency_key {
                Some(key) if (1..=255).contains(&key.len()) => visible(key, "the idempotency key")?,
                Some(_) => {
                    return Err(Error::new(
                        ErrorKind::Usage,
                        "the idempotency key must have 1 to 255 characters",
                    ));
                }
                None => visible(&entropy::uuid()?.to_string(), "the idempotency key")?,
            };
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        for (name, version) in [(IF_MATCH, request.if_match), (IF_NONE_MATCH, request.if_none_match)] {
            if let Some(version) = version {
                headers.insert(name, visible(&format!("\"{version}\""), "the version")?);
            }
        }
        if let Some(id) = &request.last_event_id {
            headers.insert(LAST_EVENT_ID, visible(id, "the id of the last event")?);
        }
        if let Some(traceparent) = &request.traceparent {
            headers.insert(TRACEPARENT, visible(traceparent, "the traceparent")?);
        }
        let body = match &request.body {
            None => None,
            Some(Ok(body)) => {
                body.headers(&mut headers);
                Some(body.clone())
            }
            Some(Err(error)) => {
                return Err(Error::new(ErrorKind::Usage, format!("the input has no JSON form: {error}")));
            }
        };
        let method = Method::from_bytes(request.operation.method().as_bytes())
            .map_err(|error| Error::new(ErrorKind::Usage, "no HTTP method").caused_by(error))?;
        Ok(Prepared { method, url, headers, body, also_accepted: request.also_accepted })
    }

    /// One attempt at an address that gives its permission by itself, on whichever server: nothing of the caller's goes
    /// with it.
    pub(crate) async fn elsewhere(
        &self,
        operation: &'static Operation,
        method: &str,
        url: &str,
        headers: &[HeaderField],
        content: Option<Content>,
        patience: Duration,
    ) -> Result<Vec<u8>, Error> {
        let request_id = entropy::uuid()?.to_string();
        let unusable = || Error::new(ErrorKind::Unreadable, "the server gave an address that cannot be used");
        let body = content.map(Body::Content);
        let mut sent = HeaderMap::new();
        if let Some(body) = &body {
            body.headers(&mut sent);
        }
        for field in headers {
            let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| unusable())?;
            sent.insert(name, HeaderValue::from_str(&field.value).map_err(|_| unusable())?);
        }
        let prepared = Prepared {
            method: Method::from_bytes(method.as_bytes()).map_err(|_| unusable())?,
            url: Url::parse(url).map_err(|_| unusable())?,
            headers: sent,
            body,
            also_accepted: None,
        };
        match timeout(patience, self.attempt(&prepared, 1)).await {
            Ok(Ok((_, _, body))) => Ok(body),
            Ok(Err(failure)) => Err(failure.of(operation, &request_id, 1, false)),
            Err(_) => {
                Err(Error::new(ErrorKind::TimedOut, "no answer in time").of(operation, &request_id, 1, false))
            }
        }
    }

    /// One attempt at an answer that goes on for as long as it may. Only its beginning must come in time.
    pub(crate) async fn listen(&self, request: Request, attempt: u32) -> Result<Pieces, Error> {
        let operation = request.operation;
        let request_id = entropy::uuid()?.to_string();
        let of = |error: Error| error.of(operation, &request_id, attempt, false);
        let mut prepared = self.prepare(&request, &request_id).map_err(of)?;
        prepared.headers.insert(ACCEPT, HeaderValue::from_static(EVENT_STREAM));
        let patience = request.attempt_timeout.unwrap_or(self.settings.attempt_timeout);
        let (answer, id) = match timeout(patience, self.begin(&prepared, attempt)).await {
            Ok(begun) => begun.map_err(of)?,
            Err(_) => return Err(of(Error::new(ErrorKind::TimedOut, "no answer in time"))),
        };
        let status = answer.status().as_u16();
        let exchange = Exchange {
            status,
            operation,
            request_id: id.unwrap_or_else(|| request_id.clone()),
            attempts: attempt,
        };
        if header(&answer, &CONTENT_TYPE).is_some_and(|form| form.starts_with(EVENT_STREAM)) {
            Ok(Pieces { answer, exchange })
        } else {
            Err(exchange.fail(Error::new(ErrorKind::Unreadable, "the answer is no stream of events")))
        }
    }

    /// One attempt: the status, the server's request id, and the body.
    async fn attempt(
        &self,
        prepared: &Prepared,
        attempt: u32,
    ) -> Result<(u16, Option<String>, Vec<u8>), Error> {
        let (answer, id) = self.begin(prepared, attempt).await?;
        let status = answer.status().as_u16();
        match read(answer, self.settings.largest_answer).await {
            Ok(body) => Ok((status, id, body)),
            Err(error) => Err(error.with_status(status).with_request_id(id)),
        }
    }

    /// One attempt, up to where the body begins of an answer that is no refusal.
    async fn begin(&self, prepared: &Prepared, attempt: u32) -> Result<(Response, Option<String>), Error> {
        let mut http = self
            .http
            .request(prepared.method.clone(), prepared.url.clone())
            .headers(prepared.headers.clone())
            .header(RETRY_COUNT, attempt.saturating_sub(1));
        if let Some(body) = &prepared.body {
            http = http.body(body.clone());
        }
        let answer = http.send().await.map_err(broken)?;
        let status = answer.status();
        let id = header(&answer, &REQUEST_ID).filter(|id| id.len() <= 128).map(str::to_owned);
        if status.is_success() || prepared.also_accepted == Some(status.as_u16()) {
            Ok((answer, id))
        } else {
            Err(refusal(answer).await.with_request_id(id))
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What all attempts of a call have in common.
struct Prepared {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Body>,
    also_accepted: Option<u16>,
}

fn visible(text: &str, what: &'static str) -> Result<HeaderValue, Error> {
    let words = || Error::new(ErrorKind::Usage, format!("{what} has characters that no header can have"));
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        HeaderValue::from_str(text).map_err(|_| words())
    } else {
        Err(words())
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    visible(token.expose_secret(), "the token")?;
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
        .map_err(|_| Error::new(ErrorKind::Usage, "the token has characters that no header can have"))?;
    bearer.set_sensitive(true);
    Ok(bearer)
}
