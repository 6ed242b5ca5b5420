//! People who write to each other, and what they are told of.
//!
//! Whoever changes a conversation, who belongs to it, or a message of it, [locks](WriteConversations::lock) it first:
//! all of that is done one after the other, in the order in which it is committed. Only what somebody keeps for
//! themselves (how far they read, whether it is muted) is changed without.
//!
//! What two people who blocked each other wrote to each other is there for neither, in lists, counts and search alike;
//! in a group neither reads the other.

mod conversation;
mod digest;
mod invitation;
mod live;
mod member;
mod message;
mod notification;
mod preference;
mod reminder;
mod signal;

pub use self::conversation::{InboxKey, Reach, ReadConversations, WriteConversations};
pub use self::digest::{DueMail, MailOutcome, WriteDigests};
pub use self::invitation::{ReadInvitations, WriteInvitations};
pub use self::live::{ReadLive, Told};
pub use self::member::{ReadMembers, WriteMembers};
pub use self::message::{ErasedMessages, ReadMessages, WriteMessages};
pub use self::notification::{
    Listener, NotificationFilter, Raised, ReadNotifications, Reading, WriteNotifications,
};
pub use self::preference::{ReadNotificationPreferences, WriteNotificationPreferences};
pub use self::reminder::{Reminder, WriteReminders};
pub use self::signal::{ReadSignals, Typing, WriteSignals};
