//! How people want to be told.

use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::notification::NotificationPreferences;

use crate::error::Result;

/// Reads how people want to be told.
pub trait ReadNotificationPreferences {
    /// How this person wants to be told, every kind: as usual where they did not say otherwise.
    fn get(&mut self, account: AccountId) -> impl Future<Output = Result<NotificationPreferences>> + Send;
}

/// Writes how people want to be told.
pub trait WriteNotificationPreferences: ReadNotificationPreferences {
    /// This person wants to be told so. A kind that is not named is told as usual.
    fn set(
        &mut self,
        account: AccountId,
        preferences: &NotificationPreferences,
    ) -> impl Future<Output = Result<()>> + Send;
}
