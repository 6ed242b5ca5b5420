//! What groups refuse.

use super::GroupPermission;
use crate::error::InvalidTransition;

/// Why something was not done in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupRefused {
    /// Its state, or that of a member, does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// The role does not permit it.
    #[error("the role does not have the permission {0}")]
    Permission(GroupPermission),
    /// Nobody acts on those who are not below them.
    #[error("this is for somebody more senior")]
    Seniority,
    /// Nobody more can join.
    #[error("the group has as many members as it may have")]
    Full,
    /// A group has an owner.
    #[error("the last owner stays: make somebody else an owner first")]
    LastOwner,
    /// The limit of members lies below how many there are.
    #[error("the group has {0} members already")]
    MoreMembers(u32),
    /// The group is joined in another way.
    #[error("the group is joined by invitation only")]
    InvitationOnly,
    /// The group lets others post.
    #[error("the group does not let this member post")]
    Posting,
}
