//! Answers as they are read: whole, in pieces, or as what the server refuses.

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::retry::retry_after;

/// The largest answer that is read of what the server refuses.
const LARGEST_PROBLEM: usize = 1024 * 1024;

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    pub(crate) exchange: Exchange,
}

/// What there is to tell of a call that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) status: u16,
    pub(super) operation: &'static Operation,
    pub(super) request_id: String,
    pub(super) attempts: u32,
}

impl Exchange {
    /// The error of somebody who cannot use the answer.
    pub(crate) fn fail(&self, error: Error) -> Error {
        error.with_status(self.status).of(self.operation, &self.request_id, self.attempts, false)
    }
}

/// An answer that is read in the pieces in which it comes.
pub(crate) struct Pieces {
    pub(super) answer: Response,
    pub(super) exchange: Exchange,
}

impl Pieces {
    /// The next piece; `None` is the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        self.answer.chunk().await.map_err(|error| {
            // Whatever is wrong with a piece, nothing of it was given yet, and another connection may do better.
            let broke = Error::new(ErrorKind::Interrupted, "the stream broke off");
            self.exchange.fail(broke.caused_by(error.without_url()))
        })
    }

    /// The error of somebody who cannot use it.
    pub(crate) fn fail(&self, error: Error) -> Error {
        self.exchange.fail(error)
    }
}

pub(super) fn header<'a>(answer: &'a Response, name: &HeaderName) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}

/// Where the connection failed. The URL is left out: it tells ids and filters.
pub(super) fn broken(error: reqwest::Error) -> Error {
    let (kind, words) = if error.is_connect() {
        (ErrorKind::Unreachable, "no connection to the server")
    } else if error.is_timeout() {
        (ErrorKind::TimedOut, "no answer in time")
    } else if error.is_decode() {
        (ErrorKind::Unreadable, "the answer cannot be decompressed")
    } else {
        (ErrorKind::Interrupted, "the connection broke before the answer was there")
    };
    Error::new(kind, words).caused_by(error.without_url())
}

/// The body, unless it is larger than `largest`.
pub(super) async fn read(mut answer: Response, largest: usize) -> Result<Vec<u8>, Error> {
    let too_large = || Error::new(ErrorKind::Unreadable, format!("the answer has more than {largest} bytes"));
    let announced = answer.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    if announced > largest {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > largest {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What the server refuses, with what it says about it as far as that can be read.
pub(super) async fn refusal(answer: Response) -> Error {
    let status = answer.status();
    let date = header(&answer, &DATE).map(str::to_owned);
    let pause = header(&answer, &RETRY_AFTER).and_then(|asked| retry_after(asked, date.as_deref()));
    let is_json = header(&answer, &CONTENT_TYPE).is_some_and(|form| form.contains("json"));
    let (kind, words) = match status {
        _ if status.is_client_error() || status.is_server_error() => {
            (ErrorKind::Refused, status.canonical_reason().unwrap_or("refused"))
        }
        StatusCode::NOT_MODIFIED => (ErrorKind::Unreadable, "nothing is known that could be unmodified"),
        _ => (ErrorKind::Unreadable, "redirects are not followed"),
    };
    let problem = match read(answer, LARGEST_PROBLEM).await {
        Ok(body) if is_json => serde_json::from_slice(&body).ok(),
        _ => None,
    };
    Error::new(kind, words).with_status(status.as_u16()).with_retry_after(pause).with_problem(problem)
}
