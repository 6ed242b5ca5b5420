//! Messages: what is said in a conversation.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
//! use smilefactory_core::messaging::{MessageDraft, MessageInput, NewGroup, NewGroupInput, Sending};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let tariro = AccountId::at(now, [1; 10]);
//! let group = NewGroup::from_raw(NewGroupInput { title: "Pumps".into(), ..NewGroupInput::default() })?;
//! let (group, member, _) = group.begin(ConversationId::at(now, [2; 10]), tariro, now);
//!
//! let draft = MessageDraft::from_raw(MessageInput { body: Some("It runs!".into()), ..MessageInput::default() })?;
//! let sending = Sending { conversation: &group, member: &member, reply_to: None, thread: None, files: Vec::new() };
//! let (message, sent) = draft.send(MessageId::at(now, [3; 10]), sending, now)?;
//! assert_eq!((message.seq, sent.seq), (1, 1));
//!
//! let (deleted, _) = message.delete(&member, now)?;
//! assert_eq!((deleted.seq, deleted.body), (1, None));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Conversation, ConversationKind, MemberState, Membership, MessageDeleted, MessageEdited, MessageReacted,
    MessageSent, MessageUnreacted, MessagingRefused,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::Set;
use crate::content::{Media, Reaction, ReactionCounts};
use crate::error::InvalidTransition;
use crate::id::{AccountId, ConversationId, Id, MediaId, MessageId};
use crate::record::record;
use crate::text::Prose;
use crate::validation::{Report, Violation, Violations};
use crate::version::Version;

/// The text of a message.
pub type MessageBody = Prose<1, 5_000>;

choices! {
    /// In which direction messages are read.
    MessageOrder {
        /// From the last one back.
        Newest = "newest",
        /// From the first one on.
        Oldest = "oldest",
    }
}

record! {
    /// A message that is to be sent: a text, files, or both.
    pub struct MessageDraft / MessageInput / MessagePatch {
        /// Its id, if the sender makes it: a UUID of version 7 of this day. Sent again, a message with the same id is not
        /// sent a second time.
        id: Option<MessageId>,
        /// Its text.
        body: Option<MessageBody>,
        /// The message of the same conversation that it answers.
        reply_to: Option<MessageId>,
        /// The message of the same conversation whose thread it belongs to; any of the thread may be named.
        thread: Option<MessageId>,
        /// Files of the sender's that are ready, of at most 10 MiB each.
        attachments: Set<MediaId, 10>,
    }
    check(body, attachments) |report| MessageDraft::check_content(body.as_ref(), attachments, report);
}

record! {
    /// A message to somebody, whether there is a conversation with them or not.
    pub struct DirectDraft / DirectInput / DirectPatch {
        /// To whom.
        to: AccountId,
        /// The message.
        message: MessageDraft,
    }
}

record! {
    /// What a message is to say instead.
    pub struct MessageText / MessageTextInput / MessageTextPatch {
        /// Its text.
        body: MessageBody,
    }
}

answer! {
    /// A message. One that is deleted keeps its number.
    pub struct Message {
        /// Its id.
        id: MessageId,
        /// Where it was sent.
        conversation: ConversationId,
        /// Its number there, from 1 on.
        seq: u64,
        /// Who sent it; nobody, once they are erased.
        sender: Option<AccountId>,
        /// Its text; `null` when it is deleted, or has files only.
        body: Option<MessageBody>,
        /// The message it answers.
        reply_to: Option<MessageId>,
        /// The message that began the thread it belongs to.
        thread: Option<MessageId>,
        /// How many messages the thread has that it began, deleted ones included.
        replies: u32,
        /// The files on it, in the order they were named.
        attachments: Vec<Media>,
        /// How many people reacted how.
        reactions: ReactionCounts,
        /// How the caller reacted.
        reacted: Option<Reaction>,
        /// When it was sent.
        sent_at: DateTime<Utc>,
        /// When its text was last changed.
        edited_at: Option<DateTime<Utc>>,
        /// When it was deleted.
        deleted_at: Option<DateTime<Utc>>,
        /// Who deleted it.
        deleted_by: Option<AccountId>,
        /// How often its text was saved.
        version: Version,
    }
}

answer! {
    /// Somebody's reaction to a message.
    pub struct MessageReaction: Copy, Eq {
        /// Who reacted.
        account: AccountId,
        /// How.
        reaction: Reaction,
        /// When.
        reacted_at: DateTime<Utc>,
    }
}

answer! {
    /// Somebody's own reaction to a message.
    pub struct OwnMessageReaction: Copy, Eq {
        /// The message.
        message: MessageId,
        /// How they reacted.
        reaction: Reaction,
        /// When.
        reacted_at: DateTime<Utc>,
    }
}

/// Into what a message is sent, as it is while nobody else sends there.
#[derive(Clone, Debug)]
pub struct Sending<'a> {
    /// The conversation.
    pub conversation: &'a Conversation,
    /// How the sender belongs to it.
    pub member: &'a Membership,
    /// The message that the draft answers, if the sender may read it.
    pub reply_to: Option<&'a Message>,
    /// The message that the draft names as its thread, if the sender may read it.
    pub thread: Option<&'a Message>,
    /// The files that the draft names, in its order.
    pub files: Vec<Media>,
}

impl MessageDraft {
    fn check_content(body: Option<&MessageBody>, attachments: &Set<MediaId, 10>, report: &mut Report) {
        if body.is_none() && attachments.is_empty() {
            report.field("body", |report| report.add(Violation::required()));
        }
    }

