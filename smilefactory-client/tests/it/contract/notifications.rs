//! What people are told, once the server has told it, and everything that is kept of them.

use std::time::Duration;

use smilefactory_client::LogIn;
use smilefactory_core::content::{PostInput, Reaction};
use smilefactory_core::id::PostId;
use smilefactory_core::messaging::notification::{
    MailDigest, MailKinds, NotificationKind, NotificationPreference, NotificationPreferences, Unsubscription,
};

use super::world::World;

async fn published(author: &LogIn) -> PostId {
    let input = PostInput { kind: "post".into(), body: "The pump runs.".into(), ..PostInput::default() };
    let draft = author.client.posts().draft(&input).await.unwrap();
    author.client.posts().publish(&draft).await.unwrap().id
}

/// The server tells people a moment after it happened.
async fn until_unread(who: &LogIn, count: u32) {
    for _ in 0..600 {
        if who.client.notifications().count_unread().await.unwrap().unread == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody was told {count} things");
}

pub(crate) async fn walk(world: &World) {
    let (author, reader) = (world.member("told").await, world.member("teller").await);
    let told = author.client.notifications();
    for _ in 0..3 {
        let post = published(&author).await;
        reader.client.engagement().react(post, Reaction::Support).await.unwrap();
    }
    until_unread(&author, 3).await;
    let kind = NotificationKind::PostReacted;
    let list = || told.list().unread().kind(kind).limit(2);
    let first = list().await.unwrap();
    let rest = list().cursor(first.next_cursor.as_ref().unwrap()).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next_cursor), (2, 1, None));
    assert_eq!(first.items[0].details.reaction, Some(Reaction::Support));
    told.read(first.items[0].id).await.unwrap();
    assert_eq!(told.read_up_to(rest.items[0].id).await.unwrap().unread, 1);
    assert_eq!(told.read_up_to(first.items[1].id).await.unwrap().unread, 0);
    assert_eq!(told.read_up_to(rest.items[0].id).await.unwrap().unread, 0);
    let foreign = reader.client.notifications().read(first.items[0].id).await.unwrap_err();
    assert!(foreign.is_not_found());

    let usual = told.preferences().await.unwrap();
    let weekly = NotificationPreference { kind, in_app: true, mail: MailDigest::Weekly };
    let preferences = NotificationPreferences { preferences: vec![weekly].try_into().unwrap() };
    assert_eq!(told.set_preferences(&preferences).await.unwrap().of(kind), weekly);
    let what = Unsubscription {
        tenant: world.db.one.tenant.id,
        account: author.account.id,
        mails: MailKinds::Every(MailDigest::Weekly),
    };
    let token = world.db.store.unsubscribe_key().seal(&what);
    world.nobody().notifications().unsubscribe(&token).await.unwrap();
    assert_eq!(told.preferences().await.unwrap().of(kind).mail, MailDigest::Never);
    assert!(world.nobody().notifications().unsubscribe("made-up").await.unwrap_err().is_not_found());
    let none = NotificationPreferences { preferences: Vec::new().try_into().unwrap() };
    assert_eq!(told.set_preferences(&none).await.unwrap(), usual);

    let data = author.client.accounts().export().await.unwrap();
    assert_eq!((data.account.id, data.posts.len(), data.notifications.len()), (author.account.id, 3, 3));
    assert_eq!((data.sessions.len(), data.profile, data.notification_preferences), (1, None, usual));
    let data = reader.client.accounts().export().await.unwrap();
    assert_eq!((data.post_actions.len(), data.posts.len()), (3, 0));
    assert_eq!(data.post_actions[0].state.reaction, Some(Reaction::Support));
}
