//! Notifications.

use chrono::{DateTime, Utc};
use serde::Serialize;
use smilefactory_core::id::{AccountId, ConversationId, FactId, NotificationId};
use smilefactory_core::messaging::notification::{
    Notification, NotificationKind, Raise, UnreadNotifications,
};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use crate::error::Result;

/// Who reads their notifications: what they may know of others depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Their account.
    pub account: AccountId,
    /// Whether they moderate or run the community.
    pub staff: bool,
}

/// Which notifications a list has; all of them unless narrowed down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NotificationFilter {
    pub(crate) unread: bool,
    pub(crate) kind: Option<NotificationKind>,
}

impl NotificationFilter {
    /// All of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those that are not read.
    #[must_use]
    pub const fn unread(mut self) -> Self {
        self.unread = true;
        self
    }

    /// Only those of this kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: NotificationKind) -> Self {
        self.kind = Some(kind);
        self
    }
}

/// A notification that somebody got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Who.
    pub account: AccountId,
    /// The notification, as it is named now.
    pub notification: NotificationId,
    /// Whether it is shown in the app.
    pub in_app: bool,
    /// Whether it was there before, and took this in.
    pub grown: bool,
}

/// Who is told of what happens in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Who.
    pub account: AccountId,
    /// Whether they are asked to accept it, and have not answered.
    pub asked: bool,
}

/// Reads notifications of one person, in words for that person. What they may not see, or no more, is left out before
/// anything is cut or counted: what people whom they blocked or muted did, or people who blocked them, and what is about
/// something that is gone or not theirs to see. A page takes a constant number of statements.
pub trait ReadNotifications {
    /// The notification with this id, if it is theirs to see.
    fn get(
        &mut self,
        reading: Reading,
        id: NotificationId,
    ) -> impl Future<Output = Result<Option<Notification>>> + Send;

    /// Those that are shown in the app, the last first.
    fn list(
        &mut self,
        reading: Reading,
        filter: &NotificationFilter,
        page: &PageRequest<NotificationId>,
    ) -> impl Future<Output = Result<Page<Notification, NotificationId>>> + Send;

    /// How many of them are not read.
    fn count_unread(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<UnreadNotifications>> + Send;

    /// Who is told that a message with this number was sent: those who belong to the conversation or are asked to, did not mute it, have
    /// not read the message yet, and did not send it.
    fn list_listeners(
        &mut self,
        conversation: ConversationId,
        sender: AccountId,
        seq: u64,
    ) -> impl Future<Output = Result<Vec<Listener>>> + Send;

    /// Who looks after a conversation: its owners and admins.
    fn list_keepers(
        &mut self,
        conversation: ConversationId,
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// Those of these kinds that were told from the first time to before the second and are not read, shown in the app or
    /// not, the last first; at most 100 are read.
    fn list_unread_between(
        &mut self,
        reading: Reading,
        kinds: &[NotificationKind],
        times: (DateTime<Utc>, DateTime<Utc>),
    ) -> impl Future<Output = Result<Vec<Notification>>> + Send;

    /// The last one of this kind about this subject that is not read, shown in the app or not.
    fn find_unread(
        &mut self,
        reading: Reading,
        kind: NotificationKind,
        subject: Uuid,
    ) -> impl Future<Output = Result<Option<Notification>>> + Send;
}

/// Raises notifications, and notes that they were read. Whoever raises or reads waits for who else does for the same
/// person.
pub trait WriteNotifications: ReadNotifications {
    /// Notes that this fact is told; `false` when it was before, and nothing is to be raised for it. Waits for whoever
    /// tells it at this moment.
    fn claim_fact(&mut self, fact: FactId) -> impl Future<Output = Result<bool>> + Send;

    /// Tells these people something, and says who got it. Nobody is told what somebody did whom they blocked or muted, or
    /// who blocked them, nor what they do not want to be told. A kind that grows is taken in by what is unread of the same
    /// about the same subject, as long as that is younger than 90 days; it has another id then. Mails that are to tell it
    /// are due from then on. It takes a constant number of statements, however many people there are; nobody twice among
    /// them.
    fn raise(&mut self, raise: &Raise, to: &[AccountId]) -> impl Future<Output = Result<Vec<Raised>>> + Send;

    /// Takes back what `actor` did, where it stands in what this person was told of this kind about this subject: with
    /// its last actor a notification goes. Says how many were changed.
    fn retract(
        &mut self,
        account: AccountId,
        kind: NotificationKind,
        subject: Uuid,
        actor: AccountId,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Somebody read all up to this place in their list; `false` when they had. It never goes back, whoever says so last,
    /// and no further than there are notifications.
    fn read_up_to(
        &mut self,
        account: AccountId,
        place: NotificationId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody read this one: whether it was unread, or `None` when they have no such notification.
    fn read(
        &mut self,
        account: AccountId,
        id: NotificationId,
    ) -> impl Future<Output = Result<Option<bool>>> + Send;

    /// Somebody has seen what those of this kind about this subject tell: they are read. Says which were not.
    fn read_about(
        &mut self,
        account: AccountId,
        kind: NotificationKind,
        subject: Uuid,
    ) -> impl Future<Output = Result<Vec<NotificationId>>> + Send;

    /// Somebody has read all there is in a conversation: what tells them of messages there is read. Says which were not;
    /// nothing happens while there are messages behind `seq`.
    fn read_conversation(
        &mut self,
        account: AccountId,
        conversation: ConversationId,
        seq: u64,
    ) -> impl Future<Output = Result<Vec<NotificationId>>> + Send;

    /// Takes out up to `most` of what somebody who is erased was told, and then how they wanted to be told, what they were
    /// to be reminded of and their mails, and says how much there was: to be called until there is nothing. Nobody who is
    /// erased is told anything.
    fn erase(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Forgets at most `most` facts that were told and happened before this time, and says how many there were.
    fn forget_facts(&mut self, before: DateTime<Utc>, most: u16) -> impl Future<Output = Result<u64>> + Send;
}
