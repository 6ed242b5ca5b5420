//! Who belongs to a conversation, as what, and how they keep it.

use chrono::{DateTime, Utc};

use super::{Conversation, ConversationKind, HistoryFrom, MemberJoined, MemberLeft, MessagingRefused};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, ConversationId};
use crate::record::record;

choices! {
    /// What somebody may do in a group.
    MemberRole {
        /// Everything.
        Owner = "owner",
        /// Look after members, codes and settings.
        Admin = "admin",
        /// Take part.
        Member = "member",
    }

    /// How somebody belongs to a conversation.
    MemberState {
        /// They take part.
        Active = "active",
        /// They are asked to by somebody they are not connected with, and have not answered.
        Request = "request",
        /// They want to, and an owner or admin has not answered.
        Requested = "requested",
        /// They were asked, or had asked, and the answer was no.
        Declined = "declined",
        /// They left.
        Left = "left",
        /// They were taken out.
        Removed = "removed",
    }
}

impl MemberRole {
    /// Whether they look after others.
    pub const fn is_manager(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

/// How somebody comes to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// They are in.
    Joins,
    /// They are asked, and are in once they accept.
    Asked,
    /// They ask, and are in once somebody agrees.
    Asks,
}

record! {
    /// Who is to belong to a group.
    pub struct NewMember / NewMemberInput / NewMemberPatch {
        /// Who.
        account: AccountId,
    }
}

record! {
    /// What somebody is to be in a group.
    pub struct RoleChange / RoleChangeInput / RoleChangePatch {
        /// The role.
        role: MemberRole,
    }
}

record! {
    /// How somebody keeps a conversation, for themselves.
    pub struct MembershipSettings / MembershipSettingsInput / MembershipSettingsPatch {
        /// Until when it does not make itself heard.
        muted_until: Option<DateTime<Utc>>,
        /// Whether it is put away.
        archived: bool = false,
        /// Whether it stands before others.
        pinned: bool = false,
        /// Whether others see how far they have read. Who hides that does not see it of others.
        receipts: bool = true,
    }
}

answer! {
    /// How somebody belongs to a conversation; for themselves.
    pub struct Membership {
        /// The conversation.
        conversation: ConversationId,
        /// Who.
        account: AccountId,
        /// As what.
        role: MemberRole,
        /// How.
        state: MemberState,
        /// The number of the first message that is for them.
        from_seq: u64,
        /// The number of the last message that got to them.
        delivered_seq: u64,
        /// The number of the last message they read.
        read_seq: u64,
        /// Whether others see how far they have read, and they others.
        receipts: bool,
        /// Until when it does not make itself heard.
        muted_until: Option<DateTime<Utc>>,
        /// When they put it away.
        archived_at: Option<DateTime<Utc>>,
        /// When they put it before others.
        pinned_at: Option<DateTime<Utc>>,
        /// Who asked them to join.
        invited_by: Option<AccountId>,
        /// When they joined.
        joined_at: Option<DateTime<Utc>>,
        /// When they first had to do with it.
        created_at: DateTime<Utc>,
    }
}

answer! {
    /// Somebody who belongs to a conversation, as the others see them.
    pub struct Member: Copy, Eq {
        /// Who.
        account: AccountId,
        /// As what.
        role: MemberRole,
        /// How. That somebody declined looks as if they had not answered.
        state: MemberState,
        /// Who asked them to join.
        invited_by: Option<AccountId>,
        /// When they joined.
        joined_at: Option<DateTime<Utc>>,
    }
}

const MANAGERS: &str = "owners and admins of the conversation";

impl Membership {
    /// The first message of whoever is asked to a group, or asks, and has not joined: none there can be.
    pub const NOTHING_YET: u64 = 9_007_199_254_740_991;

    /// Whether the conversation is there for them: they take part, or are asked to. What they read of it begins at
    /// [`from_seq`](Self::from_seq).
    pub const fn has_it(&self) -> bool {
        matches!(self.state, MemberState::Active | MemberState::Request)
    }

    /// Whether it makes itself heard at this time.
    pub fn is_muted(&self, now: DateTime<Utc>) -> bool {
        self.muted_until.is_some_and(|until| until > now)
    }

    /// How many messages they have not read.
    pub const fn unread(&self, conversation: &Conversation) -> u64 {
        let before = self.from_seq.saturating_sub(1);
        conversation.last_seq.saturating_sub(if self.read_seq > before { self.read_seq } else { before })
    }

