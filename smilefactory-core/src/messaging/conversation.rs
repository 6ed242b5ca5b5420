//! Conversations: of two people, or of a group.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::id::{AccountId, ConversationId, Id};
//! use smilefactory_core::messaging::{MemberRole, MessagingRefused, NewGroup, NewGroupInput};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let tariro = AccountId::at(now, [1; 10]);
//! let group = NewGroup::from_raw(NewGroupInput { title: "Pumps".into(), ..NewGroupInput::default() })?;
//! let (group, owner, _) = group.begin(ConversationId::at(now, [2; 10]), tariro, now);
//! assert_eq!((group.members, owner.role), (1, MemberRole::Owner));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, Utc};

use super::{
    Arrival, ConversationBegun, ConversationChanged, MemberRole, MemberState, Membership, MessagingRefused,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::{Set, Whole};
use crate::error::InvalidTransition;
use crate::id::{AccountId, ConversationId, MessageId};
use crate::record::record;
use crate::text::Line;
use crate::version::Version;

choices! {
    /// Between how many a conversation is.
    ConversationKind {
        /// Between two people, of whom there is one such conversation.
        Direct = "direct",
        /// Between as many as join.
        Group = "group",
    }

    /// From where on somebody reads who joins.
    HistoryFrom {
        /// From the first message.
        Start = "start",
        /// From the moment they joined.
        Joining = "joining",
    }
}

record! {
    /// What owners and admins set for a group.
    pub struct GroupSettings / GroupSettingsInput / GroupSettingsPatch {
        /// What it is called.
        title: Line<1, 120>,
        /// From where on those who join from now on read.
        history: HistoryFrom = HistoryFrom::Joining,
        /// Whether an owner or admin must agree to those who come with a code.
        approval: bool = false,
        /// How many members it may have; 250 unless said.
        member_limit: Option<Whole<2, 1_000>>,
    }
}

record! {
    /// A group that is to be made.
    pub struct NewGroup / NewGroupInput / NewGroupPatch {
        /// What it is called.
        title: Line<1, 120>,
        /// From where on those who join later read.
        history: HistoryFrom = HistoryFrom::Joining,
        /// Whether an owner or admin must agree to those who come with a code.
        approval: bool = false,
        /// How many members it may have; 250 unless said.
        member_limit: Option<Whole<2, 1_000>>,
        /// Who is to belong to it beside whoever makes it. Those who are not connected with them are asked.
        members: Set<AccountId, 50>,
    }
}

answer! {
    /// The two people of a direct conversation.
    pub struct Pair: Copy, Eq {
        /// The one whose id is smaller.
        low: AccountId,
        /// The other one.
        high: AccountId,
    }
}

impl Pair {
    /// The pair of two people, in whichever order; nobody is a pair with themselves.
    pub fn of(one: AccountId, other: AccountId) -> Option<Self> {
        match one.cmp(&other) {
            std::cmp::Ordering::Less => Some(Self { low: one, high: other }),
            std::cmp::Ordering::Greater => Some(Self { low: other, high: one }),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The one who is not `account`.
    pub fn other_than(self, account: AccountId) -> AccountId {
        if self.low == account { self.high } else { self.low }
    }
}

answer! {
    /// A conversation.
    pub struct Conversation {
        /// Its id.
        id: ConversationId,
        /// Between how many it is.
        kind: ConversationKind,
        /// Between whom a direct one is.
        pair: Option<Pair>,
        /// What a group is called.
        title: Option<Line<1, 120>>,
        /// From where on those who join a group read.
        history: HistoryFrom,
        /// Whether an owner or admin must agree to those who come with a code.
        approval: bool,
        /// How many members it may have.
        member_limit: u32,
        /// How many it has; who has not accepted yet is none.
        members: u32,
        /// How many of them own it; a direct one is nobody's more than the other's.
        owners: u32,
        /// Whether more than 100 were members at a time: then nobody is told who read what.
        large: bool,
        /// The number of its last message; 0 when there is none.
        last_seq: u64,
        /// Its last message.
        last_message: Option<MessageId>,
        /// When something last happened in it.
        active_at: DateTime<Utc>,
        /// How large all files on its messages are, in bytes.
        attached_bytes: u64,
        /// Who began it; nobody, once they are erased.
        created_by: Option<AccountId>,
        /// How often its settings were saved.
        version: Version,
        /// When it was begun.
        created_at: DateTime<Utc>,
    }
}

impl NewGroup {
    /// Somebody makes the group, owns it, and is its only member at first.
    pub fn begin(
        self,
        id: ConversationId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> (Conversation, Membership, ConversationBegun) {
        let group = Conversation {
            id,
            kind: ConversationKind::Group,
            pair: None,
            title: Some(self.title),
            history: self.history,
            approval: self.approval,
            member_limit: self.member_limit.map_or(Conversation::USUAL_LIMIT, Whole::get),
            // Nobody yet: whoever belongs to it is counted when they are saved.
            members: 0,
            owners: 0,
            large: false,
            last_seq: 0,
            last_message: None,
            active_at: now,
            attached_bytes: 0,
            created_by: Some(by),
            version: Version::FIRST,
            created_at: now,
        };
        let owner = Membership { role: MemberRole::Owner, ..group.welcome(by, Arrival::Joins, None, now) };
        let begun = ConversationBegun { conversation: id, kind: group.kind, by };
        (Conversation { members: 1, owners: 1, ..group }, owner, begun)
    }
}

impl Conversation {
    /// How many members a group may have unless somebody says otherwise.
    pub const USUAL_LIMIT: u32 = 250;
    /// With more members than this it is large.
    pub const LARGE: u32 = 100;
    /// How large all files of a conversation may be together, in bytes.
    pub const MOST_ATTACHED: u64 = 104_857_600;

    /// The conversation of two people, begun by one of them. Whether the other is a stranger, who has to accept it, is
    /// known to the caller.
    pub fn direct(
        id: ConversationId,
        pair: Pair,
        by: AccountId,
        stranger: bool,
        now: DateTime<Utc>,
    ) -> (Self, [Membership; 2], ConversationBegun) {
        let direct = Self {
            id,
            kind: ConversationKind::Direct,
            pair: Some(pair),
            title: None,
            history: HistoryFrom::Start,
            approval: false,
            member_limit: 2,
            members: 0,
            owners: 0,
            large: false,
            last_seq: 0,
            last_message: None,
            active_at: now,
            attached_bytes: 0,
            created_by: Some(by),
            version: Version::FIRST,
            created_at: now,
        };
        let other = pair.other_than(by);
        let arrival = if stranger { Arrival::Asked } else { Arrival::Joins };
        let members =
            [direct.welcome(by, Arrival::Joins, None, now), direct.welcome(other, arrival, Some(by), now)];
        let begun = ConversationBegun { conversation: id, kind: direct.kind, by };
        (direct, members, begun)
    }

    /// Somebody comes to belong to it, or is asked to.
    pub fn welcome(
        &self,
        account: AccountId,
        arrival: Arrival,
        by: Option<AccountId>,
        now: DateTime<Utc>,
    ) -> Membership {
        let joins = arrival == Arrival::Joins;
        let member = Membership {
            conversation: self.id,
            account,
            role: MemberRole::Member,
            state: match arrival {
                Arrival::Joins => MemberState::Active,
                Arrival::Asked => MemberState::Request,
                Arrival::Asks => MemberState::Requested,
            },
            from_seq: match self.kind {
                ConversationKind::Direct => 1,
                ConversationKind::Group => Membership::NOTHING_YET,
            },
            delivered_seq: 0,
            read_seq: 0,
            receipts: true,
            muted_until: None,
            archived_at: None,
            pinned_at: None,
            invited_by: by,
            joined_at: joins.then_some(now),
            created_at: now,
        };
        if joins { member.placed_in(self) } else { member }
    }

    /// Whether one more can join.
    pub fn require_room(&self) -> Result<(), MessagingRefused> {
        if self.members < self.member_limit { Ok(()) } else { Err(MessagingRefused::Full) }
    }

    /// Refuses what only groups have.
    pub(super) fn require_group(&self, step: &'static str) -> Result<(), InvalidTransition> {
        match self.kind {
            ConversationKind::Group => Ok(()),
            kind @ ConversationKind::Direct => {
                Err(InvalidTransition::new("conversation", kind.as_str(), step))
            }
        }
    }

    /// Whom somebody writes to in a direct one.
    pub fn other_than(&self, account: AccountId) -> Option<AccountId> {
        self.pair.map(|pair| pair.other_than(account))
    }

    /// What is set for a group, as it would be sent.
    pub fn settings(&self) -> GroupSettingsInput {
        GroupSettingsInput {
            title: self.title.as_ref().map(|title| title.as_str().to_owned()).unwrap_or_default(),
            history: Some(self.history.as_str().to_owned()),
            approval: Some(self.approval),
            member_limit: Some(i64::from(self.member_limit)),
        }
    }

    /// An owner or admin changes what is set for a group. What somebody reads who joined before stays.
    pub fn change(
        self,
        settings: GroupSettings,
        by: &Membership,
    ) -> Result<(Self, ConversationChanged), MessagingRefused> {
        self.require_group("change the settings of")?;
        by.require_manager()?;
        let member_limit = settings.member_limit.map_or(Self::USUAL_LIMIT, Whole::get);
        if member_limit < self.members {
            return Err(MessagingRefused::MoreMembers(self.members));
        }
        let changed = ConversationChanged { conversation: self.id, by: by.account };
        let group = Self {
            title: Some(settings.title),
            history: settings.history,
            approval: settings.approval,
            member_limit,
            ..self
        };
        Ok((group, changed))
    }
}
