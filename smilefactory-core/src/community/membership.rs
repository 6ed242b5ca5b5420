//! How somebody belongs to a group, and what they do about it themselves.

use chrono::{DateTime, Utc};

use super::{
    Group, GroupInvitationEnded, GroupMemberJoined, GroupMemberLeft, GroupPermission, GroupRefused,
    GroupRequestEnded, GroupRole,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, GroupId};
use crate::record::record;
use crate::text::Reason;

choices! {
    /// How somebody belongs to a group. Who left, declined or was taken out does not.
    GroupMemberState {
        /// They are asked to join, and have not answered.
        Invited = "invited",
        /// They ask to be let in, and have not been answered.
        Requested = "requested",
        /// They take part.
        Member = "member",
        /// They may not come.
        Banned = "banned",
    }
}

record! {
    /// What somebody says who asks to be let into a group.
    pub struct GroupRequestDraft / GroupRequestInput / GroupRequestPatch {
        /// Why; whoever answers reads it.
        note: Option<Reason>,
    }
}

record! {
    /// Why somebody may not come to a group any more.
    pub struct GroupBanDraft / GroupBanInput / GroupBanPatch {
        /// Why; whoever looks after the group reads it.
        reason: Reason,
    }
}

answer! {
    /// How somebody belongs to a group; for themselves, and for who looks after the group.
    pub struct GroupMembership: Eq {
        /// The group.
        group: GroupId,
        /// Who.
        account: AccountId,
        /// How.
        state: GroupMemberState,
        /// As what; who does not take part is a `member`.
        role: GroupRole,
        /// Who invited them, let them in or banned them, if it was somebody else.
        by: Option<AccountId>,
        /// What they said when they asked, or why they were banned; the latter is not told to themselves.
        note: Option<Reason>,
        /// When they joined.
        joined_at: Option<DateTime<Utc>>,
        /// Since when it is so.
        since: DateTime<Utc>,
    }
}

answer! {
    /// Somebody who takes part in a group, as others see them.
    pub struct GroupMember: Copy, Eq {
        /// Who.
        account: AccountId,
        /// As what.
        role: GroupRole,
        /// When they joined.
        joined_at: DateTime<Utc>,
    }
}

impl Group {
    /// Somebody takes part from now on.
    pub(super) fn welcome(&self, account: AccountId, by: AccountId, now: DateTime<Utc>) -> GroupMembership {
        GroupMembership {
            group: self.id,
            account,
            state: GroupMemberState::Member,
            role: GroupRole::Member,
            by: (by != account).then_some(by),
            note: None,
            joined_at: Some(now),
            since: now,
        }
    }
}

impl GroupMembership {
    /// Whether they take part.
    pub const fn is_member(&self) -> bool {
        matches!(self.state, GroupMemberState::Member)
    }

    /// Whether they take part and their role permits this.
    pub fn permits(&self, permission: GroupPermission) -> bool {
        self.is_member() && self.role.permits(permission)
    }

    /// Refuses what their role does not permit.
    pub fn require(&self, permission: GroupPermission) -> Result<(), GroupRefused> {
        if self.permits(permission) { Ok(()) } else { Err(GroupRefused::Permission(permission)) }
    }

    /// Refuses to act on who takes part and is not below them.
    pub(super) fn require_above(&self, other: &Self) -> Result<(), GroupRefused> {
        if other.is_member() && !self.role.is_above(other.role) {
            Err(GroupRefused::Seniority)
        } else {
            Ok(())
        }
    }

    /// Refuses whom the group does not let post.
    pub fn require_posting(&self, group: &Group) -> Result<(), GroupRefused> {
        group.require_live("post in")?;
        let lets = self.is_member() && group.draft.posting.lets(self.role);
        if lets { Ok(()) } else { Err(GroupRefused::Posting) }
    }

    /// Refuses to make an event of the group, unless it lets them.
    pub fn require_events(&self, group: &Group) -> Result<(), GroupRefused> {
        self.require(GroupPermission::MakeEvents)?;
        Ok(group.require_live("make an event of")?)
    }

    pub(super) fn require_state(
        &self,
        state: GroupMemberState,
        step: &'static str,
    ) -> Result<(), InvalidTransition> {
        if self.state == state {
            Ok(())
        } else {
            Err(InvalidTransition::new("member", self.state.as_str(), step))
        }
    }

    pub(super) fn require_another_owner(&self, group: &Group) -> Result<(), GroupRefused> {
        let last = self.role == GroupRole::Owner && group.owners <= 1;
        if last { Err(GroupRefused::LastOwner) } else { Ok(()) }
    }

    /// They accept an invitation; `most` is how many members every group may have.
    pub fn accept(
        &self,
        group: &Group,
        most: u32,
        now: DateTime<Utc>,
    ) -> Result<(Self, GroupMemberJoined), GroupRefused> {
        self.require_state(GroupMemberState::Invited, "accept the invitation of")?;
        group.require_live("join")?;
        group.require_room(most)?;
        let by = self.by.unwrap_or(self.account);
        let joined = GroupMemberJoined { group: self.group, account: self.account, by: self.account };
        Ok((group.welcome(self.account, by, now), joined))
    }

    /// They decline an invitation: they have nothing to do with the group any more.
    pub fn decline(&self) -> Result<GroupInvitationEnded, GroupRefused> {
        self.require_state(GroupMemberState::Invited, "decline the invitation of")?;
        Ok(GroupInvitationEnded { group: self.group, account: self.account, by: self.account })
    }

    /// They ask no more.
    pub fn withdraw(&self) -> Result<GroupRequestEnded, GroupRefused> {
        self.require_state(GroupMemberState::Requested, "withdraw the request of")?;
        Ok(GroupRequestEnded { group: self.group, account: self.account, by: self.account })
    }

    /// They leave. The last owner stays.
    pub fn leave(&self, group: &Group) -> Result<GroupMemberLeft, GroupRefused> {
        self.require_state(GroupMemberState::Member, "let go")?;
        self.require_another_owner(group)?;
        Ok(GroupMemberLeft { group: self.group, account: self.account, by: self.account })
    }

    /// The same as they are told it themselves: why they were banned is for who looks after the group.
    #[must_use]
    pub fn own(self) -> Self {
        match self.state {
            GroupMemberState::Banned => Self { note: None, by: None, ..self },
            _ => self,
        }
    }

    /// The same person as others see them, if they take part.
    pub fn seen(&self) -> Option<GroupMember> {
        let joined_at = self.joined_at.filter(|_| self.is_member())?;
        Some(GroupMember { account: self.account, role: self.role, joined_at })
    }
}
