//! Erasing a person: others keep their groups.

use smilefactory_core::community::{
    GroupInvitationEnded, GroupMemberChanged, GroupMemberLeft, GroupMemberState, GroupMembership,
    GroupRequestEnded, GroupRole,
};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::{PageRequest, PageSize};

use crate::error::Result;
use crate::repo::community::{ReadGroupMembers, WriteGroupMembers, WriteGroups};
use crate::tx::WriteTx;

/// Takes somebody out of up to `most` groups, whichever way they belong to them, and says how many there were: to be
/// called until there is nothing. A group that would have no owner is given to the most senior of the others, or else
/// to who has been in it longest; one that nobody else is in stays without.
pub(crate) async fn erase(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let founded = tx.groups().erase_founder(account, most).await?;
    if founded > 0 {
        return Ok(founded);
    }
    let some = PageRequest::first(PageSize::default());
    let theirs = tx.group_members().list_of_account(account, &some).await?;
    let mut parted = 0;
    for member in theirs.items {
        part(tx, member.group, account).await?;
        parted += 1;
    }
    Ok(parted)
}

async fn part(tx: &mut WriteTx, group: GroupId, account: AccountId) -> Result<()> {
    let Some(there) = tx.groups().lock(group).await? else { return Ok(()) };
    let Some(member) = tx.group_members().get(group, account).await? else { return Ok(()) };
    let by = account;
    match member.state {
        GroupMemberState::Member => {
            let last = member.role == GroupRole::Owner && there.owners == 1;
            if last && let Some(heir) = tx.group_members().heir(group, account).await? {
                let role = GroupRole::Owner;
                tx.tell(GroupMemberChanged { group, account: heir.account, role, by })?;
                tx.group_members().save(&GroupMembership { role, ..heir }).await?;
            }
            tx.tell(GroupMemberLeft { group, account, by })?;
        }
        GroupMemberState::Invited => _ = tx.tell(GroupInvitationEnded { group, account, by })?,
        GroupMemberState::Requested => _ = tx.tell(GroupRequestEnded { group, account, by })?,
        GroupMemberState::Banned => {}
    }
    tx.group_members().delete(group, account).await?;
    Ok(())
}
