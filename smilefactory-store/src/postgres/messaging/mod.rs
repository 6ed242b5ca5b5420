//! People who write to each other, and what they are told of.

mod conversation;
mod digest;
mod inbox;
mod invitation;
mod live;
mod member;
mod message;
mod notification;
mod preference;
mod reminder;
mod signal;

pub use self::conversation::Conversations;
pub use self::digest::Digests;
pub use self::invitation::Invitations;
pub use self::live::Live;
pub use self::member::Members;
pub use self::message::Messages;
pub use self::notification::Notifications;
pub use self::preference::NotificationPreferencesOf;
pub use self::reminder::Reminders;
pub use self::signal::Signals;

/// Numbers of messages are above 0 and far from what the database's whole numbers end at.
fn to_seq(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}

fn from_seq(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// Numbers of people have a sign in the database and nowhere else.
fn to_count(count: i32) -> u32 {
    u32::try_from(count).unwrap_or_default()
}

fn from_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
