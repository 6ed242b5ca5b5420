//! Mails that are due.

use chrono::{DateTime, Utc};
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::notification::{MailDigest, NotificationKind};
use uuid::Uuid;

use crate::error::Result;

/// A mail that is due, and whose turn to send it is whoever's who claimed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueMail {
    /// Which one: the same however often it is tried, so that whoever gets it twice can tell.
    pub id: Uuid,
    /// Who is to get it.
    pub account: AccountId,
    /// How often such mails come.
    pub digest: MailDigest,
    /// What one tells that is sent at once: the kind of the notification, and its subject.
    pub telling: Option<(NotificationKind, Uuid)>,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// How often it was tried, this time included.
    pub attempt: u32,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// It was sent.
    Sent,
    /// There was nothing to say, or nobody to say it to.
    Empty,
    /// It could not be sent, and is to be tried again at this time.
    Later(DateTime<Utc>, String),
    /// It cannot be sent.
    GivenUp(String),
}

/// Sends mails that are due, once each. [`raise`](super::WriteNotifications::raise) makes them due.
pub trait WriteDigests {
    /// Takes the mail that has been due longest and is nobody's, for as long as `until`: when nothing was heard of it by
    /// then, it is somebody else's. Those that others take at this moment are passed over.
    fn claim(&mut self, until: DateTime<Utc>) -> impl Future<Output = Result<Option<DueMail>>> + Send;

    /// Notes what became of a mail; `false` when it is somebody else's by now.
    fn finish(&mut self, mail: &DueMail, outcome: &MailOutcome) -> impl Future<Output = Result<bool>> + Send;

    /// Forgets at most `most` mails that were done with before this time, and says how many there were.
    fn forget(&mut self, before: DateTime<Utc>, most: u16) -> impl Future<Output = Result<u64>> + Send;
}
