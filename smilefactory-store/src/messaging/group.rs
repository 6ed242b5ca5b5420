//! Groups, and who belongs to them.

use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{
    Added, Conversation, GroupSettings, Member, MemberRole, MemberState, Membership, MessagingRefused,
    NewGroup,
};
use smilefactory_core::version::Version;

use super::{MessagingError, Result, locked};
use crate::error::StoreError;
use crate::repo::messaging::{ReadConversations, ReadMembers, WriteConversations, WriteMembers};
use crate::repo::tenancy::ReadTenants;
use crate::tx::WriteTx;

/// Somebody makes a group, with those they name: who is connected with them is in, all others are asked.
pub async fn begin(tx: &mut WriteTx, new: NewGroup, by: AccountId) -> Result<Conversation> {
    let others: Vec<AccountId> = new.members.iter().copied().filter(|other| *other != by).collect();
    let (group, owner, begun) = new.begin(tx.new_id()?, by, tx.now());
    tx.conversations().insert(&group).await?;
    tx.members().save(&owner).await?;
    tx.tell(begun)?;
    let mut now = read(tx, group.id).await?;
    for other in others {
        add_to(tx, &now, &owner, other).await?;
        now = read(tx, group.id).await?;
    }
    Ok(now)
}

async fn read(tx: &mut WriteTx, id: ConversationId) -> Result<Conversation> {
    tx.conversations().get(id).await?.ok_or(super::NO_CONVERSATION)
}

/// An owner or admin changes what is set for a group; `read_at` is the version they had seen.
pub async fn change(
    tx: &mut WriteTx,
    id: ConversationId,
    by: AccountId,
    settings: GroupSettings,
    read_at: Version,
) -> Result<Conversation> {
    let (conversation, member) = locked(tx, id, by).await?;
    let (changed, fact) = conversation.change(settings, &member)?;
    let changed = tx.conversations().update(&Conversation { version: read_at, ..changed }).await?;
    tx.tell(fact)?;
    Ok(changed)
}

/// An owner or admin adds somebody.
pub async fn add(tx: &mut WriteTx, id: ConversationId, by: AccountId, who: AccountId) -> Result<Member> {
    let (group, manager) = locked(tx, id, by).await?;
    add_to(tx, &group, &manager, who).await
}

/// Adds somebody to a group whose row is locked, or that nobody knows yet.
async fn add_to(
    tx: &mut WriteTx,
    group: &Conversation,
    manager: &Membership,
    who: AccountId,
) -> Result<Member> {
    let reach = tx.conversations().reach(manager.account, who).await?.ok_or(MessagingError::Nobody)?;
    let before = tx.members().get(group.id, who).await?;
    match manager.add(group, who, before, reach.connected, tx.now())? {
        Added::Unchanged(member) => Ok(member.seen()),
        Added::Joined(member, joined) => {
            tx.members().save(&member).await?;
            tx.tell(joined)?;
            Ok(member.seen())
        }
        Added::Asked(member, invited) => {
            // To be asked into a group by a stranger is a message from a stranger.
            if !reach.connected {
                count_to_stranger(tx, manager.account).await?;
            }
            tx.members().save(&member).await?;
            tx.tell(invited)?;
            Ok(member.seen())
        }
    }
}

/// One more of what somebody may send a day to people they are not connected with.
pub(super) async fn count_to_stranger(tx: &mut WriteTx, sender: AccountId) -> Result<()> {
    let id = tx.scope().tenant;
    let tenant = tx.tenants().get(id).await?.ok_or_else(|| StoreError::internal("the tenant is gone"))?;
    let most = tenant.settings.stranger_messages_a_day;
    if tx.conversations().count_to_stranger(sender, most).await? {
        Ok(())
    } else {
        Err(MessagingRefused::DailyLimit(most).into())
    }
}

/// Somebody accepts a request: of a stranger who wrote, or to join a group.
pub async fn accept(tx: &mut WriteTx, id: ConversationId, who: AccountId) -> Result<Membership> {
    let (conversation, member) = locked(tx, id, who).await?;
    let (member, joined) = member.accept(&conversation, tx.now())?;
    tx.members().save(&member).await?;
    tx.tell(joined)?;
    Ok(member)
}

/// Somebody does not accept it: it is there for them no longer, and nobody is told.
pub async fn decline(tx: &mut WriteTx, id: ConversationId, who: AccountId) -> Result<()> {
    let (_, member) = locked(tx, id, who).await?;
    tx.members().save(&member.decline()?).await?;
    Ok(())
}

/// Somebody leaves a group.
pub async fn leave(tx: &mut WriteTx, id: ConversationId, who: AccountId) -> Result<()> {
    let (conversation, member) = locked(tx, id, who).await?;
    let (member, left) = member.leave(&conversation)?;
    tx.members().save(&member).await?;
    tx.tell(left)?;
    Ok(())
}

/// An owner or admin takes somebody out, or refuses somebody who asked to join.
pub async fn remove(tx: &mut WriteTx, id: ConversationId, by: AccountId, who: AccountId) -> Result<()> {
    let (conversation, manager) = locked(tx, id, by).await?;
    let other = other(tx, &manager, who).await?;
    let (member, removed) = manager.remove(&conversation, &other)?;
    tx.members().save(&member).await?;
    tx.tell(removed)?;
    Ok(())
}

/// An owner gives somebody another role, or gives up their own.
pub async fn change_role(
    tx: &mut WriteTx,
    id: ConversationId,
    by: AccountId,
    who: AccountId,
    role: MemberRole,
) -> Result<Member> {
    let (conversation, owner) = locked(tx, id, by).await?;
    let other = other(tx, &owner, who).await?;
    let (member, changed) = owner.change_role(&conversation, &other, role)?;
    tx.members().save(&member).await?;
    tx.tell(changed)?;
    Ok(member.seen())
}

/// Somebody else in the conversation; who has nothing to do with it is not there.
async fn other(tx: &mut WriteTx, viewer: &Membership, who: AccountId) -> Result<Membership> {
    let other = tx.members().get(viewer.conversation, who).await?;
    let is_there = |member: &Membership| {
        matches!(member.state, MemberState::Active | MemberState::Request | MemberState::Requested)
    };
    other.filter(is_there).ok_or(MessagingError::NotThere("member"))
}
