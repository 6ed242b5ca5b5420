//! Conversations: who writes to whom, and how one keeps it.

use serde::Deserialize;
use smilefactory_core::id::{AccountId, ConversationId, InvitationId};
use smilefactory_core::messaging::{
    Conversation, GroupInvitation, GroupInvitationInput, GroupSettingsPatch, InboxEntry, InboxFilter,
    JoinInput, MadeInvitation, MarksInput, Member, MemberRole, MemberState, Membership,
    MembershipSettingsPatch, NewGroupInput, NewMemberInput, Receipt, RoleChangeInput, Unread,
};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::{List, read_whole};
use crate::request::Transport;

/// Conversations of two and of many; from [`Client::conversations`](crate::Client::conversations).
///
/// One with somebody who blocks the caller, or is blocked, [is not found](crate::Error::is_not_found). What an owner or
/// admin has to do [is forbidden](crate::Error::is_forbidden) to others; what the state does not allow [is
/// refused](crate::Error::is_step_refused).
#[derive(Clone, Copy, Debug)]
pub struct Conversations<'a>(pub(crate) &'a Transport);

/// Which version of the settings of which group: a `&Conversation` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupVersion {
    /// The group.
    pub id: ConversationId,
    /// The version of what is set for it.
    pub version: Version,
}

impl From<&Conversation> for GroupVersion {
    fn from(group: &Conversation) -> Self {
        Self { id: group.id, version: group.version }
    }
}

impl From<(ConversationId, Version)> for GroupVersion {
    fn from((id, version): (ConversationId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks the list of the caller's conversations.
#[derive(Debug)]
pub enum Inbox {}

/// Marks lists of members.
#[derive(Debug)]
pub enum Members {}

#[derive(Deserialize)]
struct Receipts {
    items: Vec<Receipt>,
}

impl Conversations<'_> {
    /// The caller's conversations: pinned ones first, then those in which something happened last.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::messaging::InboxFilter;
    ///
    /// for entry in client.conversations().list().show(InboxFilter::Unread).await?.items {
    ///     println!("{} unread in {}", entry.unread, entry.conversation.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<InboxEntry, Inbox> {
        List::new(self.0, &op::LIST_CONVERSATIONS)
    }

    /// How much the caller has not read, in all conversations that are neither put away nor muted.
    pub fn unread(&self) -> Call<Unread> {
        Call::new(self.0, &op::COUNT_UNREAD)
    }

    /// A conversation as the caller has it.
    pub fn get(&self, conversation: ConversationId) -> Call<InboxEntry> {
        Call::new(self.0, &op::GET_CONVERSATION).id(conversation)
    }

    /// The one conversation with somebody, once one of the two wrote to the other.
    pub fn with(&self, account: AccountId) -> Call<InboxEntry> {
        Call::new(self.0, &op::FIND_DIRECT_CONVERSATION).id(account)
    }

    /// Makes a group.
    pub fn begin_group(&self, input: &NewGroupInput) -> Call<Conversation, Keyed> {
        Call::new(self.0, &op::BEGIN_GROUP).json(input)
    }

    /// Changes what is set for a group.
    pub fn change_group(
        &self,
        group: impl Into<GroupVersion>,
        patch: &GroupSettingsPatch,
    ) -> Call<Conversation> {
        let group = group.into();
        Call::new(self.0, &op::CHANGE_GROUP).id(group.id).if_match(group.version).json(patch)
    }

    /// Keeps a conversation in another way: muted, put away, before others, with receipts or without.
    pub fn keep(&self, conversation: ConversationId, patch: &MembershipSettingsPatch) -> Call<Membership> {
        Call::new(self.0, &op::KEEP_CONVERSATION).id(conversation).json(patch)
    }

    /// Says how far the caller got and read. Nothing moves back.
    pub fn mark(&self, conversation: ConversationId, marks: &MarksInput) -> Call<Membership> {
        Call::new(self.0, &op::MARK_CONVERSATION).id(conversation).json(marks)
    }

    /// Says that the caller read everything up to this message of the conversation.
    pub fn mark_read(&self, conversation: ConversationId, seq: u64) -> Call<Membership> {
        let read_seq = Some(i64::try_from(seq).unwrap_or(i64::MAX));
        self.mark(conversation, &MarksInput { read_seq, ..MarksInput::default() })
    }

    /// How far the others got and read, as far as the caller may know.
    pub fn receipts(&self, conversation: ConversationId) -> Call<Vec<Receipt>> {
        Call::reading(self.0, &op::LIST_RECEIPTS, |answer| {
            read_whole::<Receipts>(&answer.body)
                .map(|receipts| receipts.items)
                .map_err(|error| answer.exchange.fail(error))
        })
        .id(conversation)
    }

    /// Accepts a request: of a stranger who wrote, or to join a group.
    pub fn accept(&self, conversation: ConversationId) -> Call<Membership, Keyed> {
        Call::new(self.0, &op::ACCEPT_CONVERSATION).id(conversation)
    }

    /// Declines a request. Nobody is told.
    pub fn decline(&self, conversation: ConversationId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::DECLINE_CONVERSATION).id(conversation)
    }

