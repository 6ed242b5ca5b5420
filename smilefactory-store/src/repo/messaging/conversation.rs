//! Conversations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{Conversation, InboxEntry, InboxFilter, Pair, Unread};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Where a conversation stands in somebody's list: pinned ones first, then those in which something happened last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxKey {
    /// Whether it is pinned.
    pub pinned: bool,
    /// When something last happened in it.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: ConversationId,
}

/// What somebody is to whom they want to write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whether they are connected.
    pub connected: bool,
    /// Their direct conversation, if there is one.
    pub conversation: Option<ConversationId>,
}

/// Reads conversations.
pub trait ReadConversations {
    /// The conversation with this id, whoever belongs to it.
    fn get(&mut self, id: ConversationId) -> impl Future<Output = Result<Option<Conversation>>> + Send;

    /// The direct conversation of two people, whatever stands between them.
    fn find_direct(&mut self, pair: Pair) -> impl Future<Output = Result<Option<Conversation>>> + Send;

    /// A conversation as somebody has it who takes part or is asked to; nothing for all others, and of a direct one for
    /// both while one blocks the other.
    fn entry(
        &mut self,
        id: ConversationId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Option<InboxEntry>>> + Send;

    /// Somebody's conversations, pinned ones first, then by when something last happened in them, the last first. Direct
    /// ones with somebody who is blocked are left out.
    fn inbox(
        &mut self,
        viewer: AccountId,
        filter: InboxFilter,
        page: &PageRequest<InboxKey>,
    ) -> impl Future<Output = Result<Page<InboxEntry, InboxKey>>> + Send;

    /// What somebody has not read, in one statement. What is put away, muted, or with somebody who is blocked does not
    /// count.
    fn unread(&mut self, viewer: AccountId) -> impl Future<Output = Result<Unread>> + Send;

    /// What somebody is to whom they want to write to, or `None` when there is nobody for them: no such account, one of
    /// them blocks the other, or the other's profile is not for strangers and nothing connects the two.
    fn reach(&mut self, from: AccountId, to: AccountId)
    -> impl Future<Output = Result<Option<Reach>>> + Send;
}

/// Writes conversations.
pub trait WriteConversations: ReadConversations {
    /// Holds what two people are to each other until the end of the unit of work: nobody blocks, connects or writes for
    /// the first time meanwhile. Comes before [`lock`](Self::lock).
    fn lock_pair(&mut self, pair: Pair) -> impl Future<Output = Result<()>> + Send;

    /// The conversation as it is now, its row locked until the end of the unit of work.
    fn lock(&mut self, id: ConversationId) -> impl Future<Output = Result<Option<Conversation>>> + Send;

    /// Makes a group. Members are counted when they are saved.
    fn insert(&mut self, conversation: &Conversation) -> impl Future<Output = Result<()>> + Send;

    /// Makes a direct conversation unless the two have one, and says whether it was made: of two who do this at once one
    /// makes it, and the other finds it.
    fn insert_direct(&mut self, conversation: &Conversation) -> impl Future<Output = Result<bool>> + Send;

    /// Saves what is set for a group.
    fn update(&mut self, conversation: &Conversation) -> impl Future<Output = Result<Conversation>> + Send;

    /// Counts one more message of this day (in UTC) to somebody whom the sender is not connected with; `false`, and
    /// nothing is counted, when there were `most` already. Two at once are counted one after the other.
    fn count_to_stranger(
        &mut self,
        sender: AccountId,
        most: u32,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Nobody began up to `most` of the conversations that somebody who is erased began, and what was counted of their
    /// messages to strangers is forgotten. Says how many there were of both.
    fn erase_beginner(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Forgets up to `limit` counts of days that are over, and says how many there were.
    fn forget_counts(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;
}