    /// The same one, whose reading begins where the conversation says.
    pub(super) fn placed_in(self, conversation: &Conversation) -> Self {
        let last = conversation.last_seq;
        match conversation.history {
            // Whoever is asked by a stranger reads what the stranger wrote, and has not read it by accepting.
            _ if conversation.kind == ConversationKind::Direct => self,
            HistoryFrom::Start => Self {
                delivered_seq: self.delivered_seq.max(last),
                read_seq: self.read_seq.max(last),
                from_seq: 1,
                ..self
            },
            HistoryFrom::Joining => Self {
                delivered_seq: self.delivered_seq.max(last),
                read_seq: self.read_seq.max(last),
                from_seq: last.saturating_add(1),
                ..self
            },
        }
    }

    /// Refuses who does not look after the others.
    pub fn require_manager(&self) -> Result<(), MessagingRefused> {
        match self.state {
            MemberState::Active if self.role.is_manager() => Ok(()),
            _ => Err(MessagingRefused::Role(MANAGERS)),
        }
    }

    pub(super) fn state_refused(&self, step: &'static str) -> MessagingRefused {
        InvalidTransition::new("member", self.state.as_str(), step).into()
    }

    pub(super) fn joined(self, conversation: &Conversation, now: DateTime<Utc>) -> Self {
        Self { state: MemberState::Active, joined_at: Some(now), ..self }.placed_in(conversation)
    }

    /// They accept that somebody they are not connected with writes to them, or wants them in a group.
    pub fn accept(
        self,
        conversation: &Conversation,
        now: DateTime<Utc>,
    ) -> Result<(Self, MemberJoined), MessagingRefused> {
        if self.state != MemberState::Request {
            return Err(self.state_refused("accept the request to"));
        }
        conversation.require_room()?;
        let joined =
            MemberJoined { conversation: self.conversation, account: self.account, by: self.account };
        Ok((self.joined(conversation, now), joined))
    }

    /// They do not accept it. Nobody is told: for whoever asked, it looks as if they had not answered.
    pub fn decline(self) -> Result<Self, MessagingRefused> {
        match self.state {
            MemberState::Request => Ok(Self { state: MemberState::Declined, ..self }),
            _ => Err(self.state_refused("decline the request to")),
        }
    }

    /// They write: whoever was asked, or had declined, takes part by that.
    #[must_use]
    pub fn taking_part(self, now: DateTime<Utc>) -> Self {
        Self { state: MemberState::Active, joined_at: self.joined_at.or(Some(now)), ..self }
    }

    /// They leave a group, for good unless they come back with a code or are asked again. The last owner stays while
    /// there are others.
    pub fn leave(self, conversation: &Conversation) -> Result<(Self, MemberLeft), MessagingRefused> {
        conversation.require_group("leave")?;
        if self.state != MemberState::Active {
            return Err(self.state_refused("be let go as"));
        }
        self.require_another_owner(conversation)?;
        let left = MemberLeft { conversation: self.conversation, account: self.account, by: self.account };
        Ok((Self { state: MemberState::Left, role: MemberRole::Member, ..self }, left))
    }

    pub(super) fn require_another_owner(&self, conversation: &Conversation) -> Result<(), MessagingRefused> {
        let last = self.role == MemberRole::Owner && conversation.owners <= 1 && conversation.members > 1;
        if last { Err(MessagingRefused::LastOwner) } else { Ok(()) }
    }

    /// How they keep the conversation, as it would be sent.
    pub fn settings(&self) -> MembershipSettingsInput {
        use crate::validation::Field;
        MembershipSettingsInput {
            muted_until: self.muted_until.map(Field::into_raw),
            archived: Some(self.archived_at.is_some()),
            pinned: Some(self.pinned_at.is_some()),
            receipts: Some(self.receipts),
        }
    }

    /// They keep the conversation otherwise than before.
    #[must_use]
    pub fn keep(self, settings: &MembershipSettings, now: DateTime<Utc>) -> Self {
        let since = |before: Option<DateTime<Utc>>, wanted: bool| wanted.then(|| before.unwrap_or(now));
        Self {
            muted_until: settings.muted_until,
            archived_at: since(self.archived_at, settings.archived),
            pinned_at: since(self.pinned_at, settings.pinned),
            receipts: settings.receipts,
            ..self
        }
    }

    /// The same person as others see them.
    pub const fn seen(&self) -> Member {
        Member {
            account: self.account,
            role: self.role,
            state: match self.state {
                MemberState::Declined => MemberState::Request,
                state => state,
            },
            invited_by: self.invited_by,
            joined_at: self.joined_at,
        }
    }
}
