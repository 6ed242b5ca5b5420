//! Conversations and messages.

use proptest::prelude::*;

use super::text::{line, maybe, prose};
use super::{Flaw, Spoiled, id, several, word};
use crate::id::{AccountId, MediaId, MessageId};
use crate::messaging::{HistoryFrom, MessageInput, NewGroupInput};
use crate::validation::code;

/// A valid message.
pub fn message_input() -> impl Strategy<Value = MessageInput> {
    let named = (maybe(id::<MessageId>()), maybe(id::<MessageId>()), several(id::<MediaId>(), 3));
    (prose::<1, 5_000>(), named).prop_map(|(body, (reply_to, thread, attachments))| MessageInput {
        id: None,
        body: Some(body),
        reply_to: reply_to.map(|id| id.to_string()),
        thread: thread.map(|id| id.to_string()),
        attachments: attachments.iter().map(ToString::to_string).collect(),
    })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_messages(input: &MessageInput) -> impl Iterator<Item = Spoiled<MessageInput>> {
    MESSAGE_FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const MESSAGE_FLAWS: &[Flaw<MessageInput>] = &[
    Flaw::new("/body", code::REQUIRED, |message| {
        message.body = None;
        message.attachments.clear();
    }),
    Flaw::new("/body", code::TOO_LONG, |message| message.body = Some("x".repeat(5_001))),
    Flaw::new("/body", code::MALFORMED, |message| message.body = Some("a\u{0}b".into())),
    Flaw::new("/id", code::MALFORMED, |message| message.id = Some("the first".into())),
    Flaw::new("/reply_to", code::MALFORMED, |message| message.reply_to = Some("the first".into())),
    Flaw::new("/attachments", code::TOO_MANY, |message| message.attachments = vec![String::new(); 11]),
];

/// A valid group.
pub fn group_input() -> impl Strategy<Value = NewGroupInput> {
    (
        line::<1, 120>(),
        word(HistoryFrom::WORDS),
        any::<bool>(),
        maybe(2_i64..=1_000),
        several(id::<AccountId>(), 3),
    )
        .prop_map(|(title, history, approval, member_limit, members)| NewGroupInput {
            title,
            history: Some(history),
            approval: Some(approval),
            member_limit,
            members: members.iter().map(ToString::to_string).collect(),
        })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_groups(input: &NewGroupInput) -> impl Iterator<Item = Spoiled<NewGroupInput>> {
    GROUP_FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const GROUP_FLAWS: &[Flaw<NewGroupInput>] = &[
    Flaw::new("/title", code::REQUIRED, |group| group.title = " ".into()),
    Flaw::new("/title", code::TOO_LONG, |group| group.title = "x".repeat(121)),
    Flaw::new("/title", code::MALFORMED, |group| group.title = "a\nb".into()),
    Flaw::new("/history", code::UNKNOWN_VALUE, |group| group.history = Some("never".into())),
    Flaw::new("/member_limit", code::OUT_OF_RANGE, |group| group.member_limit = Some(1)),
    Flaw::new("/member_limit", code::OUT_OF_RANGE, |group| group.member_limit = Some(1_001)),
];
