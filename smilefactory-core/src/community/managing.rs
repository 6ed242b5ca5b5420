//! Who comes to a group, who goes, and who has a say in it.

use chrono::{DateTime, Utc};

use super::{
    Group, GroupInvitationEnded, GroupMemberBanned, GroupMemberChanged, GroupMemberInvited,
    GroupMemberJoined, GroupMemberRemoved, GroupMemberRequested, GroupMemberState, GroupMemberUnbanned,
    GroupMembership, GroupPermission, GroupRefused, GroupRequestEnded, GroupRole, JoinPolicy,
};
use crate::error::InvalidTransition;
use crate::id::AccountId;
use crate::text::Reason;

/// What came of wanting to belong to a group.
#[derive(Clone, Debug, PartialEq)]
pub enum Entered {
    /// Nothing: they are in, or have asked.
    Unchanged(GroupMembership),
    /// They are in.
    Joined(GroupMembership, GroupMemberJoined),
    /// They ask.
    Asks(GroupMembership, GroupMemberRequested),
}

/// What came of inviting somebody.
#[derive(Clone, Debug, PartialEq)]
pub enum Invited {
    /// Nothing: they are in, or invited.
    Unchanged(GroupMembership),
    /// They had asked: they are in.
    Joined(GroupMembership, GroupMemberJoined),
    /// They are invited.
    Asked(GroupMembership, GroupMemberInvited),
}

