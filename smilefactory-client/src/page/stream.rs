//! All pages of a list, one after the other.

use std::collections::HashSet;

use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use smilefactory_core::page::Cursor;

use super::list::read_page;
use super::{Entries, Page, Unreadable};
use crate::error::{Error, ErrorKind};
use crate::request::{Exchange, Request, Transport};

/// A list on its way through its pages.
struct Walk {
    transport: Transport,
    request: Request,
    /// Every cursor that was followed: a server that gives one again would be walked in circles for ever.
    followed: HashSet<String>,
    at_end: bool,
}

type Step<T> = (Entries<T>, Exchange);

impl Walk {
    async fn next<T: DeserializeOwned>(mut self) -> Result<Option<(Step<T>, Self)>, Error> {
        if self.at_end {
            return Ok(None);
        }
        let (page, exchange) = read_page(&self.transport, self.request.clone()).await?;
        match &page.next_cursor {
            None => self.at_end = true,
            Some(cursor) => self.follow(cursor).map_err(|error| exchange.fail(error))?,
        }
        Ok(Some(((page, exchange), self)))
    }

    fn follow(&mut self, cursor: &Cursor) -> Result<(), Error> {
        if !self.followed.insert(cursor.as_str().to_owned()) {
            let words = "the list runs in a circle: a page has the cursor of an earlier one";
            return Err(Error::new(ErrorKind::Unreadable, words));
        }
        self.request.set_query("cursor", cursor.as_str().to_owned());
        Ok(())
    }
}

fn walk<T: DeserializeOwned + Send + 'static>(
    transport: Transport,
    request: Request,
) -> impl Stream<Item = Result<Step<T>, Error>> + Send + 'static {
    let followed = request.query("cursor").map(str::to_owned).into_iter().collect();
    stream::try_unfold(Walk { transport, request, followed, at_end: false }, Walk::next)
}

pub(super) fn pages<T: DeserializeOwned + Send + 'static>(
    transport: Transport,
    request: Request,
) -> impl Stream<Item = Result<Page<T>, Error>> + Send + Unpin + 'static {
    walk(transport, request).map_ok(|(page, _)| Page::from(page)).boxed()
}

pub(super) fn entries<T: DeserializeOwned + Send + 'static>(
    transport: Transport,
    request: Request,
) -> impl Stream<Item = Result<T, Error>> + Send + Unpin + 'static {
    walk(transport, request)
        .map_ok(|(page, exchange)| stream::iter(one_by_one(page, exchange)))
        .try_flatten()
        .boxed()
}

fn one_by_one<T>(page: Entries<T>, exchange: Exchange) -> impl Iterator<Item = Result<T, Error>> {
    let tell = move |entry: Unreadable| {
        let words = format!("entry {}{} cannot be read: {}", entry.index, entry.pointer, entry.reason);
        exchange.fail(Error::new(ErrorKind::Unreadable, words).with_unreadable(entry))
    };
    page.entries.into_iter().map(move |entry| entry.map_err(&tell))
}
