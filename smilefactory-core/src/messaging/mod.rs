//! People who write to each other: conversations of two and of many, and what is said in them.
//!
//! Each message has the next number of its conversation. How far somebody got and read is such a number too
//! ([`Membership::delivered_seq`], [`Membership::read_seq`]), so that what is unread is a difference. A stranger's first
//! message waits as a request ([`MemberState::Request`]) until it is accepted.

mod conversation;
mod inbox;
mod invitation;
pub mod live;
mod managing;
mod member;
mod message;
pub mod notification;
mod receipt;
mod refused;
#[cfg(test)]
mod tests;
mod words;

pub use self::conversation::{
    Conversation, ConversationKind, GroupSettings, GroupSettingsInput, GroupSettingsPatch, HistoryFrom,
    NewGroup, NewGroupInput, NewGroupPatch, Pair,
};
pub use self::inbox::{InboxEntry, InboxFilter, Unread};
pub use self::invitation::{
    GroupInvitation, GroupInvitationDraft, GroupInvitationInput, GroupInvitationPatch, InvitationCode,
    JoinDraft, JoinInput, JoinPatch, MadeInvitation,
};
pub use self::managing::{Added, Came};
pub use self::member::{
    Arrival, Member, MemberRole, MemberState, Membership, MembershipSettings, MembershipSettingsInput,
    MembershipSettingsPatch, NewMember, NewMemberInput, NewMemberPatch, RoleChange, RoleChangeInput,
    RoleChangePatch,
};
pub use self::message::{
    DirectDraft, DirectInput, DirectPatch, Message, MessageBody, MessageDraft, MessageInput, MessageOrder,
    MessagePatch, MessageReaction, MessageText, MessageTextInput, MessageTextPatch, OwnMessageReaction,
    Sending,
};
pub use self::receipt::{Marks, MarksInput, MarksPatch, Receipt};
pub use self::refused::MessagingRefused;
pub use self::words::{MessageSearch, words_of};
use crate::fact::facts;
use crate::id::{AccountId, ConversationId, MessageId};

facts! {
    /// Two people write to each other for the first time, or somebody made a group.
    ConversationBegun = "messaging.conversation.begun" v 1 of conversation: ConversationId {
        /// Between how many.
        kind: ConversationKind,
        /// Who began it.
        by: AccountId,
    }

    /// A group has another title, or other rules.
    ConversationChanged = "messaging.conversation.changed" v 1 of conversation: ConversationId {
        /// Who changed it.
        by: AccountId,
    }

    /// Somebody sent a message.
    MessageSent = "messaging.message.sent" v 1 of message: MessageId {
        /// Where.
        conversation: ConversationId,
        /// Who.
        sender: AccountId,
        /// Its number there.
        seq: u64,
        /// The message it answers.
        reply_to: Option<MessageId>,
        /// The message that began the thread it belongs to.
        thread: Option<MessageId>,
        /// Whom it is for, in a conversation of two.
        to: Option<AccountId>,
    }

    /// The text of a message changed.
    MessageEdited = "messaging.message.edited" v 1 of message: MessageId {
        /// Where.
        conversation: ConversationId,
        /// Its number there.
        seq: u64,
    }

    /// The text of a message is gone; its number stays.
    MessageDeleted = "messaging.message.deleted" v 1 of message: MessageId {
        /// Where.
        conversation: ConversationId,
        /// Its number there.
        seq: u64,
    }

    /// Somebody reacted to a message, or reacts otherwise than before.
    MessageReacted = "messaging.message.reacted" v 1 of message: MessageId {
        /// Where.
        conversation: ConversationId,
        /// Who.
        by: AccountId,
    }

    /// Somebody took their reaction to a message back.
    MessageUnreacted = "messaging.message.unreacted" v 1 of message: MessageId {
        /// Where.
        conversation: ConversationId,
        /// Who.
        by: AccountId,
    }

    /// Somebody belongs to a conversation from now on.
    MemberJoined = "messaging.member.joined" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// Who let them in: themselves, where nobody had to.
        by: AccountId,
    }

    /// Somebody left a group.
    MemberLeft = "messaging.member.left" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// The same.
        by: AccountId,
    }

    /// Somebody was taken out of a group.
    MemberRemoved = "messaging.member.removed" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// Who did it.
        by: AccountId,
    }

    /// Somebody is asked to join a group, and has not answered.
    MemberInvited = "messaging.member.invited" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// Who asks.
        by: AccountId,
    }

    /// Somebody wants to join a group, and has to wait.
    MemberRequested = "messaging.member.requested" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// The same.
        by: AccountId,
    }

    /// Somebody has another role in a group.
    MemberChanged = "messaging.member.changed" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// The role they have now.
        role: MemberRole,
        /// Who gave it to them.
        by: AccountId,
    }

    /// Somebody got or read more of a conversation.
    ReceiptMoved = "messaging.receipt.moved" v 1 of conversation: ConversationId {
        /// Who.
        account: AccountId,
        /// The last message that got to them.
        delivered_seq: u64,
        /// The last message they read.
        read_seq: u64,
        /// Whether others may know: nobody else is told of who hides it, of who has not accepted the conversation yet,
        /// and in one that is too large.
        shown: bool,
    }
}
