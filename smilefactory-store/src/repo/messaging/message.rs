//! Messages.

use smilefactory_core::content::{Media, Reaction};
use smilefactory_core::id::{AccountId, MediaId, MessageId};
use smilefactory_core::messaging::{
    Membership, Message, MessageDeleted, MessageOrder, MessageReaction, MessageSearch, OwnMessageReaction,
};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;
use crate::repo::content::ReactionKey;

/// What became of some of the messages of somebody who is erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedMessages {
    /// How many there were.
    pub found: u64,
    /// Those that were not deleted before, to be told.
    pub deleted: Vec<MessageDeleted>,
}

/// Reads messages. Texts are decrypted with the tenant's key.
///
/// A message is for somebody who takes part in its conversation (or is asked to, in a direct one) from the message on
/// with which their reading begins, unless one of the two blocks the other. Lists take a constant number of statements.
pub trait ReadMessages {
    /// The message with this id, if it is for `viewer`.
    fn get(
        &mut self,
        id: MessageId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Option<Message>>> + Send;

    /// The message with this id, whomever it is for, without what people did with it: to recognise one that is sent again.
    fn find_sent(&mut self, id: MessageId) -> impl Future<Output = Result<Option<Message>>> + Send;

    /// Those of these messages that are for `viewer`, of at most 100.
    fn get_many(
        &mut self,
        ids: &[MessageId],
        viewer: AccountId,
    ) -> impl Future<Output = Result<Vec<Message>>> + Send;

    /// The messages of a conversation that are for a member of it, by their numbers, from the number `from` on (which is
    /// one of them) or else from the end of the order.
    fn list(
        &mut self,
        member: &Membership,
        order: MessageOrder,
        from: Option<u64>,
        page: &PageRequest<u64>,
    ) -> impl Future<Output = Result<Page<Message, u64>>> + Send;

    /// The messages of a thread that are for a member of its conversation, in the order they were sent, without the one
    /// that began it.
    fn list_thread(
        &mut self,
        member: &Membership,
        thread: MessageId,
        page: &PageRequest<u64>,
    ) -> impl Future<Output = Result<Page<Message, u64>>> + Send;

    /// The messages with all these words in all conversations somebody takes part in, the last first. Whole words are
    /// found, and what was deleted or edited since is not found by what it said.
    fn search(
        &mut self,
        viewer: AccountId,
        search: &MessageSearch,
        page: &PageRequest<MessageId>,
    ) -> impl Future<Output = Result<Page<Message, MessageId>>> + Send;

    /// What somebody sent themselves, in all conversations, the first first: for the copy of their data.
    fn list_of_sender(
        &mut self,
        sender: AccountId,
        page: &PageRequest<MessageId>,
    ) -> impl Future<Output = Result<Page<Message, MessageId>>> + Send;

    /// How somebody reacted to messages themselves, the first message first: for the copy of their data.
    fn list_reactions_of(
        &mut self,
        account: AccountId,
        page: &PageRequest<MessageId>,
    ) -> impl Future<Output = Result<Page<OwnMessageReaction, MessageId>>> + Send;

    /// Who reacted to a message, last first, without those who are blocked.
    fn list_reactions(
        &mut self,
        message: MessageId,
        viewer: AccountId,
        page: &PageRequest<ReactionKey>,
    ) -> impl Future<Output = Result<Page<MessageReaction, ReactionKey>>> + Send;

    /// The file on a message, if the message is for `viewer` and has it.
    fn attachment(
        &mut self,
        message: MessageId,
        media: MediaId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Option<Media>>> + Send;

    /// Whether a file hangs on a message that is for `viewer`.
    fn sees_file(&mut self, media: MediaId, viewer: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Whether a file hangs on any message.
    fn has_file(&mut self, media: MediaId) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes messages. The conversation is locked first.
pub trait WriteMessages: ReadMessages {
    /// Saves a message with its words and files: it takes the next number of its conversation, which must be the one it
    /// has (`Stale` otherwise), its sender has read up to it, and the conversation moves up in the lists of its members.
    /// A taken id is a `Conflict`.
    fn insert(&mut self, message: &Message) -> impl Future<Output = Result<()>> + Send;

    /// Saves another text of a message and its words, or that it is deleted, with which words, files and reactions go.
    fn update(&mut self, message: &Message) -> impl Future<Output = Result<Message>> + Send;

    /// Somebody reacts to a message; another reaction takes the place of the one before. Says whether anything changed.
    fn react(
        &mut self,
        message: MessageId,
        account: AccountId,
        reaction: Reaction,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody takes the reaction back.
    fn unreact(
        &mut self,
        message: MessageId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Those of these files that can hang on a message of their owner's, with what is known of them, in the order given;
    /// `None` when one cannot. None of them is deleted before the end of the unit of work.
    fn fit_files(
        &mut self,
        owner: AccountId,
        files: &[MediaId],
    ) -> impl Future<Output = Result<Vec<Media>>> + Send;

    /// Empties up to `most` messages that somebody sent: text, words, files and reactions are gone, and nobody sent them.
    /// Locks their conversations itself.
    fn erase_sent(
        &mut self,
        sender: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<ErasedMessages>> + Send;

    /// Takes up to `most` of somebody's reactions back, and says how many there were.
    fn erase_reactions(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Forgets what hangs on messages with ids from `from` to before `to` and is in no partition (files and reactions),
    /// up to `limit` rows of either, and says how many there were: once a month of messages is gone.
    fn forget_hanging(
        &mut self,
        from: MessageId,
        to: MessageId,
        limit: u16,
    ) -> impl Future<Output = Result<u64>> + Send;
}
