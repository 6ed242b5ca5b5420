//! Messages.

use smilefactory_core::content::{Media, Reaction};
use smilefactory_core::id::{AccountId, ConversationId, MediaId, MessageId};
use smilefactory_core::messaging::{
    Conversation, MemberJoined, MemberState, Membership, Message, MessageDraft, MessageText, Pair, Sending,
};
use smilefactory_core::validation::{Report, Violation, code};
use smilefactory_core::version::Version;

use super::group::count_to_stranger;
use super::{MessagingError, Result, locked, locked_by_message};
use crate::error::StoreError;
use crate::repo::messaging::{
    Reach, ReadConversations, ReadMembers, ReadMessages, WriteConversations, WriteMembers, WriteMessages,
};
use crate::tx::WriteTx;

/// Somebody writes to somebody else, in the one conversation the two have, which begins with the first message. What a
/// stranger writes waits until it is accepted.
pub async fn write_to(
    tx: &mut WriteTx,
    from: AccountId,
    to: AccountId,
    draft: MessageDraft,
) -> Result<Message> {
    let pair = Pair::of(from, to).ok_or(MessagingError::Nobody)?;
    tx.conversations().lock_pair(pair).await?;
    let reach = tx.conversations().reach(from, to).await?.ok_or(MessagingError::Nobody)?;
    let id = if let Some(id) = reach.conversation { id } else { begin(tx, pair, from, reach).await? };
    let conversation = tx.conversations().lock(id).await?.ok_or(super::NO_CONVERSATION)?;
    let member = tx.members().get(id, from).await?.ok_or(super::NO_CONVERSATION)?;
    send(tx, &conversation, member, Some(reach), draft).await
}

/// The conversation of two people who have none. Both are held, so that there is none still.
async fn begin(tx: &mut WriteTx, pair: Pair, by: AccountId, reach: Reach) -> Result<ConversationId> {
    let (direct, members, begun) = Conversation::direct(tx.new_id()?, pair, by, !reach.connected, tx.now());
    if !tx.conversations().insert_direct(&direct).await? {
        return Err(StoreError::internal("two people had no conversation, and have one").into());
    }
    for member in &members {
        tx.members().save(member).await?;
    }
    tx.tell(begun)?;
    Ok(direct.id)
}

/// Somebody writes into a conversation they have.
pub async fn reply(
    tx: &mut WriteTx,
    id: ConversationId,
    from: AccountId,
    draft: MessageDraft,
) -> Result<Message> {
    let (conversation, member) = locked(tx, id, from).await?;
    let reach = match conversation.other_than(from) {
        Some(other) => Some(tx.conversations().reach(from, other).await?.ok_or(super::NO_CONVERSATION)?),
        None => None,
    };
    send(tx, &conversation, member, reach, draft).await
}

/// Sends a message into a conversation that is locked. `reach` is what the two of a direct one are to each other.
async fn send(
    tx: &mut WriteTx,
    conversation: &Conversation,
    member: Membership,
    reach: Option<Reach>,
    draft: MessageDraft,
) -> Result<Message> {
    let id = draft.id_or(tx.new_id()?, tx.now())?;
    if draft.id.is_some()
        && let Some(sent) = tx.messages().find_sent(id).await?
    {
        return if sent.sender == Some(member.account) && sent.conversation == conversation.id {
            tx.messages().get(id, member.account).await?.ok_or(super::NO_CONVERSATION)
        } else {
            Err(StoreError::Conflict { entity: "message", field: "id" }.into())
        };
    }
    let member = match reach {
        Some(reach) => knock(tx, conversation, member, reach).await?,
        None => member,
    };
    let reply_to = named(tx, &member, draft.reply_to, "reply_to").await?;
    let thread = named(tx, &member, draft.thread, "thread").await?;
    let root = match thread.as_ref().and_then(|thread| thread.thread) {
        // The one that began the thread may be deleted; then nothing is added to it.
        Some(root) => tx.messages().get(root, member.account).await?,
        None => None,
    };
    let files = files(tx, &member, &draft.attachments).await?;
    let sending = Sending {
        conversation,
        member: &member,
        reply_to: reply_to.as_ref(),
        thread: root.as_ref().or(thread.as_ref()),
        files,
    };
    let (message, sent) = draft.send(id, sending, tx.now())?;
    tx.messages().insert(&message).await?;
    tx.tell(sent)?;
    Ok(message)
}

