//! What is told, before it is told to anybody.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{NotificationDetails, NotificationKind, NotificationTarget};
use crate::content::Reaction;
use crate::content::moderation::{CaseDecided, Ruling};
use crate::id::{
    AccountId, CommentId, ConnectionRequestId, ConversationId, EventId, GroupId, Id, InquiryId, MessageId,
    ModerationCaseId, PostId,
};
use crate::text::Reason;

/// Something that is to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Raise {
    /// What kind of thing.
    pub kind: NotificationKind,
    /// What it happened to. What is unread of the same kind about the same thing grows, if the kind does.
    pub subject: Uuid,
    /// Who did it, when a person did.
    pub actor: Option<AccountId>,
    /// Where it leads.
    pub target: NotificationTarget,
    /// What else there is to say.
    pub details: NotificationDetails,
}

impl Raise {
    /// The most people that are kept of those who did something.
    pub const ACTORS: usize = 100;

    fn new(kind: NotificationKind, subject: impl Id, actor: Option<AccountId>) -> Self {
        Self {
            kind,
            subject: subject.uuid(),
            actor,
            target: NotificationTarget::default(),
            details: NotificationDetails::default(),
        }
    }

    fn leading_to(self, target: NotificationTarget) -> Self {
        Self { target, ..self }
    }

    fn detailed(self, details: NotificationDetails) -> Self {
        Self { details, ..self }
    }

    /// `actor` wants to connect.
    pub fn connection_requested(request: ConnectionRequestId, actor: AccountId) -> Self {
        Self::new(NotificationKind::ConnectionRequested, request, Some(actor))
            .leading_to(NotificationTarget::request(request))
    }

    /// `actor` accepted a request to connect.
    pub fn connection_accepted(request: ConnectionRequestId, actor: AccountId) -> Self {
        Self::new(NotificationKind::ConnectionAccepted, request, Some(actor))
    }

    /// `actor` asks to be introduced to `to`.
    pub fn introduction_asked(introduction: impl Id, to: AccountId, actor: AccountId) -> Self {
        let target = NotificationTarget { account: Some(to), ..NotificationTarget::default() };
        Self::new(NotificationKind::IntroductionAsked, introduction, Some(actor)).leading_to(target)
    }

    /// `actor` agrees to introduce whoever asked to `to`.
    pub fn introduction_granted(introduction: impl Id, to: AccountId, actor: AccountId) -> Self {
        Self {
            kind: NotificationKind::IntroductionGranted,
            ..Self::introduction_asked(introduction, to, actor)
        }
    }

    /// `actor` follows `account`.
    pub fn followed(account: AccountId, actor: AccountId) -> Self {
        Self::new(NotificationKind::Followed, account, Some(actor))
    }

    /// `actor` wrote in a conversation.
    pub fn message_received(conversation: ConversationId, actor: AccountId) -> Self {
        Self::new(NotificationKind::MessageReceived, conversation, Some(actor))
            .leading_to(NotificationTarget::conversation(conversation))
    }

