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
    /// Of what: `request_waiting`, `request_expiring`, `messages_unread`, `review_due`, `event_tomorrow` or
    /// `event_soon`.
    pub kind: NotificationKind,
    /// Of which request, conversation, post or event.
    pub subject: Uuid,
    /// When.
    pub due_at: DateTime<Utc>,
}

/// Keeps what people are to be reminded of.
pub trait WriteReminders {
    /// These are due at their time. Of two of the same kind and subject, the earlier time counts.
    fn insert(&mut self, reminders: &[Reminder]) -> impl Future<Output = Result<()>> + Send;

    /// Takes out the one that has been due longest; those that others take at this moment are passed over.
    fn take_due(&mut self) -> impl Future<Output = Result<Option<Reminder>>> + Send;

    /// The time of the first message that this person has not read in a conversation they belong to and did not mute,
    /// but for those of people who are blocked or muted; `None` when there is none.
    fn unread_since(
        &mut self,
        account: AccountId,
        conversation: Uuid,
    ) -> impl Future<Output = Result<Option<DateTime<Utc>>>> + Send;
}
