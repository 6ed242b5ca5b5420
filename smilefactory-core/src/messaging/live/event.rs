//! The events.

use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::id::{AccountId, ConnectionRequestId, ConversationId, MessageId, NotificationId};
use crate::messaging::notification::NotificationKind;

choices! {
    /// Why a stream cannot go on where it was left off: read anew what is shown, the stream goes on from now.
    ResetReason {
        /// The id is of another log: the database was restored or moved.
        OtherLog = "other_log",
        /// The id was made up, changed, or given to somebody else.
        Invalid = "invalid",
        /// So much happened since then that reading anew is less work.
        TooMuch = "too_much",
    }

    /// Why the server ends a stream.
    EndReason {
        /// The log-in ended. There is nothing to go on with.
        LoggedOut = "logged_out",
        /// Staff suspended the account.
        Suspended = "suspended",
        /// The stream was read more slowly than things happened: go on from the last id.
        TooSlow = "too_slow",
        /// The server stops, or cannot read the log: go on from the last id, at this or another server.
        Unavailable = "unavailable",
    }

    /// What became of somebody in a conversation.
    MemberChange {
        /// They take part from now on.
        Joined = "joined",
        /// They left.
        Left = "left",
        /// Somebody removed them.
        Removed = "removed",
        /// Somebody invited them.
        Invited = "invited",
        /// They ask to take part.
        Requested = "requested",
        /// They have another role.
        RoleChanged = "role_changed",
    }

    /// What became of a request to connect.
    RequestChange {
        /// It was sent.
        Sent = "sent",
        /// It was accepted.
        Accepted = "accepted",
        /// It was declined.
        Declined = "declined",
        /// Whoever sent it took it back.
        Withdrawn = "withdrawn",
        /// Nobody answered it in time.
        Expired = "expired",
    }
}

macro_rules! events {
    ($( $(#[doc = $doc:literal])* $name:ident = $word:literal {
        $( $(#[doc = $member_doc:literal])* $member:ident : $ty:ty, )*
    } )*) => {
        /// Something that happened while somebody listened; in JSON an object whose `type` says what.
        ///
        /// ```
        /// use smilefactory_core::messaging::live::LiveEvent;
        ///
        /// let event: LiveEvent = serde_json::from_str(r#"{"type": "ready", "resumed": false}"#)?;
        /// assert_eq!(event.word(), "ready");
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "type")]
        #[non_exhaustive]
        pub enum LiveEvent {
            $(
                $(#[doc = $doc])*
                #[serde(rename = $word)]
                $name { $( $(#[doc = $member_doc])* $member: $ty, )* },
            )*
        }

        impl LiveEvent {
            /// The words for all of them.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word for what happened.
            pub const fn word(&self) -> &'static str {
                match self { $( Self::$name { .. } => $word, )* }
            }
        }

        #[cfg(feature = "openapi")]
        impl LiveEvent {
            /// Each event's name, word and schema.
            pub(super) fn schemas() -> Vec<(&'static str, &'static str, utoipa::openapi::schema::ObjectBuilder)> {
                use crate::schema::{Form, member};
                use utoipa::openapi::schema::ObjectBuilder;
                vec![$({
                    let object = ObjectBuilder::new().description(Some(concat!($($doc, "\n"),*).trim()));
                    $(
                        let object = member::<$ty>(
                            object, stringify!($member), concat!($($member_doc, "\n"),*), Form::Answer, None,
                        );
                    )*
                    (concat!(stringify!($name), "Event"), $word, object)
                }),*]
            }

            /// The schemas that their members have.
            pub(super) fn gather_members(named: &mut crate::schema::Named) {
                use crate::schema::{Described, Form};
                $($( <$ty as Described>::gather(Form::Answer, named); )*)*
            }
        }
    };
}

events! {
    /// The stream has begun. What is read from now on is older than every event that follows, or tells the same.
    Ready = "ready" {
        /// Whether it goes on where it was left off.
        resumed: bool,
    }

    /// The stream cannot go on where it was left off: read anew what is shown. It goes on from now.
    Reset = "reset" {
        /// Why.
        reason: ResetReason,
    }

    /// The stream ends here.
    End = "end" {
        /// Why.
        reason: EndReason,
    }

    /// Somebody wrote a message.
    MessageSent = "message_sent" {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Its number in the conversation. Messages of a conversation come in the order of their numbers.
        seq: u64,
        /// Who wrote it.
        sender: AccountId,
        /// The message it replies to.
        reply_to: Option<MessageId>,
    }

    /// A message has another text.
    MessageEdited = "message_edited" {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Its number in the conversation.
        seq: u64,
    }

    /// A message has no text any more.
    MessageDeleted = "message_deleted" {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Its number in the conversation.
        seq: u64,
    }

    /// Somebody reacted to a message, or does so no more.
    MessageReacted = "message_reacted" {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Who reacted.
        by: AccountId,
    }

    /// Somebody got or read messages.
    ReceiptMoved = "receipt_moved" {
        /// Where.
        conversation: ConversationId,
        /// Who.
        account: AccountId,
        /// The last message that reached them.
        delivered_seq: u64,
        /// The last message they read.
        read_seq: u64,
    }

    /// A conversation began in which the listener takes part.
    ConversationBegun = "conversation_begun" {
        /// Which.
        conversation: ConversationId,
    }

    /// A conversation has another title, or other rules.
    ConversationChanged = "conversation_changed" {
        /// Which.
        conversation: ConversationId,
    }

    /// Something became of somebody in a conversation.
    MemberChanged = "member_changed" {
        /// Which conversation.
        conversation: ConversationId,
        /// Who.
        account: AccountId,
        /// What became of them.
        change: MemberChange,
    }

    /// Somebody writes something, or does so no more. Not told again to who was away.
    Typing = "typing" {
        /// Where.
        conversation: ConversationId,
        /// Who.
        account: AccountId,
        /// Whether they write.
        typing: bool,
    }

    /// Somebody is there, or is so no more. Not told again to who was away.
    Presence = "presence" {
        /// Who.
        account: AccountId,
        /// Whether they are there.
        present: bool,
    }

    /// Something became of a request to connect, of the listener's or to them.
    RequestChanged = "request_changed" {
        /// Which.
        request: ConnectionRequestId,
        /// Who sent it.
        from: AccountId,
        /// To whom.
        to: AccountId,
        /// What became of it.
        change: RequestChange,
    }

    /// The listener is connected with somebody.
    ConnectionMade = "connection_made" {
        /// With whom.
        with: AccountId,
    }

    /// The listener is connected with somebody no more.
    ConnectionRemoved = "connection_removed" {
        /// With whom.
        with: AccountId,
    }

    /// The listener has something to be told, or more of what they have not read.
    NotificationRaised = "notification_raised" {
        /// Which. One that grows has a new id each time, and the one before is gone.
        notification: NotificationId,
        /// What it tells.
        kind: NotificationKind,
    }

    /// The listener read what they were told, here or elsewhere.
    NotificationRead = "notification_read" {
        /// Which.
        notification: NotificationId,
        /// Whether they read all those before it, too.
        and_before: bool,
    }
}
