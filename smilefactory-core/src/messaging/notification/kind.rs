//! The kinds of notifications there are: how much each matters, and how people are told it unless they say otherwise.

use super::{MailDigest, NotificationPreference};
use crate::choice::choices;

choices! {
    /// What a notification tells. The words are stable; each has a sentence, and the parameters to make another of.
    NotificationKind {
        /// Somebody wants to connect.
        ConnectionRequested = "connection_requested",
        /// Somebody accepted a request to connect.
        ConnectionAccepted = "connection_accepted",
        /// Somebody asks to be introduced to a person whom one knows.
        IntroductionAsked = "introduction_asked",
        /// Somebody introduces one to a person whom one asked to meet.
        IntroductionGranted = "introduction_granted",
        /// Somebody follows.
        Followed = "followed",
        /// Somebody wrote in a conversation.
        MessageReceived = "message_received",
        /// Somebody whom one is not connected with wants to write.
        MessageRequested = "message_requested",
        /// Somebody answered a message.
        MessageReplied = "message_replied",
        /// Somebody reacted to a message.
        MessageReacted = "message_reacted",
        /// Somebody asks one to join a conversation.
        ConversationInvited = "conversation_invited",
        /// Somebody brought one into a conversation.
        ConversationJoined = "conversation_joined",
        /// Somebody asks to be let into a conversation that one looks after.
        ConversationRequested = "conversation_requested",
        /// Somebody named one in a post or comment.
        Mentioned = "mentioned",
        /// Somebody commented on a post.
        PostCommented = "post_commented",
        /// Somebody answered a comment.
        CommentReplied = "comment_replied",
        /// Somebody reacted to a post.
        PostReacted = "post_reacted",
        /// Somebody reacted to a comment.
        CommentReacted = "comment_reacted",
        /// A post may be published.
        PostApproved = "post_approved",
        /// A reviewer asks for changes to a post.
        PostChangesRequested = "post_changes_requested",
        /// A post was published, when its time had come or by staff.
        PostPublished = "post_published",
        /// One is asked to review a post.
        ReviewAsked = "review_asked",
        /// A moderator decided about what one published, or about one's profile.
        CaseDecided = "case_decided",
        /// Somebody ruled on an appeal.
        AppealDecided = "appeal_decided",
        /// There is somebody to meet.
        MatchSuggested = "match_suggested",
        /// A request to connect has not been answered for a week.
        RequestWaiting = "request_waiting",
        /// A request to connect is about to expire.
        RequestExpiring = "request_expiring",
        /// There are messages that one has not read for a day.
        MessagesUnread = "messages_unread",
        /// A review is due soon.
        ReviewDue = "review_due",
        /// Somebody asks one to join a group.
        GroupInvited = "group_invited",
        /// Somebody asks to be let into a group that one looks after.
        GroupRequested = "group_requested",
        /// Somebody let one into a group.
        GroupJoined = "group_joined",
        /// Somebody asks about a listing.
        InquiryReceived = "inquiry_received",
        /// The other of an inquiry said something, offered another price, or agreed to one.
        InquiryReplied = "inquiry_replied",
        /// Both of an inquiry agreed.
        InquiryAgreed = "inquiry_agreed",
        /// What both of an inquiry agreed on is done.
        InquiryCompleted = "inquiry_completed",
        /// The other of an inquiry wants no more of it, or it was kept for long enough.
        InquiryCancelled = "inquiry_cancelled",
        /// The other of an inquiry said how it was.
        ListingReviewed = "listing_reviewed",
        /// An organiser asks one to come to an event.
        EventInvited = "event_invited",
        /// Somebody asks to come to an event that one organises.
        RegistrationRequested = "registration_requested",
        /// An organiser agreed that one comes to an event.
        RegistrationApproved = "registration_approved",
        /// A seat that one waited for is kept for a while.
        SeatOffered = "seat_offered",
        /// An event that one comes to, or may come to, will not be.
        EventCancelled = "event_cancelled",
        /// An event that one comes to, or may come to, is at another time or place.
        EventMoved = "event_moved",
        /// An event that one comes to begins in a day.
        EventTomorrow = "event_tomorrow",
        /// An event that one comes to begins in an hour.
        EventSoon = "event_soon",
        /// There is a new event in a group that one belongs to.
        GroupEvent = "group_event",
    }

    /// How much a notification matters.
    NotificationPriority {
        /// Somebody waits for an answer, or a time is running out.
        High = "high",
        /// It concerns what one does.
        Medium = "medium",
        /// It is good to know.
        Low = "low",
    }
}

