//! Conversations in whole steps: each function does, in one unit of work, everything that belongs to what happened.
//!
//! What two people are to each other is held first, then the conversation, then the rows of its members and messages: two
//! of these steps wait for each other instead of undoing each other's work, and never in a circle. The outbox has a fact
//! for each.
//!
//! Somebody whom another blocks, or who is blocked by them, and somebody who may not be written to is told the same as
//! of somebody who does not exist: [`MessagingError::Nobody`]. A conversation that is not for whoever asks is
//! [`MessagingError::NotThere`].

mod erasure;
mod group;
mod join;
mod send;

use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::{AccountId, ConversationId, MessageId};
use smilefactory_core::messaging::{Conversation, Marks, Membership, Message, MessagingRefused};
use smilefactory_core::validation::Violations;

pub(crate) use self::erasure::erase;
pub use self::group::{accept, add, begin, change, change_role, decline, leave, remove};
pub use self::join::{invite, join, revoke};
pub use self::send::{delete, edit, react, reply, unreact, write_to};
use crate::error::StoreError;
use crate::repo::messaging::{
    ReadConversations, ReadMembers, ReadMessages, WriteConversations, WriteMembers,
};
use crate::tx::WriteTx;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessagingError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] MessagingRefused),
    /// What was sent is not as it must be.
    #[error("the input is not valid")]
    Invalid(#[from] Violations),
    /// There is nobody whom this one may write to.
    #[error("there is no such account")]
    Nobody,
    /// There is no such thing for this one: a conversation, a message, a member, a code.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidTransition> for MessagingError {
    fn from(refused: InvalidTransition) -> Self {
        Self::Refused(refused.into())
    }
}

/// What a step gives back.
pub type Result<T> = std::result::Result<T, MessagingError>;

const NO_CONVERSATION: MessagingError = MessagingError::NotThere("conversation");

/// A conversation that somebody has, locked, and how they belong to it. What the two of a direct one are to each other is
/// held too.
async fn locked(
    tx: &mut WriteTx,
    id: ConversationId,
    viewer: AccountId,
) -> Result<(Conversation, Membership)> {
    let Some(conversation) = tx.conversations().get(id).await? else { return Err(NO_CONVERSATION) };
    if let Some(pair) = conversation.pair {
        tx.conversations().lock_pair(pair).await?;
    }
    let Some(conversation) = tx.conversations().lock(id).await? else { return Err(NO_CONVERSATION) };
    // Read only now: nobody changes it any more.
    let member = tx.members().belonging(id, viewer).await?.ok_or(NO_CONVERSATION)?;
    Ok((conversation, member))
}

/// The same of the conversation that a message belongs to, and the message.
async fn locked_by_message(
    tx: &mut WriteTx,
    id: MessageId,
    viewer: AccountId,
) -> Result<(Conversation, Membership, Message)> {
    let nothing = || MessagingError::NotThere("message");
    let message = tx.messages().get(id, viewer).await?.ok_or_else(nothing)?;
    let (conversation, member) = match locked(tx, message.conversation, viewer).await {
        Err(MessagingError::NotThere(_)) => return Err(nothing()),
        locked => locked?,
    };
    let message = tx.messages().get(id, viewer).await?.ok_or_else(nothing)?;
    Ok((conversation, member, message))
}

/// Somebody got and read so far. The conversation is not locked: this is theirs alone, and goes forward whoever comes
/// first.
pub async fn mark(
    tx: &mut WriteTx,
    conversation: ConversationId,
    who: AccountId,
    marks: &Marks,
) -> Result<Membership> {
    let member = tx.members().belonging(conversation, who).await?.ok_or(NO_CONVERSATION)?;
    let Some(member) = tx.members().mark(conversation, who, marks).await? else { return Ok(member) };
    let conversation = tx.conversations().get(conversation).await?.ok_or(NO_CONVERSATION)?;
    tx.tell(Marks::moved(&conversation, &member))?;
    Ok(member)
}
