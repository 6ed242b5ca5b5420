//! What those do who look after a group.

use smilefactory_core::community::{GroupMemberState, GroupMembership, GroupPermission, GroupRole, Invited};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::social::Pair;
use smilefactory_core::text::Reason;

use super::belonging::barred;
use super::gathering::come_no_longer;
use super::{GroupError, Result, locked, managed, most_members};
use crate::repo::community::{ReadGroupMembers, WriteGroupMembers};
use crate::repo::identity::ReadAccounts;
use crate::repo::social::WriteRelations;
use crate::tx::WriteTx;

const NOBODY: GroupError = GroupError::NotThere("account");

/// Somebody in the group in this state; all others are not there.
async fn other(
    tx: &mut WriteTx,
    group: GroupId,
    who: AccountId,
    state: GroupMemberState,
    what: &'static str,
) -> Result<GroupMembership> {
    let other = tx.group_members().get(group, who).await?;
    other.filter(|other| other.state == state).ok_or(GroupError::NotThere(what))
}

/// Somebody who may invites somebody: who asked to be let in is in. Whom they may not write to is not there.
pub async fn invite(tx: &mut WriteTx, id: GroupId, by: AccountId, who: AccountId) -> Result<GroupMembership> {
    // Nobody blocks the other meanwhile.
    let pair = Pair::new(by, who).ok_or(NOBODY)?;
    tx.relations().lock_pair(pair).await?;
    let most = most_members(tx).await?;
    let (group, own) = managed(tx, id, by, GroupPermission::Invite).await?;
    if !tx.group_members().reaches(by, who).await? {
        return Err(NOBODY);
    }
    let before = match tx.group_members().get(id, who).await? {
        // They do not see an invitation by whom they blocked: this one takes its place.
        Some(old) if old.state == GroupMemberState::Invited && barred(tx, &old).await? => {
            tx.tell(old.decline()?)?;
            tx.group_members().delete(id, who).await?;
            None
        }
        before => before,
    };
    let member = match own.invite(&group, who, before, most, tx.now())? {
        // Who else invited or let them in is not for everybody who may invite.
        Invited::Unchanged(member) => return Ok(GroupMembership { by: None, ..member }),
        Invited::Joined(member, joined) => {
            tx.tell(joined)?;
            member
        }
        Invited::Asked(member, invited) => {
            tx.tell(invited)?;
            member
        }
    };
    tx.group_members().save(&member).await?;
    Ok(member)
}

/// Somebody who may takes an invitation back.
pub async fn uninvite(tx: &mut WriteTx, id: GroupId, by: AccountId, who: AccountId) -> Result<()> {
    let (_, own) = managed(tx, id, by, GroupPermission::Invite).await?;
    let invited = other(tx, id, who, GroupMemberState::Invited, "invitation").await?;
    let ended = own.uninvite(&invited)?;
    tx.group_members().delete(id, who).await?;
    tx.tell(ended)?;
    Ok(())
}

/// Somebody who may lets somebody in who asked.
pub async fn approve(
    tx: &mut WriteTx,
    id: GroupId,
    by: AccountId,
    who: AccountId,
) -> Result<GroupMembership> {
    let most = most_members(tx).await?;
    let (group, own) = managed(tx, id, by, GroupPermission::ApproveMembers).await?;
    let asking = other(tx, id, who, GroupMemberState::Requested, "request").await?;
    let (member, joined) = own.approve(&group, &asking, most, tx.now())?;
    tx.group_members().save(&member).await?;
    tx.tell(joined)?;
    Ok(member)
}

/// Somebody who may does not let somebody in who asked.
pub async fn refuse(tx: &mut WriteTx, id: GroupId, by: AccountId, who: AccountId) -> Result<()> {
    let (_, own) = managed(tx, id, by, GroupPermission::ApproveMembers).await?;
    let asking = other(tx, id, who, GroupMemberState::Requested, "request").await?;
    let ended = own.refuse(&asking)?;
    tx.group_members().delete(id, who).await?;
    tx.tell(ended)?;
    Ok(())
}

/// Somebody who may takes somebody out who is below them.
pub async fn remove(tx: &mut WriteTx, id: GroupId, by: AccountId, who: AccountId) -> Result<()> {
    let (group, own) = managed(tx, id, by, GroupPermission::RemoveMembers).await?;
    let member = other(tx, id, who, GroupMemberState::Member, "member").await?;
    let removed = own.remove(&member)?;
    tx.group_members().delete(id, who).await?;
    tx.tell(removed)?;
    come_no_longer(tx, &group, who).await?;
    Ok(())
}

/// Somebody who may keeps somebody away who is below them, or does not belong to the group.
pub async fn ban(
    tx: &mut WriteTx,
    id: GroupId,
    by: AccountId,
    who: AccountId,
    reason: Reason,
) -> Result<GroupMembership> {
    let (group, own) = managed(tx, id, by, GroupPermission::BanMembers).await?;
    let before = tx.group_members().get(id, who).await?;
    if before.is_none() && tx.accounts().get(who).await?.is_none() {
        return Err(NOBODY);
    }
    let (banned, fact) = own.ban(who, before.as_ref(), reason, tx.now())?;
    tx.group_members().save(&banned).await?;
    tx.tell(fact)?;
    come_no_longer(tx, &group, who).await?;
    Ok(banned)
}

/// Somebody who may lets somebody come again.
pub async fn unban(tx: &mut WriteTx, id: GroupId, by: AccountId, who: AccountId) -> Result<()> {
    let (_, own) = managed(tx, id, by, GroupPermission::BanMembers).await?;
    let banned = other(tx, id, who, GroupMemberState::Banned, "ban").await?;
    let unbanned = own.unban(&banned)?;
    tx.group_members().delete(id, who).await?;
    tx.tell(unbanned)?;
    Ok(())
}

/// Somebody who may gives somebody below them another role, or anybody steps down themselves.
pub async fn change_role(
    tx: &mut WriteTx,
    id: GroupId,
    by: AccountId,
    who: AccountId,
    role: GroupRole,
) -> Result<GroupMembership> {
    let (group, own) = locked(tx, id, by).await?;
    let own = own.filter(GroupMembership::is_member).ok_or(GroupError::NotThere("member"))?;
    let member = other(tx, id, who, GroupMemberState::Member, "member").await?;
    let (changed, fact) = own.change_role(&group, &member, role)?;
    tx.group_members().save(&changed).await?;
    tx.tell(fact)?;
    Ok(changed)
}
