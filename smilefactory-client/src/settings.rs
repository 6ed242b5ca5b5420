//! What the community has set for its members.

use smilefactory_core::tenancy::{CommunitySettings, TenantSettings};

use crate::call::{Call, Versioned};
use crate::operation as op;
use crate::request::Transport;

/// What the community has set for its members; from [`Client::settings`](crate::Client::settings). For admins.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a>(pub(crate) &'a Transport);

impl Settings<'_> {
    /// What is set.
    pub fn get(&self) -> Call<CommunitySettings, Versioned> {
        Call::new(self.0, &op::GET_SETTINGS)
    }

    /// Sets something else. `read` is what the change was made from: when somebody saved since, the error [is
    /// stale](crate::Error::is_stale).
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// let read = client.settings().get().await?;
    /// let mut settings = read.settings.clone();
    /// settings.posts_need_review = true;
    /// settings.screening.held_words.push("casino".into());
    /// client.settings().change(&read, &settings).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn change(&self, read: &CommunitySettings, settings: &TenantSettings) -> Call<CommunitySettings> {
        Call::new(self.0, &op::CHANGE_SETTINGS).if_match(read.version).json(settings)
    }
}