impl NotificationKind {
    /// How much it matters.
    pub const fn priority(self) -> NotificationPriority {
        match self {
            Self::ConnectionRequested
            | Self::IntroductionAsked
            | Self::MessageReceived
            | Self::MessageRequested
            | Self::MessageReplied
            | Self::ConversationInvited
            | Self::ConversationRequested
            | Self::ReviewAsked
            | Self::CaseDecided
            | Self::AppealDecided
            | Self::RequestExpiring
            | Self::ReviewDue
            | Self::GroupInvited
            | Self::GroupRequested
            | Self::InquiryReceived
            | Self::InquiryReplied
            | Self::InquiryAgreed
            | Self::EventInvited
            | Self::RegistrationRequested
            | Self::SeatOffered
            | Self::EventCancelled
            | Self::EventMoved
            | Self::EventTomorrow
            | Self::EventSoon => NotificationPriority::High,
            Self::ConnectionAccepted
            | Self::IntroductionGranted
            | Self::Followed
            | Self::MessageReacted
            | Self::ConversationJoined
            | Self::Mentioned
            | Self::PostCommented
            | Self::CommentReplied
            | Self::PostReacted
            | Self::CommentReacted
            | Self::PostApproved
            | Self::PostChangesRequested
            | Self::PostPublished
            | Self::GroupJoined
            | Self::InquiryCompleted
            | Self::InquiryCancelled
            | Self::ListingReviewed
            | Self::RegistrationApproved
            | Self::GroupEvent => NotificationPriority::Medium,
            Self::MatchSuggested | Self::RequestWaiting | Self::MessagesUnread => NotificationPriority::Low,
        }
    }

    /// Whether one that is unread takes in what happens next to the same thing, instead of being followed by another.
    pub const fn grows(self) -> bool {
        matches!(
            self,
            Self::Followed
                | Self::MessageReceived
                | Self::MessageReplied
                | Self::MessageReacted
                | Self::ConversationRequested
                | Self::PostCommented
                | Self::CommentReplied
                | Self::PostReacted
                | Self::CommentReacted
                | Self::MatchSuggested
                | Self::GroupRequested
                | Self::InquiryReplied
                | Self::RegistrationRequested
        )
    }

    /// Whether it is about an event, which is its subject.
    pub const fn is_about_event(self) -> bool {
        matches!(
            self,
            Self::EventInvited
                | Self::RegistrationRequested
                | Self::RegistrationApproved
                | Self::SeatOffered
                | Self::EventCancelled
                | Self::EventMoved
                | Self::EventTomorrow
                | Self::EventSoon
                | Self::GroupEvent
        )
    }

    /// Whether everybody is told it in the app: what was decided about somebody is not kept from them.
    pub const fn is_always_told(self) -> bool {
        matches!(self, Self::CaseDecided | Self::AppealDecided)
    }

    /// How people are told it who have not said otherwise: what matters much by a mail at once, other things once a
    /// day, the rest once a week. Of messages that wait there was a mail already.
    pub const fn usually_told(self) -> NotificationPreference {
        let mail = match (self, self.priority()) {
            (Self::MessagesUnread, _) => MailDigest::Never,
            (_, NotificationPriority::High) => MailDigest::Now,
            (_, NotificationPriority::Medium) => MailDigest::Daily,
            (_, NotificationPriority::Low) => MailDigest::Weekly,
        };
        NotificationPreference { kind: self, in_app: true, mail }
    }
}