    /// Leaves a group.
    pub fn leave(&self, conversation: ConversationId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::LEAVE_CONVERSATION).id(conversation)
    }

    /// Who belongs to a conversation; those who take part unless [`state`](List::state) says otherwise.
    pub fn list_members(&self, conversation: ConversationId) -> List<Member, Members> {
        List::new(self.0, &op::LIST_MEMBERS).of(conversation)
    }

    /// Adds somebody to a group, or asks them.
    pub fn add_member(&self, conversation: ConversationId, account: AccountId) -> Call<Member, Keyed> {
        let input = NewMemberInput { account: account.to_string() };
        Call::new(self.0, &op::ADD_MEMBER).id(conversation).json(&input)
    }

    /// Takes somebody out of a group, or refuses somebody who asked to join.
    pub fn remove_member(&self, conversation: ConversationId, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::REMOVE_MEMBER).id(conversation).id(account)
    }

    /// Gives a member of a group another role.
    pub fn change_role(
        &self,
        conversation: ConversationId,
        account: AccountId,
        role: MemberRole,
    ) -> Call<Member> {
        let input = RoleChangeInput { role: role.as_str().to_owned() };
        Call::new(self.0, &op::CHANGE_MEMBER_ROLE).id(conversation).id(account).json(&input)
    }

    /// Makes a code that a group is joined with; it is shown here and never again. When the answer is lost, so is the
    /// code: the call is not made a second time by itself.
    pub fn make_invitation(
        &self,
        conversation: ConversationId,
        input: &GroupInvitationInput,
    ) -> Call<MadeInvitation> {
        Call::new(self.0, &op::MAKE_INVITATION).id(conversation).json(input)
    }

    /// The codes of a group, the last made first.
    pub fn list_invitations(&self, conversation: ConversationId) -> List<GroupInvitation> {
        List::new(self.0, &op::LIST_INVITATIONS).of(conversation)
    }

    /// Takes a code back.
    pub fn revoke_invitation(&self, conversation: ConversationId, invitation: InvitationId) -> Call<()> {
        Call::without_answer(self.0, &op::REVOKE_INVITATION).id(conversation).id(invitation)
    }

    /// Joins a group with a code, or asks to.
    pub fn join(&self, code: impl Into<String>) -> Call<Membership, Keyed> {
        Call::new(self.0, &op::JOIN_GROUP).json(&JoinInput { code: code.into() })
    }
}

impl List<InboxEntry, Inbox> {
    /// Only these.
    pub fn show(self, filter: InboxFilter) -> Self {
        self.filter("show", filter.as_str())
    }
}

impl List<Member, Members> {
    /// Those in this state.
    pub fn state(self, state: MemberState) -> Self {
        self.filter("state", state.as_str())
    }
}
