//! What concerns people in what is said to them.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};
use smilefactory_core::messaging::{
    MemberInvited, MemberJoined, MemberLeft, MemberRemoved, MemberRequested, MemberState, Message,
    MessageDeleted, MessageReacted, MessageSent, MessageUnreacted, ReceiptMoved,
};

use super::content::but;
use super::{Effect, Effects, Seen};
use crate::outbox::RecordedFact;
use crate::repo::messaging::{Listener, ReadMembers, ReadMessages, ReadNotifications, Reminder};
use crate::tx::WriteTx;

/// How long a message waits to be read before whoever it is for is reminded of it.
pub(crate) const UNREAD_NOTICE: TimeDelta = TimeDelta::days(1);

/// What a fact about conversations and messages brings about. What is said is nowhere in it.
pub(super) async fn effects(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(sent) = fact.read::<MessageSent>()? {
        return message_sent(tx, &sent).await;
    }
    if let Some(deleted) = fact.read::<MessageDeleted>()? {
        return message_deleted(tx, deleted.message).await;
    }
    if let Some(reacted) = fact.read::<MessageReacted>()? {
        let (conversation, by) = (reacted.conversation, reacted.by);
        let Some(author) = author_of(tx, reacted.message).await? else { return Ok(Vec::new()) };
        if !hears(tx, conversation, author).await? {
            return Ok(Vec::new());
        }
        return Ok(vec![Effect::tell(
            Raise::message_reacted(conversation, reacted.message, by),
            but(author, by),
        )]);
    }
    if let Some(unreacted) = fact.read::<MessageUnreacted>()? {
        let Some(author) = author_of(tx, unreacted.message).await? else { return Ok(Vec::new()) };
        let kind = NotificationKind::MessageReacted;
        return Ok(vec![Effect::take_back(author, kind, unreacted.message, unreacted.by)]);
    }
    if let Some(moved) = fact.read::<ReceiptMoved>()? {
        let seen = Seen::Conversation(moved.account, moved.conversation, moved.read_seq);
        return Ok(vec![Effect::seen(vec![seen])]);
    }
    members(tx, recorded).await
}

/// Somebody comes to a conversation, is asked to, asks to, or goes.
async fn members(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(joined) = fact.read::<MemberJoined>()? {
        let (conversation, account) = (joined.conversation, joined.account);
        let mut effect = asks_no_more(tx, conversation, account).await?;
        for kind in [NotificationKind::MessageRequested, NotificationKind::ConversationInvited] {
            effect.seen.push(Seen::About(account, kind, conversation.uuid()));
        }
        effect.told = vec![(Raise::conversation_joined(conversation, joined.by), but(account, joined.by))];
        return Ok(vec![effect]);
    }
    if let Some(invited) = fact.read::<MemberInvited>()? {
        let raise = Raise::conversation_invited(invited.conversation, invited.by);
        return Ok(vec![Effect::tell(raise, but(invited.account, invited.by))]);
    }
    if let Some(requested) = fact.read::<MemberRequested>()? {
        let (conversation, account) = (requested.conversation, requested.account);
        // Whoever was answered meanwhile asks no more.
        let member = tx.members().get(conversation, account).await?;
        if member.is_none_or(|member| member.state != MemberState::Requested) {
            return Ok(Vec::new());
        }
        let keepers = tx.notifications().list_keepers(conversation).await?;
        return Ok(vec![Effect::tell(Raise::conversation_requested(conversation, account), keepers)]);
    }
    if let Some(left) = fact.read::<MemberLeft>()? {
        return Ok(vec![asks_no_more(tx, left.conversation, left.account).await?]);
    }
    if let Some(removed) = fact.read::<MemberRemoved>()? {
        return Ok(vec![asks_no_more(tx, removed.conversation, removed.account).await?]);
    }
    Ok(Vec::new())
}

/// Whoever listens is told that somebody wrote: whom it answers, that they were answered, and who has not accepted the
/// conversation yet, that somebody wants to write.
async fn message_sent(tx: &mut WriteTx, sent: &MessageSent) -> Effects {
    let (conversation, sender) = (sent.conversation, sent.sender);
    if author_of(tx, sent.message).await?.is_none() {
        return Ok(Vec::new());
    }
    let listeners = tx.notifications().list_listeners(conversation, sender, sent.seq).await?;
    let answered = match sent.reply_to {
        Some(message) => author_of(tx, message).await?.map(|author| (message, author)),
        None => None,
    };
    let mut effect = Effect::default();
    let (mut listening, mut asked) = (Vec::new(), Vec::new());
    for Listener { account, asked: is_asked } in listeners {
        match answered {
            _ if is_asked => asked.push(account),
            Some((message, author)) if author == account => {
                effect.told.push((Raise::message_replied(conversation, message, sender), vec![account]));
            }
            _ => listening.push(account),
        }
        if !is_asked {
            let (kind, subject) = (NotificationKind::MessagesUnread, conversation.uuid());
            effect.reminders.push(Reminder { account, kind, subject, due_at: tx.now() + UNREAD_NOTICE });
        }
    }
    effect.told.push((Raise::message_received(conversation, sender), listening));
    effect.told.push((Raise::message_requested(conversation, sender), asked));
    effect.told.retain(|(_, to)| !to.is_empty());
    Ok(vec![effect])
}

/// A message that is gone answers nobody. What tells of it itself is not shown any more.
async fn message_deleted(tx: &mut WriteTx, id: MessageId) -> Effects {
    let Some(message) = tx.messages().find_sent(id).await? else { return Ok(Vec::new()) };
    let (Some(sender), Some(answered)) = (message.sender, message.reply_to) else { return Ok(Vec::new()) };
    let Some(author) = author_of(tx, answered).await? else { return Ok(Vec::new()) };
    Ok(vec![Effect::take_back(author, NotificationKind::MessageReplied, answered, sender)])
}

/// Those who look after a conversation need not be told any more that this one asks to be let in.
async fn asks_no_more(
    tx: &mut WriteTx,
    conversation: ConversationId,
    account: AccountId,
) -> crate::Result<Effect> {
    let keepers = tx.notifications().list_keepers(conversation).await?;
    let kind = NotificationKind::ConversationRequested;
    let taken_back = keepers.into_iter().map(|keeper| (keeper, kind, conversation.uuid(), account)).collect();
    Ok(Effect { taken_back, ..Effect::default() })
}

/// Who sent a message that is still there.
async fn author_of(tx: &mut WriteTx, id: MessageId) -> crate::Result<Option<AccountId>> {
    let there = tx.messages().find_sent(id).await?.filter(|message: &Message| message.deleted_at.is_none());
    Ok(there.and_then(|message| message.sender))
}

/// Whether somebody takes part in a conversation and wants to hear of it.
async fn hears(tx: &mut WriteTx, conversation: ConversationId, account: AccountId) -> crate::Result<bool> {
    let now = tx.now();
    let member = tx.members().get(conversation, account).await?;
    Ok(member.is_some_and(|member| member.state == MemberState::Active && !member.is_muted(now)))
}
