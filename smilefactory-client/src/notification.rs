//! What one is told, and how.

use smilefactory_core::id::NotificationId;
use smilefactory_core::messaging::notification::{
    Notification, NotificationKind, NotificationPreferences, NotificationPreferencesInput, ReadUpToInput,
    UnreadNotifications,
};
use smilefactory_core::validation::Field;

use crate::call::Call;
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What one is told, and how; from [`Client::notifications`](crate::Client::notifications).
#[derive(Clone, Copy, Debug)]
pub struct Notifications<'a>(pub(crate) &'a Transport);

/// Marks the list of notifications.
#[derive(Debug)]
pub enum Told {}

impl Notifications<'_> {
    /// What one is told, the last first. One that is not read takes in what happens next to the same thing: it has another
    /// id then, and comes first again.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// let told = client.notifications().list().unread().await?;
    /// for notification in &told.items {
    ///     println!("{}", notification.text);
    /// }
    /// if let Some(last) = told.items.first() {
    ///     client.notifications().read_up_to(last.id).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<Notification, Told> {
        List::new(self.0, &op::LIST_NOTIFICATIONS)
    }

    /// How much one has not read.
    pub fn count_unread(&self) -> Call<UnreadNotifications> {
        Call::new(self.0, &op::COUNT_UNREAD_NOTIFICATIONS)
    }

    /// Tells that one has read all up to this notification, and says how many are still unread. It never goes back.
    pub fn read_up_to(&self, notification: NotificationId) -> Call<UnreadNotifications> {
        let read = ReadUpToInput { up_to: notification.to_string() };
        Call::new(self.0, &op::READ_NOTIFICATIONS).json(&read)
    }

    /// Tells that one has read this notification, and not those before it.
    pub fn read(&self, notification: NotificationId) -> Call<()> {
        Call::without_answer(self.0, &op::READ_NOTIFICATION).id(notification)
    }

    /// How one is told each kind of thing.
    pub fn preferences(&self) -> Call<NotificationPreferences> {
        Call::new(self.0, &op::GET_NOTIFICATION_PREFERENCES)
    }

    /// Says how one wants to be told. Each kind that is not among them is told as usual.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::messaging::notification::{
    ///     MailDigest, NotificationKind, NotificationPreference, NotificationPreferences,
    /// };
    ///
    /// let weekly = NotificationPreference {
    ///     kind: NotificationKind::PostReacted,
    ///     in_app: true,
    ///     mail: MailDigest::Weekly,
    /// };
    /// let preferences = NotificationPreferences { preferences: vec![weekly].try_into().unwrap_or_default() };
    /// client.notifications().set_preferences(&preferences).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_preferences(&self, preferences: &NotificationPreferences) -> Call<NotificationPreferences> {
        let input: NotificationPreferencesInput = preferences.clone().into_raw();
        Call::new(self.0, &op::SET_NOTIFICATION_PREFERENCES).json(&input)
    }

    /// Wants no more of the mails that this token came in. Nobody need be logged in.
    pub fn unsubscribe(&self, token: &str) -> Call<()> {
        Call::without_answer(self.0, &op::UNSUBSCRIBE).key(token)
    }
}

impl List<Notification, Told> {
    /// Only those that are not read.
    pub fn unread(self) -> Self {
        self.filter("unread", "true")
    }

    /// Only those of this kind.
    pub fn kind(self, kind: NotificationKind) -> Self {
        self.filter("kind", kind.as_str())
    }
}
