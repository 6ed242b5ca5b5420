//! Notifications in words.

use super::{NotificationDetails, NotificationKind};
use crate::content::moderation::{Decision, Ruling};

/// What a notification is put into words from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Telling<'a> {
    /// The names of those who did it, as far as the reader may know them.
    pub actors: &'a [String],
    /// How many more people did it.
    pub others: u32,
    /// What it is about.
    pub about: Option<&'a str>,
    /// What else there is to say.
    pub details: Option<&'a NotificationDetails>,
}

impl NotificationKind {
    /// What it tells, in a few words without anybody's name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ConnectionRequested => "A request to connect",
            Self::ConnectionAccepted => "A new connection",
            Self::IntroductionAsked => "A request for an introduction",
            Self::IntroductionGranted => "Somebody introduces you",
            Self::Followed => "A new follower",
            Self::MessageReceived => "A new message",
            Self::MessageRequested => "Somebody wants to write to you",
            Self::MessageReplied => "An answer to your message",
            Self::MessageReacted => "A reaction to your message",
            Self::ConversationInvited => "An invitation to a conversation",
            Self::ConversationJoined => "A new conversation",
            Self::ConversationRequested => "A request to join a conversation",
            Self::Mentioned => "Somebody named you",
            Self::PostCommented => "A comment on your post",
            Self::CommentReplied => "An answer to your comment",
            Self::PostReacted => "A reaction to your post",
            Self::CommentReacted => "A reaction to your comment",
            Self::PostApproved => "Your post was approved",
            Self::PostChangesRequested => "Changes to your post are asked for",
            Self::PostPublished => "Your post was published",
            Self::ReviewAsked => "A post to review",
            Self::CaseDecided => "A moderator decided",
            Self::AppealDecided => "Your appeal was ruled on",
            Self::MatchSuggested => "Somebody to meet",
            Self::RequestWaiting => "A request still waits for your answer",
            Self::RequestExpiring => "A request is about to expire",
            Self::MessagesUnread => "Messages wait for you",
            Self::ReviewDue => "A review is due",
            Self::GroupInvited => "An invitation to a group",
            Self::GroupRequested => "A request to join a group",
            Self::GroupJoined => "You are in a new group",
            Self::InquiryReceived => "Somebody asks about your listing",
            Self::InquiryReplied => "An answer about a listing",
            Self::InquiryAgreed => "You agreed about a listing",
            Self::InquiryCompleted => "A deal is done",
            Self::InquiryCancelled => "An inquiry was cancelled",
            Self::ListingReviewed => "Somebody reviewed you",
            Self::EventInvited => "An invitation to an event",
            Self::RegistrationRequested => "A request to come to your event",
            Self::RegistrationApproved => "You may come",
            Self::SeatOffered => "A seat is free for you",
            Self::EventCancelled => "An event is cancelled",
            Self::EventMoved => "An event has moved",
            Self::EventTomorrow => "An event is tomorrow",
            Self::EventSoon => "An event begins soon",
            Self::GroupEvent => "An event in your group",
        }
    }
}

