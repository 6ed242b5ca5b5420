//! Notifications: what somebody is told because it concerns them.
//!
//! A fact raises a notification for each person whom it concerns. One of a [kind](NotificationKind) that
//! [grows](NotificationKind::grows) takes in what happens next to the same thing as long as nobody has read it: "Rudo Moyo
//! and 3 others reacted to your post". How somebody is told, in the app and by mail, is theirs to say
//! ([`NotificationPreferences`]). What it says is put into words when it is read, for who reads it then.
//!
//! ```
//! use smilefactory_core::messaging::notification::{MailDigest, NotificationKind, NotificationPreferences, Telling};
//!
//! let telling = Telling {
//!     actors: &["Rudo Moyo".to_owned()],
//!     others: 3,
//!     about: Some("Solar pumps"),
//!     ..Telling::default()
//! };
//! assert_eq!(telling.text(NotificationKind::PostReacted), "Rudo Moyo and 3 others reacted to your post “Solar pumps”.");
//!
//! let preferences = NotificationPreferences::from_stored(&[]);
//! assert_eq!(preferences.of(NotificationKind::ConnectionRequested).mail, MailDigest::Now);
//! assert_eq!(preferences.of(NotificationKind::PostReacted).mail, MailDigest::Daily);
//! ```

mod digest;
mod kind;
mod mention;
mod preference;
mod raise;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use self::digest::MailDigest;
pub use self::kind::{NotificationKind, NotificationPriority};
pub use self::mention::mentions;
pub use self::preference::{
    MailKinds, NotificationPreference, NotificationPreferenceInput, NotificationPreferencePatch,
    NotificationPreferences, NotificationPreferencesInput, NotificationPreferencesPatch, Unsubscription,
};
pub use self::raise::Raise;
pub use self::text::Telling;
pub use self::view::{
    Notification, NotificationActor, NotificationDetails, NotificationTarget, ReadUpTo, ReadUpToInput,
    ReadUpToPatch, UnreadNotifications,
};
use crate::fact::facts;
use crate::id::{AccountId, NotificationId};

facts! {
    /// Somebody is told something, or something more happened to what they are told and have not read.
    NotificationRaised = "messaging.notification.raised" v 1 of notification: NotificationId {
        /// Who is told.
        account: AccountId,
        /// What happened.
        kind: NotificationKind,
    }

    /// Somebody read what they were told.
    NotificationRead = "messaging.notification.read" v 1 of account: AccountId {
        /// The notification they read.
        notification: NotificationId,
        /// Whether they read all those before it, too.
        and_before: bool,
    }
}
