//! Examples of what people are told.

use serde_json::{Value, json};
use smilefactory_core::content::{PostAction, Reaction};
use smilefactory_core::id::{AccountId, Id, NotificationId, PostId};
use smilefactory_core::identity::PersonalData;
use smilefactory_core::messaging::notification::{
    Notification, NotificationActor, NotificationDetails, NotificationKind, NotificationPreferences,
    NotificationTarget, Telling, UnreadNotifications,
};

use super::{ID, account, comment, media, messaging, now, post, session, social, value, viewer_state};

/// The example of a schema of notifications with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "Notification" => value(notification()),
        "NotificationPreferences" => value(NotificationPreferences::from_stored(&[])),
        "NotificationPreferencesInput" => {
            Some(json!({"preferences": [{"kind": "post_reacted", "in_app": true, "mail": "weekly"}]}))
        }
        "PersonalData" => value(personal_data()?),
        "ReadUpToInput" => Some(json!({"up_to": ID})),
        "UnreadNotifications" => value(UnreadNotifications { unread: 3 }),
        _ => None,
    }
}

fn personal_data() -> Option<PersonalData> {
    Some(PersonalData {
        asked_at: now(),
        account: account()?,
        profile: None,
        sessions: vec![session()],
        posts: vec![post()?],
        comments: vec![comment()?],
        post_actions: vec![PostAction { post: PostId::at(now(), [1; 10]), state: viewer_state() }],
        comment_reactions: Vec::new(),
        votes: Vec::new(),
        tags: Vec::new(),
        media: vec![media()?],
        reports: Vec::new(),
        decisions: Vec::new(),
        strikes: Vec::new(),
        dismissed: Vec::new(),
        connections: vec![social::acquaintance()?],
        requests_sent: Vec::new(),
        requests_received: Vec::new(),
        follows: Vec::new(),
        blocks: Vec::new(),
        mutes: Vec::new(),
        conversations: Vec::new(),
        messages: vec![messaging::message()?],
        message_reactions: Vec::new(),
        groups: Vec::new(),
        listings: Vec::new(),
        saved_listings: Vec::new(),
        inquiries: Vec::new(),
        inquiry_entries: Vec::new(),
        listing_reviews: Vec::new(),
        events: Vec::new(),
        registrations: Vec::new(),
        notifications: vec![notification()],
        notification_preferences: NotificationPreferences::from_stored(&[]),
    })
}

fn notification() -> Notification {
    let kind = NotificationKind::PostReacted;
    let details =
        NotificationDetails { reaction: Some(Reaction::Insightful), ..NotificationDetails::default() };
    let (name, about) = ("Rudo Moyo".to_owned(), "Solar pumps for small farms");
    let telling = Telling {
        actors: std::slice::from_ref(&name),
        others: 3,
        about: Some(about),
        details: Some(&details),
    };
    Notification {
        id: NotificationId::at(now(), [1; 10]),
        kind,
        priority: kind.priority(),
        title: kind.title().to_owned(),
        text: telling.text(kind),
        actors: vec![NotificationActor { account: AccountId::at(now(), [3; 10]), name: name.clone() }],
        others: 3,
        about: Some(about.to_owned()),
        target: NotificationTarget::post(PostId::at(now(), [1; 10])),
        details,
        at: now(),
        read: false,
    }
}
