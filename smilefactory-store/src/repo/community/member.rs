//! Who belongs to groups.

use serde::{Deserialize, Serialize};
use smilefactory_core::community::{GroupMemberState, GroupMembership, GroupPermission, GroupRole};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Which people of a group a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct GroupMemberFilter {
    /// Those who belong to it in this way.
    pub state: GroupMemberState,
    /// Only those in this role.
    pub role: Option<GroupRole>,
    /// Whether whoever looks belongs to it: all others see those only whose profile they see.
    pub among: bool,
}

/// Where somebody stands in a list of people: owners first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMemberKey {
    /// As what they belong.
    pub role: GroupRole,
    /// Who.
    pub account: AccountId,
}

impl From<&GroupMembership> for GroupMemberKey {
    fn from(member: &GroupMembership) -> Self {
        Self { role: member.role, account: member.account }
    }
}

/// Reads who belongs to groups.
pub trait ReadGroupMembers {
    /// How somebody belongs to a group.
    fn get(
        &mut self,
        group: GroupId,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<GroupMembership>>> + Send;

    /// People of a group, the most senior first, then by their ids. Who is blocked is left out, and so is the name of
    /// who is blocked and let somebody in; to who moderates the community nobody is. That somebody was invited by who
    /// is blocked is not told them either.
    fn list(
        &mut self,
        group: GroupId,
        filter: GroupMemberFilter,
        page: &PageRequest<GroupMemberKey>,
    ) -> impl Future<Output = Result<Page<GroupMembership, GroupMemberKey>>> + Send;

    /// How somebody belongs to groups, by the ids of these, as they are told it themselves: for the copy of their data.
    /// Who is blocked and invited them is left out.
    fn list_of_account(
        &mut self,
        account: AccountId,
        page: &PageRequest<GroupId>,
    ) -> impl Future<Output = Result<Page<GroupMembership, GroupId>>> + Send;

    /// Who may do this in a group: at most 100, the most senior first.
    fn list_permitted(
        &mut self,
        group: GroupId,
        permission: GroupPermission,
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// Who belongs to a group, a batch: in the order of their ids, after this one.
    fn list_accounts(
        &mut self,
        group: GroupId,
        after: Option<AccountId>,
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// Whether `from` may invite `to`: there is such an account, neither blocks the other, and the other's profile is
    /// for strangers or the two are connected.
    fn reaches(&mut self, from: AccountId, to: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Whose a group is to be when `owner` goes: of the others who take part the most senior, and of several the one
    /// who joined first.
    fn heir(
        &mut self,
        group: GroupId,
        owner: AccountId,
    ) -> impl Future<Output = Result<Option<GroupMembership>>> + Send;
}

/// Writes who belongs to groups. The group is locked first; who takes part and who owns it is counted, and one more
/// than may be is `Invalid`.
pub trait WriteGroupMembers: ReadGroupMembers {
    /// Saves how somebody belongs to a group from now on, whether they did before or not.
    fn save(&mut self, member: &GroupMembership) -> impl Future<Output = Result<()>> + Send;

    /// They have nothing to do with it any more; `false` when they had not.
    fn delete(&mut self, group: GroupId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}
