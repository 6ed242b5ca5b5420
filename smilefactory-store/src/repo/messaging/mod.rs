//! People who write to each other.
//!
//! Whoever changes a conversation, who belongs to it, or a message of it, [locks](WriteConversations::lock) it first:
//! all of that is done one after the other, in the order in which it is committed. Only what somebody keeps for
//! themselves (how far they read, whether it is muted) is changed without.
//!
//! What two people who blocked each other wrote to each other is there for neither, in lists, counts and search alike;
//! in a group neither reads the other.

mod conversation;
mod invitation;
mod live;
mod member;
mod message;
mod signal;

pub use self::conversation::{InboxKey, Reach, ReadConversations, WriteConversations};
pub use self::invitation::{ReadInvitations, WriteInvitations};
pub use self::live::{ReadLive, Told};
pub use self::member::{ReadMembers, WriteMembers};
pub use self::message::{ErasedMessages, ReadMessages, WriteMessages};
pub use self::signal::{ReadSignals, Typing, WriteSignals};
