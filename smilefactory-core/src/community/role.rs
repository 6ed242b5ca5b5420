//! What somebody may do in a group: roles, and the permissions of each.

use crate::answer::answer;
use crate::choice::choices;
use crate::record::record;

choices! {
    /// What somebody is in a group, the most senior first.
    GroupRole {
        /// Whose it is.
        Owner = "owner",
        /// Looks after the group, and after who looks after it.
        Admin = "admin",
        /// Looks after members and what they post.
        Moderator = "moderator",
        /// Takes part.
        Member = "member",
    }

    /// Something that not everybody may do in a group.
    GroupPermission {
        /// Change what the group is called, what it is about, and its rules.
        ChangeGroup = "change_group",
        /// Put the group away, and open it again.
        ArchiveGroup = "archive_group",
        /// Give roles to those below.
        AssignRoles = "assign_roles",
        /// Make codes that the group is joined with, and take them back.
        MakeCodes = "make_codes",
        /// Ask people to join.
        Invite = "invite",
        /// Answer those who ask to be let in.
        ApproveMembers = "approve_members",
        /// Take out those below.
        RemoveMembers = "remove_members",
        /// Keep people away, and let them come again.
        BanMembers = "ban_members",
        /// Take off what others post.
        ModeratePosts = "moderate_posts",
        /// Make events of the group.
        MakeEvents = "make_events",
    }
}

/// Which role may do what: the same rows as the database has.
const PERMISSIONS: &[(GroupRole, &[GroupPermission])] = {
    use GroupPermission as May;
    &[
        (GroupRole::Owner, GroupPermission::ALL),
        (
            GroupRole::Admin,
            &[
                May::ChangeGroup,
                May::AssignRoles,
                May::MakeCodes,
                May::Invite,
                May::ApproveMembers,
                May::RemoveMembers,
                May::BanMembers,
                May::ModeratePosts,
                May::MakeEvents,
            ],
        ),
        (
            GroupRole::Moderator,
            &[
                May::Invite,
                May::ApproveMembers,
                May::RemoveMembers,
                May::BanMembers,
                May::ModeratePosts,
                May::MakeEvents,
            ],
        ),
        (GroupRole::Member, &[]),
    ]
};

impl GroupRole {
    /// What it may do, in the order of [`GroupPermission`].
    ///
    /// ```
    /// use smilefactory_core::community::{GroupPermission, GroupRole};
    /// assert!(GroupRole::Moderator.permissions().contains(&GroupPermission::BanMembers));
    /// assert!(GroupRole::Member.permissions().is_empty());
    /// ```
    pub fn permissions(self) -> &'static [GroupPermission] {
        PERMISSIONS.iter().find(|(role, _)| *role == self).map_or(&[], |(_, may)| may)
    }

    /// Whether it may do this.
    pub fn permits(self, permission: GroupPermission) -> bool {
        self.permissions().contains(&permission)
    }

    /// Whether it is more senior than another.
    pub fn is_above(self, other: Self) -> bool {
        self < other
    }
}

record! {
    /// What somebody is to be in a group.
    pub struct GroupRoleChange / GroupRoleChangeInput / GroupRoleChangePatch {
        /// The role.
        role: GroupRole,
    }
}

answer! {
    /// What a role may do.
    pub struct GroupRolePermissions: Eq {
        /// The role.
        role: GroupRole,
        /// What it may do.
        permissions: Vec<GroupPermission>,
    }
}

impl GroupRolePermissions {
    /// All roles, the most senior first.
    pub fn all() -> Vec<Self> {
        let of = |role: &GroupRole| Self { role: *role, permissions: role.permissions().to_vec() };
        GroupRole::ALL.iter().map(of).collect()
    }
}
