//! The conversations of one person.

use super::{Conversation, Membership, Message};
use crate::answer::answer;
use crate::choice::choices;
use crate::id::AccountId;

choices! {
    /// Which of somebody's conversations are listed.
    InboxFilter {
        /// Those they take part in and have not put away.
        Inbox = "inbox",
        /// Of those, the ones with something unread.
        Unread = "unread",
        /// Those they put away.
        Archived = "archived",
        /// Those that they are asked to, and have not accepted.
        Requests = "requests",
    }
}

answer! {
    /// A conversation as one person has it.
    pub struct InboxEntry {
        /// The conversation.
        conversation: Conversation,
        /// How they belong to it.
        membership: Membership,
        /// Whom a direct one is with.
        with: Option<AccountId>,
        /// How many messages they have not read.
        unread: u64,
        /// The last message, if it is for them.
        last_message: Option<Message>,
    }
}

answer! {
    /// What somebody has not read, in all conversations that are neither put away nor muted.
    pub struct Unread: Copy, Eq, Default {
        /// How many messages.
        messages: u64,
        /// In how many conversations.
        conversations: u32,
        /// How many conversations wait to be accepted; these are not counted above.
        requests: u32,
    }
}
