//! What concerns people in groups.

use smilefactory_core::community::{
    GroupInvitationEnded, GroupMemberBanned, GroupMemberInvited, GroupMemberJoined, GroupMemberRequested,
    GroupMemberState, GroupPermission, GroupRequestEnded,
};
use smilefactory_core::id::{AccountId, GroupId, Id};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};

use super::content::but;
use super::{Effect, Effects, Seen};
use crate::outbox::RecordedFact;
use crate::repo::community::ReadGroupMembers;
use crate::tx::WriteTx;

/// What a fact about groups brings about. Nobody is told that they were declined, taken out or banned.
pub(super) async fn effects(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(joined) = fact.read::<GroupMemberJoined>()? {
        let (group, account) = (joined.group, joined.account);
        let mut effect = asks_no_more(tx, group, account).await?;
        effect.seen.push(Seen::About(account, NotificationKind::GroupInvited, group.uuid()));
        effect.told = vec![(Raise::group_joined(group, joined.by), but(account, joined.by))];
        return Ok(vec![effect]);
    }
    if let Some(invited) = fact.read::<GroupMemberInvited>()? {
        let raise = Raise::group_invited(invited.group, invited.by);
        return Ok(vec![Effect::tell(raise, but(invited.account, invited.by))]);
    }
    if let Some(requested) = fact.read::<GroupMemberRequested>()? {
        let (group, account) = (requested.group, requested.account);
        // Whoever was answered meanwhile asks no more.
        let member = tx.group_members().get(group, account).await?;
        if member.is_none_or(|member| member.state != GroupMemberState::Requested) {
            return Ok(Vec::new());
        }
        let keepers = keepers(tx, group).await?;
        return Ok(vec![Effect::tell(Raise::group_requested(group, account), keepers)]);
    }
    if let Some(ended) = fact.read::<GroupRequestEnded>()? {
        return Ok(vec![asks_no_more(tx, ended.group, ended.account).await?]);
    }
    if let Some(banned) = fact.read::<GroupMemberBanned>()? {
        return Ok(vec![asks_no_more(tx, banned.group, banned.account).await?]);
    }
    if let Some(ended) = fact.read::<GroupInvitationEnded>()? {
        let seen = Seen::About(ended.account, NotificationKind::GroupInvited, ended.group.uuid());
        return Ok(vec![Effect::seen(vec![seen])]);
    }
    Ok(Vec::new())
}

/// Those who let people into a group.
async fn keepers(tx: &mut WriteTx, group: GroupId) -> crate::Result<Vec<AccountId>> {
    tx.group_members().list_permitted(group, GroupPermission::ApproveMembers).await
}

/// Those who let people in need not be told any more that this one asks.
async fn asks_no_more(tx: &mut WriteTx, group: GroupId, account: AccountId) -> crate::Result<Effect> {
    let kind = NotificationKind::GroupRequested;
    let keepers = keepers(tx, group).await?;
    let taken_back = keepers.into_iter().map(|keeper| (keeper, kind, group.uuid(), account)).collect();
    Ok(Effect { taken_back, ..Effect::default() })
}
