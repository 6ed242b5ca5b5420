//! Who of one community listens here, and what they were told of each other.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConversationId, SessionId, StreamId};
use smilefactory_core::messaging::live::{EndReason, LiveEvent};

use super::Listener;
use super::queue::{Item, Queue};

/// Who of one community listens here.
#[derive(Debug, Default)]
pub(super) struct Community {
    streams: HashMap<AccountId, Vec<Stream>>,
    /// Who writes where, as far as it was told.
    pub(super) typing: HashSet<(ConversationId, AccountId)>,
    /// Who is there, as far as it was told; nothing was while nobody listened.
    pub(super) present: Option<HashSet<AccountId>>,
}

#[derive(Debug)]
struct Stream {
    id: StreamId,
    session: SessionId,
    expires_at: DateTime<Utc>,
    /// Gone when it is to get nothing more; its connection may still be there.
    queue: Option<Queue>,
}

impl Community {
    pub(super) fn admit(&mut self, listener: Listener, queue: Queue) {
        let Listener { account, session, expires_at, stream: id, .. } = listener;
        self.streams.entry(account).or_default().push(Stream { id, session, expires_at, queue: Some(queue) });
    }

    /// A stream is gone.
    pub(super) fn dismiss(&mut self, account: AccountId, id: StreamId) {
        if let Some(streams) = self.streams.get_mut(&account) {
            streams.retain(|stream| stream.id != id);
            if streams.is_empty() {
                self.streams.remove(&account);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.streams.values().map(Vec::len).sum()
    }

    /// Who is to be told things.
    pub(super) fn listeners(&self) -> Vec<AccountId> {
        let listens = |streams: &[Stream]| streams.iter().any(|stream| stream.queue.is_some());
        let mut accounts: Vec<_> = self
            .streams
            .iter()
            .filter(|(_, streams)| listens(streams))
            .map(|(account, _)| *account)
            .collect();
        accounts.sort_unstable();
        accounts
    }

    /// Every stream whose connection is there.
    pub(super) fn connected(&self) -> Vec<(AccountId, StreamId)> {
        self.streams
            .iter()
            .flat_map(|(account, streams)| streams.iter().map(|stream| (*account, stream.id)))
            .collect()
    }

    /// The log-ins of all who are to be told things.
    pub(super) fn sessions(&self) -> Vec<SessionId> {
        self.streams
            .values()
            .flatten()
            .filter(|stream| stream.queue.is_some())
            .map(|stream| stream.session)
            .collect::<HashSet<_>>()
            .into_iter()
            .collect()
    }

    /// Tells these accounts something.
    pub(super) fn tell(&mut self, accounts: &[AccountId], item: &Item) {
        for account in accounts {
            for stream in self.streams.get_mut(account).into_iter().flatten() {
                stream.queue = stream.queue.take().and_then(|queue| queue.push(item.clone()));
            }
        }
    }

    /// Tells everybody something.
    pub(super) fn tell_all(&mut self, item: &Item) {
        let accounts = self.listeners();
        self.tell(&accounts, item);
    }

    /// Tells an account a sign of life.
    pub(super) fn signal(&mut self, account: AccountId, event: LiveEvent) {
        self.tell(&[account], &Item::Signal(Arc::new(event)));
    }

    /// Ends the streams of log-ins that do not last, given those that do and whether their account is suspended.
    pub(super) fn end_sessions(&mut self, open: &HashMap<SessionId, bool>, now: DateTime<Utc>) {
        for stream in self.streams.values_mut().flatten() {
            let reason = match open.get(&stream.session) {
                Some(true) => EndReason::Suspended,
                Some(false) if now < stream.expires_at => continue,
                _ => EndReason::LoggedOut,
            };
            if let Some(queue) = stream.queue.take() {
                queue.end(reason);
            }
        }
    }
}
