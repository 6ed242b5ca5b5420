//! Groups, and what is set for them.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::community::{GroupDraft, GroupInput, GroupRole};
//! use smilefactory_core::id::{AccountId, GroupId, Id};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let tariro = AccountId::at(now, [1; 10]);
//! let pumps = GroupInput { name: "Solar pumps".into(), slug: "solar-pumps".into(), ..GroupInput::default() };
//! let (group, owner, _) = GroupDraft::from_raw(pumps)?.found(GroupId::at(now, [2; 10]), tariro, now);
//! assert_eq!((group.members, owner.role), (1, GroupRole::Owner));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, Utc};

use super::{
    GroupArchived, GroupChanged, GroupFounded, GroupMemberState, GroupMembership, GroupPermission,
    GroupRefused, GroupReopened, GroupRole,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::{Set, Whole};
use crate::error::InvalidTransition;
use crate::id::{AccountId, CategoryId, GroupId};
use crate::profile::Location;
use crate::record::record;
use crate::text::{LanguageTag, Line, Prose, Slug};
use crate::version::Version;

choices! {
    /// Who sees that a group is there, and what is in it.
    GroupVisibility {
        /// Everybody sees all of it.
        Public = "public",
        /// Everybody sees that it is there; only members see who belongs to it and what is posted.
        Private = "private",
        /// It is there for its members, and for who is invited.
        Hidden = "hidden",
    }

    /// How somebody comes to belong to a group.
    JoinPolicy {
        /// Whoever wants to is in.
        Open = "open",
        /// Whoever wants to asks.
        Approval = "approval",
        /// Whoever is invited.
        Invite = "invite",
    }

    /// Who posts in a group.
    PostingRule {
        /// Every member.
        Members = "members",
        /// Owners, admins and moderators.
        Moderators = "moderators",
        /// Owners and admins.
        Admins = "admins",
    }

    /// In which order groups come.
    GroupSort {
        /// Those in which something happened last.
        Activity = "activity",
        /// Those in which much happens now.
        Trending = "trending",
        /// By name.
        Name = "name",
        /// The newest first.
        Newest = "newest",
        /// Those with most members first.
        Members = "members",
    }
}

record! {
    /// What is set for a group.
    pub struct GroupDraft / GroupInput / GroupPatch {
        /// What it is called.
        name: Line<2, 120>,
        /// Its name in addresses, unique in the community.
        slug: Slug,
        /// What it is about.
        description: Option<Prose<1, 5_000>>,
        /// What its members hold to.
        rules: Option<Prose<1, 5_000>>,
        /// The category it stands in, of the tab `groups`.
        category: Option<CategoryId>,
        /// Which languages are spoken in it.
        languages: Set<LanguageTag, 10>,
        /// Where it is at home.
        location: Option<Location>,
        /// Who sees it.
        visibility: GroupVisibility = GroupVisibility::Public,
        /// How it is joined.
        join_policy: JoinPolicy = JoinPolicy::Open,
        /// Who posts in it.
        posting: PostingRule = PostingRule::Members,
        /// How many members it may have, within what the community has set for all groups.
        member_limit: Option<Whole<2, 100_000>>,
    }
}

answer! {
    /// A group.
    pub struct Group {
        /// Its id.
        id: GroupId,
        /// How many belong to it; who is invited or asks is none.
        members: u32,
        /// How many of them own it.
        owners: u32,
        /// When something last happened in it.
        active_at: DateTime<Utc>,
        /// When it was put away, if it was: it can be read, and nobody joins or posts.
        archived_at: Option<DateTime<Utc>>,
        /// Who made it, for its members; nobody, once they are erased.
        created_by: Option<AccountId>,
        /// How often it was saved.
        version: Version,
        /// When it was made.
        created_at: DateTime<Utc>,
        /// When what is set for it was last changed.
        updated_at: DateTime<Utc>,
        ..
        /// What is set for it.
        draft: GroupDraft,
    }
}

answer! {
    /// A group as somebody has it.
    pub struct GroupView {
        /// How they belong to it, or how they want to.
        membership: Option<GroupMembership>,
        /// What their role permits them.
        permissions: Vec<GroupPermission>,
        ..
        /// The group.
        group: Group,
    }
}

impl GroupDraft {
    /// Somebody makes the group, and owns it.
    pub fn found(
        self,
        id: GroupId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> (Group, GroupMembership, GroupFounded) {
        let group = Group {
            id,
            members: 1,
            owners: 1,
            active_at: now,
            archived_at: None,
            created_by: Some(by),
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
            draft: self,
        };
        let owner = GroupMembership { role: GroupRole::Owner, ..group.welcome(by, by, now) };
        (group, owner, GroupFounded { group: id, by })
    }
}

impl Group {
    /// Whether it is there for somebody who belongs to it in this way, or not at all.
    pub fn is_there_for(&self, membership: Option<&GroupMembership>) -> bool {
        self.draft.visibility != GroupVisibility::Hidden
            || membership.is_some_and(|membership| {
                matches!(membership.state, GroupMemberState::Member | GroupMemberState::Invited)
            })
    }

    /// Whether they see who belongs to it and what is posted.
    pub fn is_open_to(&self, membership: Option<&GroupMembership>) -> bool {
        self.draft.visibility == GroupVisibility::Public || membership.is_some_and(GroupMembership::is_member)
    }

    /// How many members it may have, in a community where every group may have `most`.
    pub fn limit(&self, most: u32) -> u32 {
        self.draft.member_limit.map_or(most, |limit| limit.get().min(most))
    }

    /// Whether one more can join.
    pub(super) fn require_room(&self, most: u32) -> Result<(), GroupRefused> {
        if self.members < self.limit(most) { Ok(()) } else { Err(GroupRefused::Full) }
    }

    pub(super) fn require_live(&self, step: &'static str) -> Result<(), InvalidTransition> {
        match self.archived_at {
            None => Ok(()),
            Some(_) => Err(InvalidTransition::new("group", "archived", step)),
        }
    }

    /// Somebody who may changes what is set for it. How many belong to it already is no reason to take anybody out.
    pub fn change(
        self,
        draft: GroupDraft,
        by: &GroupMembership,
        now: DateTime<Utc>,
    ) -> Result<(Self, GroupChanged), GroupRefused> {
        by.require(GroupPermission::ChangeGroup)?;
        self.require_live("change")?;
        if draft.member_limit.is_some_and(|limit| limit.get() < self.members) {
            return Err(GroupRefused::MoreMembers(self.members));
        }
        let fact = GroupChanged { group: self.id, by: by.account };
        Ok((Self { draft, updated_at: now, ..self }, fact))
    }

    /// An owner puts it away: it can still be read and left.
    pub fn archive(
        self,
        by: &GroupMembership,
        now: DateTime<Utc>,
    ) -> Result<(Self, GroupArchived), GroupRefused> {
        by.require(GroupPermission::ArchiveGroup)?;
        self.require_live("archive")?;
        let fact = GroupArchived { group: self.id, by: by.account };
        Ok((Self { archived_at: Some(now), updated_at: now, ..self }, fact))
    }

    /// An owner opens it again.
    pub fn reopen(
        self,
        by: &GroupMembership,
        now: DateTime<Utc>,
    ) -> Result<(Self, GroupReopened), GroupRefused> {
        by.require(GroupPermission::ArchiveGroup)?;
        if self.archived_at.is_none() {
            return Err(InvalidTransition::new("group", "open", "reopen").into());
        }
        let fact = GroupReopened { group: self.id, by: by.account };
        Ok((Self { archived_at: None, updated_at: now, ..self }, fact))
    }

    /// The group as somebody has it who belongs to it in this way, or not at all: who made it is told to its members.
    pub fn seen_by(self, membership: Option<GroupMembership>) -> GroupView {
        let role = membership.as_ref().filter(|own| own.is_member()).map(|own| own.role);
        let created_by = role.and(self.created_by);
        GroupView {
            permissions: role.map(GroupRole::permissions).unwrap_or_default().to_vec(),
            membership,
            group: Self { created_by, ..self },
        }
    }
}

impl PostingRule {
    /// Whether a member in this role posts.
    pub const fn lets(self, role: GroupRole) -> bool {
        match self {
            Self::Members => true,
            Self::Moderators => matches!(role, GroupRole::Owner | GroupRole::Admin | GroupRole::Moderator),
            Self::Admins => matches!(role, GroupRole::Owner | GroupRole::Admin),
        }
    }
}