    /// The id the message gets: the one its sender made, if it is fit, else `fresh`. What was made longer ago than a day,
    /// or later than in five minutes, is not.
    pub fn id_or(&self, fresh: MessageId, now: DateTime<Utc>) -> Result<MessageId, Violations> {
        let Some(id) = self.id else { return Ok(fresh) };
        let made = id.created_at().filter(|_| id.uuid().get_version_num() == 7);
        let made = made.ok_or_else(|| Violations::one("/id", Violation::malformed("a UUID of version 7")))?;
        let (made, now) = (made.timestamp_millis(), now.timestamp_millis());
        let fits = (now - Message::ID_BEHIND.num_milliseconds()..=now + Message::ID_AHEAD.num_milliseconds())
            .contains(&made);
        if fits {
            Ok(id)
        } else {
            let late = "an id made within the last 24 hours, by a clock that is at most five minutes fast";
            Err(Violations::one("/id", Violation::malformed(late)))
        }
    }

    /// The message is sent, with the next number of the conversation.
    pub fn send(
        self,
        id: MessageId,
        into: Sending<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Message, MessageSent), MessagingRefused> {
        let Sending { conversation, member, reply_to, thread, files } = into;
        if member.state != MemberState::Active {
            return Err(InvalidTransition::new("member", member.state.as_str(), "send as").into());
        }
        for named in [reply_to, thread].into_iter().flatten() {
            if named.deleted_at.is_some() {
                return Err(InvalidTransition::new("message", "deleted", "reply to").into());
            }
        }
        let size: u64 = files.iter().map(|file| u64::from(file.upload.size.get())).sum();
        if files.iter().any(|file| file.upload.size.get() > Message::MOST_FILE) {
            return Err(MessagingRefused::FileTooLarge);
        }
        if conversation.attached_bytes.saturating_add(size) > Conversation::MOST_ATTACHED {
            return Err(MessagingRefused::FilesTooLarge);
        }
        let message = Message {
            id,
            conversation: conversation.id,
            seq: conversation.last_seq.saturating_add(1),
            sender: Some(member.account),
            body: self.body,
            reply_to: reply_to.map(|message| message.id),
            // Of a thread any message may be named; it is that of the one that began it.
            thread: thread.map(|message| message.thread.unwrap_or(message.id)),
            replies: 0,
            attachments: files,
            reactions: ReactionCounts::default(),
            reacted: None,
            sent_at: now,
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            version: Version::FIRST,
        };
        let sent = MessageSent {
            message: id,
            conversation: conversation.id,
            sender: member.account,
            seq: message.seq,
            reply_to: message.reply_to,
            thread: message.thread,
            to: conversation.other_than(member.account),
        };
        Ok((message, sent))
    }
}

impl Message {
    /// How large a file on a message may be, in bytes.
    pub const MOST_FILE: u32 = 10_485_760;
    /// How long ago a sender may have made the id of a message.
    pub const ID_BEHIND: TimeDelta = TimeDelta::hours(24);
    /// How far ahead the clock of a sender may be.
    pub const ID_AHEAD: TimeDelta = TimeDelta::minutes(5);

    /// How large its files are together, in bytes.
    pub fn attached_bytes(&self) -> u64 {
        self.attachments.iter().map(|file| u64::from(file.upload.size.get())).sum()
    }

    /// Refuses who does not take part any more, and a message that is gone.
    fn require_live(&self, by: &Membership, step: &'static str) -> Result<(), MessagingRefused> {
        if by.state != MemberState::Active {
            return Err(InvalidTransition::new("member", by.state.as_str(), step).into());
        }
        if self.deleted_at.is_some() {
            return Err(InvalidTransition::new("message", "deleted", step).into());
        }
        Ok(())
    }

    /// Its sender says something else.
    pub fn edit(
        self,
        text: MessageText,
        by: &Membership,
        now: DateTime<Utc>,
    ) -> Result<(Self, MessageEdited), MessagingRefused> {
        if self.sender != Some(by.account) {
            return Err(MessagingRefused::Role("whoever sent it"));
        }
        self.require_live(by, "edit")?;
        let edited = MessageEdited { message: self.id, conversation: self.conversation, seq: self.seq };
        Ok((Self { body: Some(text.body), edited_at: Some(now), ..self }, edited))
    }

    /// Its sender deletes it, or an owner or admin of the group: text, files and reactions are gone for good, its number
    /// stays.
    pub fn delete(
        self,
        by: &Membership,
        now: DateTime<Utc>,
    ) -> Result<(Self, MessageDeleted), MessagingRefused> {
        if self.sender != Some(by.account) && !by.role.is_manager() {
            return Err(MessagingRefused::Role("whoever sent it, and owners and admins of the conversation"));
        }
        self.require_live(by, "delete")?;
        let fact = MessageDeleted { message: self.id, conversation: self.conversation, seq: self.seq };
        let deleted = Self {
            body: None,
            attachments: Vec::new(),
            reactions: ReactionCounts::default(),
            reacted: None,
            deleted_at: Some(now),
            deleted_by: Some(by.account),
            ..self
        };
        Ok((deleted, fact))
    }

    /// Somebody who takes part reacts to it.
    pub fn react(&self, by: &Membership) -> Result<MessageReacted, MessagingRefused> {
        self.require_live(by, "react to")?;
        Ok(MessageReacted { message: self.id, conversation: self.conversation, by: by.account })
    }

    /// They take that back.
    pub fn unreact(&self, by: &Membership) -> MessageUnreacted {
        MessageUnreacted { message: self.id, conversation: self.conversation, by: by.account }
    }
}

impl Conversation {
    /// Whether what somebody writes here goes to somebody they may not be connected with: in a conversation of two.
    pub const fn is_direct(&self) -> bool {
        matches!(self.kind, ConversationKind::Direct)
    }
}