    /// `actor`, a stranger, wants to write.
    pub fn message_requested(conversation: ConversationId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::MessageRequested, ..Self::message_received(conversation, actor) }
    }

    /// `actor` answered a message.
    pub fn message_replied(conversation: ConversationId, message: MessageId, actor: AccountId) -> Self {
        Self::new(NotificationKind::MessageReplied, message, Some(actor))
            .leading_to(NotificationTarget::message(conversation, message))
    }

    /// `actor` reacted to a message.
    pub fn message_reacted(conversation: ConversationId, message: MessageId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::MessageReacted, ..Self::message_replied(conversation, message, actor) }
    }

    /// `actor` asks somebody to join a conversation.
    pub fn conversation_invited(conversation: ConversationId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::ConversationInvited, ..Self::message_received(conversation, actor) }
    }

    /// `actor` brought somebody into a conversation.
    pub fn conversation_joined(conversation: ConversationId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::ConversationJoined, ..Self::message_received(conversation, actor) }
    }

    /// `actor` asks to be let into a conversation.
    pub fn conversation_requested(conversation: ConversationId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::ConversationRequested, ..Self::message_received(conversation, actor) }
    }

    /// `actor` named somebody in a post.
    pub fn mentioned_in_post(post: PostId, actor: AccountId) -> Self {
        Self::new(NotificationKind::Mentioned, post, Some(actor)).leading_to(NotificationTarget::post(post))
    }

    /// `actor` named somebody in a comment.
    pub fn mentioned_in_comment(post: PostId, comment: CommentId, actor: AccountId) -> Self {
        Self::new(NotificationKind::Mentioned, comment, Some(actor))
            .leading_to(NotificationTarget::comment(post, comment))
    }

    /// `actor` commented on a post: the last comment is where it leads.
    pub fn post_commented(post: PostId, comment: CommentId, actor: AccountId) -> Self {
        Self::new(NotificationKind::PostCommented, post, Some(actor))
            .leading_to(NotificationTarget::comment(post, comment))
    }

    /// `actor` answered the comment `parent`.
    pub fn comment_replied(post: PostId, parent: CommentId, comment: CommentId, actor: AccountId) -> Self {
        Self::new(NotificationKind::CommentReplied, parent, Some(actor))
            .leading_to(NotificationTarget::comment(post, comment))
    }

    /// `actor` reacted to a post.
    pub fn post_reacted(post: PostId, actor: AccountId, reaction: Reaction) -> Self {
        Self::new(NotificationKind::PostReacted, post, Some(actor))
            .leading_to(NotificationTarget::post(post))
            .detailed(NotificationDetails { reaction: Some(reaction), ..NotificationDetails::default() })
    }

    /// `actor` reacted to a comment.
    pub fn comment_reacted(post: PostId, comment: CommentId, actor: AccountId, reaction: Reaction) -> Self {
        Self::new(NotificationKind::CommentReacted, comment, Some(actor))
            .leading_to(NotificationTarget::comment(post, comment))
            .detailed(NotificationDetails { reaction: Some(reaction), ..NotificationDetails::default() })
    }

    /// A post took a step that its author did not take: one of `post_approved`, `post_changes_requested` and
    /// `post_published`.
    pub fn post_moved(kind: NotificationKind, post: PostId, reason: Option<Reason>) -> Self {
        Self::new(kind, post, None)
            .leading_to(NotificationTarget::post(post))
            .detailed(NotificationDetails { reason, ..NotificationDetails::default() })
    }

    /// Somebody is asked to review a post.
    pub fn review_asked(post: PostId, due_at: DateTime<Utc>) -> Self {
        Self::new(NotificationKind::ReviewAsked, post, None)
            .leading_to(NotificationTarget::post(post))
            .detailed(NotificationDetails { due_at: Some(due_at), ..NotificationDetails::default() })
    }

    /// A moderator decided.
    pub fn case_decided(decided: &CaseDecided, reason: Option<Reason>) -> Self {
        Self::new(NotificationKind::CaseDecided, decided.case, None)
            .leading_to(NotificationTarget::case(decided.case))
            .detailed(NotificationDetails {
                decision: Some(decided.decision),
                reason,
                ..NotificationDetails::default()
            })
    }

    /// Somebody ruled on an appeal.
    pub fn appeal_decided(case: ModerationCaseId, ruling: Ruling, reason: Option<Reason>) -> Self {
        Self::new(NotificationKind::AppealDecided, case, None)
            .leading_to(NotificationTarget::case(case))
            .detailed(NotificationDetails { ruling: Some(ruling), reason, ..NotificationDetails::default() })
    }

    /// There is somebody to meet; of several one notification tells.
    pub fn match_suggested(account: AccountId, candidate: AccountId) -> Self {
        Self::new(NotificationKind::MatchSuggested, account, Some(candidate))
    }

    /// A request of `actor` waits for an answer.
    pub fn request_waiting(request: ConnectionRequestId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::RequestWaiting, ..Self::connection_requested(request, actor) }
    }

    /// A request of `actor` expires soon.
    pub fn request_expiring(
        request: ConnectionRequestId,
        actor: AccountId,
        expires_at: DateTime<Utc>,
    ) -> Self {
        Self { kind: NotificationKind::RequestExpiring, ..Self::connection_requested(request, actor) }
            .detailed(NotificationDetails { due_at: Some(expires_at), ..NotificationDetails::default() })
    }

    /// There are messages in a conversation that one has not read for a day.
    pub fn messages_unread(conversation: ConversationId) -> Self {
        Self::new(NotificationKind::MessagesUnread, conversation, None)
            .leading_to(NotificationTarget::conversation(conversation))
    }

    /// Something happened to an inquiry: one of the kinds of those.
    pub fn inquiry(kind: NotificationKind, inquiry: InquiryId, actor: Option<AccountId>) -> Self {
        Self::new(kind, inquiry, actor)
            .detailed(NotificationDetails { inquiry: Some(inquiry), ..NotificationDetails::default() })
    }

    /// Something about an event: of one that `actor` did something about, or that is due at a time.
    pub fn about_event(
        kind: NotificationKind,
        event: EventId,
        actor: Option<AccountId>,
        details: NotificationDetails,
    ) -> Self {
        Self::new(kind, event, actor).leading_to(NotificationTarget::event(event)).detailed(details)
    }

    /// A review is due soon.
    pub fn review_due(post: PostId, due_at: DateTime<Utc>) -> Self {
        Self::new(NotificationKind::ReviewDue, post, None)
            .leading_to(NotificationTarget::post(post))
            .detailed(NotificationDetails { due_at: Some(due_at), ..NotificationDetails::default() })
    }

    /// `actor` asks somebody to join a group.
    pub fn group_invited(group: GroupId, actor: AccountId) -> Self {
        Self::new(NotificationKind::GroupInvited, group, Some(actor))
            .leading_to(NotificationTarget::group(group))
    }

    /// `actor` asks to be let into a group.
    pub fn group_requested(group: GroupId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::GroupRequested, ..Self::group_invited(group, actor) }
    }

    /// `actor` let somebody into a group.
    pub fn group_joined(group: GroupId, actor: AccountId) -> Self {
        Self { kind: NotificationKind::GroupJoined, ..Self::group_invited(group, actor) }
    }
}
