//! Who belongs to conversations.

use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{Marks, Member, MemberState, Membership, Receipt};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads who belongs to conversations.
pub trait ReadMembers {
    /// How somebody belongs to a conversation, or did.
    fn get(
        &mut self,
        conversation: ConversationId,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<Membership>>> + Send;

    /// The same if the conversation is there for them: they take part or are asked to, and of a direct one nobody blocks
    /// the other.
    fn belonging(
        &mut self,
        conversation: ConversationId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Option<Membership>>> + Send;

    /// Those in a state, in the order of their ids, as `viewer` sees them: who is blocked is left out. Those who declined
    /// are among those who are asked.
    fn list(
        &mut self,
        conversation: ConversationId,
        viewer: AccountId,
        state: MemberState,
        page: &PageRequest<AccountId>,
    ) -> impl Future<Output = Result<Page<Member, AccountId>>> + Send;

    /// How far the others got and read, as far as `viewer` may know: of those who take part and do not hide it, to those
    /// who do not hide it themselves. Nobody is told in a large conversation.
    fn receipts(
        &mut self,
        conversation: ConversationId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Vec<Receipt>>> + Send;

    /// The conversations somebody takes part in, for what goes out to them: at most 10,000, in the order of their ids.
    fn conversations_of(
        &mut self,
        account: AccountId,
    ) -> impl Future<Output = Result<Vec<ConversationId>>> + Send;

    /// How somebody belongs to conversations, or did, by their ids: for the copy of their data. Who asked them to join is
    /// left out where one of the two blocks the other.
    fn list_of_account(
        &mut self,
        account: AccountId,
        page: &PageRequest<ConversationId>,
    ) -> impl Future<Output = Result<Page<Membership, ConversationId>>> + Send;

    /// Up to `most` groups that somebody takes part in, is asked to or wants to join.
    fn groups_of(
        &mut self,
        account: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<Vec<ConversationId>>> + Send;

    /// Whose a conversation is to be when `owner` goes: of the others who take part an owner, else an admin, else a
    /// member; of several the one who joined first.
    fn heir(
        &mut self,
        conversation: ConversationId,
        owner: AccountId,
    ) -> impl Future<Output = Result<Option<Membership>>> + Send;
}

/// Writes who belongs to conversations. But for [`mark`](Self::mark) and [`keep`](Self::keep), the conversation is locked
/// first; who takes part and who owns it is counted there, and one more than may be is `Invalid`.
pub trait WriteMembers: ReadMembers {
    /// Saves how somebody belongs to a conversation from now on, whether they did before or not.
    fn save(&mut self, member: &Membership) -> impl Future<Output = Result<()>> + Send;

    /// Moves forward how far somebody who takes part, or is asked to, got and read, and says how they belong to it then;
    /// `None` when nothing moved. Nothing ever moves back, in whichever order two do this, and nothing moves behind the
    /// last message.
    fn mark(
        &mut self,
        conversation: ConversationId,
        account: AccountId,
        marks: &Marks,
    ) -> impl Future<Output = Result<Option<Membership>>> + Send;

    /// Saves how somebody keeps a conversation for themselves: muted, put away, before others, with receipts or without.
    fn keep(&mut self, member: &Membership) -> impl Future<Output = Result<()>> + Send;
}
