//! The builder of a list call.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::Stream;
use serde::de::DeserializeOwned;
use smilefactory_core::id::Id;
use smilefactory_core::page::Cursor;

use super::{Entries, Page, stream};
use crate::error::Error;
use crate::operation::Operation;
use crate::request::{Answer, Exchange, Request, Transport};

/// A list to be read: a page ([`send`](Self::send), or `.await`), all pages ([`pages`](Self::pages)) or all entries
/// ([`into_stream`](Self::into_stream)). `F` is the list's own filters.
///
/// Nothing is sent before it is asked for, and the next page is asked for when the last entry of the one before was
/// taken. Each page is a call of its own, with its own attempts and time.
#[must_use = "a list is read when it is sent, awaited or streamed"]
pub struct List<T, F = ()> {
    transport: Transport,
    request: Request,
    entries: PhantomData<fn() -> (T, F)>,
}

impl<T, F> List<T, F> {
    pub(crate) fn new(transport: &Transport, operation: &'static Operation) -> Self {
        Self { transport: transport.clone(), request: Request::new(operation), entries: PhantomData }
    }

    /// The list that belongs to this.
    pub(crate) fn of(mut self, id: impl Id) -> Self {
        self.request.keys.push(id.to_string());
        self
    }

    pub(crate) fn filter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request.set_query(name, value.into());
        self
    }

    /// How many entries a page has at most: 1 to 100, 20 unless said.
    pub fn limit(self, entries: u32) -> Self {
        self.filter("limit", entries.to_string())
    }

    /// Starts behind an earlier page, with that page's [`next_cursor`](Page::next_cursor). A cursor only fits a list
    /// with the same filters.
    pub fn cursor(self, cursor: &Cursor) -> Self {
        self.filter("cursor", cursor.as_str())
    }

    /// How long one page may take, all attempts together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.timeout = Some(timeout);
        self
    }
}

impl<T: DeserializeOwned + Send + 'static, F> List<T, F> {
    /// Reads one page.
    pub async fn send(self) -> Result<Page<T>, Error> {
        let (page, _) = read_page(&self.transport, self.request).await?;
        Ok(page.into())
    }

    /// All pages from here on, each when it is asked for. The stream ends after the last page, and after an error.
    ///
    /// A page's [`next_cursor`](Page::next_cursor) is where to go on another day.
    pub fn pages(self) -> impl Stream<Item = Result<Page<T>, Error>> + Send + Unpin + 'static + use<T, F> {
        stream::pages(self.transport, self.request)
    }

    /// All entries from here on, in order, none twice.
    ///
    /// An entry that this SDK cannot read is an error with [`Error::unreadable`], and the stream goes on behind it;
    /// any other error ends the stream. A server that gives the same cursor twice is such an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send + Unpin + 'static + use<T, F> {
        stream::entries(self.transport, self.request)
    }
}

pub(super) async fn read_page<T: DeserializeOwned>(
    transport: &Transport,
    request: Request,
) -> Result<(Entries<T>, Exchange), Error> {
    let Answer { body, exchange } = transport.send(request).await?;
    match Entries::read(&body) {
        Ok(page) => Ok((page, exchange)),
        Err(error) => Err(exchange.fail(error)),
    }
}

impl<T: DeserializeOwned + Send + 'static, F: 'static> IntoFuture for List<T, F> {
    type Output = Result<Page<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

impl<T, F> Clone for List<T, F> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), request: self.request.clone(), entries: PhantomData }
    }
}

impl<T, F> fmt::Debug for List<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("List").field(&self.request).finish()
    }
}
