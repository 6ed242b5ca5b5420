//! Signs of life: who types, and who is there.

use smilefactory_core::id::{AccountId, ConversationId, StreamId};
use smilefactory_core::messaging::live::{PresencePreferences, Present};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Who types where.
pub type Typing = (ConversationId, AccountId);

/// Reads signs of life. Who is blocked neither sees the other nor is seen.
pub trait ReadSignals {
    /// Who types where at the moment, at most 1,000.
    fn typing(&mut self) -> impl Future<Output = Result<Vec<Typing>>> + Send;

    /// Who of these accounts is told that these type, or do so no more: those who take part with them.
    fn typing_seen(
        &mut self,
        typing: &[Typing],
        listeners: &[AccountId],
    ) -> impl Future<Output = Result<Vec<(AccountId, Typing)>>> + Send;

    /// Who is there and wants to be seen, at most 10,000.
    fn present(&mut self) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// Who of `listeners` is told that these are there, or are so no more: those who know them and want to be seen
    /// themselves. To know somebody is to be connected, or to take part in the same conversation, if it is not large.
    fn presence_seen(
        &mut self,
        accounts: &[AccountId],
        listeners: &[AccountId],
    ) -> impl Future<Output = Result<Vec<(AccountId, AccountId)>>> + Send;

    /// Those whom `viewer` knows who are there and want to be seen, in the order of their ids; nobody, when `viewer` does
    /// not want to be.
    fn list_present(
        &mut self,
        viewer: AccountId,
        page: &PageRequest<AccountId>,
    ) -> impl Future<Output = Result<Page<Present, AccountId>>> + Send;

    /// What an account wants others to know of it being there.
    fn preferences(&mut self, account: AccountId)
    -> impl Future<Output = Result<PresencePreferences>> + Send;
}

/// Gives signs of life. None of them is told as a fact or kept for long.
pub trait WriteSignals: ReadSignals {
    /// Somebody types from now on, for [`TYPING_LASTS`](smilefactory_core::messaging::live::TYPING_LASTS); `false` when
    /// they do not take part, or the other of two is blocked.
    fn start_typing(
        &mut self,
        conversation: ConversationId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody types no more; `false` when they did not.
    fn stop_typing(
        &mut self,
        conversation: ConversationId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// A stream of an account begins, unless it has `most` already, on whatever server; of two that begin at once the
    /// second waits for the first.
    fn enter(
        &mut self,
        stream: StreamId,
        account: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// These streams are still there.
    fn beat(&mut self, streams: &[(AccountId, StreamId)]) -> impl Future<Output = Result<()>> + Send;

    /// These streams are gone.
    fn leave(&mut self, streams: &[(AccountId, StreamId)]) -> impl Future<Output = Result<()>> + Send;

    /// Forgets all of an account, and says whether there was something that it wanted.
    fn erase(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Forgets signs of life that are too old to mean anything, and says how many there were.
    fn trim(&mut self) -> impl Future<Output = Result<u64>> + Send;

    /// An account wants this from now on.
    fn set_preferences(
        &mut self,
        account: AccountId,
        preferences: &PresencePreferences,
    ) -> impl Future<Output = Result<()>> + Send;
}
