//! Coming to a group with a code.

use smilefactory_core::id::{AccountId, ConversationId, InvitationId};
use smilefactory_core::messaging::{
    Came, GroupInvitation, GroupInvitationDraft, InvitationCode, MemberState, Membership,
};

use super::{MessagingError, Result, locked};
use crate::repo::messaging::{
    ReadInvitations, ReadMembers, WriteConversations, WriteInvitations, WriteMembers,
};
use crate::tx::WriteTx;

const NO_CODE: MessagingError = MessagingError::NotThere("code");

/// An owner or admin makes a code, which is shown once.
pub async fn invite(
    tx: &mut WriteTx,
    id: ConversationId,
    by: AccountId,
    draft: &GroupInvitationDraft,
) -> Result<(GroupInvitation, InvitationCode)> {
    let (group, manager) = locked(tx, id, by).await?;
    let invitation = draft.make(tx.new_id()?, &group, &manager, tx.now())?;
    let code = InvitationCode::new(tx.random()?);
    let digest = code.digest(tx.scope().tenant);
    tx.invitations().insert(&invitation, &digest).await?;
    Ok((invitation, code))
}

/// An owner or admin takes a code back.
pub async fn revoke(
    tx: &mut WriteTx,
    id: ConversationId,
    invitation: InvitationId,
    by: AccountId,
) -> Result<()> {
    let (group, manager) = locked(tx, id, by).await?;
    manager.require_manager()?;
    let there = tx.invitations().get(invitation).await?.filter(|there| there.conversation == group.id);
    let revoked = there.ok_or(NO_CODE)?.revoke(&manager, tx.now())?;
    tx.invitations().revoke(&revoked).await?;
    Ok(())
}

/// Somebody comes with a code: they are in, or ask, as the group says. A code that is not good (any more) is not there,
/// and so it is for who was taken out.
pub async fn join(tx: &mut WriteTx, code: &InvitationCode, who: AccountId) -> Result<Membership> {
    let digest = code.digest(tx.scope().tenant);
    let invitation = tx.invitations().find_by_code(&digest).await?.ok_or(NO_CODE)?;
    let group = tx.conversations().lock(invitation.conversation).await?.ok_or(NO_CODE)?;
    let before = tx.members().get(group.id, who).await?;
    let came_before = before.as_ref().map(|before| before.state);
    if came_before == Some(MemberState::Removed) {
        return Err(NO_CODE);
    }
    if let (Some(before), Some(MemberState::Active)) = (&before, came_before) {
        return Ok(before.clone());
    }
    if !invitation.is_good(tx.now()) {
        return Err(NO_CODE);
    }
    let (member, counts) = match Membership::come(&group, who, before, tx.now())? {
        Came::Unchanged(member) => return Ok(member),
        Came::Joined(member, joined) => {
            tx.tell(joined)?;
            (member, true)
        }
        Came::Asks(member, requested) => {
            tx.tell(requested)?;
            (member, true)
        }
    };
    if counts && !tx.invitations().count_use(invitation.id).await? {
        return Err(NO_CODE);
    }
    tx.members().save(&member).await?;
    Ok(member)
}
