//! What of the log concerns those who listen.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, SessionId};
use smilefactory_core::messaging::live::LiveEvent;

use crate::error::Result;
use crate::outbox::{LogPosition, LoggedFact, Window};

/// An event, and for whom of those who listen it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The transaction in which it happened.
    pub xid: i64,
    /// Its number in the log.
    pub seq: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: LiveEvent,
    /// For whom, in order; somebody at least.
    pub to: Vec<AccountId>,
}

/// Reads what concerns those who listen. Only in units of work that read: what one tells itself is in no log yet.
pub trait ReadLive {
    /// The log as it is now.
    fn position(&mut self) -> impl Future<Output = Result<LogPosition>> + Send;

    /// What happened within a window that may concern somebody, lowest number first, at most `limit` of it.
    fn read(&mut self, window: &Window, limit: u16) -> impl Future<Output = Result<Vec<LoggedFact>>> + Send;

    /// What these facts tell to these accounts, in the order of the facts, in a constant number of statements.
    ///
    /// Decided by what each may see at the moment this is asked, as when they read it themselves: a message is told to
    /// who may read it, nothing about somebody whom a block hides, and of who belongs to a conversation to those who see
    /// its members. A fact that cannot be read is left out, and the log says so.
    fn address(
        &mut self,
        facts: &[LoggedFact],
        listeners: &[AccountId],
    ) -> impl Future<Output = Result<Vec<Told>>> + Send;

    /// Those of these log-ins that last, and whether staff suspended their account.
    fn sessions(
        &mut self,
        sessions: &[SessionId],
    ) -> impl Future<Output = Result<Vec<(SessionId, bool)>>> + Send;
}