impl Telling<'_> {
    /// The sentence for it.
    pub fn text(&self, kind: NotificationKind) -> String {
        let who = self.who();
        let about = |before: &str| self.about(before);
        let told = match kind {
            NotificationKind::ConnectionRequested => format!("{who} wants to connect with you"),
            NotificationKind::ConnectionAccepted => format!("{who} accepted your request to connect"),
            NotificationKind::IntroductionAsked => match self.about {
                Some(name) => format!("{who} asks you for an introduction to {name}"),
                None => format!("{who} asks you for an introduction"),
            },
            NotificationKind::IntroductionGranted => match self.about {
                Some(name) => format!("{who} introduces you to {name}"),
                None => format!("{who} introduces you to somebody"),
            },
            NotificationKind::Followed => format!("{who} started to follow you"),
            NotificationKind::MessageReceived => format!("{who} wrote to you{}", about(" in ")),
            NotificationKind::MessageRequested => {
                format!("{who}, whom you are not connected with, wants to write to you")
            }
            NotificationKind::MessageReplied => format!("{who} answered your message{}", about(" in ")),
            NotificationKind::MessageReacted => format!("{who} reacted to your message{}", about(" in ")),
            NotificationKind::ConversationInvited => {
                format!("{who} asks you to join the conversation{}", about(" "))
            }
            NotificationKind::ConversationJoined => {
                format!("{who} brought you into a conversation{}", about(": "))
            }
            NotificationKind::ConversationRequested => {
                format!("{who} asked to join the conversation{}", about(" "))
            }
            NotificationKind::Mentioned => format!("{who} named you{}", about(" in ")),
            NotificationKind::PostCommented => format!("{who} commented on your post{}", about(" ")),
            NotificationKind::CommentReplied => format!("{who} answered your comment{}", about(" on ")),
            NotificationKind::PostReacted => format!("{who} reacted to your post{}", about(" ")),
            NotificationKind::CommentReacted => format!("{who} reacted to your comment{}", about(" on ")),
            NotificationKind::PostApproved => format!("Your post{} was approved", about(" ")),
            NotificationKind::PostChangesRequested => {
                format!("A reviewer asks for changes to your post{}{}", about(" "), self.because())
            }
            NotificationKind::PostPublished => format!("Your post{} was published", about(" ")),
            NotificationKind::ReviewAsked => {
                format!("You are asked to review the post{}{}", about(" "), self.due(" until "))
            }
            NotificationKind::CaseDecided => format!("{}{}", self.decided(), self.because()),
            NotificationKind::AppealDecided => format!("{}{}", self.ruled(), self.because()),
            NotificationKind::MatchSuggested => format!("You may want to meet {who}"),
            NotificationKind::RequestWaiting => {
                format!("{who} has waited for a week to hear whether you connect")
            }
            NotificationKind::RequestExpiring => {
                format!("The request of {who} to connect with you expires{}", self.due(" on "))
            }
            NotificationKind::MessagesUnread => {
                format!("There are messages{} that you have not read for a day", about(" in "))
            }
            NotificationKind::ReviewDue => {
                format!("Your review of the post{} is due{}", about(" "), self.due(" on "))
            }
            NotificationKind::GroupInvited => format!("{who} asks you to join the group{}", about(" ")),
            NotificationKind::GroupRequested => format!("{who} asked to join the group{}", about(" ")),
            NotificationKind::GroupJoined => format!("{who} let you into the group{}", about(" ")),
            NotificationKind::InquiryReceived => format!("{who} asks about your listing{}", about(" ")),
            NotificationKind::InquiryReplied => format!("{who} answered you about a listing{}", about(": ")),
            NotificationKind::InquiryAgreed => {
                format!("{who} and you agreed about a listing{}", about(": "))
            }
            NotificationKind::InquiryCompleted => {
                format!("{who} says that what you agreed on is done{}", about(": "))
            }
            NotificationKind::InquiryCancelled => match self.actors {
                [] => format!("Nothing came of what you agreed on{}", about(": ")),
                _ => format!("{who} cancelled an inquiry{}", about(" about ")),
            },
            NotificationKind::ListingReviewed => format!("{who} reviewed you{}", about(" about ")),
            NotificationKind::EventInvited => format!("{who} invites you to the event{}", about(" ")),
            NotificationKind::RegistrationRequested => format!("{who} asked to come to{}", about(" ")),
            NotificationKind::RegistrationApproved => {
                format!("An organiser agreed that you come to{}", about(" "))
            }
            NotificationKind::SeatOffered => {
                format!("A seat is kept for you at{}{}", about(" "), self.by_time(" until "))
            }
            NotificationKind::EventCancelled => {
                format!("The event{} is cancelled{}", about(" "), self.because())
            }
            NotificationKind::EventMoved => {
                format!("The event{} is at another time or place", about(" "))
            }
            NotificationKind::EventTomorrow => {
                format!("The event{} begins in a day{}", about(" "), self.by_time(": "))
            }
            NotificationKind::EventSoon => {
                format!("The event{} begins in an hour{}", about(" "), self.by_time(": "))
            }
            NotificationKind::GroupEvent => {
                format!("There is a new event in a group of yours{}", about(": "))
            }
        };
        format!("{told}.")
    }

    /// Everybody who did it: "Rudo Moyo and 3 others".
    fn who(&self) -> String {
        let name = |name: &String| name.clone();
        match (self.actors, self.others) {
            ([], 0 | 1) => "Somebody".to_owned(),
            ([], others) => format!("{others} people"),
            ([first], 0) => name(first),
            ([first, second], 0) => format!("{first} and {second}"),
            ([first, rest @ ..], others) => {
                let others = usize::try_from(others).unwrap_or(usize::MAX).saturating_add(rest.len());
                let noun = if others == 1 { "other" } else { "others" };
                format!("{first} and {others} {noun}")
            }
        }
    }

    fn about(&self, before: &str) -> String {
        self.about.map(|about| format!("{before}“{about}”")).unwrap_or_default()
    }

    fn because(&self) -> String {
        let reason = self.details.and_then(|details| details.reason.as_ref());
        reason.map(|reason| format!(": {}", reason.as_str().trim_end_matches('.'))).unwrap_or_default()
    }

    fn due(&self, before: &str) -> String {
        let due_at = self.details.and_then(|details| details.due_at);
        due_at.map(|due_at| format!("{before}{}", due_at.format("%-d %B %Y"))).unwrap_or_default()
    }

    fn by_time(&self, before: &str) -> String {
        let due_at = self.details.and_then(|details| details.due_at);
        due_at.map(|due_at| format!("{before}{}", due_at.format("%-d %B %Y, %H:%M UTC"))).unwrap_or_default()
    }

    fn decided(&self) -> &'static str {
        match self.details.and_then(|details| details.decision) {
            Some(Decision::Remove) => "A moderator took off something of yours",
            Some(Decision::Warn) => "A moderator warned you",
            Some(Decision::Suspend) => "A moderator suspended your account",
            Some(Decision::Approve) | None => "A moderator looked at something of yours",
        }
    }

    fn ruled(&self) -> &'static str {
        match self.details.and_then(|details| details.ruling) {
            Some(Ruling::Overturn) => "Your appeal was heard, and the decision undone",
            Some(Ruling::Uphold) | None => "Your appeal was heard, and the decision stands",
        }
    }
}