/// In a conversation of two: whoever writes takes part by that, and whoever is connected with them does too. To somebody
/// else there is a limit.
async fn knock(
    tx: &mut WriteTx,
    conversation: &Conversation,
    member: Membership,
    reach: Reach,
) -> Result<Membership> {
    if !reach.connected {
        count_to_stranger(tx, member.account).await?;
    }
    let other = conversation.other_than(member.account);
    let other = match other {
        Some(other) if reach.connected => tx.members().get(conversation.id, other).await?,
        _ => None,
    };
    let now = tx.now();
    let mut own = member.clone();
    for waiting in [Some(member), other].into_iter().flatten() {
        if waiting.state == MemberState::Active {
            continue;
        }
        let active = waiting.taking_part(now);
        tx.members().save(&active).await?;
        let (conversation, account) = (conversation.id, active.account);
        tx.tell(MemberJoined { conversation, account, by: account })?;
        if active.account == own.account {
            own = active;
        }
    }
    Ok(own)
}

/// A message of the same conversation that a draft names, if it is for the sender.
async fn named(
    tx: &mut WriteTx,
    member: &Membership,
    id: Option<MessageId>,
    field: &'static str,
) -> Result<Option<Message>> {
    let Some(id) = id else { return Ok(None) };
    let message = tx.messages().get(id, member.account).await?;
    let message = message.filter(|message| message.conversation == member.conversation);
    if message.is_none() {
        let mut report = Report::new();
        let unknown = Violation::new(code::UNKNOWN_VALUE, "must be a message of this conversation");
        report.field(field, |report| report.add(unknown));
        return Ok(report.finish(None)?);
    }
    Ok(message)
}

/// The files that a draft names: each must be ready, and the sender's.
async fn files(tx: &mut WriteTx, member: &Membership, named: &[MediaId]) -> Result<Vec<Media>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let fit = tx.messages().fit_files(member.account, named).await?;
    let mut report = Report::new();
    report.field("attachments", |report| {
        for (place, _) in named.iter().enumerate().filter(|(_, id)| fit.iter().all(|file| file.id != **id)) {
            let violation = Violation::new(code::NOT_ALLOWED, "must be a file of the sender's that is ready");
            report.entry(place, |report| report.add(violation));
        }
    });
    Ok(report.finish(Some(fit))?)
}

/// Whoever sent a message says something else; `read_at` is the version they had seen.
pub async fn edit(
    tx: &mut WriteTx,
    id: MessageId,
    by: AccountId,
    text: MessageText,
    read_at: Version,
) -> Result<Message> {
    let (_, member, message) = locked_by_message(tx, id, by).await?;
    let (edited, fact) = message.edit(text, &member, tx.now())?;
    let edited = tx.messages().update(&Message { version: read_at, ..edited }).await?;
    tx.tell(fact)?;
    Ok(edited)
}

/// Whoever sent a message deletes it, or an owner or admin of the group.
pub async fn delete(tx: &mut WriteTx, id: MessageId, by: AccountId) -> Result<Message> {
    let (_, member, message) = locked_by_message(tx, id, by).await?;
    let (deleted, fact) = message.delete(&member, tx.now())?;
    let deleted = tx.messages().update(&deleted).await?;
    tx.tell(fact)?;
    Ok(deleted)
}

/// Somebody reacts to a message.
pub async fn react(tx: &mut WriteTx, id: MessageId, by: AccountId, reaction: Reaction) -> Result<Message> {
    let (_, member, message) = locked_by_message(tx, id, by).await?;
    let fact = message.react(&member)?;
    if tx.messages().react(id, by, reaction).await? {
        tx.tell(fact)?;
    }
    tx.messages().get(id, by).await?.ok_or(MessagingError::NotThere("message"))
}

/// Somebody takes their reaction back.
pub async fn unreact(tx: &mut WriteTx, id: MessageId, by: AccountId) -> Result<()> {
    let (_, member, message) = locked_by_message(tx, id, by).await?;
    if tx.messages().unreact(id, by).await? {
        tx.tell(message.unreact(&member))?;
    }
    Ok(())
}
