//! One stream: first what happened since it was left off, then what happens.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use smilefactory_core::messaging::live::{EndReason, LiveEvent, ResetReason};
use smilefactory_store::StoreError;
use smilefactory_store::outbox::{Follower, LogPosition, Place, Window};
use smilefactory_store::prelude::*;
use tokio::sync::watch;

use super::cursor::{self, LastEventId};
use super::queue::{Item, Subscription};
use super::{Listener, Presence};
use crate::extract::Viewer;
use crate::problem::ApiError;
use crate::state::AppState;

/// How many facts are read at once for somebody who was away.
const PAGE: u16 = 2_000;
/// After how many facts of the community somebody who was away is told to read anew.
const MOST_MISSED: usize = 50_000;
/// How long a client is asked to wait before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// What a stream begins with.
pub(crate) struct Start {
    pub(crate) viewer: Viewer,
    pub(crate) listener: Listener,
    pub(crate) presence: Presence,
    /// The log when the stream was asked for.
    pub(crate) position: LogPosition,
    pub(crate) last: LastEventId,
}

/// The answer: events, as long as it lasts.
pub(crate) async fn respond(state: AppState, start: Start) -> Result<Response, ApiError> {
    let connection = Connection::open(state, start).await?;
    let events = stream::unfold(connection, |mut connection| async move {
        let event = connection.next().await?;
        Some((Ok::<_, Infallible>(event), connection))
    });
    let mut response = Sse::new(events).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers would gather this one for ever.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

struct Connection {
    state: AppState,
    viewer: Viewer,
    /// What the client has, once it has what was sent so far.
    follower: Follower,
    epoch: i64,
    /// What is to be read before the queue.
    missed: VecDeque<Window>,
    missed_facts: usize,
    subscription: Subscription,
    closing: watch::Receiver<bool>,
    /// What is to be sent next.
    ready: VecDeque<Event>,
    over: bool,
    _presence: Presence,
}

impl Connection {
    async fn open(state: AppState, start: Start) -> Result<Self, ApiError> {
        let Start { viewer, listener, presence, position, last } = start;
        let closing = state.live.closing();
        let subscription = state.live.subscribe(listener).await?;
        let from = last.open(&state.store, &viewer.scope, viewer.account, &position);
        // No server was further than the log is now; this one may have told more meanwhile.
        let told = &subscription.position.horizon;
        let base = if position.horizon.is_before(told) { told.clone() } else { position.horizon.clone() };
        let resumed = matches!(from, Ok(Some(_)));
        let (place, reset) = match from {
            // Whoever has no place yet begins at what was there when they asked.
            Ok(None) => (Place::at(position.horizon), None),
            Ok(Some(place)) => (place, None),
            Err(reason) => (Place::at(position.horizon), Some(reason)),
        };
        let follower = Follower::new(place, base);
        let mut connection = Self {
            missed: follower.missed().into(),
            follower,
            epoch: position.epoch,
            missed_facts: 0,
            subscription,
            closing,
            ready: VecDeque::new(),
            over: false,
            _presence: presence,
            state,
            viewer,
        };
        if let Some(reason) = reset {
            connection.tell(&LiveEvent::Reset { reason });
        }
        connection.tell(&LiveEvent::Ready { resumed });
        Ok(connection)
    }

    /// What is sent next; `None` is the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            if self.missed.is_empty() {
                self.listen().await;
            } else if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "somebody who was away cannot be told what happened");
                self.end(EndReason::Unavailable);
            }
        }
    }

    /// Reads one page of what happened while the client was away.
    async fn catch_up(&mut self) -> Result<(), StoreError> {
        let Some(window) = self.missed.front_mut() else { return Ok(()) };
        let mut tx = self.state.store.read_latest(&self.viewer.scope).await?;
        let facts = tx.live().read(window, PAGE).await?;
        let told = tx.live().address(&facts, &[self.viewer.account]).await?;
        drop(tx);
        self.missed_facts += facts.len();
        if self.missed_facts > MOST_MISSED {
            self.start_anew(ResetReason::TooMuch);
            return Ok(());
        }
        let read = window.clone();
        let rest = facts.last().filter(|_| facts.len() == usize::from(PAGE)).map(|last| last.seq);
        if let Some(last) = rest {
            window.go_on_after(last);
        }
        for told in told {
            self.follower.has_read(&read, told.seq);
            self.tell(&told.event);
        }
        if rest.is_none() {
            self.follower.has_read_all(&read);
            self.missed.pop_front();
        }
        Ok(())
    }

    /// Waits for what happens, or for a time at which to say that nothing does.
    async fn listen(&mut self) {
        enum Woken {
            Closing,
            Item(Option<Item>),
            Nothing,
        }
        let woken = tokio::select! {
            biased;
            () = crate::background::until(&mut self.closing) => Woken::Closing,
            item = self.subscription.items.recv() => Woken::Item(item),
            () = tokio::time::sleep(self.state.options.heartbeat) => Woken::Nothing,
        };
        let item = match woken {
            Woken::Closing => return self.end(EndReason::Unavailable),
            Woken::Item(item) => item,
            Woken::Nothing => return self.beat(),
        };
        match item {
            Some(Item::Event { event, window, xid, seq }) => {
                if self.follower.take(&window, xid, seq) {
                    self.tell(&event);
                }
            }
            Some(Item::Signal(event)) => {
                self.ready.extend(Event::default().event(event.word()).json_data(&*event));
            }
            Some(Item::Reset(position)) => {
                self.epoch = position.epoch;
                self.follower = Follower::new(Place::at(position.horizon.clone()), position.horizon.clone());
                self.tell(&LiveEvent::Reset { reason: ResetReason::OtherLog });
            }
            None => {
                let reason = self.subscription.ended.get().copied().unwrap_or(EndReason::Unavailable);
                self.end(reason);
            }
        }
    }

    /// Nothing happened for a while: says so, and how far the client has read by that.
    fn beat(&mut self) {
        let reached = Arc::clone(&self.subscription.reached.borrow());
        // What was told up to there came before it was reached.
        if self.subscription.items.is_empty() {
            self.follower.reach(&reached);
            self.ready.push_back(Event::default().id(self.id()).comment("still here"));
        }
    }

    /// The client reads anew; what comes by the queue goes on from there.
    fn start_anew(&mut self, reason: ResetReason) {
        self.missed.clear();
        self.follower.skip();
        self.tell(&LiveEvent::Reset { reason });
    }

    fn end(&mut self, reason: EndReason) {
        self.tell(&LiveEvent::End { reason });
        self.over = true;
    }

    fn tell(&mut self, event: &LiveEvent) {
        let id = self.id();
        match Event::default().id(id).event(event.word()).retry(RETRY).json_data(event) {
            Ok(event) => self.ready.push_back(event),
            // Ids and words always have a JSON form.
            Err(error) => tracing::error!(%error, "an event cannot be written"),
        }
    }

    fn id(&self) -> String {
        cursor::seal(
            &self.state.store,
            &self.viewer.scope,
            self.viewer.account,
            self.epoch,
            self.follower.place(),
        )
    }
}
