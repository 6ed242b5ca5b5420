//! Notifications as they are read.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{NotificationKind, NotificationPriority};
use crate::answer::answer;
use crate::content::Reaction;
use crate::content::moderation::{Decision, Ruling};
use crate::id::{
    AccountId, CommentId, ConnectionRequestId, ConversationId, EventId, GroupId, Id, InquiryId, MessageId,
    ModerationCaseId, NotificationId, PostId,
};
use crate::record::record;
use crate::text::Reason;

answer! {
    /// Somebody who did what a notification tells.
    pub struct NotificationActor: Eq {
        /// Their account.
        account: AccountId,
        /// Their name.
        name: String,
    }
}

answer! {
    /// Where a notification leads: what of it is not `null`.
    pub struct NotificationTarget: Copy, Eq, Default {
        /// A person.
        account: Option<AccountId>,
        /// A post.
        post: Option<PostId>,
        /// A comment on that post.
        comment: Option<CommentId>,
        /// A conversation.
        conversation: Option<ConversationId>,
        /// A message in that conversation.
        message: Option<MessageId>,
        /// A request to connect.
        request: Option<ConnectionRequestId>,
        /// A case of moderation.
        case: Option<ModerationCaseId>,
        /// A group.
        group: Option<GroupId>,
        /// An event.
        event: Option<EventId>,
    }
}

answer! {
    /// What else there is to say of a notification: what of it is not `null`.
    pub struct NotificationDetails: Eq, Default {
        /// How somebody reacted, the last of several.
        reaction: Option<Reaction>,
        /// What a moderator decided.
        decision: Option<Decision>,
        /// What was ruled on an appeal.
        ruling: Option<Ruling>,
        /// Why, in the words of who decided.
        reason: Option<Reason>,
        /// By when something is due, or when it expires.
        due_at: Option<DateTime<Utc>>,
        /// The inquiry that it is about.
        inquiry: Option<InquiryId>,
    }
}

answer! {
    /// Something that somebody is told. It is put into words for who reads it now: of people who are blocked or muted
    /// since, nothing is said, and what is gone since is not told any more.
    pub struct Notification: Eq {
        /// Its id, and its place in the list. When more happens to one that is not read it gets another, and comes
        /// first again.
        id: NotificationId,
        /// What it tells.
        kind: NotificationKind,
        /// How much it matters.
        priority: NotificationPriority,
        /// What it tells, in a few words of English.
        title: String,
        /// The same in a sentence.
        text: String,
        /// Who did it: up to three, the last first, of those whose profile is for the reader to see.
        actors: Vec<NotificationActor>,
        /// How many more people did it, of the last hundred.
        others: u32,
        /// What it is about: the title of the post or of the conversation, the name of the group, or somebody's name.
        about: Option<String>,
        /// Where it leads.
        target: NotificationTarget,
        /// What else there is to say.
        details: NotificationDetails,
        /// When it was told, or last grew.
        at: DateTime<Utc>,
        /// Whether it was read.
        read: bool,
    }
}

impl Notification {
    /// How many people are named.
    pub const NAMED: usize = 3;

    /// The id of one that is told after `last`: `new`, unless that would come before.
    ///
    /// Ids of one person grow even where clocks go back, or stand still.
    #[must_use]
    pub fn id_after(new: NotificationId, last: NotificationId) -> NotificationId {
        if new > last {
            return new;
        }
        let next = NotificationId::from_uuid(Uuid::from_u128(last.uuid().as_u128().wrapping_add(1)));
        match (last.created_at(), next.created_at()) {
            (Some(at), None) => NotificationId::earliest_at(at + TimeDelta::milliseconds(1)),
            _ => next,
        }
    }
}

answer! {
    /// How much somebody has not read.
    pub struct UnreadNotifications: Copy, Eq {
        /// How many notifications, at most 1,000.
        unread: u32,
    }
}

impl UnreadNotifications {
    /// The most that are counted.
    pub const MOST: u32 = 1_000;
}

record! {
    /// How far somebody read their notifications.
    pub struct ReadUpTo / ReadUpToInput / ReadUpToPatch {
        /// The last one they read: it is read, and so are all before it. Any id is a place in the list.
        up_to: NotificationId,
    }
}

impl NotificationTarget {
    const NOWHERE: Self = Self {
        account: None,
        post: None,
        comment: None,
        conversation: None,
        message: None,
        request: None,
        case: None,
        group: None,
        event: None,
    };

    /// To a post.
    pub const fn post(post: PostId) -> Self {
        Self { post: Some(post), ..Self::NOWHERE }
    }

    /// To a comment on a post.
    pub const fn comment(post: PostId, comment: CommentId) -> Self {
        Self { post: Some(post), comment: Some(comment), ..Self::NOWHERE }
    }

    /// To a conversation.
    pub const fn conversation(conversation: ConversationId) -> Self {
        Self { conversation: Some(conversation), ..Self::NOWHERE }
    }

    /// To a message in a conversation.
    pub const fn message(conversation: ConversationId, message: MessageId) -> Self {
        Self { conversation: Some(conversation), message: Some(message), ..Self::NOWHERE }
    }

    /// To a request to connect.
    pub const fn request(request: ConnectionRequestId) -> Self {
        Self { request: Some(request), ..Self::NOWHERE }
    }

    /// To a case of moderation.
    pub const fn case(case: ModerationCaseId) -> Self {
        Self { case: Some(case), ..Self::NOWHERE }
    }

    /// To a group.
    pub const fn group(group: GroupId) -> Self {
        Self { group: Some(group), ..Self::NOWHERE }
    }

    /// To an event.
    pub const fn event(event: EventId) -> Self {
        Self { event: Some(event), ..Self::NOWHERE }
    }
}
