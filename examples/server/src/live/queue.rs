//! What waits to be sent to one listener.

use std::sync::{Arc, OnceLock};

use smilefactory_core::messaging::live::{EndReason, LiveEvent};
use smilefactory_store::outbox::{Horizon, LogPosition, Window};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use crate::telemetry;

/// Something for a listener.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Something of the log.
    Event { event: Arc<LiveEvent>, window: Arc<Window>, xid: i64, seq: i64 },
    /// A sign of life, which is not told again.
    Signal(Arc<LiveEvent>),
    /// The log is another one from here on.
    Reset(Arc<LogPosition>),
}

/// The task's end of a queue.
#[derive(Debug)]
pub(super) struct Queue {
    items: mpsc::Sender<Item>,
    ended: Arc<OnceLock<EndReason>>,
}

/// The stream's end of a queue, and where in the log it begins.
#[derive(Debug)]
pub(crate) struct Subscription {
    /// The log, and up to where it was read for others: what is later comes by the queue.
    pub(super) position: Arc<LogPosition>,
    pub(super) items: mpsc::Receiver<Item>,
    pub(super) ended: Arc<OnceLock<EndReason>>,
    /// Up to where the log was read meanwhile; what there was to be told is in the queue before this changes.
    pub(super) reached: watch::Receiver<Arc<Horizon>>,
}

/// A queue for so many items.
pub(super) fn queue(
    length: usize,
    position: Arc<LogPosition>,
    reached: watch::Receiver<Arc<Horizon>>,
) -> (Queue, Subscription) {
    let (sender, items) = mpsc::channel(length);
    let ended = Arc::new(OnceLock::new());
    let queue = Queue { items: sender, ended: Arc::clone(&ended) };
    (queue, Subscription { position, items, ended, reached })
}

impl Queue {
    /// Adds an item; gives the queue back as long as there is somebody who may get more.
    pub(super) fn push(self, item: Item) -> Option<Self> {
        match self.items.try_send(item) {
            Ok(()) => Some(self),
            Err(TrySendError::Full(_)) => {
                self.end(EndReason::TooSlow);
                None
            }
            Err(TrySendError::Closed(_)) => None,
        }
    }

    /// Ends the stream, after what is in the queue.
    pub(super) fn end(self, reason: EndReason) {
        telemetry::live_stream_ended(reason.as_str());
        // Only this end of the queue sets it, and is gone then.
        _ = self.ended.set(reason);
    }
}