impl Group {
    fn joined(
        &self,
        account: AccountId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> (GroupMembership, GroupMemberJoined) {
        (self.welcome(account, by, now), GroupMemberJoined { group: self.id, account, by })
    }

    fn refuses(state: GroupMemberState) -> Result<(), InvalidTransition> {
        match state {
            GroupMemberState::Banned => Err(InvalidTransition::new("group", "closed to them", "join")),
            _ => Ok(()),
        }
    }

    /// Somebody wants to belong to it, who sees it: they are in, ask, or are refused, as it is joined. Who is invited
    /// is in. `most` is how many members every group may have.
    pub fn enter(
        &self,
        account: AccountId,
        before: Option<GroupMembership>,
        note: Option<Reason>,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<Entered, GroupRefused> {
        if let Some(before) = before {
            Self::refuses(before.state)?;
            match before.state {
                GroupMemberState::Invited => {
                    let (member, joined) = before.accept(self, most, now)?;
                    return Ok(Entered::Joined(member, joined));
                }
                // The group may have become open since.
                GroupMemberState::Requested if self.draft.join_policy == JoinPolicy::Open => {}
                _ => return Ok(Entered::Unchanged(before)),
            }
        }
        self.require_live("join")?;
        match self.draft.join_policy {
            JoinPolicy::Open => {
                self.require_room(most)?;
                let (member, joined) = self.joined(account, account, now);
                Ok(Entered::Joined(member, joined))
            }
            JoinPolicy::Approval => {
                let asks = GroupMembership {
                    state: GroupMemberState::Requested,
                    joined_at: None,
                    note,
                    ..self.welcome(account, account, now)
                };
                let fact = GroupMemberRequested { group: self.id, account, by: account };
                Ok(Entered::Asks(asks, fact))
            }
            JoinPolicy::Invite => Err(GroupRefused::InvitationOnly),
        }
    }

    /// Somebody comes with a code of it, which is as good as an invitation; `by` made the code.
    pub fn enter_with_code(
        &self,
        account: AccountId,
        before: Option<GroupMembership>,
        by: AccountId,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<Entered, GroupRefused> {
        if let Some(before) = before {
            Self::refuses(before.state)?;
            if before.is_member() {
                return Ok(Entered::Unchanged(before));
            }
        }
        self.require_live("join")?;
        self.require_room(most)?;
        let joined = GroupMemberJoined { group: self.id, account, by: account };
        Ok(Entered::Joined(self.welcome(account, by, now), joined))
    }
}

impl GroupMembership {
    /// They invite somebody; `before` is how that one belongs to the group until now. Who asked to be let in is in.
    pub fn invite(
        &self,
        group: &Group,
        account: AccountId,
        before: Option<Self>,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<Invited, GroupRefused> {
        self.require(GroupPermission::Invite)?;
        group.require_live("invite somebody to")?;
        match before.map(|before| (before.state, before)) {
            Some((GroupMemberState::Member | GroupMemberState::Invited, before)) => {
                Ok(Invited::Unchanged(before))
            }
            Some((GroupMemberState::Banned, before)) => {
                Err(InvalidTransition::new("member", before.state.as_str(), "invite").into())
            }
            Some((GroupMemberState::Requested, before)) => {
                let (member, joined) = self.approve(group, &before, most, now)?;
                Ok(Invited::Joined(member, joined))
            }
            None => {
                group.require_room(most)?;
                let invited = Self {
                    state: GroupMemberState::Invited,
                    joined_at: None,
                    ..group.welcome(account, self.account, now)
                };
                Ok(Invited::Asked(invited, GroupMemberInvited { group: group.id, account, by: self.account }))
            }
        }
    }

    /// They take an invitation back.
    pub fn uninvite(&self, invited: &Self) -> Result<GroupInvitationEnded, GroupRefused> {
        self.require(GroupPermission::Invite)?;
        invited.require_state(GroupMemberState::Invited, "take back the invitation of")?;
        Ok(GroupInvitationEnded { group: self.group, account: invited.account, by: self.account })
    }

    /// They let somebody in who asked.
    pub fn approve(
        &self,
        group: &Group,
        asking: &Self,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<(Self, GroupMemberJoined), GroupRefused> {
        self.require(GroupPermission::ApproveMembers)?;
        asking.require_state(GroupMemberState::Requested, "let in")?;
        group.require_live("join")?;
        group.require_room(most)?;
        Ok(group.joined(asking.account, self.account, now))
    }

    /// They do not let somebody in who asked.
    pub fn refuse(&self, asking: &Self) -> Result<GroupRequestEnded, GroupRefused> {
        self.require(GroupPermission::ApproveMembers)?;
        asking.require_state(GroupMemberState::Requested, "decline the request of")?;
        Ok(GroupRequestEnded { group: self.group, account: asking.account, by: self.account })
    }

    /// They take somebody out who is below them.
    pub fn remove(&self, other: &Self) -> Result<GroupMemberRemoved, GroupRefused> {
        self.require(GroupPermission::RemoveMembers)?;
        other.require_state(GroupMemberState::Member, "remove")?;
        self.require_above(other)?;
        Ok(GroupMemberRemoved { group: self.group, account: other.account, by: self.account })
    }

    /// They keep somebody away who is below them, or does not belong to the group: `before` is how that one does.
    pub fn ban(
        &self,
        account: AccountId,
        before: Option<&Self>,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Result<(Self, GroupMemberBanned), GroupRefused> {
        self.require(GroupPermission::BanMembers)?;
        if account == self.account {
            return Err(GroupRefused::Seniority);
        }
        if let Some(before) = before {
            self.require_above(before)?;
            if before.state == GroupMemberState::Banned {
                return Err(InvalidTransition::new("member", before.state.as_str(), "ban").into());
            }
        }
        let banned = Self {
            group: self.group,
            account,
            state: GroupMemberState::Banned,
            role: GroupRole::Member,
            by: Some(self.account),
            note: Some(reason),
            joined_at: None,
            since: now,
        };
        Ok((banned, GroupMemberBanned { group: self.group, account, by: self.account }))
    }

    /// They let somebody come again.
    pub fn unban(&self, banned: &Self) -> Result<GroupMemberUnbanned, GroupRefused> {
        self.require(GroupPermission::BanMembers)?;
        banned.require_state(GroupMemberState::Banned, "unban")?;
        Ok(GroupMemberUnbanned { group: self.group, account: banned.account, by: self.account })
    }

    /// They give somebody below them another role, which is below their own; an owner makes owners too. Everybody may
    /// step down themselves, but for the last owner.
    pub fn change_role(
        &self,
        group: &Group,
        other: &Self,
        role: GroupRole,
    ) -> Result<(Self, GroupMemberChanged), GroupRefused> {
        other.require_state(GroupMemberState::Member, "give a role to")?;
        if other.account == self.account {
            if role.is_above(other.role) {
                return Err(GroupRefused::Seniority);
            }
        } else {
            self.require(GroupPermission::AssignRoles)?;
            self.require_above(other)?;
            if !self.role.is_above(role) && self.role != GroupRole::Owner {
                return Err(GroupRefused::Seniority);
            }
        }
        if role != GroupRole::Owner {
            other.require_another_owner(group)?;
        }
        let changed =
            GroupMemberChanged { group: self.group, account: other.account, role, by: self.account };
        Ok((Self { role, ..other.clone() }, changed))
    }
}
