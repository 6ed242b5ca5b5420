//! The stream, over as many connections as it takes.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::stream::{self, BoxStream, Stream, StreamExt};
use smilefactory_core::messaging::live::{EndReason, LiveEvent, ResetReason};

use super::parse::{Block, Parser};
use crate::error::{Error, ErrorKind};
use crate::operation::{OPEN_STREAM, Repeat};
use crate::request::{Pieces, Request, Transport};
use crate::retry::Backoff;

/// How long a server may say nothing: three times as long as it says it does.
const SILENCE: Duration = Duration::from_secs(45);

/// What comes by a [`LiveStream`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Live {
    /// The stream has begun: read now what is shown, everything newer will be told.
    Begun,
    /// Something happened.
    Event(LiveEvent),
    /// Something happened that this SDK does not know: what sort of thing, and what the server says of it.
    Unknown {
        /// The sort of thing.
        kind: String,
        /// What the server says: JSON.
        data: String,
    },
    /// What happened while the stream was away cannot be told: read anew what is shown, everything newer will be told.
    Reset(ResetReason),
    /// There is nothing to listen to any more: the log-in has ended, say. Nothing comes after it.
    Ended(EndReason),
}

/// What happens, as it happens; from [`Listening::connect`](super::Listening::connect).
///
/// Connections may break, and servers end: it connects again, after a pause of random length, and goes on where it was.
/// It gives an error and ends when the first connection does not come about within the client's attempts, or when the
/// server refuses for good, as it does once the token is worth nothing.
#[must_use = "a stream does nothing unless it is polled"]
pub struct LiveStream {
    items: BoxStream<'static, Result<Live, Error>>,
    last: LastEventId,
}

/// After which event the stream goes on; shared by both of its halves.
#[derive(Clone, Debug, Default)]
struct LastEventId(Arc<Mutex<Option<String>>>);

impl LastEventId {
    fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, id: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }
}

impl LiveStream {
    pub(super) fn new(transport: Transport, last_event_id: Option<String>) -> Self {
        let last = LastEventId(Arc::new(Mutex::new(last_event_id)));
        let listener = Listener {
            transport,
            last: last.clone(),
            connection: None,
            blocks: VecDeque::new(),
            failures: 0,
            retry: Duration::ZERO,
            begun: false,
            over: false,
        };
        let items = stream::unfold(listener, |mut listener| async move {
            let item = listener.next().await?;
            Some((item, listener))
        });
        Self { items: items.fuse().boxed(), last }
    }

    /// After which event the stream would go on now: for [`connect_after`](super::Listening::connect_after), when it is to
    /// go on in another program. `None` before it has begun.
    pub fn last_event_id(&self) -> Option<String> {
        self.last.get()
    }
}

impl Stream for LiveStream {
    type Item = Result<Live, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.poll_next_unpin(context)
    }
}

impl fmt::Debug for LiveStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveStream").field("last_event_id", &self.last.get()).finish_non_exhaustive()
    }
}

struct Listener {
    transport: Transport,
    last: LastEventId,
    connection: Option<(Pieces, Parser)>,
    /// What came and was not given yet.
    blocks: VecDeque<Block>,
    /// How many connections in a row came to nothing.
    failures: u32,
    /// How long the server asks to wait.
    retry: Duration,
    begun: bool,
    over: bool,
}

impl Listener {
    async fn next(&mut self) -> Option<Result<Live, Error>> {
        loop {
            if self.over {
                return None;
            }
            if let Some(block) = self.blocks.pop_front() {
                match self.read(block) {
                    Some(live) => return Some(Ok(live)),
                    None => continue,
                }
            }
            if let Err(error) = self.receive().await {
                self.over = true;
                return Some(Err(error));
            }
        }
    }

    /// Gets more from the connection, or another connection; fails when there will be none.
    async fn receive(&mut self) -> Result<(), Error> {
        let Some((pieces, parser)) = &mut self.connection else { return self.connect().await };
        let failure = match tokio::time::timeout(SILENCE, pieces.next()).await {
            Ok(Ok(Some(piece))) => {
                let Ok(blocks) = parser.feed(&piece) else {
                    let words = "the stream has an event that is longer than any there is";
                    return Err(pieces.fail(Error::new(ErrorKind::Unreadable, words)));
                };
                self.blocks.extend(blocks);
                return Ok(());
            }
            Ok(Ok(None)) => pieces.fail(Error::new(ErrorKind::Interrupted, "the stream ended")),
            Ok(Err(error)) => error,
            Err(_) => pieces.fail(Error::new(ErrorKind::TimedOut, "the server said nothing for too long")),
        };
        self.connection = None;
        self.wait(failure).await
    }

    async fn connect(&mut self) -> Result<(), Error> {
        let mut request = Request::new(&OPEN_STREAM);
        request.last_event_id = self.last.get();
        match self.transport.listen(request, self.failures.saturating_add(1)).await {
            Ok(pieces) => {
                self.connection = Some((pieces, Parser::default()));
                Ok(())
            }
            Err(failure) => self.wait(failure).await,
        }
    }

    /// Waits before the next connection, or fails when none would be better.
    async fn wait(&mut self, failure: Error) -> Result<(), Error> {
        self.failures = self.failures.saturating_add(1);
        let usual = self.transport.settings().backoff;
        let backoff = Backoff {
            // A stream that had begun goes on however long the server is away.
            attempts: if self.begun { u32::MAX } else { usual.attempts },
            first: usual.first.max(self.retry),
            ..usual
        };
        match backoff.pause(Repeat::Read, self.failures, &failure) {
            Some(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            None => Err(failure),
        }
    }

    /// What a block tells whoever listens; nothing, when it is for this side only.
    fn read(&mut self, block: Block) -> Option<Live> {
        let Block { id, event, data, retry } = block;
        if let Some(id) = id {
            self.last.set(id);
        }
        if let Some(retry) = retry {
            self.retry = Duration::from_millis(retry);
        }
        let begins = matches!(event.as_str(), "ready" | "reset" | "end");
        if !begins {
            // It is good for more than to connect.
            self.failures = 0;
        }
        let data = data?;
        match serde_json::from_str(&data) {
            Ok(LiveEvent::Ready { resumed }) => {
                let began_before = std::mem::replace(&mut self.begun, true);
                (!resumed && !began_before).then_some(Live::Begun)
            }
            Ok(LiveEvent::Reset { reason }) => {
                self.begun = true;
                Some(Live::Reset(reason))
            }
            Ok(LiveEvent::End { reason: EndReason::TooSlow | EndReason::Unavailable }) => {
                // The connection ends now, and another one follows.
                None
            }
            Ok(LiveEvent::End { reason }) => {
                self.over = true;
                Some(Live::Ended(reason))
            }
            Ok(event) => Some(Live::Event(event)),
            Err(_) => Some(Live::Unknown { kind: event, data }),
        }
    }
}
