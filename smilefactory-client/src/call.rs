//! The builder every call other than a list is made with.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use smilefactory_core::id::Id;
use smilefactory_core::version::Version;

use crate::content::Content;
use crate::error::Error;
use crate::operation::Operation;
use crate::page::read_whole;
use crate::request::{Answer, Request, Transport};

/// A call to be made: by `.send()`, or by `.await` itself. `K` says what else can be set on it: [`Keyed`] on what is
/// posted, [`Versioned`] on what can be asked for only when it changed.
///
/// ```no_run
/// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
/// use std::time::Duration;
/// let me = client.accounts().me().timeout(Duration::from_secs(2)).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a call is made when it is sent or awaited"]
pub struct Call<T, K = ()> {
    transport: Transport,
    request: Request,
    read: Box<dyn FnOnce(Answer) -> Result<T, Error> + Send>,
    kind: PhantomData<fn() -> K>,
}

/// Marks a [`Call`] that is made at most once however often it is sent, by its idempotency key.
#[derive(Debug)]
pub enum Keyed {}

/// Marks a [`Call`] that reads something with a version.
#[derive(Debug)]
pub enum Versioned {}

impl<T: DeserializeOwned + 'static, K> Call<T, K> {
    pub(crate) fn new(transport: &Transport, operation: &'static Operation) -> Self {
        Self::reading(transport, operation, |answer| {
            read_whole(&answer.body).map_err(|error| answer.exchange.fail(error))
        })
    }
}

impl<K> Call<(), K> {
    /// A call whose answer has nothing in it.
    pub(crate) fn without_answer(transport: &Transport, operation: &'static Operation) -> Self {
        Self::reading(transport, operation, |_| Ok(()))
    }
}

impl<T, K> Call<T, K> {
    pub(crate) fn reading(
        transport: &Transport,
        operation: &'static Operation,
        read: impl FnOnce(Answer) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Self {
            transport: transport.clone(),
            request: Request::new(operation),
            read: Box::new(read),
            kind: PhantomData,
        }
    }

    pub(crate) fn id(mut self, id: impl Id) -> Self {
        self.request.keys.push(id.to_string());
        self
    }

    pub(crate) fn number(mut self, number: Version) -> Self {
        self.request.keys.push(number.to_string());
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.request.keys.push(key.to_owned());
        self
    }

    pub(crate) fn content(mut self, content: Content) -> Self {
        self.request.set_content(content);
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request.set_query(name, value.into());
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        self.request.set_json(body);
        self
    }

    pub(crate) fn if_match(mut self, version: Version) -> Self {
        self.request.if_match = Some(version);
        self
    }

    pub(crate) fn also_accept(mut self, status: u16) -> Self {
        self.request.also_accepted = Some(status);
        self
    }

    /// How long the call may take, all attempts and the pauses between them together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.timeout = Some(timeout);
        self
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.request.attempt_timeout = Some(timeout);
        self
    }

    /// How many attempts may be made; 1 is never to try again.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.request.attempts = Some(attempts);
        self
    }

    /// The trace the call belongs to, as W3C Trace Context writes it: `00-…-…-01`. Handed on as it is.
    pub fn traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.request.traceparent = Some(traceparent.into());
        self
    }

    /// Makes the call. Dropping the future gives up on the answer; what has arrived at the server is done.
    pub async fn send(self) -> Result<T, Error> {
        let answer = self.transport.send(self.request).await?;
        (self.read)(answer)
    }
}

impl<T> Call<T, Keyed> {
    /// The key that makes the call happen once, however often it is sent: 1 to 255 visible ASCII characters. Without
    /// one each call gets a key of its own, which all its attempts carry; give your own when the call is to be
    /// repeated after the program was restarted.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.request.idempotency_key = Some(key.into());
        self
    }
}

impl<T: 'static> Call<T, Versioned> {
    /// Asks only for what is newer: `None` when `version` is still the newest.
    pub fn newer_than(self, version: Version) -> Call<Option<T>> {
        const NOT_MODIFIED: u16 = 304;
        let Self { transport, mut request, read, .. } = self;
        request.if_none_match = Some(version);
        request.also_accepted = Some(NOT_MODIFIED);
        let read = |answer: Answer| {
            if answer.exchange.status == NOT_MODIFIED { Ok(None) } else { read(answer).map(Some) }
        };
        Call { transport, request, read: Box::new(read), kind: PhantomData }
    }
}

impl<T: 'static, K: 'static> IntoFuture for Call<T, K> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl<T, K> fmt::Debug for Call<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}
