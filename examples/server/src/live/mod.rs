//! The live stream: one task reads the log once for all who listen to this server, and hands each what concerns them.
//!
//! A stream is pulled by its connection and has a queue of its own, which the task fills and never waits for: whoever
//! reads more slowly than things happen is told so, and goes on from the last id when they have time.

mod community;
mod cursor;
mod hub;
mod queue;
mod signals;
mod stream;
mod timetable;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, SessionId, StreamId, TenantId};
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use self::cursor::LastEventId;
pub(crate) use self::hub::work;
use self::queue::Subscription;
pub(crate) use self::stream::{Start, respond};
use crate::problem::ApiError;

/// At most how many streams an account has open, at all servers together.
pub(crate) const MOST_STREAMS: u16 = 5;

/// The way to the task that reads the log. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Live(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    door: mpsc::UnboundedSender<Visit>,
    /// Until the task takes it.
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Visit>>>,
    closing: watch::Sender<bool>,
}

/// Somebody at the task's door.
#[derive(Debug)]
enum Visit {
    /// A stream begins.
    Arrived(Arrival),
    /// A stream is gone, whoever ended it.
    Left(TenantId, AccountId, StreamId),
}

/// A stream that begins.
#[derive(Debug)]
struct Arrival {
    listener: Listener,
    admitted: oneshot::Sender<Subscription>,
}

/// Who listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listener {
    pub(crate) tenant: TenantId,
    pub(crate) account: AccountId,
    pub(crate) session: SessionId,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) stream: StreamId,
}

/// Tells the task that a stream is gone, however that came.
#[derive(Debug)]
pub(crate) struct Presence {
    live: Live,
    listener: Listener,
}

impl Drop for Presence {
    fn drop(&mut self) {
        let Listener { tenant, account, stream, .. } = self.listener;
        // The task may have ended before.
        _ = self.live.0.door.send(Visit::Left(tenant, account, stream));
    }
}

impl Live {
    pub(crate) fn new() -> Self {
        let (door, inbox) = mpsc::unbounded_channel();
        let (closing, _) = watch::channel(false);
        Self(Arc::new(Shared { door, inbox: Mutex::new(Some(inbox)), closing }))
    }

    /// Somebody listens from now on, until the value is dropped.
    pub(crate) fn present(&self, listener: Listener) -> Presence {
        Presence { live: self.clone(), listener }
    }

    /// What concerns somebody from some moment on, as soon as the task has come to it.
    async fn subscribe(&self, listener: Listener) -> Result<Subscription, ApiError> {
        let nobody_reads = || ApiError::unavailable("nobody reads the log here");
        // Nobody would ever answer.
        if self.is_closing() || self.inbox().is_some() {
            return Err(nobody_reads());
        }
        let (admitted, answer) = oneshot::channel();
        let arrival = Arrival { listener, admitted };
        self.0.door.send(Visit::Arrived(arrival)).map_err(|_| nobody_reads())?;
        answer.await.map_err(|_| nobody_reads())
    }

    /// Ends all streams, and lets no more begin.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    fn is_closing(&self) -> bool {
        *self.0.closing.borrow()
    }

    fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    fn inbox(&self) -> std::sync::MutexGuard<'_, Option<mpsc::UnboundedReceiver<Visit>>> {
        self.0.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
