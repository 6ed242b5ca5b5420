//! What the guest is told, how they want to be told, and everything that is kept of them.

use std::time::Duration;

use smilefactory_client::Client;
use smilefactory_core::id::PostId;
use smilefactory_core::messaging::notification::{
    MailDigest, Notification, NotificationKind, NotificationPreference, NotificationPreferences,
};

use crate::Error;
use crate::tour::{Stopped, Told, Tour};

/// How often is looked whether the guest was told, and the pause in between.
const LOOKS: u32 = 120;
const PAUSE: Duration = Duration::from_millis(250);

/// Others reacted to the guest's post, and the guest is told, in one notification.
pub(super) async fn tell(tour: &mut Tour, client: &Client, post: PostId) -> Result<(), Stopped> {
    let work = async {
        let told = told(client, post).await?;
        let left = client.notifications().read_up_to(told.id).await?;
        let outcome = format!("“{}” {} left to read", told.text, left.unread);
        Ok(Told::new((), outcome))
    };
    let code = "let told = client.notifications().list().unread().await?;\n\
                client.notifications().read_up_to(told.items[0].id).await?";
    tour.step("Be told what others did, once and together", code, work).await
}

/// The server tells people a moment after it happened.
async fn told(client: &Client, post: PostId) -> Result<Notification, Error> {
    for _ in 0..LOOKS {
        let told = client.notifications().list().unread().kind(NotificationKind::PostReacted).await?.items;
        if let Some(told) =
            told.into_iter().find(|told| told.target.post == Some(post) && told.details.reaction.is_some())
        {
            return Ok(told);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err("the guest was not told of the reaction".into())
}

pub(super) async fn choose(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let weekly = NotificationPreference {
            kind: NotificationKind::PostReacted,
            in_app: true,
            mail: MailDigest::Weekly,
        };
        let preferences = NotificationPreferences { preferences: vec![weekly].try_into()? };
        let preferences = client.notifications().set_preferences(&preferences).await?;
        if preferences.of(weekly.kind) != weekly {
            return Err("reactions are not told weekly".into());
        }
        let at_once = preferences.sent(MailDigest::Now).len();
        Ok(Told::new((), format!("reactions once a week; {at_once} kinds of things are mailed at once")))
    };
    let code = "client.notifications().set_preferences(&preferences).await?";
    tour.step("Say how one is told", code, work).await
}

pub(super) async fn export(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let data = client.accounts().export().await?;
        if data.posts.is_empty() || data.notifications.is_empty() {
            return Err("what the guest did is not in their data".into());
        }
        let outcome = format!(
            "{} posts, {} comments, {} notifications and all the rest in one document",
            data.posts.len(),
            data.comments.len(),
            data.notifications.len()
        );
        Ok(Told::new((), outcome))
    };
    tour.step("Take everything along that is kept of one", "client.accounts().export().await?", work).await
}
