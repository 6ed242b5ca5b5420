//! What somebody does about their own belonging to a group.

use smilefactory_core::community::{Entered, GroupMemberState, GroupMembership};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::text::Reason;

use super::gathering::come_no_longer;
use super::{GroupError, NO_GROUP, Result, locked, most_members};
use crate::repo::community::{ReadGroupMembers, ReadGroups, WriteGroupMembers, WriteGroups};
use crate::repo::social::ReadRelations;
use crate::tx::WriteTx;

const NO_INVITATION: GroupError = GroupError::NotThere("invitation");
const NO_REQUEST: GroupError = GroupError::NotThere("request");
const NO_MEMBER: GroupError = GroupError::NotThere("member");

/// What came of it is saved and told.
pub(super) async fn settle(tx: &mut WriteTx, entered: Entered) -> Result<()> {
    let member = match entered {
        Entered::Unchanged(_) => return Ok(()),
        Entered::Joined(member, joined) => {
            tx.tell(joined)?;
            member
        }
        Entered::Asks(member, requested) => {
            tx.tell(requested)?;
            member
        }
    };
    tx.group_members().save(&member).await?;
    Ok(())
}

/// Somebody wants to belong to a group that is there for them: they are in, or ask, as it is joined.
pub async fn enter(
    tx: &mut WriteTx,
    id: GroupId,
    who: AccountId,
    note: Option<Reason>,
) -> Result<GroupMembership> {
    let most = most_members(tx).await?;
    let (group, own) = locked(tx, id, who).await?;
    let own = match own {
        // One by somebody who is blocked since is none, and goes.
        Some(own) if own.state == GroupMemberState::Invited && barred(tx, &own).await? => {
            tx.tell(own.decline()?)?;
            tx.group_members().delete(id, who).await?;
            None
        }
        own => own,
    };
    let entered = group.enter(who, own, note, most, tx.now())?;
    settle(tx, entered).await?;
    own_membership(tx, id, who).await
}

/// How somebody belongs to a group, as they are told it: who is blocked is not named.
pub(super) async fn own_membership(tx: &mut WriteTx, id: GroupId, who: AccountId) -> Result<GroupMembership> {
    tx.groups().view(id, who).await?.and_then(|view| view.membership).ok_or(NO_GROUP)
}

/// Whether something stands between who is invited and who invited them.
pub(super) async fn barred(tx: &mut WriteTx, invited: &GroupMembership) -> Result<bool> {
    match invited.by {
        Some(by) => Ok(tx.relations().is_barred(invited.account, by).await?),
        None => Ok(false),
    }
}

/// Somebody accepts an invitation.
pub async fn accept(tx: &mut WriteTx, id: GroupId, who: AccountId) -> Result<GroupMembership> {
    let most = most_members(tx).await?;
    let (group, own) = locked(tx, id, who).await?;
    let own = own.ok_or(NO_INVITATION)?;
    if own.state == GroupMemberState::Invited && barred(tx, &own).await? {
        return Err(NO_INVITATION);
    }
    let (member, joined) = own.accept(&group, most, tx.now())?;
    tx.group_members().save(&member).await?;
    tx.tell(joined)?;
    Ok(member)
}

/// Somebody declines an invitation.
pub async fn decline(tx: &mut WriteTx, id: GroupId, who: AccountId) -> Result<()> {
    let (_, own) = locked(tx, id, who).await?;
    let ended = own.ok_or(NO_INVITATION)?.decline()?;
    tx.group_members().delete(id, who).await?;
    tx.tell(ended)?;
    Ok(())
}

/// Somebody asks no more to be let in: also where the group was hidden since.
pub async fn withdraw(tx: &mut WriteTx, id: GroupId, who: AccountId) -> Result<()> {
    tx.groups().lock(id).await?.ok_or(NO_GROUP)?;
    let own = tx.group_members().get(id, who).await?;
    if own.as_ref().is_none_or(|own| own.state != GroupMemberState::Requested) {
        // In the same words as to whoever has nothing to do with it.
        locked(tx, id, who).await?;
    }
    let ended = own.ok_or(NO_REQUEST)?.withdraw()?;
    tx.group_members().delete(id, who).await?;
    tx.tell(ended)?;
    Ok(())
}

/// Somebody leaves a group. The last owner stays.
pub async fn leave(tx: &mut WriteTx, id: GroupId, who: AccountId) -> Result<()> {
    let (group, own) = locked(tx, id, who).await?;
    let left = own.ok_or(NO_MEMBER)?.leave(&group)?;
    tx.group_members().delete(id, who).await?;
    tx.tell(left)?;
    come_no_longer(tx, &group, who).await?;
    Ok(())
}
