//! Coming to a group with a code.

use smilefactory_core::community::{
    Entered, GroupCode, GroupCodeDraft, GroupMemberState, GroupMembership, GroupPermission,
};
use smilefactory_core::id::{AccountId, GroupCodeId, GroupId};
use smilefactory_core::messaging::InvitationCode;

use super::belonging::{own_membership, settle};
use super::{GroupError, Result, managed, most_members};
use crate::repo::community::{ReadGroupCodes, ReadGroupMembers, WriteGroupCodes, WriteGroups};
use crate::repo::social::ReadRelations;
use crate::tx::WriteTx;

const NO_CODE: GroupError = GroupError::NotThere("code");

/// Somebody who may makes a code, which is shown once.
pub async fn make_code(
    tx: &mut WriteTx,
    id: GroupId,
    by: AccountId,
    draft: &GroupCodeDraft,
) -> Result<(GroupCode, InvitationCode)> {
    let (group, own) = managed(tx, id, by, GroupPermission::MakeCodes).await?;
    let made = draft.make(tx.new_id()?, &group, &own, tx.now())?;
    let code = InvitationCode::new(tx.random()?);
    let digest = code.digest(tx.scope().tenant);
    tx.group_codes().insert(&made, &digest).await?;
    Ok((made, code))
}

/// Somebody who may takes a code back.
pub async fn revoke_code(tx: &mut WriteTx, id: GroupId, code: GroupCodeId, by: AccountId) -> Result<()> {
    let (group, own) = managed(tx, id, by, GroupPermission::MakeCodes).await?;
    let there = tx.group_codes().get(code).await?.filter(|there| there.group == group.id);
    let revoked = there.ok_or(NO_CODE)?.revoke(&own, tx.now())?;
    tx.group_codes().revoke(&revoked).await?;
    Ok(())
}

/// Somebody comes with a code: they are in, however the group is joined. A code that is not good (any more) is not
/// there, nor is that of a maker who may not make one any more, and so it is for who is banned, and for who is blocked by its maker or blocks them.
pub async fn enter_with_code(
    tx: &mut WriteTx,
    code: &InvitationCode,
    who: AccountId,
) -> Result<GroupMembership> {
    let digest = code.digest(tx.scope().tenant);
    let most = most_members(tx).await?;
    let found = tx.group_codes().find_by_code(&digest).await?.ok_or(NO_CODE)?;
    let group = tx.groups().lock(found.group).await?.ok_or(NO_CODE)?;
    let before = tx.group_members().get(group.id, who).await?;
    match &before {
        Some(before) if before.is_member() => return own_membership(tx, group.id, who).await,
        Some(before) if before.state == GroupMemberState::Banned => return Err(NO_CODE),
        _ => {}
    }
    if !found.is_good(tx.now()) || tx.relations().is_barred(who, found.made_by).await? {
        return Err(NO_CODE);
    }
    // It is good for as long as its maker may make one.
    let maker = tx.group_members().get(group.id, found.made_by).await?;
    if !maker.is_some_and(|maker| maker.permits(GroupPermission::MakeCodes)) {
        return Err(NO_CODE);
    }
    let entered = group.enter_with_code(who, before, found.made_by, most, tx.now())?;
    if !matches!(entered, Entered::Unchanged(_)) && !tx.group_codes().count_use(found.id).await? {
        return Err(NO_CODE);
    }
    settle(tx, entered).await?;
    own_membership(tx, group.id, who).await
}
