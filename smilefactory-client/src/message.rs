//! Messages: what people say to each other.

use smilefactory_core::content::{MediaUrl, MediaVariant, Reaction, ReactionInput};
use smilefactory_core::id::{AccountId, ConversationId, MediaId, MessageId};
use smilefactory_core::messaging::{
    DirectInput, Message, MessageInput, MessageOrder, MessageReaction, MessageTextPatch,
};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What people say to each other; from [`Client::messages`](crate::Client::messages).
///
/// A message is sent once however often it is tried: by its idempotency key, and, where the input has an `id` of one's
/// own, by that too.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a>(pub(crate) &'a Transport);

/// Which version of which message: a `&Message` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageVersion {
    /// The message.
    pub id: MessageId,
    /// Its version.
    pub version: Version,
}

impl From<&Message> for MessageVersion {
    fn from(message: &Message) -> Self {
        Self { id: message.id, version: message.version }
    }
}

impl From<(MessageId, Version)> for MessageVersion {
    fn from((id, version): (MessageId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks the messages of a conversation.
#[derive(Debug)]
pub enum History {}

impl Messages<'_> {
    /// Writes to somebody, in the one conversation with them; the first message begins it.
    ///
    /// Somebody one may not write to [is not found](crate::Error::is_not_found).
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client, rudo: smilefactory_core::id::AccountId)
    /// # -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::messaging::MessageInput;
    ///
    /// let input = MessageInput { body: Some("May I see your pump?".into()), ..MessageInput::default() };
    /// let message = client.messages().write_to(rudo, &input).await?;
    /// client.messages().send(message.conversation, &input).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_to(&self, account: AccountId, input: &MessageInput) -> Call<Message, Keyed> {
        let input = DirectInput { to: account.to_string(), message: input.clone() };
        Call::new(self.0, &op::WRITE_TO).json(&input)
    }

    /// Sends a message into a conversation.
    pub fn send(&self, conversation: ConversationId, input: &MessageInput) -> Call<Message, Keyed> {
        Call::new(self.0, &op::SEND_MESSAGE).id(conversation).json(input)
    }

    /// The messages of a conversation, from the last one back unless [`order`](List::order) says otherwise.
    pub fn list(&self, conversation: ConversationId) -> List<Message, History> {
        List::new(self.0, &op::LIST_MESSAGES).of(conversation)
    }

    /// The messages with all these words in all the caller's conversations, the last first.
    pub fn search(&self, words: impl Into<String>) -> List<Message> {
        List::new(self.0, &op::SEARCH_MESSAGES).filter("q", words)
    }

    /// One message.
    pub fn get(&self, message: MessageId) -> Call<Message> {
        Call::new(self.0, &op::GET_MESSAGE).id(message)
    }

    /// Changes the text of a message of one's own.
    pub fn edit(&self, message: impl Into<MessageVersion>, body: impl Into<String>) -> Call<Message> {
        let message = message.into();
        let patch = MessageTextPatch { body: body.into().into() };
        Call::new(self.0, &op::EDIT_MESSAGE).id(message.id).if_match(message.version).json(&patch)
    }

    /// Deletes a message, for good; its number stays.
    pub fn delete(&self, message: MessageId) -> Call<()> {
        Call::without_answer(self.0, &op::DELETE_MESSAGE).id(message)
    }

    /// The thread that a message began.
    pub fn list_thread(&self, message: MessageId) -> List<Message> {
        List::new(self.0, &op::LIST_THREAD).of(message)
    }

    /// Reacts to a message; another reaction takes the place of the one before.
    pub fn react(&self, message: MessageId, reaction: Reaction) -> Call<()> {
        let input = ReactionInput { reaction: reaction.as_str().to_owned() };
        Call::without_answer(self.0, &op::REACT_TO_MESSAGE).id(message).json(&input)
    }

    /// Takes the reaction to a message back.
    pub fn unreact(&self, message: MessageId) -> Call<()> {
        Call::without_answer(self.0, &op::UNREACT_TO_MESSAGE).id(message)
    }

    /// Who reacted to a message, last first.
    pub fn list_reactions(&self, message: MessageId) -> List<MessageReaction> {
        List::new(self.0, &op::LIST_MESSAGE_REACTIONS).of(message)
    }

    /// An address of a file on a message, for whoever reads the message.
    pub fn file_url(&self, message: MessageId, media: MediaId, variant: MediaVariant) -> Call<MediaUrl> {
        Call::new(self.0, &op::MESSAGE_MEDIA_URL).id(message).id(media).query("variant", variant.as_str())
    }
}

impl List<Message, History> {
    /// In this direction.
    pub fn order(self, order: MessageOrder) -> Self {
        self.filter("order", order.as_str())
    }

    /// Beginning with the message of this number.
    pub fn from(self, seq: u64) -> Self {
        self.filter("from", seq.to_string())
    }
}
