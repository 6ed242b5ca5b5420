//! Who comes to a group, who goes, and who has a say in it.

use chrono::{DateTime, Utc};

use super::{
    Arrival, Conversation, MemberChanged, MemberInvited, MemberJoined, MemberRemoved, MemberRequested,
    MemberRole, MemberState, Membership, MessagingRefused,
};
use crate::error::InvalidTransition;
use crate::id::AccountId;

const OWNERS: &str = "owners of the conversation";

impl Membership {
    /// An owner or admin adds somebody to a group: `before` is how they belonged to it until now. Who is connected with
    /// whoever adds them is in, all others are asked; so is who left. Nothing changes for who is in, is asked, or
    /// declined.
    pub fn add(
        &self,
        conversation: &Conversation,
        account: AccountId,
        before: Option<Self>,
        connected: bool,
        now: DateTime<Utc>,
    ) -> Result<Added, MessagingRefused> {
        conversation.require_group("add somebody to")?;
        self.require_manager()?;
        let state = before.as_ref().map(|before| before.state);
        match (before, state) {
            (Some(before), Some(MemberState::Active | MemberState::Request | MemberState::Declined)) => {
                Ok(Added::Unchanged(before))
            }
            // They asked themselves.
            (Some(before), Some(MemberState::Requested)) => {
                let (member, joined) = self.approve(conversation, before, now)?;
                Ok(Added::Joined(member, joined))
            }
            (before, _) => {
                conversation.require_room()?;
                let joins = connected && state != Some(MemberState::Left);
                let arrival = if joins { Arrival::Joins } else { Arrival::Asked };
                let new = conversation.welcome(account, arrival, Some(self.account), now);
                let member = before.map_or_else(|| new.clone(), |before| before.again(&new));
                let (conversation, by) = (self.conversation, self.account);
                Ok(if joins {
                    Added::Joined(member, MemberJoined { conversation, account, by })
                } else {
                    Added::Asked(member, MemberInvited { conversation, account, by })
                })
            }
        }
    }

    /// The same person comes again: what they read once was read.
    fn again(&self, new: &Self) -> Self {
        Self {
            delivered_seq: self.delivered_seq.max(new.delivered_seq),
            read_seq: self.read_seq.max(new.read_seq),
            receipts: self.receipts,
            created_at: self.created_at,
            ..*new
        }
    }

    /// Somebody comes with a code: they are in, or ask, as the group says. Who was taken out does not come back so.
    pub fn come(
        conversation: &Conversation,
        account: AccountId,
        before: Option<Self>,
        now: DateTime<Utc>,
    ) -> Result<Came, MessagingRefused> {
        conversation.require_group("join")?;
        let state = before.as_ref().map(|before| before.state);
        match (before, state) {
            (Some(before), Some(MemberState::Active)) => Ok(Came::Unchanged(before)),
            (Some(before), Some(MemberState::Requested)) if conversation.approval => {
                Ok(Came::Unchanged(before))
            }
            (Some(_), Some(MemberState::Removed)) => {
                Err(MessagingRefused::State(InvalidTransition::new("conversation", "closed to them", "join")))
            }
            // An owner or admin wants them already.
            (Some(before), Some(MemberState::Request)) => {
                let (member, joined) = before.accept(conversation, now)?;
                Ok(Came::Joined(member, joined))
            }
            (before, _) => {
                conversation.require_room()?;
                let arrival = if conversation.approval { Arrival::Asks } else { Arrival::Joins };
                let new = conversation.welcome(account, arrival, None, now);
                let member = before.map_or_else(|| new.clone(), |before| before.again(&new));
                let (conversation, by) = (conversation.id, account);
                Ok(match arrival {
                    Arrival::Joins => Came::Joined(member, MemberJoined { conversation, account, by }),
                    _ => Came::Asks(member, MemberRequested { conversation, account, by }),
                })
            }
        }
    }

    /// An owner or admin agrees to somebody who asked to join.
    pub fn approve(
        &self,
        conversation: &Conversation,
        asking: Self,
        now: DateTime<Utc>,
    ) -> Result<(Self, MemberJoined), MessagingRefused> {
        self.require_manager()?;
        if asking.state != MemberState::Requested {
            return Err(asking.state_refused("agree to"));
        }
        conversation.require_room()?;
        let joined =
            MemberJoined { conversation: self.conversation, account: asking.account, by: self.account };
        Ok((asking.joined(conversation, now), joined))
    }

    /// An owner or admin takes somebody out who is below them, or refuses somebody who asked to join.
    pub fn remove(
        &self,
        conversation: &Conversation,
        other: &Self,
    ) -> Result<(Self, MemberRemoved), MessagingRefused> {
        conversation.require_group("remove somebody from")?;
        self.require_manager()?;
        let state = match other.state {
            MemberState::Active if other.role <= self.role => return Err(MessagingRefused::Role(OWNERS)),
            MemberState::Active | MemberState::Request => MemberState::Removed,
            MemberState::Requested => MemberState::Declined,
            MemberState::Declined | MemberState::Left | MemberState::Removed => {
                return Err(other.state_refused("remove"));
            }
        };
        let removed =
            MemberRemoved { conversation: self.conversation, account: other.account, by: self.account };
        Ok((Self { state, role: MemberRole::Member, ..*other }, removed))
    }

    /// An owner gives somebody another role, who is no owner, or gives up their own.
    pub fn change_role(
        &self,
        conversation: &Conversation,
        other: &Self,
        role: MemberRole,
    ) -> Result<(Self, MemberChanged), MessagingRefused> {
        conversation.require_group("give a role in")?;
        if self.state != MemberState::Active || self.role != MemberRole::Owner {
            return Err(MessagingRefused::Role(OWNERS));
        }
        if other.state != MemberState::Active {
            return Err(other.state_refused("give a role to"));
        }
        if other.role == MemberRole::Owner && role != MemberRole::Owner {
            if other.account != self.account {
                return Err(MessagingRefused::Role("the owner themselves"));
            }
            other.require_another_owner(conversation)?;
        }
        let changed =
            MemberChanged { conversation: self.conversation, account: other.account, role, by: self.account };
        Ok((Self { role, ..*other }, changed))
    }
}

/// What came of adding somebody.
#[derive(Clone, Debug, PartialEq)]
pub enum Added {
    /// Nothing.
    Unchanged(Membership),
    /// They are in.
    Joined(Membership, MemberJoined),
    /// They are asked.
    Asked(Membership, MemberInvited),
}

/// What came of coming with a code.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    /// Nothing: they are in, or have asked.
    Unchanged(Membership),
    /// They are in.
    Joined(Membership, MemberJoined),
    /// They ask.
    Asks(Membership, MemberRequested),
}
