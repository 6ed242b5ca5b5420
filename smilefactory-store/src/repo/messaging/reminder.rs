//! What people are reminded of.

use chrono::{DateTime, Utc};
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::notification::NotificationKind;
use uuid::Uuid;

use crate::error::Result;

/// Something that somebody is to be reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Who.
    pub account: AccountId,
    /// Of what: `request_waiting`, `request_expiring`, `messages_unread` or `review_due`.
    pub kind: NotificationKind,
    /// Of which request, conversation or post.
    pub subject: Uuid,
    /// When.
    pub due_at: DateTime<Utc>,
}

/// Keeps what people are to be reminded of.
pub trait WriteReminders {
    /// These are due at their time. One of the same kind and subject that waits already stays as it is.
    fn insert(&mut self, reminders: &[Reminder]) -> impl Future<Output = Result<()>> + Send;

    /// Takes out the one that has been due longest; those that others take at this moment are passed over.
    fn take_due(&mut self) -> impl Future<Output = Result<Option<Reminder>>> + Send;

    /// The time of the first message that this person has not read in a conversation they belong to and did not mute, but
    /// for those of people who are blocked or muted; `None` when there is none.
    fn unread_since(
        &mut self,
        account: AccountId,
        conversation: Uuid,
    ) -> impl Future<Output = Result<Option<DateTime<Utc>>>> + Send;
}
